/** One run of one way to bring pages into a destination; prints what it cost as one line of JSON. */
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { Action } from '../src/core/action.ts';
import { silentLog } from '../src/core/log.ts';
import { Secret } from '../src/core/secret.ts';
import { zoom } from '../src/connectors/zoom/index.ts';
import { sqlite } from '../src/destinations/sqlite.ts';
import { runExtraction } from '../src/extract/run.ts';
import { parseJson } from '../src/http/body.ts';
import { Session } from '../src/http/session.ts';
import { peakMb } from './peak-memory.ts';
import { historyPage, PAGE_ROWS, participantPages, uuidOf } from './extract-pages.ts';

interface Task {
  way: 'engine' | 'raw';
  to: string;
  rows: number;
}

const task = JSON.parse(process.argv[2] ?? '{}') as Task;
const instances = Math.ceil(task.rows / PAGE_ROWS);
const pages = participantPages();
const pageOf = (n: number): string => pages[n % pages.length] as string;
const cwd = process.cwd();

// The declared members in the order of the table: what a hand-written loader would take.
const MEMBERS = [
  'user_id',
  'id',
  'user_email',
  'name',
  'registrant_id',
  'participant_user_id',
  'customer_key',
  'bo_mtg_id',
  'join_time',
  'leave_time',
  'duration',
  'failover',
  'status',
] as const;
/** Rows of one transaction of the raw loops, as many as the engine takes together. */
const AT_ONCE = 20_000;

async function engine(): Promise<number> {
  const deps = {
    now: Date.now,
    sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
    cwd,
  };
  const destination = task.to.startsWith('sqlite:')
    ? sqlite
    : (await import('../src/destinations/postgres.ts')).postgres;
  const loader = await destination.open(new Secret(task.to), { monthOf: () => undefined }, deps);
  let asked = 0;
  const credentials = Object.fromEntries(
    ['accountId', 'clientId', 'clientSecret'].map((name) => [name, new Secret(name)]),
  );
  const session = new Session(
    zoom,
    { name: 'zoom', connector: 'zoom', account: 'bench', plan: 'unlimited', credentials },
    {
      ...deps,
      fetch,
      random: Math.random,
      log: silentLog,
      userAgent: 'bench',
      timeoutMs: 30_000,
      budgets: {
        reserve: async () => 0,
        spend: async () => true,
        block: async () => undefined,
        blockedFor: async () => 0,
        usedToday: async () => ({}),
      },
    },
  );
  session.signIn = async () => ({ scopes: undefined });
  // The pages lie in memory for the raw loops too: what HTTP costs is another benchmark. As from a network, each answer
  // comes in a turn of its own.
  session.call = (async (action: Action, input: Record<string, unknown>) => {
    await turn();
    if (action.title !== 'history_meetings') return parseJson(pageOf(asked++));
    const from = Number(input['next_page_token'] ?? 0);
    const count = Math.min(300, instances - from);
    return parseJson(historyPage(from, count, from + count < instances ? String(from + count) : ''));
  }) as typeof session.call;
  const stream = 'report_meeting_participants';
  const now = Date.UTC(2026, 10, 21);
  const report = await runExtraction(
    {
      session,
      connector: zoom,
      loader,
      now: () => now,
      sleep: deps.sleep,
      newRun: () => `run-${Date.now()}`,
      log: silentLog,
    },
    {
      streams: [{ stream, table: 'participants', mode: 'incremental', newColumns: 'keep' }],
      anchor: now - 60 * 24 * 3600_000,
    },
  );
  await loader.close();
  if (report.outcome !== 'done') throw new Error(JSON.stringify(report.error ?? report.streams));
  return report.streams.find((one) => one.stream === stream)?.rows ?? 0;
}

type Participant = Record<(typeof MEMBERS)[number], string | number | boolean>;

function rawSqlite(): number {
  const db = new DatabaseSync(task.to.slice('sqlite:'.length));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec(
    `CREATE TABLE raw (meeting_uuid TEXT, ${MEMBERS.join(', ')}, PRIMARY KEY (meeting_uuid, user_id, join_time))`,
  );
  const others = MEMBERS.filter((name) => name !== 'user_id' && name !== 'join_time');
  const upsert = db.prepare(
    `INSERT INTO raw VALUES (?${', ?'.repeat(MEMBERS.length)}) ON CONFLICT DO UPDATE SET ${others.map((name) => `${name} = excluded.${name}`).join(', ')}`,
  );
  let rows = 0;
  db.exec('BEGIN');
  for (let n = 0; n < instances; n++) {
    const { participants } = JSON.parse(pageOf(n)) as { participants: Participant[] };
    const uuid = uuidOf(n);
    for (const row of participants) {
      upsert.run(
        uuid,
        ...MEMBERS.map((name) => (typeof row[name] === 'boolean' ? Number(row[name]) : row[name])),
      );
      if (++rows % AT_ONCE === 0) db.exec('COMMIT; BEGIN');
    }
  }
  db.exec('COMMIT');
  db.close();
  return rows;
}

async function rawPostgres(): Promise<number> {
  const { default: pg } = await import('pg');
  const { from } = await import('pg-copy-streams');
  const client = new pg.Client(task.to.split('?')[0]);
  await client.connect();
  await client.query(
    `CREATE TABLE IF NOT EXISTS raw_participants (meeting_uuid text, user_id text, id text, user_email text, name text, registrant_id text, participant_user_id text, customer_key text, bo_mtg_id text, join_time timestamptz, leave_time timestamptz, duration bigint, failover boolean, status text); TRUNCATE raw_participants`,
  );
  const copy = client.query(from('COPY raw_participants FROM STDIN'));
  let rows = 0;
  const escape = (value: unknown): string => {
    const text = String(value);
    return /[\\\n\r\t]/.test(text) ? text.replaceAll(/[\\\n\r\t]/g, (found) => `\\${found}`) : text;
  };
  const texts = function* (): Generator<string> {
    for (let n = 0; n < instances; n++) {
      const { participants } = JSON.parse(pageOf(n)) as { participants: Participant[] };
      const uuid = uuidOf(n);
      let text = '';
      for (const row of participants) {
        text += uuid;
        for (const name of MEMBERS) text += `\t${escape(row[name])}`;
        text += '\n';
        rows++;
      }
      yield text;
    }
  };
  await pipeline(Readable.from(texts()), copy);
  await client.end();
  return rows;
}

const cpuBefore = process.cpuUsage();
const started = performance.now();
const rows = await (task.way === 'engine'
  ? engine()
  : task.to.startsWith('sqlite:')
    ? rawSqlite()
    : rawPostgres());
const { user, system } = process.cpuUsage(cpuBefore);
const seconds = (performance.now() - started) / 1000;
process.stdout.write(
  `${JSON.stringify({ rows, rowsPerSecond: rows / seconds, cpuPerRow: (user + system) / rows, seconds, peakMb: peakMb() })}\n`,
);
