import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Definition } from '../../src/openapi/definition.ts';
import { driftOf } from '../../src/openapi/drift.ts';
import { mockAnswer, type MockRequest } from '../../src/openapi/mock.ts';
import { mockValue } from '../../src/openapi/mock-value.ts';
import { shopDefinition } from './connect-definitions.ts';

function ask(
  definition: Definition,
  method: string,
  url: string,
  more: Partial<MockRequest> & { json?: unknown } = {},
) {
  const [path = '', query = ''] = url.split('?');
  const { json, headers, ...rest } = more;
  const body = new TextEncoder().encode(json === undefined ? '' : JSON.stringify(json));
  const answer = mockAnswer(definition, {
    method,
    path,
    server: 'api',
    query: new URLSearchParams(query),
    headers: {
      'x-key': 'k',
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body,
    ...rest,
  });
  return {
    status: answer.status,
    json: answer.body === '' ? undefined : (JSON.parse(answer.body) as Record<string, unknown>),
    action: answer.action,
  };
}

test('an answer fits its schema, is the same every time, and has what was sent', () => {
  const shop = shopDefinition();
  const first = ask(shop, 'GET', '/orders/A%2F7');
  assert.deepEqual(first, {
    status: 200,
    json: { id: 'A/7', state: 'open', total: 1 },
    action: 'orders.get',
  });
  assert.deepEqual(ask(shop, 'GET', '/orders/A%2F7'), first);
  const list = ask(shop, 'GET', '/orders?limit=5');
  assert.deepEqual(driftOf(list.json, { type: 'array', items: { $ref: '#/$defs/Order' } }, shop.$defs), []);
});

test('a request that the definition does not allow is refused with all that is wrong', () => {
  const shop = shopDefinition();
  assert.deepEqual(ask(shop, 'GET', '/orders?limit=many&state=lost').json?.['errors'], [
    { field: 'state', message: 'is "lost", expected "open", "paid"' },
    { field: 'limit', message: 'is string, expected integer' },
  ]);
  assert.equal(ask(shop, 'POST', '/orders', { json: { note: 'x' } }).status, 400);
  assert.equal(ask(shop, 'POST', '/orders', { json: { project: 'p' } }).status, 200);
  assert.equal(ask(shop, 'POST', '/orders').status, 400, 'the body is required');
  assert.equal(
    ask(shop, 'POST', '/orders', { json: {}, headers: { 'content-type': 'text/csv' } }).status,
    415,
  );
  assert.equal(ask(shop, 'DELETE', '/orders').status, 405);
  assert.equal(ask(shop, 'GET', '/nothing').status, 404);
  assert.equal(ask(shop, 'GET', '/orders', { headers: { 'x-key': undefined } }).status, 401);
});

test('lists end with their first page, whatever the schema says of tokens', () => {
  const pages = { kind: 'token', items: 'data.rows', token: 'next', param: 'cursor' } as const;
  const output = { type: 'object', properties: { next: { type: 'string' } } };
  const shop = shopDefinition({
    actions: { rows: { list: { title: 'List', method: 'GET', path: '/rows', pages, output } } },
  });
  assert.deepEqual(ask(shop, 'GET', '/rows').json, { next: '', data: { rows: [] } });
});

test('the most fixed path is meant', () => {
  const get = { title: 'x', method: 'GET' as const };
  const shop = shopDefinition({
    actions: { o: { any: { ...get, path: '/orders/{id}' }, open: { ...get, path: '/orders/open' } } },
  });
  assert.equal(ask(shop, 'GET', '/orders/open').action, 'o.open');
  assert.equal(ask(shop, 'GET', '/orders/other').action, 'o.any');
});

test('tokens are given where the definition says that they are', () => {
  const auth = {
    kind: 'oauth2',
    grant: 'client_credentials',
    tokenUrl: 'https://login.example.com/oauth/token',
  } as const;
  const shop = shopDefinition({ auth });
  assert.equal(ask(shop, 'POST', '/oauth/token').json?.['access_token'], 'mock-token');
});

test('values are made for schemas that contain themselves', () => {
  const defs = {
    Node: {
      type: 'object',
      required: ['next'],
      properties: { next: { $ref: '#/$defs/Node' }, all: { type: 'array', items: { $ref: '#/$defs/Node' } } },
    },
  };
  const started = performance.now();
  assert.ok(mockValue({ $ref: '#/$defs/Node' }, defs));
  assert.ok(performance.now() - started < 500);
});
