import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budgets, PHONE_LIMITS } from '../../src/sandbox/zoom/budgets.ts';
import { type Account, type Row, dayBefore, openAccount } from './zoom-access.ts';
import { same } from './zoom-rows.ts';

const MIDNIGHT = Date.UTC(2026, 4, 13);

/** All rows of a list from that many days ago until yesterday, in windows of four weeks. */
async function since(account: Account, days: number, path: string, key: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let last = 1; last <= days; last += 28) {
    const first = Math.min(days, last + 27);
    rows.push(...(await account.all(`${path}&from=${dayBefore(first)}&to=${dayBefore(last)}`, key)));
  }
  return rows;
}

function within(days: number, name: string): (row: Row) => boolean {
  return (row) => row[name] >= `${dayBefore(days)}T` && row[name] < `${dayBefore(0)}T`;
}

void test('the directory of Phone is that of the truth', async () => {
  await using account = await openAccount({ users: 30 });
  const lists = [
    ['users', 'users', 'phone_users', 'extension_number'],
    ['sites', 'sites', 'phone_sites', 'name'],
    ['call_queues', 'call_queues', 'phone_call_queues', 'extension_number'],
    ['auto_receptionists', 'auto_receptionists', 'phone_auto_receptionists', 'extension_number'],
    ['common_areas', 'common_areas', 'phone_common_areas', 'extension_number'],
    ['shared_line_groups', 'shared_line_groups', 'phone_shared_line_groups', 'extension_number'],
    ['rooms', 'rooms', 'phone_rooms', 'extension_number'],
    ['numbers', 'phone_numbers', 'phone_numbers', 'number'],
    ['blocked_list', 'blocked_list', 'phone_blocked_list', 'phone_number'],
  ] as const;
  for (const [path, key, table, member] of lists) {
    same(await account.all(`/phone/${path}?page_size=2`, key), await account.truth(table), 'id', member);
  }
  const numbers = (await account.truth('phone_numbers')).map((row) => row['number']);
  assert.equal(new Set(numbers).size, numbers.length);
});

void test('assigned and unassigned halves make the whole', async () => {
  await using account = await openAccount({ users: 30 });
  const both = async (path: string, key: string): Promise<Row[]> => [
    ...(await account.all(`/phone/${path}?type=assigned&page_size=3`, key)),
    ...(await account.all(`/phone/${path}?type=unassigned&page_size=3`, key)),
  ];
  same(await both('devices', 'devices'), await account.truth('phone_devices'), 'id');
  same(await both('numbers', 'phone_numbers'), await account.truth('phone_numbers'), 'id');
  const unsaid = await account.get('/phone/devices');
  assert.equal(unsaid.body.errors[0].field, 'type');
});

void test('a queue lists who answers in it', async () => {
  await using account = await openAccount({ users: 30 });
  const rows: Row[] = [];
  for (const { id } of await account.all('/phone/call_queues', 'call_queues')) {
    const own = await account.all(`/phone/call_queues/${id}/members`, 'call_queue_members');
    rows.push(...own.map((row) => ({ ...row, call_queue_id: id })));
  }
  same(rows, await account.truth('phone_call_queue_members'), 'call_queue_id', 'id', 'level');
  assert.equal((await account.get('/phone/call_queues/none/members')).status, 400);
});

void test('months of calls are those of the truth, several hundred to a month', async () => {
  await using account = await openAccount();
  const calls = await since(account, 84, '/phone/call_history?page_size=300', 'call_history');
  const truth = (await account.truth('phone_call_history')).filter(within(84, 'start_time'));
  assert.ok(truth.length > 900);
  same(calls, truth, 'call_history_uuid', 'call_id', 'start_time', 'call_result', 'duration');
  const month = `from=${dayBefore(28)}&to=${dayBefore(1)}`;
  const { body } = await account.get(`/phone/call_history?${month}`);
  assert.equal(body.call_logs.length, 30);
  assert.equal(body.call_logs[0].id, body.call_history[0].call_history_uuid);
  const inbound = await account.all(
    `/phone/call_history?${month}&directions=inbound&page_size=300`,
    'call_history',
  );
  assert.equal(
    inbound.length,
    truth.filter(within(28, 'start_time')).filter((row) => row['direction'] === 'inbound').length,
  );
  const day = (await account.get('/phone/call_history')).body;
  assert.deepEqual([day.from, day.to], [dayBefore(1), dayBefore(0)]);
});

