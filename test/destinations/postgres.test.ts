import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inspect } from 'node:util';

import type { Table, Value } from '../../src/core/destination.ts';
import { postgres } from '../../src/destinations/postgres.ts';
import { startPostgres, type PostgresServer } from '../postgres-server.ts';
import { destinationContract } from './contract.ts';
import { land, manyRows, MEETINGS, openPlace, refusal } from './contract-places.ts';
import { canonicalRows, EDGES, EVERY_TYPE, TEXTS } from './contract-rows.ts';
import { asSomebody, freshUrl, postgresRig, schemaOf } from './postgres-rig.ts';

let server: PostgresServer;
before(async () => {
  server = await startPostgres();
});
after(() => server.stop());

const rig = postgresRig(() => server);
destinationContract(rig);

/** A role that may connect and nothing more; the URL of a place for it. */
async function stranger(name: string): Promise<string> {
  await asSomebody(server.url, `CREATE ROLE ${name} LOGIN PASSWORD 'se/cr@t word'`);
  const url = new URL(freshUrl(server));
  url.username = name;
  url.password = encodeURIComponent('se/cr@t word');
  return url.href;
}

test('rows that go by COPY and rows that go by arrays come out the same', async (t) => {
  const loader = await openPlace(t, postgres, freshUrl(server));
  const odd = TEXTS.map((text, i): Value[] => [`text ${i}`, null, i, null, null, null, null, null, text]);
  const some = [...EDGES, ...odd];
  const many = Array.from({ length: 10 }, (_, n) => some.map((row) => row.with(0, `${n} ${row[0]}`))).flat();
  const byCopy: Table = { ...EVERY_TYPE, name: 'by_copy' };
  const byArrays: Table = { ...EVERY_TYPE, name: 'by_arrays' };
  await loader.transaction(async (tx) => {
    await tx.fit(byCopy);
    await tx.fit(byArrays);
    assert.equal((await tx.merge(byCopy, many)).written, many.length);
    for (let i = 0; i < many.length; i += 40) await tx.merge(byArrays, many.slice(i, i + 40));
    assert.equal((await tx.merge(byArrays, many)).written, 0);
    const differing = `SELECT * FROM ${tx.name('by_copy')} EXCEPT ALL SELECT * FROM ${tx.name('by_arrays')}`;
    assert.deepEqual(await tx.query(differing), []);
  });
});

test('many rows of several tables, and of one table twice, go in within one transaction', async (t) => {
  const url = freshUrl(server);
  const loader = await openPlace(t, postgres, url);
  const polls: Table = { ...MEETINGS, name: 'polls' };
  for (const round of ['first', 'second']) {
    await loader.transaction(async (tx) => {
      await tx.fit(MEETINGS);
      await tx.fit(polls);
      // Not awaited one by one: they share a stage all the same.
      const merges = [
        tx.merge(MEETINGS, manyRows(1000, round)),
        tx.merge(polls, manyRows(400, round)),
        tx.merge(MEETINGS, manyRows(700, `${round} again`)),
      ];
      assert.deepEqual(await Promise.all(merges), [{ written: 1000 }, { written: 400 }, { written: 700 }]);
    });
  }
  const rows = await rig.read(url, MEETINGS, loader);
  const expected = manyRows(1000, 'second').map((row, i) => manyRows(700, 'second again')[i] ?? row);
  assert.deepEqual(canonicalRows(MEETINGS, rows ?? []), canonicalRows(MEETINGS, expected));
});

test('a table without a key takes every row, in their order', async (t) => {
  const loader = await openPlace(t, postgres, freshUrl(server));
  const log: Table = { ...MEETINGS, name: 'log', key: [] };
  for (const count of [3, 300]) assert.equal((await land(loader, log, manyRows(count))).written, count);
  const rows = await loader.transaction((tx) => tx.query(`SELECT count(*) AS n FROM ${tx.name('log')}`));
  assert.deepEqual(rows, [{ n: 303 }]);
});

test('a swap keeps who may read the table and the indexes that somebody made', async (t) => {
  const url = freshUrl(server);
  const loader = await openPlace(t, postgres, url);
  await land(loader, MEETINGS, manyRows(3));
  const schema = `"${schemaOf(url)}"`;
  await asSomebody(
    url,
    `CREATE ROLE analyst LOGIN; GRANT SELECT ON ${schema}.meetings TO analyst WITH GRANT OPTION;
     GRANT INSERT ON ${schema}.meetings TO PUBLIC;
     CREATE INDEX by_topic ON ${schema}.meetings (lower(topic)) WHERE people > 1`,
  );
  await land(loader, { ...MEETINGS, name: 'stage' }, manyRows(2));
  await loader.transaction((tx) => tx.swap('stage', 'meetings'));
  const [kept] = await asSomebody(
    url,
    `SELECT has_table_privilege('analyst', '${schema}.meetings', 'SELECT WITH GRANT OPTION') AS may_read,
       relacl::text LIKE '%,=a/%' AS all_may_insert,
       (SELECT count(*) FROM pg_indexes WHERE schemaname = '${schemaOf(url)}' AND indexname = 'by_topic') AS indexes
     FROM pg_class WHERE oid = '${schema}.meetings'::regclass`,
  );
  assert.deepEqual({ ...kept }, { may_read: 't', all_may_insert: 't', indexes: '1' });
});

