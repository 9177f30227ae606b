import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';

import type { BudgetLedger } from '../../src/core/budget.ts';
import { createBudgetLedger } from '../../src/store/budget-ledger.ts';
import { seededRandom } from '../store/temp.ts';
import { onBoth, type Backing } from './backings.ts';

const START = Date.parse('2026-03-01T12:00:00Z');

const both = onBoth();

async function ledgerAt(t: TestContext, backing: Backing, clock: { ms: number }): Promise<BudgetLedger> {
  return createBudgetLedger(await backing.place(t).open({ now: () => clock.ms }));
}

both('a burst passes at once and the rest one interval apart, exactly', async (t, backing) => {
  const ledger = await ledgerAt(t, backing, { ms: START });
  const waits: number[] = [];
  for (let i = 0; i < 6; i++) {
    waits.push(await ledger.reserve({ key: 'k', intervalMs: 12.9, burst: 3, n: 1 }));
  }
  assert.deepEqual(waits, [0, 0, 0, 12.9, 25.8, 38.7]);
});

both('no window ever holds more than its share and the burst, whatever the arrivals', async (t, backing) => {
  const random = seededRandom(11);
  const clock = { ms: START };
  const ledger = await ledgerAt(t, backing, clock);
  for (let round = 0; round < 8; round++) {
    const key = `k${round}`;
    const intervalMs = 1 + Math.floor(random() * 400) / 10;
    const burst = 1 + Math.floor(random() * 8);
    const grants: number[] = [];
    for (let i = 0; i < 150; i++) {
      clock.ms += random() < 0.3 ? Math.floor(random() * intervalMs * burst * 2) : Math.floor(random() * 3);
      if (random() < 0.03) await ledger.block(key, random() * intervalMs * 10);
      grants.push(clock.ms + (await ledger.reserve({ key, intervalMs, burst, n: 1 })));
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

both('n slots at once push the key as far as n single ones', async (t, backing) => {
  const random = seededRandom(5);
  const clock = { ms: START };
  const ledger = await ledgerAt(t, backing, clock);
  for (let i = 0; i < 80; i++) {
    clock.ms += Math.floor(random() * 100);
    const n = 1 + Math.floor(random() * 5);
    const slot = { intervalMs: 12.9, burst: 4 };
    const together = await ledger.reserve({ key: 'together', ...slot, n });
    const first = await ledger.reserve({ key: 'single', ...slot, n: 1 });
    for (let k = 1; k < n; k++) await ledger.reserve({ key: 'single', ...slot, n: 1 });
    assert.equal(together, first);
  }
});

both(
  'nobody is let in before a block ends, and a shorter block does not end a longer one',
  async (t, backing) => {
    const clock = { ms: START };
    const ledger = await ledgerAt(t, backing, clock);
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
  },
);

both('a day gives what it has, all or nothing, and a new UTC day starts from zero', async (t, backing) => {
  const clock = { ms: Date.parse('2026-03-01T23:59:59Z') };
  const ledger = await ledgerAt(t, backing, clock);
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

both('what one reserves another sees, as it stands in the store', async (t, backing) => {
  const store = await backing.place(t).open({ now: () => START });
  const slot = { key: 'k', intervalMs: 100, burst: 1, n: 1 };
  assert.equal(await createBudgetLedger(store).reserve(slot), 0);
  assert.equal(await createBudgetLedger(store).reserve(slot), 100);
});
