/** The whole way, over real HTTP and into every kind of place, against what really happened. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import type { ExtractionReport } from '../../src/app/index.ts';
import { cli } from '../cli/command-line.ts';
import { freshUrl } from '../destinations/postgres-rig.ts';
import { startPostgres, type PostgresServer } from '../postgres-server.ts';
import { openAccount, type Account, type Extraction } from './account.ts';
import type { Copy } from './places.ts';
import { assertSameLines, CHECKS, SEED_STREAMS, STREAMS } from './truth.ts';

type Place = 'sqlite' | 'postgres' | 'duckdb' | 'parquet' | 'csv' | 'jsonl';

/** Calls that tell of one meeting or webinar that is over: their rows are final, and nobody asks for them twice. */
const FINAL = /\/(participants|absentees)$|^GET \/past_(meetings|webinars)\/\{\w+\}\/(polls|qa)$/;

let server: PostgresServer;
before(async () => {
  server = await startPostgres({ fsync: false });
});
after(() => server.stop());

function urlOf(place: Place, folder: string): string {
  switch (place) {
    case 'postgres':
      return freshUrl(server);
    case 'sqlite':
      return `sqlite:${join(folder, 'truth.db')}`;
    case 'duckdb':
      return `duckdb:${join(folder, 'truth.duckdb')}`;
    default:
      return `file:${join(folder, place)}?format=${place}`;
  }
}

/** Rows of all tables that were written, by the report. */
function written({ streams }: ExtractionReport): Record<string, number> {
  return Object.fromEntries(streams.flatMap(({ stream, written: n }) => (n > 0 ? [[stream, n]] : [])));
}

/** All published files with what is in them and when they were made. */
function filesIn(url: string): Record<string, string> {
  const folder = url.slice('file:'.length).split('?')[0] as string;
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile() && !entry.parentPath.includes('_trunkline'));
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
      return [path, `${digest} ${statSync(path).mtimeMs}`];
    }),
  );
}

/** What only one of two endpoints tells: which of them was asked follows from what was free at the moment. */
const ONE_LANE = new Set([
  'id',
  'internal_user',
  'participant_user_id',
  'customer_key',
  'bo_mtg_id',
  'failover',
]);

/** The same rows in the same tables, all their values included. */
function assertSame(
  tables: ReadonlyMap<string, Copy>,
  others: ReadonlyMap<string, Copy>,
  what: string,
): void {
  assert.deepEqual([...tables.keys()].toSorted(), [...others.keys()].toSorted(), what);
  for (const [name, { rows }] of tables) {
    const lines = (of: Copy['rows']): string[] =>
      of.map((row) => inText(row, /^report_.*_participants$/.test(name)));
    assertSameLines(lines(rows), lines(others.get(name)?.rows ?? []), `${what}: ${name}`);
  }
}