void test('a call leads to its steps, and a step to itself', async () => {
  await using account = await openAccount();
  const truth = (await account.truth('phone_call_elements')).slice(-120);
  const ids = [...new Set(truth.map((row) => row['call_history_uuid']))].slice(1);
  const found: Row[] = [];
  for (const id of ids) {
    const { body } = await account.get(`/phone/call_history/${id}`);
    assert.equal(body.call_history_uuid, id);
    assert.deepEqual(
      body.call_path.map((row: Row) => row['id']),
      body.call_elements.map((row: Row) => row['call_element_id']),
    );
    found.push(...body.call_elements.map((row: Row) => ({ ...row, call_history_uuid: id })));
  }
  same(
    found,
    truth.filter((row) => ids.includes(row['call_history_uuid'])),
    'call_element_id',
    'call_history_uuid',
  );
  assert.ok(found.length > ids.length, 'a call through a queue has two steps');
  const [one] = found;
  assert.deepEqual((await account.get(`/phone/call_element/${one?.['call_element_id']}`)).body, one);
  for (const path of ['call_history', 'call_element']) {
    assert.equal(
      (await account.get(`/phone/${path}/20260101-00000000-4000-a000-0000-000000000000`)).status,
      404,
    );
    assert.equal((await account.get(`/phone/${path}/none`)).status, 404);
  }
});

void test('the account lists what its users list: recordings and voicemails', async () => {
  await using account = await openAccount();
  const users = (await account.truth('phone_users')).map((row) => row['id']);
  const lists = [
    ['recordings', 'recordings', 'phone_recordings'],
    ['voice_mails', 'voice_mails', 'phone_voicemails'],
  ] as const;
  for (const [path, key, table] of lists) {
    const rows = await since(account, 56, `/phone/${path}?page_size=7`, key);
    const time = table === 'phone_recordings' ? 'call_start' : 'date_time';
    same(rows, (await account.truth(table)).filter(within(56, time)), 'id', 'call_id', 'date_time');
    const each: Row[] = [];
    for (const id of users) each.push(...(await since(account, 56, `/phone/users/${id}/${path}?x=`, key)));
    same(each, rows, 'id', 'date_time', 'duration');
  }
});

void test('who has no Phone is no user of it', async () => {
  await using account = await openAccount();
  const phone = new Set((await account.truth('phone_users')).map((row) => row['id']));
  const other = (await account.truth('user_details')).find((row) => !phone.has(row['id']));
  for (const path of ['recordings', 'voice_mails']) {
    const { status, body } = await account.get(`/phone/users/${other?.['id']}/${path}`);
    assert.deepEqual([status, body.code], [400, 300]);
  }
});

void test('six months are the limit of calls and voicemails, and not of recordings and charges', async () => {
  await using account = await openAccount();
  const old = `from=${dayBefore(230)}&to=${dayBefore(205)}`;
  const total = async (path: string): Promise<number> =>
    (await account.get(`/phone/${path}?${old}`)).body.total_records;
  assert.deepEqual([await total('call_history'), await total('voice_mails')], [0, 0]);
  assert.ok((await total('recordings')) > 0 && (await total('reports/call_charges')) > 0);
  const message = 'Invalid start date. Report is provided only for recent 13 months.';
  const long = await account.get(`/phone/reports/call_charges?from=${dayBefore(430)}&to=${dayBefore(420)}`);
  assert.deepEqual([long.status, long.body], [400, { code: 400, message }]);
});

void test('charges are those of answered calls, and some of them cost nothing', async () => {
  await using account = await openAccount();
  const rows = await since(account, 28, '/phone/reports/call_charges?page_size=50', 'call_charges');
  const truth = (await account.truth('phone_call_charges')).filter(within(28, 'call_start'));
  same(rows, truth, 'call_log_id', 'duration', 'total_charge');
  const paid = await since(account, 28, '/phone/reports/call_charges?show_charges_only=true', 'call_charges');
  assert.equal(paid.length, truth.filter((row) => Number(row['total_charge']) > 0).length);
  assert.ok(paid.length < rows.length);
});

