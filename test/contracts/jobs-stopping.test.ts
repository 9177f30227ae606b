import assert from 'node:assert/strict';

import { onBoth } from './backings.ts';
import { createWorld, gate, QUEUE } from '../jobs/world.ts';

const both = onBoth();

both('stopping takes no new jobs and waits for those that run', async (t, backing) => {
  const { jobs, add, settle, store } = await createWorld(t, backing.place(t));
  const held = gate();
  const done: string[] = [];
  jobs.work(QUEUE, { concurrency: 1 }, async ({ key }) => {
    await held.promise;
    done.push(key);
  });
  await add('first');
  await settle();
  await add('second');
  let stopped = false;
  const stop = jobs.stop().then(() => (stopped = true));
  await settle();
  assert.equal(stopped, false);
  held.resolve();
  await stop;
  assert.deepEqual(done, ['first']);
  assert.deepEqual(await store.sql('SELECT key, state, attempts FROM jobs'), [
    { key: 'second', state: 'waiting', attempts: 0 },
  ]);
  await assert.rejects(jobs.idle(QUEUE), { kind: 'config', message: 'The queue has stopped.' });
  assert.throws(() => jobs.work('other', { concurrency: 1 }, async () => undefined), { kind: 'config' });
});

both(
  'a job that ends when it is asked to stop waits again, and the attempt does not count',
  async (t, backing) => {
    const { jobs, add, settle, store } = await createWorld(t, backing.place(t));
    jobs.work(QUEUE, { concurrency: 1 }, async ({ signal }) => {
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped halfway')));
      });
    });
    await add('ada');
    await settle();
    await jobs.stop();
    assert.deepEqual(await store.sql('SELECT key, state, attempts FROM jobs'), [
      { key: 'ada', state: 'waiting', attempts: 0 },
    ]);
    assert.deepEqual(await jobs.dead(), []);
  },
);

both(
  'a job that does not end in time is handed back, and its late end changes nothing',
  async (t, backing) => {
    const world = await createWorld(t, backing.place(t), { deps: { graceMs: 2000 } });
    const held = gate();
    world.jobs.work(QUEUE, { concurrency: 1 }, () => held.promise);
    await world.add('ada');
    await world.settle();
    let stopped = false;
    const stop = world.jobs.stop().then(() => (stopped = true));
    await world.pass(1999);
    assert.equal(stopped, false);
    await world.pass(1);
    await stop;
    const waiting = [{ key: 'ada', state: 'waiting', attempts: 0 }];
    assert.deepEqual(await world.store.sql('SELECT key, state, attempts FROM jobs'), waiting);
    held.resolve();
    await world.settle();
    assert.deepEqual(await world.store.sql('SELECT key, state, attempts FROM jobs'), waiting);
  },
);

both('one worker can stop, and another take over its queue', async (t, backing) => {
  const { jobs, add } = await createWorld(t, backing.place(t));
  const seen: string[] = [];
  const first = jobs.work(QUEUE, { concurrency: 1 }, async ({ key }) => void seen.push(`first ${key}`));
  await add('a');
  await jobs.idle(QUEUE);
  await first.stop();
  await add('b');
  jobs.work(QUEUE, { concurrency: 1 }, async ({ key }) => void seen.push(`second ${key}`));
  await jobs.idle(QUEUE);
  assert.deepEqual(seen, ['first a', 'second b']);
});

both('work that waited while nothing ran is done at the next start', async (t, backing) => {
  const place = backing.place(t);
  const first = await createWorld(t, place);
  await first.add('ada', { payload: 'hello' });
  await first.jobs.stop();
  await first.store.close();

  const second = await createWorld(t, place);
  const seen: unknown[] = [];
  second.jobs.work(QUEUE, { concurrency: 1 }, async ({ payload }) => void seen.push(payload));
  await second.jobs.idle(QUEUE);
  assert.deepEqual(seen, ['hello']);
});
