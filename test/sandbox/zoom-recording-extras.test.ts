import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Row, dayBefore, inPath, openAccount } from './zoom-access.ts';

void test('summaries of the account are those that can be read one by one', async () => {
  await using account = await openAccount({ meetings: 9 });
  const rows = await account.all('/meetings/meeting_summaries?page_size=5', 'summaries');
  const all = await account.truth('meetings');
  assert.ok(rows.length > 5 && rows.length < all.length);
  const listed = new Set(rows.map((row) => row['meeting_uuid']));
  for (const { instance, kind } of all) {
    const { status, body } = await account.get(`/meetings/${inPath(instance)}/meeting_summary`);
    assert.equal(status, listed.has(instance) ? 200 : 404, instance);
    if (status === 200) assert.equal(body.meeting_uuid, instance);
    if (kind === 'meeting') {
      const past = await account.get(`/past_meetings/${inPath(instance)}`);
      assert.equal(past.body.has_meeting_summary, listed.has(instance));
    }
  }
});

void test('summaries are found by the time they begin or were made', async () => {
  await using account = await openAccount({ meetings: 9 });
  const [first] = await account.all('/meetings/meeting_summaries', 'summaries');
  for (const name of ['summary_start_time', 'summary_created_time']) {
    const at = first?.[name];
    const path = `/meetings/meeting_summaries?time_filter_field=${name}&from=${at}&to=${at}`;
    const { body } = await account.get(path);
    assert.ok(body.summaries.some((row: Row) => row['meeting_uuid'] === first?.['meeting_uuid']));
    assert.deepEqual([body.from, body.to], [at, at]);
    assert.ok(body.summaries.every((row: Row) => row[name] === at));
  }
  assert.equal((await account.get('/meetings/meeting_summaries?from=soon')).body.errors[0].field, 'from');
});

void test('archived files come for seven days at most, by start or by completion', async () => {
  await using account = await openAccount({ meetings: 9 });
  const found = new Map<string, Row>();
  for (const type of ['meeting_start_time', 'archive_complete_time']) {
    const own = new Set<string>();
    for (let i = 0; i < 26; i++) {
      const range = `from=${dayBefore(7 * i + 7)}T00:00:00Z&to=${dayBefore(7 * i)}T00:00:00Z`;
      for (const row of await account.all(
        `/archive_files?${range}&query_date_type=${type}&page_size=3`,
        'meetings',
      )) {
        own.add(row['uuid']);
        found.set(row['uuid'], row);
      }
    }
    assert.equal(own.size, found.size, type);
  }
  assert.ok(found.size > 10);
  const wide = await account.get(
    `/archive_files?from=${dayBefore(60)}T00:00:00Z&to=${dayBefore(0)}T00:00:00Z`,
  );
  assert.equal(wide.body.to.slice(0, 10), dayBefore(53));
  for (const row of found.values()) {
    assert.equal(row['recording_count'], row['archive_files'].length);
    assert.equal(
      row['total_size'],
      row['archive_files'].reduce((sum: number, file: Row) => sum + file['file_size'], 0),
    );
  }
});

void test('a recording has settings and views; who registered for it is listed by status', async () => {
  await using account = await openAccount({ meetings: 9 });
  const totals = { open: 0, registered: 0, views: 0 };
  for (const { kind, series, instance } of await account.truth('recordings')) {
    if (kind !== 'meeting') continue;
    const settings = await account.get(`/meetings/${inPath(instance)}/recordings/settings`);
    assert.equal(settings.status, 200);
    const views = `/meetings/${inPath(instance)}/recordings/analytics_details`;
    const month = `?from=${dayBefore(27)}&to=${dayBefore(0)}&page_size=2`;
    const seen = await account.all(`${views}${month}`, 'analytics_details');
    totals.views += seen.length;
    assert.ok(seen.every((row) => row['duration'] > 0));
    const path = `/meetings/${series}/recordings/registrants?page_size=2`;
    if ((await account.get(path)).status === 404) continue;
    let count = 0;
    for (const status of ['approved', 'pending', 'denied']) {
      const rows = await account.all(`${path}&status=${status}`, 'registrants');
      assert.ok(rows.every((row) => row['status'] === status));
      count += rows.length;
    }
    assert.equal(count > 0, settings.body.on_demand);
    totals[settings.body.on_demand === true ? 'registered' : 'open']++;
  }
  assert.ok(totals.open > 0 && totals.registered > 0 && totals.views > 0, JSON.stringify(totals));
  const plain = (await account.truth('meetings')).find((row) => row['kind'] === 'meeting');
  const none = `/meetings/${inPath(plain?.['instance'])}`;
  const recorded = new Set((await account.truth('recordings')).map((row) => row['instance']));
  if (!recorded.has(plain?.['instance'])) {
    assert.equal((await account.get(`${none}/recordings/settings`)).body.code, 3301);
  }
});

void test('the recordings of a user can be those of one meeting', async () => {
  await using account = await openAccount({ meetings: 9 });
  const rows = await account.truth('recordings');
  const recorded = rows.find(({ kind }) => kind === 'meeting') ?? assert.fail();
  const { host_id: host, series, start_time: start } = recorded;
  const day = start.slice(0, 10);
  const path = `/users/${host}/recordings?from=${day}&to=${day}`;
  const found = await account.all(`${path}&meeting_id=${series}`, 'meetings');
  assert.ok(found.length > 0 && found.every((row) => String(row['id']) === series));
  assert.deepEqual(await account.all(`${path}&meeting_id=1`, 'meetings'), []);
});

void test('templates belong to a host; those of webinars need a licence', async () => {
  await using account = await openAccount();
  let templates = 0;
  for (const { id, webinar_licence: licence } of await account.truth('users')) {
    if (id === null) continue;
    templates += (await account.get(`/users/${id}/meeting_templates`)).body.total_records;
    const { status, body } = await account.get(`/users/${id}/webinar_templates`);
    assert.deepEqual([status, body.code], licence ? [200, undefined] : [400, 200]);
  }
  assert.ok(templates > 2);
});
