import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import type { ColumnType, Loader, Table, Value } from '../../src/core/destination.ts';
import { land, manyRows, MEETINGS, openFresh, seenRows, type Rig } from './contract-places.ts';
import { canonical, canonicalRows } from './contract-rows.ts';

/** The part of the contract about tables that get columns and wider types. */
export function growingContract(rig: Rig): void {
  const title = rig.destination.title;
  const start = (t: TestContext) => openFresh(t, rig);
  const rowsOf = (url: string, loader: Loader, table: Table) => seenRows(rig, url, loader, table);

  test(`${title}: a table grows by columns, says so once, and has no values in them for old rows`, async (t) => {
    const { url, loader } = await start(t);
    await land(loader, MEETINGS, manyRows(2));
    assert.deepEqual((await land(loader, MEETINGS, [])).changes, []);
    const wider: Table = {
      ...MEETINGS,
      columns: [{ name: 'started', type: 'timestamp' }, ...MEETINGS.columns, { name: 'more', type: 'json' }],
    };
    const { changes } = await land(loader, wider, [['2024-05-05T05:05:05Z', 'new', 'x', 1, 'run-2', '[1]']]);
    assert.deepEqual(changes, [
      { table: 'meetings', change: 'column added', column: 'started', to: 'timestamp' },
      { table: 'meetings', change: 'column added', column: 'more', to: 'json' },
    ]);
    assert.deepEqual((await land(loader, wider, [])).changes, []);
    assert.deepEqual(
      await rowsOf(url, loader, wider),
      canonicalRows(wider, [
        ['2024-05-05T05:05:05Z', 'new', 'x', 1, 'run-2', '[1]'],
        ...manyRows(2).map((row) => [null, ...row, null]),
      ]),
    );
  });

  test(`${title}: a column that rows are looked for by has one index, also after the table was changed`, async (t) => {
    const { url, loader } = await start(t);
    const found: Table = { ...MEETINGS, findBy: 'topic' };
    await land(loader, found, manyRows(3));
    await land(loader, { ...found }, manyRows(3));
    const wider: Table = {
      ...found,
      columns: found.columns.map((column) =>
        column.type === 'integer' ? { ...column, type: 'text' } : column,
      ),
    };
    await land(loader, wider, []);
    if (rig.indexes) assert.deepEqual(await rig.indexes(url, 'meetings', 'topic'), 1);
    assert.equal((await rowsOf(url, loader, wider))?.length, 3);
  });

  test(`${title}: no value does not replace one, in columns that are to be kept`, async (t) => {
    const { url, loader } = await start(t);
    const kept: Table = { ...MEETINGS, keep: ['topic'] };
    await land(loader, kept, [
      ['a', 'weekly', 5, 'run-1'],
      ['b', null, 5, 'run-1'],
    ]);
    const { written } = await land(loader, kept, [
      ['a', null, 5, 'run-2'],
      ['b', 'daily', null, 'run-2'],
    ]);
    assert.equal(written, 2, 'the run is a column like any other here');
    assert.deepEqual(
      await rowsOf(url, loader, kept),
      canonicalRows(kept, [
        ['a', 'weekly', 5, 'run-2'],
        ['b', 'daily', null, 'run-2'],
      ]),
    );
    const again = await land(loader, kept, [['a', null, 5, 'run-2']]);
    assert.equal(again.written, 0, 'what is kept is no difference');
  });

  const widenings: [from: ColumnType, to: ColumnType, became: ColumnType, old: Value, now: Value][] = [
    ['integer', 'number', 'decimal', 9007199254740993n, 0.5],
    ['number', 'integer', 'decimal', 0.1, 9007199254740993n],
    ['integer', 'decimal', 'decimal', -17, '1.25'],
    ['number', 'decimal', 'decimal', 1.5, '123456789012345678.5'],
    ['integer', 'text', 'text', 9223372036854775807n, 'many'],
    ['number', 'text', 'text', 0.30000000000000004, 'x'],
    ['boolean', 'text', 'text', true, 'yes'],
    ['boolean', 'integer', 'text', false, 3],
    ['decimal', 'text', 'text', '12.345', 'x'],
    ['timestamp', 'text', 'text', '2024-06-30T12:00:00.5Z', 'soon'],
    ['date', 'timestamp', 'text', '2024-06-30', '2024-06-30T12:00:00Z'],
    ['json', 'text', 'text', '{"a":[1,"ü"]}', 'x'],
    ['text', 'integer', 'text', '007', 7],
  ];
  for (const [from, to, became, old, now] of widenings) {
    test(`${title}: a column of ${from} takes ${to} as ${became}, without loss`, async (t) => {
      const { url, loader } = await start(t);
      const withType = (type: ColumnType): Table => ({
        name: 'growing',
        key: ['id'],
        columns: [
          { name: 'id', type: 'text' },
          { name: 'value', type },
          { name: 'after', type: 'integer' },
        ],
      });
      await land(loader, withType(from), [
        ['old', old, 1],
        ['none', null, 2],
      ]);
      const { changes } = await land(loader, withType(to), [['now', now, 3]]);
      const widened = { table: 'growing', change: 'type widened', column: 'value', from, to: became };
      assert.deepEqual(changes, became === from ? [] : [widened]);
      assert.deepEqual((await land(loader, withType(to), [])).changes, [], 'once');
      // Rows of the old type still fit, and nothing is narrowed for them.
      assert.deepEqual(await land(loader, withType(from), [['later', old, 4]]), { written: 1, changes: [] });
      const rows = await rowsOf(url, loader, withType(became));
      // A moment is the same whether its fraction of a second is written or not.
      const same = (value: Value | undefined): Value =>
        canonical({ ...withType(from), columns: [{ name: 'value', type: from }] }, [value ?? null])[0] ??
        null;
      const asText = (value: Value): string => String(value);
      const oldNow = rows?.filter(([id]) => id === 'old' || id === 'later').map(([, value]) => value);
      if (from === 'timestamp' || from === 'json')
        assert.deepEqual(oldNow?.map(same), [same(old), same(old)]);
      else assert.deepEqual(oldNow, [asText(old), asText(old)]);
      assert.equal(rows?.find(([id]) => id === 'now')?.[1], asText(now));
      assert.deepEqual(
        rows?.find(([id]) => id === 'none'),
        ['none', null, 2n],
      );
    });
  }
}
