import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import type { Loader, Table, Value } from '../../src/core/destination.ts';
import { file } from '../../src/destinations/file.ts';
import { folder, land, openPlace, refusal } from './contract-places.ts';
import { smallDisk } from './disks.ts';
import { readFile } from './file-rig.ts';

const REPORTS: Table = {
  name: 'reports',
  key: ['uuid'],
  columns: [
    { name: 'uuid', type: 'text' },
    { name: 'end_time', type: 'timestamp' },
    { name: 'people', type: 'integer' },
  ],
};

const BY_MONTH = { monthOf: (table: string) => (table === 'reports' ? 'end_time' : undefined) };

function reports(months: readonly (string | null)[], people = 1): Value[][] {
  return months.map((month, at) => [`uuid-${at}`, month && `${month}-05T10:00:00Z`, people]);
}

/** Files of a folder that readers find. */
function published(out: string): string[] {
  return readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1))
    .filter((path) => !path.startsWith('_trunkline/'))
    .toSorted();
}

async function start(t: TestContext, query = 'format=jsonl', layout = BY_MONTH): Promise<[string, Loader]> {
  const out = join(folder(t), 'out');
  return [out, await openPlace(t, file, `file:${out}?${query}`, layout)];
}

test('rows are divided by the month of their column, and those without one have a file too', async (t) => {
  const [out, loader] = await start(t);
  await land(loader, REPORTS, reports(['2024-01', '2024-02', '2024-01', null]));
  await land(loader, { ...REPORTS, name: 'users' }, reports(['2024-01', null]));
  assert.deepEqual(published(out), [], 'nothing before it is published');
  await loader.publish();
  assert.deepEqual(published(out), [
    'reports/2024-01.jsonl',
    'reports/2024-02.jsonl',
    'reports/none.jsonl',
    'users.jsonl',
  ]);
  assert.equal(
    readFileSync(join(out, 'reports/2024-01.jsonl'), 'utf8'),
    '{"uuid":"uuid-0","end_time":"2024-01-05T10:00:00Z","people":1}\n' +
      '{"uuid":"uuid-2","end_time":"2024-01-05T10:00:00Z","people":1}\n',
  );
  assert.equal(
    readFileSync(join(out, 'reports/none.jsonl'), 'utf8'),
    '{"uuid":"uuid-3","end_time":null,"people":1}\n',
  );
});

test('only the files whose rows changed are written again', async (t) => {
  const [out, loader] = await start(t);
  const files = ['2024-01', '2024-02', '2024-03', '2024-04'].map((month) =>
    join(out, `reports/${month}.jsonl`),
  );
  const inodes = () => files.map((path) => (existsSync(path) ? statSync(path).ino : undefined));
  const changed = async (): Promise<boolean[]> => {
    const before = inodes();
    await loader.publish();
    return inodes().map((inode, at) => inode !== before[at]);
  };
  const rows = reports(['2024-01', '2024-02', '2024-03', '2024-04']);
  await land(loader, REPORTS, rows);
  assert.deepEqual(await changed(), [true, true, true, true]);
  await land(loader, REPORTS, rows);
  assert.deepEqual(await changed(), [false, false, false, false], 'the same rows');
  await land(loader, REPORTS, [['uuid-1', '2024-02-05T10:00:00Z', 7]]);
  assert.deepEqual(await changed(), [false, true, false, false]);

  await land(loader, REPORTS, [['uuid-2', '2024-04-09T10:00:00Z', 1]]);
  assert.deepEqual(await changed(), [false, false, true, true], 'the month that it left, and its new one');
  assert.equal(existsSync(files[2] ?? ''), false, 'a month without rows has no file');
  assert.equal((await readFile(files[3] ?? '', REPORTS))?.length, 2);

  // The engine marks rows as deleted, and reads them back, by statements of its own.
  await loader.transaction((tx) =>
    tx.query(`UPDATE ${tx.name('reports')} SET people = $1 WHERE uuid = $2`, [0, 'uuid-0']),
  );
  assert.deepEqual(await changed(), [true, false, false, false]);
  await loader.transaction((tx) => tx.query(`DELETE FROM ${tx.name('reports')} WHERE uuid = $1`, ['uuid-0']));
  await changed();
  assert.deepEqual(published(out), ['reports/2024-02.jsonl', 'reports/2024-04.jsonl']);
});

test('what was committed and not published is published by the next run', async (t) => {
  const [out, loader] = await start(t);
  await land(loader, REPORTS, reports(['2024-01', '2024-02']));
  await loader.publish();
  await land(loader, REPORTS, reports(['2024-01', '2024-03'], 2));
  await loader.close();
  // What a killed process leaves in the middle of a file.
  writeFileSync(join(out, '_trunkline/unfinished'), 'half');
  const next = await openPlace(t, file, `file:${out}?format=jsonl`, BY_MONTH);
  assert.equal(existsSync(join(out, '_trunkline/unfinished')), false);
  await next.publish();
  assert.deepEqual(published(out), ['reports/2024-01.jsonl', 'reports/2024-03.jsonl']);
  assert.deepEqual(await readFile(join(out, 'reports/2024-01.jsonl'), REPORTS), [
    ['uuid-0', '2024-01-05T10:00:00Z', 2n],
  ]);
});

