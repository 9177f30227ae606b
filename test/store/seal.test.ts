import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Secret } from '../../src/core/secret.ts';
import { deriveKey, seal, unseal } from '../../src/store/seal.ts';
import { openVault } from '../../src/store/vault.ts';
import { tempDatabase } from './temp.ts';

const key = deriveKey('correct horse battery staple');

test('what was sealed opens with the same key under the same label, and never looks the same twice', () => {
  const first = seal(key, 'zoom', 'Grüße, geheim');
  const second = seal(key, 'zoom', 'Grüße, geheim');
  assert.match(first, /^v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/);
  assert.notEqual(first, second);
  assert.equal(unseal(deriveKey('correct horse battery staple'), 'zoom', first), 'Grüße, geheim');
});

test('a changed part, another label and a cut tag are refused', () => {
  const parts = seal(key, 'zoom', 'secret text').split('.');
  for (const i of [2, 3, 4]) {
    const bytes = Buffer.from(parts[i] ?? '', 'base64url');
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    const changed = parts.with(i, bytes.toString('base64url')).join('.');
    assert.throws(() => unseal(key, 'zoom', changed), { kind: 'config', code: 'sealed-changed' });
  }
  assert.throws(() => unseal(key, 'other', parts.join('.')), { code: 'sealed-changed' });
  const cut = parts.with(4, (parts[4] ?? '').slice(0, 6)).join('.');
  assert.throws(() => unseal(key, 'zoom', cut), { code: 'sealed-changed' });
});

test('another key is named together with the one that is expected', () => {
  const other = deriveKey('another text');
  assert.throws(
    () => unseal(other, 'zoom', seal(key, 'zoom', 'x')),
    (error: Error & { kind: string }) => {
      assert.equal(error.kind, 'config');
      assert.ok(error.message.includes(key.id) && error.message.includes(other.id), error.message);
      return true;
    },
  );
});

const added = { name: 'a', connector: 'brevo', auth: '', account: 'brevo:1', settings: {} };

test('the vault makes a key file for this user only, and shows nothing in its files', async (t) => {
  const path = tempDatabase(t);
  const keyFile = join(dirname(path), 'secret.key');
  {
    await using vault = await openVault({ place: path, keyFile, now: Date.now });
    await vault.put(added, { apiKey: new Secret('xkeysib-very-secret') });
    assert.equal((await vault.get('a'))?.credentials['apiKey']?.reveal(), 'xkeysib-very-secret');
  }
  assert.equal(statSync(keyFile).mode & 0o777, 0o600);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  for (const file of readdirSync(dirname(path))) {
    assert.ok(!readFileSync(join(dirname(path), file)).includes('xkeysib-very'), file);
  }
});

test('with another key, or none, nothing is read and nothing is written', async (t) => {
  const path = tempDatabase(t);
  const keyFile = join(dirname(path), 'secret.key');
  {
    await using vault = await openVault({ place: path, keyFile, now: Date.now });
    await vault.put(added, { apiKey: new Secret('xkeysib-very-secret') });
  }
  const keyText = new Secret('not the text of then');
  await using wrong = await openVault({ place: path, keyFile, keyText, now: Date.now });
  assert.equal((await wrong.list()).length, 1);
  await assert.rejects(wrong.get('a'), { kind: 'config', code: 'wrong-key' });
  await assert.rejects(wrong.put({ ...added, name: 'b' }, {}), { code: 'wrong-key' });
  rmSync(keyFile);
  await using none = await openVault({ place: path, keyFile, now: Date.now });
  await assert.rejects(none.get('a'), /encrypted with the key [0-9a-f]{8}, but there is no key/);
  await assert.rejects(none.put({ ...added, name: 'b' }, {}), { code: 'wrong-key' });
});
