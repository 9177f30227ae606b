import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { realWorld } from '../../src/app/index.ts';
import { sign } from '../../src/core/trigger.ts';
import { zoom } from '../../src/connectors/zoom/index.ts';
import { connectAda } from '../app/consented.ts';
import { openHouse, until, type House } from './house.ts';

let house: House;
before(async () => {
  // What takes ten seconds takes a tenth of one, so that nobody waits for a slow sender.
  const setTimer = (ms: number, fn: () => void) => realWorld.setTimer(ms === 10_000 ? 100 : ms, fn);
  house = await openHouse({ world: { setTimer } });
});
after(() => house[Symbol.asyncDispose]());

interface Line {
  id: string;
  event: string;
  state: string;
  replays: number;
}

const events = async (): Promise<Line[]> => (await house.ask<Line[]>('GET', '/api/v1/events')).json;

test('a signed event is kept, handled and can be looked at and handled again', async () => {
  assert.equal((await house.push('meeting.ended')).status, 200);
  await until('it is settled', async () => (await events()).every(({ state }) => state !== 'received'));
  const [line] = await events();
  assert.equal(line?.event, 'meeting.ended');
  const { json } = await house.ask<{ body: { event: string }; headers: Record<string, string> }>(
    'GET',
    `/api/v1/events/${line?.id}`,
  );
  assert.equal(json.body.event, 'meeting.ended');
  assert.equal(json.headers['authorization'], undefined);
  const replayed = await house.ask('POST', `/api/v1/events/${line?.id}/replay`);
  assert.deepEqual(replayed.json, { replayed: 1 });
  await until('it is settled again', async () => (await events())[0]?.state !== 'received');
  assert.equal((await events())[0]?.replays, 1);
  const several = await house.ask('POST', '/api/v1/events/replay', { event: 'meeting.*' });
  assert.deepEqual(several.json, { replayed: 1 });
  assert.equal((await house.ask('POST', '/api/v1/events/replay', { ids: ['nothing'] })).status, 404);
});

test('a person who removes the app ends the connection of his consent', async () => {
  await connectAda(house.app, house.box);
  await house.app.stored.test(await house.app.link('ada'));
  const [ada] = await house.app.stored.list();
  const { accountId, userId } = ada?.settings ?? {};
  assert.ok(userId);
  const payload = { account_id: accountId, user_id: userId, client_id: 'x' };
  assert.equal((await house.push('app_deauthorized', payload)).status, 200);
  await until('the connection is disabled', async () => {
    const { json } = await house.ask<{ name: string; state?: string }[]>('GET', '/api/v1/connections');
    return json.find(({ name }) => name === 'ada')?.state === 'disabled';
  });
});

/** A signed request, and what is made of it. */
async function send(change: {
  headers?: Record<string, string>;
  body?: string;
  secret?: string;
  at?: number;
  path?: string;
  method?: string;
}): Promise<number> {
  const { credentials } = house.box.zoom;
  const body = change.body ?? JSON.stringify({ event: 'meeting.started', payload: {}, event_ts: Date.now() });
  const trigger = Object.values(zoom.triggers ?? {})[0];
  assert.ok(trigger);
  const secret = change.secret ?? credentials.webhookSecret;
  const signed = sign(trigger.verify, secret, Buffer.from(body), change.at ?? Date.now());
  const response = await fetch(`${house.url}${change.path ?? '/webhooks/zoom'}`, {
    method: change.method ?? 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: credentials.verificationToken,
      ...signed,
      ...change.headers,
    },
    ...(change.method === 'GET' ? {} : { body }),
  });
  await response.arrayBuffer();
  return response.status;
}

test('what is not proven, not wanted or not sound is refused with its status, and nothing of it is kept', async () => {
  const known = (await events()).length;
  assert.equal(await send({ secret: 'somebody-elses' }), 401);
  assert.equal(await send({ at: Date.now() - 3 * 3600_000 }), 401);
  assert.equal(await send({ headers: { authorization: 'wrong' } }), 401);
  assert.equal(await send({ headers: { 'content-type': 'text/plain' } }), 415);
  assert.equal(await send({ method: 'GET' }), 405);
  assert.equal(await send({ path: '/webhooks/nosuch' }), 404);
  assert.equal(await send({ path: '/webhooks/..%2fzoom' }), 404);
  assert.equal(await send({ path: '/webhooks/brevo' }), 404);
  assert.equal(await send({ body: `{"event":"x","pad":"${'x'.repeat(1_100_000)}"}` }), 413);
  assert.equal((await events()).length, known);
  assert.equal(await send({ body: '{"event":"meeting.star' }), 200, 'a proven body that is no JSON is kept');
  assert.equal((await events()).find(({ event }) => event === '')?.state, 'failed');
});

test('who sends slowly or hangs up is let go, and others are not kept waiting', async () => {
  const { port } = new URL(house.url);
  const slow = new Promise<string>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(
        'POST /webhooks/zoom HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"ev',
      );
    });
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString())).on('close', () => resolve(text));
  });
  const gone = connect(Number(port), '127.0.0.1', () => {
    gone.write(
      'POST /webhooks/zoom HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{',
    );
    gone.destroy();
  });
  assert.equal(await send({}), 200);
  assert.match(await slow, /^HTTP\/1\.1 408 /);
  await until('both are counted', async () => {
    const { text } = await metrics();
    return /verdict="slow"\} 1/.test(text) && /verdict="aborted"\} 1/.test(text);
  });
});

async function metrics(): Promise<{ text: string }> {
  const response = await fetch(`${house.url}/metrics`, {
    headers: { authorization: 'Bearer a-token-of-the-tests' },
  });
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  return { text: await response.text() };
}

test('metrics are what Prometheus reads, and count what came', async () => {
  const { text } = await metrics();
  for (const line of text.trimEnd().split('\n')) {
    assert.match(
      line,
      /^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{(?:\w+="(?:[^"\\\n]|\\.)*",?)*\})? -?[\d.e+-]+)$/,
      line,
    );
  }
  assert.match(text, /trunkline_webhooks_total\{connection="zoom",verdict="bad-signature"\} 1\n/);
  assert.match(text, /trunkline_webhooks_unknown_total 3\n/);
  assert.match(text, /trunkline_inbox_events\{connection="zoom",state="failed"\} [1-9]\d*\n/);
  assert.match(text, /process_resident_memory_bytes \d+\n/);
});

test('without a secret nothing is accepted, and the sender is told to come again', async () => {
  await using bare = await openHouse({ env: { ZOOM_WEBHOOK_SECRET: '' } });
  const response = await fetch(`${bare.url}/webhooks/zoom`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: bare.box.zoom.credentials.verificationToken,
    },
    body: '{"event":"meeting.ended"}',
  });
  assert.equal(response.status, 503);
});
