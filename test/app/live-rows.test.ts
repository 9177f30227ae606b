/** What events tell of rows stands in the tables of a destination, and the API finds nothing to correct. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { destinations } from '../../src/catalog.ts';
import { Secret } from '../../src/core/secret.ts';
import { countRows } from '../../src/extract/pushed-queue.ts';
import { sharedPostgres } from '../contracts/backings.ts';
import { freshUrl } from '../destinations/postgres-rig.ts';
import { truthTable } from '../activate/expected.ts';
import { readOwn, readPlace, type Copy } from '../extract/places.ts';
import { assertSameLines, sameAsTruth } from '../extract/truth.ts';
import { jumbled, liveStage, storyOf, type LiveStage, type Push } from './live-stage.ts';

const STREAMS = [
  'users',
  'meetings',
  'meeting_registrants',
  'webinars',
  'webinar_registrants',
  'webinar_instances',
  'history_meetings',
  'past_meetings',
  'report_meeting_participants',
  'past_meeting_participants',
  'report_webinar_participants',
  'groups',
  'group_members',
];

const postgres = sharedPostgres();

type Row = Record<string, unknown>;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const PLACES = {
  sqlite: (folder: string) => `sqlite:${join(folder, 'rows.db')}`,
  postgres: () => freshUrl(postgres.server),
  duckdb: (folder: string) => `duckdb:${join(folder, 'rows.duckdb')}`,
  jsonl: (folder: string) => `file:${join(folder, 'rows')}?format=jsonl`,
} as const;

const SMALL = { users: 4, meetings: 4, participants: 5, webinars: 3, seed: 7 };

interface RowsStage extends LiveStage {
  /** URL of the destination. */
  to: string;
}

