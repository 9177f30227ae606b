import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, Trunkline } from '../../src/index.ts';
import { sign } from '../../src/core/trigger.ts';
import { zoomEvents } from '../../src/entry/webhooks.ts';
import { sdk } from './stage.ts';

const ENV = { LOG_LEVEL: 'silent' };

test('what the program sets wins over the environment, and what is undefined does not count', () => {
  const env = { ...ENV, BREVO_API_KEY: 'from-env', ZOOM_PLAN: 'free', ZOOM_ACCOUNT_ID: 'A' };
  const { config } = new Trunkline({ env, zoomPlan: 'business', brevoApiKey: undefined });
  assert.equal(config.zoom.plan, 'business');
  assert.equal(config.zoom.accountId, 'A');
  assert.equal(config.brevo.apiKey?.reveal(), 'from-env');
  const other = new Trunkline({
    env,
    brevoApiKey: 'given',
    webhookSecret: ['new', 'old'],
    listIds: { webinarAttendees: 16, webinarRegistrants: null },
  });
  assert.equal(other.config.brevo.apiKey?.reveal(), 'given');
  assert.equal(other.config.zoom.webhook.secretTokens.length, 2);
  assert.deepEqual(other.config.lists, {
    meetingParticipants: 'Zoom meeting participants',
    webinarAttendees: 16,
    webinarRegistrants: null,
  });
  assert.throws(() => new Trunkline({ env, zoomPlan: 'gold' as 'pro' }), ConfigError);
});

test('a connection is remembered: connecting again gives the same session, other credentials another', async (t) => {
  const { box, trunkline } = await sdk(t);
  const { ZOOM_ACCOUNT_ID: accountId, ZOOM_CLIENT_ID: clientId, ZOOM_CLIENT_SECRET: clientSecret } = box.env;
  const credentials = { accountId, clientId, clientSecret };
  const first = await trunkline.connectors.connect('zoom', credentials);
  const second = await trunkline.connectors.connect('zoom');
  assert.equal(first.session, second.session);
  const wrong = trunkline.connectors.connect('zoom', { ...credentials, clientSecret: 'not-the-secret' });
  await assert.rejects(wrong, { kind: 'auth' });
  // Those that were refused are not kept.
  assert.equal((await trunkline.connectors.connect('zoom')).session, first.session);
  assert.equal((await first.users.list({ page_size: 1 })).users.length, 1);
});

test('credentials that are missing or unknown are named', async () => {
  await using trunkline = new Trunkline({ env: ENV, dataDir: '/nonexistent' });
  await assert.rejects(
    trunkline.connectors.connect('zoom', { accountId: undefined, clientId: 'x', clientSecret: undefined }),
    (error: unknown) =>
      error instanceof ConfigError &&
      /ZOOM_ACCOUNT_ID/.test(error.message) &&
      /ZOOM_CLIENT_SECRET/.test(error.message) &&
      !/ZOOM_CLIENT_ID:/.test(error.message),
  );
  const mistyped = { apiKey: 'x', key: 'y' };
  await assert.rejects(trunkline.connectors.connect('brevo', mistyped), {
    kind: 'config',
    message: "Brevo has no credential 'key'",
  });
  await assert.rejects(trunkline.connectors.connect('nosuch'), { kind: 'config' });
});

test('events go to the handlers of their topic; topics without one are counted', async () => {
  await using trunkline = new Trunkline({ env: ENV });
  const seen: unknown[] = [];
  const off = trunkline.on('meeting.ended', ({ connector, payload }) => void seen.push([connector, payload]));
  trunkline.on('meeting.ended', async () => void seen.push('second'));
  const send = (topic: string) => trunkline.connectors.handleWebhook('zoom', { topic, payload: { a: 1 } });
  assert.deepEqual(await send('meeting.ended'), { topic: 'meeting.ended', handled: 2 });
  assert.deepEqual(seen, [['zoom', { a: 1 }], 'second']);
  off();
  assert.deepEqual(await send('meeting.ended'), { topic: 'meeting.ended', handled: 1 });
  assert.deepEqual(await send('user.created'), { topic: 'user.created', handled: 0 });
  assert.deepEqual(
    [...trunkline.webhooks.counts()],
    [
      ['meeting.ended', { received: 2, handled: 3 }],
      ['user.created', { received: 1, handled: 0 }],
    ],
  );
  await assert.rejects(send(''), { kind: 'input' });
  await assert.rejects(trunkline.connectors.handleWebhook('nosuch', { topic: 'x' }), { kind: 'config' });
});

