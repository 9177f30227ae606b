import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepHappening } from '../../src/activate/happenings.ts';
import { keepReading, nextRead } from '../../src/activate/reading.ts';
import { addInstance } from '../../src/activate/store-instances.ts';
import { personFacts } from '../../src/activate/store-facts.ts';
import type { InstancePeople, PushedStay } from '../../src/core/people.ts';
import { createJobs } from '../../src/jobs/jobs.ts';
import { openSqlite } from '../../src/store/store.ts';
import { clock, people, registrant, stay, webinar } from './cast.ts';

const MINUTE = 60_000;
const ADA = 'ada@example.com';
const BOB = 'bob@example.com';
const ended = Date.parse(clock('11:00'));

/** A webinar that an event said is over, read so many minutes after that. */
async function watched() {
  let now = ended;
  const store = await openSqlite({ path: ':memory:', now: () => now });
  const jobs = createJobs(store, { random: () => 0 });
  const tell = (happening: Parameters<typeof keepHappening>[2]) =>
    store.tx((sql) => keepHappening(sql, 'zoom', happening, now, now));
  await tell({ kind: 'ended', instance: webinar() });
  return {
    tell,
    came: (userId: string, over: Partial<PushedStay>) =>
      tell({ kind: 'stay', instance: webinar(), stay: { userId, name: 'Ada', ...over } }),
    read: async (minutes: number, who: Partial<InstancePeople>) => {
      now = ended + minutes * MINUTE;
      await keepReading({ store, jobs }, 'zoom', webinar(), people(who), new Map());
    },
    status: async (email: string) => {
      const [fact] = await personFacts(store, 'zoom', email);
      return fact && `${fact.status}${fact.settling ? ', settling' : ''}`;
    },
    next: async () => {
      const [row] = await store.sql<{ next_read: number | null }>('SELECT next_read FROM instances');
      return typeof row?.next_read === 'number' ? (row.next_read - ended) / MINUTE : undefined;
    },
    store,
    [Symbol.asyncDispose]: async () => {
      await jobs.stop();
      await store.close();
    },
  };
}

const here = stay('10:00', '10:40', { email: BOB, userId: 'join-bob' });
const list = { registrants: [registrant(ADA), registrant(BOB)], segments: [here] };

test('who is missing is absent once two readings are the same, not before', async () => {
  await using on = await watched();
  await on.read(1, list);
  assert.equal(await on.status(ADA), 'unclear, settling');
  assert.equal(await on.status(BOB), 'attended, settling');
  await on.read(3, list);
  assert.equal(await on.status(ADA), 'unclear, settling', 'too soon after the first');
  await on.read(5, list);
  assert.equal(await on.status(ADA), 'absent');
  assert.equal(await on.next(), 24 * 60, 'one more look at the end of the day');
});

test('a list that still grows has not settled', async () => {
  await using on = await watched();
  await on.read(1, { ...list, segments: [] });
  await on.read(5, list);
  assert.equal(await on.status(ADA), 'unclear, settling');
  await on.read(10, list);
  assert.equal(await on.status(ADA), 'absent');
});

test('a list without somebody whom an event saw come in has not settled, and he was there all the same', async () => {
  await using on = await watched();
  // The end of a stay may come before its beginning, and both more than once.
  await on.came('join-ada', { email: ADA, leftAt: clock('10:50') });
  await on.came('join-ada', { email: ADA, joinedAt: clock('10:05') });
  await on.came('join-ada', { email: ADA, joinedAt: clock('10:05') });
  for (const minutes of [1, 5, 10, 20]) await on.read(minutes, list);
  assert.equal(await on.status(ADA), 'attended, settling');
  const [fact] = await personFacts(on.store, 'zoom', ADA);
  assert.deepEqual([fact?.joins, fact?.seconds], [1, 45 * 60]);
  const whole = { ...list, segments: [here, stay('10:05', '10:51', { email: ADA, userId: 'join-ada' })] };
  await on.read(40, whole);
  await on.read(80, whole);
  assert.equal(await on.status(ADA), 'attended');
  assert.equal((await personFacts(on.store, 'zoom', ADA))[0]?.seconds, 46 * 60, 'the list knows better');
});

test('a list that is never whole is what there is after a day', async () => {
  await using on = await watched();
  for (const minutes of [1, 5, 600]) await on.read(minutes, { ...list, incomplete: true });
  assert.equal(await on.status(ADA), 'unclear, settling');
  await on.read(24 * 60, { ...list, incomplete: true });
  assert.equal(await on.status(ADA), 'unclear', 'a stay may be missing still');
  assert.equal(await on.next(), undefined);
});

test('an absence that late data corrects is corrected by the last look', async () => {
  await using on = await watched();
  await on.read(1, list);
  await on.read(5, list);
  assert.equal(await on.status(ADA), 'absent');
  await on.read(24 * 60, { ...list, segments: [here, stay('10:05', '10:50', { email: ADA })] });
  assert.equal(await on.status(ADA), 'attended');
  assert.equal(await on.next(), undefined);
});

test('an instance that no event told of settles by its age alone', async () => {
  await using on = await watched();
  const { store } = on;
  await store.tx((sql) => addInstance(sql, 'zoom', webinar({ id: 'uuid-2' })));
  const jobs = createJobs(store, { random: () => 0 });
  await keepReading({ store, jobs }, 'zoom', webinar({ id: 'uuid-2' }), people(list), new Map());
  const [fact] = await personFacts(store, 'zoom', ADA);
  assert.equal(fact?.status, 'unclear');
  assert.equal(fact.settling, undefined);
});

test('an end that is told again does not begin the watch anew', async () => {
  await using on = await watched();
  await on.read(1, list);
  await on.read(5, list);
  await on.tell({ kind: 'ended', instance: webinar() });
  await on.tell({ kind: 'started', instance: webinar() });
  assert.equal(await on.status(ADA), 'absent');
});

test('readings come soon at first, then ever more rarely, and end after a day', () => {
  const ages = [1];
  for (;;) {
    const next = nextRead((ages.at(-1) as number) * MINUTE, false);
    if (next === undefined) break;
    ages.push(next / MINUTE);
  }
  assert.deepEqual(ages.slice(0, 8), [1, 5, 10, 20, 40, 80, 160, 280]);
  assert.equal(ages.at(-1), 24 * 60);
  assert.ok(ages.length < 20, `${ages.length} readings`);
});
