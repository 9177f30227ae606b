import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ConnectorError, type ErrorKind, type Retry } from '../../src/core/errors.ts';
import { createRedactor } from '../../src/core/secret.ts';
import { defaultBackoff } from '../../src/jobs/failure.ts';
import type { Job } from '../../src/jobs/jobs.ts';
import type { Sql, Store } from '../../src/store/store.ts';
import { onBoth } from './backings.ts';
import { createWorld, QUEUE, type World } from '../jobs/world.ts';

const both = onBoth();

function connectorError(kind: ErrorKind, retry: Retry): ConnectorError {
  const cause = new Error('socket hang up');
  return new ConnectorError('Brevo said no.', { kind, retry, hint: 'Look at the field.', cause });
}

/** Runs the key `ada` with a handler and gives the milliseconds at which it was called. */
async function times(
  world: World,
  handler: (job: Job) => Promise<void>,
  options: { maxAttempts?: number; forMs: number },
): Promise<number[]> {
  const start = world.clock.ms;
  const seen: number[] = [];
  const { forMs, ...rest } = options;
  world.jobs.work(QUEUE, { concurrency: 1, ...rest }, async (job) => {
    seen.push(world.clock.ms - start);
    await handler(job);
  });
  await world.add('ada', { payload: { n: 1 } });
  await world.pass(forMs);
  return seen;
}

both(
  'an error that says never makes a dead letter at once, with its kind, hint and cause',
  async (t, backing) => {
    const world = await createWorld(t, backing.place(t));
    const seen = await times(
      world,
      async () => {
        throw connectorError('input', 'never');
      },
      { forMs: 60_000 },
    );
    assert.deepEqual(seen, [0]);
    const [dead, ...others] = await world.jobs.dead(QUEUE);
    assert.deepEqual(others, []);
    assert.deepEqual(dead, {
      id: `${QUEUE}/ada`,
      queue: QUEUE,
      key: 'ada',
      payload: { n: 1 },
      attempts: 1,
      kind: 'input',
      message: 'Brevo said no.',
      hint: 'Look at the field.',
      cause: 'Brevo said no.\ncaused by: socket hang up',
      diedAt: world.clock.ms - 60_000,
    });
    assert.deepEqual(await world.jobs.dead('another queue'), []);
    assert.deepEqual(await world.store.sql('SELECT * FROM jobs'), []);
  },
);

both('an error that says when is tried again then', async (t, backing) => {
  const world = await createWorld(t, backing.place(t));
  const seen = await times(
    world,
    async ({ attempt }) => {
      if (attempt < 3) throw connectorError('remote', { afterMs: 1500 });
    },
    { forMs: 60_000 },
  );
  assert.deepEqual(seen, [0, 1500, 3000]);
});

both(
  'an error that says later is tried again with growing pauses until the attempts are used up',
  async (t, backing) => {
    const world = await createWorld(t, backing.place(t));
    const seen = await times(
      world,
      async () => {
        throw connectorError('network', 'later');
      },
      { forMs: 60_000, maxAttempts: 4 },
    );
    // 1, 2 and 4 seconds, three quarters of them by the jitter.
    assert.deepEqual(seen, [0, 750, 2250, 5250]);
    const [dead] = await world.jobs.dead();
    assert.deepEqual([dead?.kind, dead?.attempts], ['network', 4]);
  },
);

both(
  'an unexpected error is tried again as often, and its dead letter keeps the stack',
  async (t, backing) => {
    const world = await createWorld(t, backing.place(t));
    const seen = await times(
      world,
      async () => {
        throw new TypeError('undefined is not a function');
      },
      { forMs: 60_000, maxAttempts: 2 },
    );
    assert.equal(seen.length, 2);
    const [dead] = await world.jobs.dead();
    assert.equal(dead?.kind, undefined);
    assert.equal(dead?.message, 'undefined is not a function');
    assert.match(dead?.cause ?? '', /TypeError: undefined is not a function\n\s+at /);
    assert.match(dead?.hint ?? '', /read the cause/);
  },
);

both('waiting for a rate or a quota does not use up attempts', async (t, backing) => {
  const world = await createWorld(t, backing.place(t));
  let turns = 0;
  const seen = await times(
    world,
    async ({ attempt }) => {
      assert.equal(attempt, 1);
      if (++turns < 10) throw connectorError(turns % 2 ? 'rate' : 'quota', { afterMs: 100 });
    },
    { forMs: 60_000, maxAttempts: 2 },
  );
  assert.equal(seen.length, 10);
  assert.deepEqual(await world.jobs.dead(), []);
});

test('the default backoff doubles from one second to a quarter of an hour, half of it by chance', () => {
  const longest = [1, 2, 3, 10, 11, 50].map((attempt) => defaultBackoff(attempt, () => 1));
  assert.deepEqual(longest, [1000, 2000, 4000, 512_000, 900_000, 900_000]);
  assert.equal(
    defaultBackoff(3, () => 0),
    2000,
  );
});

