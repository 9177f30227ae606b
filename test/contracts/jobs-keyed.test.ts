import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';

import { seededRandom } from '../store/temp.ts';
import { onBoth } from './backings.ts';
import { createWorld, gate, QUEUE } from '../jobs/world.ts';

const both = onBoth();

both('a job runs once, with its payload, and nothing of it is left', async (t, backing) => {
  const { jobs, add, store } = await createWorld(t, backing.place(t));
  const seen: unknown[] = [];
  jobs.work(QUEUE, { concurrency: 2 }, async ({ queue, key, payload, attempt }) => {
    seen.push({ queue, key, payload, attempt });
  });
  await add('ada', { payload: { since: 3 } });
  await jobs.idle(QUEUE);
  assert.deepEqual(seen, [{ queue: QUEUE, key: 'ada', payload: { since: 3 }, attempt: 1 }]);
  assert.deepEqual(await store.sql('SELECT * FROM jobs'), []);
});

both('a job added in a transaction that fails does not exist', async (t, backing) => {
  const { jobs, store, settle } = await createWorld(t, backing.place(t));
  let runs = 0;
  jobs.work(QUEUE, { concurrency: 1 }, async () => void runs++);
  const failing = store.tx(async (sql) => {
    await jobs.enqueue(sql, { queue: QUEUE, key: 'ada' });
    throw new Error('no');
  });
  await assert.rejects(failing, /no/);
  await settle();
  assert.equal(runs, 0);
});

both(
  'wake-ups for a waiting key are merged: earliest time, highest priority, latest payload',
  async (t, backing) => {
    const { jobs, add, clock, store, pass } = await createWorld(t, backing.place(t));
    const later = clock.ms + 500;
    await add('ada', { runAt: later + 1000, priority: 1, payload: 'first' });
    await add('ada', { runAt: later, priority: 7, payload: 'second' });
    await add('ada', { runAt: later + 2000, priority: 3 });
    assert.deepEqual(await store.sql('SELECT key, state, payload, priority, run_at FROM jobs'), [
      { key: 'ada', state: 'waiting', payload: '"second"', priority: 7, run_at: later },
    ]);

    const seen: unknown[] = [];
    jobs.work(QUEUE, { concurrency: 1 }, async ({ payload }) => void seen.push([clock.ms, payload]));
    await pass(499);
    assert.deepEqual(seen, []);
    await pass(5000);
    assert.deepEqual(seen, [[later, 'second']]);
  },
);

both(
  'however often a running key is woken, it runs once more, after the one that runs',
  async (t, backing) => {
    const { jobs, add, settle } = await createWorld(t, backing.place(t));
    const first = gate();
    let runs = 0;
    let running = 0;
    let together = 0;
    jobs.work(QUEUE, { concurrency: 5 }, async () => {
      runs += 1;
      together = Math.max(together, ++running);
      if (runs === 1) await first.promise;
      running -= 1;
    });
    await add('ada');
    await settle();
    for (let i = 0; i < 4; i++) await add('ada');
    await settle();
    assert.equal(runs, 1);
    first.resolve();
    await jobs.idle(QUEUE);
    assert.deepEqual({ runs, together }, { runs: 2, together: 1 });
  },
);

both('a wake-up for later, given to a running key, waits for its time', async (t, backing) => {
  const { jobs, add, clock, settle, pass } = await createWorld(t, backing.place(t));
  const first = gate();
  const seen: number[] = [];
  const start = clock.ms;
  jobs.work(QUEUE, { concurrency: 5 }, async () => {
    seen.push(clock.ms - start);
    if (seen.length === 1) await first.promise;
  });
  await add('ada');
  await settle();
  await add('ada', { runAt: start + 3000 });
  await add('ada', { runAt: start + 1000 });
  await add('ada', { runAt: start + 2000 });
  first.resolve();
  await pass(10_000);
  assert.deepEqual(seen, [0, 1000]);
});

both('the highest priority goes first, then the earliest time', async (t, backing) => {
  const { jobs, add, clock } = await createWorld(t, backing.place(t));
  const { ms } = clock;
  await add('low-late', { runAt: ms - 1, priority: -1 });
  await add('late', { runAt: ms - 1 });
  await add('early', { runAt: ms - 5 });
  await add('high', { runAt: ms, priority: 9 });
  await add('higher, but not yet', { runAt: ms + 5000, priority: 10 });
  const seen: string[] = [];
  jobs.work(QUEUE, { concurrency: 1 }, async ({ key }) => void seen.push(key));
  await jobs.idle(QUEUE, 'low');
  assert.deepEqual(seen, ['high', 'early', 'late', 'low-late']);
});

