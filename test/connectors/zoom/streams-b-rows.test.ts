import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, Stream } from '../../../src/core/stream.ts';
import * as account from '../../../src/connectors/zoom/streams/account.ts';
import * as auditReports from '../../../src/connectors/zoom/streams/audit-reports.ts';
import * as billingReports from '../../../src/connectors/zoom/streams/billing-reports.ts';
import * as chat from '../../../src/connectors/zoom/streams/chat.ts';
import * as phoneCalls from '../../../src/connectors/zoom/streams/phone-calls.ts';
import { fingerprint } from '../../../src/connectors/zoom/streams/rows.ts';
import * as usageReports from '../../../src/connectors/zoom/streams/usage-reports.ts';
import * as userChildren from '../../../src/connectors/zoom/streams/user-children.ts';

const rowsOf = (stream: Stream, answer: JsonObject): readonly JsonObject[] => {
  const rows = stream.rows?.(answer, {});
  assert.ok(rows, `${stream.name} makes its rows`);
  return rows;
};

void test('a permission or domain is a row, and an answer without any has none', () => {
  const { user_permissions } = userChildren;
  assert.deepEqual(rowsOf(user_permissions, { permissions: ['User:Read', 'User:Edit'] }), [
    { permission: 'User:Read' },
    { permission: 'User:Edit' },
  ]);
  assert.deepEqual(rowsOf(user_permissions, {}), []);
  assert.deepEqual(rowsOf(account.trusted_domains, { trusted_domains: ['example.com'] }), [
    { domain: 'example.com' },
  ]);
});

void test('settings come without the passcodes and tokens that lie deep in them', () => {
  const schedule = {
    host_video: true,
    pmi_password: '1',
    default_password_for_scheduled_meetings: '2',
    require_password_for_pmi_meetings: 'all',
  };
  assert.deepEqual(rowsOf(userChildren.user_settings, { schedule_meeting: schedule, tsp: null }), [
    { schedule_meeting: { host_video: true, require_password_for_pmi_meetings: 'all' }, tsp: null },
  ]);
  const archive = { enable: true, type: 'smarsh', authorized_channel_token: 't', passcode: 'p' };
  const chatSettings = {
    send_data_to_third_party_archiving_service: archive,
    lists: [{ passcode: 'p', n: 1 }],
  };
  assert.deepEqual(rowsOf(account.account_settings, { chat: chatSettings }), [
    {
      account_id: 'me',
      chat: {
        send_data_to_third_party_archiving_service: { enable: true, type: 'smarsh' },
        lists: [{ n: 1 }],
      },
    },
  ]);
  assert.deepEqual(rowsOf(account.user_summary, { total_users_count: 3 }), [
    { account_id: 'me', total_users_count: 3 },
  ]);
});

void test('a log line is told apart by what it says, and by nothing that may become known later', () => {
  const line = { time: '2026-11-20T10:00:00Z', email: 'ada@example.com', type: 'Sign in', version: '' };
  const [row] = rowsOf(auditReports.report_activities, line);
  assert.deepEqual(row, { ...line, log_id: row?.['log_id'] });
  assert.match(String(row?.['log_id']), /^[\w-]{22}$/);
  // An empty member is one that is missing; another one makes another row.
  const { version: _, ...shorter } = line;
  assert.equal(rowsOf(auditReports.report_activities, shorter)[0]?.['log_id'], row?.['log_id']);
  const out = rowsOf(auditReports.report_activities, { ...line, type: 'Sign out' });
  assert.notEqual(out[0]?.['log_id'], row?.['log_id']);
  // Values do not run into each other.
  assert.notEqual(fingerprint({ a: '1,', b: '2' }, ['a', 'b']), fingerprint({ a: '1', b: ',2' }, ['a', 'b']));

  const help = { meeting_uuid: 'a==', request_time: '2026-11-20T10:00:00Z', supporter_name: 'Ada' };
  const ended = { ...help, end_time: '2026-11-20T10:09:00Z', duration: '09:00' };
  const ids = [help, ended].map((it) => rowsOf(auditReports.report_remote_support, it)[0]?.['log_id']);
  assert.equal(ids[0], ids[1]);
  const leg = { uuid: 'a==', phone_number: '+1', start_time: '2026-11-20T10:00:00Z', rate: 0.03 };
  const legs = [leg, { ...leg, rate: 0.05 }, { ...leg, phone_number: '+2' }].map(
    (it) => rowsOf(usageReports.report_telephone, it)[0]?.['leg_id'],
  );
  assert.equal(legs[0], legs[1]);
  assert.notEqual(legs[0], legs[2]);
});

