import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { test } from 'node:test';
import { parse } from 'yaml';
import { startSandbox } from '../../src/sandbox/index.ts';
import { type Json, request } from './zoom-access.ts';

async function open() {
  const box = await startSandbox({ users: 1, meetings: 0, webinars: 0 });
  return {
    box,
    send: (
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Json> =>
      request(`${box.env['DESK_API_URL']}${path}`, {
        method,
        headers: {
          'x-desk-key': box.env['DESK_API_KEY'] ?? '',
          ...(body === undefined || body instanceof FormData || body instanceof URLSearchParams
            ? {}
            : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : {
              body: body instanceof FormData || body instanceof URLSearchParams ? body : JSON.stringify(body),
            }),
      }),
    control: (method: string, path: string, body?: unknown): Promise<Json> =>
      request(`${box.url}/__sandbox${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    [Symbol.asyncDispose]: () => box.close(),
  };
}

/** A receiver that echoes challenges, unless it is deaf. */
async function receiver(deaf = false) {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      received.push({ headers: incoming.headers, body });
      response.end(deaf ? 'ok' : JSON.stringify({ challenge_response: JSON.parse(body).challenge_token }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/hook`, received, [Symbol.dispose]: close };
}

void test('every operation of the document of the desk is there, and nothing else', async () => {
  await using desk = await open();
  const { text, headers } = await request(desk.box.env['DESK_SWAGGER_URL'] ?? '');
  assert.equal(headers.get('content-type'), 'application/yaml');
  const document: Json = parse(text);
  assert.equal(`${document.schemes[0]}://${document.host}${document.basePath}`, desk.box.env['DESK_API_URL']);
  const said = Object.entries<Json>(document.paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((method) => method !== 'parameters')
      .map((method) => `${method.toUpperCase()} /api${path}`),
  );
  assert.equal(said.length, 12);
  for (const operation of said) {
    const [method = '', path = ''] = operation.split(' ');
    const at = path.replace('/api', '').replace('{ticketKey}', 'SUP-1').replace('{projectKey}', 'SUP');
    await desk.send(method, at, method === 'POST' || method === 'PUT' ? {} : undefined);
  }
  const { operations } = (await desk.control('GET', '/stats')).body.desk;
  const seen = Object.keys(operations).filter((name) => name.includes('/api/'));
  assert.deepEqual(seen.toSorted(), said.toSorted());
});

void test('issue types depend on the project, and a wrong one is refused by name', async () => {
  await using desk = await open();
  const { body: types } = await desk.send('GET', '/projects/EVT/issue-types');
  assert.deepEqual(
    types.map(({ name }: Json) => name),
    ['Follow-up', 'Complaint'],
  );
  const ticket = { project: 'SUP', issueType: types[0].id, summary: 'Projector', assignee: 'nobody' };
  const refused = await desk.send('POST', '/tickets', ticket);
  assert.equal(refused.status, 400);
  assert.deepEqual(Object.keys(refused.body.errors), ['issueType', 'assignee']);
  const made = await desk.send('POST', '/tickets', {
    project: 'EVT',
    issueType: types[0].id,
    summary: 'Projector',
  });
  assert.equal(made.status, 201);
  assert.match(made.body.key, /^EVT-\d+$/);
  const changed = await desk.send('PUT', `/tickets/${made.body.key}`, {
    priority: 'high',
    labels: ['a', 'b'],
  });
  assert.deepEqual([changed.body.priority, changed.body.summary], ['high', 'Projector']);
  const found = await desk.send('GET', '/tickets?project=EVT&label=a&label=b&status=open,pending');
  assert.deepEqual(
    found.body.values.map(({ key }: Json) => key),
    [made.body.key],
  );
  const moved = await desk.send(
    'POST',
    `/tickets/${made.body.key}/status`,
    new URLSearchParams({ status: 'solved' }),
  );
  assert.equal(moved.body.status, 'solved');
  const form = new FormData();
  form.set('file', new Blob(['hello'], { type: 'text/plain' }), 'note.txt');
  const file = await desk.send('POST', `/tickets/${made.body.key}/attachments`, form);
  assert.deepEqual([file.body.filename, file.body.size], ['note.txt', 5]);
});

void test('offsets lead through all people, and a search finds by part of a name', async () => {
  await using desk = await open();
  const names: string[] = [];
  for (let startAt = 0, total = 1; startAt < total; startAt += 20) {
    const { body } = await desk.send('GET', `/users/search?startAt=${startAt}&maxResults=20`);
    names.push(...body.values.map(({ displayName }: Json) => displayName));
    total = body.total;
  }
  assert.equal(new Set(names).size, 45);
  const { body } = await desk.send('GET', `/users/search?query=${encodeURIComponent('LAMARR')}`);
  assert.equal(body.total, names.filter((name) => name.includes('Lamarr')).length);
  assert.equal((await desk.send('GET', '/users/search?maxResults=26')).status, 400);
  assert.equal((await desk.send('GET', '/myself', undefined, { 'x-desk-key': 'wrong' })).status, 401);
});

void test('an address is taken when it sends the challenge back, and then hears of every ticket', async () => {
  await using desk = await open();
  using deaf = await receiver(true);
  const refused = await desk.control('POST', '/desk', { webhook: { url: deaf.url, secret: 'geheim' } });
  assert.deepEqual([refused.body.accepted, refused.body.answer], [false, 'ok']);
  using hook = await receiver();
  const { body } = await desk.control('POST', '/desk', { webhook: { url: hook.url, secret: 'geheim' } });
  assert.equal(body.accepted, true);
  const asked = await desk.control('POST', '/desk', {
    ticket: { summary: 'Help', reporter: 'a@example.com' },
  });
  assert.equal(asked.body.deliveries[0].status, 200);
  await desk.control('POST', '/desk', { move: { key: asked.body.ticket.key, status: 'solved' } });
  const [, opened, solved] = hook.received;
  const mac = createHmac('sha512', 'geheim')
    .update(opened?.body ?? '')
    .digest('base64');
  assert.equal(opened?.headers['x-desk-signature'], mac);
  assert.deepEqual(
    [opened, solved].map((one) => JSON.parse(one?.body ?? '').webhookEvent),
    ['ticket.created', 'ticket.solved'],
  );
  assert.equal(deaf.received.length, 1);
  assert.match(
    (await desk.control('POST', '/desk', { move: { key: 'NO-1', status: 'open' } })).body.message,
    /NO-1/,
  );
});

void test('a release is sent as GitHub sends it', async () => {
  await using desk = await open();
  using hook = await receiver();
  const order = { url: hook.url, secret: 'hush', tag: 'v1.4.0', repository: 'acme/rocket' };
  const { body } = await desk.control('POST', '/github', order);
  assert.deepEqual([body.status, body.attempts], [200, 1]);
  const [sent] = hook.received;
  const mac = createHmac('sha256', 'hush')
    .update(sent?.body ?? '')
    .digest('hex');
  assert.equal(sent?.headers['x-hub-signature-256'], `sha256=${mac}`);
  assert.equal(sent?.headers['x-github-event'], 'release');
  const event = JSON.parse(sent?.body ?? '');
  assert.deepEqual(
    [event.action, event.release.tag_name, event.repository.full_name],
    ['published', 'v1.4.0', 'acme/rocket'],
  );
  assert.match(
    (await desk.control('POST', '/github', { ...order, url: 'https://example.com' })).body.message,
    /loopback/,
  );
});
