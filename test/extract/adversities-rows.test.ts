/** What accounts hold that makes copies lose, double or mix up rows: each case by name, against the truth. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openAccount, type Account, type Row } from './account.ts';
import { textOf as text } from './text.ts';
import { STREAMS } from './truth.ts';

type Case = readonly [name: string, check: (on: Seen) => void | Promise<void>];

/** One account that was read once, and what stands in the truth and in the tables. */
interface Seen {
  account: Account;
  truth: (table: string) => Promise<Row[]>;
  rows: (table: string) => Promise<Row[]>;
}

const some = <T>(rows: readonly T[], what: string): readonly T[] => {
  assert.ok(rows.length > 0, `the account has ${what}`);
  return rows;
};
/** Groups with more than one row. */
const several = (rows: readonly Row[], ...by: string[]): Row[][] =>
  [...Map.groupBy(rows, (row) => JSON.stringify(by.map((name) => row[name]))).values()].filter(
    (group) => group.length > 1,
  );

/** Joins of the truth that fit are rows of ours, one each, with the same values. */
async function joins({ truth, rows }: Seen, what: string, fits: (row: Row) => boolean): Promise<void> {
  const wanted = some((await truth('report_meeting_participants')).filter(fits), what);
  const line = (row: Row, uuid: string) =>
    JSON.stringify([
      row[uuid],
      ...['user_id', 'name', 'user_email', 'duration', 'status'].map((name) => text(row[name])),
      Date.parse(text(row['join_time'])),
      Date.parse(text(row['leave_time'])),
    ]);
  const ours = Map.groupBy(await rows('report_meeting_participants'), (row) => line(row, 'meeting_uuid'));
  for (const row of wanted) {
    assert.equal(ours.get(line(row, 'uuid'))?.length, 1, `${what}: ${JSON.stringify(row)}`);
  }
}

const shaped = (what: string, shape: RegExp): Case => [
  `people of a meeting whose UUID ${what}`,
  (on) => joins(on, `a UUID that ${what}`, (row) => shape.test(text(row['uuid']))),
];

