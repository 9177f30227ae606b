import { about, flags, ids, many, maybe, numbers, open, operator, texts } from './shape.ts';

const user = { ...ids('id'), ...texts('first_name last_name display_name email'), ...numbers('type') };

const profile = {
  ...texts('first_name last_name display_name email phone_number phone_country company pmi timezone pic_url'),
  ...texts('vanity_name host_key role dept language primary_group_id'),
  ...numbers('type'),
  ...flags('use_pmi'),
  settings: open,
  custom_attributes: many(texts('key name value')),
};

const session = { ...ids('id'), ...texts('client_type date_time email version'), ...numbers('login_type') };

const telephony = {
  ...ids('id'),
  ...texts('email'),
  tsp_credentials: maybe({
    ...texts('id conference_code leader_pin tsp_bridge'),
    dial_in_numbers: many(texts('code number type country_label')),
  }),
};

const group = { ...ids('id'), ...texts('name') };
const groupPeople = { admins: many(texts('id email')), members: many(texts('id email')) };
const stamped = { ...operator, ...numbers('time_stamp') };

/** Events of users and their groups. */
export const users = {
  'user.created': () => about(user, { ...operator, ...texts('creation_type') }),
  'user.invitation_accepted': () => about(user),
  'user.activated': () => about(user, operator),
  'user.deactivated': () => about(user, operator),
  'user.disassociated': () => about(user, operator),
  'user.deleted': () => about(user, operator),
  'user.updated': () =>
    about(
      { ...ids('id'), ...profile },
      { ...stamped, ...texts('operation'), old_object: maybe({ ...texts('id'), ...profile }) },
    ),
  'user.settings_updated': () =>
    about(
      { ...ids('id'), settings: open },
      { ...stamped, old_object: maybe({ ...texts('id'), settings: open }) },
    ),
  'user.signed_in': () => about(session),
  'user.signed_out': () => about(session),
  'user.personal_notes_updated': () =>
    about(
      { ...ids('id'), ...texts('date_time email personal_notes') },
      { old_object: maybe(texts('personal_notes')) },
    ),
  // Some of these name the moment `date-time` (FACTS E, trap 8).
  'user.presence_status_updated': () =>
    about({
      ...ids('id'),
      ...texts('date_time date-time email presence_status'),
      app: maybe(texts('type presence_status')),
    }),
  'user.tsp_created': () => about(telephony, operator),
  'user.tsp_updated': () => about(telephony, { ...operator, old_object: open }),
  'user.tsp_deleted': () => about(telephony, operator),

  'group.created': () => about(group, stamped),
  'group.updated': () => about(group, { ...stamped, old_object: maybe(texts('id name')) }),
  'group.deleted': () => about(group, stamped),
  'group.admin_added': () => about({ ...ids('id'), ...groupPeople }, stamped),
  'group.admin_deleted': () => about({ ...ids('id'), ...groupPeople }, stamped),
  'group.member_added': () => about({ ...ids('id'), ...groupPeople }, stamped),
  'group.member_deleted': () => about({ ...ids('id'), ...groupPeople }, stamped),
  // The official example is named so, the documentation as above; whichever comes, it is known.
  'group.members_deleted': () => about({ ...ids('id'), ...groupPeople }, stamped),
  'group.settings_updated': () => about({ ...ids('id'), settings: open }, { ...operator, old_object: open }),
  'group.lock_settings_updated': () =>
    about({ ...ids('id'), settings: open }, { ...operator, old_object: open }),
};
