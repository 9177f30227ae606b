import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { defineStream } from '../../src/core/stream.ts';
import { readStream } from '../../src/extract/read-stream.ts';
import { json, serve, sessionOf, type Script, type Seen } from '../http/server.ts';
import { days, pageOf, plain, threes } from './own-streams.ts';

const things = defineStream({
  ...plain,
  name: 'things',
  title: 'Things',
  path: '/boxes/{box}/things',
  kind: 'state',
  row: z.looseObject({ id: z.string(), size: z.number().optional(), colour: z.string().optional() }),
  primaryKey: ['id'],
  omit: ['key'],
  query: { sort: 'id' },
  pages: threes('things'),
  passes: { param: 'colour', values: ['red', 'blue'], carry: 'colour' },
});

const logs = defineStream({
  ...plain,
  name: 'logs',
  title: 'Logs',
  path: '/logs',
  kind: 'history',
  row: z.looseObject({ id: z.string() }),
  primaryKey: ['id'],
  pages: { kind: 'none', items: '' },
  rows: (answer) => (answer['ids'] as string[]).map((id) => ({ id })),
  window: { ...days(5), reach: 30 },
});

const queryOf = ({ url }: Seen) => new URL(url, 'http://x').searchParams;
const NOW = Date.parse('2026-11-21T12:00:00Z');
const at = (url: string) => sessionOf(url, { now: () => NOW });

/** Things of a color, one of them a page. */
const boxes =
  (rows: Readonly<Record<string, readonly unknown[]>>): Script =>
  (seen, response) => {
    const query = queryOf(seen);
    json(response, 200, pageOf('things', rows[query.get('colour') ?? ''] ?? [], query));
  };

test('all passes are read page after page, with the parameters that were given', async () => {
  const red = Array.from({ length: 4 }, (_, i) => ({ id: `r${i}`, key: 'secret' }));
  await using server = await serve(boxes({ red, blue: [{ id: 'b', colour: 'dark blue', extra: true }] }));
  const pages = await Array.fromAsync(readStream(at(server.url), things, { params: { box: 'a/b' } }));
  assert.deepEqual(
    pages.map(({ rows }) => rows),
    [
      ['r0', 'r1', 'r2'].map((id) => ({ id, colour: 'red' })),
      [{ id: 'r3', colour: 'red' }],
      [{ id: 'b', colour: 'dark blue', extra: true }],
    ],
  );
  assert.deepEqual(
    server.seen.map(({ url }) => url),
    [
      '/boxes/a%2Fb/things?sort=id&colour=red&size=3',
      '/boxes/a%2Fb/things?sort=id&colour=red&size=3&token=3',
      '/boxes/a%2Fb/things?sort=id&colour=blue&size=3',
    ],
  );
});

test('a pass that was asked for is the only one', async () => {
  await using server = await serve(boxes({ blue: [{ id: 'b' }] }));
  const pages = await Array.fromAsync(
    readStream(at(server.url), things, { params: { box: '1', colour: 'blue' } }),
  );
  assert.deepEqual(
    pages.map(({ rows }) => rows),
    [[{ id: 'b', colour: 'blue' }]],
  );
});

test('a row that does not fit stands beside the good ones, with the reason', async () => {
  const bad = { id: '2', size: 'large' };
  await using server = await serve(boxes({ red: [{ id: '1' }, bad, { id: '3' }] }));
  const [page] = await Array.fromAsync(
    readStream(at(server.url), things, { params: { box: '1', colour: 'red' } }),
  );
  assert.deepEqual(
    page?.rows.map(({ id }) => id),
    ['1', '3'],
  );
  assert.deepEqual(page.refused, [{ row: bad, reason: 'size: expected number, received string' }]);
});

test('a range of time is asked for window by window, as far back as the system goes', async () => {
  await using server = await serve((seen, response) =>
    json(response, 200, { ids: [queryOf(seen).get('from')] }),
  );
  const spans = async (options: { since?: number; until?: number }) => {
    const before = server.seen.length;
    const pages = await Array.fromAsync(readStream(at(server.url), logs, options));
    const asked = server.seen.slice(before).map((seen) => Object.fromEntries(queryOf(seen)));
    assert.deepEqual(
      pages.flatMap(({ rows }) => rows.map(({ id }) => id)),
      asked.map(({ from }) => from),
    );
    return asked;
  };
  assert.deepEqual(await spans({ since: Date.parse('2026-11-12'), until: Date.parse('2026-11-19') }), [
    { from: '2026-11-12', to: '2026-11-16' },
    { from: '2026-11-17', to: '2026-11-18' },
  ]);
  const [oldest, ...rest] = await spans({});
  assert.deepEqual([oldest?.['from'], rest.length], ['2026-10-22', 6]);
  assert.deepEqual(await spans({ since: 0, until: Date.parse('2026-01-01') }), [], 'too long ago');
});

test('a page that cannot be read ends the reading with its error, after the pages before it', async () => {
  const red = Array.from({ length: 4 }, (_, i) => ({ id: `r${i}` }));
  await using server = await serve((seen, response, nth) =>
    nth === 1
      ? boxes({ red })(seen, response, nth)
      : json(response, 400, { code: 77, message: 'needs scope [things]' }),
  );
  const seen: string[] = [];
  await assert.rejects(
    async () => {
      for await (const { rows } of readStream(at(server.url), things, { params: { box: '1' } })) {
        seen.push(...rows.map(({ id }) => id));
      }
    },
    { name: 'ConnectorError', kind: 'scope', hint: 'Add the scope things.' },
  );
  assert.deepEqual(seen, ['r0', 'r1', 'r2']);
});

test('an answer without its list is an error, not an empty list', async () => {
  await using server = await serve((_, response) => json(response, 200, { other: [] }));
  await assert.rejects(Array.fromAsync(readStream(at(server.url), things, { params: { box: '1' } })), {
    kind: 'contract',
    message: /things has no list 'things'/,
  });
});
