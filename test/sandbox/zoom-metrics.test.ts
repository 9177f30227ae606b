import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Row, dayBefore, inPath, openAccount } from './zoom-access.ts';

const MONTH = `from=${dayBefore(27)}&to=${dayBefore(0)}`;

void test('the dashboard needs a Business plan', async () => {
  await using account = await openAccount({ plan: 'pro' });
  const { status, body } = await account.get(`/metrics/meetings?type=past&${MONTH}`);
  assert.deepEqual([status, body.code], [400, 200]);
  assert.match(body.message, /Business or higher/);
  await using richer = await openAccount({ plan: 'business' });
  const found = await richer.get(`/metrics/meetings?type=past&${MONTH}`);
  assert.equal(found.status, 200);
  assert.equal(found.headers.get('x-ratelimit-category'), 'Resource-intensive');
});

void test('past meetings of the dashboard are those of the history, and those with one person apart', async () => {
  await using account = await openAccount({ meetings: 9, webinars: 6 });
  const month = await account.all(`/report/history_meetings?${MONTH}`, 'history_meetings');
  for (const kind of ['meeting', 'webinar']) {
    const rows = await account.all(`/metrics/${kind}s?type=past&${MONTH}&page_size=4`, `${kind}s`);
    const same = month.filter((row) => row['type'].toLowerCase() === kind);
    assert.deepEqual(
      rows.map((row) => `${row['uuid']} ${row['participants']}`).toSorted(),
      same.map((row) => `${row['meeting_uuid']} ${row['participants']}`).toSorted(),
    );
  }
  const alone = await account.all(`/metrics/meetings?type=pastOne&${MONTH}`, 'meetings');
  assert.ok(alone.length > 0 && alone.every((row) => row['participants'] === 1));
  const people = `/metrics/meetings/${inPath(alone[0]?.['uuid'])}/participants?type=pastOne`;
  assert.equal((await account.all(people, 'participants')).length, 1);
});

void test('live is what is asked for when nothing is said', async () => {
  await using account = await openAccount();
  assert.deepEqual((await account.get(`/metrics/meetings?${MONTH}`)).body.meetings, []);
  const [row] = await account.truth('meetings');
  const { status, body } = await account.get(`/metrics/meetings/${inPath(row?.['instance'])}/participants`);
  assert.deepEqual([status, body.code], [404, 3001]);
  // The one meeting that is still to come.
  const coming = account.sandbox.zoom.world.meetings(account.sandbox.zoom.world.users[0]!).at(-1);
  const [instance] = coming?.instances ?? [];
  account.sandbox.clock.advance((instance?.start ?? 0) - Date.now() + 20 * 60_000);
  await account.signIn();
  const live = (await account.get(`/metrics/meetings?${MONTH}`)).body.meetings;
  assert.deepEqual(
    live.map((one: Row) => one['uuid']),
    [instance?.uuid],
  );
  assert.equal(live[0].end_time, undefined);
  const joined = await account.all(`/metrics/meetings/${coming?.id}/participants`, 'participants');
  assert.ok(joined.some((one) => one['leave_time'] === undefined));
});

void test('the people of the dashboard are the rows of the report', async () => {
  await using account = await openAccount({ meetings: 5, webinars: 3 });
  for (const { kind, instance, visible } of await account.truth('meetings')) {
    if (!visible) continue;
    const keys = (rows: readonly Row[]): unknown[] =>
      rows.map((row) => [row['user_id'], row['join_time'], row['id']]);
    const report = `/report/${kind}s/${inPath(instance)}/participants?include_fields=registrant_id`;
    const rows = await account.all(report, 'participants');
    const dashboard = `/metrics/${kind}s/${inPath(instance)}/participants?type=past&include_fields=registrant_id`;
    const people = await account.all(`${dashboard}&page_size=4`, 'participants');
    assert.deepEqual(keys(people), keys(rows));
    assert.deepEqual(
      people.map((row) => row['registrant_id']),
      rows.map((row) => row['registrant_id']),
    );
    assert.equal(new Set(people.map((row) => row['participant_uuid'])).size, people.length);
  }
});

void test('quality comes for ten people a page at most, one when nothing is said', async () => {
  await using account = await openAccount({ meetings: 5 });
  const row = (await account.truth('meetings')).find((one) => one['kind'] === 'meeting' && one['visible']);
  const path = `/metrics/meetings/${inPath(row?.['instance'])}/participants/qos?type=past`;
  assert.equal((await account.get(path)).body.participants.length, 1);
  const { body } = await account.get(`${path}&page_size=300`);
  assert.equal(body.page_size, 10);
  const all = await account.all(`${path}&page_size=10`, 'participants');
  assert.equal(all.length, body.total_records);
  assert.ok(all.every((one) => one['user_qos'].length > 0));
});
