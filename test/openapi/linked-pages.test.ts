import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { findAction } from '../../src/core/connector.ts';
import { connectorFromDefinition } from '../../src/openapi/from-json.ts';
import { importDocument } from '../../src/openapi/import.ts';
import { mockAnswer } from '../../src/openapi/mock.ts';
import { json, serve, sessionOf } from '../http/server.ts';

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1' },
  servers: [{ url: 'http://127.0.0.1:1' }],
  paths: {
    '/notes': {
      get: {
        operationId: 'notes/list',
        parameters: [
          { name: 'page', in: 'query', schema: { type: 'integer' } },
          { name: 'cursor', in: 'query', schema: { type: 'string' } },
          { name: 'state', in: 'query', schema: { type: 'string' } },
        ],
        responses: {
          200: {
            description: 'The notes',
            headers: { Link: { schema: { type: 'string' } } },
            content: { 'application/json': { schema: { type: 'array', items: { type: 'object' } } } },
          },
        },
      },
    },
  },
};

function notes(url: string, document: object = DOCUMENT) {
  const { definition } = importDocument(JSON.stringify(document));
  assert.ok(definition);
  const connector = connectorFromDefinition(definition);
  const action = findAction(connector, 'notes.list');
  assert.ok(action);
  return { action, session: sessionOf(url, {}, {}, connector) };
}

test('a list that goes on by the header link is read to its end, by parameters and not by the address', async () => {
  const links = [
    '<https://evil.example/elsewhere?page=2&state=stolen>; rel="next"',
    '<https://evil.example/elsewhere?page=3&cursor=007>; rel="next", <x?page=1>; rel="prev"',
    '<https://evil.example/elsewhere?page=1>; rel="first"',
  ];
  await using server = await serve((_, response, nth) =>
    json(response, 200, [{ id: nth }], { link: links[nth - 1] ?? '' }),
  );
  const { action, session } = notes(server.url);
  assert.deepEqual(action.pages, {
    kind: 'link',
    items: '',
    params: { page: 'page', cursor: 'cursor' },
  });
  const pages = await Array.fromAsync(session.pages(action, { state: 'open' }));
  assert.deepEqual(
    pages.flatMap(({ rows }) => rows),
    [{ id: 1 }, { id: 2 }, { id: 3 }],
  );
  assert.deepEqual(
    server.seen.map(({ url }) => url),
    ['/notes?state=open', '/notes?page=2&state=open', '/notes?page=3&cursor=007&state=open'],
  );
});

test('a link that came before, or leads nowhere, ends the list', async () => {
  for (const [link, calls] of [
    ['<?page=2>; rel="next"', 2],
    ['<?other=2>; rel="next"', 1],
    ['', 1],
  ] as const) {
    await using server = await serve((_, response) => json(response, 200, [{ id: 1 }], { link }));
    const { action, session } = notes(server.url);
    await Array.fromAsync(session.pages(action, {}));
    assert.equal(server.seen.length, calls, link);
  }
});

test('without the header in its answers, nothing is guessed', () => {
  const { paths } = structuredClone(DOCUMENT);
  Reflect.deleteProperty(paths['/notes'].get.responses[200], 'headers');
  const { action } = notes('http://127.0.0.1:1', { ...DOCUMENT, paths });
  assert.equal(action.pages, undefined);
});

test('the mock of such a list answers with a list', () => {
  const { definition } = importDocument(JSON.stringify(DOCUMENT));
  assert.ok(definition);
  const { status, body } = mockAnswer(definition, {
    method: 'GET',
    path: '/notes',
    server: 'api',
    query: new URLSearchParams('page=2'),
    headers: {},
    body: new Uint8Array(),
  });
  assert.equal(status, 200);
  assert.ok(Array.isArray(JSON.parse(body)));
});

test('the largest page is what the schema says, or the words', () => {
  for (const [description, schema, max] of [
    ['Results per page (max 100).', { type: 'integer' }, 100],
    ['Maximum: 250', { type: 'integer' }, 250],
    ['The maximum value is 50', { type: 'integer' }, 50],
    ['Results per page (max 100).', { type: 'integer', maximum: 20 }, 20],
    ['Results per page, at the maximum speed', { type: 'integer' }, undefined],
    ['Results per page', { type: 'integer' }, undefined],
  ] as const) {
    const { paths } = structuredClone(DOCUMENT);
    paths['/notes'].get.parameters.push({ name: 'per_page', in: 'query', description, schema } as never);
    const { action } = notes('http://127.0.0.1:1', { ...DOCUMENT, paths });
    const size = action.pages && 'size' in action.pages ? action.pages.size?.max : undefined;
    assert.equal(size, max, description);
  }
});

test("GitHub's lists go on, most of them by pages of 100", () => {
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
  const { definition } = importDocument(readFileSync(file, 'utf8'));
  const kinds = Object.values(definition?.actions ?? {})
    .flatMap((area) => Object.values(area))
    .filter(({ pages }) => pages?.kind === 'link');
  assert.ok(kinds.length > 150, `only ${kinds.length} lists`);
  const large = kinds.filter(({ pages }) => pages && 'size' in pages && pages.size?.max === 100);
  assert.ok(large.length > 150, `only ${large.length} lists by pages of 100`);
});
