import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { zoom } from '../../src/connectors/zoom/index.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import type { Reader } from '../../src/core/reader.ts';
import { defineStream } from '../../src/core/stream.ts';
import { readStream } from '../../src/extract/read-stream.ts';

const reader: Reader = {
  call: () => Promise.reject(new Error('not expected')),
  pages: () => {
    throw new Error('not expected');
  },
  now: () => 0,
  sleep: () => Promise.resolve(),
};

const Row = z.looseObject({ id: z.string(), size: z.number().optional() });

/** A stream that serves the pages given for each slice. */
function streamOf(slices: Readonly<Record<string, readonly unknown[][]>>) {
  const asked: (number | undefined)[] = [];
  const stream = defineStream<typeof Row, number>({
    name: 'things',
    title: 'Things',
    docs: 'https://example.com/things',
    path: '/things',
    budget: 'light',
    scopes: [],
    row: Row,
    primaryKey: ['id'],
    async *slices(_, since) {
      asked.push(since);
      for (const key of Object.keys(slices)) yield { key, at: {} };
    },
    async *read(_, slice) {
      for (const [i, rows] of (slices[slice.key] ?? []).entries()) {
        yield { rows: rows as z.output<typeof Row>[], checkpoint: i + 1 };
      }
    },
  });
  return { stream, asked };
}

test('a stream is read slice after slice and page after page, with the checkpoint of each page', async () => {
  const { stream, asked } = streamOf({ a: [[{ id: '1' }], [{ id: '2', extra: true }]], b: [[{ id: '3' }]] });
  const pages = await Array.fromAsync(readStream(reader, stream, { since: 7 }));
  assert.deepEqual(
    pages.map(({ slice, rows, checkpoint }) => [slice.key, rows, checkpoint]),
    [
      ['a', [{ id: '1' }], 1],
      ['a', [{ id: '2', extra: true }], 2],
      ['b', [{ id: '3' }], 1],
    ],
  );
  assert.deepEqual(asked, [7], 'the stream was told where to go on');
});

test('a row that does not fit stands beside the good ones, with the reason', async () => {
  const bad = { id: '2', size: 'large' };
  const { stream } = streamOf({ a: [[{ id: '1' }, bad, { id: '' }, { id: '4' }]] });
  const [page] = await Array.fromAsync(readStream(reader, stream));
  assert.deepEqual(page?.rows, [{ id: '1' }, { id: '4' }]);
  assert.deepEqual(page.refused, [
    { row: bad, reason: 'size: expected number, received string' },
    { row: { id: '' }, reason: 'id: is part of the key and empty' },
  ]);
});

test('rows that the stream itself refused are passed on', async () => {
  const refused = [{ row: { email: 3 }, reason: 'email: expected string, received number' }];
  const users = zoom.streams?.['users'];
  assert.ok(users);
  const oneBad: Reader = {
    ...reader,
    async *pages() {
      yield { rows: [], refused };
    },
  };
  const pages = await Array.fromAsync(readStream(oneBad, users));
  assert.deepEqual(
    pages.map((page) => [page.slice.key, page.refused]),
    ['active', 'inactive', 'pending'].map((status) => [status, refused]),
  );
});

test('a page that cannot be read ends the reading with its error, after the pages before it', async () => {
  const { stream } = streamOf({ a: [[{ id: '1' }]] });
  const broken = {
    ...stream,
    async *slices() {
      yield { key: 'a', at: {} };
      throw new ConnectorError('the list of slices broke', { kind: 'remote', retry: 'later' });
    },
  };
  const seen: unknown[] = [];
  await assert.rejects(
    async () => {
      for await (const { rows } of readStream(reader, broken)) seen.push(...rows);
    },
    { name: 'ConnectorError', kind: 'remote' },
  );
  assert.deepEqual(seen, [{ id: '1' }]);
});
