import { defineStream } from '../../../core/stream.ts';
import { tokenPages } from '../shapes.ts';
import { flag, id, integer, json, moment, row, text } from './columns.ts';
import { eachUser } from './parents.ts';

/**
 * Devices of Zoom Rooms. Zoom leaves out those that are not enrolled in its device management unless it is asked for
 * them. The document names no granular scope: an app from before March 2024 has the classic one.
 */
export const devices = defineStream({
  name: 'devices',
  title: 'Zoom Rooms devices',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/devices/GET/devices',
  path: '/devices',
  budget: 'heavy',
  scopes: ['device:read:admin'],
  kind: 'state',
  row: row({
    device_id: text,
    device_name: text,
    mac_address: text,
    serial_number: text,
    vendor: text,
    model: text,
    platform_os: text,
    app_version: text,
    tag: text,
    enrolled_in_zdm: flag,
    connected_to_zdm: flag,
    room_id: text,
    room_name: text,
    device_type: integer,
    skd_version: text,
    device_status: integer,
    last_online: moment,
    user_email: text,
  }),
  primaryKey: ['device_id'],
  pages: tokenPages('devices', 300),
  passes: { param: 'is_enrolled_in_zdm', values: ['true', 'false'], carry: 'enrolled_in_zdm' },
});

/** Groups of Zoom Device Management. */
export const device_groups = defineStream({
  name: 'device_groups',
  title: 'Device groups',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/devices/GET/devices/groups',
  path: '/devices/groups',
  budget: 'medium',
  scopes: ['device:read:list_groups:admin', 'device:read:list_groups:master'],
  kind: 'state',
  row: row({
    zdm_group_id: text,
    name: text,
    description: text,
  }),
  primaryKey: ['zdm_group_id'],
  pages: tokenPages('groups', 100),
});

/** Devices of other makers that reach meetings through a room connector. */
export const h323_devices = defineStream({
  name: 'h323_devices',
  title: 'H.323 and SIP devices',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/h323-devices/GET/h323/devices',
  path: '/h323/devices',
  budget: 'medium',
  scopes: ['h323_device:read:list_devices:admin'],
  kind: 'state',
  row: row({
    id: text,
    encryption: text,
    ip: text,
    name: text,
    protocol: text,
  }),
  primaryKey: ['id'],
  pages: tokenPages('devices', 300),
});

/** Accounts of Zoom clients at a telephone system of the company's own. */
export const sip_phones = defineStream({
  name: 'sip_phones',
  title: 'SIP phones',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/sip-phone/GET/sip_phones/phones',
  path: '/sip_phones/phones',
  budget: 'medium',
  scopes: ['sip_phone:read:list_sip_phones:admin'],
  plan: 'SIP phone integration switched on',
  kind: 'state',
  row: row({
    authorization_name: text,
    domain: text,
    phone_id: text,
    registration_expire_time: integer,
    user_email: text,
    user_name: text,
    voice_mail: text,
    display_number: text,
    server: json,
    server_2: json,
    server_3: json,
  }),
  omit: ['password'],
  primaryKey: ['phone_id'],
  pages: tokenPages('phones', 300),
});

/** Dial-in accounts of users at another telephony provider, at most two each; `id` is 1 or 2. */
export const tsp_accounts = defineStream({
  name: 'tsp_accounts',
  title: 'Telephony provider accounts',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/tsp/GET/users/{userId}/tsp',
  path: '/users/{userId}/tsp',
  budget: 'medium',
  scopes: ['tsp:read:list_tsp_accounts:admin', 'tsp:read:list_tsp_accounts'],
  plan: 'Pro or higher with telephony service provider audio',
  kind: 'state',
  row: row({
    user_id: id,
    conference_code: text,
    dial_in_numbers: json,
    id: text,
    tsp_bridge: text,
  }),
  omit: ['leader_pin'],
  primaryKey: ['user_id', 'id'],
  pages: { kind: 'none', items: 'tsp_accounts' },
  parents: [eachUser],
});

/** Conferences that are held by telephone only. */
export const pac_accounts = defineStream({
  name: 'pac_accounts',
  title: 'Personal audio conferences',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/pac/GET/users/{userId}/pac',
  path: '/users/{userId}/pac',
  budget: 'light',
  scopes: ['pac:read:list_pac_accounts:admin', 'pac:read:list_pac_accounts'],
  plan: 'Pro or higher with audio conferencing',
  kind: 'state',
  row: row({
    user_id: id,
    conference_id: id,
    dedicated_dial_in_number: json,
    global_dial_in_numbers: json,
  }),
  omit: ['listen_only_password', 'participant_password'],
  primaryKey: ['user_id', 'conference_id'],
  pages: { kind: 'none', items: 'pac_accounts' },
  parents: [eachUser],
});
