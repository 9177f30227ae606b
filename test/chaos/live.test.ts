import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storm } from './live.ts';

// A short share of `npm run chaos`.

test('a server that is killed while Zoom pushes loses nothing and does nothing twice', async () => {
  const { kills, astray, differences } = await storm({ seed: 301, kills: 4 });
  assert.deepEqual(astray, []);
  assert.deepEqual(differences, []);
  assert.ok(kills >= 3, `${kills} kills`);
});
