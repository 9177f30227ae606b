import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killAfterEffect, round } from './kills.ts';

const ROUNDS = 10;
const KILLS = 6;

for (const faults of [false, true]) {
  test(`${ROUNDS} rounds of ${KILLS} kill -9${faults ? ', with faults on both sides' : ''}: nothing lost, nothing twice`, async (t) => {
    let kills = 0;
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const result = await round(seed + (faults ? 500 : 0), KILLS, faults);
      assert.deepEqual(result.differences, [], `seed ${seed}: ${result.trouble}`);
      assert.equal(result.trouble, '', `seed ${seed}`);
      kills += result.kills;
    }
    t.diagnostic(`${kills} kills`);
    assert.ok(kills >= 50, `only ${kills} runs were killed before they ended`);
  });
}

for (const operation of ['POST /events/batch', 'POST /contacts', 'GET /contacts']) {
  test(`killed three times in a row inside ${operation}, everything comes once`, async () => {
    const result = await killAfterEffect(700, operation, 3);
    assert.deepEqual(result.differences, []);
    assert.equal(result.trouble, '');
  });
}
