/**
 * Receives Zoom's webhooks durably: each is proven, kept in a folder of this program, answered, and then handled until
 * that has succeeded, also when the process was killed in between.
 *
 * In your own project the import is: import { Trunkline } from 'trunkline'; and toNodeHandler comes from
 * 'trunkline/webhooks'.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '../src/entry/webhooks.ts';
import { Trunkline } from '../src/index.ts';

// The secret token comes from ZOOM_WEBHOOK_SECRET, the folder from TRUNKLINE_DATA_DIR.
await using trunkline = new Trunkline();

const held = Promise.withResolvers<string>();
let tries = 0;
trunkline.on('meeting.ended', ({ payload }) => {
  // Ids are always text, though Zoom sends them now as text, now as numbers.
  const { id, topic } = payload.object;
  // It is handled again a second later; Zoom has got its answer long before.
  if (++tries === 1) throw new Error('the database is busy');
  console.log(`${topic} (${id}) has ended`);
  held.resolve(id);
});

const handle = toNodeHandler(await trunkline.receiver());
const server = createServer((request, response) => void handle(request, response));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/zoom`;

// From here on: the sandbox plays Zoom.
async function zoomSends(event: string, more: object = {}): Promise<number> {
  const sandbox = new URL('/__sandbox/events', process.env['ZOOM_API_URL']);
  const sent = await fetch(sandbox, { method: 'POST', body: JSON.stringify({ url, event, ...more }) });
  return ((await sent.json()) as { status: number }).status;
}

assert.equal(await zoomSends('endpoint.url_validation'), 200);
assert.equal(await zoomSends('meeting.ended', { tamper: true }), 401);
assert.equal(await zoomSends('meeting.ended'), 200);
assert.match(await held.promise, /^\d+$/);
assert.equal(tries, 2);

server.closeAllConnections();
server.close();
