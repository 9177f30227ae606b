import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import type { Table, Value } from '../../src/core/destination.ts';
import type { DuckDbModule } from '../../src/destinations/duckdb/database.ts';
import { duckdb, duckDbDestination } from '../../src/destinations/duckdb.ts';
import { folder, land, manyRows, MEETINGS, openPlace, refusal } from './contract-places.ts';
import { canonicalRows } from './contract-rows.ts';
import { destinationContract } from './contract.ts';
import { asNobody, smallDisk } from './disks.ts';
import { duckdbRig, pathOf, runDuckDb } from './duckdb-rig.ts';

const NOT_INSTALLED: string = '@duckdb/not-installed';

destinationContract(duckdbRig);

test('without the package the error says how to install it', async (t) => {
  const absent = (): Promise<DuckDbModule> => import(NOT_INSTALLED) as Promise<DuckDbModule>;
  const error = await refusal(openPlace(t, duckDbDestination(absent), await duckdbRig.fresh(t)));
  assert.deepEqual([error.kind, error.code], ['config', 'missing-package']);
  assert.equal(
    error.message,
    'To load into DuckDB, the package @duckdb/node-api is needed, and it is not installed.',
  );
  assert.equal(error.hint, 'Install it: npm install @duckdb/node-api');
});

test('a package that does not run on this machine says why', async (t) => {
  const broken = (): Promise<DuckDbModule> => Promise.reject(new Error('GLIBC_2.38 not found\nmore'));
  const error = await refusal(openPlace(t, duckDbDestination(broken), await duckdbRig.fresh(t)));
  assert.equal(
    error.message,
    'The package @duckdb/node-api cannot be used on this machine: GLIBC_2.38 not found.',
  );
});

test('places that cannot be a database are refused with a reason', async (t) => {
  const here = folder(t);
  writeFileSync(join(here, 'letter.txt'), 'Dear reader, '.repeat(1000));
  mkdirSync(join(here, 'sub'));
  const refused = async (url: string) => await refusal(openPlace(t, duckdb, url));
  const letter = await refused(`duckdb:${here}/letter.txt`);
  assert.deepEqual([letter.kind, letter.code], ['config', 'not-a-database']);
  assert.equal((await refused(`duckdb:${here}/none/zoom.duckdb`)).code, 'cannot-open');
  assert.equal((await refused(`duckdb:${here}/sub`)).kind, 'config');
  assert.equal(
    (await refused('duckdb::memory:')).message,
    'A database in memory is gone when the run is over.',
  );
  assert.match((await refused(`duckdb:${here}/x.duckdb?schema=zoom`)).message, /no parameter "schema"/);
  chmodSync(join(here, 'sub'), 0o555);
  chmodSync(here, 0o755);
  await asNobody(async () => {
    const closed = await refused(`duckdb:${here}/sub/zoom.duckdb`);
    assert.deepEqual([closed.kind, closed.code], ['config', 'read-only']);
  });
});

test('a file that is opened by another name is the same file', async (t) => {
  const url = await duckdbRig.fresh(t);
  await openPlace(t, duckdb, url);
  const error = await refusal(openPlace(t, duckdb, url.replace('/zoom.duckdb', '/./zoom.duckdb')));
  assert.equal(error.code, 'in-use');
});

test('a key is merged twice within one transaction', async (t) => {
  const url = await duckdbRig.fresh(t);
  const loader = await openPlace(t, duckdb, url);
  const written = await loader.transaction(async (tx) => {
    await tx.fit(MEETINGS);
    const merges = ['first', 'second', 'second', 'third'].map((topic) =>
      tx.merge(MEETINGS, manyRows(50, topic)),
    );
    return (await Promise.all(merges)).map((merge) => merge.written);
  });
  assert.deepEqual(written, [50, 50, 0, 50]);
  const rows = await duckdbRig.read(url, MEETINGS, loader);
  assert.deepEqual(canonicalRows(MEETINGS, rows ?? []), canonicalRows(MEETINGS, manyRows(50, 'third')));
});

test('a table of somebody else keeps its rules when types of its key and of indexed columns grow', async (t) => {
  const url = await duckdbRig.fresh(t);
  await runDuckDb(
    pathOf(url),
    `CREATE TABLE calls (id INTEGER, part SMALLINT, at TIMESTAMP, x FLOAT DEFAULT 2.5, note VARCHAR DEFAULT 'none' NOT NULL,
       CHECK (length(note) < 10), PRIMARY KEY (id, part));
     CREATE INDEX "by x" ON calls (x); CREATE INDEX by_note ON calls (lower(note));
     INSERT INTO calls VALUES (1, 2, '2024-05-05 05:05:05', 1.5, 'old')`.replaceAll(' at ', ' "at" '),
  );
  const table: Table = {
    name: 'calls',
    key: ['id', 'part'],
    columns: [
      { name: 'id', type: 'text' },
      { name: 'part', type: 'integer' },
      { name: 'at', type: 'timestamp' },
      { name: 'x', type: 'decimal' },
      { name: 'new', type: 'decimal' },
    ],
  };
  const first = await openPlace(t, duckdb, url);
  const rows: Value[][] = [['a', 70_000, '2024-05-05T05:05:05.123Z', '0.1234567890123456789', '1.0']];
  const { written, changes } = await land(first, table, rows);
  assert.equal(written, 1);
  assert.deepEqual(
    changes.map(({ change, column, from, to }) => [change, column, from, to]),
    [
      ['type widened', 'id', 'integer', 'text'],
      ['type widened', 'x', 'number', 'decimal'],
      ['column added', 'new', undefined, 'decimal'],
    ],
  );
  await first.close();

  const loader = await openPlace(t, duckdb, url);
  assert.deepEqual(await land(loader, table, rows), { written: 0, changes: [] }, 'all of it is remembered');
  const wider: Table = { ...table, columns: [...table.columns, { name: 'note', type: 'text' }] };
  assert.deepEqual(
    canonicalRows(wider, (await duckdbRig.read(url, wider, loader)) ?? []),
    canonicalRows(wider, [
      ['1', 2, '2024-05-05T05:05:05Z', '1.5', null, 'old'],
      [...(rows[0] ?? []), 'none'],
    ]),
  );
  const tooLong = await refusal(land(loader, wider, [['b', 1, null, null, null, 'a note that is too long']]));
  assert.equal(tooLong.code, 'constraint');
  const indexes = await loader.transaction((tx) =>
    tx.query('SELECT index_name AS n FROM duckdb_indexes() ORDER BY n'),
  );
  assert.deepEqual(indexes, [{ n: 'by x' }, { n: 'by_note' }]);
});

