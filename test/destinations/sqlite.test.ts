import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';

import type { ColumnType, Table } from '../../src/core/destination.ts';
import { sqlite } from '../../src/destinations/sqlite.ts';
import { destinationContract } from './contract.ts';
import { folder, land, manyRows, MEETINGS, openPlace, refusal } from './contract-places.ts';
import { asNobody, smallDisk } from './disks.ts';
import { pathOf, readSqlite, runSqlite, sqliteRig } from './sqlite-rig.ts';

destinationContract(sqliteRig);

function ask<Row>(path: string, sql: string): Row[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db
      .prepare(sql)
      .all()
      .map((row) => ({ ...row })) as Row[];
  } finally {
    db.close();
  }
}

test('values are stored as other programs expect them: whole integers, 0 and 1, digits as text', async (t) => {
  const url = await sqliteRig.fresh(t);
  const types: ColumnType[] = [
    'boolean',
    'integer',
    'number',
    'decimal',
    'timestamp',
    'date',
    'json',
    'text',
  ];
  const table: Table = {
    name: 'stored',
    key: ['text'],
    columns: types.map((type) => ({ name: type, type })),
  };
  const loader = await openPlace(t, sqlite, url);
  await land(loader, table, [[true, 5, 5, '1.10', '2024-06-30T12:00:00Z', '2024-06-30', '5', '5']]);
  const kinds = types.map((type) => `typeof("${type}") AS "${type}"`).join(', ');
  assert.deepEqual(ask(pathOf(url), `SELECT ${kinds} FROM stored`), [
    {
      boolean: 'integer',
      integer: 'integer',
      number: 'real',
      decimal: 'text',
      timestamp: 'text',
      date: 'text',
      json: 'text',
      text: 'text',
    },
  ]);
  assert.deepEqual(ask(pathOf(url), 'SELECT decimal, text, json FROM stored'), [
    { decimal: '1.10', text: '5', json: '5' },
  ]);
  assert.deepEqual(
    ask<{ type: string }>(pathOf(url), `SELECT type FROM pragma_table_info('stored')`).map(
      ({ type }) => type,
    ),
    ['BOOLEAN', 'INTEGER', 'REAL', 'DECIMAL TEXT', 'TIMESTAMP TEXT', 'DATE TEXT', 'JSON TEXT', 'TEXT'],
  );
});

test('a key may not be empty', async (t) => {
  const loader = await openPlace(t, sqlite, await sqliteRig.fresh(t));
  await land(loader, MEETINGS, []);
  const error = await refusal(land(loader, MEETINGS, [...manyRows(1), [null, 'x', 1, 'r']]));
  assert.deepEqual([error.kind, error.code], ['config', 'constraint']);
  assert.match(error.message, /NOT NULL constraint failed: meetings\.uuid\.$/);
});

test('a statement that failed is not committed, even if somebody catches its error', async (t) => {
  const url = await sqliteRig.fresh(t);
  const loader = await openPlace(t, sqlite, url);
  await land(loader, MEETINGS, []);
  const error = await refusal(
    loader.transaction(async (tx) => {
      await tx.merge(MEETINGS, [...manyRows(3), [null, 'x', 1, 'r']]).catch(() => undefined);
    }),
  );
  assert.equal(error.code, 'constraint');
  assert.deepEqual(readSqlite(pathOf(url), MEETINGS), []);
});

test('a refused table does not stop the others of its transaction', async (t) => {
  const url = await sqliteRig.fresh(t);
  runSqlite(pathOf(url), 'CREATE TABLE meetings (a text)');
  const loader = await openPlace(t, sqlite, url);
  const other = { ...MEETINGS, name: 'other' };
  await loader.transaction(async (tx) => {
    await assert.rejects(tx.fit(MEETINGS), { code: 'table-unusable' });
    await tx.fit(other);
    await tx.merge(other, manyRows(2));
  });
  assert.equal(readSqlite(pathOf(url), other)?.length, 2);
});

