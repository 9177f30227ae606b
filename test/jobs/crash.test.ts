import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import { openSqlite } from '../../src/store/store.ts';
import type { Place } from '../contracts/backings.ts';
import { startChild } from '../store/child.ts';
import { tempDatabase } from '../store/temp.ts';
import { createWorld, QUEUE, type World } from './world.ts';

function placeOf(t: TestContext, path: string): Place {
  return {
    at: path,
    async open(options = {}) {
      const store = await openSqlite({ path, now: Date.now, ...options });
      t.after(() => store.close());
      return store;
    },
  };
}

async function prepare(world: World, keys: readonly string[]): Promise<void> {
  for (const key of keys) await world.add(key);
  await world.jobs.stop();
  await world.store.close();
}

test('jobs that ran when the process was killed run again at the next start, and none is lost', async (t) => {
  const path = tempDatabase(t);
  await prepare(await createWorld(t, placeOf(t, path)), [
    'stuck-1',
    'stuck-2',
    'quick-1',
    'quick-2',
    'quick-3',
  ]);
  const child = startChild('jobs/worker-process.ts', [path]);
  t.after(() => child.kill());
  for (const line of ['stuck-1 1', 'stuck-2 1', 'quick-3 1']) await child.line(line);
  await child.kill();

  const world = await createWorld(t, placeOf(t, path));
  const seen = new Map<string, number>();
  world.jobs.work(QUEUE, { concurrency: 3 }, async ({ key, attempt }) => void seen.set(key, attempt));
  await world.jobs.idle(QUEUE);
  assert.equal(seen.get('stuck-1'), 2);
  assert.equal(seen.get('stuck-2'), 2);
  // The last quick one may have been killed between its end and the commit that says so.
  for (const key of seen.keys()) assert.match(key, /^(stuck-[12]|quick-[123])$/);
});

test('a job that kills its process again and again becomes a dead letter', async (t) => {
  const path = tempDatabase(t);
  await prepare(await createWorld(t, placeOf(t, path)), ['stuck-1']);
  for (const attempt of [1, 2, 3]) {
    const child = startChild('jobs/worker-process.ts', [path]);
    t.after(() => child.kill());
    await child.line(`stuck-1 ${attempt}`);
    await child.kill();
  }
  const world = await createWorld(t, placeOf(t, path));
  let runs = 0;
  world.jobs.work(QUEUE, { concurrency: 1, maxAttempts: 3 }, async () => void runs++);
  await world.jobs.idle(QUEUE);
  assert.equal(runs, 0);
  const [dead] = await world.jobs.dead();
  assert.equal(dead?.message, 'The process ended 3 times while this job ran.');
});

test('a job that was there at the death of many processes waits longer each time, and is not given up for it', async (t) => {
  const path = tempDatabase(t);
  for (const [attempts, seconds] of [
    [3, 0],
    [4, 1],
    [7, 8],
    [15, 900],
  ] as const) {
    const first = await createWorld(t, placeOf(t, path));
    await first.add(`key-${attempts}`);
    await first.store.sql(`INSERT INTO job_workers (id, alive_until, about) VALUES ('dead', 0, '')`);
    await first.store.sql(
      `UPDATE jobs SET state = 'running', owner = 'dead', claim = 1, attempts = $1 WHERE key = $2`,
      [attempts, `key-${attempts}`],
    );
    await first.jobs.stop();
    await first.store.close();
    const world = await createWorld(t, placeOf(t, path));
    world.jobs.work('another', { concurrency: 1 }, () => Promise.resolve());
    await world.jobs.idle('another');
    const find = () =>
      world.store.sql<{ state: string; run_at: number }>('SELECT state, run_at FROM jobs WHERE key = $1', [
        `key-${attempts}`,
      ]);
    while ((await find())[0]?.state === 'running') await new Promise((resolve) => setTimeout(resolve, 5));
    const [job] = await find();
    assert.equal(job?.state, seconds === 0 ? 'waiting' : 'held');
    const waits = (job.run_at - world.store.now()) / 1000;
    assert.ok(Math.abs(waits - seconds) < 1, `attempt ${attempts}: ${waits} s`);
    await world.jobs.stop();
    await world.store.close();
  }
});
