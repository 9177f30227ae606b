/**
 * How many webhooks are taken, each durable before it is answered, beside a bare receiver that verifies and stores
 * nothing: in turns, in the same run, server and sender in processes of their own. Beside them a receiver that does not
 * even look at the body, and one with Express as tutorials have it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { openPostgres } from '../src/store/postgres.ts';
import { startPostgres, type PostgresServer } from '../test/postgres-server.ts';
import { median, round } from './processes.ts';

const RUNS = 5;
const REQUESTS = 40_000;
// So that both sides have compiled what they run: with fewer, V8 compiles for the first second of what is measured.
const WARM_UP = 20_000;
const CONNECTIONS = 128;
const MIN_RATIO = 0.65;
const MIN_RATIO_POSTGRES = 0.5;
const MAX_P99_MS = 25;
const LOAD = 0.7;
const LOAD_SECONDS = 3;
const SECRET = 'a-secret-token-for-the-benchmark';

type Kind = 'empty' | 'bare' | 'trunkline' | 'postgres' | 'express';

interface Sent {
  perSecond: number;
  p50: number;
  p99: number;
  max: number;
  failed: number;
}

interface Result extends Sent {
  cpuMicrosecondsPerRequest: number;
}

export async function benchWebhooks(): Promise<unknown> {
  const database = await startPostgres();
  try {
    return await compare(database);
  } finally {
    await database.stop();
  }
}

async function compare(database: PostgresServer): Promise<unknown> {
  const runs: Record<Kind, Result>[] = [];
  const atLoad: Result[] = [];
  const bareAtLoad: Result[] = [];
  for (let run = 0; run < RUNS; run++) {
    const order: Kind[] = ['bare', 'trunkline', 'postgres', 'empty', 'express'];
    if (run % 2 === 1) order.reverse();
    const results: Partial<Record<Kind, Result>> = {};
    for (const kind of order)
      results[kind] = await measure(kind, { requests: REQUESTS, salt: `${run}${kind}` }, database);
    const full = results as Record<Kind, Result>;
    runs.push(full);
    const rate = Math.floor(full.trunkline.perSecond * LOAD);
    const load = { requests: rate * LOAD_SECONDS, rate, salt: `${run}load` };
    atLoad.push(await measure('trunkline', load, database));
    bareAtLoad.push(await measure('bare', load, database));
  }
  const rate = (kind: Kind): number => Math.round(median(runs.map((run) => run[kind].perSecond)));
  const ratioOf = (kind: Kind) => round(median(runs.map((run) => run[kind].perSecond / run.bare.perSecond)));
  const ratio = ratioOf('trunkline');
  const ratioPostgres = ratioOf('postgres');
  const p99 = round(median(atLoad.map((run) => run.p99)));
  return {
    bench: 'webhooks',
    bytes: 1500,
    requests: REQUESTS,
    connections: CONNECTIONS,
    store: 'sqlite, synchronous = FULL; postgres with fsync, its server on the same cores',
    perSecond: {
      trunkline: rate('trunkline'),
      trunklineOnPostgres: rate('postgres'),
      bare: rate('bare'),
      empty: rate('empty'),
      express: rate('express'),
      rivet: installed('@zoom/rivet') ? 'installed, not measured' : 'not installed',
    },
    ratioToBare: ratio,
    ratioToBareOnPostgres: ratioPostgres,
    ratioToEmpty: round(median(runs.map((run) => run.trunkline.perSecond / run.empty.perSecond))),
    cpuMicrosecondsPerRequest: {
      trunkline: round(median(runs.map((run) => run.trunkline.cpuMicrosecondsPerRequest))),
      bare: round(median(runs.map((run) => run.bare.cpuMicrosecondsPerRequest))),
    },
    atSeventyPercent: {
      perSecond: Math.round(median(atLoad.map((run) => run.perSecond))),
      p50: round(median(atLoad.map((run) => run.p50))),
      p99,
      bareP99: round(median(bareAtLoad.map((run) => run.p99))),
      runs: atLoad.map((run) => ({ p99: round(run.p99), max: round(run.max) })),
    },
    runs: runs.map((run) => ({
      bare: Math.round(run.bare.perSecond),
      empty: Math.round(run.empty.perSecond),
      trunkline: Math.round(run.trunkline.perSecond),
      postgres: Math.round(run.postgres.perSecond),
      express: Math.round(run.express.perSecond),
    })),
    bounds: { ratioToBare: MIN_RATIO, ratioToBareOnPostgres: MIN_RATIO_POSTGRES, p99: MAX_P99_MS },
    holds: ratio >= MIN_RATIO && ratioPostgres >= MIN_RATIO_POSTGRES && p99 < MAX_P99_MS,
  };
}

let schemas = 0;

async function measure(
  kind: Kind,
  plan: { requests: number; rate?: number; salt: string },
  postgres: PostgresServer,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-bench-'));
  const database =
    kind === 'postgres' ? `${postgres.url}?schema=bench_${++schemas}` : join(folder, 'trunkline.db');
  try {
    const server = start('webhook-receiver.ts', [kind, SECRET, database]);
    const port = Number(await server.line());
    await send({ port, requests: WARM_UP, salt: `${plan.salt}warm` });
    const sent = await send({ port, ...plan });
    server.child.stdin?.end();
    const { cpuMs } = JSON.parse(await server.line()) as { cpuMs: number };
    if (server.child.exitCode === null) await once(server.child, 'exit');
    if (sent.failed > 0)
      throw new Error(`${kind}: ${sent.failed} of ${plan.requests} requests were not taken`);
    if (kind === 'trunkline') assertKept(countsIn(database), plan.requests + WARM_UP);
    if (kind === 'postgres') assertKept(await countsAt(database), plan.requests + WARM_UP);
    return { ...sent, cpuMicrosecondsPerRequest: (cpuMs * 1000) / (plan.requests + WARM_UP) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const TABLES = ['inbox', 'jobs'];
const COUNT = (table: string) => `SELECT count(*) AS n FROM ${table}`;

function countsIn(path: string): number[] {
  const database = new DatabaseSync(path);
  const counts = TABLES.map((table) => (database.prepare(COUNT(table)).get() as { n: number }).n);
  database.close();
  return counts;
}

async function countsAt(url: string): Promise<number[]> {
  await using store = await openPostgres({ url, now: Date.now });
  const counts = await Promise.all(TABLES.map((table) => store.sql<{ n: number }>(COUNT(table))));
  return counts.map(([row]) => Number(row?.n));
}

/** What was answered with 200 is in the inbox, with its wake-up. */
function assertKept(counts: readonly number[], wanted: number): void {
  for (const [i, count] of counts.entries()) {
    if (count !== wanted) throw new Error(`${count} of ${wanted} events are in the table ${TABLES[i]}`);
  }
}

async function send(plan: { port: number; requests: number; rate?: number; salt: string }): Promise<Sent> {
  const load = start('webhook-load.ts', [
    JSON.stringify({ ...plan, secret: SECRET, connections: CONNECTIONS }),
  ]);
  await load.line(); // its requests are signed
  load.child.stdin?.write('go\n');
  return JSON.parse(await load.line()) as Sent;
}

function start(script: string, args: readonly string[]): { child: ChildProcess; line(): Promise<string> } {
  const path = new URL(script, import.meta.url).pathname;
  const child = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    async line() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${script} ended early`);
      return value;
    },
  };
}

function installed(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
