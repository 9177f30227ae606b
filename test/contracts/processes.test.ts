import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { createJobs, type Jobs } from '../../src/jobs/jobs.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { Store } from '../../src/store/store.ts';
import { startChild, type Child } from '../store/child.ts';
import { seededRandom } from '../store/temp.ts';
import { sharedPostgres } from './backings.ts';

const postgres = sharedPostgres();

interface Site {
  url: string;
  store: Store;
  jobs: Jobs;
  start(role: string, wish?: object): Child;
  /** Wakes the key in the transaction that says what it should see. */
  want(key: string, n: number): Promise<void>;
  /** Resolves when every key has seen the last of what it should. */
  settled(): Promise<void>;
}

/** A database with the tables that the processes write to; this process works on none of the jobs itself. */
async function openSite(t: TestContext): Promise<Site> {
  const url = postgres.address();
  const store = await openPostgres({ url, now: Date.now });
  for (const table of [
    'at_work (key text PRIMARY KEY)',
    'wanted (key text PRIMARY KEY, n bigint NOT NULL)',
  ]) {
    await store.sql(`CREATE TABLE ${table}`);
  }
  await store.sql('CREATE TABLE handled (key text PRIMARY KEY, n bigint NOT NULL)');
  await store.sql('CREATE TABLE ticks (at bigint NOT NULL)');
  const jobs = createJobs(store, { random: Math.random });
  t.after(async () => {
    await jobs.stop();
    await store.close();
  });
  const want = `INSERT INTO wanted (key, n) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET n = excluded.n`;
  return {
    url,
    store,
    jobs,
    start(role, wish = {}) {
      const child = startChild('contracts/process.ts', [role, url, JSON.stringify(wish)]);
      t.after(() => child.kill());
      return child;
    },
    want: (key, n) =>
      store.tx(async (sql) => {
        await sql(want, [key, n]);
        await jobs.enqueue(sql, { queue: 'people', key });
      }),
    async settled() {
      await jobs.idle('people');
      assert.deepEqual(
        await store.sql('SELECT key, n FROM handled ORDER BY key'),
        await store.sql('SELECT key, n FROM wanted ORDER BY key'),
      );
      assert.deepEqual(await jobs.dead(), []);
    },
  };
}

const runsOf = (children: readonly Child[]): string[] =>
  children.flatMap(({ lines }) => lines.filter((line) => line.startsWith('run ')));
const twice = (children: readonly Child[]): string[] =>
  children.flatMap(({ lines }) => lines.filter((line) => line.startsWith('twice ')));

test('processes share a budget by the clock of the database, however wrong their own is', async (t) => {
  const site = await openSite(t);
  const children = [0, 3_600_000, -90_000].map((skewMs) => site.start('budget', { skewMs }));
  await Promise.all(children.map((child) => child.line('ready')));
  const lines = children.flatMap((child) => child.lines);
  const grants = lines
    .flatMap((line) => (line.startsWith('grant ') ? [Number(line.slice(6))] : []))
    .toSorted((a, b) => a - b);
  assert.equal(grants.length, 180);
  for (let first = 0; first < grants.length; first++) {
    for (let last = first; last < grants.length; last++) {
      // Clocks of processes differ by their measurements, which is a few milliseconds here.
      const window = (grants[last] ?? 0) - (grants[first] ?? 0) + 15;
      const count = last - first + 1;
      assert.ok(count <= window / 10 + 5, `${count} grants within ${window} ms`);
    }
  }
  assert.equal(lines.filter((line) => line === 'spent').length, 70, 'the day gives no more than it has');
});

test('over three processes a key never runs twice at once, and after its last wake-up it runs', async (t) => {
  const site = await openSite(t);
  const workers = [1, 2, 3].map(() => site.start('work'));
  await Promise.all(workers.map((worker) => worker.line('ready')));
  const random = seededRandom(3);
  for (let i = 1; i <= 300; i++) {
    const wanted = site.want(`k${Math.floor(random() * 12)}`, i);
    if (random() < 0.5) await wanted;
  }
  await sleep(50);
  await site.settled();
  assert.deepEqual(twice(workers), []);
  assert.ok(
    workers.filter((worker) => runsOf([worker]).length > 0).length >= 2,
    'more than one process took part',
  );
});