async function rowsStage(place: keyof typeof PLACES, streams: readonly string[]): Promise<RowsStage> {
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-rows-'));
  const to = PLACES[place](folder);
  const lines = streams.map((name) => `    ${name}: {}\n`).join('');
  const config = `schedules: { activate: never }\nextract:\n  target: ${to}\n  streams:\n${lines}`;
  const live = await liveStage({ sandbox: SMALL, config });
  const end = live[Symbol.asyncDispose].bind(live);
  return Object.assign(live, {
    to,
    async [Symbol.asyncDispose]() {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  });
}

/** Resolves when all that events told stands in its tables. */
async function landed(live: LiveStage): Promise<void> {
  await live.quiet();
  for (;;) {
    if ((await countRows(live.store)) === 0) return;
    await live.pass(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const sources = (copy: Copy | undefined) =>
  Object.fromEntries(
    [...Map.groupBy(copy?.rows ?? [], (row) => String(row['_trunkline_source']))].map(([source, rows]) => [
      source,
      rows.length,
    ]),
  );

/** The story says of every meeting that it was planned. Those that no list has were instant ones. */
function asPlanned({ event, payload }: Push, planned: ReadonlySet<unknown>): Push {
  const { object } = payload as { object: Row };
  if (!event.startsWith('meeting.') || planned.has(object['uuid'])) return { event, payload };
  return { event, payload: { object: { ...object, type: 1 } } };
}

/** Enough of it for places whose transactions take longer. */
const FEW = [
  'users',
  'history_meetings',
  'meeting_registrants',
  'report_meeting_participants',
  'report_webinar_participants',
];
const PLAN = { sqlite: STREAMS, postgres: STREAMS, duckdb: FEW, jsonl: FEW };

for (const [place, streams] of Object.entries(PLAN) as [keyof typeof PLACES, string[]][]) {
  test(`${place}: rows of webhooks are there at once, and a reconciliation leaves no difference`, async () => {
    await using live = await rowsStage(place, streams);
    const { on, app, to } = live;
    const truth = (table: string) => truthTable<Row>(on.box, table);
    const same = async () => sameAsTruth(await readPlace(to), truth, streams);

    const { pushes } = await storyOf(on, on.until);
    const planned = new Set((await truth('past_meetings')).map(({ uuid }) => uuid));
    await live.push(
      ...jumbled(
        pushes.map((push) => asPlanned(push, planned)),
        3,
      ),
    );
    await landed(live);
    const before = await readPlace(to);
    for (const stream of ['report_meeting_participants', 'meeting_registrants', 'history_meetings']) {
      const count = before.get(stream)?.rows.length ?? 0;
      assert.ok(count >= 3, `${stream}: ${count} rows`);
      assert.deepEqual(sources(before.get(stream)), { webhook: count }, stream);
    }
    // A join and a leave, which came in any order, are one row with both times.
    const stays = before.get('report_webinar_participants');
    const lines = (rows: readonly Row[], uuid: string) =>
      rows.map((row) => {
        const times = [row['join_time'], row['leave_time']].map((time) => Date.parse(String(time)));
        return JSON.stringify([row[uuid], row['user_id'], ...times]);
      });
    const inRange = new Set<unknown>(stays?.rows.map((row) => row['webinar_uuid']));
    assertSameLines(
      lines(stays?.rows ?? [], 'webinar_uuid'),
      lines(
        (await truth('webinar_participants')).filter(({ uuid }) => inRange.has(uuid)),
        'uuid',
      ),
      'stays by events alone',
    );

    const first = await app.extract();
    assert.equal(first.outcome, 'done', JSON.stringify(first.error));
    // Who was alone in a meeting is in no list of Zoom's: two days later nobody waits for it any more.
    await live.pass(50 * 60);
    assert.equal((await app.extract()).outcome, 'done');
    assert.ok((await same()) > 40);

    // The same events once more are older than what the API said since.
    const records = await app.records();
    assert.ok((await records.replay({})) > 50);
    await landed(live);
    await same();
    const third = await app.extract();
    assert.deepEqual(
      third.streams.filter(({ written, deleted }) => written + deleted > 0).map(({ stream }) => stream),
      [],
      'nothing to correct',
    );
    assert.deepEqual(await readOwn(to, '_trunkline_pushed', ['told_at']), []);
  });
}

const about = (event: string, object: Row, payload: Row = {}): Push => ({
  event,
  payload: { ...payload, object },
});

test('what is made, changed and deleted stands in its table before the API is asked', async () => {
  await using live = await rowsStage('sqlite', ['users', 'meetings']);
  const { app, to } = live;
  const truth = (table: string) => truthTable<Row>(live.on.box, table);
  const told = async (push: Push) => {
    await live.pass(1);
    await live.push(push);
    await landed(live);
    const { rows } = (await readPlace(to)).get('meetings') ?? { rows: [] };
    return rows.find(({ topic }) => String(topic).startsWith('New'));
  };
  await app.extract();
  const zoom = await app.session('zoom');
  const [host] = await truth('users');
  const input = { topic: 'New', type: 2, start_time: '2027-02-01T10:00:00Z', duration: 30 };
  const user = { userId: String(host?.['id']) };
  const made = (await zoom.request('POST /users/{userId}/meetings', { ...user, ...input })) as Row;
  const object = { ...input, id: Number(made['id']), uuid: made['uuid'], host_id: host?.['id'] };
  const created = await told(about('meeting.created', object));
  assert.equal(created?.['_trunkline_source'], 'webhook');
  assert.equal(created['host_id'], host?.['id']);

  const { id } = object;
  await zoom.request('PATCH /meetings/{meetingId}', { meetingId: id, topic: 'Newer' });
  const changed = await told(about('meeting.updated', { id, topic: 'Newer' }));
  assert.deepEqual([changed?.['topic'], String(changed?.['duration'])], ['Newer', '30']);

  await zoom.request('DELETE /meetings/{meetingId}', { meetingId: id });
  const deleted = await told(about('meeting.deleted', object, { operation: 'all' }));
  assert.notEqual(deleted?.['_trunkline_deleted_at'] ?? null, null);
  assert.ok((await sameAsTruth(await readPlace(to), truth, ['users', 'meetings'])) > 3);
  assert.equal((await app.extract()).outcome, 'done');
  await sameAsTruth(await readPlace(to), truth, ['users', 'meetings']);
});

test('a destination that is away, or that somebody else loads into, gets everything in the end', async () => {
  await using live = await rowsStage('postgres', ['users']);
  const url = live.to;
  const user = (n: number) =>
    about(
      'user.created',
      { id: `u${n}`, email: `u${n}@example.org`, type: 1 },
      { creation_type: 'custCreate' },
    );
  await live.app.extract();
  await live.pass(1);
  // An extraction of another process has it.
  const other = await destinations.postgres.open(
    new Secret(url),
    { monthOf: () => undefined },
    { now: Date.now, sleep: pause, cwd: '/' },
  );
  await live.push(user(1), user(2));
  await live.quiet();
  await live.pass(1);
  assert.equal(await countRows(live.store), 2);
  await other.close();
  await landed(live);
  await postgres.server.kill9();
  await live.push(user(3), user(4));
  await live.pass(1);
  await pause(200);
  assert.equal(await countRows(live.store), 2);
  await postgres.server.restart();
  await landed(live);
  const { rows } = (await readPlace(url)).get('users') ?? { rows: [] };
  const told = rows.filter((row) => row['_trunkline_source'] === 'webhook');
  assert.deepEqual(new Set(told.map(({ id }) => id)), new Set(['u1', 'u2', 'u3', 'u4']));
  assert.deepEqual(await (await live.app.jobs()).dead(), []);
});
