import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../src/http/client.ts';
import { json, serve, sessionOf, shop } from './server.ts';

const ids = (rows: { id: string }[]) => rows.map(({ id }) => id);

test('a list is read to its end with the largest pages', async () => {
  const pages = [
    { things: [{ id: 'a' }, { id: 'b' }], next: 't1' },
    { things: [], next: 't2' },
    { things: [{ id: 'c' }], next: '' },
  ];
  await using server = await serve((_, response, nth) => json(response, 200, pages[nth - 1]));
  const client = createClient(shop, sessionOf(server.url));
  assert.deepEqual(ids(await Array.fromAsync(client.things.list.items({}))), ['a', 'b', 'c']);
  assert.deepEqual(
    server.seen.map(({ url }) => url),
    ['/things?size=50', '/things?size=50&token=t1', '/things?size=50&token=t2'],
  );
});

test('a token that comes back ends the list instead of going round for ever', async () => {
  await using server = await serve((_, response) =>
    json(response, 200, { things: [{ id: 'a' }], next: 'same' }),
  );
  const rows = await Array.fromAsync(createClient(shop, sessionOf(server.url)).things.list.items({}));
  assert.equal(rows.length, 2);
});

test('numbered pages end with the last one', async () => {
  await using server = await serve((_, response, nth) =>
    json(response, 200, { things: [{ id: `${nth}` }], pages: 3 }),
  );
  const rows = await Array.fromAsync(createClient(shop, sessionOf(server.url)).things.numbered.items({}));
  assert.deepEqual(ids(rows), ['1', '2', '3']);
});

test('a row that does not fit comes beside the others, with the reason', async () => {
  await using server = await serve((_, response) =>
    json(response, 200, { things: [{ id: 'a' }, { id: 7 }, { id: 'b' }] }),
  );
  const [page] = await Array.fromAsync(createClient(shop, sessionOf(server.url)).things.list.pages({}));
  assert.deepEqual(ids(page?.rows ?? []), ['a', 'b']);
  assert.equal(page?.refused.length, 1);
  assert.match(page?.refused[0]?.reason ?? '', /id/);
});

test('reading by items ends loudly at a row that does not fit', async () => {
  await using server = await serve((_, response) => json(response, 200, { things: [{ id: 7 }] }));
  const client = createClient(shop, sessionOf(server.url));
  await assert.rejects(Array.fromAsync(client.things.list.items({})), { kind: 'contract' });
});
