import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import type { BudgetLedger } from '../../src/core/budget.ts';
import { createBudgetLedger } from '../../src/store/budget-ledger.ts';
import { openSqlite } from '../../src/store/store.ts';
import { seededRandom } from './temp.ts';

const START = Date.parse('2026-03-01T12:00:00Z');

async function ledgerAt(t: TestContext, clock: { ms: number }): Promise<BudgetLedger> {
  const store = await openSqlite({ path: ':memory:', now: () => clock.ms });
  t.after(() => store.close());
  return createBudgetLedger(store);
}

test('a burst passes at once and the rest one interval apart, exactly', async (t) => {
  const ledger = await ledgerAt(t, { ms: START });
  const waits: number[] = [];
  for (let i = 0; i < 6; i++) {
    waits.push(await ledger.reserve({ key: 'k', intervalMs: 12.9, burst: 3, n: 1 }));
  }
  assert.deepEqual(waits, [0, 0, 0, 12.9, 25.8, 38.7]);
});

test('no window ever holds more than its share and the burst, whatever the arrivals', async (t) => {
  const random = seededRandom(11);
  for (let round = 0; round < 20; round++) {
    const clock = { ms: START };
    const ledger = await ledgerAt(t, clock);
    const intervalMs = 1 + Math.floor(random() * 400) / 10;
    const burst = 1 + Math.floor(random() * 8);
    const grants: number[] = [];
    for (let i = 0; i < 150; i++) {
      clock.ms += random() < 0.3 ? Math.floor(random() * intervalMs * burst * 2) : Math.floor(random() * 3);
      if (random() < 0.03) await ledger.block('k', random() * intervalMs * 10);
      grants.push(clock.ms + (await ledger.reserve({ key: 'k', intervalMs, burst, n: 1 })));
    }
    for (let first = 0; first < grants.length; first++) {
      for (let last = first; last < grants.length; last++) {
        const window = (grants[last] ?? 0) - (grants[first] ?? 0);
        const count = last - first + 1;
        // Grants at both edges of the closed window count, and microseconds are the ledger's grain.
        assert.ok(
          count <= (window + 0.01) / intervalMs + burst,
          `${count} grants within ${window} ms at one per ${intervalMs} ms and a burst of ${burst}`,
        );
      }
    }
  }
});

test('n slots at once push the key as far as n single ones', async (t) => {
  const random = seededRandom(5);
  const clock = { ms: START };
  const ledger = await ledgerAt(t, clock);
  for (let i = 0; i < 200; i++) {
    clock.ms += Math.floor(random() * 100);
    const n = 1 + Math.floor(random() * 5);
    const slot = { intervalMs: 12.9, burst: 4 };
    const together = await ledger.reserve({ key: 'together', ...slot, n });
    const first = await ledger.reserve({ key: 'single', ...slot, n: 1 });
    for (let k = 1; k < n; k++) await ledger.reserve({ key: 'single', ...slot, n: 1 });
    assert.equal(together, first);
  }
});

test('nobody is let in before a block ends, and a shorter block does not end a longer one', async (t) => {
  const clock = { ms: START };
  const ledger = await ledgerAt(t, clock);
  const slot = { key: 'k', intervalMs: 10, burst: 2, n: 1 };
  assert.equal(await ledger.blockedFor('k'), 0);
  await ledger.block('k', 5000);
  await ledger.block('k', 100);
  assert.equal(await ledger.blockedFor('k'), 5000);
  assert.deepEqual(
    [await ledger.reserve(slot), await ledger.reserve(slot), await ledger.reserve(slot)],
    [5000, 5000, 5010],
  );
  clock.ms += 6000;
  assert.equal(await ledger.blockedFor('k'), 0);
  assert.equal(await ledger.reserve(slot), 0);
});

test('a day gives what it has, all or nothing, and a new UTC day starts from zero', async (t) => {
  const clock = { ms: Date.parse('2026-03-01T23:59:59Z') };
  const ledger = await ledgerAt(t, clock);
  assert.equal(await ledger.spend('zoom:heavy', 11, 10), false);
  assert.equal(await ledger.spend('zoom:heavy', 8, 10), true);
  assert.equal(await ledger.spend('zoom:heavy', 3, 10), false);
  assert.equal(await ledger.spend('zoom:heavy', 2, 10), true);
  assert.equal(await ledger.spend('brevo:mail', 1, 10), true);
  assert.deepEqual(await ledger.usedToday('zoom:'), { 'zoom:heavy': 10 });
  assert.deepEqual(await ledger.usedToday(''), { 'zoom:heavy': 10, 'brevo:mail': 1 });
  clock.ms += 1000;
  assert.deepEqual(await ledger.usedToday(''), {});
  assert.equal(await ledger.spend('zoom:heavy', 10, 10), true);
});

test('what one reserves another sees, as it stands in the store', async (t) => {
  const store = await openSqlite({ path: ':memory:', now: () => START });
  t.after(() => store.close());
  const slot = { key: 'k', intervalMs: 100, burst: 1, n: 1 };
  assert.equal(await createBudgetLedger(store).reserve(slot), 0);
  assert.equal(await createBudgetLedger(store).reserve(slot), 100);
});
