import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History } from '../../src/sandbox/zoom/history.ts';
import type { Instance, Series } from '../../src/sandbox/zoom/schedule.ts';
import { type Account, type Row, dayBefore, openAccount } from './zoom-access.ts';

const DAY = 86_400_000;

/** All rows of half a year, month by month. */
async function history(account: Account, query = ''): Promise<Row[]> {
  const rows: Row[] = [];
  for (let i = 0; i < 6; i++) {
    const range = `from=${dayBefore(28 * i + 27)}&to=${dayBefore(28 * i)}`;
    rows.push(
      ...(await account.all(`/report/history_meetings?${range}&page_size=7${query}`, 'history_meetings')),
    );
  }
  return rows;
}

const uuids = (rows: readonly Row[], key: string): string[] => rows.map((row) => String(row[key])).toSorted();

void test('the history of the account has every instance with two people or more, once', async () => {
  await using account = await openAccount({ meetings: 9, webinars: 6 });
  const rows = await history(account);
  const truth = await account.truth('history_meetings');
  assert.deepEqual(uuids(rows, 'meeting_uuid'), uuids(truth, 'uuid'));
  const byUuid = new Map(truth.map((row) => [row['uuid'], row]));
  for (const row of rows) {
    const told = byUuid.get(row['meeting_uuid']) ?? assert.fail();
    assert.deepEqual(
      [row['meeting_id'], row['type'], row['host_email'], row['start_time'], row['end_time']],
      [told['id'], told['type'], told['host_email'], told['start_time'], told['end_time']],
    );
    assert.deepEqual(
      [row['participants'], row['duration'], row['total_participant_minutes']],
      [told['participants'], told['duration'], told['total_participant_minutes']],
    );
  }
});

void test('a page of the history follows the other in order of the date that was asked for', async () => {
  await using account = await openAccount({ meetings: 9 });
  for (const name of ['start_time', 'end_time']) {
    const range = `from=${dayBefore(27)}&to=${dayBefore(0)}&date_type=${name}`;
    const rows = await account.all(`/report/history_meetings?${range}&page_size=3`, 'history_meetings');
    assert.ok(rows.length > 10);
    const times = rows.map((row) => String(row[name]));
    assert.deepEqual(times, times.toSorted());
  }
});

void test('the history can be cut down to a kind, a report, a feature and a topic', async () => {
  await using account = await openAccount({ meetings: 9, webinars: 6 });
  const all = await history(account);
  const webinars = await history(account, '&meeting_type=webinar');
  assert.ok(webinars.length > 0 && webinars.every((row) => row['type'] === 'Webinar'));
  assert.equal(webinars.length + (await history(account, '&meeting_type=meeting')).length, all.length);
  const polled = await history(account, '&report_type=poll');
  assert.ok(polled.length > 0 && polled.length < all.length);
  assert.ok(polled.every((row) => row['feature_used'].poll));
  const recorded = await history(account, '&meeting_feature=record_to_cloud,registration');
  assert.deepEqual(
    uuids(recorded, 'meeting_uuid'),
    uuids(
      all.filter(({ feature_used: used }) => used.record_to_cloud || used.registration),
      'meeting_uuid',
    ),
  );
  const { topic, meeting_id: id } = all[0] ?? assert.fail();
  const found = await history(account, `&search_key=${encodeURIComponent(String(topic).toUpperCase())}`);
  assert.ok(found.every((row) => row['topic'] === topic) && found.length > 0);
  assert.ok((await history(account, `&search_key=${id}`)).every((row) => row['meeting_id'] === id));
});

void test('the history says which parameter it does not understand', async () => {
  await using account = await openAccount();
  const month = `from=${dayBefore(20)}&to=${dayBefore(0)}`;
  for (const [query, name] of [
    ['', 'from'],
    [`from=${dayBefore(2)}`, 'to'],
    [`${month}&meeting_type=party`, 'meeting_type'],
    [`${month}&report_type=tax`, 'report_type'],
    [`${month}&meeting_feature=teleport`, 'meeting_feature'],
  ]) {
    const { status, body } = await account.get(`/report/history_meetings?${query}`);
    assert.deepEqual([status, body], [400, { code: 300, message: `Invalid parameter: ${name}.` }]);
  }
});

void test('what ends between two pages does not move the pages of what was over', async () => {
  await using account = await openAccount({ users: 3, meetings: 9 });
  const path = `/report/history_meetings?from=${dayBefore(20)}&to=${dayBefore(-2)}&page_size=4`;
  const { body } = await account.get(path);
  // The meeting of the first user that is still to come ends within 27 hours.
  account.sandbox.clock.advance(2 * DAY);
  await account.signIn();
  const before = body.history_meetings.map((row: Row) => row['meeting_uuid']);
  const after = await account.all(path, 'history_meetings');
  assert.deepEqual(
    after.slice(0, 4).map((row) => row['meeting_uuid']),
    before,
  );
  assert.ok(after.at(-1)?.['topic'].startsWith('Tomorrow'));
});

void test('coming dates of meetings and webinars are one list, a row for each date', async () => {
  await using account = await openAccount({ webinars: 6 });
  const path = `/report/upcoming_events?from=${dayBefore(0)}&to=${dayBefore(-28)}`;
  const rows = await account.all(`${path}&page_size=5`, 'upcoming_events');
  const times = rows.map((row) => String(row['start_time']));
  assert.deepEqual(times, times.toSorted());
  assert.equal(new Set(rows.map((row) => `${row['id']} ${row['start_time']}`)).size, rows.length);
  const webinars = await account.all(`${path}&type=webinar`, 'upcoming_events');
  assert.ok(webinars.length > 0 && webinars.length < rows.length);
  assert.ok(new Set(rows.map((row) => row['id'])).size < rows.length, 'recurring ones have several');
});

void test('an order of numbers finds the instances of a range, whichever edge is asked for', () => {
  const series = { kind: 'meeting', owner: 0, instances: [] as Instance[] } as unknown as Series;
  const times = [5, 3, 9, 3, 7];
  series.instances = times.map(
    (start, position) => ({ series, position, start, end: 20 - start }) as Instance,
  );
  const order = new History({ everySeries: () => [series], at: (_, __, place) => series.instances[place] });
  const starts = (found: Int32Array): number[] => Array.from(found, (n) => order.instance(n).start);
  const yes = (): boolean => true;
  assert.deepEqual(starts(order.between('start', { from: 3, to: 9, over: 99 }, 'all', yes)), [3, 3, 5, 7]);
  assert.deepEqual(starts(order.between('end', { from: 11, to: 16, over: 99 }, 'all', yes)), [9, 7, 5]);
  assert.deepEqual(starts(order.between('start', { from: 0, to: 99, over: 15 }, 'all', yes)), [5, 7, 9]);
  assert.deepEqual(starts(order.between('start', { from: 10, to: 99, over: 99 }, 'all', yes)), []);
  const odd = order.between('start', { from: 0, to: 99, over: 99 }, 'fives', ({ start }) => start === 5);
  assert.deepEqual(starts(odd), [5]);
});
