import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Secret } from '../../src/core/secret.ts';
import {
  converter,
  growth,
  lastOfEachKey,
  quoteName,
  shortName,
  splitTable,
} from '../../src/destinations/sql-text.ts';
import { absolutePath, checkParams, choice, parseLocalUrl } from '../../src/destinations/url.ts';

const pathIn = (url: string): string => parseLocalUrl(new Secret(url), 'sqlite:./zoom.db').path;

test('a local URL may be written in every usual way', () => {
  const paths = {
    'sqlite:zoom.db': 'zoom.db',
    'sqlite:./zoom.db': './zoom.db',
    'SQLITE:../a/zoom.db': '../a/zoom.db',
    'sqlite:/data/zoom.db': '/data/zoom.db',
    'sqlite:///data/zoom.db': '/data/zoom.db',
    'sqlite://./zoom.db': './zoom.db',
    'file:./my%20files?format=csv': './my files',
    'file:./100%': './100%',
    'file:C:/out': 'C:/out',
    'file:///C:/out': 'C:/out',
    'file:~/out': '~/out',
  };
  for (const [url, path] of Object.entries(paths)) assert.equal(pathIn(url), path, url);
  assert.equal(absolutePath('./zoom.db', '/home'), '/home/zoom.db');
  assert.equal(absolutePath('/data/zoom.db', '/home'), '/data/zoom.db');
});

test('a URL without a path is refused with an example', () => {
  for (const url of ['sqlite:', 'sqlite:?x=1', 'zoom.db', '']) {
    assert.throws(() => pathIn(url), {
      kind: 'config',
      message: `The destination ${JSON.stringify(url)} names no path.`,
      hint: 'Write it like sqlite:./zoom.db.',
    });
  }
});

test('parameters that nobody reads, or that stand there twice, are refused', () => {
  const check = (query: string, known: string[]) => () =>
    checkParams('file', new URLSearchParams(query), known);
  check('format=csv', ['format', 'compression'])();
  assert.throws(check('fromat=csv', ['format', 'compression']), {
    message: 'A file: destination has no parameter "fromat".',
    hint: 'It has format, compression.',
  });
  assert.throws(check('x=1', []), { hint: 'It has no parameters: leave out what follows the ?.' });
  assert.throws(check('format=csv&format=jsonl', ['format']), {
    message: 'The parameter format of the file: destination stands there 2 times.',
  });
  assert.equal(choice('file', new URLSearchParams(), 'format', ['parquet', 'csv']), 'parquet');
  assert.equal(choice('file', new URLSearchParams('format=CSV'), 'format', ['parquet', 'csv']), 'csv');
  assert.throws(() => choice('file', new URLSearchParams('format=xlsx'), 'format', ['parquet', 'csv']), {
    message: 'The parameter format of the file: destination is "xlsx".',
    hint: 'It is one of parquet, csv.',
  });
});

test('names are quoted, divided and shortened', () => {
  assert.equal(quoteName('a"b'), '"a""b"');
  assert.deepEqual(splitTable('zoom.meetings'), { schema: 'zoom', table: 'meetings' });
  assert.deepEqual(splitTable('meetings'), { table: 'meetings' });
  assert.equal(shortName('meetings', 63), 'meetings');
  const [one, two] = ['one', 'two'].map((end) => shortName(`${'ä'.repeat(40)}${end}`, 63));
  assert.notEqual(one, two);
  for (const name of [one, two]) {
    assert.ok(Buffer.byteLength(name ?? '') <= 63);
    assert.match(name ?? '', /^ä{27}_[0-9a-f]{8}$/);
  }
});

test('a table grows by what it lacks and by what does not fit', () => {
  const table = {
    name: 't',
    key: ['id'],
    columns: [
      { name: 'id', type: 'integer' as const },
      { name: 'n', type: 'number' as const },
      { name: 'new', type: 'json' as const },
    ],
  };
  assert.deepEqual(growth(table, undefined), [{ table: 't', change: 'created' }]);
  assert.deepEqual(
    growth(table, [
      { name: 'id', type: 'text' },
      { name: 'n', type: 'integer' },
    ]),
    [
      { table: 't', change: 'type widened', column: 'n', from: 'integer', to: 'decimal' },
      { table: 't', change: 'column added', column: 'new', to: 'json' },
    ],
  );
  assert.equal(converter('text', 'text'), undefined);
  assert.equal(converter('json', 'text'), undefined);
  assert.deepEqual([1, 2n ** 63n, 0.5, null].map(converter('number', 'decimal') ?? String), [
    '1',
    '9223372036854775808',
    '0.5',
    null,
  ]);
});

test('of rows with the same key the last one is kept, whatever is in the key', () => {
  const table = {
    name: 't',
    key: ['a', 'b'],
    columns: [
      { name: 'a', type: 'text' as const },
      { name: 'b', type: 'text' as const },
      { name: 'c', type: 'integer' as const },
    ],
  };
  const rows = [
    ['x', 'y', 1],
    ['x,1:y', 'y', 2],
    ['x', '1:y,y', 3],
    ['x', 'y', 4],
    ['', null, 5],
    [null, '', 6],
  ];
  assert.deepEqual(
    lastOfEachKey(table, rows).map((row) => row[2]),
    [2, 3, 4, 5, 6],
  );
  const distinct = rows.slice(1);
  assert.equal(lastOfEachKey(table, distinct), distinct, 'nothing is copied where nothing is left out');
  const numbered = { ...table, key: ['c'] };
  assert.deepEqual(
    lastOfEachKey(numbered, [
      ['x', '', 1n],
      ['y', '', 1],
    ]),
    [['y', '', 1]],
  );
});
