import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killAfterEffect, round } from './kills.ts';

// A short share of `npm run chaos`, which kills fifty times and more.

test('killed at random moments, the next run leaves nothing lost and nothing twice', async () => {
  const { kills, differences, trouble } = await round(101, 3, false);
  assert.deepEqual(differences, []);
  assert.equal(trouble, '');
  assert.ok(kills >= 2, `${kills} kills`);
});

test('killed when Brevo has the events and before we know it, the events come once', async () => {
  assert.deepEqual(await killAfterEffect(102, 'POST /events/batch', 1), {
    kills: 1,
    differences: [],
    trouble: '',
  });
});