test('a transaction that is over takes nothing more', async (t) => {
  const loader = await openPlace(t, sqlite, await sqliteRig.fresh(t));
  const tx = await loader.transaction((open) => Promise.resolve(open));
  await assert.rejects(tx.query('SELECT 1'), /the transaction is over/);
  await loader.close();
  await assert.rejects(
    loader.transaction(() => Promise.resolve()),
    /the destination is closed/,
  );
});

test('widening and swapping keep what somebody made on the table: indexes, triggers, views', async (t) => {
  const url = await sqliteRig.fresh(t);
  const loader = await openPlace(t, sqlite, url);
  await land(loader, MEETINGS, manyRows(2));
  runSqlite(
    pathOf(url),
    `CREATE INDEX by_topic ON meetings (topic);
     CREATE VIEW topics AS SELECT topic, people FROM meetings;
     CREATE TABLE seen (uuid text);
     CREATE TRIGGER note AFTER INSERT ON meetings BEGIN INSERT INTO seen VALUES (NEW.uuid); END`,
  );
  const wider: Table = {
    ...MEETINGS,
    columns: MEETINGS.columns.map((column) =>
      column.name === 'people' ? { name: 'people', type: 'text' } : column,
    ),
  };
  await land(loader, wider, [['uuid-9', 'new', 'many', null]]);
  const made = `SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE %' AND type <> 'table' ORDER BY name`;
  const all = [{ name: 'by_topic' }, { name: 'note' }, { name: 'topics' }];
  assert.deepEqual(ask(pathOf(url), made), all);
  assert.deepEqual(ask(pathOf(url), 'SELECT * FROM seen'), [{ uuid: 'uuid-9' }]);

  await land(loader, { ...MEETINGS, name: 'stage' }, manyRows(3, 'fresh'));
  await loader.transaction((tx) => tx.swap('stage', 'meetings'));
  assert.deepEqual(ask(pathOf(url), made), all);
  assert.deepEqual(ask(pathOf(url), 'SELECT count(*) AS n FROM topics'), [{ n: 3 }]);

  const narrow: Table = {
    ...MEETINGS,
    name: 'stage',
    columns: MEETINGS.columns.filter(({ name }) => name !== 'topic'),
  };
  await land(loader, narrow, []);
  await loader.transaction((tx) => tx.swap('stage', 'meetings'));
  assert.deepEqual(ask(pathOf(url), made), [{ name: 'note' }, { name: 'topics' }], 'its column is gone');
});

test('a table of somebody else keeps its defaults and keys when it is widened, or is refused', async (t) => {
  const url = await sqliteRig.fresh(t);
  runSqlite(
    pathOf(url),
    `CREATE TABLE meetings (uuid VARCHAR(99) UNIQUE, people INT NOT NULL DEFAULT (1 + 1), price NUMERIC, b DOUBLE, at DATETIME);
     INSERT INTO meetings VALUES ('a', 9007199254740993, 0.1, 5, '2024-06-30T12:00:00Z');
     CREATE TABLE checked (uuid TEXT PRIMARY KEY, people INT CHECK (people > 0))`,
  );
  const loader = await openPlace(t, sqlite, url);
  const table: Table = {
    name: 'MEETINGS',
    key: ['uuid'],
    columns: [
      { name: 'uuid', type: 'text' },
      { name: 'People', type: 'text' },
      { name: 'price', type: 'decimal' },
      { name: 'at', type: 'timestamp' },
    ],
  };
  const { changes } = await land(loader, table, [['b', 'many', '12345678901234567890.5', null]]);
  assert.deepEqual(
    changes.map(({ column, from, to }) => [column, from, to]),
    [
      ['People', 'integer', 'text'],
      ['price', 'number', 'decimal'],
    ],
  );
  runSqlite(pathOf(url), `INSERT INTO meetings (uuid) VALUES ('c')`);
  assert.deepEqual(ask(pathOf(url), 'SELECT uuid, people, price, b, at FROM meetings ORDER BY uuid'), [
    { uuid: 'a', people: '9007199254740993', price: '0.1', b: 5, at: '2024-06-30T12:00:00Z' },
    { uuid: 'b', people: 'many', price: '12345678901234567890.5', b: null, at: null },
    { uuid: 'c', people: '2', price: null, b: null, at: null },
  ]);
  assert.equal((await land(loader, table, [['b', 'few', '1', null]])).written, 1);

  const checked: Table = { ...table, name: 'checked', columns: table.columns.slice(0, 2) };
  const error = await refusal(land(loader, checked, []));
  assert.equal(
    error.message,
    'The table checked has to change (People to text), and it has rules of its own that this would lose (CHECK).',
  );
});

