import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Account, type Row, dayBefore, openAccount } from './zoom-access.ts';
import { same } from './zoom-rows.ts';

/** Ranges of a month that cover the last half year and today, as reports take them. */
function months(): string[] {
  return Array.from({ length: 7 }, (_, i) => `from=${dayBefore(28 * (i + 1) - 1)}&to=${dayBefore(28 * i)}`);
}

/** All rows of a report over the last half year, in windows of four weeks. */
async function halfYear(account: Account, path: string, key: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const range of months()) rows.push(...(await account.all(`${path}&${range}`, key)));
  return rows;
}

void test('the daily report adds up the meetings of each day of a month', async () => {
  await using account = await openAccount({ users: 6 });
  const days: Row[] = [];
  const now = new Date();
  for (let back = 0; back <= 6; back++) {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1));
    const query = `year=${month.getUTCFullYear()}&month=${month.getUTCMonth() + 1}`;
    const { body } = await account.get(`/report/daily?${query}`);
    assert.deepEqual([body.year, body.month], [month.getUTCFullYear(), month.getUTCMonth() + 1]);
    days.push(...body.dates);
  }
  same(days, await account.truth('report_daily'), 'date', 'meetings', 'participants', 'meeting_minutes');
  // The same numbers, counted from what the truth says of each meeting.
  const since = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 6, 1)).toISOString().slice(0, 10);
  const meetings = (await account.truth('meetings')).filter(
    (row) => row['visible'] && row['instance_start'].slice(0, 10) >= since,
  );
  const sum = (name: string): number => days.reduce((total, row) => total + row[name], 0);
  assert.equal(sum('meetings'), meetings.length);
  assert.equal(
    sum('participants'),
    meetings.reduce((total, row) => total + row['participants'], 0),
  );
  const past = (await account.get(`/report/daily?year=${now.getUTCFullYear() - 1}&month=1`)).body;
  assert.equal(past.code, 300);
  assert.equal((await account.get('/report/daily?month=13')).body.errors[0].field, 'month');
});

void test('a host is active or inactive in a range, and a group narrows both', async () => {
  await using account = await openAccount({ users: 12, meetings: 2, webinars: 0 });
  const range = `from=${dayBefore(10)}&to=${dayBefore(0)}`;
  const active = await account.all(`/report/users?type=active&${range}&page_size=2`, 'users');
  const inactive = await account.all(`/report/users?type=inactive&${range}&page_size=3`, 'users');
  same([...active, ...inactive], await account.truth('user_details'), 'id', 'email');
  const hosted = (await account.truth('meetings')).filter(
    (row) => row['visible'] && row['instance_start'] >= `${dayBefore(10)}T`,
  );
  assert.deepEqual(new Set(active.map((row) => row['id'])), new Set(hosted.map((row) => row['host_id'])));
  assert.ok(inactive.every((row) => row['meetings'] === 0 && row['meeting_minutes'] === 0));
  assert.ok(active.length > 0 && inactive.length > 0);
  const { body } = await account.get(`/report/users?${range}`);
  assert.equal(body.total_meetings, hosted.length);
  const [group] = (await account.truth('group_members')).slice(-1);
  const few = await account.all(`/report/users?${range}&group_id=${group?.['group_id']}`, 'users');
  assert.ok(few.length <= active.length);
  assert.equal((await account.get(`/report/users?${range}&group_id=none`)).status, 400);
});

void test('half a year of logs is that of the truth, to the last page', async () => {
  await using account = await openAccount({ users: 5 });
  const activities = await halfYear(account, '/report/activities?page_size=300', 'activity_logs');
  const truth = await account.truth('report_activities');
  assert.ok(truth.length > 500);
  same(activities, truth.filter(recent), 'email', 'time', 'type');
  const logs = await halfYear(account, '/report/operationlogs?page_size=70', 'operation_logs');
  const log = ['time', 'operator', 'category_type', 'action', 'operation_detail'];
  same(logs, (await account.truth('report_operation_logs')).filter(recent), ...log);
  const users = await halfYear(account, '/report/operationlogs?category_type=user', 'operation_logs');
  assert.equal(users.length, logs.filter((row) => row['category_type'] === 'user').length);
  const wrong = `/report/operationlogs?category_type=nothing&${months()[0]}`;
  assert.equal((await account.get(wrong)).body.errors[0].field, 'category_type');
});

/** Of the windows that `months` names; the truth goes some days further back, or less far. */
function recent(row: Row): boolean {
  const time: string = row['time'] ?? row['start_time'] ?? row['activity_time'];
  return time >= `${dayBefore(28 * 7 - 1)}T`;
}

void test('a range of more than a month is cut without a word, and so is what is older than half a year', async () => {
  await using account = await openAccount();
  const long = (await account.get(`/report/users?from=${dayBefore(100)}&to=${dayBefore(0)}`)).body;
  assert.equal(long.from, dayBefore(100));
  assert.ok(Date.parse(long.to) - Date.parse(long.from) <= 31 * 86_400_000);
  const old = (await account.get(`/report/activities?from=${dayBefore(400)}&to=${dayBefore(390)}`)).body;
  assert.ok(Date.parse(old.from) >= Date.parse(dayBefore(190)));
  const storage = (await account.get(`/report/cloud_recording?from=${dayBefore(60)}&to=${dayBefore(0)}`))
    .body;
  assert.equal(Date.parse(storage.to) - Date.parse(storage.from), 30 * 86_400_000);
  for (const path of ['users', 'operationlogs', 'telephone', 'remote_support', 'chat/sessions']) {
    assert.equal(
      (await account.get(`/report/${path}?to=${dayBefore(0)}`)).body.errors[0].field,
      'from',
      path,
    );
  }
});