void test('rows get what the answer says beside their list: the day, the span, the currency', () => {
  const { report_active_users, report_inactive_users } = usageReports;
  const answer = {
    from: '2026-11-20',
    to: '2026-11-20',
    total_meetings: 2,
    users: [{ id: 'u1', meetings: 2 }],
  };
  assert.deepEqual(rowsOf(report_active_users, answer), [{ date: '2026-11-20', id: 'u1', meetings: 2 }]);
  assert.deepEqual(rowsOf(report_inactive_users, { from: 'a', to: 'b', users: [{ id: 'u2' }] }), [
    { from: 'a', to: 'b', id: 'u2' },
  ]);
  const { report_billing, report_invoices } = billingReports;
  assert.deepEqual(rowsOf(report_billing, { currency: 'USD', billing_reports: [{ id: 'b1', type: 1 }] }), [
    { currency: 'USD', id: 'b1', type: 1 },
  ]);
  const invoice = { invoice_number: '3', invoice_charge_name: 'Audio', quantity: 45 };
  const lines = rowsOf(report_invoices, {
    currency: 'EUR',
    invoices: [invoice, { ...invoice, invoice_charge_name: 'Webinar' }],
  });
  assert.deepEqual(lines[0], { currency: 'EUR', ...invoice, line_id: lines[0]?.['line_id'] });
  assert.notEqual(lines[0]?.['line_id'], lines[1]?.['line_id']);
});

void test('an answer without its list becomes a row without a key, so that quarantine shows it', () => {
  const odd = { message: 'moved' };
  const { report_active_users, report_inactive_users } = usageReports;
  const { phone_call_history, phone_call_elements } = phoneCalls;
  for (const stream of [report_active_users, report_inactive_users, chat.chat_messages, phone_call_history]) {
    assert.deepEqual(rowsOf(stream, odd), [
      stream === report_active_users ? { date: undefined, ...odd } : odd,
    ]);
  }
  assert.deepEqual(rowsOf(phone_call_elements, odd), [odd]);
});

void test('a chat message, each of its edits and its deletion are rows of their own', () => {
  const message = { id: 'm1', message: 'hi', timestamp: 1, action_timestamp: 5 };
  assert.deepEqual(
    rowsOf(chat.chat_messages, {
      messages: [message, { id: 'm2', message: 'ho', timestamp: 2 }],
      edited_messages: [{ id: 'm1', message: 'h', timestamp: 1, action_timestamp: 4 }],
      deleted_messages: [{ id: 'm3', timestamp: 3 }],
    }),
    [
      { ...message, change: 'sent', version: 1 },
      { id: 'm2', message: 'ho', timestamp: 2, change: 'sent', version: 2 },
      { id: 'm1', message: 'h', timestamp: 1, action_timestamp: 4, change: 'edited', version: 4 },
      { id: 'm3', timestamp: 3, change: 'deleted', version: 3 },
    ],
  );
  assert.deepEqual(rowsOf(chat.chat_messages, { messages: [] }), []);
});

void test('calls and their elements are read under the new names and under the old ones', () => {
  const { phone_call_history, phone_call_elements } = phoneCalls;
  assert.deepEqual(
    rowsOf(phone_call_history, {
      call_history: [{ call_history_uuid: 'h1', duration: 20 }],
      call_logs: [{ id: 'h1', duration: 20 }],
    }),
    [{ call_history_uuid: 'h1', duration: 20 }],
  );
  assert.deepEqual(rowsOf(phone_call_history, { call_logs: [{ id: 'h1', duration: 20 }] }), [
    { call_history_uuid: 'h1', duration: 20 },
  ]);
  assert.deepEqual(
    rowsOf(phone_call_elements, { id: 'h1', call_elements: [{ call_element_id: 'e1', event: 'ring' }] }),
    [{ call_element_id: 'e1', event: 'ring' }],
  );
  assert.deepEqual(rowsOf(phone_call_elements, { call_path: [{ id: 'e1' }] }), [{ call_element_id: 'e1' }]);
  assert.equal(phone_call_elements.parents?.[0]?.endedAt, 'end_time');
});