test('columns that differ in capital letters only are refused: they would be one', async (t) => {
  const loader = await openPlace(t, duckdb, await duckdbRig.fresh(t));
  const columns = [...MEETINGS.columns, { name: 'Topic', type: 'text' as const }];
  const error = await refusal(land(loader, { ...MEETINGS, columns }, []));
  assert.equal(
    error.message,
    'The table meetings is to have the columns topic and Topic, which are one to DuckDB.',
  );
});

test('a statement that failed is not committed, even if somebody catches its error', async (t) => {
  const loader = await openPlace(t, duckdb, await duckdbRig.fresh(t));
  const error = await refusal(
    loader.transaction(async (tx) => {
      await tx.query('CREATE TABLE _trunkline_a (n bigint)');
      await tx.query('SELECT nonsense').catch(() => undefined);
    }),
  );
  assert.match(error.message, /column "nonsense" was not found/);
  await loader.transaction((tx) => tx.query('CREATE TABLE _trunkline_a (n bigint)'));
});

test('a disk that is full ends the transaction with nothing of it, and goes on when there is room', async (t) => {
  const disk = smallDisk(t, '4m');
  if (!disk) return;
  const url = `duckdb:${disk.path}/zoom.duckdb`;
  const loader = await openPlace(t, duckdb, url);
  await land(loader, MEETINGS, manyRows(1000));
  const error = await refusal(
    (async () => {
      for (let n = 0; n < 50; n++) {
        const rows = manyRows(20_000, `more ${n}`).map((row) => row.with(0, `${n} ${row[0]}`));
        await loader.transaction((tx) => tx.merge(MEETINGS, rows));
      }
    })(),
  );
  assert.deepEqual([error.kind, error.code], ['config', 'full'], error.message);
  disk.grow('200m');
  const count = async () =>
    (await loader.transaction((tx) => tx.query<{ n: number }>('SELECT count(*) AS n FROM meetings')))[0]?.n ??
    0;
  assert.equal((await count()) % 20_000, 1000, 'whole transactions only');
  const before = await count();
  const rows = manyRows(20_000, 'last').map((row) => row.with(0, `last ${row[0]}`));
  assert.equal((await land(loader, MEETINGS, rows)).written, 20_000);
  assert.equal(await count(), before + 20_000);
});

test('closing leaves one file', async (t) => {
  const url = await duckdbRig.fresh(t);
  const loader = await openPlace(t, duckdb, url);
  await land(loader, MEETINGS, manyRows(1000));
  await loader.close();
  assert.ok(statSync(pathOf(url)).size > 10_000);
  assert.equal(existsSync(`${pathOf(url)}.wal`), false);
});

test('a table that was made anew, swapped and merged into survives a kill right after the commit', async (t) => {
  const url = await duckdbRig.fresh(t);
  const text = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const { signal, stderr } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { duckdb } from ${text('../../src/destinations/duckdb.ts')};
       import { Secret } from ${text('../../src/core/secret.ts')};
       import { manyRows, MEETINGS } from ${text('contract-places.ts')};
       const loader = await duckdb.open(new Secret(${JSON.stringify(url)}), {}, { cwd: '/' });
       const narrow = MEETINGS.columns.map((column) => ({ ...column, type: column.name === 'uuid' ? 'json' : column.type }));
       const first = { ...MEETINGS, columns: narrow };
       await loader.transaction(async (tx) => {
         await tx.fit(first);
         await tx.merge(first, [['"uuid-x"', 'old', 1, 'run-0']]);
       });
       await loader.transaction(async (tx) => {
         await tx.fit(MEETINGS);
         await tx.merge(MEETINGS, manyRows(500, 'some'));
       });
       await loader.transaction(async (tx) => {
         await tx.fit({ ...MEETINGS, name: 'stage' });
         await tx.merge({ ...MEETINGS, name: 'stage' }, manyRows(900, 'staged'));
         await tx.swap('stage', 'meetings');
       });
       await loader.transaction((tx) => tx.merge(MEETINGS, manyRows(1000, 'last')));
       process.kill(process.pid, 'SIGKILL');`,
    ],
    { encoding: 'utf8' },
  );
  assert.equal(signal, 'SIGKILL', stderr);
  assert.ok(existsSync(`${pathOf(url)}.wal`), 'there is a log to go through');
  const loader = await openPlace(t, duckdb, url);
  const rows = await duckdbRig.read(url, MEETINGS, loader);
  assert.deepEqual(canonicalRows(MEETINGS, rows ?? []), canonicalRows(MEETINGS, manyRows(1000, 'last')));
  assert.deepEqual(await land(loader, MEETINGS, manyRows(1001, 'last')), { written: 1, changes: [] });
});
