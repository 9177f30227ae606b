import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import type { Loader, Table, Value } from '../../src/core/destination.ts';
import { growingContract } from './contract-growing.ts';
import { openingContract } from './contract-opening.ts';
import { land, manyRows, MEETINGS, openFresh, refusal, seenRows, type Rig } from './contract-places.ts';
import { canonicalRows, EDGES, EVERY_TYPE, TEXT_TABLE, TEXTS } from './contract-rows.ts';

export type { Rig } from './contract-places.ts';

/** What every destination does alike. One suite over all of them. */
export function destinationContract(rig: Rig): void {
  const title = rig.destination.title;

  const start = (t: TestContext) => openFresh(t, rig);
  const rowsOf = (url: string, loader: Loader, table: Table) => seenRows(rig, url, loader, table);

  test(`${title}: values of every type come back as they were, at the edges too`, async (t) => {
    const { url, loader } = await start(t);
    const { written, changes } = await land(loader, EVERY_TYPE, EDGES);
    assert.equal(written, EDGES.length);
    assert.deepEqual(changes, [{ table: 'every_type', change: 'created' }]);
    const expected = canonicalRows(EVERY_TYPE, EDGES);
    const json = EVERY_TYPE.columns.findIndex(({ type }) => type === 'json');
    assert.deepEqual(
      await rowsOf(url, loader, EVERY_TYPE),
      rig.jsonNullIsNone
        ? expected.map((row) => (row[json] === 'null' ? row.with(json, null) : row))
        : expected,
    );
    assert.equal((await land(loader, EVERY_TYPE, EDGES)).written, 0, 'the same rows again');
  });

  test(`${title}: texts that statements and formats trip over come back as they were`, async (t) => {
    const { url, loader } = await start(t);
    const rows = TEXTS.map((text, at): Value[] => [at, text]);
    assert.equal((await land(loader, TEXT_TABLE, rows)).written, TEXTS.length);
    assert.deepEqual(await rowsOf(url, loader, TEXT_TABLE), canonicalRows(TEXT_TABLE, rows));
    const keyed: Table = { ...TEXT_TABLE, name: 'keyed_by_text', key: ['value'] };
    assert.equal((await land(loader, keyed, rows)).written, TEXTS.length, 'each is a key of its own');
    assert.equal((await land(loader, keyed, rows)).written, 0);
    assert.deepEqual(await rowsOf(url, loader, keyed), canonicalRows(keyed, rows));
  });

  test(`${title}: a NUL character is ${rig.nul}, and half of a surrogate pair becomes U+FFFD`, async (t) => {
    const { url, loader } = await start(t);
    const table: Table = {
      name: 'odd',
      key: ['id'],
      columns: [...TEXT_TABLE.columns, { name: 'more', type: 'json' }],
    };
    const rows: Value[][] = [
      [1, 'a\0b', String.raw`{"a\u0000":"b\u0000"}`],
      [2, 'half \uD83E', String.raw`"half \ud83e"`],
    ];
    await land(loader, table, rows);
    const nul = rig.nul === 'kept' ? '\0' : '\uFFFD';
    const [first, second] = (await rowsOf(url, loader, table)) ?? [];
    assert.deepEqual(first, [1n, `a${nul}b`, JSON.stringify({ [`a${nul}`]: `b${nul}` })]);
    assert.equal(second?.[1], 'half \uFFFD');
    assert.equal((await land(loader, table, rows)).written, 0, 'the same rows again');
  });

  test(`${title}: a text of 1 MB is a value like any other`, async (t) => {
    const { url, loader } = await start(t);
    const long = 'länge"\n'.repeat(150_000);
    await land(loader, TEXT_TABLE, [[1, long]]);
    assert.deepEqual(await rowsOf(url, loader, TEXT_TABLE), [[1n, long]]);
    assert.equal((await land(loader, TEXT_TABLE, [[1, `${long}.`]])).written, 1);
    assert.deepEqual(await rowsOf(url, loader, TEXT_TABLE), [[1n, `${long}.`]]);
  });

  test(`${title}: merging inserts what is new, replaces what differs and leaves the rest`, async (t) => {
    const { url, loader } = await start(t);
    const quiet = ['_trunkline_run'];
    assert.equal((await land(loader, MEETINGS, manyRows(3), quiet)).written, 3);
    assert.equal((await land(loader, MEETINGS, manyRows(3, 'weekly', 'run-2'), quiet)).written, 0);
    assert.deepEqual(await rowsOf(url, loader, MEETINGS), canonicalRows(MEETINGS, manyRows(3)));
    const next: Value[][] = [
      ['uuid-0', 'weekly 0', 0, 'run-3'],
      ['uuid-1', null, 1, 'run-3'],
      ['uuid-2', 'weekly 2', 7, 'run-3'],
      ['uuid-9', 'new', null, 'run-3'],
    ];
    assert.equal((await land(loader, MEETINGS, next, quiet)).written, 3, 'two differ and one is new');
    assert.deepEqual(
      await rowsOf(url, loader, MEETINGS),
      canonicalRows(MEETINGS, [['uuid-0', 'weekly 0', 0, 'run-1'], ...next.slice(1)]),
    );
    assert.equal((await land(loader, MEETINGS, [next[1] ?? []], quiet)).written, 0, 'null equals null');
    assert.equal(
      (await land(loader, MEETINGS, [['uuid-0', 'weekly 0', 0, 'run-4']])).written,
      1,
      'not quiet',
    );
    assert.equal((await land(loader, MEETINGS, [])).written, 0);
  });

  test(`${title}: of rows with the same key in one call the last one counts`, async (t) => {
    const { url, loader } = await start(t);
    const table: Table = { ...MEETINGS, key: ['uuid', 'people'] };
    const rows: Value[][] = [
      ['a', 'first', 1, null],
      ['a', 'other key', 2, null],
      ['a', 'second', 1, null],
      ['a,1', 'a key with a comma', 1, null],
      ['a', 'last', 1n, null],
    ];
    assert.equal((await land(loader, table, rows)).written, 3);
    assert.deepEqual(
      await rowsOf(url, loader, table),
      canonicalRows(table, [rows[1] ?? [], ...rows.slice(3)]),
    );
    const there = [
      ['a', 'something else', 1, null],
      ['a', 'last', 1, null],
    ] satisfies Value[][];
    assert.equal((await land(loader, table, there)).written, 0, 'what counts is there already');
  });

  test(`${title}: a table of keys only takes each of them once`, async (t) => {
    const { url, loader } = await start(t);
    const table: Table = { name: 'ids', key: ['id'], columns: [{ name: 'id', type: 'text' }] };
    assert.equal((await land(loader, table, [['a'], ['b'], ['a']])).written, 2);
    assert.equal((await land(loader, table, [['a'], ['c']])).written, 1);
    assert.deepEqual(await rowsOf(url, loader, table), [['a'], ['b'], ['c']]);
  });

  test(`${title}: columns that a merge does not name keep their values`, async (t) => {
    const { url, loader } = await start(t);
    await land(loader, MEETINGS, manyRows(2));
    const [uuid, topic] = MEETINGS.columns;
    assert.ok(uuid && topic);
    await land(loader, { ...MEETINGS, columns: [topic, uuid] }, [['renamed', 'uuid-1']]);
    const expected = [manyRows(1)[0] ?? [], ['uuid-1', 'renamed', 1, 'run-1']];
    assert.deepEqual(await rowsOf(url, loader, MEETINGS), canonicalRows(MEETINGS, expected));
  });

  test(`${title}: 50,000 rows go in by one merge, and change by the next`, async (t) => {
    const { url, loader } = await start(t);
    assert.equal((await land(loader, MEETINGS, manyRows(50_000))).written, 50_000);
    const changed = manyRows(50_000).map((row, at) => (at % 1000 === 0 ? row.with(1, 'changed') : row));
    assert.equal((await land(loader, MEETINGS, changed)).written, 50);
    assert.deepEqual(await rowsOf(url, loader, MEETINGS), canonicalRows(MEETINGS, changed));
  });

  test(`${title}: tables and bookkeeping change together, or not at all`, async (t) => {
    const { url, loader } = await start(t);
    const polls: Table = { ...MEETINGS, name: 'polls' };
    await loader.transaction(async (tx) => {
      await tx.query('CREATE TABLE _trunkline_marks (name text PRIMARY KEY, n bigint)');
      await tx.fit(MEETINGS);
      await tx.fit(polls);
      await tx.merge(MEETINGS, manyRows(2));
      await tx.merge(polls, manyRows(3));
      await tx.query('INSERT INTO _trunkline_marks (name, n) VALUES ($1, $2)', ['meetings', 2]);
    });
    const before = await rowsOf(url, loader, MEETINGS);
    const stop = new Error('stop');
    const other: Table = { ...MEETINGS, name: 'other' };
    const wider: Table = { ...MEETINGS, columns: [...MEETINGS.columns, { name: 'more', type: 'text' }] };
    const failing = loader.transaction(async (tx) => {
      await tx.query('UPDATE _trunkline_marks SET n = 9');
      await tx.fit(other);
      await tx.merge(other, manyRows(5));
      await tx.fit(wider);
      await tx.merge(MEETINGS, manyRows(50, 'never seen'));
      await tx.drop('polls');
      throw stop;
    });
    await assert.rejects(failing, (error) => error === stop);
    assert.deepEqual(await rowsOf(url, loader, MEETINGS), before);
    assert.equal((await rowsOf(url, loader, polls))?.length, 3);
    assert.equal(await rowsOf(url, loader, other), undefined);
    const marks = await loader.transaction((tx) => tx.query('SELECT name, n FROM _trunkline_marks'));
    assert.deepEqual(marks, [{ name: 'meetings', n: 2 }]);
    // What was remembered of the tables was forgotten as well.
    assert.deepEqual(
      (await land(loader, wider, [])).changes.map(({ change }) => change),
      ['column added'],
    );
    assert.deepEqual(
      (await land(loader, other, [])).changes.map(({ change }) => change),
      ['created'],
    );
  });

  test(`${title}: transactions that are started at once follow one another`, async (t) => {
    const { loader } = await start(t);
    await loader.transaction((tx) => tx.query('CREATE TABLE _trunkline_n (n bigint)'));
    await loader.transaction((tx) => tx.query('INSERT INTO _trunkline_n (n) VALUES (0)'));
    const add = () =>
      loader.transaction(async (tx) => {
        const [row] = await tx.query<{ n: number }>('SELECT n FROM _trunkline_n');
        await new Promise((resolve) => setImmediate(resolve));
        await tx.query('UPDATE _trunkline_n SET n = $1', [(row?.n ?? 0) + 1]);
      });
    await Promise.all(Array.from({ length: 20 }, add));
    assert.deepEqual(await loader.transaction((tx) => tx.query('SELECT n FROM _trunkline_n')), [{ n: 20 }]);
  });

  test(`${title}: bookkeeping takes conflicts, RETURNING, null, text and bigint`, async (t) => {
    const { loader } = await start(t);
    await loader.transaction(async (tx) => {
      await tx.query(
        'CREATE TABLE IF NOT EXISTS _trunkline_s (id text NOT NULL, part bigint NOT NULL, note text, PRIMARY KEY (id, part))',
      );
      const upsert =
        'INSERT INTO _trunkline_s (part, id, note) VALUES ($2, $1, $3) ' +
        'ON CONFLICT (id, part) DO UPDATE SET note = excluded.note RETURNING id, part, note';
      assert.deepEqual(await tx.query(upsert, ['a', 1, null]), [{ id: 'a', part: 1, note: null }]);
      assert.deepEqual(await tx.query(upsert, ['a', 1, '17']), [{ id: 'a', part: 1, note: '17' }]);
      await tx.query(upsert, [`it's $1 "x"`, Number.MAX_SAFE_INTEGER, '$2']);
      await tx.query(upsert, ['b', 1_700_000_000_000n, '5']);
      const rows = await tx.query(`SELECT id, part, note FROM _trunkline_s WHERE note <> '$1' ORDER BY part`);
      assert.deepEqual(rows, [
        { id: 'a', part: 1, note: '17' },
        { id: 'b', part: 1_700_000_000_000, note: '5' },
        { id: `it's $1 "x"`, part: Number.MAX_SAFE_INTEGER, note: '$2' },
      ]);
      const counted = await tx.query(
        'SELECT count(*) AS n FROM _trunkline_s WHERE part > $1 OR note = $2 OR note = $2',
        [5, '17'],
      );
      assert.deepEqual(counted, [{ n: 3 }]);
      assert.deepEqual(await tx.query('DELETE FROM _trunkline_s WHERE id = $1 RETURNING part', ['b']), [
        { part: 1_700_000_000_000 },
      ]);
      const odd: Table = {
        ...MEETINGS,
        name: 'a "b"',
        columns: [...MEETINGS.columns, { name: 'select', type: 'text' }],
      };
      await tx.fit(odd);
      await tx.merge(odd, [['u', 'topic', 1, 'run', 'x']]);
      const named = `SELECT "select" AS chosen FROM ${tx.name('a "b"')} WHERE uuid = $1`;
      assert.deepEqual(await tx.query(named, ['u']), [{ chosen: 'x' }]);
    });
  });

  test(`${title}: names may be anything`, async (t) => {
    const { url, loader } = await start(t);
    const names = [
      'select',
      'a b',
      'ä',
      'it\'s "x"',
      'ro;w',
      '1',
      'a.b',
      '漢字',
      'order',
      '%',
      `x'||'`,
      '$1',
    ];
    const begin = 'a_rather_long_name_that_goes_on_beyond_the_sixty_three_bytes_of_some';
    for (const name of ['select', 'a b "ä"', `${begin}_databases`, `${begin}_systems`]) {
      const columns = ['id', ...names, `${begin}_databases`, `${begin}_systems`];
      const table: Table = {
        name,
        key: ['id', 'select', `${begin}_systems`],
        columns: columns.map((column) => ({ name: column, type: 'text' })),
      };
      const row = columns.map((column) => `${name}/${column}`);
      const changed = row.with(2, 'changed');
      assert.deepEqual((await land(loader, table, [row])).changes, [{ table: name, change: 'created' }]);
      assert.deepEqual(await land(loader, table, [changed], ['a b']), { written: 0, changes: [] });
      assert.deepEqual(await land(loader, table, [changed]), { written: 1, changes: [] });
      assert.deepEqual(await rowsOf(url, loader, table), [changed]);
    }
  });

  test(`${title}: a stage takes the place of its table, and a reader sees one or the other`, async (t) => {
    const { url, loader } = await start(t);
    const stage: Table = { ...MEETINGS, name: 'meetings__stage' };
    await land(loader, MEETINGS, manyRows(500, 'old'));
    await loader.publish();
    for (const round of ['first', 'second', 'third']) {
      await land(loader, stage, manyRows(200, round));
      const seen: Promise<Value[][] | undefined>[] = [];
      const reader = { over: false };
      const polling = (async () => {
        while (!reader.over) {
          seen.push(rig.read(url, MEETINGS, loader));
          await Promise.allSettled(seen);
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      await loader.transaction((tx) => tx.swap('meetings__stage', 'meetings'));
      await loader.publish();
      reader.over = true;
      await polling;
      const topics = (await Promise.all(seen)).map((rows) =>
        [...new Set(rows?.map(([, topic]) => String(topic).split(' ')[0]))].join(),
      );
      for (const topic of topics) assert.match(topic, /^(?:old|first|second|third)$/);
      assert.deepEqual(await rowsOf(url, loader, MEETINGS), canonicalRows(MEETINGS, manyRows(200, round)));
      assert.equal(await rowsOf(url, loader, stage), undefined);
    }
    assert.equal((await land(loader, MEETINGS, manyRows(201, 'third'))).written, 1, 'its key works on');
    await land(loader, { ...stage, name: 'new_stage' }, manyRows(2));
    await loader.transaction((tx) => tx.swap('new_stage', 'brand_new'));
    assert.equal((await rowsOf(url, loader, { ...MEETINGS, name: 'brand_new' }))?.length, 2);
  });

  test(`${title}: a dropped table is gone, and dropping it again does nothing`, async (t) => {
    const { url, loader } = await start(t);
    await land(loader, MEETINGS, manyRows(2));
    assert.equal((await rowsOf(url, loader, MEETINGS))?.length, 2);
    await loader.transaction((tx) => tx.drop('meetings'));
    assert.equal(await rowsOf(url, loader, MEETINGS), undefined);
    await loader.transaction((tx) => tx.drop('meetings'));
    assert.deepEqual((await land(loader, MEETINGS, manyRows(1))).changes, [
      { table: 'meetings', change: 'created' },
    ]);
    assert.equal((await rowsOf(url, loader, MEETINGS))?.length, 1);
  });

  if (rig.destination.can.schemas) {
    test(`${title}: a table may stand in a schema, which is made`, async (t) => {
      const { url, loader } = await start(t);
      const table: Table = { ...MEETINGS, name: 'my zoom.meetings' };
      const { changes } = await land(loader, table, manyRows(2));
      assert.deepEqual(changes, [{ table: 'my zoom.meetings', change: 'created' }]);
      await land(loader, MEETINGS, manyRows(3));
      assert.equal((await rowsOf(url, loader, table))?.length, 2);
      assert.equal((await rowsOf(url, loader, MEETINGS))?.length, 3);
    });
  } else {
    test(`${title}: a schema before the name of a table is refused`, async (t) => {
      const { loader } = await start(t);
      const error = await refusal(land(loader, { ...MEETINGS, name: 'zoom.meetings' }, []));
      assert.equal(error.kind, 'config');
      assert.match(error.message, /has no schemas, and the table is to be "zoom\.meetings"\.$/);
      assert.equal(error.hint, 'Leave the schema out: object: meetings');
    });
  }

  growingContract(rig);
  openingContract(rig);
}
