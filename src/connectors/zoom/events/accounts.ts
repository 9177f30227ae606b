import { about, bare, flags, ids, lists, maybe, numbers, open, operator, texts } from './shape.ts';

const barrier = {
  ...texts('id assigned_group_id to_group_id policy_name'),
  ...numbers('status type'),
  settings: maybe(
    flags(
      'complete_phone_calls file_transfer im in_meeting_chat meeting message_via_sms recording screen_share',
    ),
  ),
};

const vanity = { ...ids('id'), ...texts('vanity_url') };

/** Events of accounts and of the app itself. */
export const accounts = {
  'account.created': () => about({ ...ids('id'), ...texts('owner_id email') }, operator),
  'account.disassociated': () => about({ ...ids('id'), ...texts('owner_id owner_email') }, operator),
  'account.updated': () =>
    about(
      {
        ...ids('id'),
        ...texts('account_name account_alias account_support_name account_support_email'),
        ...lists('managed_domains'),
      },
      { ...operator, ...texts('operation'), ...numbers('time_stamp'), old_object: open },
    ),
  'account.settings_updated': () =>
    about({ ...ids('id'), settings: open }, { ...operator, ...numbers('time_stamp'), old_object: open }),
  'account.lock_settings_updated': () =>
    about({ ...ids('id'), settings: open }, { ...operator, ...numbers('time_stamp'), old_object: open }),
  'account.vanity_url_approved': () => about(vanity, operator),
  'account.vanity_url_rejected': () => about(vanity, operator),
  'information_barriers.policy_created': () => about(barrier, operator),
  'information_barriers.policy_updated': () => about(barrier, operator),
  'information_barriers.policy_deleted': () => about(barrier, operator),

  // Its time stands in the payload (FACTS E, trap 8).
  app_deauthorized: () =>
    bare({
      ...ids('account_id'),
      ...texts('user_id client_id deauthorization_time signature user_data_retention event_ts'),
    }),
  'app.authorization_request_created': () =>
    bare({
      ...texts('account_id app_name app_type app_status app_description requester_name requester_department'),
      ...texts('request_reason'),
      app_link: open,
      app_permissions: open,
      install_requirements: open,
      ...lists('app_scopes requester_user_groups'),
    }),
  // The receiver answers it; it is never kept.
  'endpoint.url_validation': () => bare(ids('plainToken')),
};
