/**
 * Receives Zoom's webhooks with a plain HTTP server: proves them over their raw bytes, answers the URL validation, and
 * hands events to handlers.
 *
 * In your own project the import is: import { Trunkline } from 'trunkline';
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Trunkline } from '../src/index.ts';

// The secret token comes from ZOOM_WEBHOOK_SECRET.
await using trunkline = new Trunkline({ brevoApiKey: process.env['BREVO_API_KEY'] });

const ended: string[] = [];
trunkline.on('meeting.ended', ({ payload }) => {
  const { uuid, topic } = payload.object;
  console.log(`ended: ${topic}`);
  ended.push(uuid);
});

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Not parsed before it is proven: the signature is over the bytes as they came.
  const body = await buffer(request);
  const verdict = trunkline.webhooks.verify({ headers: request.headers, body });
  if (!verdict.ok) {
    response.writeHead(401).end(verdict.reason);
    return;
  }
  const answer = trunkline.webhooks.answer(body);
  if (answer) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    return;
  }
  const { event, payload } = JSON.parse(body.toString()) as { event: string; payload: unknown };
  await trunkline.connectors.handleWebhook('zoom', { topic: event, payload });
  response.writeHead(200).end('OK');
}

const server = createServer((request, response) => {
  // When a handler fails Zoom is told so, and sends the event again.
  receive(request, response).catch((error: unknown) => {
    console.error(error);
    response.writeHead(500).end();
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/zoom`;

// From here on: the sandbox plays Zoom.
async function zoomSends(event: string, more: object = {}): Promise<{ status: number; body: unknown }> {
  const sandbox = new URL('/__sandbox/events', process.env['ZOOM_API_URL']);
  const sent = await fetch(sandbox, { method: 'POST', body: JSON.stringify({ url, event, ...more }) });
  return (await sent.json()) as { status: number; body: unknown };
}

const validation = await zoomSends('endpoint.url_validation');
assert.equal(validation.status, 200);
assert.deepEqual(Object.keys(validation.body as object), ['plainToken', 'encryptedToken']);

assert.equal((await zoomSends('meeting.ended')).status, 200);
assert.equal(ended.length, 1);

// Without a handler: fine, and counted.
assert.equal((await zoomSends('meeting.started')).status, 200);
assert.deepEqual(trunkline.webhooks.counts().get('meeting.started'), { received: 1, handled: 0 });

const forged = await zoomSends('meeting.ended', { tamper: true });
assert.equal(forged.status, 401);
const old = await zoomSends('meeting.ended', { timestamp: Math.floor(Date.now() / 1000) - 24 * 3600 });
assert.deepEqual([old.status, old.body], [401, 'stale']);
assert.equal(ended.length, 1);

server.close();
