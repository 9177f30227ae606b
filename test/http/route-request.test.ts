import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectors } from '../../src/catalog.ts';
import { labelOf } from '../../src/connectors/zoom/labels.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import { isPathBelow, routeLabels } from '../../src/core/route.ts';
import { createClient } from '../../src/http/client.ts';
import { json, serve, sessionOf, shop, type Script } from './server.ts';

/** The shop, with the paths and labels of Zoom. */
const zoomLike = {
  ...shop,
  labelOf,
  segment: connectors.zoom.segment,
} as never as typeof shop;

async function open(script: Script) {
  const server = await serve(script);
  const session = sessionOf(server.url, {}, {}, zoomLike);
  const client = createClient(zoomLike, session);
  return { client, session, seen: server.seen, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const ok: Script = (_, to) => json(to, 200, { id: 1 });

async function failure(promise: Promise<unknown>): Promise<ConnectorError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ConnectorError, 'it fails');
  return error;
}

test('what is not in the path is the query of a GET and the body of a POST', async () => {
  await using it = await open(ok);
  const { request } = it.client;
  assert.deepEqual(await request('GET /users/{userId}/meetings', { userId: 'a@b.de', type: 'live' }), {
    id: 1,
  });
  await request('POST /users/{userId}/meetings', { userId: 'me', topic: 'A', settings: { mute: true } });
  await request('DELETE /users/{userId}', { userId: 'me', action: 'delete' });
  await request('PUT /meetings/{meetingId}/status', { meetingId: '857 4606-5432', action: 'end' });
  await request('POST /devices');
  assert.deepEqual(
    it.seen.map(({ method, url, body }) => `${method} ${url} ${body}`),
    [
      'GET /users/a%40b.de/meetings?type=live ',
      'POST /users/me/meetings {"topic":"A","settings":{"mute":true}}',
      'DELETE /users/me?action=delete ',
      'PUT /meetings/85746065432/status {"action":"end"}',
      'POST /devices ',
    ],
  );
  assert.equal(it.seen[0]?.headers['authorization'], 'Bearer secret-token-123');
});

test('query, body and headers can be said outright', async () => {
  await using it = await open(ok);
  const { request } = it.client;
  await request('POST /a/{id}', { id: 1, query: { q: [1, 2] }, body: [{ x: 1 }], headers: { 'X-A': 'b' } });
  await request('DELETE /a/{id}', { id: 1, body: { ids: [1] }, force: true });
  await request('POST /a/{id}', { id: 1, query: 'text', body: 'words' });
  assert.deepEqual(
    it.seen.map(({ url, body }) => `${url} ${body}`),
    ['/a/1?q=1&q=2 [{"x":1}]', '/a/1?force=true {"ids":[1]}', '/a/1 {"query":"text","body":"words"}'],
  );
  assert.equal(it.seen[0]?.headers['x-a'], 'b');
  const error = await failure(request('POST /a', { body: { x: 1 }, y: 2 }));
  assert.deepEqual(error.fields, [
    { field: 'body', message: 'give `body` or the members of it (y), not both' },
  ]);
});

test('a UUID is encoded twice where Zoom wants it, once otherwise', async () => {
  await using it = await open(ok);
  for (const meetingId of ['/ajXp112QmuoKj4854875==', 'a//b==', 'a/b+c==']) {
    await it.client.request('GET /past_meetings/{meetingId}', { meetingId });
  }
  assert.deepEqual(
    it.seen.map(({ url }) => url),
    [
      '/past_meetings/%252FajXp112QmuoKj4854875%253D%253D',
      '/past_meetings/a%252F%252Fb%253D%253D',
      '/past_meetings/a%2Fb%2Bc%3D%3D',
    ],
  );
});

test('a path parameter that is missing or leads elsewhere is refused before anything is sent', async () => {
  await using it = await open(ok);
  const { session } = it;
  const route = 'GET /users/{userId}' as const;
  for (const userId of ['', undefined as never, { a: 1 } as never]) {
    const { kind, fields } = await failure(session.request(route, { userId }));
    assert.deepEqual([kind, fields[0]?.field], ['input', 'userId']);
  }
  assert.equal((await failure(session.request(route, { userId: '..' }))).kind, 'input');
  for (const bad of ['GET //example.com', 'GET /a/../b', 'GET /a#b', 'FETCH /a', 'GET a'] as never[]) {
    assert.equal((await failure(session.request(bad))).fields[0]?.field, 'route', bad);
  }
  assert.deepEqual(it.seen, []);
});