void test('storage grows by the recordings of a day, and today has no row yet', async () => {
  await using account = await openAccount({ users: 10 });
  const range = `from=${dayBefore(29)}&to=${dayBefore(0)}`;
  const days: Row[] = (await account.get(`/report/cloud_recording?${range}`)).body.cloud_recording_storage;
  assert.deepEqual(
    days.map((row) => row['date']),
    Array.from({ length: 29 }, (_, i) => dayBefore(29 - i)),
  );
  const size = (text: string): number => Number.parseFloat(text) * (text.endsWith('GB') ? 1024 : 1);
  const truth = new Map(
    (await account.truth('report_cloud_recording')).map((row) => [row['date'], row['bytes']]),
  );
  for (const row of days) {
    const expected = truth.get(row['date']) / 1_048_576;
    assert.ok(Math.abs(size(row['usage']) - expected) < Math.max(0.01, expected / 1000), row['date']);
  }
  assert.ok(size(days.at(-1)?.['usage']) > size(days[0]?.['usage']));
});

void test('telephone lines come by kind, and dates of meetings take the counts away', async () => {
  await using account = await openAccount({ users: 10, participants: 20 });
  const rows: Row[] = [];
  for (const type of ['1', '2', '3']) {
    rows.push(...(await halfYear(account, `/report/telephone?type=${type}&page_size=5`, 'telephony_usage')));
  }
  same(rows, await account.truth('report_telephone'), 'uuid', 'phone_number', 'start_time', 'type');
  const range = months()[0];
  const by = async (what: string): Promise<Row> =>
    (await account.get(`/report/telephone?query_date_type=${what}&${range}`)).body;
  assert.ok('total_records' in (await by('end_time')));
  assert.ok(!('total_records' in (await by('meeting_start_time'))));
  assert.equal((await by('never'))['code'], 300);
});

void test('bills lead to their invoices', async () => {
  await using account = await openAccount();
  const bills: Row[] = (await account.get('/report/billing')).body.billing_reports;
  same(bills, await account.truth('report_billing'), 'id', 'start_date');
  const invoices: Row[] = [];
  for (const { id, total_amount } of bills) {
    const own: Row[] = (await account.get(`/report/billing/invoices?billing_id=${id}`)).body.invoices;
    const sum = own.reduce((total, row) => total + Math.round(Number(row['total_amount']) * 100), 0);
    assert.equal(sum, Math.round(Number(total_amount) * 100));
    invoices.push(...own.map((row) => ({ ...row, billing_id: id })));
  }
  same(invoices, await account.truth('report_invoices'), 'billing_id', 'invoice_number', 'total_amount');
  assert.equal((await account.get('/report/billing/invoices?billing_id=none')).body.code, 5010);
  assert.equal((await account.get('/report/billing/invoices')).body.code, 300);
});

void test('what people did in meetings is told of one kind or all, in order of time', async () => {
  await using account = await openAccount({ users: 4 });
  const path = '/report/meeting_activities?page_size=300&activity_type=';
  const all = await halfYear(account, `${path}All%20Activities`, 'meeting_activity_logs');
  const truth = await account.truth('report_meeting_activities');
  const cut = (row: Row): Row => ({
    number: row['meeting_number'].replaceAll(' ', ''),
    time: Date.parse(row['activity_time'].replace(' ', 'T').replace(/:(\d{3})$/, '.$1Z')),
    operator: row['operator'],
    category: row['activity_category'],
  });
  const expected = truth
    .filter(recent)
    .map((row) => ({ ...cut(row), time: Date.parse(row['activity_time']) }));
  assert.ok(expected.length > 300);
  same(all.map(cut), expected, 'number', 'time', 'operator', 'category');
  const joins = await halfYear(account, `${path}User%20Join`, 'meeting_activity_logs');
  assert.equal(joins.length, all.filter((row) => row['activity_category'] === 'User Join').length);
  const [first] = all;
  const one = await halfYear(
    account,
    `${path}All%20Activities&meeting_number=${cut(first ?? {})['number']}`,
    'meeting_activity_logs',
  );
  assert.ok(one.every((row) => row['meeting_number'] === first?.['meeting_number']));
  const unsaid = await account.get(`/report/meeting_activities?${months()[0]}`);
  assert.equal(unsaid.body.errors[0].field, 'activity_type');
});

void test('remote support names who was helped and for how long', async () => {
  await using account = await openAccount({ users: 20 });
  const rows = await halfYear(account, '/report/remote_support?page_size=2', 'remote_support_logs');
  same(rows, await account.truth('report_remote_support'), 'meeting_uuid', 'start_time', 'supportee_name');
  assert.ok(rows.every((row) => /^\d\d:\d\d$/.test(row['duration'])));
});

void test('reports are not for free accounts', async () => {
  await using account = await openAccount({ plan: 'free' });
  const { status, body } = await account.get(`/report/users?${months()[0]}`);
  assert.deepEqual([status, body.code], [400, 200]);
});
