import { defineStream, type JsonObject } from '../../../core/stream.ts';
import { tokenPages } from '../shapes.ts';
import { dayWindow, flag, id, integer, moment, row, SIX_MONTHS, text } from './columns.ts';
import { listed } from './rows.ts';

const PLAN = 'Business or Enterprise with Zoom Phone licence; role permission Phone System Management';

/** What the history of a call and each step of it have in common. */
const call = {
  call_id: text,
  direction: text,
  start_time: moment,
  answer_time: moment,
  end_time: moment,
  connect_type: text,
  call_type: text,
  hide_caller_id: flag,
  end_to_end: flag,
  caller_ext_id: text,
  caller_did_number: text,
  caller_ext_number: text,
  caller_name: text,
  caller_email: text,
  caller_ext_type: text,
  caller_number_type: text,
  caller_device_type: text,
  caller_country_iso_code: text,
  caller_country_code: text,
  callee_ext_id: text,
  callee_did_number: text,
  callee_ext_number: text,
  callee_name: text,
  callee_email: text,
  callee_ext_type: text,
  callee_number_type: text,
  callee_device_type: text,
  callee_country_iso_code: text,
  callee_country_code: text,
  department: text,
  cost_center: text,
  site_id: text,
  group_id: text,
  site_name: text,
};

/**
 * Calls of the account, by the time at which they were over, so that none is read before it is complete. The document
 * has the rows under a new name with a new name for their id, and still under the old ones; it also says that a list
 * without `recording_status` is one of recorded calls only, so that both kinds are asked for.
 */
export const phone_call_history = defineStream({
  name: 'phone_call_history',
  title: 'Call history',
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/call-logs/GET/phone/call_history',
  path: '/phone/call_history',
  budget: 'phone-heavy',
  scopes: ['phone:read:list_call_logs:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({
    call_history_uuid: text,
    ...call,
    international: flag,
    duration: integer,
    sbc_id: text,
    sbc_name: text,
    sip_group_id: text,
    sip_group_name: text,
    call_result: text,
    spam: text,
    recording_status: text,
    caller_account_code: text,
    callee_account_code: text,
  }),
  primaryKey: ['call_history_uuid'],
  cursor: 'end_time',
  query: { time_type: 'end_time' },
  pages: tokenPages('', 300),
  rows: (answer) => renamed(answer, ['call_history', 'call_logs'], 'call_history_uuid'),
  passes: { param: 'recording_status', values: ['recorded', 'non_recorded'], carry: 'recording_status' },
  window: dayWindow(SIX_MONTHS),
});

/** The steps that a call took: rings, transfers, queues, voicemail. One call to Zoom for each telephone call. */
export const phone_call_elements = defineStream({
  name: 'phone_call_elements',
  title: 'Call elements',
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/call-logs/GET/phone/call_history/{callHistoryUuid}',
  path: '/phone/call_history/{callHistoryUuid}',
  budget: 'phone-light',
  scopes: ['phone:read:call_log:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({
    call_element_id: text,
    call_history_uuid: id,
    ...call,
    client_code: text,
    event: text,
    result: text,
    result_reason: text,
    device_private_ip: text,
    device_public_ip: text,
    operator_ext_number: text,
    operator_ext_id: text,
    operator_ext_type: text,
    operator_name: text,
    press_key: text,
    segment: integer,
    node: integer,
    is_node: integer,
    recording_id: text,
    recording_type: text,
    hold_time: integer,
    waiting_time: integer,
    voicemail_id: text,
  }),
  primaryKey: ['call_element_id'],
  cursor: 'start_time',
  pages: { kind: 'none', items: '' },
  rows: (answer) => renamed(answer, ['call_elements', 'call_path'], 'call_element_id'),
  parents: [
    {
      stream: 'phone_call_history',
      params: { callHistoryUuid: 'call_history_uuid' },
      carry: { call_history_uuid: 'call_history_uuid' },
      endedAt: 'end_time',
    },
  ],
});

/** Rows of a list whose name and the name of whose id have changed, by the new name or else by the old one. */
function renamed(
  answer: JsonObject,
  [list, old]: readonly [string, string],
  member: string,
): readonly JsonObject[] {
  if (Array.isArray(answer[list])) return listed(answer, list);
  if (!Array.isArray(answer[old])) return [answer];
  return listed(answer, old).map(({ id: oldId, ...rest }) => ({ [member]: oldId, ...rest }));
}
