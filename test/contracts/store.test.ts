import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterCommit } from '../../src/store/store.ts';
import { onBoth } from './backings.ts';

const both = onBoth();

const ADD = `INSERT INTO budget_days (key, day, used) VALUES ($1, 'd', $2)`;
const KEYS = `SELECT key FROM budget_days ORDER BY key`;

both('values come back as they went in, whole numbers whole, truth as 1 and 0', async (t, backing) => {
  const store = await backing.place(t).open();
  const [row] = await store.sql(
    `SELECT $1::bigint / 2 AS half, $1 AS again, $2::text AS text, $3::bytea AS bytes, $4::bigint AS large,
       $5::double precision AS fraction, $6::text AS letters, $1::bigint = 7 AS yes, $1::bigint = 8 AS no`,
    [7, null, new Uint8Array([0, 1, 255]), Number.MAX_SAFE_INTEGER, 12.9, 'ü 😀 \' "'],
  );
  assert.deepEqual(row, {
    half: 3,
    again: 7,
    text: null,
    bytes: new Uint8Array([0, 1, 255]),
    large: Number.MAX_SAFE_INTEGER,
    fraction: 12.9,
    letters: 'ü 😀 \' "',
    yes: 1,
    no: 0,
  });
});

both('an integer past 2^53 is an error, not another integer', async (t, backing) => {
  const store = await backing.place(t).open();
  await assert.rejects(store.sql('SELECT $1::bigint AS n', [2n ** 53n + 1n]), {
    name: 'ConnectorError',
    code: 'sql',
  });
});

both('counts and sums of integers are numbers', async (t, backing) => {
  const store = await backing.place(t).open();
  for (const [key, n] of [
    ['a', 2],
    ['b', 40],
  ] as const) {
    await store.sql(ADD, [key, n]);
  }
  const sums = await store.sql('SELECT count(*) AS n, sum(used) AS used, max(key) AS last FROM budget_days');
  assert.deepEqual(sums, [{ n: 2, used: 42, last: 'b' }]);
});

both('text is ordered by its bytes', async (t, backing) => {
  const store = await backing.place(t).open();
  const keys = ['a_b', 'aa', 'B', 'b', 'ä', 'a b', 'a.b', '😀', '\uffee', 'A', 'a-b@x.y', 'a@x.y'];
  for (const key of keys) await store.sql(ADD, [key, 1]);
  const ordered = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.deepEqual(
    (await store.sql<{ key: string }>(KEYS)).map(({ key }) => key),
    ordered,
  );
  const [between] = await store.sql<{ n: number }>(
    'SELECT count(*) AS n FROM budget_days WHERE key >= $1 AND key < $2',
    ['a-', 'a_'],
  );
  assert.equal(between?.n, 3, 'comparisons go by the same order');
});

both(
  'a transaction happens wholly or not at all, and gives the value of its function',
  async (t, backing) => {
    const store = await backing.place(t).open();
    const failed = store.tx(async (sql) => {
      await sql(ADD, ['a', 1]);
      throw new Error('changed my mind');
    });
    await assert.rejects(failed, { message: 'changed my mind' });
    const value = await store.tx(async (sql) => {
      await sql(ADD, ['b', 1]);
      return (await sql(KEYS)).length;
    });
    assert.equal(value, 1);
    assert.deepEqual(await store.sql(KEYS), [{ key: 'b' }]);
  },
);

both('a statement that fails dooms its transaction even when the failure is caught', async (t, backing) => {
  const store = await backing.place(t).open();
  await store.sql(ADD, ['a', 1]);
  const doomed = store.tx(async (sql) => {
    await sql(ADD, ['b', 1]);
    await sql(ADD, ['a', 1]).catch(() => undefined);
    return 'fine';
  });
  await assert.rejects(doomed, { name: 'ConnectorError', kind: 'config', code: 'constraint' });
  assert.deepEqual(await store.sql(KEYS), [{ key: 'a' }]);
});