const CASES: readonly Case[] = [
  [
    'a person who comes back has a row for each stay',
    async (on) => {
      const joined = await on.truth('report_meeting_participants');
      const back = several(
        joined.filter((row) => row['status'] === 'in_meeting'),
        'uuid',
        'person',
      );
      const people = new Set(
        some(back, 'people who come back').map(([row]) => JSON.stringify([row?.['uuid'], row?.['person']])),
      );
      await joins(on, 'stays of people who come back', (row) =>
        people.has(JSON.stringify([row['uuid'], row['person']])),
      );
    },
  ],
  [
    'guests with neither id nor address are all there',
    (on) => joins(on, 'blank guests', (row) => row['past_id'] === '' && row['user_email'] === ''),
  ],
  [
    'several guests of one name in one meeting stay several',
    async (on) => {
      const joined = await on.truth('report_meeting_participants');
      const names = new Set(
        several(
          joined.filter((row) => row['user_email'] === ''),
          'uuid',
          'name',
        )
          .filter((group) => new Set(group.map((row) => row['person'])).size > 1)
          .map(([row]) => JSON.stringify([row?.['uuid'], row?.['name']])),
      );
      await joins(on, 'guests of one name', (row) => names.has(JSON.stringify([row['uuid'], row['name']])));
    },
  ],
  [
    'stays that overlap, of one person with two devices or rooms, are all kept',
    async (on) => {
      const joined = await on.truth('report_meeting_participants');
      const at = (row: Row, name: string) => Date.parse(text(row[name]));
      const overlapping = several(joined, 'uuid', 'person').filter((group) =>
        group.some((one) =>
          group.some(
            (two) =>
              one !== two &&
              at(one, 'join_time') < at(two, 'leave_time') &&
              at(two, 'join_time') < at(one, 'leave_time'),
          ),
        ),
      );
      const lines = new Set(some(overlapping, 'people with two devices').flat());
      const keys = new Set([...lines].map((row) => JSON.stringify([row['uuid'], row['user_id']])));
      await joins(on, 'overlapping stays', (row) => keys.has(JSON.stringify([row['uuid'], row['user_id']])));
    },
  ],
  [
    'people in the waiting room are there, with that status',
    (on) => joins(on, 'people who waited', (row) => row['status'] === 'in_waiting_room'),
  ],
  [
    'names in other scripts, with pictures and quotes, come as they are',
    (on) => joins(on, 'such names', (row) => /[^\u0020-\u024F]|['"’]/.test(text(row['name']))),
  ],
  [
    'a recurring meeting has one number: each of its times has its own people',
    async (on) => {
      const held = (await on.truth('report_meetings')).filter((row) => row['type'] === 8);
      const times = new Set(
        several(held, 'id')
          .flat()
          .map((row) => row['uuid']),
      );
      await joins(on, 'recurring meetings', (row) => times.has(row['uuid']));
      const numeric = on.account.proxy.seen.filter(({ path }) =>
        /^\/(?:report\/meetings|past_meetings)\/\d+\/participants/.test(path),
      );
      assert.deepEqual(numeric, [], 'nobody is asked for by number');
    },
  ],
  [
    'a recurring webinar too',
    async (on) => {
      const truth = await on.truth('webinar_participants');
      const many = several([...new Map(truth.map((row) => [row['uuid'], row])).values()], 'id').flat();
      some(many, 'recurring webinars');
      const ours = await on.rows('report_webinar_participants');
      for (const { uuid } of many) {
        const count = (rows: Row[], name: string) => rows.filter((row) => row[name] === uuid).length;
        assert.equal(count(ours, 'webinar_uuid'), count(truth, 'uuid'));
      }
    },
  ],
  [
    'an instant meeting, which the lists of hosts leave out, is there with its people',
    async (on) => {
      const instant = (await on.truth('report_meetings')).filter((row) => row['type'] === 1);
      const uuids = some(instant, 'instant meetings').map((row) => row['uuid']);
      const ours = new Set((await on.rows('history_meetings')).map((row) => row['meeting_uuid']));
      for (const uuid of uuids) assert.ok(ours.has(text(uuid)));
      await joins(on, 'instant meetings', (row) => uuids.includes(row['uuid']));
    },
  ],
  [
    'a meeting of one person is in the lists that know it, and is not asked for people',
    async (on) => {
      const alone = (await on.truth('meetings')).filter((row) => row['visible'] === false);
      const uuids = some(alone, 'meetings of one person').map((row) => text(row['instance']));
      const ours = new Set((await on.rows('past_meetings')).map((row) => text(row['uuid'])));
      for (const uuid of uuids) assert.ok(ours.has(uuid));
      const people = await on.rows('report_meeting_participants');
      assert.ok(people.every((row) => !uuids.includes(text(row['meeting_uuid']))));
    },
  ],
  [
    'a meeting that its host began twice has two UUIDs, and both have their people',
    async (on) => {
      const held = (await on.truth('report_meetings')).filter((row) => row['type'] === 2);
      const twice = new Set(
        several(held, 'id')
          .flat()
          .map((row) => row['uuid']),
      );
      await joins(on, 'meetings that were begun twice', (row) => twice.has(row['uuid']));
    },
  ],
  shaped('begins with a slash', /^\//),
  shaped('has two slashes in the middle', /.\/\//),
  shaped('has one slash in the middle', /[^/]\/[^/]/),
  shaped('has a plus sign', /\+/),
  shaped('ends with equals signs', /==$/),
  [
    'a registrant who cancelled is in none of the three lists, and the others are all there',
    async (on) => {
      const truth = some(await on.truth('meeting_registrants'), 'registrants');
      const statuses = new Set(truth.map((row) => row['status']));
      assert.deepEqual(statuses, new Set(['approved', 'denied', 'pending']));
      const ours = await on.rows('meeting_registrants');
      const line = (row: Row) => JSON.stringify([text(row['meeting_id']), row['id'], row['status']]);
      assert.deepEqual(ours.map(line).toSorted(), truth.map(line).toSorted());
    },
  ],
  [
    'a pending user has no id, is there by the address, and nothing is asked below it',
    async (on) => {
      const pending = some(
        (await on.truth('users')).filter((row) => row['status'] === 'pending'),
        'pending users',
      );
      const ours = await on.rows('users');
      for (const user of pending) {
        const [row, ...more] = ours.filter((one) => one['email'] === user['email']);
        assert.deepEqual([row?.['status'], row?.['id'] ?? '', more.length], ['pending', '', 0]);
        const asked = on.account.proxy.seen.filter(({ path }) => path.includes(text(user['email'])));
        assert.deepEqual(asked, []);
      }
      assert.ok(!on.account.proxy.seen.some(({ path }) => path.includes('/users//')));
    },
  ],
  [
    'an inactive user is there, and what he held once is, too',
    async (on) => {
      const gone = some(
        (await on.truth('users')).filter((row) => row['status'] === 'inactive'),
        'inactive users',
      );
      const ours = await on.rows('users');
      for (const { email } of gone)
        assert.equal(ours.find((row) => row['email'] === email)?.['status'], 'inactive');
      const ids = new Set(gone.map((row) => row['id']));
      const held = (await on.truth('report_meetings')).filter((row) => ids.has(row['host_id']));
      const there = new Set((await on.rows('report_meetings')).map((row) => row['uuid']));
      for (const { uuid } of some(held, 'meetings of inactive users')) assert.ok(there.has(text(uuid)));
    },
  ],
  [
    'a host without a webinar licence is skipped and named, and the webinars of the others are there',
    async (on) => {
      const skipped = await on.account.own('_trunkline_slices', [
        'target',
        'state',
        'code',
        'kind',
        'retry_at',
      ]);
      const hosts = some(
        skipped.filter((row) => row['target'] === 'webinars' && row['state'] === 'skipped'),
        'hosts without a licence',
      );
      for (const row of hosts) assert.deepEqual([row['code'], row['kind']], ['200', 'plan']);
      await on.account.sameAsTruth(['webinars', 'webinar_instances']);
    },
  ],
  [
    'numbers of meetings are kept digit by digit, as text',
    async (on) => {
      for (const { meeting_id } of await on.rows('history_meetings'))
        assert.match(text(meeting_id), /^[89]\d{10}$/);
    },
  ],
  [
    'recordings of months ago are there, though Zoom lists one day when nothing is said',
    async (on) => {
      const asked = on.account.proxy.seen.filter(({ path }) => /^\/users\/[^/]+\/recordings$/.test(path));
      for (const { query } of some(asked, 'hosts')) assert.ok(query['from'] && query['to']);
      const old = (await on.truth('recordings')).filter(
        (row) => Date.parse(text(row['start_time'])) < on.account.box.clock.now() - 30 * 24 * 3600_000,
      );
      const ours = new Set((await on.rows('recording_files')).map((row) => row['meeting_uuid']));
      for (const { instance } of some(old, 'old recordings')) assert.ok(ours.has(text(instance)));
    },
  ],
  [
    'no window is longer than Zoom answers, none leaves a gap, and they reach back as far as Zoom does',
    (on) => {
      const lists = Map.groupBy(
        on.account.proxy.seen.filter(
          ({ path, query }) => query['from'] && /^\/report\/|meetings$/.test(path),
        ),
        ({ path }) => path,
      );
      assert.ok(lists.size > 5);
      for (const [path, asked] of lists) {
        const day = (at: string | undefined) => Date.parse(`${at ?? ''}T00:00:00Z`) / (24 * 3600_000);
        const spans = [...new Set(asked.map(({ query }) => `${query['from']} ${query['to']}`))]
          .map((one) => one.split(' ').map(day) as [number, number])
          .toSorted(([a], [b]) => a - b);
        for (const [at, [from, to]] of spans.entries()) {
          assert.ok(to - from < 28, `${path}: at most 28 days, the shortest month`);
          const next = spans[at + 1];
          if (next) assert.equal(next[0], to + 1, `${path}: the next begins the day after`);
        }
        const today = Math.floor(on.account.box.clock.now() / (24 * 3600_000));
        assert.equal(spans.at(-1)?.[1], today, path);
        assert.ok(today - (spans[0]?.[0] ?? 0) >= 179, path);
      }
    },
  ],
  [
    'what was used in no meeting is not asked for',
    async (on) => {
      const asked = on.account.proxy.seen.filter(({ path }) =>
        /^\/past_meetings\/.*\/polls$/.test(path),
      ).length;
      const held = (await on.truth('report_meetings')).length;
      assert.ok(asked > 0 && asked < held, `${asked} of ${held}`);
    },
  ],
];

describe('an account as accounts are', () => {
  let seen: Seen;
  before(async () => {
    const account = await openAccount({ seed: 11, users: 9, meetings: 9, participants: 8, webinars: 6 });
    const report = await account.run(STREAMS);
    assert.equal(report.outcome, 'done');
    const tables = await account.tables();
    seen = {
      account,
      truth: account.truth,
      rows: (table) => Promise.resolve(tables.get(table)?.rows ?? []),
    };
  });
  after(() => seen.account[Symbol.asyncDispose]());

  for (const [name, check] of CASES) test(name, () => check(seen));

  test('and nothing else differs from the truth in any table', async () => {
    assert.ok((await seen.account.sameAsTruth(STREAMS)) > 1500);
    assert.deepEqual(await seen.account.own('_trunkline_quarantine', ['target']), []);
  });
});
