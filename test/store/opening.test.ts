import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { openSqlite } from '../../src/store/store.ts';
import { tempDatabase } from './temp.ts';

const now = (): number => 1_700_000_000_000;

function migrationsOf(t: TestContext, files: Record<string, string>): string {
  const directory = join(dirname(tempDatabase(t)), 'migrations');
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

function existing(t: TestContext): string {
  const path = tempDatabase(t);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

test('migrations run once each, in order, and are recorded', async (t) => {
  const path = tempDatabase(t);
  const first = { '0001_one.sql': 'CREATE TABLE one (id BIGINT);' };
  await (await openSqlite({ path, now, migrations: migrationsOf(t, first) })).close();

  const both = {
    ...first,
    '0002_two.sql': 'CREATE TABLE two (id BIGINT); INSERT INTO two (id) VALUES (1::bigint);',
  };
  await (await openSqlite({ path, now, migrations: migrationsOf(t, both) })).close();
  await using store = await openSqlite({ path, now, migrations: migrationsOf(t, both) });
  assert.deepEqual(await store.sql('SELECT * FROM schema_migrations ORDER BY version'), [
    { version: 1, name: 'one', applied_at: now() },
    { version: 2, name: 'two', applied_at: now() },
  ]);
  assert.deepEqual(await store.sql('SELECT id FROM two'), [{ id: 1 }]);
});

test('a migration that fails leaves the schema as it was', async (t) => {
  const path = tempDatabase(t);
  const good = { '0001_one.sql': 'CREATE TABLE one (id BIGINT);' };
  const bad = { ...good, '0002_two.sql': 'CREATE TABLE two (id BIGINT); INSERT INTO nowhere VALUES (1);' };
  await assert.rejects(openSqlite({ path, now, migrations: migrationsOf(t, bad) }), {
    name: 'ConnectorError',
    kind: 'config',
    message: /nowhere/,
  });
  await using store = await openSqlite({ path, now, migrations: migrationsOf(t, good) });
  const tables = await store.sql(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`);
  assert.deepEqual(tables, [{ name: 'one' }, { name: 'schema_migrations' }]);
});

test('migrations numbered with a gap are refused', async (t) => {
  const migrations = migrationsOf(t, { '0001_one.sql': '', '0003_three.sql': '' });
  await assert.rejects(openSqlite({ path: ':memory:', now, migrations }), {
    kind: 'config',
    message: 'Migration 3 (three) should be number 2.',
  });
});

test('a database of a newer version is refused with both versions, and not changed', async (t) => {
  const path = tempDatabase(t);
  const newer = {
    '0001_one.sql': 'CREATE TABLE one (id BIGINT);',
    '0002_two.sql': 'CREATE TABLE two (id BIGINT);',
  };
  await (await openSqlite({ path, now, migrations: migrationsOf(t, newer) })).close();
  const before = readFileSync(path);

  const older = migrationsOf(t, { '0001_one.sql': 'CREATE TABLE one (id BIGINT);' });
  await assert.rejects(openSqlite({ path, now, migrations: older }), {
    name: 'ConnectorError',
    kind: 'config',
    code: 'newer-schema',
    message: `${path} was made by a newer version of Trunkline: its schema is 2, this version knows 1.`,
    hint: /Install that newer version again/,
  });
  assert.deepEqual(readFileSync(path), before);
});

test('a file that is not a database is refused and not changed', async (t) => {
  const path = existing(t);
  const text = 'Dear diary, '.repeat(200);
  writeFileSync(path, text);
  await assert.rejects(openSqlite({ path, now }), {
    name: 'ConnectorError',
    kind: 'config',
    code: 'not-a-database',
    message: `${path} is not a database.`,
    hint: 'Choose another path, or move the file away. The file was not changed.',
  });
  assert.equal(readFileSync(path, 'utf8'), text);
});

test("another program's database is refused and not changed", async (t) => {
  const path = existing(t);
  const other = new DatabaseSync(path);
  other.exec('CREATE TABLE recipes (name TEXT)');
  other.close();
  const before = readFileSync(path);
  await assert.rejects(openSqlite({ path, now }), {
    kind: 'config',
    code: 'not-ours',
    message: `${path} is a database of another program: it has the table recipes, and none of Trunkline's.`,
  });
  assert.deepEqual(readFileSync(path), before);
});

test('a place where nothing can be written is refused with what to do', async (t) => {
  const file = existing(t);
  writeFileSync(file, '');
  // A path below a file cannot be created by anybody, not even by root, whom permissions do not stop.
  for (const path of [join(file, 'trunkline.db'), join(file, 'deeper', 'trunkline.db')]) {
    await assert.rejects(openSqlite({ path, now }), {
      name: 'ConnectorError',
      kind: 'config',
      code: 'cannot-open',
      message: new RegExp(`^The database ${path} cannot be opened: `),
      hint: 'Set TRUNKLINE_DATA_DIR to a directory that this user may write to.',
    });
  }
});

test('a directory in the place of the database is refused', async (t) => {
  const path = tempDatabase(t);
  mkdirSync(path, { recursive: true });
  await assert.rejects(openSqlite({ path, now }), {
    name: 'ConnectorError',
    kind: 'config',
    code: 'cannot-open',
  });
});
