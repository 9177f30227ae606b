import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Account, type Row, inPath, openAccount } from './zoom-access.ts';

const DAY = 86_400_000;

/** `2026-05-13T10:00:00Z`, so many days from now. */
function ahead(days: number, clock = '10:00:00Z'): string {
  return `${new Date(Date.now() + days * DAY).toISOString().slice(0, 10)}T${clock}`;
}

async function create(account: Account, body: object, user = 'me'): Promise<Row> {
  const answer = await account.send('POST', `/users/${user}/meetings`, body);
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

void test('a created meeting has its links, a passcode and all settings, and is listed and found', async () => {
  await using account = await openAccount();
  const start_time = ahead(3);
  const made = await create(account, { topic: 'Launch', start_time, duration: 45, agenda: 'All of it' });
  assert.deepEqual(
    [made['topic'], made['type'], made['start_time'], made['duration']],
    ['Launch', 2, start_time, 45],
  );
  assert.match(made['start_url'], /zak=/);
  assert.match(made['join_url'], new RegExp(`/j/${made['id']}$`));
  assert.match(made['password'], /^\d{6}$/);
  assert.deepEqual([made['status'], made['creation_source']], ['waiting', 'open_api']);
  assert.ok(Object.keys(made['settings']).length > 40);
  assert.equal(made['settings'].approval_type, 2);
  assert.equal(made['registration_url'], undefined);
  assert.deepEqual((await account.get(`/meetings/${made['id']}`)).body, made);
  const listed = await account.all('/users/me/meetings?page_size=300', 'meetings');
  assert.equal(listed.find((row) => row['id'] === made['id'])?.['topic'], 'Launch');
});

void test('the same order twice makes two meetings, and a start in the past is now', async () => {
  await using account = await openAccount();
  const [one, two] = [await create(account, { topic: 'A' }), await create(account, { topic: 'A' })];
  assert.notEqual(one['id'], two['id']);
  assert.notEqual(one['uuid'], two['uuid']);
  const past = await create(account, { start_time: '2020-01-01T10:00:00Z' });
  assert.ok(Date.parse(past['start_time']) > Date.now() - 60_000);
});

void test('a start without Z is local to the timezone', async () => {
  await using account = await openAccount();
  const made = await create(account, { start_time: '2031-07-01T10:00:00', timezone: 'Europe/Berlin' });
  assert.deepEqual([made['start_time'], made['timezone']], ['2031-07-01T08:00:00Z', 'Europe/Berlin']);
});

void test('instant and open meetings have no date, and instant ones are in no list', async () => {
  await using account = await openAccount();
  const instant = await create(account, { type: 1 });
  const open = await create(account, { type: 3 });
  assert.equal(open['start_time'], undefined);
  const rows = await account.all('/users/me/meetings?page_size=300', 'meetings');
  const ids = new Set(rows.map((row) => row['id']));
  assert.deepEqual([ids.has(instant['id']), ids.has(open['id'])], [false, true]);
});

void test('recurring meetings get their dates, at the same local time through all changes of the clocks', async () => {
  await using account = await openAccount();
  const weekly = { type: 2, repeat_interval: 1, weekly_days: '2,4', end_times: 4 };
  const made = await create(account, {
    type: 8,
    start_time: '2031-03-24T09:00:00',
    timezone: 'Europe/Berlin',
    recurrence: weekly,
  });
  const dates = ['2031-03-24T08', '2031-03-26T08', '2031-03-31T07', '2031-04-02T07'].map(
    (at) => `${at}:00:00Z`,
  );
  assert.deepEqual(
    made['occurrences'].map((one: Row) => one['start_time']),
    dates,
  );
  assert.deepEqual(made['recurrence'], weekly);
  const monthly = { type: 3, repeat_interval: 1, monthly_week: -1, monthly_week_day: 6, end_times: 2 };
  const fridays = await create(account, {
    type: 8,
    start_time: '2031-01-01T12:00:00Z',
    timezone: 'UTC',
    recurrence: monthly,
  });
  const last = fridays['occurrences'].map((one: Row) => one['start_time'].slice(0, 10));
  assert.deepEqual(last, ['2031-01-31', '2031-02-28']);
  const daily = { type: 1, repeat_interval: 2, end_date_time: '2031-01-06T00:00:00Z' };
  const until = await create(account, {
    type: 8,
    start_time: '2031-01-01T12:00:00Z',
    timezone: 'UTC',
    recurrence: daily,
  });
  assert.equal(until['occurrences'].length, 3);
});

void test('every limit of the document is kept, and two ends of a recurrence exclude each other', async () => {
  await using account = await openAccount();
  const bad = {
    topic: 'x'.repeat(201),
    agenda: 'x'.repeat(2001),
    password: 'x'.repeat(11),
    duration: 1441,
    type: 4,
    timezone: 'Mars/Olympus',
    start_time: 'tomorrow',
    settings: { jbh_time: 7, audio: 'loud', waiting_room: 'yes' },
    recurrence: { type: 2, end_times: 3, end_date_time: '2031-01-06T00:00:00Z', weekly_days: '8' },
    tracking_fields: [{ value: 'x' }],
  };
  const { status, body } = await account.send('POST', '/users/me/meetings', bad);
  assert.deepEqual([status, body.code], [400, 300]);
  const fields: string[] = body.errors.map((one: Row) => one['field']);
  for (const field of Object.keys(bad)) {
    assert.ok(
      fields.some((one) => one === field || one.startsWith(`${field}.`) || one.startsWith(`${field}[`)),
      field,
    );
  }
  assert.ok(fields.includes('recurrence.end_times'));
  assert.ok(fields.includes('settings.jbh_time'));
  const fits = {
    topic: '🚀'.repeat(200),
    agenda: 'x'.repeat(2000),
    password: 'x'.repeat(10),
    duration: 1440,
  };
  assert.equal((await account.send('POST', '/users/me/meetings', fits)).status, 201);
});

void test('schedule_for plans for somebody else, but no instant meeting', async () => {
  await using account = await openAccount();
  const [, other] = (await account.get('/users')).body.users;
  const made = await create(account, { schedule_for: other.email });
  assert.equal(made['host_id'], other.id);
  const instant = await account.send('POST', '/users/me/meetings', { type: 1, schedule_for: other.id });
  assert.equal(instant.body.code, 3000);
  const nobody = await account.send('POST', '/users/me/meetings', { schedule_for: 'nobody@example.com' });
  assert.match(nobody.body.message, /`schedule_for` field is invalid/);
});

void test('an update changes only what was sent, of meetings of the world too', async () => {
  await using account = await openAccount();
  const made = await create(account, { topic: 'Old', duration: 45, settings: { waiting_room: true } });
  const listed = await account.all('/users/me/meetings', 'meetings');
  const world = listed.find((row) => row['id'] !== made['id']);
  for (const id of [made['id'], world?.['id']]) {
    const before = (await account.get(`/meetings/${id}`)).body;
    const change = { topic: 'New', settings: { mute_upon_entry: true } };
    const { status, text } = await account.send('PATCH', `/meetings/${id}`, change);
    assert.deepEqual([status, text], [204, '']);
    const after = (await account.get(`/meetings/${id}`)).body;
    const settings = { ...before.settings, mute_upon_entry: true };
    assert.deepEqual({ ...after, password: '' }, { ...before, password: '', topic: 'New', settings });
  }
  await account.send('PATCH', `/meetings/${made['id']}`, { start_time: '2020-01-01T10:00:00Z' });
  assert.equal((await account.get(`/meetings/${made['id']}`)).body.start_time, made['start_time']);
});

void test('a single date can be moved and removed, an unknown one is refused', async () => {
  await using account = await openAccount();
  const recurrence = { type: 1, repeat_interval: 1, end_times: 3 };
  const made = await create(account, { type: 8, start_time: ahead(5), recurrence, timezone: 'UTC' });
  const [first, second] = made['occurrences'].map((one: Row) => one['occurrence_id']);
  const path = `/meetings/${made['id']}?occurrence_id=`;
  const start_time = ahead(5, '18:00:00Z');
  assert.equal((await account.send('PATCH', path + first, { start_time, duration: 15 })).status, 204);
  assert.equal((await account.send('DELETE', path + second)).status, 204);
  const { occurrences } = (await account.get(`/meetings/${made['id']}`)).body;
  assert.equal(occurrences.length, 2);
  const moved = { occurrence_id: first, start_time, duration: 15, status: 'available' };
  assert.deepEqual(occurrences[0], moved);
  assert.equal((await account.get(path + first)).body.duration, 15);
  for (const method of ['PATCH', 'DELETE']) {
    const { body } = await account.send(method, `${path}12345`, {});
    assert.deepEqual(body, { code: 300, message: 'Invalid parameter: `occurrence_id`.' });
  }
});

void test('a deleted meeting is 404 with code 3001, and can be recovered', async () => {
  await using account = await openAccount();
  const { id } = await create(account, { topic: 'Gone' });
  assert.equal((await account.send('DELETE', `/meetings/${id}`)).status, 204);
  const missing = { code: 3001, message: `Meeting does not exist: ${id}.` };
  for (const method of ['GET', 'PATCH', 'DELETE']) {
    const { status, body } = await account.send(method, `/meetings/${id}`, method === 'GET' ? undefined : {});
    assert.deepEqual([status, body], [404, missing]);
  }
  const listed = await account.all('/users/me/meetings?page_size=300', 'meetings');
  assert.ok(listed.every((row) => row['id'] !== id));
  const status = `/meetings/${id}/status`;
  assert.equal((await account.send('PUT', status, { action: 'end' })).status, 404);
  assert.equal((await account.send('PUT', status, { action: 'recover' })).status, 204);
  assert.equal((await account.get(`/meetings/${id}`)).body.topic, 'Gone');
});

void test('deleting a meeting takes back nothing that has happened', async () => {
  await using account = await openAccount();
  const row = (await account.truth('meetings')).find((one) => one['type'] === 8);
  assert.equal((await account.send('DELETE', `/meetings/${row?.['series']}`)).status, 204);
  const past = `/past_meetings/${inPath(row?.['instance'])}`;
  assert.equal((await account.get(past)).body.uuid, row?.['instance']);
  const instances = await account.get(`/past_meetings/${row?.['series']}/instances`);
  assert.ok(instances.body.meetings.some((one: Row) => one['uuid'] === row?.['instance']));
});

void test('a live meeting can be ended', async () => {
  await using account = await openAccount();
  const coming = (await account.all('/users/me/meetings', 'meetings')).find((row) =>
    row['topic'].startsWith('Tomorrow'),
  );
  assert.ok(coming);
  account.sandbox.clock.advance(Date.parse(coming['start_time']) + 600_000 - account.sandbox.clock.now());
  await account.signIn();
  const live = async (): Promise<number> =>
    (await account.get('/users/me/meetings?type=live')).body.total_records;
  assert.equal(await live(), 1);
  assert.equal((await account.get(`/meetings/${coming['id']}`)).body.status, 'started');
  const path = `/meetings/${coming['id']}/status`;
  assert.equal((await account.send('PUT', path, { action: 'end' })).status, 204);
  assert.equal(await live(), 0);
  assert.equal((await account.send('PUT', path, { action: 'explode' })).body.code, 300);
});

void test('an invitation is one text with its lines, links and numbers', async () => {
  await using account = await openAccount();
  const made = await create(account, { topic: 'Launch', start_time: ahead(3), password: 'secret1' });
  const { status, body } = await account.get(`/meetings/${made['id']}/invitation`);
  assert.equal(status, 200);
  assert.match(
    body.invitation,
    /is inviting you to a scheduled Zoom meeting\.\r\n\r\nTopic: Launch\r\nTime: /,
  );
  assert.ok(body.invitation.includes(made['join_url']));
  assert.match(body.invitation, /Meeting ID: \d{3} \d{4} \d{4}\r\nPasscode: secret1\r\n/);
  assert.equal(body.sip_links.length, 1);
});

void test('the 101st create or update of a host in a day is refused, until 00:00 UTC', async () => {
  await using account = await openAccount();
  const { id } = await create(account, { topic: 'Before the caps' });
  await account.control('POST', '/faults', { dailyCaps: true });
  const first = await account.send('POST', '/users/me/meetings', { topic: '1' });
  assert.deepEqual(
    [first.headers.get('x-ratelimit-limit'), first.headers.get('x-ratelimit-remaining')],
    ['100', '99'],
  );
  for (let i = 1; i < 100; i++) {
    assert.equal((await account.send('PATCH', `/meetings/${id}`, { topic: `${i}` })).status, 204);
  }
  const { status, body, headers } = await account.send('POST', '/users/me/meetings', {});
  const message =
    'You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this particular user. You may resume these requests at GMT 00:00:00.';
  assert.deepEqual([status, body], [429, { code: 429, message }]);
  assert.deepEqual([headers.get('retry-after'), headers.get('x-ratelimit-type')], [null, null]);
  const [, other] = (await account.get('/users')).body.users;
  await create(account, { topic: 'Another host' }, other.id);
  account.sandbox.clock.advance(DAY);
  await account.signIn();
  await create(account, { topic: 'Tomorrow' });
});

void test('a summary tells of a past instance, and of no other', async () => {
  await using account = await openAccount();
  const row = (await account.truth('meetings')).find((one) => one['visible'] === true);
  const path = `/meetings/${inPath(row?.['instance'])}/meeting_summary`;
  const { status, body } = await account.get(path);
  assert.deepEqual([status, body.meeting_uuid, body.meeting_topic], [200, row?.['instance'], row?.['topic']]);
  assert.ok(body.summary_content.includes(row?.['topic']));
  assert.ok((await account.get(`/past_meetings/${inPath(row?.['instance'])}`)).body.has_meeting_summary);
  const { id } = await create(account, {});
  assert.equal((await account.get(`/meetings/${id}/meeting_summary`)).body.code, 3001);
});