both('no more than the agreed number run at once, and that many do', async (t, backing) => {
  const { jobs, store } = await createWorld(t, backing.place(t));
  let running = 0;
  let most = 0;
  jobs.work(QUEUE, { concurrency: 4 }, async () => {
    most = Math.max(most, ++running);
    await turn();
    running -= 1;
  });
  await store.tx(async (sql) => {
    for (let i = 0; i < 50; i++) await jobs.enqueue(sql, { queue: QUEUE, key: `k${i}` });
  });
  await jobs.idle(QUEUE);
  assert.equal(most, 4);
});

both('queues do not see each other, and a queue has one worker', async (t, backing) => {
  const { jobs, store } = await createWorld(t, backing.place(t));
  const seen: string[] = [];
  for (const queue of ['a', 'b']) {
    jobs.work(queue, { concurrency: 1 }, async ({ key }) => void seen.push(`${queue}:${key}`));
  }
  await store.tx(async (sql) => {
    await jobs.enqueue(sql, { queue: 'a', key: 'same' });
    await jobs.enqueue(sql, { queue: 'b', key: 'same' });
  });
  await Promise.all([jobs.idle('a'), jobs.idle('b')]);
  assert.deepEqual(seen.toSorted(), ['a:same', 'b:same']);
  assert.throws(() => jobs.work('a', { concurrency: 1 }, async () => undefined), {
    kind: 'config',
    message: 'The queue a already has a worker.',
  });
  assert.throws(() => jobs.work('c', { concurrency: 0 }, async () => undefined), { kind: 'config' });
});

both('idle waits for the keys with its prefix only', async (t, backing) => {
  const { jobs, add } = await createWorld(t, backing.place(t));
  const held = gate();
  jobs.work(QUEUE, { concurrency: 2 }, async ({ key }) => {
    if (key === 'b:1') await held.promise;
  });
  await Promise.all([add('a:1'), add('b:1')]);
  await jobs.idle(QUEUE, 'a:');
  await jobs.idle('empty');
  let allIdle = false;
  const all = jobs.idle(QUEUE).then(() => (allIdle = true));
  await turn();
  assert.equal(allIdle, false);
  held.resolve();
  await all;
});

both('after every wake-up its key runs, never twice at once, under random load', async (t, backing) => {
  const { jobs, store, add } = await createWorld(t, backing.place(t));
  const random = seededRandom(3);
  const running = new Set<string>();
  const wanted = new Map<string, number>();
  const handled = new Map<string, number>();
  jobs.work(QUEUE, { concurrency: 7 }, async ({ key }) => {
    assert.equal(running.has(key), false);
    running.add(key);
    const seen = wanted.get(key) ?? 0;
    for (let i = 0; i < random() * 3; i++) await turn();
    handled.set(key, seen);
    running.delete(key);
  });
  for (let i = 0; i < 600; i++) {
    const key = `k${Math.floor(random() * 20)}`;
    wanted.set(key, i);
    const added = add(key, { priority: Math.floor(random() * 3) });
    if (random() < 0.4) await added;
  }
  await jobs.idle(QUEUE);
  assert.deepEqual(handled, wanted);
  assert.deepEqual(await store.sql('SELECT key FROM dead_jobs'), []);
});

both('many wake-ups given at once are merged like single ones', async (t, backing) => {
  const { jobs, store, clock } = await createWorld(t, backing.place(t));
  const { ms } = clock;
  const keys = Array.from({ length: 150 }, (_, i) => ({ queue: QUEUE, key: `k${i}`, runAt: ms }));
  await store.tx((sql) =>
    jobs.enqueue(sql, [
      ...keys,
      { queue: QUEUE, key: 'k7', runAt: ms - 5, payload: 'later one' },
      { queue: QUEUE, key: 'k7', runAt: ms + 5, priority: 2 },
    ]),
  );
  assert.deepEqual(await jobs.counts(), [
    { queue: QUEUE, due: 150, waiting: 150, held: 0, running: 0, dead: 0, lagMs: 5 },
  ]);
  const first = Promise.withResolvers<unknown>();
  let runs = 0;
  jobs.work(QUEUE, { concurrency: 7 }, async ({ key, payload }) => {
    runs += 1;
    first.resolve([key, payload]);
  });
  await jobs.idle(QUEUE);
  assert.deepEqual(await first.promise, ['k7', 'later one']);
  assert.equal(runs, 150);
});
