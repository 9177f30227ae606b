import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedPostgres } from '../contracts/backings.ts';
import { flowStorm } from './flows.ts';

const ROUNDS = 5;
const KILLS = 20;

async function rounds(more: { databaseUrl?: () => string; workers?: number }, seed: number): Promise<string> {
  let [kills, doubts, repeats] = [0, 0, 0];
  for (let round = 1; round <= ROUNDS; round++) {
    const { databaseUrl, workers = 0 } = more;
    const outcome = await flowStorm({
      seed: seed + round,
      kills: KILLS,
      events: 200,
      workers,
      ...(databaseUrl && { databaseUrl: databaseUrl() }),
    });
    assert.deepEqual(outcome.faults, [], `seed ${seed + round}`);
    kills += outcome.kills;
    doubts += outcome.doubts;
    repeats += outcome.repeats;
  }
  return `${kills} kills, ${doubts} in doubt, ${repeats} repeats`;
}

test(`${ROUNDS} rounds of ${KILLS} kill -9 of a server in the middle of flows`, async (t) => {
  t.diagnostic(await rounds({}, 600));
});

const postgres = sharedPostgres();

test(`${ROUNDS} rounds of ${KILLS} kill -9 of a server and two workers in the middle of flows`, async (t) => {
  t.diagnostic(await rounds({ databaseUrl: () => postgres.address(), workers: 2 }, 700));
});
