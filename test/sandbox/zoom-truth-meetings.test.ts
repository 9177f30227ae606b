import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Account, type Row, dayBefore, inPath, openAccount } from './zoom-access.ts';

/** Some members of a row as one text. */
const pick = (row: Row, names: readonly string[]): string => JSON.stringify(names.map((name) => row[name]));

function sameRows(found: readonly Row[], truth: readonly Row[], names: readonly string[]): void {
  assert.ok(truth.length > 0);
  assert.deepEqual(
    found.map((row) => pick(row, names)).toSorted(),
    truth.map((row) => pick(row, names)).toSorted(),
  );
  assert.equal(new Set(truth.map((row) => pick(row, names))).size, truth.length, 'every row is there once');
}

async function hosts(account: Account): Promise<string[]> {
  return (await account.truth('users')).flatMap((user) => (user['id'] === null ? [] : [user['id']]));
}

/** All rows of half a year. */
async function months(account: Account, path: string, key: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let i = 0; i < 6; i++) {
    rows.push(...(await account.all(`${path}from=${dayBefore(28 * i + 27)}&to=${dayBefore(28 * i)}`, key)));
  }
  return rows;
}

const world = () => openAccount({ users: 9, meetings: 9, webinars: 6 });

void test('the truth has the meetings of every list', async () => {
  await using account = await world();
  const [reports, past, listed, webinars]: [Row[], Row[], Row[], Row[]] = [[], [], [], []];
  for (const host of await hosts(account)) {
    reports.push(...(await months(account, `/report/users/${host}/meetings?`, 'meetings')));
    past.push(...(await account.all(`/users/${host}/meetings?type=previous_meetings`, 'meetings')));
    listed.push(...(await account.all(`/users/${host}/meetings`, 'meetings')));
    const own = await account.get(`/users/${host}/webinars?page_size=300`);
    webinars.push(...(own.body.webinars ?? []));
  }
  const details = ['uuid', 'id', 'topic', 'type', 'start_time', 'end_time', 'duration', 'user_email'];
  const sums = ['participants_count', 'total_minutes', 'has_recording'];
  sameRows(reports, await account.truth('report_meetings'), [...details, ...sums]);
  sameRows(past, await account.truth('past_meetings'), [
    'uuid',
    'id',
    'host_id',
    'type',
    'start_time',
    'duration',
  ]);
  const planned = ['id', 'host_id', 'topic', 'type', 'duration', 'created_at'];
  sameRows(listed, await account.truth('listed_meetings'), planned);
  sameRows(webinars, await account.truth('listed_webinars'), planned);
});

void test('the truth has the instances that numbers stand for', async () => {
  await using account = await world();
  for (const kind of ['meeting', 'webinar']) {
    const truth = await account.truth(`${kind}_instances`);
    const found: Row[] = [];
    for (const id of new Set(truth.map((row) => row['id']))) {
      const { body } = await account.get(`/past_${kind}s/${id}/instances`);
      found.push(...body[`${kind}s`].map((row: Row) => ({ id, ...row })));
    }
    sameRows(found, truth, ['id', 'uuid', 'start_time']);
  }
});

void test('the truth has the registrants of every status', async () => {
  await using account = await world();
  for (const kind of ['meeting', 'webinar']) {
    const truth = await account.truth(`${kind}_registrants`);
    const found: Row[] = [];
    for (const id of new Set(truth.map((row) => row[`${kind}_id`]))) {
      for (const status of ['approved', 'pending', 'denied']) {
        const rows = await account.all(
          `/${kind}s/${id}/registrants?status=${status}&page_size=7`,
          'registrants',
        );
        found.push(...rows.map((row) => ({ ...row, [`${kind}_id`]: id })));
      }
    }
    const names = [`${kind}_id`, 'id', 'status', 'email', 'first_name', 'last_name', 'create_time'];
    sameRows(found, truth, names);
  }
});

void test('the truth has the people of every instance, as either list shows them', async () => {
  await using account = await world();
  for (const [kind, table] of [
    ['meeting', 'report_meeting_participants'],
    ['webinar', 'webinar_participants'],
  ] as const) {
    const truth = await account.truth(table);
    const [reported, past]: [Row[], Row[]] = [[], []];
    for (const uuid of new Set(truth.map((row): string => row['uuid']))) {
      const query = 'participants?include_fields=registrant_id&page_size=300';
      const report = await account.all(`/report/${kind}s/${inPath(uuid)}/${query}`, 'participants');
      reported.push(...report.map((row) => ({ ...row, uuid })));
      const light = await account.all(`/past_${kind}s/${inPath(uuid)}/${query}`, 'participants');
      past.push(...light.map((row) => ({ ...row, uuid, past_id: row['id'] })));
    }
    const names = [
      'uuid',
      'user_id',
      'name',
      'user_email',
      'registrant_id',
      'join_time',
      'leave_time',
      'duration',
    ];
    sameRows(reported, truth, [...names, 'status', 'participant_user_id']);
    sameRows(past, truth, [...names, 'status', 'past_id']);
  }
});

void test('the truth has what belongs to webinars alone', async () => {
  await using account = await world();
  const absent = await account.truth('webinar_absentees');
  const missed: Row[] = [];
  for (const uuid of new Set(absent.map((row): string => row['uuid']))) {
    const rows = await account.all(`/past_webinars/${inPath(uuid)}/absentees?page_size=4`, 'registrants');
    missed.push(...rows.map((row) => ({ ...row, uuid })));
  }
  sameRows(missed, absent, ['uuid', 'id', 'email']);
  const [panelists, sources]: [Row[], Row[]] = [[], []];
  for (const { id } of await account.truth('listed_webinars')) {
    const people = (await account.get(`/webinars/${id}/panelists`)).body.panelists;
    panelists.push(...people.map((row: Row) => ({ ...row, webinar_id: id })));
    const found = (await account.get(`/webinars/${id}/tracking_sources`)).body.tracking_sources;
    sources.push(...found.map((row: Row) => ({ ...row, webinar_id: id })));
  }
  sameRows(panelists, await account.truth('webinar_panelists'), ['webinar_id', 'id', 'name', 'email']);
  const names = ['webinar_id', 'source_name', 'registration_count'];
  sameRows(sources, await account.truth('webinar_tracking_sources'), names);
});

void test('the truth has every file of every recording', async () => {
  await using account = await world();
  const files: Row[] = [];
  for (const host of await hosts(account)) {
    for (const { uuid, recording_files: own } of await months(
      account,
      `/users/${host}/recordings?`,
      'meetings',
    )) {
      files.push(...own.map((file: Row) => ({ ...file, uuid })));
    }
  }
  const names = ['uuid', 'id', 'file_type', 'file_extension', 'recording_type'];
  sameRows(files, await account.truth('recording_files'), names);
});

void test('the truth of a large account streams in little memory', { timeout: 120_000 }, async () => {
  await using account = await openAccount({ users: 60, meetings: 20, participants: 60 });
  const before = process.memoryUsage().heapUsed;
  const response = await fetch(`${account.sandbox.url}/__sandbox/truth/report_meeting_participants`);
  let [rows, most] = [0, 0];
  for await (const chunk of response.body ?? []) {
    rows += Buffer.from(chunk).toString().split('\n').length - 1;
    most = Math.max(most, process.memoryUsage().heapUsed - before);
  }
  assert.ok(rows > 60_000, String(rows));
  assert.ok(most < 150e6, `${Math.round(most / 1e6)} MB for ${rows} rows`);
});
