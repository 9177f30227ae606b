import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drainApart } from './queue.ts';

test('1,000,000 slices that wait lie on the disk, and are handed out once, as quickly at the end as at the beginning', async (t) => {
  const { taken, first, last, grown } = await drainApart(1_000_000);
  t.diagnostic(
    `${Math.round(first)} ms for 250 fetches at the beginning, ${Math.round(last)} ms at the end, ${grown >> 20} MB`,
  );
  assert.equal(taken, 1_000_000);
  assert.ok(last < 3 * first + 200, `${first} ms for the first tenth, ${last} ms for the last`);
  assert.ok(grown < 100 * 2 ** 20, `${grown} bytes`);
});
