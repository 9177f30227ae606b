import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedPostgres } from '../contracts/backings.ts';
import { storm } from './live.ts';

const ROUNDS = 5;
const KILLS = 10;

test(`${ROUNDS} rounds of ${KILLS} kill -9 of the server while Zoom pushes`, async (t) => {
  let kills = 0;
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const outcome = await storm({ seed: 400 + seed, kills: KILLS });
    assert.deepEqual([outcome.astray, outcome.differences], [[], []], `seed ${400 + seed}`);
    kills += outcome.kills;
  }
  t.diagnostic(`${kills} kills`);
});

const postgres = sharedPostgres();

test(`${ROUNDS} rounds of ${KILLS} kill -9 of a server and two workers on one PostgreSQL`, async (t) => {
  let kills = 0;
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const outcome = await storm({
      seed: 500 + seed,
      kills: KILLS,
      workers: 2,
      databaseUrl: postgres.address(),
    });
    assert.deepEqual([outcome.astray, outcome.differences], [[], []], `seed ${500 + seed}`);
    kills += outcome.kills;
  }
  t.diagnostic(`${kills} kills`);
});
