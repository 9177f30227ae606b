import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attack } from '../webhooks/hostile.ts';

const REQUESTS = 100_000;
const MB = 1_000_000;

test(`${REQUESTS} hostile requests: 0 accepted, 0 crashes, memory flat`, async (t) => {
  const started = performance.now();
  const { before, after, statuses, genuine } = await attack(REQUESTS, 2);
  const grown = (after.heap - before.heap) / MB;
  t.diagnostic(`${Math.round((performance.now() - started) / 1000)} s, statuses ${JSON.stringify(statuses)}`);
  t.diagnostic(
    `heap ${(before.heap / MB).toFixed(1)} → ${(after.heap / MB).toFixed(1)} MB, ${after.lines} lines`,
  );
  assert.equal(after.inbox, 1);
  assert.equal(after.counts.stored, 1);
  assert.equal(genuine, 200);
  assert.ok(grown < 5, `the heap grew by ${grown} MB`);
  assert.ok(after.lines < 1000, `${after.lines} lines`);
});