test('strict tables and tables without rowid are merged into like others', async (t) => {
  const url = await sqliteRig.fresh(t);
  runSqlite(pathOf(url), 'CREATE TABLE strict (id TEXT PRIMARY KEY, n INTEGER) STRICT, WITHOUT ROWID');
  const loader = await openPlace(t, sqlite, url);
  const table: Table = {
    name: 'strict',
    key: ['id'],
    columns: [
      { name: 'id', type: 'text' },
      { name: 'n', type: 'number' },
      { name: 'at', type: 'timestamp' },
      { name: 'on', type: 'boolean' },
    ],
  };
  await land(loader, table, [['a', 0.5, '2024-06-30T12:00:00Z', true]]);
  assert.deepEqual(await land(loader, table, [['a', 0.5, '2024-06-30T12:00:00Z', true]]), {
    written: 0,
    changes: [],
  });
  assert.deepEqual(ask(pathOf(url), 'SELECT * FROM strict'), [
    { id: 'a', n: '0.5', at: '2024-06-30T12:00:00Z', on: 'true' },
  ]);
  assert.deepEqual(ask(pathOf(url), `SELECT wr, strict FROM pragma_table_list WHERE name = 'strict'`), [
    { wr: 1, strict: 1 },
  ]);
});

test('columns that SQLite takes for one are refused rather than lost', async (t) => {
  const loader = await openPlace(t, sqlite, await sqliteRig.fresh(t));
  const twice: Table = { ...MEETINGS, columns: [...MEETINGS.columns, { name: 'Topic', type: 'text' }] };
  const error = await refusal(land(loader, twice, []));
  assert.equal(
    error.message,
    'The table meetings is to have the columns topic and Topic, which are one to SQLite.',
  );
});

test('generated columns are refused', async (t) => {
  const url = await sqliteRig.fresh(t);
  runSqlite(pathOf(url), `CREATE TABLE meetings (uuid TEXT PRIMARY KEY, topic TEXT AS ('x'))`);
  const loader = await openPlace(t, sqlite, url);
  const error = await refusal(land(loader, MEETINGS, []));
  assert.equal(
    error.message,
    'The column topic of the table meetings is generated, so nothing can be written to it.',
  );
});

test('tables that somebody changes between transactions are looked at again', async (t) => {
  const url = await sqliteRig.fresh(t);
  const loader = await openPlace(t, sqlite, url);
  await land(loader, MEETINGS, manyRows(2));
  runSqlite(pathOf(url), 'DROP TABLE meetings');
  assert.deepEqual((await land(loader, MEETINGS, manyRows(2))).changes, [
    { table: 'meetings', change: 'created' },
  ]);
  assert.equal(readSqlite(pathOf(url), MEETINGS)?.length, 2);
});

