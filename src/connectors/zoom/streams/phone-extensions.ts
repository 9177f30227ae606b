import { defineStream } from '../../../core/stream.ts';
import { tokenPages } from '../shapes.ts';
import { flag, id, json, row, text } from './columns.ts';

// Extensions that belong to no single user.

const PLAN = 'Zoom Phone licence';

export const phone_call_queues = defineStream({
  name: 'phone_call_queues',
  title: 'Call queues',
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/call-queues/GET/phone/call_queues',
  path: '/phone/call_queues',
  budget: 'phone-medium',
  scopes: ['phone:read:list_call_queues:admin'],
  plan: PLAN,
  kind: 'state',
  row: row({
    extension_id: text,
    extension_number: id,
    id: text,
    name: text,
    phone_numbers: json,
    site: json,
    status: text,
  }),
  primaryKey: ['id'],
  pages: tokenPages('call_queues', 100),
});

export const phone_call_queue_members = defineStream({
  name: 'phone_call_queue_members',
  title: 'Call queue members',
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/call-queues/GET/phone/call_queues/{callQueueId}/members',
  path: '/phone/call_queues/{callQueueId}/members',
  budget: 'phone-medium',
  scopes: ['phone:read:list_call_queue_members:admin'],
  plan: PLAN,
  kind: 'state',
  row: row({
    call_queue_id: id,
    id: text,
    level: text,
    name: text,
    receive_call: flag,
    extension_id: text,
  }),
  primaryKey: ['call_queue_id', 'id'],
  // The document has the token in the answer and forgets it among the parameters; no size is known.
  pages: {
    kind: 'token',
    items: 'call_queue_members',
    token: 'next_page_token',
    param: 'next_page_token',
  },
  parents: [{ stream: 'phone_call_queues', params: { callQueueId: 'id' }, carry: { call_queue_id: 'id' } }],
});

export const phone_auto_receptionists = defineStream({
  name: 'phone_auto_receptionists',
  title: 'Auto receptionists',
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/auto-receptionists/GET/phone/auto_receptionists',
  path: '/phone/auto_receptionists',
  budget: 'phone-medium',
  scopes: ['phone:read:list_auto_receptionists:admin'],
  plan: PLAN,
  kind: 'state',
  row: row({
    cost_center: text,
    department: text,
    extension_id: text,
    extension_number: id,
    id: text,
    name: text,
    timezone: text,
    audio_prompt_language: text,
    holiday_hours: json,
    phone_numbers: json,
    site: json,
  }),
  primaryKey: ['id'],
  pages: tokenPages('auto_receptionists', 100),
});

export const phone_common_areas = defineStream({
  name: 'phone_common_areas',
  title: 'Common areas',
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/common-areas/GET/phone/common_areas',
  path: '/phone/common_areas',
  budget: 'phone-medium',
  scopes: ['phone:read:common_area:admin'],
  plan: PLAN,
  kind: 'state',
  row: row({
    calling_plans: json,
    display_name: text,
    extension_number: id,
    id: text,
    phone_numbers: json,
    site: json,
    status: text,
    desk_phones: json,
  }),
  primaryKey: ['id'],
  pages: tokenPages('common_areas', 100),
});

export const phone_shared_line_groups = defineStream({
  name: 'phone_shared_line_groups',
  title: 'Shared line groups',
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/shared-line-group/GET/phone/shared_line_groups',
  path: '/phone/shared_line_groups',
  budget: 'phone-medium',
  scopes: ['phone:read:list_shared_line_groups:admin'],
  plan: PLAN,
  kind: 'state',
  row: row({
    display_name: text,
    extension_id: text,
    extension_number: id,
    id: text,
    phone_numbers: json,
    site: json,
    status: text,
  }),
  primaryKey: ['id'],
  pages: tokenPages('shared_line_groups', 300),
});
