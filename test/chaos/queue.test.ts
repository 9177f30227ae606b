import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drainApart } from './queue.ts';

// A short share of `npm run chaos`, which has a million.

test('40,000 slices that wait lie on the disk, and are handed out once, as quickly at the end as at the beginning', async () => {
  const { taken, first, last, grown } = await drainApart(40_000);
  assert.equal(taken, 40_000);
  assert.ok(last < 5 * first + 50, `${first} ms for the first tenth, ${last} ms for the last`);
  assert.ok(grown < 60 * 2 ** 20, `${grown} bytes`);
});