test('a loader waits for another program that writes, and readers read while it loads', async (t) => {
  const url = await sqliteRig.fresh(t);
  const loader = await openPlace(t, sqlite, url);
  await land(loader, MEETINGS, manyRows(2));
  const other = new DatabaseSync(pathOf(url));
  t.after(() => other.isOpen && other.close());
  other.exec('BEGIN IMMEDIATE');
  const landing = land(loader, MEETINGS, manyRows(3));
  await new Promise((resolve) => setTimeout(resolve, 120));
  assert.equal(readSqlite(pathOf(url), MEETINGS)?.length, 2);
  other.exec('COMMIT');
  assert.equal((await landing).written, 1);
  await loader.transaction(async (tx) => {
    await tx.merge(MEETINGS, manyRows(9));
    assert.equal(readSqlite(pathOf(url), MEETINGS)?.length, 3, 'a reader sees what is committed');
  });
});

test('a full disk ends the batch and loses nothing; with room again it goes on', async (t) => {
  const disk = smallDisk(t, '1m');
  if (disk === undefined) return;
  const url = `sqlite:${join(disk.path, 'zoom.db')}`;
  const loader = await openPlace(t, sqlite, url);
  await land(loader, MEETINGS, manyRows(10));
  const error = await refusal(land(loader, MEETINGS, manyRows(30_000)));
  assert.deepEqual([error.kind, error.code, error.retry], ['config', 'full', 'later']);
  assert.equal(error.message, `The database ${disk.path}/zoom.db cannot be used: database or disk is full.`);
  assert.equal(
    error.hint,
    'Free some space. What was committed before is safe: run it again, and it goes on from there.',
  );
  assert.equal(readSqlite(pathOf(url), MEETINGS)?.length, 10);
  disk.grow('64m');
  assert.equal((await land(loader, MEETINGS, manyRows(30_000))).written, 29_990);
  await loader.close();
  assert.equal(readSqlite(pathOf(url), MEETINGS)?.length, 30_000);
});

test('a place that cannot be a database is refused with what to do, and not changed', async (t) => {
  const place = folder(t);
  mkdirSync(join(place, 'folder.db'));
  writeFileSync(join(place, 'notes.txt'), 'These are notes, and they are longer than a header. '.repeat(20));
  const open = (path: string) => refusal(openPlace(t, sqlite, `sqlite:${path}`));
  const text = await open(join(place, 'notes.txt'));
  assert.equal(text.code, 'not-a-database');
  assert.equal(text.message, `The database ${place}/notes.txt cannot be used: file is not a database.`);
  assert.match((await open(join(place, 'folder.db'))).message, /folder\.db is a folder, not a database\.$/);
  const missing = await open(join(place, 'none/zoom.db'));
  assert.equal(
    missing.message,
    `The database ${place}/none/zoom.db cannot be made: there is no folder ${place}/none.`,
  );
  assert.equal(missing.hint, `Make the folder (mkdir -p ${place}/none), or choose another path.`);
  assert.match((await open(':memory:')).message, /in memory is gone/);
  assert.match((await open(`${place}/zoom.db?mode=ro`)).message, /has no parameter "mode"/);
  assert.deepEqual(readdirSync(place).toSorted(), ['folder.db', 'notes.txt'], 'nothing was put beside them');
});

test('a folder or a file that cannot be written to is refused', async (t) => {
  const place = folder(t);
  runSqlite(join(place, 'zoom.db'), 'CREATE TABLE t (a)');
  chmodSync(join(place, 'zoom.db'), 0o444);
  chmodSync(place, 0o555);
  await asNobody(async () => {
    const made = await refusal(openPlace(t, sqlite, `sqlite:${place}/new.db`));
    assert.deepEqual([made.kind, made.code], ['config', 'cannot-open']);
    assert.equal(made.hint, 'Let this user read and write the file and its folder.');
    const there = await refusal(openPlace(t, sqlite, `sqlite:${place}/zoom.db`));
    assert.deepEqual([there.kind, there.code], ['config', 'cannot-open']);
  });
  chmodSync(place, 0o755);
  assert.equal(existsSync(join(place, 'new.db')), false);
});
