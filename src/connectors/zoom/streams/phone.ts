import { defineStream } from '../../../core/stream.ts';
import { tokenPages } from '../shapes.ts';
import { id, integer, json, moment, row, text } from './columns.ts';

const PLAN = 'Zoom Phone licence';

/** Users with a licence for Zoom Phone. */
export const phone_users = defineStream({
  name: 'phone_users',
  title: 'Phone users',
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/users/GET/phone/users',
  path: '/phone/users',
  budget: 'phone-medium',
  scopes: ['phone:read:list_users:admin'],
  plan: PLAN,
  kind: 'state',
  row: row({
    calling_plans: json,
    email: text,
    extension_id: text,
    extension_number: id,
    id: text,
    name: text,
    phone_user_id: text,
    site: json,
    status: text,
    activation_status: text,
    phone_numbers: json,
    department: text,
    cost_center: text,
  }),
  primaryKey: ['id'],
  pages: tokenPages('users', 100),
});

/** Numbers, also those that nobody has yet and those that are still being ported. */
export const phone_numbers = defineStream({
  name: 'phone_numbers',
  title: 'Phone numbers',
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/phone-numbers/GET/phone/numbers',
  path: '/phone/numbers',
  budget: 'phone-medium',
  scopes: ['phone:read:list_numbers:admin'],
  plan: PLAN,
  kind: 'state',
  row: row({
    assignee: json,
    capability: json,
    carrier: json,
    display_name: text,
    emergency_address: json,
    emergency_address_status: integer,
    emergency_address_update_time: moment,
    id: text,
    location: text,
    number: text,
    number_type: text,
    sip_group: json,
    site: json,
    source: text,
    status: text,
  }),
  primaryKey: ['id'],
  query: { type: 'all', pending_numbers: true },
  pages: tokenPages('phone_numbers', 100),
});

export const phone_sites = defineStream({
  name: 'phone_sites',
  title: 'Phone sites',
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/sites/GET/phone/sites',
  path: '/phone/sites',
  budget: 'phone-medium',
  scopes: ['phone:read:list_sites:admin'],
  plan: 'Zoom Phone licence with multiple sites',
  kind: 'state',
  row: row({
    country: json,
    id: text,
    main_auto_receptionist: json,
    name: text,
    site_code: integer,
  }),
  primaryKey: ['id'],
  pages: tokenPages('sites', 300),
});

/** Desk phones. Zoom lists those in use and those in stock apart. */
export const phone_devices = defineStream({
  name: 'phone_devices',
  title: 'Desk phones',
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/phone-devices/GET/phone/devices',
  path: '/phone/devices',
  budget: 'phone-medium',
  scopes: ['phone:read:list_devices:admin'],
  plan: PLAN,
  kind: 'state',
  row: row({
    assignment: text,
    assignee: json,
    assignees: json,
    device_type: text,
    display_name: text,
    id: text,
    mac_address: text,
    site: json,
    status: text,
    provision_template_id: text,
  }),
  primaryKey: ['id'],
  pages: tokenPages('devices', 300),
  passes: { param: 'type', values: ['assigned', 'unassigned'], carry: 'assignment' },
});

/** Zoom Rooms with a licence for Zoom Phone. */
export const phone_rooms = defineStream({
  name: 'phone_rooms',
  title: 'Phone rooms',
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/zoom-rooms/GET/phone/rooms',
  path: '/phone/rooms',
  budget: 'phone-medium',
  scopes: ['phone:read:list_rooms:admin'],
  plan: PLAN,
  kind: 'state',
  row: row({
    calling_plans: json,
    extension_id: text,
    extension_number: id,
    id: text,
    name: text,
    phone_numbers: json,
    site: json,
  }),
  primaryKey: ['id'],
  pages: tokenPages('rooms', 100),
});

/** Numbers and prefixes that nobody is called from or can call. */
export const phone_blocked_list = defineStream({
  name: 'phone_blocked_list',
  title: 'Blocked numbers',
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/blocked-list/GET/phone/blocked_list',
  path: '/phone/blocked_list',
  budget: 'phone-medium',
  scopes: ['phone:read:list_blocked_lists:admin'],
  plan: PLAN,
  kind: 'state',
  row: row({
    block_type: text,
    comment: text,
    id: text,
    match_type: text,
    phone_number: text,
    status: text,
  }),
  primaryKey: ['id'],
  pages: tokenPages('blocked_list', 100),
});
