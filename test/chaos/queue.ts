/** A queue of slices as long as those of a large account. */
import { spawn } from 'node:child_process';
import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Loader } from '../../src/core/destination.ts';
import { Secret } from '../../src/core/secret.ts';
import { silentLog } from '../../src/core/log.ts';
import { sqlite } from '../../src/destinations/sqlite.ts';
import { fitBookkeeping, SLICES } from '../../src/extract/bookkeeping.ts';
import { streamGraph } from '../../src/extract/graph.ts';
import { Pool } from '../../src/extract/pools.ts';
import { Scheduler } from '../../src/extract/scheduler.ts';
import { countWaiting, type SliceRules } from '../../src/extract/slice-table.ts';
import { Work } from '../../src/extract/work.ts';
import { sessionOf } from '../http/server.ts';
import { choose, school } from '../extract/school.ts';

export interface Drained {
  /** Slices that were handed out; each of them once. */
  taken: number;
  /** Times for as many fetches each, in milliseconds: of the first and of the last tenth. */
  first: number;
  last: number;
  /** What the memory of this process grew by, in bytes. */
  grown: number;
}

/** `drain` in a process of its own: what tests leave behind in this one is not counted. */
export async function drainApart(slices: number): Promise<Drained> {
  const program = join(import.meta.dirname, 'queue-process.ts');
  const child = spawn(process.execPath, ['--max-semi-space-size=4', program, String(slices)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(await text(child.stdout)) as Drained;
}

/** Puts so many slices into a database and takes them out again through the scheduler. */
export async function drain(slices: number): Promise<Drained> {
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-queue-'));
  const sleep = () => Promise.resolve();
  const open = () =>
    sqlite.open(
      new Secret(`sqlite:${join(folder, 'queue.db')}`),
      { monthOf: () => undefined },
      { now: Date.now, sleep, cwd: folder },
    );
  await fill(await open(), slices);
  const loader = await open();
  try {
    const session = sessionOf('http://127.0.0.1:1', {}, { name: 'school' }, school);
    const deps = {
      session,
      connector: school,
      loader,
      now: Date.now,
      sleep,
      newRun: () => 'run',
      log: silentLog,
    };
    const streams = new Map(Object.values(school.streams ?? {}).map((stream) => [stream.name, stream]));
    const nodes = streamGraph(streams, [choose('pupils')], () => true);
    const works = nodes.map((node) => new Work(node, deps, () => true));
    const pupils = works.find((work) => work.name === 'pupils') as Work;
    const rules: SliceRules = {
      connection: 'school',
      run: 'run',
      now: Date.now(),
      lookbackMs: 0,
      again: false,
      since: null,
      until: null,
    };
    const pool = new Pool('fast', undefined);
    const scheduler = new Scheduler(works, new Map([['fast', pool]]), loader, rules);
    const before = process.memoryUsage().rss;
    let most = before;
    const times: number[] = [];
    let taken = 0;
    for (;;) {
      const start = performance.now();
      const more = await scheduler.refill();
      times.push(performance.now() - start);
      let at = scheduler.next(Date.now());
      if (!at && !more) break;
      const [low, high] = [at?.row.slice ?? '', ''];
      let end = high;
      for (; at; at = scheduler.next(Date.now())) {
        taken++;
        end = at.row.slice;
        scheduler.ended(at.work, at.row);
      }
      await loader.transaction((tx) =>
        tx.query(
          `UPDATE ${tx.name(SLICES.name)} SET state = 'done'
           WHERE connection = 'school' AND target = 'pupils' AND slice >= $1 AND slice <= $2`,
          [low, end],
        ),
      );
      most = Math.max(most, process.memoryUsage().rss);
    }
    const left = await loader.transaction((tx) => countWaiting(tx, pupils, rules));
    if (left > 0) throw new Error(`${left} slices were never handed out`);
    const tenth = Math.floor(times.length / 10);
    const sum = (some: number[]) => some.reduce((a, b) => a + b, 0);
    return {
      taken,
      first: sum(times.slice(0, tenth)),
      last: sum(times.slice(-tenth - 2, -2)),
      grown: most - before,
    };
  } finally {
    await loader.close();
    await rm(folder, { recursive: true });
  }
}

/** So many slices that wait, in no order. */
async function fill(loader: Loader, slices: number): Promise<void> {
  await loader.transaction(fitBookkeeping);
  for (let from = 0; from < slices; from += 20_000) {
    await loader.transaction((tx) =>
      tx.query(
        `INSERT INTO ${tx.name(SLICES.name)} (connection, target, slice, run, state, parameters, ended_at, feeds, rows)
         WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2 - 1)
         SELECT 'school', 'pupils', printf('%08d/uuid+//==', (i * 7919) % $3), 'run', 'waiting',
                '{"params":{"uuid":"' || i || '/uuid+//=="},"carry":{"lesson":"' || i || '/uuid+//=="}}', 1000, '', 0
         FROM n`,
        [from, Math.min(slices, from + 20_000), slices],
      ),
    );
  }
  await loader.close();
}
