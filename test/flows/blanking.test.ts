import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRedactor } from '../../src/core/secret.ts';
import { display, keep, kept, KEPT, keepingOfRun, SHOWN } from '../../src/flows/keeping.ts';

const sealing = () =>
  Promise.resolve({
    seal: (text: string) => Buffer.from(text).toString('base64'),
    open: (text: string) => Buffer.from(text, 'base64').toString(),
  });
const keeping = () => keepingOfRun({ redact: createRedactor(['a-known-key']), sealing });

test('a secret stays blanked under any name once it was seen, also by the process that goes on', async () => {
  const first = keeping();
  const answer = await keep({ password: 'hunter2-hunter2', link: 'https://x/?pwd=another-one&y=1' }, first);
  assert.equal(answer.shown, '{"password":"[secret]","link":"https://x/?pwd=[secret]&y=1"}');
  assert.doesNotMatch(
    (await keep({ note: 'use hunter2-hunter2 and another-one' }, first)).shown ?? '',
    /hunter|another/,
  );
  const next = keeping();
  assert.deepEqual(await kept(answer, next), {
    password: 'hunter2-hunter2',
    link: 'https://x/?pwd=another-one&y=1',
  });
  assert.doesNotMatch((await keep(['hunter2-hunter2'], next)).shown ?? '', /hunter/);
});

test('what holds no secret is kept as it is, and nothing is encrypted', async () => {
  const value = { a: [1, 'two', null], big: 12345678901234567890n, bytes: new Uint8Array([104, 105]) };
  const { shown, sealed } = await keep(value, keeping());
  assert.equal(sealed, null);
  assert.deepEqual(await kept({ shown, sealed }, keeping()), {
    a: [1, 'two', null],
    big: '12345678901234567890',
    bytes: 'aGk=',
  });
});

test('what is long is cut when it is shown, and what is too long is not kept', async () => {
  const long = await keep('x'.repeat(SHOWN * 2), keeping());
  assert.match(String(display(long.shown, long.size)), /^"x{9999}… \(20002 characters\)$/);
  assert.equal(String(await kept(long, keeping())).length, SHOWN * 2);
  const huge = await keep('x'.repeat(KEPT + 1), keeping());
  assert.equal(huge.shown, null);
  assert.match(String(display(huge.shown, huge.size)), /more than the 1000000 that are kept/);
});
