import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Account, type Row, inPath, openAccount, request } from './zoom-access.ts';

async function meetings(account: Account): Promise<Row[]> {
  return (await account.truth('meetings')).filter((row) => row['kind'] === 'meeting');
}

void test('every UUID is found by the encoding that Zoom documents', async () => {
  await using account = await openAccount();
  for (const row of await account.truth('meetings')) {
    const room = row['kind'] === 'webinar' ? 'past_webinars' : 'past_meetings';
    const uuid = row['instance'];
    const twice = encodeURIComponent(encodeURIComponent(uuid));
    for (const path of [inPath(uuid), twice]) {
      assert.equal((await account.get(`/${room}/${path}/participants`)).status, 200, uuid);
    }
  }
});

void test('raw and once-encoded UUIDs pass where they are harmless', async () => {
  await using account = await openAccount();
  const uuids = (await meetings(account)).map((row) => row['instance']);
  const slash = uuids.find((uuid) => /^[^/]+\/[^/]+$/.test(uuid)) ?? assert.fail();
  for (const path of [slash, slash.replace('/', '%2F'), encodeURIComponent(slash)]) {
    const { status, body } = await account.get(`/past_meetings/${path}`);
    assert.deepEqual([status, body.uuid], [200, slash]);
    assert.equal((await account.get(`/past_meetings/${path}/participants`)).status, 200);
  }
});

void test('a UUID that begins with a slash loses it when it is encoded once', async () => {
  await using account = await openAccount();
  const uuids = (await meetings(account)).map((row) => row['instance']);
  const leading = uuids.find((uuid) => /^\/[^/]+$/.test(uuid)) ?? assert.fail();
  const message = `Meeting does not exist: ${leading.slice(1)}.`;
  for (const path of [encodeURIComponent(leading), leading]) {
    const { status, body } = await account.get(`/report/meetings/${path}/participants`);
    assert.deepEqual([status, body], [404, { code: 3001, message }]);
  }
  const double = uuids.find((uuid) => uuid.slice(1).includes('//')) ?? assert.fail();
  assert.equal((await account.get(`/past_meetings/${encodeURIComponent(double)}`)).status, 404);
});

void test('a number means the latest instance only, and the instances name the rest', async () => {
  await using account = await openAccount();
  const rows = await meetings(account);
  const series =
    rows.find((row) => rows.filter((one) => one['series'] === row['series']).length > 2) ?? assert.fail();
  const all = rows.filter((row) => row['series'] === series['series']);
  const { body } = await account.get(`/past_meetings/${series['series']}/instances`);
  assert.deepEqual(
    body.meetings,
    all.map((row) => ({ uuid: row['instance'], start_time: row['instance_start'] })),
  );
  const latest = await account.get(`/past_meetings/${series['series']}`);
  assert.equal(latest.body.uuid, all.at(-1)?.['instance']);
});

void test('what does not exist is answered in the words of Zoom', async () => {
  await using account = await openAccount();
  const cases: [path: string, status: number, code: number, message: string][] = [
    ['/users/nobody', 404, 1001, 'User does not exist: nobody.'],
    ['/users/nobody/meetings', 404, 1001, 'User does not exist: nobody.'],
    ['/meetings/123', 404, 3001, 'Meeting does not exist: 123.'],
    ['/past_meetings/123', 404, 3001, 'Meeting does not exist: 123.'],
    ['/past_meetings/123/instances', 404, 3001, 'Meeting does not exist: 123.'],
    ['/past_meetings/AAAA%3D/participants', 404, 3001, 'Meeting does not exist: AAAA=.'],
    ['/webinars/123', 404, 3001, 'Webinar does not exist: 123.'],
    ['/webinars/abc/panelists', 400, 300, 'Invalid webinar ID.'],
    ['/past_webinars/123/absentees', 404, 3001, 'Webinar 123 not found or expired.'],
    [
      '/report/users/nobody/meetings?from=2026-01-01&to=2026-01-02',
      404,
      1001,
      'User nobody not exist or not belong to this account.',
    ],
    ['/webinars/123/participants', 400, 2300, 'This API endpoint is not recognized.'],
    ['/nothing', 400, 2300, 'This API endpoint is not recognized.'],
  ];
  for (const [path, status, code, message] of cases) {
    const answer = await account.get(path);
    assert.deepEqual([answer.status, answer.body], [status, { code, message }], path);
  }
});