both(
  'a new wake-up does not shorten a backoff, and one that came while the job failed is covered by it',
  async (t, backing) => {
    const world = await createWorld(t, backing.place(t));
    const seen = await times(
      world,
      async ({ attempt }) => {
        if (attempt > 1) return;
        await world.store.sql('SELECT 1');
        void world.add('ada');
        await world.store.sql('SELECT 1');
        throw connectorError('rate', { afterMs: 2000 });
      },
      { forMs: 10, maxAttempts: 5 },
    );
    await world.add('ada');
    await world.pass(1500);
    assert.deepEqual(seen, [0]);
    await world.pass(600);
    assert.equal(seen[1], 2000);
  },
);

both(
  'a dead letter blocks nothing: its key can be woken, and a second failure replaces the first',
  async (t, backing) => {
    const world = await createWorld(t, backing.place(t));
    let failure: Error | undefined = connectorError('input', 'never');
    let runs = 0;
    world.jobs.work(QUEUE, { concurrency: 1 }, async () => {
      runs += 1;
      if (failure) throw failure;
    });
    await world.add('ada');
    await world.jobs.idle(QUEUE);
    failure = connectorError('plan', 'never');
    await world.add('ada');
    await world.jobs.idle(QUEUE);
    assert.deepEqual(
      (await world.jobs.dead()).map(({ kind }) => kind),
      ['plan'],
    );

    failure = undefined;
    await world.jobs.retry(`${QUEUE}/ada`);
    await world.jobs.idle(QUEUE);
    assert.equal(runs, 3);
    assert.deepEqual(await world.jobs.dead(), []);
    await assert.rejects(world.jobs.retry(`${QUEUE}/ada`), {
      name: 'ConnectorError',
      kind: 'not-found',
      message: `There is no dead letter ${QUEUE}/ada.`,
    });
  },
);

both('retrying a dead letter whose key is in backoff runs it now', async (t, backing) => {
  const world = await createWorld(t, backing.place(t));
  const errors = [connectorError('input', 'never'), connectorError('remote', { afterMs: 3_600_000 })];
  let runs = 0;
  world.jobs.work(QUEUE, { concurrency: 1 }, async () => {
    runs += 1;
    const error = errors.shift();
    if (error) throw error;
  });
  await world.add('ada');
  await world.settle();
  await world.add('ada');
  await world.settle();
  assert.equal(runs, 2);
  await world.jobs.retry(`${QUEUE}/ada`);
  await world.jobs.idle(QUEUE);
  assert.equal(runs, 3);
});

both('a dead letter holds no secret', async (t, backing) => {
  const redact = createRedactor(['xkeysib-123456']);
  const world = await createWorld(t, backing.place(t), { deps: { redact } });
  await times(
    world,
    async () => {
      throw new Error('refused: api-key xkeysib-123456');
    },
    { forMs: 10, maxAttempts: 1 },
  );
  const stored = JSON.stringify(await world.store.sql('SELECT * FROM dead_jobs'));
  assert.doesNotMatch(stored, /xkeysib/);
  assert.match(stored, /\[secret\]/);
});

both('a job that is done is not repeated because the store could not say so at once', async (t, backing) => {
  let broken = 3;
  const reported: unknown[] = [];
  const wrap = (store: Store): Store => {
    const sql: Sql = (text, params) => {
      if (/DELETE FROM jobs/.test(text) && broken-- > 0) return Promise.reject(new Error('disk full'));
      return store.sql(text, params);
    };
    return { ...store, sql };
  };
  const world = await createWorld(t, backing.place(t), {
    wrap,
    deps: { onError: (error) => reported.push(error) },
  });
  const seen = await times(world, async () => undefined, { forMs: 10_000 });
  assert.deepEqual(seen, [0]);
  assert.equal(reported.length, 3);
  assert.deepEqual(await world.store.sql('SELECT * FROM jobs'), []);
});

both('a claim that fails is reported and made again', async (t, backing) => {
  let broken = 2;
  const reported: unknown[] = [];
  const breaking =
    (sql: Sql): Sql =>
    (text, params) => {
      const fails = text.includes(`SET state = 'running'`) && broken-- > 0;
      return fails ? Promise.reject(new Error('disk full')) : sql(text, params);
    };
  const wrap = (store: Store): Store => ({
    ...store,
    sql: breaking(store.sql),
    tx: (fn) => store.tx((sql) => fn(breaking(sql))),
  });
  const world = await createWorld(t, backing.place(t), {
    wrap,
    deps: { onError: (error) => reported.push(error) },
  });
  await world.add('ada');
  let runs = 0;
  world.jobs.work(QUEUE, { concurrency: 1 }, async () => void runs++);
  await world.pass(5000);
  assert.equal(runs, 1);
  assert.equal(reported.length, 2);
});
