import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { Client } from 'pg';

import { inspectPostgres, openPostgres } from '../../src/store/postgres.ts';
import { startChild } from '../store/child.ts';
import { tempDatabase } from '../store/temp.ts';
import { sharedPostgres } from './backings.ts';

const postgres = sharedPostgres();
const now = Date.now;

function lineOf(t: TestContext, files: Record<string, string>) {
  const directory = join(dirname(tempDatabase(t)), 'migrations');
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return [{ directory, table: 'schema_migrations', prefix: '' }];
}

const one = { '0001_one.sql': 'CREATE TABLE one (id TEXT);' };
const two = {
  ...one,
  '0002_two.sql': 'CREATE TABLE two (id BIGINT); INSERT INTO two (id) VALUES (1::bigint);',
};

test('four processes that start at once make the schema once', async () => {
  const url = postgres.address();
  assert.deepEqual((await inspectPostgres(url)).state, 'empty');
  const children = [1, 2, 3, 4].map(() => startChild('contracts/process.ts', ['open', url]));
  await Promise.all(children.map((child) => child.line('ready')));
  const found = await inspectPostgres(url);
  assert.equal(found.state, 'current');
  assert.match(found.version, /^\d+/);
  await using store = await openPostgres({ url, now });
  const rows = await store.sql<{ version: number }>('SELECT version FROM schema_migrations ORDER BY version');
  assert.deepEqual(
    rows.map(({ version }) => version),
    rows.map((_, i) => i + 1),
  );
});

test('only new steps are made, and looking changes nothing', async (t) => {
  const url = postgres.address();
  await (await openPostgres({ url, now, migrations: lineOf(t, one) })).close();
  await using store = await openPostgres({ url, now, migrations: lineOf(t, two) });
  await (await openPostgres({ url, now, migrations: lineOf(t, two) })).close();
  assert.deepEqual(await store.sql('SELECT version, name FROM schema_migrations ORDER BY version'), [
    { version: 1, name: 'one' },
    { version: 2, name: 'two' },
  ]);
  assert.deepEqual(await store.sql('SELECT id FROM two'), [{ id: 1 }]);
});

test('a step that fails leaves the schema as it was', async (t) => {
  const url = postgres.address();
  const bad = { ...one, '0002_two.sql': 'CREATE TABLE two (id BIGINT); INSERT INTO nowhere VALUES (1);' };
  await assert.rejects(openPostgres({ url, now, migrations: lineOf(t, bad) }), {
    kind: 'config',
    message: /nowhere/,
  });
  assert.equal((await inspectPostgres(url)).state, 'empty');
});

test('a schema of a newer version is refused with both versions', async (t) => {
  const url = postgres.address();
  await (await openPostgres({ url, now, migrations: lineOf(t, two) })).close();
  await assert.rejects(openPostgres({ url, now, migrations: lineOf(t, one) }), {
    name: 'ConnectorError',
    kind: 'config',
    code: 'newer-schema',
    message: /was made by a newer version of Trunkline: its schema is 2, this version knows 1\.$/,
  });
});

test("another program's schema is refused and not changed", async (t) => {
  const url = postgres.address();
  const client = new Client({ connectionString: postgres.server.url });
  await client.connect();
  t.after(() => client.end());
  const schema = new URL(url).searchParams.get('schema');
  await client.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.recipes (name text)`);
  for (const attempt of [() => openPostgres({ url, now }), () => inspectPostgres(url)]) {
    await assert.rejects(attempt(), {
      code: 'not-ours',
      message: /it has the table recipes, and none of Trunkline's/,
    });
  }
});

test('an address that cannot work says why, without the password', async () => {
  const { port } = new URL(postgres.server.url);
  const cases: [string, string, RegExp][] = [
    [`postgres://postgres:wrong@127.0.0.1:${port}/postgres`, 'auth', /password authentication failed/],
    [`postgres://postgres:trunkline@127.0.0.1:${port}/nowhere`, 'config', /"nowhere" does not exist/],
    [`postgres://postgres:trunkline@127.0.0.1:${port}/postgres?schema=Mine`, 'config', /schema 'Mine'/],
    ['mysql://root:geheim@localhost/x', 'config', /not the address of a PostgreSQL/],
    ['postgres://postgres:geheim@127.0.0.1:1/postgres', 'network', /cannot be reached/],
  ];
  for (const [url, kind, message] of cases) {
    await assert.rejects(
      openPostgres({ url, now, patienceMs: 50 }),
      (error: { kind: string; message: string }) => {
        assert.equal(error.kind, kind, url);
        assert.match(error.message, message);
        assert.doesNotMatch(JSON.stringify(error), /wrong@|geheim/);
        return true;
      },
    );
  }
});