void test('text messages are those of the truth, session by session', async () => {
  await using account = await openAccount();
  const truth = (await account.truth('phone_sms_messages')).filter(within(28, 'date_time'));
  const range = `from=${dayBefore(28)}&to=${dayBefore(1)}`;
  const path = '/phone/sms/sessions?session_type=all&filter_type=sent_received_message_time&page_size=4';
  const sessions = await account.all(`${path}&${range}`, 'sms_sessions');
  const written = new Set(truth.map((row) => row['session_id']));
  assert.deepEqual(new Set(sessions.map((row) => row['session_id'])), written);
  const rows: Row[] = [];
  for (const { session_id } of sessions) {
    const own = await account.all(`/phone/sms/sessions/${session_id}?${range}&page_size=3`, 'sms_histories');
    rows.push(...own.map((row) => ({ ...row, session_id })));
  }
  same(rows, truth, 'session_id', 'message_id', 'date_time', 'direction');
  const last = await since(account, 84, '/phone/sms/sessions?session_type=all', 'sms_sessions');
  assert.ok(new Set(last.map((row) => row['session_id'])).size === last.length, 'in one window each');
  const wrong = await account.get('/phone/sms/sessions?session_type=none');
  assert.deepEqual([wrong.status, wrong.body.code], [400, 400]);
  assert.equal((await account.get('/phone/sms/sessions/none')).body.code, 7013);
});

void test('changes to the telephone system are those of the truth', async () => {
  await using account = await openAccount();
  const rows = await since(account, 56, '/phone/reports/operationlogs?page_size=40', 'operation_logs');
  const truth = (await account.truth('phone_operation_logs')).filter(within(56, 'time'));
  same(rows, truth, 'time', 'operator', 'category_type', 'operation_detail');
});

void test('a bad page token is code 400 here', async () => {
  await using account = await openAccount();
  const { status, body } = await account.get('/phone/users?next_page_token=nonsense');
  const message = 'The next page token is invalid or expired.';
  assert.deepEqual([status, body], [400, { code: 400, message }]);
  const size = await account.get('/phone/users?page_size=none');
  assert.deepEqual([size.status, size.body.code], [400, 300]);
});

void test('an account without Phone has no permission anywhere below it', async () => {
  await using account = await openAccount({ plan: 'free' });
  const { status, body } = await account.get('/phone/sites');
  assert.deepEqual([status, body.code], [403, 403]);
});

void test('the table of Phone is the published one', () => {
  const table = (['pro', 'business'] as const).map((plan) => [
    ...Object.values(PHONE_LIMITS[plan].rates).map(({ calls }) => calls),
    PHONE_LIMITS[plan].daily.heavy?.calls,
  ]);
  assert.deepEqual(table, [
    [20, 10, 5, 5, 15_000],
    [40, 20, 10, 10, 30_000],
  ]);
});

void test('a storm in Phone takes nothing from the rest, by the second and by the day', () => {
  const budgets = new Budgets('pro', 'fixed');
  const accepted = (label: 'heavy' | 'phone-heavy', times: number, now: number): number =>
    Array.from({ length: times }).filter(() => budgets.charge(label, now).refusal === undefined).length;
  assert.equal(accepted('phone-heavy', 50, MIDNIGHT), 5);
  assert.equal(accepted('heavy', 50, MIDNIGHT), 10);
  for (let second = 1; second < 3000; second++) accepted('phone-heavy', 5, MIDNIGHT + second * 1000);
  const late = MIDNIGHT + 4_000_000;
  const { refusal } = budgets.charge('phone-heavy', late);
  assert.equal(refusal?.headers?.['x-ratelimit-type'], 'Daily-limit');
  assert.equal(refusal?.headers?.['x-ratelimit-category'], 'Heavy');
  assert.equal(accepted('heavy', 50, late), 10);
});

void test('over HTTP the eleventh medium call of a second is refused, and counted apart', async () => {
  await using account = await openAccount({ plan: 'pro' });
  const answers = await Promise.all(Array.from({ length: 12 }, () => account.get('/phone/sites')));
  assert.equal(answers.filter(({ status }) => status === 429).length, 2);
  assert.equal((await account.get('/users')).status, 200);
  const { labels } = (await account.control('GET', '/stats')).body.zoom;
  assert.deepEqual([labels['phone-medium'].calls, labels['phone-medium'].tooMany], [12, { QPS: 2 }]);
  assert.equal(labels.medium.calls, 1);
});
