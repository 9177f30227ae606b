import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { events as zoomEvents } from '../../src/connectors/zoom/webhooks.ts';
import { githubEvents, slackEvents, standardWebhooks, stripeEvents } from '../../src/core/known-triggers.ts';
import { prove, sign, verify, type VerifySpec } from '../../src/core/signature.ts';
import { answerChallenge, deliveryKey, eventName, happenedAt } from '../../src/core/trigger.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const body = Buffer.from('{"type":"invoice.paid","text":"Ünïcode ✓ \\/ "}');

const presets: Readonly<Record<string, { spec: VerifySpec; secret: string; other: string }>> = {
  zoom: { spec: zoomEvents.verify, secret: 'secret-1', other: 'secret-2' },
  slack: { spec: slackEvents.verify, secret: 'secret-1', other: 'secret-2' },
  github: { spec: githubEvents.verify, secret: 'secret-1', other: 'secret-2' },
  stripe: { spec: stripeEvents.verify, secret: 'whsec_secret-1', other: 'whsec_secret-2' },
  'standard webhooks': {
    spec: standardWebhooks.verify,
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    other: 'whsec_c2VjcmV0LTItc2VjcmV0LTItc2VjcmV0',
  },
};

for (const [name, { spec, secret, other }] of Object.entries(presets)) {
  test(`${name}: what is signed verifies; another body, secret or time does not`, () => {
    const headers = sign(spec, secret, body, now, 'msg_1');
    assert.deepEqual(prove(spec, [other, secret], headers, body, now), { ok: true, secret: 1 });
    const bad = { ok: false, reason: 'bad-signature' };
    assert.deepEqual(verify(spec, [other], headers, body, now), bad);
    assert.deepEqual(verify(spec, [secret], headers, Buffer.concat([body, Buffer.from(' ')]), now), bad);
    assert.deepEqual(verify(spec, [], headers, body, now), { ok: false, reason: 'no-secret' });
    assert.deepEqual(verify(spec, [secret], {}, body, now), { ok: false, reason: 'no-signature' });
    if (!spec.time) return;
    const late = now + (spec.time.windowSeconds + 2) * 1000;
    assert.deepEqual(verify(spec, [secret], headers, body, late), { ok: false, reason: 'stale' });
  });
}