test('after a rollback, changes are noted again', async (t) => {
  const [out, loader] = await start(t);
  await assert.rejects(
    loader.transaction(async (tx) => {
      await tx.fit(REPORTS);
      await tx.merge(REPORTS, reports(['2024-01']));
      throw new Error('stop');
    }),
    /stop/,
  );
  await loader.publish();
  assert.deepEqual(published(out), []);
  await land(loader, REPORTS, reports(['2024-01']));
  await loader.publish();
  await land(loader, REPORTS, reports(['2024-02']));
  await loader.publish();
  assert.deepEqual(published(out), ['reports/2024-02.jsonl']);
});

test('a table that grows has its new columns in all of its files', async (t) => {
  const [out, loader] = await start(t, 'format=csv');
  await land(loader, REPORTS, reports(['2024-01', '2024-02']));
  await loader.publish();
  const wider: Table = {
    ...REPORTS,
    columns: [
      ...REPORTS.columns.slice(0, 2),
      { name: 'people', type: 'text' },
      { name: 'topic', type: 'text' },
    ],
  };
  await land(loader, wider, [['uuid-9', '2024-02-01T00:00:00Z', 'many', '']]);
  await loader.publish();
  assert.equal(
    readFileSync(join(out, 'reports/2024-01.csv'), 'utf8'),
    'uuid,end_time,people,topic\r\nuuid-0,2024-01-05T10:00:00Z,1,\r\n',
  );
  assert.equal(
    readFileSync(join(out, 'reports/2024-02.csv'), 'utf8'),
    'uuid,end_time,people,topic\r\nuuid-1,2024-02-05T10:00:00Z,1,\r\nuuid-9,2024-02-01T00:00:00Z,many,""\r\n',
  );
});

test('a stage takes the place of a table in all months, and is not published itself', async (t) => {
  const [out, loader] = await start(t);
  await land(loader, REPORTS, reports(['2024-01', '2024-02']));
  await loader.publish();
  await land(loader, { ...REPORTS, name: 'reports__trunkline_new' }, reports(['2024-02', '2024-03'], 5));
  await loader.publish();
  assert.deepEqual(published(out), ['reports/2024-01.jsonl', 'reports/2024-02.jsonl']);
  await loader.transaction((tx) => tx.swap('reports__trunkline_new', 'reports'));
  await loader.publish();
  assert.deepEqual(published(out), ['reports/2024-02.jsonl', 'reports/2024-03.jsonl']);
  await land(loader, REPORTS, [['uuid-1', '2024-04-01T00:00:00Z', 5]]);
  await loader.publish();
  assert.deepEqual(
    published(out),
    ['reports/2024-02.jsonl', 'reports/2024-04.jsonl'],
    'changes are noted there too',
  );
});

test('another format, another compression and another month make all files anew and remove the old ones', async (t) => {
  const [out, first] = await start(t);
  await land(first, REPORTS, reports(['2024-01', '2024-02']));
  await first.publish();
  await first.close();
  for (const [query, layout, files] of [
    ['format=csv&compression=gzip', BY_MONTH, ['reports/2024-01.csv.gz', 'reports/2024-02.csv.gz']],
    ['format=csv&compression=zstd', BY_MONTH, ['reports/2024-01.csv.zst', 'reports/2024-02.csv.zst']],
    ['format=csv&compression=zstd', { monthOf: () => undefined }, ['reports.csv.zst']],
    ['format=jsonl', BY_MONTH, ['reports/2024-01.jsonl', 'reports/2024-02.jsonl']],
    ['', { monthOf: () => 'uuid' }, ['reports/none.parquet']],
  ] as const) {
    const loader = await openPlace(t, file, `file:${out}?${query}`, layout);
    await loader.publish();
    assert.deepEqual(published(out), files);
    await loader.close();
  }
  assert.equal((await readFile(join(out, 'reports/none.parquet'), REPORTS))?.length, 2);
  const before = readFileSync(join(out, 'reports/none.parquet'));
  const zstd = await openPlace(t, file, `file:${out}?compression=zstd`, { monthOf: () => 'uuid' });
  await zstd.publish();
  assert.notDeepEqual(
    readFileSync(join(out, 'reports/none.parquet')),
    before,
    'another codec within the format',
  );
});

test('the same rows make the same bytes, in whatever order they came', async (t) => {
  const rows = reports(Array.from({ length: 500 }, (_, at) => `2024-0${(at % 3) + 1}`));
  for (const query of ['format=parquet', 'format=csv&compression=gzip', 'format=jsonl&compression=zstd']) {
    const contents: Record<string, Buffer>[] = [];
    for (const batches of [[rows], [rows.toReversed().slice(0, 250), rows.toReversed().slice(250)]]) {
      const [out, loader] = await start(t, query);
      for (const batch of batches) await land(loader, REPORTS, batch);
      await loader.publish();
      contents.push(Object.fromEntries(published(out).map((path) => [path, readFileSync(join(out, path))])));
    }
    assert.equal(Object.keys(contents[0] ?? {}).length, 3);
    assert.deepEqual(contents[0], contents[1], query);
  }
});

