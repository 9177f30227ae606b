import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { Secret } from '../../src/core/secret.ts';
import { createJobs } from '../../src/jobs/jobs.ts';
import { copyStore } from '../../src/store/copy.ts';
import { CONNECTION_MIGRATIONS } from '../../src/store/migrations.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite, type Store } from '../../src/store/store.ts';
import { openVault } from '../../src/store/vault.ts';
import { sharedPostgres } from '../contracts/backings.ts';
import { tempDatabase } from './temp.ts';

const postgres = sharedPostgres();
const now = Date.now;

async function opened(t: TestContext, store: Promise<Store>): Promise<Store> {
  const result = await store;
  t.after(() => result.close());
  return result;
}

/** An embedded installation in use: rows in every shape, waiting and running jobs, a connection with tokens. */
async function installation(t: TestContext) {
  const path = tempDatabase(t);
  const store = await opened(t, openSqlite({ path, now }));
  await store.tx(async (sql) => {
    for (let i = 0; i < 1201; i++) {
      await sql(
        `INSERT INTO facts (source, instance, person, email, name, first_name, last_name, status, joins, seconds, percent, answers)
       VALUES ('zoom', $1, $2, $3, $4, '', '', 'attended', 1, $5, $6, '{}')`,
        [`i${i % 7}`, `p${i}`, i % 2 ? null : `p${i}@x.example`, `Ünal "${i}" 😀`, 2 ** 40 + i, i / 3],
      );
    }
  });
  await store.sql(
    `INSERT INTO inbox (id, connection, event, received_us, dedupe_key, verdict, headers, body, state, attempts, done, replays)
     VALUES ('e1', 'zoom', 'meeting.ended', 1, 'd', 'signature', '{}', $1, 'received', 0, '[]', 0)`,
    [new Uint8Array([0, 255, 7])],
  );
  const jobs = createJobs(store, { random: Math.random, graceMs: 1 });
  await store.tx((sql) =>
    jobs.enqueue(
      sql,
      [1, 2, 3].map((n) => ({ queue: 'q', key: `k${n}`, payload: { n } })),
    ),
  );
  const started = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  jobs.work('q', { concurrency: 1 }, () => {
    started.resolve();
    return end.promise;
  });
  await started.promise;
  t.after(async () => {
    end.resolve();
    await jobs.stop();
  });
  const file = join(dirname(path), 'connections.db');
  const keyFile = join(dirname(path), 'secret.key');
  const vault = await openVault({ place: file, keyFile, now });
  const pair = {
    access: new Secret('a'),
    refresh: new Secret('r'),
    issuedAt: 1,
    expiresAt: 2,
    refreshExpiresAt: 3,
  };
  await vault.put(
    { name: 'mine', connector: 'zoom', auth: 'user', account: 'zoom:mine', settings: {} },
    {},
    pair,
  );
  await vault.close();
  const migrations = CONNECTION_MIGRATIONS;
  const connections = await opened(t, openSqlite({ path: file, now, shared: true, migrations }));
  return { store, connections, keyFile };
}

test('an embedded installation moves to PostgreSQL with every row, and its jobs run there', async (t) => {
  const { store, connections, keyFile } = await installation(t);
  const target = await opened(t, openPostgres({ url: postgres.address(), now }));
  const report = await copyStore(store, target, [connections]);
  assert.deepEqual(report, {
    tables: { facts: 1201, inbox: 1, jobs: 3, connections: 1, tokens: 1 },
    jobs: 3,
  });
  for (const query of ['SELECT * FROM facts ORDER BY person', 'SELECT * FROM inbox']) {
    assert.deepEqual(await target.sql(query), await store.sql(query));
  }
  const vault = await openVault({ place: target, keyFile, now });
  assert.equal((await vault.load('mine'))?.pair.refresh?.reveal(), 'r');

  const jobs = createJobs(target, { random: Math.random });
  t.after(() => jobs.stop());
  const seen: unknown[] = [];
  jobs.work('q', { concurrency: 1 }, async ({ payload }) => void seen.push(payload));
  await jobs.idle('q');
  assert.equal(seen.length, 3, 'also the one that was running');
});

test('a target that holds anything is refused, and stays as it is', async (t) => {
  const { store } = await installation(t);
  const target = await opened(t, openPostgres({ url: postgres.address(), now }));
  await target.sql(`INSERT INTO budget_days (key, day, used) VALUES ('a', 'd', 1)`);
  await assert.rejects(copyStore(store, target), {
    kind: 'config',
    code: 'not-empty',
    message: 'The target is not empty: budget_days (1).',
  });
  assert.deepEqual(await target.sql('SELECT count(*) AS n FROM facts'), [{ n: 0 }]);
});

test('and back again, from PostgreSQL to a file', async (t) => {
  const { store } = await installation(t);
  const middle = await opened(t, openPostgres({ url: postgres.address(), now }));
  await copyStore(store, middle);
  const file = await opened(t, openSqlite({ path: tempDatabase(t), now }));
  const { tables } = await copyStore(middle, file);
  assert.deepEqual(tables, { facts: 1201, inbox: 1, jobs: 3 });
  const query = 'SELECT * FROM facts ORDER BY person';
  assert.deepEqual(await file.sql(query), await store.sql(query));
});
