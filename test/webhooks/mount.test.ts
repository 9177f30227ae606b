import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { serve } from '@hono/node-server';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import { listEvents } from '../../src/webhooks/inbox.ts';
import { toFastifyPlugin, toFetchHandler, toNodeHandler } from '../../src/webhooks/mount.ts';
import type { ReceiverOptions } from '../../src/webhooks/receiver.ts';
import { ended, realTimer, setStage, signed, type Stage } from './stage.ts';

type Mount = (t: TestContext, stage: Stage) => Promise<string>;

const live = { now: Date.now, setTimer: realTimer, limits: { bodyBytes: 3000, bodyMs: 300 } };

async function listen(t: TestContext, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/zoom`;
}

const mounts: Readonly<Record<string, Mount>> = {
  'node:http': (t, { receiver }) => {
    const handle = toNodeHandler(receiver);
    return listen(
      t,
      createServer((request, response) => void handle(request, response)),
    );
  },
  express: (t, { receiver }) => {
    const app = express();
    app.post('/webhooks/zoom', toNodeHandler(receiver));
    app.use(express.json());
    app.post('/other', (request, response) => void response.json(request.body));
    return listen(t, createServer(app as RequestListener));
  },
  fastify: async (t, { receiver }) => {
    const app = fastify();
    await app.register(toFastifyPlugin(receiver), { prefix: '/webhooks/zoom' });
    app.post('/other', (request) => request.body);
    await app.ready();
    t.after(() => app.close());
    return listen(t, app.server);
  },
  hono: async (t, { receiver }) => {
    const handle = toFetchHandler(receiver);
    const app = new Hono();
    app.all('/webhooks/zoom', (c) => handle(c.req.raw));
    app.post('/other', async (c) => c.json(await c.req.json()));
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
    await once(server, 'listening');
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/zoom`;
  },
};

const post = async (url: string, { headers, body }: { headers: Record<string, string>; body: Buffer }) =>
  fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });

const stageFor = (t: TestContext, more: Partial<ReceiverOptions> = {}) => setStage(t, { ...live, ...more });

for (const [name, mount] of Object.entries(mounts)) {
  test(`${name}: genuine events are kept, forged ones refused, the challenge answered`, async (t) => {
    const stage = await stageFor(t);
    const url = await mount(t, stage);
    assert.equal((await post(url, signed(ended(1), Date.now()))).status, 200);
    assert.equal((await post(url, signed(ended(1), Date.now()))).status, 200);
    const forged = await post(url, signed(ended(2), Date.now(), { secret: 'guess' }));
    assert.deepEqual([forged.status, await forged.json()], [401, { error: 'bad-signature' }]);
    const question = { event: 'endpoint.url_validation', payload: { plainToken: 'abc' } };
    const answer = await post(url, signed(question, Date.now()));
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    assert.equal(((await answer.json()) as { plainToken: string }).plainToken, 'abc');
    const lines = await listEvents(stage.store.sql, {}, 10);
    assert.deepEqual(
      lines.map(({ event }) => event),
      ['meeting.ended'],
    );
  });

  test(`${name}: the signature is over the bytes, not over JSON written anew`, async (t) => {
    const stage = await stageFor(t);
    const url = await mount(t, stage);
    const odd = Buffer.from('{ "event" : "meeting.started",\n"payload":{"object":{"topic":"\\u00e9\\/"}} }');
    assert.equal((await post(url, signed(odd, Date.now()))).status, 200);
    assert.equal(stage.receiver.counts().stored, 1);
  });

  test(`${name}: too much, wrong type and other methods are refused`, async (t) => {
    const stage = await stageFor(t);
    const url = await mount(t, stage);
    const huge = signed({ event: 'x', pad: 'x'.repeat(5000) }, Date.now());
    assert.equal((await post(url, huge)).status, 413);
    const { headers, body } = signed(ended(1), Date.now());
    assert.equal(
      (await post(url, { headers: { ...headers, 'content-type': 'text/plain' }, body })).status,
      415,
    );
    if (name !== 'express') assert.equal((await fetch(url)).status, 405);
    assert.equal(stage.receiver.counts().stored, 0);
  });

  test(`${name}: a body that says no length is read as far as the limit, and one that is slow not for ever`, async (t) => {
    const stage = await stageFor(t);
    const url = await mount(t, stage);
    const chunked = (write: (send: (bytes: string) => void) => void) =>
      new Promise<number>((resolve, reject) => {
        const { headers } = signed(ended(1), Date.now());
        const request = httpRequest(url, { method: 'POST', headers });
        request.on('response', (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject);
        write((bytes) => void request.write(bytes));
      });
    assert.equal(await chunked((send) => send('x'.repeat(4000))), 413);
    assert.equal(await chunked((send) => send('{"event":')), 408);
    // A sender that hangs up in the middle does no harm.
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /webhooks/zoom HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    assert.equal((await post(url, signed(ended(1), Date.now()))).status, 200);
  });

  if (name === 'node:http') continue;
  test(`${name}: the other routes keep their parsers`, async (t) => {
    const url = await mount(t, await stageFor(t));
    const answer = await fetch(new URL('/other', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    });
    assert.deepEqual(await answer.json(), { a: 1 });
  });
}

test('express: behind express.raw, or a parser that keeps the bytes, it takes those', async (t) => {
  const stage = await stageFor(t);
  const app = express();
  app.post('/raw', express.raw({ type: 'application/json' }), toNodeHandler(stage.receiver));
  const keep = (request: object, _: unknown, bytes: Buffer) =>
    void Object.assign(request, { rawBody: bytes });
  app.post('/kept', express.json({ verify: keep }), toNodeHandler(stage.receiver));
  const url = await listen(t, createServer(app as RequestListener));
  assert.equal((await post(new URL('/raw', url).href, signed(ended(1), Date.now()))).status, 200);
  assert.equal((await post(new URL('/kept', url).href, signed(ended(2), Date.now()))).status, 200);
  assert.equal(stage.receiver.counts().stored, 2);
});

test('express: behind express.json nothing can be proven; it says so, and the sender comes again', async (t) => {
  const stage = await stageFor(t);
  const app = express();
  app.use(express.json());
  app.post('/webhooks/zoom', toNodeHandler(stage.receiver));
  const url = await listen(t, createServer(app as RequestListener));
  const answer = await post(url, signed(ended(1), Date.now()));
  assert.deepEqual([answer.status, await answer.json()], [500, { error: 'parsed-already' }]);
  assert.match(String(stage.lines[0]?.fields['hint']), /before the body parser/);
});

test('hono: a body that was read before is the same trap', async (t) => {
  const stage = await stageFor(t);
  const handle = toFetchHandler(stage.receiver);
  const app = new Hono();
  app.use(async (c, next) => {
    await c.req.raw.text();
    await next();
  });
  app.post('/webhooks/zoom', (c) => handle(c.req.raw));
  const { headers, body } = signed(ended(1), Date.now());
  const answer = await app.request('/webhooks/zoom', { method: 'POST', headers, body: new Uint8Array(body) });
  assert.equal(answer.status, 500);
});
