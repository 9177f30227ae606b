import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { WebhookInput } from '../../src/openapi/definition-webhook.ts';
import { hookStage, type HookStage, type Json } from './stage.ts';

const DESK: WebhookInput = {
  title: 'Desk',
  auth: { method: 'signature', key: 'Desk-Signature', prefix: 'X-', hash: 'sha512', encoding: 'base64' },
  validation: {
    key: 'challenge_token',
    when: { key: 'webhookEvent', is: 'endpoint.challenge' },
    response: { as: 'json', key: 'challenge_response' },
  },
  event: { body: 'webhookEvent' },
  delivery: { header: 'X-Desk-Delivery' },
  happened: { body: 'timestamp', unit: 'ms' },
};

async function post(url: string, body: string, headers: Record<string, string> = {}, method = 'POST') {
  const response = await fetch(url, { method, headers, ...(method === 'GET' ? {} : { body }) });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

async function send(on: HookStage, hook: { url: string; secret?: string }): Promise<Json> {
  return on.control('POST', '/desk', { webhook: { url: hook.url, secret: hook.secret } });
}

test('a person pastes an address; its challenge is answered, and every event is taken once', async () => {
  await using on = await hookStage();
  const made = await on.hooks.add({ name: 'desk', settings: DESK });
  assert.deepEqual([made.kind, made.state, made.inbox], ['static', 'active', 'hook:desk']);
  assert.ok((made.secret ?? '').length >= 43, '256 bits');
  assert.equal((await send(on, { url: made.url, secret: 'wrong-secret' })).accepted, false);
  assert.equal((await send(on, made)).accepted, true);
  const { ticket, deliveries } = await on.control('POST', '/desk', { ticket: { summary: 'Help' } });
  assert.equal(deliveries[0].status, 200);
  await on.control('POST', '/desk', { move: { key: ticket.key, status: 'solved' } });
  const events = await on.inbox('desk');
  assert.deepEqual(
    events.map(({ event, verdict }) => [event, verdict]),
    [
      ['ticket.created', 'signature'],
      ['ticket.solved', 'signature'],
    ],
  );
  assert.ok(events[0].happenedAt);
  assert.equal('secret' in (await on.hooks.show('desk')), false, 'it is shown once');
});

test('old and new secrets hold while one is replaced; an address that was replaced ends', async () => {
  await using on = await hookStage();
  const made = await on.hooks.add({
    name: 'door',
    settings: { title: 'Door', auth: { method: 'signature', key: 'x-token' } },
  });
  const turned = await on.hooks.rotate('door', { what: 'both', keepMs: 3_600_000 });
  assert.notEqual(turned.secret, made.secret);
  assert.notEqual(turned.url, made.url);
  for (const [i, url] of [made.url, turned.url].entries()) {
    for (const [j, token] of [made.secret, turned.secret].entries()) {
      const answer = await post(url, JSON.stringify({ n: i * 2 + j }), { 'x-token': token ?? '' });
      assert.equal(answer.status, 200, `address ${i}, secret ${j}`);
    }
  }
  await on.pass(3601);
  // What was read of an address is believed for five seconds where nobody tells of a change.
  await post(made.url, '{}', { 'x-token': turned.secret ?? '' });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal((await post(made.url, '{}', { 'x-token': turned.secret ?? '' })).status, 410);
  assert.equal((await post(turned.url, '{}', { 'x-token': made.secret ?? '' })).status, 401);
  const now = await on.hooks.rotate('door', { secret: 'theirs-and-not-ours', keepMs: 0 });
  assert.equal((await post(now.url, '{}', { 'x-token': turned.secret ?? '' })).status, 401);
  assert.equal((await post(now.url, '{}', { 'x-token': 'theirs-and-not-ours' })).status, 200);
});

test('the questions of Meta and Microsoft are answered with the text alone, others are not', async () => {
  await using on = await hookStage();
  const meta = await on.hooks.add({
    name: 'meta',
    settings: { title: 'Meta', preset: 'meta' },
    secrets: ['app-secret', 'verify-me'],
  });
  const ask = (query: string) => post(`${meta.url}?${query}`, '', {}, 'GET');
  const good = await ask('hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=verify-me');
  assert.deepEqual([good.status, good.text], [200, '1158201444']);
  assert.match(good.headers.get('content-type') ?? '', /^text\/plain/);
  assert.equal(good.headers.get('x-content-type-options'), 'nosniff');
  assert.equal((await ask('hub.mode=subscribe&hub.challenge=1&hub.verify_token=guess')).status, 401);
  assert.equal((await ask('hub.mode=subscribe&hub.challenge=1')).status, 401);
  assert.equal((await ask('hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=verify-me')).status, 405);
  const graph = await on.hooks.add({
    name: 'graph',
    settings: { title: 'Graph', preset: 'microsoft-graph' },
  });
  const asked = await post(
    `${graph.url}?validationToken=${encodeURIComponent('<b>Réunion & more</b>')}`,
    '',
    {
      'content-type': 'text/plain; charset=utf-8',
    },
  );
  assert.deepEqual([asked.status, asked.text], [200, '<b>Réunion & more</b>']);
  assert.match(asked.headers.get('content-type') ?? '', /^text\/plain/);
  const body = JSON.stringify({
    value: [{ changeType: 'updated', clientState: graph.secret, tenantId: 't1' }],
  });
  assert.equal((await post(graph.url, body, { 'content-type': 'application/json' })).status, 200);
  const [event] = await on.inbox('graph');
  assert.deepEqual([event.event, event.account, event.verdict], ['updated', 't1', 'value']);
  const kept = await (await on.app.records()).event(event.id);
  assert.equal(JSON.stringify(kept).includes(graph.secret ?? 'none'), false, 'the secret is not kept');
});

test('nobody is given the HMAC of a text that they choose', async () => {
  await using on = await hookStage();
  const zoom = await on.hooks.add({
    name: 'zoom-two',
    settings: { title: 'Zoom', preset: 'zoom' },
    secrets: ['the-secret'],
  });
  const body = JSON.stringify({ event: 'endpoint.url_validation', payload: { plainToken: 'v0:1:{}' } });
  assert.equal((await post(zoom.url, body, { 'content-type': 'application/json' })).status, 401);
  const time = String(Math.floor(Date.now() / 1000));
  const mac = createHmac('sha256', 'the-secret').update(`v0:${time}:${body}`).digest('hex');
  const signed = { 'x-zm-request-timestamp': time, 'x-zm-signature': `v0=${mac}` };
  const answer = await post(zoom.url, body, { 'content-type': 'application/json', ...signed });
  assert.equal(answer.status, 200);
  const expected = createHmac('sha256', 'the-secret').update('v0:1:{}').digest('hex');
  assert.deepEqual(JSON.parse(answer.text), { plainToken: 'v0:1:{}', encryptedToken: expected });
});

test('forms, PUT, a HEAD and events without ids are taken; what is not signed for is not', async () => {
  await using on = await hookStage();
  const auth = { method: 'signature', key: 'x-token' } as const;
  const form = await on.hooks.add({
    name: 'form',
    settings: { title: 'Form', auth, format: 'form', event: { body: 'command' } },
  });
  const token = { 'x-token': form.secret ?? '' };
  const body = 'command=%2Fhelp&text=a+b&tag=1&tag=2';
  assert.equal(
    (await post(form.url, body, { ...token, 'content-type': 'application/x-www-form-urlencoded' })).status,
    200,
  );
  assert.equal((await post(form.url, body, { ...token }, 'PUT')).status, 200);
  const [event, second] = await on.inbox('form');
  assert.equal(event.event, '/help');
  assert.equal(second, undefined, 'the same text is the same delivery');
  const bell = await on.hooks.add({ name: 'bell', settings: { title: 'Bell', auth, delivery: 'request' } });
  for (let i = 0; i < 3; i++)
    assert.equal((await post(bell.url, '{}', { 'x-token': bell.secret ?? '' })).status, 200);
  assert.equal((await on.inbox('bell')).length, 3, 'every ring counts');
  assert.equal((await fetch(bell.url, { method: 'HEAD' })).status, 200);
  assert.equal((await post(bell.url, '{}', {}, 'GET')).status, 405);
  assert.equal((await post(bell.url, '{}', {}, 'DELETE')).status, 405);
  const broken = await post(bell.url, 'no JSON', { 'x-token': bell.secret ?? '' });
  assert.equal(broken.status, 200, 'it is genuine: kept, and seen');
  const failed = (await on.inbox('bell')).find(({ state }) => state === 'failed');
  assert.match(failed.error.message, /cannot be read/);
});

test('an open hook is open only because somebody said so, and warns', async () => {
  await using on = await hookStage();
  const open = await on.hooks.add({ name: 'open', settings: { title: 'Open', auth: { method: 'none' } } });
  assert.deepEqual([open.auth, open.secret], ['none', undefined]);
  assert.match(open.warnings.join(), /Nothing is proven/);
  assert.equal((await post(open.url, '{"a":1}')).status, 200);
  assert.equal((await on.inbox('open'))[0]?.verdict, 'address');
  await assert.rejects(
    on.hooks.add({ name: 'x', settings: { title: 'x' } }),
    /say how events prove themselves/,
  );
  const stripe = await on.hooks.add({ name: 'pay', settings: { title: 'Stripe', preset: 'stripe' } });
  assert.equal(stripe.secret, undefined, 'the secret is theirs to make');
  assert.match(stripe.warnings.join(), /no secret yet/);
  assert.equal((await post(stripe.url, '{}', { 'stripe-signature': 't=1,v1=' })).status, 503);
  assert.equal(
    (await post(`${on.url}/webhooks/shop`, '{}', { 'content-type': 'application/json' })).status,
    404,
  );
});

test('hostile requests are refused in bounded time and memory, and leave nothing behind', async () => {
  await using on = await hookStage();
  const made = await on.hooks.add({
    name: 'door',
    settings: { title: 'Door', auth: { method: 'signature', key: 'x-token', hash: 'sha256' } },
  });
  const wrong: [string, Record<string, string>, number][] = [
    ['{}', {}, 401],
    ['{}', { 'x-token': '' }, 401],
    ['{}', { 'x-token': 'a'.repeat(8000) }, 401],
    ['{}', { 'x-token': '0'.repeat(64) }, 401],
    ['x'.repeat(1_000_001), { 'x-token': '0'.repeat(64) }, 413],
    ['['.repeat(100_000), { 'x-token': '0'.repeat(64) }, 401],
  ];
  for (const [body, headers, status] of wrong) {
    assert.equal((await post(made.url, body, headers)).status, status);
  }
  const base = made.url.slice(0, made.url.lastIndexOf('/') + 1);
  for (const id of ['', '..%2f..%2fetc', 'x', 'A'.repeat(33), "' OR 1=1 --", '%00', 'A'.repeat(5000)]) {
    assert.equal((await post(`${base}${encodeURIComponent(id)}`, '{}')).status, 404, id);
  }
  const guesses = Array.from({ length: 300 }, (_, i) => post(`${base}${String(i).padStart(32, 'x')}`, '{}'));
  const statuses = new Set((await Promise.all(guesses)).map(({ status }) => status));
  for (const status of statuses) assert.ok(status === 404 || status === 503, String(status));
  // Half a request, and gone.
  const { port, pathname } = new URL(made.url);
  const socket = connect(Number(port), '127.0.0.1');
  await new Promise<void>((sent) => {
    socket.write(`POST ${pathname} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"a`, () => sent());
  });
  socket.destroy();
  const mac = createHmac('sha256', made.secret ?? '')
    .update('{"ok":1}')
    .digest('hex');
  assert.equal((await post(made.url, '{"ok":1}', { 'x-token': mac })).status, 200);
  assert.equal((await on.inbox('door')).length, 1);
});

test('a signed sample is sent and taken; the API and its document know all of it', async () => {
  await using on = await hookStage();
  const { status, json: made } = await on.ask('POST', '/hooks', {
    name: 'releases',
    settings: { title: 'Releases', preset: 'github' },
  });
  assert.equal(status, 200);
  const { json: tested } = await on.ask('POST', '/hooks/releases/test', {
    event: 'release',
    body: { action: 'published' },
  });
  assert.deepEqual([tested.ok, tested.status], [true, 200]);
  const sent = await on.control('POST', '/github', { url: made.url, secret: made.secret, tag: 'v1.0.0' });
  assert.equal(sent.status, 200);
  assert.deepEqual(
    (await on.inbox('releases')).map(({ event }) => event),
    ['release', 'release'],
  );
  const { json: list } = await on.ask('GET', '/hooks');
  assert.equal(JSON.stringify(list).includes(made.url), false, 'a list shows no addresses');
  assert.equal((await on.ask('GET', '/hooks/releases')).json.url, made.url);
  assert.equal((await on.ask('GET', '/hooks/nobody')).status, 404);
  assert.equal(
    (await on.ask('POST', '/hooks', { name: 'releases', settings: { title: 'x', preset: 'github' } })).status,
    400,
  );
  assert.deepEqual((await on.ask('DELETE', '/hooks/releases')).json, { removed: true });
  assert.equal((await post(made.url, '{}')).status, 410);
});
