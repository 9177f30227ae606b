/** What time and people do to an account between two calls or two runs: each case by name, against the truth. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import { openAccount, type Account, type Extraction, type Row } from './account.ts';
import { textOf as text } from './text.ts';
import { withJson } from './proxy.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const PEOPLE = ['users', 'history_meetings', 'report_meetings', 'report_meeting_participants'];

type Case = readonly [
  name: string,
  run: (account: Account) => Promise<void>,
  options?: Partial<SandboxOptions> | undefined,
];

const streamOf = ({ streams }: Extraction, name: string) => {
  const found = streams.find(({ stream }) => stream === name);
  assert.ok(found, name);
  return found;
};
const rowsOf = (body: Row, name: string): Row[] => body[name] as Row[];
/** Calls for the people of meetings since a place in what was asked. */
const peopleAsked = (account: Account, since = 0): number =>
  account.proxy.seen.slice(since).filter(({ path }) => path.endsWith('/participants')).length;

/** Moves the clock to so many milliseconds after the midnight with which the sandbox's first day began. */
async function at(account: Account, afterMidnight: number): Promise<void> {
  const midnight = Math.floor(Date.now() / DAY) * DAY;
  await account.later((midnight + afterMidnight - account.box.clock.now()) / HOUR);
}

/** Rows of a stream that changed in the account, between two runs. */
const changes = (
  name: string,
  streams: readonly string[],
  change: (account: Account) => Promise<unknown>,
  check: (account: Account, report: Extraction, said: unknown) => Promise<void>,
  options?: Partial<SandboxOptions>,
): Case => [
  name,
  async (account) => {
    assert.equal((await account.run(streams)).outcome, 'done');
    const said = await change(account);
    const report = await account.run(streams);
    assert.equal(report.outcome, 'done');
    await check(account, report, said);
  },
  options,
];