void test('meetings, webinars and registration are not to be confused', async () => {
  await using account = await openAccount();
  const [webinar] = await account.truth('webinars');
  const series = String(webinar?.['series']);
  assert.deepEqual((await account.get(`/meetings/${series}`)).body, {
    code: 3000,
    message: 'Cannot access webinar info.',
  });
  assert.deepEqual((await account.get(`/meetings/${series}/registrants`)).body, {
    code: 300,
    message: 'Cannot access webinar info.',
  });
  const rows = await meetings(account);
  const closed = String(rows.find((row) => row['registration'] === false)?.['series']);
  const { status, body } = await account.get(`/meetings/${closed}/registrants`);
  assert.deepEqual(
    [status, body],
    [400, { code: 300, message: `This meeting has not registration required: ${closed}` }],
  );
});

void test('absentees of a webinar without registration are refused', async () => {
  await using account = await openAccount();
  const webinar =
    (await account.truth('webinars')).find((row) => row['registration'] === false) ?? assert.fail();
  const [uuid] = webinar['instances'];
  const { status, body } = await account.get(`/past_webinars/${inPath(uuid ?? '')}/absentees`);
  const message = `This webinar doesn't have registration required: ${uuid}.`;
  assert.deepEqual([status, body], [400, { code: 3000, message }]);
});

void test('absentees of a recurring webinar can be asked by occurrence', async () => {
  await using account = await openAccount();
  const webinar = (await account.truth('webinars')).find((row) => row['type'] === 9) ?? assert.fail();
  const { body } = await account.get(`/webinars/${webinar['series']}?show_previous_occurrences=true`);
  const [uuid] = webinar['instances'];
  const path = `/past_webinars/${webinar['series']}/absentees`;
  const byOccurrence = await account.get(`${path}?occurrence_id=${body.occurrences[0].occurrence_id}`);
  const byUuid = await account.get(`/past_webinars/${inPath(uuid ?? '')}/absentees`);
  assert.deepEqual(byOccurrence.body.registrants, byUuid.body.registrants);
  const wrong = await account.get(`${path}?occurrence_id=1`);
  assert.match(wrong.body.message, /invalid occurrence ID: 1\.$/);
});

void test('a host without webinar licence is told so, and a pending user has no id', async () => {
  await using account = await openAccount();
  const users = await account.truth('users');
  const plain = users.find((row) => row['status'] === 'active' && row['webinar_licence'] === false);
  const { status, body } = await account.get(`/users/${String(plain?.['id'])}/webinars`);
  assert.deepEqual([status, body.code], [400, 200]);
  assert.match(body.message, /^Webinar plan is missing\. You must subscribe/);
  const [pending] = (await account.get('/users?status=pending')).body.users;
  assert.equal(pending.id, undefined);
  assert.equal((await account.get(`/users/${pending.email}`)).body.code, 1120);
  assert.equal((await account.get(`/users/${pending.email}/meetings`)).body.code, 1001);
});

void test('a user is found by id and by e-mail address', async () => {
  await using account = await openAccount();
  const [user] = (await account.get('/users')).body.users;
  for (const key of [user.id, user.email, encodeURIComponent(user.email), user.email.toUpperCase()]) {
    assert.equal((await account.get(`/users/${key}`)).body.id, user.id);
  }
});

void test('a Server-to-Server token may say me until the switch forbids it', async () => {
  await using account = await openAccount();
  assert.equal((await account.get('/users/me')).status, 200);
  await account.control('POST', '/faults', { serverToServerMe: false });
  assert.equal((await account.get('/users/me')).body.code, 124);
});

void test('a missing scope is named', async () => {
  await using account = await openAccount();
  await account.control('POST', '/faults', { missingScopes: ['user:read:list_users:admin'] });
  const { status, body } = await account.get('/users');
  const message = 'Invalid access token, does not contain scopes:[user:read:list_users:admin].';
  assert.deepEqual([status, body], [400, { code: 4711, message }]);
  await account.control('POST', '/faults', { missingScopes: [] });
  assert.equal((await account.get('/users')).status, 200);
});

