import { defineStream, type JsonObject } from '../../../core/stream.ts';
import { flag, integer, json, row, text } from './columns.ts';
import { texts, without } from './rows.ts';

/** `me` is the account of the token (Zoom FACTS A). The row bears the word, as the answer does not say which it is. */
const ME = 'me';
const ofAccount = { accountId: ME } as const;

/**
 * What is switched on in the account, by group of settings; accounts of Video SDK have `in_session` and
 * `session_security`. What Zoom tells only when asked for it by `option` is not among them.
 */
export const account_settings = defineStream({
  name: 'account_settings',
  title: 'Account settings',
  docs: 'https://developers.zoom.us/docs/api/accounts/#tag/accounts/GET/accounts/{accountId}/settings',
  path: '/accounts/{accountId}/settings',
  budget: 'medium',
  scopes: ['account:read:settings:admin', 'account:read:settings:master'],
  plan: 'Pro or higher',
  kind: 'state',
  row: row({
    account_id: text,
    in_meeting: json,
    in_session: json,
    session_security: json,
    recording: json,
    security: json,
    audio_conferencing: json,
    chat: json,
    email_notification: json,
    feature: json,
    integration: json,
    other_options: json,
    profile: json,
    schedule_meeting: json,
    telephony: json,
    tsp: json,
    zoom_rooms: json,
    smart_recognition: json,
    mail_calendar: json,
    general_setting: json,
  }),
  primaryKey: ['account_id'],
  query: ofAccount,
  pages: { kind: 'none', items: '' },
  // Credentials of the archive that chats are sent to.
  rows: (answer) => [
    { account_id: ME, ...(without(['passcode', 'authorized_channel_token'], answer) as JsonObject) },
  ],
});

/** Which settings the users of the account may not change. */
export const account_lock_settings = defineStream({
  name: 'account_lock_settings',
  title: 'Locked account settings',
  docs: 'https://developers.zoom.us/docs/api/accounts/#tag/accounts/GET/accounts/{accountId}/lock_settings',
  path: '/accounts/{accountId}/lock_settings',
  budget: 'medium',
  scopes: ['account:read:lock_settings:master'],
  plan: 'Pro or higher',
  kind: 'state',
  row: row({
    account_id: text,
    audio_conferencing: json,
    chat: json,
    email_notification: json,
    in_meeting: json,
    other_options: json,
    recording: json,
    schedule_meeting: json,
    telephony: json,
    tsp: json,
  }),
  primaryKey: ['account_id'],
  query: ofAccount,
  pages: { kind: 'none', items: '' },
  rows: (answer) => [{ account_id: ME, ...answer }],
});

export const managed_domains = defineStream({
  name: 'managed_domains',
  title: 'Managed domains',
  docs: 'https://developers.zoom.us/docs/api/accounts/#tag/accounts/GET/accounts/{accountId}/managed_domains',
  path: '/accounts/{accountId}/managed_domains',
  budget: 'light',
  scopes: ['account:read:managed_domains:master'],
  plan: 'Pro or higher with the master account option',
  kind: 'state',
  row: row({
    domain: text,
    status: text,
  }),
  primaryKey: ['domain'],
  query: ofAccount,
  pages: { kind: 'none', items: 'domains' },
});

export const trusted_domains = defineStream({
  name: 'trusted_domains',
  title: 'Trusted domains',
  docs: 'https://developers.zoom.us/docs/api/accounts/#tag/accounts/GET/accounts/{accountId}/trusted_domains',
  path: '/accounts/{accountId}/trusted_domains',
  budget: 'light',
  scopes: ['account:read:trusted_domains:master'],
  plan: 'Pro or higher',
  kind: 'state',
  row: row({ domain: text }),
  primaryKey: ['domain'],
  query: ofAccount,
  pages: { kind: 'none', items: '' },
  rows: (answer) => texts(answer, 'trusted_domains', 'domain'),
});

/** Fields that hosts fill in when they schedule. */
export const tracking_fields = defineStream({
  name: 'tracking_fields',
  title: 'Tracking fields',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/tracking-field/GET/tracking_fields',
  path: '/tracking_fields',
  budget: 'medium',
  scopes: ['tracking_field:read:list_tracking_fields:admin'],
  plan: 'Business or higher',
  kind: 'state',
  row: row({
    id: text,
    field: text,
    recommended_values: json,
    required: flag,
    visible: flag,
  }),
  primaryKey: ['id'],
  pages: { kind: 'none', items: 'tracking_fields' },
});

/** How many users of each kind there are now. */
export const user_summary = defineStream({
  name: 'user_summary',
  title: 'User summary',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/users/GET/users/summary',
  path: '/users/summary',
  budget: 'medium',
  scopes: ['user:read:summary:admin'],
  kind: 'state',
  row: row({
    account_id: text,
    licensed_users_count: integer,
    basic_users_count: integer,
    on_prem_users_count: integer,
    room_users_count: integer,
    pending_users_count: integer,
    join_only_users_count: integer,
    total_users_count: integer,
  }),
  primaryKey: ['account_id'],
  pages: { kind: 'none', items: '' },
  rows: (answer) => [{ account_id: ME, ...answer }],
});