both('a statement that the database does not understand names itself', async (t, backing) => {
  const store = await backing.place(t).open();
  await assert.rejects(store.sql('SELECT nothing FROM nowhere'), {
    name: 'ConnectorError',
    kind: 'config',
    code: 'sql',
    message: /^"SELECT nothing FROM nowhere" failed: /,
  });
});

both(
  'a transaction that waits for something else is rolled back with a hint, and the store goes on',
  async (t, backing) => {
    const store = await backing.place(t).open({ longestTxMs: 50 });
    const waiting = store.tx(async (sql) => {
      await sql(ADD, ['a', 1]);
      await sleep(2000, undefined, { ref: false });
    });
    await assert.rejects(waiting, { code: 'tx-too-long', hint: /only the sql it is given/ });
    await store.sql(ADD, ['b', 1]);
    assert.deepEqual(await store.sql(KEYS), [{ key: 'b' }]);
  },
);

both('a statement that comes after its transaction ended is refused', async (t, backing) => {
  const store = await backing.place(t).open();
  let late: (() => Promise<unknown>) | undefined;
  await store.tx(async (sql) => {
    late = () => sql(ADD, ['late', 1]);
  });
  await assert.rejects(late?.() ?? Promise.resolve(), { code: 'tx-over' });
  assert.deepEqual(await store.sql(KEYS), []);
});

both(
  'what waits for the commit is called after it, and not when the transaction fails',
  async (t, backing) => {
    const store = await backing.place(t).open();
    const calls: string[] = [];
    let seen: Promise<unknown[]> | undefined;
    await store.tx(async (sql) => {
      afterCommit(sql, () => {
        calls.push('committed');
        seen = store.sql(KEYS);
      });
      await sql(ADD, ['a', 1]);
      calls.push('written');
    });
    await assert.rejects(
      store.tx(async (sql) => {
        afterCommit(sql, () => calls.push('never'));
        throw new Error('no');
      }),
    );
    afterCommit(store.sql, () => calls.push('at once'));
    assert.deepEqual(calls, ['written', 'committed', 'at once']);
    assert.deepEqual(await seen, [{ key: 'a' }]);
  },
);

both('of a hundred who add to one row at once, none is lost', async (t, backing) => {
  const store = await backing.place(t).open();
  await store.sql(ADD, ['a', 0]);
  const add = () =>
    store.tx(async (sql) => {
      const [row] = await sql<{ used: number }>(`SELECT used FROM budget_days WHERE key = 'a' FOR UPDATE`);
      await sql(`UPDATE budget_days SET used = $1 WHERE key = 'a'`, [(row?.used ?? 0) + 1]);
    });
  await Promise.all(Array.from({ length: 100 }, add));
  assert.deepEqual(await store.sql('SELECT used FROM budget_days'), [{ used: 100 }]);
});

both('two who lock each other out both come through', async (t, backing) => {
  const store = await backing.place(t).open();
  for (const key of ['a', 'b']) await store.sql(ADD, [key, 0]);
  const touch = (first: string, second: string) =>
    store.tx(async (sql) => {
      for (const key of [first, second]) {
        await sql('UPDATE budget_days SET used = used + 1 WHERE key = $1', [key]);
        await sleep(10);
      }
    });
  await Promise.all([touch('a', 'b'), touch('b', 'a')]);
  assert.deepEqual(await store.sql('SELECT key, used FROM budget_days ORDER BY key'), [
    { key: 'a', used: 2 },
    { key: 'b', used: 2 },
  ]);
});

both('closing finishes what was asked for, and refuses what comes later', async (t, backing) => {
  const place = backing.place(t);
  const store = await place.open();
  const writes = Promise.all(Array.from({ length: 100 }, (_, i) => store.sql(ADD, [`k${i}`, 1])));
  await store.close();
  await writes;
  await assert.rejects(store.sql(KEYS), { name: 'ConnectorError', code: 'closed' });
  await store.close();
  assert.equal((await (await place.open()).sql(KEYS)).length, 100);
});
