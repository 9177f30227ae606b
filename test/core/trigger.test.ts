import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerChallenge, deliveryKey, sign, verify, type VerifySpec } from '../../src/core/trigger.ts';
import { events } from '../../src/connectors/zoom/webhooks.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const secret = 'a-secret-token-for-tests';
const body = Buffer.from('{"event":"meeting.ended","payload":{"object":{"topic":"Ünïcode ✓ \\/ "}}}');

test('what is signed verifies, and nothing else does', () => {
  const headers = sign(events.verify, secret, body, now);
  assert.deepEqual(verify(events.verify, [secret], headers, body, now), { ok: true });
  const changed = Buffer.from(body.toString().replace('ended', 'begun'));
  assert.deepEqual(verify(events.verify, [secret], headers, changed, now), {
    ok: false,
    reason: 'bad-signature',
  });
  assert.deepEqual(verify(events.verify, ['other'], headers, body, now), {
    ok: false,
    reason: 'bad-signature',
  });
});

test('the signature is the documented one', () => {
  // HMAC-SHA256 of `v0:1700000000:{"a":1}` with the key `key`, worked out with openssl.
  const headers = sign(events.verify, 'key', Buffer.from('{"a":1}'), 1_700_000_000_000);
  assert.equal(headers['x-zm-request-timestamp'], '1700000000');
  assert.equal(
    headers['x-zm-signature'],
    'v0=3f00229db66e5b0b7299ad483b6cb6cff2d9bdd12ad57667f525e10266fa6a6b',
  );
});

test('the signature is over the raw bytes: the same JSON written otherwise does not pass', () => {
  const headers = sign(events.verify, secret, body, now);
  const rewritten = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
  assert.notDeepEqual(rewritten, body);
  assert.equal(verify(events.verify, [secret], headers, rewritten, now).ok, false);
});

test('while a secret is being replaced, both are good', () => {
  const headers = sign(events.verify, 'old-secret', body, now);
  assert.deepEqual(verify(events.verify, ['new-secret', 'old-secret'], headers, body, now), { ok: true });
});

test('without a secret nothing is accepted', () => {
  const headers = sign(events.verify, '', body, now);
  assert.deepEqual(verify(events.verify, [], headers, body, now), { ok: false, reason: 'no-secret' });
  assert.deepEqual(verify(events.verify, [''], headers, body, now), { ok: false, reason: 'no-secret' });
  assert.deepEqual(verify(events.verify, [secret, ''], headers, body, now), {
    ok: false,
    reason: 'no-secret',
  });
});

test('a last try after 85 minutes is in time, one after 91 is not', () => {
  const headers = sign(events.verify, secret, body, now);
  assert.deepEqual(verify(events.verify, [secret], headers, body, now + 85 * 60_000), { ok: true });
  assert.deepEqual(verify(events.verify, [secret], headers, body, now + 91 * 60_000), {
    ok: false,
    reason: 'stale',
  });
  assert.deepEqual(verify(events.verify, [secret], headers, body, now - 91 * 60_000), {
    ok: false,
    reason: 'stale',
  });
});

test('missing and malformed headers are refused by name', () => {
  const headers = sign(events.verify, secret, body, now);
  const without = (name: string) =>
    Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
  assert.deepEqual(verify(events.verify, [secret], without('x-zm-signature'), body, now), {
    ok: false,
    reason: 'no-signature',
  });
  assert.deepEqual(verify(events.verify, [secret], without('x-zm-request-timestamp'), body, now), {
    ok: false,
    reason: 'no-time',
  });
  const odd = { ...headers, 'x-zm-request-timestamp': '1e9' };
  assert.deepEqual(verify(events.verify, [secret], odd, body, now), { ok: false, reason: 'no-time' });
});

test('other systems are the same data with other words', () => {
  const github: VerifySpec = {
    header: 'x-hub-signature-256',
    prefix: 'sha256=',
    sign: '{body}',
    algorithm: 'sha256',
    encoding: 'hex',
  };
  // The example of GitHub's documentation.
  const headers = {
    'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  };
  assert.deepEqual(
    verify(github, ["It's a Secret to Everybody"], headers, Buffer.from('Hello, World!'), now),
    { ok: true },
  );
});

test('a challenge is answered with the text and its hash', () => {
  const question = { event: 'endpoint.url_validation', payload: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw' } };
  const answer = answerChallenge(events, 'key', question);
  assert.equal(answer?.['plainToken'], 'qgg8vlvZRS6UYooatFL8Aw');
  assert.match(answer?.['encryptedToken'] ?? '', /^[0-9a-f]{64}$/);
  assert.equal(answerChallenge(events, 'key', { event: 'meeting.ended' }), undefined);
});

test('all tries of one delivery have one key, two deliveries have two', () => {
  const event = {
    event: 'recording.completed',
    event_ts: 1,
    download_token: 'a',
    payload: { object: { id: 1, files: [{ download_url: 'x' }] } },
  };
  const again = {
    ...event,
    download_token: 'b',
    payload: { object: { files: [{ download_url: 'y' }], id: 1 } },
  };
  const other = { ...event, event_ts: 2 };
  assert.equal(deliveryKey(events, {}, event), deliveryKey(events, {}, again));
  assert.notEqual(deliveryKey(events, {}, event), deliveryKey(events, {}, other));
  assert.equal(deliveryKey(events, { 'x-zm-request-id': 'r1' }, event), 'id:r1');
});