test('GitHub: the example of its documentation', () => {
  const headers = {
    'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  };
  const secret = "It's a Secret to Everybody";
  assert.deepEqual(verify(githubEvents.verify, [secret], headers, Buffer.from('Hello, World!'), now), {
    ok: true,
  });
  assert.equal(eventName(githubEvents, { 'x-github-event': 'push' }, {}), 'push');
  assert.equal(deliveryKey(githubEvents, { 'x-github-delivery': '72d3162e' }, {}), 'id:72d3162e');
});

test('Slack: the example of its documentation, and its challenge', () => {
  const form =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  const headers = {
    'x-slack-request-timestamp': '1531420618',
    'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  };
  const secret = '8f742231b10e8888abcd99yyyzzz85a5';
  assert.deepEqual(verify(slackEvents.verify, [secret], headers, Buffer.from(form), 1_531_420_618_000), {
    ok: true,
  });
  const question = { type: 'url_verification', challenge: '3eZbrw1aB' };
  assert.deepEqual(answerChallenge(slackEvents, secret, question), { challenge: '3eZbrw1aB' });
  const event = {
    type: 'event_callback',
    event_id: 'Ev1',
    event_time: 1_531_420_618,
    event: { type: 'message' },
  };
  assert.equal(eventName(slackEvents, {}, event), 'message');
  assert.equal(deliveryKey(slackEvents, {}, event), 'id:Ev1');
  assert.equal(happenedAt(slackEvents, event), 1_531_420_618_000);
});

test('Stripe: any of several signatures, by hand', async () => {
  // Worked out with another implementation of HMAC than ours.
  const key = await crypto.subtle.importKey(
    'raw',
    Buffer.from('whsec_test'),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const text = Buffer.concat([Buffer.from('1492774577.'), body]);
  const v1 = Buffer.from(await crypto.subtle.sign('HMAC', key, text)).toString('hex');
  const check = (header: string) =>
    verify(stripeEvents.verify, ['whsec_test'], { 'stripe-signature': header }, body, 1_492_774_577_000);
  const bad = 'a'.repeat(64);
  assert.deepEqual(check(`t=1492774577,v1=${v1}`), { ok: true });
  assert.deepEqual(check(`t=1492774577,v1=${bad},v1=${v1},v0=${bad}`), { ok: true });
  assert.deepEqual(check(`t=1492774577,v0=${v1}`), { ok: false, reason: 'no-signature' });
  assert.deepEqual(check(`t=1492774578,v1=${v1}`), { ok: false, reason: 'bad-signature' });
  assert.deepEqual(check(`v1=${v1}`), { ok: false, reason: 'no-time' });
  assert.deepEqual(check(`t=,v1=${v1}`), { ok: false, reason: 'no-time' });
  assert.deepEqual(check(`t=1492774577${`,v1=${bad}`.repeat(5000)},v1=${v1}`), {
    ok: false,
    reason: 'no-signature',
  });
  assert.equal(deliveryKey(stripeEvents, {}, { id: 'evt_1', type: 'x' }), 'id:evt_1');
});

test('Standard Webhooks: the published vector', () => {
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const payload = Buffer.from('{"test": 2432232314}');
  const check = (more: Record<string, string>) =>
    verify(standardWebhooks.verify, [secret], { ...headers, ...more }, payload, 1_614_265_330_000);
  assert.deepEqual(check({}), { ok: true });
  assert.deepEqual(check({ 'webhook-signature': `v1a,AAAA v1,AAAA= ${headers['webhook-signature']}` }), {
    ok: true,
  });
  assert.deepEqual(check({ 'webhook-id': 'msg_other' }), { ok: false, reason: 'bad-signature' });
  assert.deepEqual(check({ 'webhook-id': '' }), { ok: false, reason: 'no-id' });
});

test('Standard Webhooks: its own package takes what we sign, and we take what it signs', () => {
  const secret = `whsec_${Buffer.from('a secret of 24 bytes or more').toString('base64')}`;
  const oracle = new Webhook(secret);
  for (const text of ['{}', '{"a":"Ünïcode ✓"}', `{"long":"${'x'.repeat(5000)}"}`]) {
    const at = Date.now();
    const ours = sign(standardWebhooks.verify, secret, Buffer.from(text), at, 'msg_1');
    assert.deepEqual(oracle.verify(text, ours), JSON.parse(text));
    const theirs = {
      'webhook-id': 'msg_2',
      'webhook-timestamp': String(Math.floor(at / 1000)),
      'webhook-signature': oracle.sign('msg_2', new Date(at), text),
    };
    assert.deepEqual(verify(standardWebhooks.verify, [secret], theirs, Buffer.from(text), at), { ok: true });
    assert.throws(() => oracle.verify(`${text} `, ours));
  }
});

test('the same members in another order, or written otherwise, have one key; other values have others', () => {
  const key = (value: unknown) => deliveryKey(zoomEvents, {}, value);
  assert.equal(key({ a: 1, b: [{ c: 'x', d: null }] }), key({ b: [{ d: null, c: 'x' }], a: 1 }));
  const different = [
    { a: 1 },
    { a: '1' },
    { a: [1] },
    { a: { 0: 1 } },
    { a: null },
    { a: 'null' },
    { a: true },
    { a: '' },
    {},
    { a: [] },
    { a: {} },
    { a: [[], 1] },
    { a: [[1]] },
    { a: ['x', 'y'] },
    { a: ['xy'] },
    { a: 'x', b: 'y' },
    { a: 'x"1:b"1:y' },
    { ab: 'x' },
    { a: 'bx' },
  ];
  assert.equal(new Set(different.map(key)).size, different.length);
});