const CASES: readonly Case[] = [
  [
    'people who are reported late, with durations that come later still',
    async (account) => {
      await account.faults({ participantLagSeconds: 3600 });
      await at(account, 27 * HOUR + 600_000);
      await account.run(PEOPLE);
      const [half, all] = [
        (await account.rows('report_meeting_participants')).length,
        (await account.truth('report_meeting_participants')).length,
      ];
      assert.ok(half < all, 'half of them are known at first');
      await account.later(1.5);
      const since = account.proxy.seen.length;
      assert.equal((await account.run(PEOPLE)).outcome, 'done');
      assert.equal(peopleAsked(account, since), 1, 'of the one meeting that has just ended');
      await account.sameAsTruth(PEOPLE);
      // Three hours after its end nothing changes any more; then it is read once more at most.
      await account.later(4);
      await account.run(PEOPLE);
      const quiet = account.proxy.seen.length;
      await account.later(1);
      await account.run(PEOPLE);
      assert.equal(peopleAsked(account, quiet), 0);
      await account.sameAsTruth(PEOPLE);
    },
  ],
  [
    'a meeting that is running is not there, and comes when it is over',
    async (account) => {
      await at(account, 26.5 * HOUR);
      await account.run(PEOPLE);
      await account.sameAsTruth(PEOPLE);
      const before = (await account.rows('history_meetings')).length;
      await at(account, 27 * HOUR + 60_000);
      await account.run(PEOPLE);
      assert.equal((await account.rows('history_meetings')).length, before + 1);
      await account.sameAsTruth(PEOPLE);
    },
  ],
  [
    'a meeting that lasts into the next day but one, and runs while a run looks, comes by every list',
    async (account) => {
      const lists = ['history_meetings', 'report_meetings', 'past_meetings'];
      const streams = ['users', ...lists, 'report_meeting_participants'];
      const uuidOf = (row: Row) => text(row['uuid'] ?? row['meeting_uuid']);
      // The meeting to come begins 26 hours after midnight. Zoom lets meetings run for 30 hours; this one does for 27.
      const end = Math.floor(Date.now() / DAY) * DAY + 53 * HOUR;
      await at(account, 51.5 * HOUR);
      const [last] = (await account.truth('past_meetings')).toSorted((a, b) =>
        text(b['start_time']).localeCompare(text(a['start_time'])),
      );
      const uuid = text(last?.['uuid']);
      let held: Row | undefined;
      account.proxy.rules.after = ({ path, query }, reply) => {
        if (!path.endsWith('meetings')) return undefined;
        return withJson(reply, (body) => {
          const name = path === '/report/history_meetings' ? 'history_meetings' : 'meetings';
          const rows = rowsOf(body, name);
          for (const row of rows) {
            if (uuidOf(row) === uuid && 'end_time' in row) row['end_time'] = new Date(end).toISOString();
          }
          const over = account.box.clock.now() >= end;
          const others = rows.filter((row) => uuidOf(row) !== uuid);
          if (name === 'meetings') {
            if (!over) body[name] = others;
            return;
          }
          // This list goes by the end, which lies elsewhere now.
          held ??= rows.find((row) => uuidOf(row) === uuid);
          const asked = Date.parse(`${query.get('from') ?? ''}T00:00:00Z`) <= end;
          body[name] = over && asked && held ? [...others, held] : others;
        });
      };
      const there = async () => {
        const tables = await account.tables();
        return lists.map((name) => tables.get(name)?.rows.filter((row) => uuidOf(row) === uuid).length);
      };
      await account.run(streams);
      assert.deepEqual(await there(), [0, 0, 0], 'while it runs');
      await at(account, 54 * HOUR);
      assert.equal((await account.run(streams)).outcome, 'done');
      assert.deepEqual(await there(), [1, 1, 1], 'once it is over');
      await account.sameAsTruth(['report_meeting_participants']);
    },
  ],
  [
    'runs just before and just after the end of a month, of February and of a year',
    async (account) => {
      const streams = [...PEOPLE, 'past_meetings', 'recording_files', 'report_daily'];
      for (const end of ['2026-12-01', '2027-01-01', '2027-03-01']) {
        for (const ms of [-1500, 500]) {
          const away = Date.parse(`${end}T00:00:00Z`) + ms - account.box.clock.now();
          // The days on which these tests run go on.
          if (away < 0) continue;
          await account.later(away / HOUR);
          const report = await account.run(streams);
          assert.equal(report.outcome, 'done', end);
          await account.sameAsTruth([...PEOPLE, 'past_meetings', 'recording_files']);
        }
      }
      const days = (await account.rows('report_daily')).map((row) => text(row['date']));
      assert.equal(new Set(days).size, days.length, 'every day once');
      for (const { date } of await account.truth('report_daily'))
        assert.ok(days.includes(text(date)), text(date));
    },
  ],
  changes(
    'a user who becomes inactive is one row, and was never away',
    ['users'],
    async (account) => {
      const [user] = (await account.truth('users')).filter(({ status }) => status === 'active').slice(1);
      let moved: Row | undefined;
      account.proxy.rules.after = ({ path, query }, reply) => {
        if (path !== '/users') return undefined;
        return withJson(reply, (body) => {
          const rows = rowsOf(body, 'users');
          moved ??= rows.find(({ id }) => id === user?.['id']);
          body['users'] = rows.filter(({ id }) => id !== user?.['id']);
          if (query.get('status') === 'inactive' && moved)
            rowsOf(body, 'users').push({ ...moved, status: 'inactive' });
        });
      };
      return user?.['email'];
    },
    async (account, _, email) => {
      // The proxy learns the row from the list of the active: the next run has it in the other list for sure.
      await account.run(['users']);
      const found = (await account.rows('users')).filter((row) => row['email'] === email);
      assert.deepEqual(
        found.map((row) => [row['status'], row['_trunkline_deleted_at']]),
        [['inactive', null]],
      );
    },
    { users: 9 },
  ),
  changes(
    'a user who was deleted is marked, and so is nobody else',
    ['users'],
    async (account) => {
      const [user] = (await account.truth('users')).filter(({ status }) => status === 'active').slice(1);
      await account.change('DELETE /users/{userId}', { userId: user?.['id'], action: 'delete' });
      return user?.['email'];
    },
    async (account, report, email) => {
      assert.equal(streamOf(report, 'users').deleted, 1);
      const gone = (await account.rows('users')).filter((row) => row['_trunkline_deleted_at'] !== null);
      assert.deepEqual(
        gone.map((row) => row['email']),
        [email],
      );
    },
    { users: 9 },
  ),
  changes(
    'a meeting that was deleted is marked, with its registrants and polls; what was held stays',
    ['users', 'meetings', 'meeting_registrants', 'meeting_polls', ...PEOPLE.slice(1)],
    async (account) => {
      const ids = (await account.truth('meeting_registrants')).map((row) => row['meeting_id']);
      await account.change('DELETE /meetings/{meetingId}', { meetingId: Number(ids[0]) });
      return text(ids[0]);
    },
    async (account, report, id) => {
      assert.equal(streamOf(report, 'meetings').deleted, 1);
      const tables = await account.tables();
      const left = (table: string, column: string) =>
        (tables.get(table)?.rows ?? []).filter(
          (row) => text(row[column]) === id && (row['_trunkline_deleted_at'] ?? null) === null,
        ).length;
      assert.equal(left('meetings', 'id'), 0);
      assert.equal(left('meeting_registrants', 'meeting_id'), 0, 'its registrants are gone with it');
      assert.equal(left('meeting_polls', 'meeting_id'), 0, 'and its polls');
      await account.sameAsTruth(PEOPLE);
    },
    { users: 4, meetings: 7 },
  ),
  changes(
    'a registrant whose status changes between two runs is one row, with the new one',
    ['users', 'meetings', 'meeting_registrants'],
    async (account) => {
      const one = (await account.truth('meeting_registrants')).find(({ status }) => status === 'pending');
      await account.change('PUT /meetings/{meetingId}/registrants/status', {
        meetingId: Number(one?.['meeting_id']),
        action: 'approve',
        registrants: [{ id: one?.['id'], email: one?.['email'] }],
      });
      return one?.['id'];
    },
    async (account, _, id) => {
      const found = (await account.rows('meeting_registrants')).filter((row) => row['id'] === id);
      assert.deepEqual(
        found.map((row) => [row['status'], row['_trunkline_deleted_at']]),
        [['approved', null]],
      );
    },
    { users: 4, meetings: 7 },
  ),
  [
    'a registrant whose status changes between two passes of a run is one row, at the latest after the next run',
    async (account) => {
      const streams = ['users', 'meetings', 'meeting_registrants'];
      const one = (await account.truth('meeting_registrants')).find(({ status }) => status === 'pending');
      let moving: Row | undefined;
      let approved = false;
      account.proxy.rules.after = ({ path, query }, reply) => {
        if (!path.endsWith('/registrants') || !path.includes(text(one?.['meeting_id']))) return undefined;
        return withJson(reply, (body) => {
          const rows = rowsOf(body, 'registrants');
          moving ??= rows.find(({ id }) => id === one?.['id']);
          body['registrants'] = rows.filter(({ id }) => id !== one?.['id']);
          const status = query.get('status');
          if (moving && status === (approved ? 'approved' : 'pending'))
            rowsOf(body, 'registrants').push({ ...moving, status });
          // Between the answer to one pass and the next one of them.
          approved = approved || moving !== undefined;
        });
      };
      await account.run(streams);
      assert.equal((await account.run(streams)).outcome, 'done');
      const found = (await account.rows('meeting_registrants')).filter(({ id }) => id === one?.['id']);
      assert.deepEqual(
        found.map((row) => [row['status'], row['_trunkline_deleted_at']]),
        [['approved', null]],
      );
    },
    { users: 4, meetings: 7 },
  ],
  changes(
    'a list that fails halfway marks nobody as deleted',
    ['users'],
    async (account) => {
      account.proxy.rules.before = ({ query }) =>
        query.has('next_page_token')
          ? { status: 200, type: 'application/json', text: '{"users": [' }
          : (query.set('page_size', '2'), undefined);
      const report = await account.run(['users']);
      assert.deepEqual([report.outcome, streamOf(report, 'users').deleted], ['failed', 0]);
      account.proxy.rules.before = () => undefined;
    },
    async (account) => {
      await account.sameAsTruth(['users']);
      assert.ok((await account.rows('users')).every((row) => row['_trunkline_deleted_at'] === null));
    },
    { users: 9 },
  ),
];

describe('what time and people do', { concurrency: 2 }, () => {
  for (const [name, run, options] of CASES) {
    test(name, async () => {
      await using account = await openAccount({ seed: 7, ...options });
      await run(account);
    });
  }
});
