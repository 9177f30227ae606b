import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Account, type Answer, type Row, dayBefore, inPath, openAccount } from './zoom-access.ts';

const turn = (account: Account, body: unknown): Promise<Answer> => account.control('POST', '/faults', body);
const MONTH = `from=${dayBefore(27)}&to=${dayBefore(0)}`;

async function firstHost(account: Account): Promise<string> {
  return (await account.get('/users')).body.users[0].id;
}

/** A meeting with people, and the path of its participants. */
async function meeting(account: Account): Promise<{ uuid: string; path: string; end: number }> {
  const rows = await account.truth('meetings');
  const row = rows.findLast((one) => one['kind'] === 'meeting' && one['visible']) ?? assert.fail();
  const uuid = row['instance'];
  return { uuid, path: `/past_meetings/${inPath(uuid)}/participants`, end: Date.parse(row['instance_end']) };
}

void test('page tokens can be made to die early', async () => {
  await using account = await openAccount();
  const { path } = await meeting(account);
  assert.equal((await turn(account, { pageTokenMs: 5000 })).status, 200);
  const token = (await account.get(`${path}?page_size=2`)).body.next_page_token;
  account.sandbox.clock.advance(4000);
  const page = `${path}?page_size=2&next_page_token=${token}`;
  assert.equal((await account.get(page)).status, 200);
  account.sandbox.clock.advance(1000);
  const { status, body } = await account.get(page);
  assert.deepEqual(
    [status, body],
    [400, { code: 300, message: 'The next page token is invalid or expired.' }],
  );
});

void test('one token in the middle of a list can be told that it is too old', async () => {
  await using account = await openAccount();
  const { path } = await meeting(account);
  const rule = {
    system: 'zoom',
    operation: 'GET /past_meetings*',
    kind: 'expired-token',
    probability: 1,
    times: 1,
  };
  await turn(account, { rules: [rule] });
  const first = await account.get(`${path}?page_size=2`);
  assert.equal(first.status, 200, 'a first page has no token');
  const page = `${path}?page_size=2&next_page_token=${first.body.next_page_token}`;
  assert.deepEqual([(await account.get(page)).status, (await account.get(page)).status], [400, 200]);
  const wrong = await turn(account, { rules: [{ ...rule, system: 'brevo' }] });
  assert.deepEqual([wrong.status, wrong.body.message], [400, 'rules[0]: only Zoom has page tokens']);
});

void test('rows that were put in between two pages make others come twice', async () => {
  await using account = await openAccount();
  const { path } = await meeting(account);
  const rows = await account.all(`${path}?page_size=5`, 'participants');
  await turn(account, { repeatedRows: 2 });
  const more = await account.all(`${path}?page_size=5`, 'participants');
  assert.ok(more.length > rows.length);
  assert.deepEqual(more.slice(3, 5), more.slice(5, 7));
  assert.deepEqual(new Set(more.map((row) => row['user_id'])), new Set(rows.map((row) => row['user_id'])));
  await turn(account, { repeatedRows: 50 });
  assert.equal(
    (await account.all(`${path}?page_size=3`, 'participants')).at(-1)?.['user_id'],
    rows.at(-1)?.['user_id'],
  );
});

void test('people are half told and without durations until Zoom has counted them', async () => {
  await using account = await openAccount();
  const { path, uuid, end } = await meeting(account);
  const report = path.replace('past_meetings', 'report/meetings');
  const [before, reported] = [
    await account.all(path, 'participants'),
    await account.all(report, 'participants'),
  ];
  const now = account.sandbox.clock.now();
  await turn(account, { participantLagSeconds: Math.ceil((now - end) / 1000) + 3600 });
  for (const [list, whole] of [[path, before] as const, [report, reported] as const]) {
    const early = await account.all(list, 'participants');
    assert.equal(early.length, Math.ceil(whole.length / 2), uuid);
    assert.ok(early.every((row) => row['duration'] === 0));
  }
  account.sandbox.clock.advance(2 * 3_600_000);
  await account.signIn();
  assert.deepEqual(await account.all(path, 'participants'), before);
  assert.deepEqual(await account.all(report, 'participants'), reported);
});

