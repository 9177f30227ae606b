import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { finish, start } from './child.ts';
import { folder } from './command-line.ts';

test('the demo needs nothing, minds nothing of the person, and sends nothing twice', async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'trunkline.yaml'), 'this: is wrong\n');
  writeFileSync(join(cwd, '.env'), 'BREVO_API_URL=http://127.0.0.1:1\n');
  const tmp = folder(t);
  const env = {
    ZOOM_API_URL: 'http://127.0.0.1:1',
    ZOOM_PLAN: 'nonsense',
    TMPDIR: tmp,
    HTTPS_PROXY: 'http://127.0.0.1:1',
  };
  const { code, stdout, stderr } = await finish(start(t, cwd, env, 'demo'));
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Contacts +[1-9]\d* created/);
  assert.match(stdout, /Second run: nothing to send\n {2}✓ 0 contacts and 0 events sent/);
  assert.match(stdout, /Where to look next/);
  assert.deepEqual(readdirSync(tmp), []);
  assert.deepEqual(readdirSync(cwd).toSorted(), ['.env', 'trunkline.yaml']);
});
