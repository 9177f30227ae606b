import { defineStream, type JsonObject } from '../../../core/stream.ts';
import { get } from '../users.ts';
import { flag, id, integer, json, moment, number, row, text } from './columns.ts';
import { active, eachUser, joined } from './parents.ts';
import { texts, without } from './rows.ts';

/** All that Zoom tells of a user; the list of users leaves half of it out. */
export const user_details = defineStream({
  name: 'user_details',
  title: 'User details',
  docs: get.docs,
  path: '/users/{userId}',
  budget: get.budget,
  scopes: get.scopes,
  kind: 'state',
  row: row({
    id: text,
    created_at: moment,
    dept: text,
    email: text,
    first_name: text,
    last_client_version: text,
    last_login_time: moment,
    last_name: text,
    pmi: id,
    role_name: text,
    timezone: text,
    type: integer,
    use_pmi: flag,
    display_name: text,
    account_id: text,
    account_number: id,
    cms_user_id: text,
    company: text,
    user_created_at: moment,
    custom_attributes: json,
    employee_unique_id: text,
    group_ids: json,
    division_ids: json,
    im_group_ids: json,
    jid: text,
    job_title: text,
    cost_center: text,
    language: text,
    location: text,
    login_types: json,
    manager: text,
    personal_meeting_url: text,
    phone_country: text,
    phone_number: text,
    phone_numbers: json,
    pic_url: text,
    plan_united_type: text,
    pronouns: text,
    pronouns_option: integer,
    role_id: text,
    status: text,
    vanity_url: text,
    verified: integer,
    cluster: text,
    zoom_one_type: integer,
    license_info_list: json,
  }),
  // Live answers may have it though the document does not: whoever has it can take over meetings.
  omit: ['host_key'],
  primaryKey: ['id'],
  pages: { kind: 'none', items: '' },
  parents: [{ stream: 'users', params: { userId: 'id' }, when: joined }],
});

/**
 * What is switched on for a user, by group of settings. Passcodes among them are left out, and so is what Zoom tells only
 * when asked for it by `option`.
 */
export const user_settings = defineStream({
  name: 'user_settings',
  title: 'User settings',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId}/settings',
  path: '/users/{userId}/settings',
  budget: 'medium',
  scopes: ['user:read:settings:admin', 'user:read:settings'],
  kind: 'state',
  row: row({
    user_id: id,
    audio_conferencing: json,
    email_notification: json,
    feature: json,
    in_meeting: json,
    profile: json,
    recording: json,
    schedule_meeting: json,
    telephony: json,
    tsp: json,
    whiteboard: json,
  }),
  primaryKey: ['user_id'],
  pages: { kind: 'none', items: '' },
  rows: (answer) => [
    without(['pmi_password', 'default_password_for_scheduled_meetings'], answer) as JsonObject,
  ],
  parents: [eachUser],
});

/** What a user may do, one row for each permission. */
export const user_permissions = defineStream({
  name: 'user_permissions',
  title: 'User permissions',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId}/permissions',
  path: '/users/{userId}/permissions',
  budget: 'light',
  scopes: ['user:read:list_permissions:admin', 'user:read:list_permissions'],
  kind: 'state',
  row: row({ user_id: id, permission: text }),
  primaryKey: ['user_id', 'permission'],
  pages: { kind: 'none', items: '' },
  rows: (answer) => texts(answer, 'permissions', 'permission'),
  parents: [eachUser],
});

/** Who may schedule for a user. */
export const user_assistants = defineStream({
  name: 'user_assistants',
  title: 'User assistants',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId}/assistants',
  path: '/users/{userId}/assistants',
  budget: 'medium',
  scopes: ['user:read:list_assistants:admin', 'user:read:list_assistants'],
  kind: 'state',
  row: row({
    user_id: id,
    email: text,
    id: text,
    can_manage_host_private_event: flag,
  }),
  primaryKey: ['user_id', 'id'],
  pages: { kind: 'none', items: 'assistants' },
  parents: [eachUser],
});

/** For whom a user may schedule. */
export const user_schedulers = defineStream({
  name: 'user_schedulers',
  title: 'User schedulers',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId}/schedulers',
  path: '/users/{userId}/schedulers',
  budget: 'medium',
  scopes: ['user:read:list_schedulers:admin', 'user:read:list_schedulers'],
  kind: 'state',
  row: row({
    user_id: id,
    email: text,
    id: text,
    pmi: id,
  }),
  primaryKey: ['user_id', 'id'],
  pages: { kind: 'none', items: 'schedulers' },
  parents: [eachUser],
});

export const collaboration_devices = defineStream({
  name: 'collaboration_devices',
  title: 'Collaboration devices of users',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId}/collaboration_devices',
  path: '/users/{userId}/collaboration_devices',
  budget: 'medium',
  scopes: ['user:read:list_collaboration_devices:admin', 'user:read:list_collaboration_devices'],
  kind: 'state',
  row: row({
    user_id: id,
    id: text,
    device_name: text,
    room_name: text,
    room_user_id: text,
    status: text,
  }),
  primaryKey: ['user_id', 'id'],
  pages: { kind: 'none', items: 'collaboration_devices' },
  parents: [eachUser],
});

/** Presence at the moment of reading; who is not active has none. */
export const user_presence = defineStream({
  name: 'user_presence',
  title: 'User presence',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId}/presence_status',
  path: '/users/{userId}/presence_status',
  budget: 'medium',
  scopes: ['user:read:presence_status:admin', 'user:read:presence_status'],
  kind: 'state',
  row: row({
    user_id: id,
    status: text,
    end_time: moment,
    remaining_time: number,
  }),
  primaryKey: ['user_id'],
  pages: { kind: 'none', items: '' },
  parents: [{ ...eachUser, when: active }],
});