void test('recordings: none is 3301, and the list is cut to a month', async () => {
  await using account = await openAccount();
  const recorded = new Set((await account.truth('recordings')).map((row) => row['instance']));
  for (const row of await account.truth('meetings')) {
    const { status, body } = await account.get(`/meetings/${inPath(row['instance'])}/recordings`);
    if (recorded.has(row['instance'])) assert.equal(body.recording_files.length, 3);
    else
      assert.deepEqual(
        [status, body],
        [404, { code: 3301, message: 'There is no recording for this meeting.' }],
      );
  }
  const [user] = (await account.get('/users')).body.users;
  const { body } = await account.get(`/users/${user.id}/recordings?from=2026-01-01&to=2026-05-01`);
  assert.deepEqual([body.from, body.to], ['2026-01-01', '2026-02-01']);
});

void test('errors on HTTP 200 come when the switch is on', async () => {
  await using account = await openAccount();
  const [webinar] = await account.truth('webinars');
  const [uuid] = webinar?.['instances'] ?? [];
  await account.control('POST', '/faults', { http200Errors: true });
  const absentees = await account.get(`/past_webinars/${inPath(uuid ?? '')}/absentees`);
  assert.deepEqual([absentees.status, absentees.body.code], [200, 200]);
  assert.match(absentees.body.message, /^Webinar plan subscription is missing\./);
  const recordings = await account.get(`/meetings/${inPath(uuid ?? '')}/recordings`);
  assert.deepEqual(recordings.body, { code: 200, message: 'You do not have the right permissions.' });
});

void test('a free account is asked to pay', async () => {
  await using account = await openAccount({ plan: 'free' });
  const [row] = await meetings(account);
  const id = account.sandbox.env['ZOOM_ACCOUNT_ID'];
  const { status, body } = await account.get(
    `/past_meetings/${inPath(String(row?.['instance']))}/participants`,
  );
  assert.deepEqual([status, body], [400, { code: 200, message: `Only available for paid account: ${id}.` }]);
});

void test('a meeting of more than a year ago is out of reach', async () => {
  await using account = await openAccount();
  const [row] = await meetings(account);
  account.sandbox.clock.advance(400 * 86_400_000);
  await account.signIn();
  const { body } = await account.get(`/past_meetings/${inPath(String(row?.['instance']))}/participants`);
  assert.equal(body.code, 12702);
});

void test('ids of people outside are hidden in reports, and registrant ids come when asked for', async () => {
  await using account = await openAccount();
  const rows = await account.truth('participants');
  const outside = rows.find(
    (row) =>
      row['kind'] === 'meeting' && row['visible'] && row['id'] !== '' && row['person'].startsWith('person-'),
  );
  const uuid = inPath(String(outside?.['instance']));
  const find = (list: Row[]) => list.find((row) => row['user_id'] === outside?.['user_id']);
  const past = find(await account.all(`/past_meetings/${uuid}/participants`, 'participants'));
  assert.equal(past?.['id'], outside?.['id']);
  assert.equal('registrant_id' in (past ?? {}), false);
  const report = find(
    await account.all(`/report/meetings/${uuid}/participants?include_fields=registrant_id`, 'participants'),
  );
  assert.deepEqual([report?.['id'], report?.['participant_user_id']], ['', '']);
  assert.equal('registrant_id' in (report ?? {}), true);
});

void test('answers carry the headers of Zoom', async () => {
  await using account = await openAccount({ plan: 'pro' });
  const { headers } = await account.get('/users');
  assert.match(headers.get('x-zm-trackingid') ?? '', /^v=2\.0;clid=us05;rid=WEB_[0-9a-f]{32}$/);
  assert.equal(headers.get('content-type'), 'application/json;charset=UTF-8');
  assert.equal(headers.get('x-ratelimit-category'), 'Medium');
  assert.equal(headers.get('x-ratelimit-limit'), '20');
  assert.equal(headers.get('x-ratelimit-remaining'), '19');
  const unknown = await request(`${account.sandbox.env['ZOOM_API_URL']}/nothing`);
  assert.ok(unknown.headers.get('x-zm-trackingid'));
});
