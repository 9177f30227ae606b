/** Durable jobs: how quickly they are added and done on both backings, and what more processes bring. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { createJobs } from '../src/jobs/jobs.ts';
import { openPostgres } from '../src/store/postgres.ts';
import { openSqlite, type Store } from '../src/store/store.ts';
import { startPostgres } from '../test/postgres-server.ts';
import { median, round } from './processes.ts';
import { benchPgBoss } from './scale-pg-boss.ts';
import { measure, type Rates } from './scale-rates.ts';

const ROUNDS = 3;
/** Milliseconds that a job waits for the network, and how many a process waits for at once. */
const WAIT_MS = 50;
const CONCURRENCY = 20;
const WORKERS = [1, 2, 4] as const;
const MEASURE_MS = 3000;

/** Rates of both backings, of pg-boss on the same server, and how the work of 1, 2 and 4 processes compares. */
export async function benchScale(): Promise<Record<string, unknown> & { holds: boolean }> {
  const server = await startPostgres();
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-bench-'));
  try {
    const sqlite: Rates[] = [];
    const postgres: Rates[] = [];
    const pgBoss: Rates[] = [];
    const scale: Record<number, number>[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      sqlite.push(await ratesOf(await openSqlite({ path: join(folder, `${i}.db`), now: Date.now })));
      postgres.push(
        await ratesOf(await openPostgres({ url: `${server.url}?schema=rates_${i}`, now: Date.now })),
      );
      pgBoss.push(await benchPgBoss(server.url, `boss_${i}`));
      const perSecond: Record<number, number> = {};
      for (const workers of WORKERS)
        perSecond[workers] = await workTogether(server.url, `scale_${i}_${workers}`, workers);
      scale.push(perSecond);
    }
    const done = Object.fromEntries(WORKERS.map((n) => [n, median(scale.map((one) => one[n] ?? 0))]));
    const linear = Object.fromEntries(
      WORKERS.map((n) => [n, median(scale.map((one) => (one[n] ?? 0) / (n * (one[1] ?? Infinity))))]),
    );
    return {
      bench: 'scale',
      jobsPerSecond: { sqlite: medians(sqlite), postgres: medians(postgres), pgBoss: medians(pgBoss) },
      workers: {
        waitMs: WAIT_MS,
        concurrency: CONCURRENCY,
        jobsPerSecond: rounded(done),
        ofLinear: rounded(linear),
      },
      bound: 'ofLinear at 2 and 4 workers at least 0.9',
      holds: WORKERS.every((n) => (linear[n] ?? 0) >= 0.9),
    };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

async function ratesOf(store: Store): Promise<Rates> {
  const jobs = createJobs(store, { random: Math.random });
  const rates = await measure({
    add: (queue, key) => store.tx((sql) => jobs.enqueue(sql, { queue, key })),
    addTogether: (keys) =>
      store.tx((sql) =>
        jobs.enqueue(
          sql,
          keys.map((key) => ({ queue: 'rates', key })),
        ),
      ),
    work: async (queue, handler) => jobs.work(queue, { concurrency: 100 }, ({ key }) => handler(key)),
    left: () => countJobs(store, 'rates'),
  });
  await jobs.stop();
  await store.close();
  return rates;
}

/** Jobs a second that so many processes get done together, when each job waits for the network. */
async function workTogether(server: string, schema: string, workers: number): Promise<number> {
  const url = `${server}?schema=${schema}`;
  await using store = await openPostgres({ url, now: Date.now });
  const jobs = createJobs(store, { random: Math.random });
  const enough = Math.ceil((workers * CONCURRENCY * (MEASURE_MS + 3000)) / WAIT_MS);
  for (let i = 0; i < enough; i += 500) {
    const batch = Array.from({ length: 500 }, (_, k) => ({ queue: 'network', key: `job-${i + k}` }));
    await store.tx((sql) => jobs.enqueue(sql, batch));
  }
  const script = new URL('./scale-process.ts', import.meta.url).pathname;
  const args = [script, url, String(CONCURRENCY), String(WAIT_MS)];
  const children = Array.from({ length: workers }, () =>
    spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  try {
    await Promise.all(children.map(firstLine));
    const begin = await countJobs(store, 'network');
    const from = performance.now();
    await new Promise((resolve) => setTimeout(resolve, MEASURE_MS));
    const end = await countJobs(store, 'network');
    const rate = ((begin - end) / (performance.now() - from)) * 1000;
    if (end === 0) throw new Error('the jobs ran out before the time');
    return rate;
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await jobs.stop();
  }
}

async function countJobs(store: Store, queue: string): Promise<number> {
  const [row] = await store.sql<{ n: number }>('SELECT count(*) AS n FROM jobs WHERE queue = $1', [queue]);
  return row?.n ?? 0;
}

async function firstLine(child: ChildProcess): Promise<void> {
  if (!child.stdout) throw new Error('the child has no output');
  await once(createInterface({ input: child.stdout }), 'line');
}

function medians(results: readonly Rates[]): Record<string, number> {
  const names = Object.keys(results[0] ?? {}) as (keyof Rates)[];
  return Object.fromEntries(names.map((name) => [name, round(median(results.map((one) => one[name])))]));
}

function rounded(values: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, round(value)]));
}