void test('an instance can come late into the reports', async () => {
  await using account = await openAccount();
  const host = await firstHost(account);
  const lists = [
    [`/report/history_meetings?${MONTH}`, 'history_meetings'],
    [`/report/users/${host}/meetings?${MONTH}`, 'meetings'],
    [`/metrics/meetings?type=past&${MONTH}`, 'meetings'],
  ] as const;
  const lengths = async (): Promise<number[]> =>
    Promise.all(lists.map(async ([path, key]) => (await account.all(path, key)).length));
  const whole = await lengths();
  await turn(account, { reportLagSeconds: 86_400 * 365 });
  assert.deepEqual(await lengths(), [0, 0, 0]);
  await turn(account, { reportLagSeconds: 86_400 * 14 });
  const some = await lengths();
  assert.ok(some[0]! > 0 && some[0]! < whole[0]!);
  account.sandbox.clock.advance(86_400_000 * 14);
  await account.signIn();
  const path = `/report/history_meetings?from=${dayBefore(13)}&to=${dayBefore(0)}`;
  assert.ok((await account.all(path, 'history_meetings')).length > 0);
});

void test('answers can depart from the documents, all rows or some of them', async () => {
  await using account = await openAccount();
  const { path } = await meeting(account);
  const before = (await account.get(path)).body.participants;
  const operation = 'GET /past_meetings/{meetingId}/participants';
  const drift = [
    {
      operation,
      rows: 'participants',
      set: { mood: { colour: 'blue' } },
      text: ['duration'],
      object: ['status'],
    },
    { operation, rows: 'participants', every: 3, remove: ['user_id'], null: ['name'] },
    { operation: 'GET /past_meetings*', set: { page_size: 'many' } },
  ];
  assert.equal((await turn(account, { drift })).status, 200);
  const { body } = await account.get(path);
  assert.equal(body.page_size, 'many');
  for (const [i, row] of body.participants.entries()) {
    const old = before[i];
    assert.deepEqual(row.mood, { colour: 'blue' });
    assert.deepEqual([row.duration, row.status], [String(old.duration), { value: old.status }]);
    const broken = (i + 1) % 3 === 0;
    assert.deepEqual([row.user_id, row.name], broken ? [undefined, null] : [old.user_id, old.name]);
  }
  await turn(account, { drift: [] });
  assert.deepEqual((await account.get(path)).body.participants, before);
});

void test('a drift that makes no sense is refused with its place', async () => {
  await using account = await openAccount();
  for (const [drift, message] of [
    ['all', 'drift must be an array'],
    [[{}], 'drift[0]: operation must be a string'],
    [[{ operation: 'GET /users', every: 0 }], 'drift[0]: every must be a whole number of 1 or more'],
    [
      [{ operation: 'GET /users' }, { operation: 'x', text: 'id' }],
      'drift[1]: text must be an array of strings',
    ],
    [[{ operation: 'x', colour: 1 }], /^drift\[0\]: unknown: colour; there are operation, rows/],
  ] as const) {
    const { status, body } = await turn(account, { drift });
    assert.equal(status, 400);
    if (typeof message === 'string') assert.equal(body.message, message);
    else assert.match(body.message, message);
  }
  assert.equal(
    (await turn(account, { repeatedRows: -1 })).body.message,
    'repeatedRows must be a whole number of 0 or more',
  );
});

