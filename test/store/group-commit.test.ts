import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { openSqlite, type Store } from '../../src/store/store.ts';
import { tempDatabase } from './temp.ts';

const ADD = `INSERT INTO budget_days (key, day, used) VALUES ($1, 'd', 1)`;
const KEYS = `SELECT key FROM budget_days ORDER BY key`;

async function open(t: TestContext, path = ':memory:', longestTxMs?: number): Promise<Store> {
  const limit = longestTxMs === undefined ? {} : { longestTxMs };
  const store = await openSqlite({ path, now: Date.now, ...limit });
  t.after(() => store.close());
  return store;
}

async function keys(store: Store): Promise<string[]> {
  const rows = await store.sql<{ key: string }>(KEYS);
  return rows.map(({ key }) => key);
}

test('transactions of one tick share a commit, and the one that fails is rolled back alone', async (t) => {
  const store = await open(t);
  const results = await Promise.allSettled([
    store.tx((sql) => sql(ADD, ['a'])),
    store.tx(async (sql) => {
      await sql(ADD, ['b']);
      throw new Error('changed my mind');
    }),
    store.sql(ADD, ['c']),
    store.sql(ADD, ['a']),
    store.tx((sql) => sql(ADD, ['d'])),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
  );
  assert.match(String(results[1]?.status === 'rejected' && results[1].reason), /changed my mind/);
  assert.deepEqual(await keys(store), ['a', 'c', 'd']);
});

test('a transaction gives the value of its function', async (t) => {
  const store = await open(t);
  assert.equal(await store.tx(async () => 42), 42);
});

test('rows are plain objects, whole numbers stay whole, bytes and null come back', async (t) => {
  const store = await open(t);
  const rows = await store.sql(
    `SELECT $1::bigint / 2 AS half, $2::text AS text, $3::bytea AS bytes, $1 AS again`,
    [7, null, new Uint8Array([1, 2])],
  );
  assert.deepEqual(rows, [{ half: 3, text: null, bytes: new Uint8Array([1, 2]), again: 7 }]);
});

test('a statement that fails dooms its transaction even when the failure is caught', async (t) => {
  const store = await open(t);
  await store.sql(ADD, ['a']);
  const doomed = store.tx(async (sql) => {
    await sql(ADD, ['b']);
    await sql(ADD, ['a']).catch(() => undefined);
    return 'fine';
  });
  await assert.rejects(doomed, { name: 'ConnectorError', kind: 'config', code: 'constraint' });
  assert.deepEqual(await keys(store), ['a']);
});

test('a transaction that waits for something else makes the others queue and corrupts nothing', async (t) => {
  const store = await open(t);
  const slow = store.tx(async (sql) => {
    await sql(ADD, ['slow-1']);
    await sleep(20);
    await sql(ADD, ['slow-2']);
    throw new Error('after all not');
  });
  const quick = store.tx((sql) => sql(ADD, ['quick']));
  await sleep(5);
  const during = store.sql(ADD, ['during']);
  await assert.rejects(slow, /after all not/);
  await Promise.all([quick, during]);
  assert.deepEqual(await keys(store), ['during', 'quick']);
});

test('a transaction that waits for the store itself is rolled back with a hint, and the store goes on', async (t) => {
  const store = await open(t, ':memory:', 30);
  const nested = store.tx(async (sql) => {
    await sql(ADD, ['outer']);
    await store.sql(ADD, ['inner']);
  });
  await assert.rejects(nested, {
    name: 'ConnectorError',
    code: 'tx-too-long',
    hint: /only the sql it is given/,
  });
  assert.deepEqual(await keys(store), ['inner']);
});

test('a statement that comes after its transaction ended is refused', async (t) => {
  const store = await open(t);
  let late: (() => Promise<unknown>) | undefined;
  await store.tx(async (sql) => {
    late = () => sql(ADD, ['late']);
  });
  await assert.rejects(late?.() ?? Promise.resolve(), { code: 'tx-over' });
  assert.deepEqual(await keys(store), []);
});

test('a full disk rejects what could not be saved, and the store works again when there is room', async (t) => {
  const store = await open(t, tempDatabase(t));
  await store.sql(ADD, ['before']);
  const [pages] = await store.sql<{ page_count: number }>('PRAGMA page_count');
  await store.sql(`PRAGMA max_page_count = ${(pages?.page_count ?? 0) + 2}`);

  const results = await Promise.allSettled(
    Array.from({ length: 40 }, (_, i) => store.tx((sql) => sql(ADD, [`${i}-`.padEnd(1000, 'x')]))),
  );
  const refused = results.filter((result) => result.status === 'rejected');
  assert.ok(refused.length > 0);
  for (const { reason } of refused) {
    assert.equal(reason.kind, 'config');
    assert.equal(reason.code, 'full');
    assert.equal(reason.retry, 'later');
    assert.match(reason.hint, /disk is full/);
  }
  // What was said to be saved is there, and nothing else.
  const saved = results.flatMap((result, i) => (result.status === 'fulfilled' ? [String(i)] : []));
  const found = (await keys(store)).filter((key) => key !== 'before').map((key) => key.split('-')[0] ?? '');
  assert.deepEqual(found.toSorted(), saved.toSorted());

  await store.sql('PRAGMA max_page_count = 100000');
  await store.sql(ADD, ['after']);
  assert.ok((await keys(store)).includes('after'));
});

test('a commit that fails rejects everyone in it and leaves nothing behind', async (t) => {
  const store = await open(t);
  await store.sql(`CREATE TABLE parent (id BIGINT PRIMARY KEY)`);
  await store.sql(`CREATE TABLE child (id BIGINT REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)`);
  // A deferred reference is looked at by COMMIT, which makes COMMIT itself fail.
  const results = await Promise.allSettled([
    store.sql(ADD, ['innocent']),
    store.sql(`INSERT INTO child (id) VALUES (1)`),
  ]);
  for (const result of results) {
    assert.equal(result.status === 'rejected' && result.reason.name, 'ConnectorError');
  }
  assert.deepEqual(await keys(store), []);
  await store.sql(ADD, ['next']);
  assert.deepEqual(await keys(store), ['next']);
});

test('closing finishes what was asked for, and refuses what comes later', async (t) => {
  const path = tempDatabase(t);
  const store = await openSqlite({ path, now: Date.now });
  const writes = Promise.all(Array.from({ length: 100 }, (_, i) => store.sql(ADD, [`k${i}`])));
  await store.close();
  await writes;
  await assert.rejects(store.sql(KEYS), { name: 'ConnectorError', code: 'closed' });
  await store.close();

  const again = await open(t, path);
  assert.equal((await keys(again)).length, 100);
});

test('only commits of what has to last flush the log', async (t) => {
  const store = await open(t, tempDatabase(t));
  const flushes = async (of: 'sql' | 'quick') => {
    const [row] = await store[of]<{ synchronous: number }>('PRAGMA synchronous');
    return row?.synchronous === 2;
  };
  assert.equal(await flushes('sql'), true);
  assert.equal(await flushes('quick'), false);
  const both = await Promise.all([flushes('quick'), flushes('sql')]);
  assert.deepEqual(both, [true, true], 'in one commit, the one that has to last decides');
  assert.equal(await flushes('quick'), false);
  assert.equal(await store.tx(async (sql) => (await sql('PRAGMA synchronous')).length), 1);
  assert.equal(await flushes('sql'), true);
});
