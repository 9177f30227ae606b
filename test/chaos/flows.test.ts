import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedPostgres } from '../contracts/backings.ts';
import { flowStorm } from './flows.ts';

// A short share of `npm run chaos`.

test('a server that is killed in the middle of flows loses no run and repeats no finished step', async (t) => {
  const { kills, doubts, repeats, faults } = await flowStorm({ seed: 11, kills: 2, events: 20 });
  assert.deepEqual(faults, []);
  assert.equal(kills, 2);
  t.diagnostic(`${doubts} in doubt, ${repeats} repeats`);
});

const postgres = sharedPostgres();

test('nor do a server and a worker on one PostgreSQL', async (t) => {
  const databaseUrl = postgres.address();
  const { kills, doubts, repeats, faults } = await flowStorm({
    seed: 12,
    kills: 2,
    events: 15,
    workers: 1,
    databaseUrl,
  });
  assert.deepEqual(faults, []);
  assert.equal(kills, 2);
  t.diagnostic(`${doubts} in doubt, ${repeats} repeats`);
});