test('jobs of a worker that is killed are taken over within seconds, and nothing is lost', async (t) => {
  const site = await openSite(t);
  const victim = site.start('work', { takesMs: 60_000, concurrency: 8 });
  await victim.line('ready');
  for (let i = 0; i < 40; i++) await site.want(`k${i}`, i);
  while (runsOf([victim]).length < 8) await sleep(10);
  await victim.kill();
  const killedAt = Date.now();
  const other = site.start('work');
  await site.settled();
  assert.ok(Date.now() - killedAt < 10_000, `it took ${Date.now() - killedAt} ms`);
  const again = runsOf([other]).filter((line) => line.endsWith(' 2'));
  assert.equal(
    again.length,
    8,
    'those that ran when it was killed ran once more, counted as a second attempt',
  );
});

test('a worker that stood still and goes on cannot end a job that others have now, and works on', async (t) => {
  const site = await openSite(t);
  const sleeper = site.start('work', { takesMs: 300, leaseMs: 800, concurrency: 1 });
  await sleeper.line('ready');
  await site.want('a', 1);
  await sleeper.line('run a 1');
  sleeper.process.kill('SIGSTOP');
  const other = site.start('work', { takesMs: 1500, leaseMs: 800, concurrency: 1 });
  await other.line('run a 2');
  sleeper.process.kill('SIGCONT');
  await sleep(600);
  assert.deepEqual(await site.store.sql(`SELECT key, state, attempts FROM jobs`), [
    { key: 'a', state: 'running', attempts: 2 },
  ]);
  await site.want('b', 2);
  await sleeper.line('run b 1');
  await site.settled();
});

test('a worker that is asked to stop hands its jobs over at once', async (t) => {
  const site = await openSite(t);
  const first = site.start('work', { takesMs: 300, concurrency: 4, leaseMs: 60_000 });
  await first.line('ready');
  for (let i = 0; i < 30; i++) await site.want(`k${i}`, i);
  while (runsOf([first]).length < 4) await sleep(5);
  const second = site.start('work', { leaseMs: 60_000 });
  await second.line('ready');
  first.process.kill('SIGTERM');
  await site.settled();
  assert.deepEqual(twice([first, second]), []);
  assert.deepEqual(await site.store.sql('SELECT count(*) AS n FROM job_workers'), [{ n: 1 }]);
});

test('a PostgreSQL that restarts, or crashes, only makes everybody wait', async (t) => {
  const site = await openSite(t);
  const workers = [1, 2].map(() => site.start('work', { leaseMs: 3000 }));
  await Promise.all(workers.map((worker) => worker.line('ready')));
  const over = new AbortController();
  let n = 0;
  const producer = (async () => {
    while (!over.signal.aborted) {
      await site.want(`k${++n % 20}`, n).catch((error: { outcome?: string }) => {
        // The commit was under way when the connection broke: who sent it sends it again.
        assert.equal(error.outcome, 'unknown');
        n -= 1;
      });
    }
  })();
  await sleep(300);
  await postgres.server.restart();
  await sleep(300);
  await postgres.server.kill9();
  await sleep(300);
  await postgres.server.restart();
  const before = n;
  await sleep(500);
  over.abort();
  await producer;
  assert.ok(n > before, 'work goes on');
  await site.settled();
  assert.deepEqual(twice(workers), []);
});

test('a schedule that three processes declare fires once', async (t) => {
  const site = await openSite(t);
  const from = Date.now();
  const children = [1, 2, 3].map(() => site.start('tick'));
  await Promise.all(children.map((child) => child.line('ready')));
  await sleep(1500);
  await Promise.all(children.map((child) => child.kill()));
  const elapsed = Date.now() - from;
  const ticks = (await site.store.sql<{ at: number }>('SELECT at FROM ticks ORDER BY at')).map(
    ({ at }) => at,
  );
  assert.ok(ticks.length >= 5, `${ticks.length} ticks`);
  assert.ok(ticks.length <= elapsed / 200 + 1, `${ticks.length} ticks in ${elapsed} ms`);
});
