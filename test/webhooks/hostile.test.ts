import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attack } from './hostile.ts';

test('3,000 hostile requests: nothing accepted, nothing broken, few lines in the log', async () => {
  const { after, statuses, genuine } = await attack(3000, 1);
  assert.equal(after.inbox, 1, JSON.stringify(after));
  assert.equal(after.counts.stored, 1);
  assert.equal(genuine, 200);
  assert.ok(after.lines <= 30, `${after.lines} lines`);
  for (const status of [400, 401, 405, 413, 415]) assert.ok((statuses[status] ?? 0) > 0, `no ${status}`);
  assert.equal(
    Object.keys(statuses).filter((status) => Number(status) >= 500).length,
    0,
    JSON.stringify(statuses),
  );
});