test('reads and idempotent writes are tried again, others are not', async () => {
  const tries = async (route: 'GET /a' | 'PUT /a' | 'DELETE /a' | 'POST /a' | 'PATCH /a') => {
    await using it = await open((_, to, nth) => json(to, nth === 1 ? 500 : 200, {}));
    await it.session.request(route).catch(() => undefined);
    return it.seen.length;
  };
  assert.equal(await tries('GET /a'), 2);
  assert.equal(await tries('PUT /a'), 2);
  assert.equal(await tries('DELETE /a'), 2);
  assert.equal(await tries('POST /a'), 1);
  assert.equal(await tries('PATCH /a'), 1);
});

test('errors are those of an action, and name the route', async () => {
  await using it = await open((_, to) => json(to, 400, { code: 77, message: 'needs scope [user_read]' }));
  const error = await failure(it.client.request('GET /users'));
  assert.deepEqual(
    [error.kind, error.hint, error.action],
    ['scope', 'Add the scope user_read.', 'GET /users'],
  );
});

test('a list is read page by page, with the other inputs on every page', async () => {
  await using it = await open((seen, to) => {
    const token = new URL(seen.url, 'http://x').searchParams.get('next_page_token');
    json(
      to,
      200,
      token === null ? { users: [1, 2], next_page_token: 't' } : { users: [3], next_page_token: '' },
    );
  });
  const rows: unknown[] = [];
  for await (const page of it.client.request.pages('GET /users', { status: 'active' }, { items: 'users' })) {
    rows.push(...page.rows);
  }
  assert.deepEqual(rows, [1, 2, 3]);
  assert.deepEqual(
    it.seen.map(({ url }) => url),
    ['/users?status=active', '/users?status=active&next_page_token=t'],
  );
  const pages = it.client.request.pages('GET /users', {}, { items: 'people' });
  assert.equal((await failure(Array.fromAsync(pages))).kind, 'contract');
});

test('a request is charged by the label of its route', async () => {
  await using it = await open(ok);
  await it.client.request('GET /users/{userId}', { userId: 'me' });
  await it.client.request('GET /users');
  await it.client.request('GET /report/users/{userId}/meetings', { userId: 'me' });
  assert.deepEqual(it.session.stats.calls, { light: 1, medium: 1, heavy: 1 });
});

test('the labels of the actions are those of their routes', () => {
  const { zoom } = connectors;
  const wrong: string[] = [];
  let count = 0;
  for (const [area, actions] of Object.entries(zoom.actions)) {
    for (const [name, action] of Object.entries(actions)) {
      const call = action.call(action.input.parse(action.example) as never);
      if (call.server !== undefined || call.budget !== undefined) continue;
      count++;
      const label = labelOf(call.method, call.path);
      if (label !== action.budget) wrong.push(`${area}.${name}: ${action.budget}, route ${label}`);
    }
  }
  assert.ok(count > 40);
  assert.deepEqual(wrong, []);
});

test('of several routes that fit, the most specific gives the label', () => {
  const find = routeLabels({
    a: 'GET /users/{userId}\nGET,POST /users/{userId}/x',
    b: 'GET /users/me\nGET /users/me/{other}/z',
  });
  assert.equal(find('GET', '/users/me'), 'b');
  assert.equal(find('GET', '/users/you?x=/users/me'), 'a');
  assert.equal(find('GET', '/users/me/x'), 'a', 'it comes back from a branch that leads nowhere');
  assert.equal(find('POST', '/users/me/x'), 'a');
  assert.equal(find('POST', '/users/me'), undefined);
  assert.equal(find('GET', '/users'), undefined);
  assert.equal(labelOf('PATCH', '/chat/channels/events'), 'light');
  assert.equal(labelOf('PATCH', '/chat/channels/abc'), 'medium');
  assert.equal(labelOf('GET', '/nowhere'), 'light');
});

test('Zoom Phone and its fax are charged to budgets of their own', () => {
  const labels = [
    'GET /phone/sites?page_size=1',
    'GET /phone/call_history',
    'POST /fax/files',
    'GET /phone',
    'GET /phones',
  ];
  assert.deepEqual(
    labels.map((route) => labelOf(...(route.split(' ') as [string, string]))),
    ['phone-medium', 'phone-heavy', 'phone-resource', 'phone-light', 'light'],
  );
});

test('a path stays below its server', () => {
  assert.ok(isPathBelow('/a/b?c=//d'));
  assert.equal(isPathBelow('/a/%2E%2e'), false);
});
