import { defineStream } from '../../../core/stream.ts';
import { tokenPages } from '../shapes.ts';
import { dayWindow, integer, moment, row, text } from './columns.ts';
import { withFingerprint } from './rows.ts';

/** Thirteen months, counted short. */
const THIRTEEN_MONTHS = 390;

/** What calls cost. A call that is passed on is charged several times, and a charge has no id. */
export const phone_call_charges = defineStream({
  name: 'phone_call_charges',
  title: 'Call charges',
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/reports/GET/phone/reports/call_charges',
  path: '/phone/reports/call_charges',
  budget: 'phone-heavy',
  scopes: ['phone:read:call_charges:admin'],
  plan: 'Pro or higher with Zoom Phone licence; role permission Phone System Management',
  kind: 'history',
  row: row({
    charge_id: text,
    nth: integer,
    call_log_id: text,
    caller_number: text,
    caller_billing_number: text,
    callee_number: text,
    callee_billing_number: text,
    call_type: text,
    service_type: text,
    calling_party_name: text,
    cost_center: text,
    employee_id: text,
    department: text,
    end_time: moment,
    duration: integer,
    charge_mode: text,
    rate: text,
    currency: text,
    total_charge: text,
    billing_number: text,
    forward_number_billing: text,
  }),
  primaryKey: ['charge_id', 'nth'],
  repeats: 'nth',
  cursor: 'end_time',
  pages: tokenPages('call_charges', 300),
  rows: withFingerprint('charge_id', [
    'call_log_id',
    'caller_number',
    'caller_billing_number',
    'callee_number',
    'callee_billing_number',
    'call_type',
    'service_type',
    'end_time',
    'billing_number',
    'forward_number_billing',
  ]),
  window: dayWindow(THIRTEEN_MONTHS),
});

/** What administrators changed in the phone system. A line has no id: all that it says tells it apart. */
export const phone_operation_logs = defineStream({
  name: 'phone_operation_logs',
  title: 'Phone operation logs',
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/reports/GET/phone/reports/operationlogs',
  path: '/phone/reports/operationlogs',
  budget: 'phone-heavy',
  scopes: ['phone:read:operation_logs:admin'],
  plan: 'Pro or higher with Zoom Phone licence; role permission Phone System Management',
  kind: 'history',
  row: row({
    log_id: text,
    nth: integer,
    action: text,
    category_type: text,
    operation_detail: text,
    operator: text,
    time: moment,
  }),
  primaryKey: ['log_id', 'nth'],
  repeats: 'nth',
  cursor: 'time',
  pages: tokenPages('operation_logs', 300),
  rows: withFingerprint('log_id', ['time', 'operator', 'category_type', 'action', 'operation_detail']),
  window: dayWindow(undefined),
});