test('a table that a view looks at is neither swapped nor retyped, and the message names the view', async (t) => {
  const url = freshUrl(server);
  const loader = await openPlace(t, postgres, url);
  await land(loader, MEETINGS, manyRows(3));
  await land(loader, { ...MEETINGS, name: 'stage' }, manyRows(2));
  await asSomebody(
    url,
    `SET search_path TO "${schemaOf(url)}"; CREATE VIEW big AS SELECT people FROM meetings`,
  );
  const swap = await refusal(loader.transaction((tx) => tx.swap('stage', 'meetings')));
  assert.equal(swap.kind, 'config');
  assert.match(
    swap.message,
    /cannot drop table .*meetings because other objects depend on it: view .*big depends on/,
  );
  assert.match(swap.hint, /^Drop the view first/);
  const columns = MEETINGS.columns.map((column) =>
    column.name === 'people' ? { ...column, type: 'text' as const } : column,
  );
  const retype = await refusal(land(loader, { ...MEETINGS, columns }, []));
  assert.match(retype.message, /cannot alter type of a column used by a view or rule: .*big/);
  assert.equal((await rig.read(url, MEETINGS, loader))?.length, 3);
});

test('columns of somebody else that hold less than ours are made whole, without loss', async (t) => {
  const url = freshUrl(server);
  await rig.foreign?.(
    url,
    `CREATE TABLE theirs (id varchar(3) PRIMARY KEY, n int, x real, d numeric(6,2), at timestamp, j json);
     INSERT INTO theirs VALUES ('a', 7, 1.5, 1234.50, '2024-05-05 05:05:05', '{"a": 1}')`,
  );
  const table: Table = {
    name: 'theirs',
    key: ['id'],
    columns: [
      { name: 'id', type: 'text' },
      { name: 'n', type: 'integer' },
      { name: 'x', type: 'number' },
      { name: 'd', type: 'decimal' },
      { name: 'at', type: 'timestamp' },
      { name: 'j', type: 'json' },
    ],
  };
  const loader = await openPlace(t, postgres, url);
  const rows: Value[][] = [
    ['a', 7, 1.5, '1234.5', '2024-05-05T05:05:05Z', '{"a":1}'],
    ['longer than three', 9007199254740993n, 0.1, '0.123456789', '2024-05-05T05:05:05.123Z', '[]'],
  ];
  assert.deepEqual(await land(loader, table, rows), { written: 1, changes: [] }, 'the first was there');
  assert.deepEqual(
    canonicalRows(table, (await rig.read(url, table, loader)) ?? []),
    canonicalRows(table, rows),
  );
});

test('columns that rows cannot be written to are named', async (t) => {
  const url = freshUrl(server);
  await rig.foreign?.(
    url,
    `CREATE TABLE meetings (uuid text PRIMARY KEY, people int GENERATED ALWAYS AS (1) STORED);
     CREATE TABLE polls (uuid text PRIMARY KEY, topic uuid); CREATE TABLE strict (uuid text PRIMARY KEY, must text NOT NULL)`,
  );
  const loader = await openPlace(t, postgres, url);
  const trouble = async (name: string) =>
    (await refusal(land(loader, { ...MEETINGS, name }, []))).message.split(': ')[1];
  assert.equal(
    await trouble('meetings'),
    'its column people has the type int4, which rows cannot be written to.',
  );
  assert.equal(
    await trouble('polls'),
    'its column topic has the type uuid, which rows cannot be written to.',
  );
  assert.equal(await trouble('strict'), 'its column must must have a value, and rows have none for it.');
});

test('rows that cannot be written end their transaction, whoever notices, and the next one goes on', async (t) => {
  const loader = await openPlace(t, postgres, freshUrl(server));
  await land(loader, MEETINGS, []);
  const people = (value: unknown): Value[][] =>
    manyRows(50_000).map((row, i) => (i === 40_000 ? row.with(2, value as Value) : row));
  // The server, when it is told to make a number of it, and this side, which cannot make a text of it.
  const there = await refusal(land(loader, MEETINGS, people('many')));
  assert.deepEqual([there.kind, there.code], ['config', '22P02']);
  assert.match(there.message, /invalid input syntax for type bigint: "many"/);
  const here = await refusal(land(loader, MEETINGS, people({ toString: () => assert.fail('no text') })));
  assert.match(here.message, /no text/);
  assert.equal((await land(loader, MEETINGS, manyRows(300))).written, 300);
});

