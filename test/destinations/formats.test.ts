import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { DuckDBInstance } from '@duckdb/node-api';

import type { Table, Value } from '../../src/core/destination.ts';
import { file } from '../../src/destinations/file.ts';
import { FORMATS, type Content, type StoredValue } from '../../src/destinations/files/format.ts';
import { folder, land, openPlace } from './contract-places.ts';
import { EDGES, EVERY_TYPE, TEXT_TABLE, TEXTS } from './contract-rows.ts';

async function publish(t: TestContext, query: string, table: Table, rows: readonly (readonly Value[])[]) {
  const out = folder(t);
  const loader = await openPlace(t, file, `file:${out}?${query}`);
  await land(loader, table, rows);
  await loader.publish();
  return (ending: string) => join(out, `${table.name}${ending}`);
}

/** What an engine that is not ours reads in a file. */
async function duckdb(sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(`SET TimeZone = 'UTC'`);
    const reader = await connection.runAndReadAll(sql);
    return reader.getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

test('Parquet files have the types of the columns, for any reader', async (t) => {
  for (const compression of ['snappy', 'zstd', 'gzip', 'none']) {
    const path = (await publish(t, `compression=${compression}`, EVERY_TYPE, EDGES))('.parquet');
    const described = await duckdb(`DESCRIBE SELECT * FROM read_parquet('${path}')`);
    assert.deepEqual(
      described.map((column) => [column['column_name'], column['column_type']]),
      [
        ['id', 'VARCHAR'],
        ['a_boolean', 'BOOLEAN'],
        ['an_integer', 'BIGINT'],
        ['a_number', 'DOUBLE'],
        ['a_decimal', 'VARCHAR'],
        ['a_timestamp', 'TIMESTAMP WITH TIME ZONE'],
        ['a_date', 'DATE'],
        ['a_json', 'JSON'],
        ['a_text', 'VARCHAR'],
      ],
    );
    const rows =
      await duckdb(`SELECT id, an_integer::VARCHAR AS n, epoch_ms(a_timestamp)::VARCHAR AS at, a_date::VARCHAR AS day,
      a_json::VARCHAR AS json, a_number = 1.7976931348623157e308 AS most FROM read_parquet('${path}') WHERE id IN ('most', '2^53', 'nulls')
      ORDER BY id`);
    assert.deepEqual(rows, [
      {
        id: '2^53',
        n: '9007199254740993',
        at: String(Date.UTC(2024, 1, 29, 23, 59, 59, 123)),
        day: '2024-02-29',
        json: '[9007199254740993]',
        most: false,
      },
      {
        id: 'most',
        n: '9223372036854775807',
        at: String(Date.UTC(9999, 11, 31, 23, 59, 59)),
        day: '9999-12-31',
        json: EDGES[2]?.[7],
        most: true,
      },
      { id: 'nulls', n: null, at: null, day: null, json: null, most: null },
    ]);
    const codecs = await duckdb(`SELECT DISTINCT compression FROM parquet_metadata('${path}')`);
    assert.deepEqual(codecs, [
      { compression: compression === 'none' ? 'UNCOMPRESSED' : compression.toUpperCase() },
    ]);
  }
});

test('texts are the same in all formats, for a reader that is not ours', async (t) => {
  const rows = TEXTS.map((text, at): Value[] => [at, text]);
  // As bytes: the client that we ask drops byte order marks.
  const expected = TEXTS.map((text) => ({ bytes: Buffer.from(text).toString('hex').toUpperCase() }));
  const read = (from: string) => duckdb(`SELECT hex(value) AS bytes FROM ${from} ORDER BY id::INT`);
  const parquet = (await publish(t, 'format=parquet', TEXT_TABLE, rows))('.parquet');
  assert.deepEqual(await read(`read_parquet('${parquet}')`), expected);
  const csv = (await publish(t, 'format=csv&compression=gzip', TEXT_TABLE, rows))('.csv.gz');
  const options = `header = true, all_varchar = true, allow_quoted_nulls = false, quote = '"', escape = '"', delim = ','`;
  assert.deepEqual(await read(`read_csv('${csv}', ${options})`), expected);
  const jsonl = (await publish(t, 'format=jsonl&compression=zstd', TEXT_TABLE, rows))('.jsonl.zst');
  const columns = `columns = {id: 'BIGINT', value: 'VARCHAR'}, format = 'newline_delimited', compression = 'zstd'`;
  assert.deepEqual(await read(`read_json('${jsonl}', ${columns})`), expected);
});

test('CSV tells no value from an empty text, and leaves formulas as they are', async (t) => {
  const table: Table = {
    ...TEXT_TABLE,
    columns: [...TEXT_TABLE.columns, { name: 'a "name", too', type: 'json' }],
  };
  const path = await publish(t, 'format=csv', table, [
    [1, null, null],
    [2, '', '"x"'],
    [3, '=cmd|x', '{"a":[1,2]}'],
    [4, 'two\r\nlines', 'null'],
  ]);
  assert.equal(
    readFileSync(path('.csv'), 'utf8'),
    'id,value,"a ""name"", too"\r\n' +
      '1,,\r\n' +
      '2,"","""x"""\r\n' +
      '3,=cmd|x,"{""a"":[1,2]}"\r\n' +
      '4,"two\r\nlines",null\r\n',
  );
});

test('JSON lines have real JSON in JSON columns, all digits, and members without a value', async (t) => {
  const path = await publish(t, 'format=jsonl', EVERY_TYPE, [
    [
      'a',
      true,
      9007199254740993n,
      0.1,
      '1.10',
      '2024-06-30T12:00:00Z',
      '2024-06-30',
      '{"n":12345678901234567890,\n"a":[1.50]}',
      'ü"',
    ],
    ['b', false, null, 5, '1e5', null, null, null, ''],
  ]);
  assert.equal(
    readFileSync(path('.jsonl'), 'utf8'),
    '{"id":"a","a_boolean":true,"an_integer":9007199254740993,"a_number":0.1,"a_decimal":1.10,"a_timestamp":"2024-06-30T12:00:00Z","a_date":"2024-06-30","a_json":{"n":12345678901234567890, "a":[1.50]},"a_text":"ü\\""}\n' +
      '{"id":"b","a_boolean":false,"an_integer":null,"a_number":5,"a_decimal":1e5,"a_timestamp":null,"a_date":null,"a_json":null,"a_text":""}\n',
  );
});

test('a value that is none of its type is named, rather than written as something else', () => {
  const content = (type: 'timestamp' | 'date' | 'integer' | 'boolean', value: StoredValue): Content => ({
    table: 'meetings',
    columns: [{ name: 'c', type }],
    key: [],
    rows: [[value]],
  });
  for (const [type, value, shown] of [
    ['timestamp', 'soon', '"soon"'],
    ['date', '2024-13-01', '"2024-13-01"'],
    ['integer', 1.5, '"1.5"'],
    ['boolean', 2n, '"2"'],
  ] as const) {
    assert.throws(() => [...FORMATS.parquet.pieces(content(type, value), 'none')], {
      kind: 'contract',
      message: `The column c of the table meetings holds ${shown}, which is no ${type}.`,
    });
  }
});

test('a large file is written piece by piece: rows are asked for when the last ones are written', () => {
  for (const [name, ahead] of [
    ['parquet', 20_000],
    ['csv', 5000],
    ['jsonl', 5000],
  ] as const) {
    let asked = 0;
    const rows = (function* () {
      for (; asked < 200_000; asked++)
        yield [`uuid-${asked}`, BigInt(asked), 'the same text in each of the rows'];
    })();
    const columns: Content['columns'] = [
      { name: 'uuid', type: 'text' },
      { name: 'n', type: 'integer' },
      { name: 'text', type: 'text' },
    ];
    let pieces = 0;
    for (const _ of FORMATS[name].pieces(
      { table: 't', columns, key: ['uuid'], rows },
      FORMATS[name].compressions[0],
    )) {
      pieces++;
      assert.ok(asked <= Math.min(200_000, pieces * ahead), `${name}: ${asked} rows for ${pieces} pieces`);
    }
    assert.equal(asked, 200_000);
  }
});

test('long texts end a row group before its rows do', () => {
  const long = 'x'.repeat(1_000_000);
  const rows = Array.from({ length: 40 }, (_, at): StoredValue[] => [BigInt(at), `${at}${long}`]);
  const columns = TEXT_TABLE.columns;
  const pieces = [...FORMATS.parquet.pieces({ table: 't', columns, key: ['id'], rows }, 'none')];
  assert.equal(pieces.length, 6, 'groups of 8 rows, and the end');
});