test('a file that somebody removed comes back; a file of somebody else is not replaced', async (t) => {
  const [out, loader] = await start(t, 'format=csv', { monthOf: () => undefined });
  await land(loader, REPORTS, reports([null]));
  await loader.publish();
  rmSync(join(out, 'reports.csv'));
  await loader.publish();
  assert.deepEqual(published(out), ['reports.csv']);

  writeFileSync(join(out, 'users.csv'), 'theirs');
  await land(loader, { ...REPORTS, name: 'users' }, reports([null]));
  const error = await refusal(loader.publish());
  assert.equal(error.message, `The file ${out}/users.csv is there already and was not written by Trunkline.`);
  assert.equal(readFileSync(join(out, 'users.csv'), 'utf8'), 'theirs');
  rmSync(join(out, 'users.csv'));
  await loader.publish();
  assert.equal((await readFile(join(out, 'users.csv'), REPORTS))?.length, 1);
});

test('an empty table has a file with its columns, and a dropped one has none', async (t) => {
  const [out, loader] = await start(t, 'format=csv', { monthOf: () => undefined });
  await land(loader, REPORTS, []);
  await land(loader, { ...REPORTS, name: '_trunkline_slices' }, reports([null]));
  await loader.publish();
  assert.deepEqual(published(out), ['reports.csv']);
  assert.equal(readFileSync(join(out, 'reports.csv'), 'utf8'), 'uuid,end_time,people\r\n');
  await loader.transaction((tx) => tx.drop('reports'));
  await loader.publish();
  assert.deepEqual(published(out), []);
});

test('names of tables that file systems do not take are written otherwise', async (t) => {
  const [out, loader] = await start(t, 'format=csv', { monthOf: () => undefined });
  const names = ['a/b', 'what?', 'x'.repeat(300), '50%', 'a:b*', 'end '];
  for (const name of names) await land(loader, { ...REPORTS, name }, reports([null]));
  await loader.publish();
  const paths = published(out);
  assert.deepEqual(
    paths.filter((path) => !path.startsWith('xxx')),
    ['50%25.csv', 'a%2Fb.csv', 'a%3Ab%2A.csv', 'end%20.csv', 'what%3F.csv'],
  );
  assert.match(paths.find((path) => path.startsWith('xxx')) ?? '', /^x{191}_[0-9a-f]{8}\.csv$/);
});

test('a full disk while files are written keeps the old ones and every row', async (t) => {
  const disk = smallDisk(t, '3m');
  if (disk === undefined) return;
  const loader = await openPlace(t, file, `file:${disk.path}?format=jsonl`);
  const rows = Array.from({ length: 3000 }, (_, at): Value[] => [`uuid-${at}`, null, at]);
  await land(loader, REPORTS, rows.slice(0, 10));
  await loader.publish();
  await land(loader, REPORTS, rows);
  writeFileSync(join(disk.path, 'filler'), Buffer.alloc(1));
  const room = 20 * 1024;
  for (let size = 0; ; size += 4096) {
    try {
      writeFileSync(join(disk.path, 'filler'), Buffer.alloc(4096), { flag: 'a' });
    } catch {
      break;
    }
  }
  const filled = statSync(join(disk.path, 'filler')).size;
  writeFileSync(join(disk.path, 'filler'), Buffer.alloc(filled - room));
  const error = await refusal(loader.publish());
  assert.deepEqual([error.kind, error.code], ['config', 'full'], error.message);
  assert.match(error.hint, /^Free some space\. Every row is safe in .*_trunkline: run it again/);
  assert.equal((await readFile(join(disk.path, 'reports.jsonl'), REPORTS))?.length, 10, 'the old file');
  assert.equal(existsSync(join(disk.path, '_trunkline/unfinished')), false);
  rmSync(join(disk.path, 'filler'));
  await loader.publish();
  assert.equal((await readFile(join(disk.path, 'reports.jsonl'), REPORTS))?.length, 3000);
});

test('what cannot be a folder of files is refused with what to do', async (t) => {
  const place = folder(t);
  writeFileSync(join(place, 'a-file'), '');
  mkdirSync(join(place, 'other'));
  const open = (rest: string) => refusal(openPlace(t, file, `file:${place}/${rest}`));
  assert.match((await open('a-file')).message, /a-file\/_trunkline cannot be made: /);
  const format = await open('out?format=xlsx');
  assert.equal(format.message, 'The parameter format of the file: destination is "xlsx".');
  assert.equal(format.hint, 'It is one of parquet, csv, jsonl.');
  const compression = await open('out?format=csv&compression=snappy');
  assert.equal(compression.message, 'The parameter compression of the file: destination is "snappy".');
  assert.equal(compression.hint, 'It is one of none, gzip, zstd.');
  const unknown = await open('out?compress=gzip');
  assert.equal(unknown.hint, 'It has format, compression.');
  assert.equal(existsSync(join(place, 'out')), false, 'nothing was made');
});