test('a row that a rule of the table refuses is not shown in the message: it has people in it', async (t) => {
  const url = freshUrl(server);
  await rig.foreign?.(
    url,
    'CREATE TABLE meetings (uuid text PRIMARY KEY, topic text CHECK (length(topic) < 3))',
  );
  const loader = await openPlace(t, postgres, url);
  const error = await refusal(land(loader, MEETINGS, manyRows(1, 'someone@example.com')));
  assert.deepEqual([error.kind, error.code], ['config', '23514']);
  assert.match(error.message, /violates check constraint/);
  assert.doesNotMatch(error.message, /someone/);
});

test('a statement that failed is not committed, even if somebody catches its error', async (t) => {
  const loader = await openPlace(t, postgres, freshUrl(server));
  const error = await refusal(
    loader.transaction(async (tx) => {
      await tx.query('CREATE TABLE _trunkline_a (n bigint)');
      await tx.query('SELECT nonsense').catch(() => undefined);
    }),
  );
  assert.match(error.message, /column "nonsense" does not exist/);
  assert.equal(
    (await loader.transaction((tx) => tx.query(`SELECT to_regclass('_trunkline_a') AS t`))).length,
    1,
  );
  await loader.transaction((tx) => tx.query('CREATE TABLE _trunkline_a (n bigint)'));
});

test('one process loads a schema at a time, and the second is told who it is', async (t) => {
  const url = freshUrl(server);
  await openPlace(t, postgres, url);
  const error = await refusal(openPlace(t, postgres, url));
  assert.equal(error.code, 'in-use');
  assert.match(
    error.message,
    /^The schema place \d+ \d+ of PostgreSQL at 127\.0\.0\.1:\d+\/postgres is being loaded by trunkline process \d+ on .+ \(user postgres, from 127\.0\.0\.1, session \d+ of the server\)\.$/,
  );
  await openPlace(t, postgres, freshUrl(server));
});

test('a user without rights is told which ones, before anything is loaded', async (t) => {
  const url = await stranger('visitor');
  const create = await refusal(openPlace(t, postgres, url));
  assert.deepEqual([create.kind, create.code], ['config', '42501']);
  assert.match(create.message, /permission denied for database postgres\.$/);
  await asSomebody(server.url, `CREATE SCHEMA "${schemaOf(url)}"`);
  const write = await refusal(openPlace(t, postgres, url));
  assert.match(write.message, /permission denied for schema place/);
  assert.match(write.hint, /GRANT USAGE, CREATE ON SCHEMA "place \d+ \d+" TO "visitor"/);
  await asSomebody(server.url, `GRANT USAGE, CREATE ON SCHEMA "${schemaOf(url)}" TO visitor`);
  const loader = await openPlace(t, postgres, url);
  assert.equal((await land(loader, MEETINGS, manyRows(1))).written, 1);
});

test('each way not to get in has its message, and none of them shows the password', async (t) => {
  const secret = 'hunter2-and-more';
  const wrong = (change: (url: URL) => void): string => {
    const url = new URL(freshUrl(server));
    url.password = secret;
    change(url);
    return url.href;
  };
  const expected: [url: string, kind: string, message: RegExp][] = [
    [wrong(() => undefined), 'auth', /password authentication failed for user "postgres"/],
    [wrong((url) => (url.password = '')), 'auth', /client password must be a string/],
    [server.url.replace(/postgres$/, 'nothere'), 'config', /database "nothere" does not exist/],
    [wrong((url) => (url.port = '1')), 'network', /ECONNREFUSED 127\.0\.0\.1:1/],
    [wrong((url) => (url.hostname = 'nowhere.invalid')), 'network', /nowhere\.invalid/],
    [wrong((url) => url.searchParams.set('sslmode', 'no-verify')), 'config', /does not support SSL/],
    [
      wrong((url) => url.searchParams.set('sslrootcert', '/not/there')),
      'config',
      /^The URL of the PostgreSQL destination/,
    ],
    [wrong((url) => url.searchParams.set('shema', 'x')), 'config', /no parameter "shema"/],
    [
      `postgres://postgres:${secret}%@localhost/db`,
      'config',
      /^The URL of the PostgreSQL destination cannot be read/,
    ],
    [
      `postgres://postgres:${secret}@local host/db`,
      'config',
      /^The URL of the PostgreSQL destination cannot be read/,
    ],
  ];
  for (const [url, kind, message] of expected) {
    const error = await refusal(openPlace(t, postgres, url));
    assert.equal(error.kind, kind, error.message);
    assert.match(error.message, message);
    assert.notEqual(error.hint, '', error.message);
    assert.ok(
      !inspect(error, { depth: 9, showHidden: true }).includes(secret),
      `${error.message} shows the password`,
    );
  }
});
