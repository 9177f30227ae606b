import assert from 'node:assert/strict';

import { onBoth } from './backings.ts';
import { createWorld, QUEUE, TestClock, type World } from '../jobs/world.ts';

const both = onBoth();

const MINUTE = 60_000;

function record(world: World): number[] {
  const start = world.clock.ms;
  const seen: number[] = [];
  world.jobs.work(QUEUE, { concurrency: 1 }, async () => void seen.push(world.clock.ms - start));
  return seen;
}

both(
  'a schedule fires at once and then once per interval, however often it is declared',
  async (t, backing) => {
    const world = await createWorld(t, backing.place(t));
    const seen = record(world);
    for (let i = 0; i < 3; i++) await world.jobs.schedule('sync', MINUTE, QUEUE, 'sync');
    await world.pass(2 * MINUTE + 500);
    // The timer's grain is a millisecond; the schedule itself does not drift.
    assert.deepEqual(seen, [1, MINUTE, 2 * MINUTE]);
    await world.jobs.schedule('sync', MINUTE, QUEUE, 'sync');
    await world.pass(1000);
    assert.equal(seen.length, 3);
  },
);

both('after a pause the missed wake-ups count as one, and the rhythm stays', async (t, backing) => {
  const place = backing.place(t);
  const clock = new TestClock();
  const first = await createWorld(t, place, { clock });
  const before = record(first);
  await first.jobs.schedule('sync', MINUTE, QUEUE, 'sync');
  await first.pass(500);
  assert.equal(before.length, 1);
  await first.jobs.stop();
  await first.store.close();

  clock.ms += 5 * MINUTE;
  const second = await createWorld(t, place, { clock });
  const after = record(second);
  await second.jobs.schedule('sync', MINUTE, QUEUE, 'sync');
  await second.pass(MINUTE);
  assert.deepEqual(after, [1, MINUTE - 500]);
});

both('a shorter interval takes effect at once', async (t, backing) => {
  const world = await createWorld(t, backing.place(t));
  const seen = record(world);
  await world.jobs.schedule('sync', 60 * MINUTE, QUEUE, 'sync');
  await world.pass(1000);
  await world.jobs.schedule('sync', MINUTE, QUEUE, 'sync');
  await world.pass(MINUTE);
  assert.deepEqual(seen, [1, MINUTE + 1000]);
});

both('a schedule that nobody declares any more stays quiet', async (t, backing) => {
  const place = backing.place(t);
  const first = await createWorld(t, place);
  await first.jobs.schedule('gone', 1000, QUEUE, 'gone');
  await first.jobs.stop();
  await first.store.close();

  const second = await createWorld(t, place);
  const seen = record(second);
  await second.pass(MINUTE);
  assert.deepEqual(seen, []);
});

both('an interval that is not a number of milliseconds is refused', async (t, backing) => {
  const { jobs } = await createWorld(t, backing.place(t));
  await assert.rejects(jobs.schedule('sync', 0, QUEUE, 'sync'), {
    kind: 'config',
    message: 'The schedule sync has an interval of 0 ms.',
  });
});

both('a time of day fires when it comes, and after a pause once', async (t, backing) => {
  const place = backing.place(t);
  const clock = new TestClock(); // 2023-11-14T22:13:20Z
  const first = await createWorld(t, place, { clock });
  const seen = record(first);
  await first.jobs.schedule('nightly', '0 23 * * *', QUEUE, 'nightly');
  await first.pass(46 * MINUTE);
  assert.deepEqual(seen, []);
  await first.pass(MINUTE);
  assert.deepEqual(seen, [2_800_000]);
  await first.jobs.stop();
  await first.store.close();

  clock.ms += 3 * 24 * 60 * MINUTE;
  const second = await createWorld(t, place, { clock });
  const after = record(second);
  await second.jobs.schedule('nightly', '0 23 * * *', QUEUE, 'nightly');
  await second.pass(MINUTE);
  assert.deepEqual(after, [1]);
});