function inText(row: Copy['rows'][number], twoLanes: boolean): string {
  const entries = Object.entries(row).filter(([name]) => !twoLanes || !ONE_LANE.has(name));
  return JSON.stringify(entries, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

function assertQuiet(again: Extraction, place: string): void {
  assert.equal(again.outcome, 'done', place);
  assert.deepEqual(written(again), {}, `${place}: nothing is written`);
  const final = Object.keys(again.asked).filter((operation) => FINAL.test(operation));
  assert.deepEqual(final, [], `${place}: only lists are asked for`);
}

const ROUNDS: [number, Place[]][] = [
  [1, ['sqlite', 'postgres', 'duckdb', 'parquet', 'csv', 'jsonl']],
  [2, ['sqlite', 'postgres']],
  [3, ['sqlite', 'jsonl']],
];
for (const [seed, places] of ROUNDS) {
  test(`${places.join(', ')}: each equals the truth, a second run changes nothing, a third brings what is new (seed ${seed})`, async () => {
    await using account = await openAccount({ seed });
    const urls = new Map(places.map((place) => [place, urlOf(place, account.folder)]));
    let first: ReadonlyMap<string, Copy> | undefined;
    for (const [place, to] of urls) {
      const report = await account.run(STREAMS, { to });
      assert.equal(report.outcome, 'done', place);
      assert.equal(
        report.streams.reduce((sum, { quarantined }) => sum + quarantined, 0),
        0,
        place,
      );
      assert.ok((await account.sameAsTruth(STREAMS, to)) > 400, place);
      const found = await account.tables(to);
      assertSame(found, (first ??= found), `${place} holds what ${places[0]} holds`);
    }
    for (const [place, to] of urls) {
      const files = to.startsWith('file:') ? filesIn(to) : {};
      assertQuiet(await account.run(STREAMS, { to }), place);
      if (!to.startsWith('file:')) continue;
      assert.ok(Object.keys(files).length > STREAMS.length, place);
      assert.deepEqual(filesIn(to), files, `${place}: the files are those of before, byte by byte`);
    }

    // A meeting of the next day takes place.
    const known = new Map<string, number>();
    for (const stream of STREAMS) known.set(stream, await truthOf(account, stream));
    await account.later(30);
    for (const [place, to] of urls) {
      const report = await account.run(STREAMS, { to });
      assert.equal(report.outcome, 'done', place);
      await account.sameAsTruth(STREAMS, to);
      const added = written(report);
      for (const stream of ['history_meetings', 'report_meetings', 'report_meeting_participants']) {
        const fresh = (await truthOf(account, stream)) - (known.get(stream) ?? 0);
        assert.ok(fresh > 0, stream);
        assert.equal(added[stream], fresh, `${place}: of ${stream} exactly the new rows are written`);
      }
      assert.equal(report.asked['GET /report/webinars/{webinarId}/participants'] ?? 0, 0, place);
      const asked =
        (report.asked['GET /report/meetings/{meetingId}/participants'] ?? 0) +
        (report.asked['GET /past_meetings/{meetingId}/participants'] ?? 0);
      // The report, and the list of past participants that is a stream of its own.
      assert.equal(asked, 2, `${place}: of the one meeting that is new`);
    }
  });
}

async function truthOf(account: Account, stream: string): Promise<number> {
  const { truth = stream, where = () => true } = CHECKS[stream] ?? { columns: {} };
  return (await account.truth(truth)).filter(where).length;
}

test('what comes late into the reports comes with the run after it, once', async () => {
  await using account = await openAccount({ seed: 4 });
  const streams = ['users', 'history_meetings', 'report_meetings', 'report_meeting_participants'];
  await account.run(streams);
  const early = await account.truth('history_meetings');
  await account.faults({ reportLagSeconds: 2 * 3600 });
  await account.later(28);
  const first = await account.run(streams);
  assert.equal(first.outcome, 'done');
  await account.later(2.5);
  const late = await account.run(streams);
  const now = await account.truth('history_meetings');
  assert.equal(now.length, early.length + 1);
  const sum = (name: string) => (written(first)[name] ?? 0) + (written(late)[name] ?? 0);
  assert.equal(sum('history_meetings'), 1);
  await account.sameAsTruth(streams);
});

describe('the command line', () => {
  let account: Account;
  before(async () => {
    account = await openAccount({ seed: 5 });
  });
  after(() => account[Symbol.asyncDispose]());

  const extract = (...argv: string[]) =>
    cli({ cwd: account.folder, env: account.env }, 'extract', ...SEED_STREAMS, '--json', ...argv);

  test('trunkline extract --to sqlite:./zoom.db, then again: the second run asks for lists and changes nothing', async () => {
    const first = await extract('--to', 'sqlite:./zoom.db');
    // Hosts without a webinar licence are skipped, and said so.
    assert.equal(first.code, 3, first.stderr);
    assert.ok((await account.sameAsTruth(SEED_STREAMS, `sqlite:${join(account.folder, 'zoom.db')}`)) > 100);
    const digest = () => {
      using db = new DatabaseSync(join(account.folder, 'zoom.db'), { readOnly: true });
      return SEED_STREAMS.map((name) => db.prepare(`SELECT * FROM ${name} ORDER BY 1, 2, 3`).all());
    };
    const rows = digest();
    await account.control('reset', { stats: true });
    const again = await extract('--to', 'sqlite:./zoom.db');
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(written(JSON.parse(again.stdout) as ExtractionReport), {});
    const asked = Object.keys((await account.stats()).operations);
    assert.ok(asked.includes('GET /report/users/{userId}/meetings'));
    assert.deepEqual(
      asked.filter((operation) => FINAL.test(operation)),
      [],
    );
    assert.deepEqual(digest(), rows, 'not even a time of loading is another one');
  });

  test('trunkline extract --to postgres://… and file:…?format=parquet give the same rows', async () => {
    const sqlite = await account.tables(`sqlite:${join(account.folder, 'zoom.db')}`);
    for (const to of [urlOf('postgres', account.folder), `file:./out?format=parquet`]) {
      const { code, stderr } = await extract('--to', to);
      assert.equal(code, 3, stderr);
      const url = to.replace('./out', join(account.folder, 'out'));
      await account.sameAsTruth(SEED_STREAMS, url);
      assertSame(await account.tables(url), sqlite, to);
    }
  });
});