test('a handler that fails does not keep the others from running, and the caller is told', async () => {
  await using trunkline = new Trunkline({ env: ENV });
  let ran = false;
  trunkline.on('meeting.ended', () => Promise.reject(new Error('full')));
  trunkline.on('meeting.ended', () => void (ran = true));
  await assert.rejects(trunkline.connectors.handleWebhook('zoom', { topic: 'meeting.ended' }), /full/);
  assert.ok(ran);
});

test('webhooks are proven with every configured secret, and fail closed without one', () => {
  const { webhooks } = new Trunkline({ env: ENV, webhookSecret: ['new-secret', 'old-secret'] });
  const body = '{"event":"meeting.ended"}';
  const signed = (secret: string) => sign(zoomEvents.verify, secret, Buffer.from(body), Date.now());
  for (const secret of ['new-secret', 'old-secret']) {
    assert.deepEqual(webhooks.verify({ headers: signed(secret), body }), { ok: true });
    const headers = new Headers(signed(secret));
    assert.deepEqual(webhooks.verify({ headers, body: Buffer.from(body) }), { ok: true });
  }
  const forged = { ok: false, reason: 'bad-signature' };
  assert.deepEqual(webhooks.verify({ headers: signed('guess'), body }), forged);
  assert.deepEqual(webhooks.verify({ headers: signed('new-secret'), body: `${body} ` }), forged);
  const parsed = JSON.parse(body) as string;
  assert.throws(() => webhooks.verify({ headers: signed('new-secret'), body: parsed }), { kind: 'input' });
  const open = new Trunkline({ env: ENV }).webhooks;
  assert.deepEqual(open.verify({ headers: signed(''), body }), { ok: false, reason: 'no-secret' });
  const question = { event: 'endpoint.url_validation', payload: { plainToken: 'abc' } };
  assert.equal(webhooks.answer(JSON.stringify(question))?.['plainToken'], 'abc');
  assert.equal(webhooks.answer(question)?.['encryptedToken']?.length, 64);
  assert.equal(webhooks.answer(body), undefined);
  assert.equal(webhooks.answer('not json'), undefined);
  assert.throws(() => open.answer(question), { kind: 'config' });
});

test('a whole range goes over, and every person can be explained', async (t) => {
  const { box, trunkline } = await sdk(t);
  const phases = new Set<string>();
  const { ZOOM_ACCOUNT_ID: accountId, ZOOM_CLIENT_ID: clientId, ZOOM_CLIENT_SECRET: clientSecret } = box.env;
  await trunkline.connectors.connect('zoom', { accountId, clientId, clientSecret });
  const summary = await trunkline.activate({
    since: new Date(Date.now() - 30 * 24 * 3600_000),
    onProgress: ({ phase }) => void phases.add(phase),
  });
  assert.ok(summary.contacts.created > 0);
  assert.ok(phases.has('contacts'));
  const again = await trunkline.activate({
    since: new Date(summary.since).toISOString(),
    until: summary.until,
  });
  assert.equal(again.contacts.created + again.contacts.updated, 0);
  const explanation = await trunkline.explain('nobody@example.com');
  assert.deepEqual(explanation.facts, []);
  await assert.rejects(trunkline.activate({ since: 'last week' }), {
    kind: 'input',
    message: /is not a time/,
  });
  await assert.rejects(trunkline.activate({ since: '2026-11-02', until: '2026-11-01' }), { kind: 'input' });
});
