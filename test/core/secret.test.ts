import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import { createRedactor, Secret } from '../../src/core/secret.ts';

test('a secret shows itself to nobody who does not ask', () => {
  const secret = new Secret('hunter2-hunter2');
  const shown = [String(secret), JSON.stringify({ secret }), inspect({ deep: { secret } }, { depth: 9 })];
  for (const text of shown) {
    assert.ok(!text.includes('hunter2'), text);
    assert.ok(text.includes('[secret]'), text);
  }
  assert.equal(secret.reveal(), 'hunter2-hunter2');
});

test('known values are removed wherever they stand, also encoded for a URL', () => {
  const redact = createRedactor(['s3cr3t/with+signs', 'another-secret']);
  assert.equal(redact('a s3cr3t/with+signs b'), 'a [secret] b');
  assert.equal(redact('?x=s3cr3t%2Fwith%2Bsigns&y=1'), '?x=[secret]&y=1');
  assert.equal(redact('another-secret-and-more'), '[secret]-and-more');
});

test('a value that contains another is removed whole', () => {
  assert.equal(createRedactor(['abcdef', 'abcdefghij'])('abcdefghij'), '[secret]');
});

test('tokens are removed whoever issued them', () => {
  const redact = createRedactor();
  const samples: [string, string][] = [
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer [secret]'],
    ['Basic dXNlcjpwYXNz', 'Basic [secret]'],
    ['{"access_token":"eyJ0","expires_in":3600}', '{"access_token":"[secret]","expires_in":3600}'],
    ['{"download_token": "x\\"y"}', '{"download_token": "[secret]"}'],
    ['{"start_url":"https://zoom.us/s/1?zak=abc"}', '{"start_url":"[secret]"}'],
    ['https://zoom.us/j/1?pwd=abc.1&x=2', 'https://zoom.us/j/1?pwd=[secret]&x=2'],
    ['grant_type=refresh_token&refresh_token=abc', 'grant_type=refresh_token&refresh_token=[secret]'],
  ];
  for (const [text, clean] of samples) assert.equal(redact(text), clean);
});

test('ordinary text stays as it is', () => {
  const text = 'The meeting 85746065432 of ada@example.com lasted 42 minutes.';
  assert.equal(createRedactor(['', 'a', '42'])(text), text);
});