void test('one UUID can be kept behind a firewall for ever', async () => {
  await using account = await openAccount();
  const uuids = (await account.truth('meetings')).map((row): string => row['instance']);
  const hard = uuids.filter((uuid) => /^\/|\/\/|\+/.test(uuid));
  const shapes = [/^\//, /\/\//, /\+/, /[^/]\/[^/]/];
  for (const shape of shapes)
    assert.ok(
      uuids.some((uuid) => shape.test(uuid)),
      String(shape),
    );
  for (const uuid of hard.slice(0, 6)) {
    await turn(account, { rules: [{ system: 'zoom', path: uuid, kind: 'html-403', probability: 1 }] });
    for (let i = 0; i < 2; i++) {
      const { status, text, headers } = await account.get(`/past_meetings/${inPath(uuid)}`);
      assert.deepEqual([status, headers.get('server')], [403, 'cloudflare'], uuid);
      assert.match(text, /^<!DOCTYPE html>/);
    }
    const other = uuids.find((one) => one !== uuid) ?? '';
    assert.notEqual((await account.get(`/past_meetings/${inPath(other)}`)).status, 403);
  }
});

void test('a user without meetings is told so in every place that needs them', async () => {
  await using account = await openAccount();
  const id = await firstHost(account);
  const [own] = (await account.get(`/users/${id}/meetings`)).body.meetings;
  assert.equal((await account.send('PATCH', `/users/${id}`, { type: 99 })).status, 204);
  for (const path of [
    `/users/${id}/meetings`,
    `/users/${id}/meeting_templates`,
    `/meetings/${own.id}`,
    `/meetings/${own.id}/polls`,
    `/meetings/${own.id}/survey`,
  ]) {
    const { status, body } = await account.get(path);
    assert.deepEqual([status, body.code], [400, 3161], path);
  }
});

void test('upcoming meetings take a range, and a row for each date if wished', async () => {
  await using account = await openAccount();
  const weekly = (await account.truth('listed_meetings')).find((row) => row['type'] === 8) ?? assert.fail();
  const path = `/users/${weekly['host_id']}/meetings?type=upcoming_meetings`;
  const own = async (query = ''): Promise<Row[]> =>
    (await account.all(`${path}${query}`, 'meetings')).filter((row) => row['id'] === weekly['id']);
  assert.equal((await own()).length, 1);
  assert.equal((await own(`&from=${dayBefore(-170)}&to=${dayBefore(-171)}`)).length, 0);
  await turn(account, { upcomingDates: true });
  const dates = await own();
  assert.ok(dates.length > 20);
  assert.equal(new Set(dates.map((row) => row['start_time'])).size, dates.length);
  const month = await own(`&from=${dayBefore(0)}&to=${dayBefore(-28)}`);
  assert.ok(month.length >= 4 && month.length <= 5);
  assert.equal((await account.get(`${path}&from=soon`)).body.errors[0].field, 'from');
});

void test('the days of a list of meetings are those of the time zone that is named', async () => {
  await using account = await openAccount({ users: 12, meetings: 12 });
  const rows = (await account.truth('past_meetings')).map(
    (row) => [row['host_id'], row['start_time']] as const,
  );
  const [host, start] = rows.find(([, time]) => time.slice(11, 13) === '17') ?? rows[0] ?? assert.fail();
  // Five in the afternoon in London is the next day in Auckland.
  const list = async (day: string, zone: string): Promise<string[]> => {
    const path = `/users/${host}/meetings?type=previous_meetings&from=${day}&to=${day}&timezone=${zone}`;
    return (await account.all(path, 'meetings')).map((row) => row['start_time']);
  };
  const day = start.slice(0, 10);
  const zone = 'Pacific/Auckland';
  const there = new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date(start));
  assert.ok((await list(day, 'UTC')).includes(start));
  assert.ok((await list(there, zone)).includes(start));
  if (there !== day) assert.ok(!(await list(day, zone)).includes(start));
  const wrong = await account.get(`/users/${host}/meetings?type=previous_meetings&timezone=Nowhere`);
  assert.equal(wrong.body.errors[0].field, 'timezone');
});
