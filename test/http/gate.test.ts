import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Budget, BudgetLedger } from '../../src/core/budget.ts';
import type { ConnectorError } from '../../src/core/errors.ts';
import { Gate } from '../../src/http/gate.ts';
import { createBudgetLedger } from '../../src/store/budget-ledger.ts';
import { openSqlite } from '../../src/store/store.ts';

/** A clock that stands still but for sleeping, over a real ledger. */
async function stage(budget: Budget, shares: { share?: number; dailyShare?: number } = {}) {
  let now = Date.parse('2026-11-21T10:00:00Z');
  const store = await openSqlite({ path: ':memory:', now: () => now });
  const ledger = createBudgetLedger(store);
  const later: { at: number; fn: () => void }[] = [];
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      const end = now + ms;
      for (const { at, fn } of later.splice(0).toSorted((a, b) => a.at - b.at)) {
        if (at > end) later.push({ at, fn });
        else {
          now = at;
          fn();
        }
      }
      now = end;
    },
  };
  const gate = (over: BudgetLedger = ledger) =>
    new Gate({ account: 'a', label: 'l', budget, share: 1, dailyShare: 1, ...shares }, over, clock);
  return {
    gate,
    now: () => now,
    pass: (ms: number) => (now += ms),
    later: (ms: number, fn: () => void) => later.push({ at: now + ms, fn }),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

const any = { priority: 0, maxWaitMs: 1e9 };

async function grants(gate: Gate, now: () => number, n: number): Promise<number[]> {
  const at: number[] = [];
  for (let i = 0; i < n; i++) {
    await gate.take(any);
    at.push(now());
  }
  return at;
}

const mostIn = (times: readonly number[], ms: number): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + ms).length));

for (const limit of [1, 2, 4, 10, 20, 30, 40, 60, 80]) {
  test(`a limit of ${limit} a second is never passed, and used to at least 95 %`, async () => {
    await using on = await stage({ windows: [{ limit, perMs: 1000 }] });
    const times = await grants(on.gate(), on.now, limit * 20);
    assert.ok(mostIn(times, 1000) <= limit);
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
    assert.ok((times.length - 1) / seconds >= limit * 0.95, `${(times.length - 1) / seconds} a second`);
  });
}

test('an hourly limit allows a burst at once and is not passed in any hour', async () => {
  await using on = await stage({ windows: [{ limit: 100, perMs: 3600_000 }] });
  const start = on.now();
  const times = await grants(on.gate(), on.now, 250);
  assert.equal(times.filter((at) => at === start).length, 50);
  assert.ok(mostIn(times, 3600_000) <= 100);
});

test('an hourly limit that the pace by the second keeps anyway slows nothing down', async () => {
  await using on = await stage({
    windows: [
      { limit: 10, perMs: 1000 },
      { limit: 36_000, perMs: 3600_000 },
    ],
  });
  const times = await grants(on.gate(), on.now, 100);
  assert.ok((times.at(-1) ?? 0) - (times[0] ?? 0) < 10_500);
});

test('a share of one half is half the rate', async () => {
  await using on = await stage({ windows: [{ limit: 20, perMs: 1000 }] }, { share: 0.5 });
  assert.ok(mostIn(await grants(on.gate(), on.now, 100), 1000) <= 10);
});

test('two gates on one ledger, as in two processes, share one budget', async () => {
  await using on = await stage({ windows: [{ limit: 10, perMs: 1000 }] });
  const [a, b] = [on.gate(), on.gate()];
  const times: number[] = [];
  for (let i = 0; i < 60; i++) {
    await (i % 2 ? a : b).take(any);
    times.push(on.now());
  }
  assert.ok(mostIn(times, 1000) <= 10);
});

for (const stall of [30, 60, 100]) {
  test(`a second in which ${stall} ms stood still is not crowded by what came meanwhile`, async () => {
    await using on = await stage({ windows: [{ limit: 80, perMs: 1000 }] });
    const gate = on.gate();
    const counted: number[] = [];
    const start = on.now();
    for (let i = 0; i < 1600; i++) {
      const answered = await gate.take(any);
      // Every three seconds the other side stands still: what comes meanwhile is counted and answered at the end.
      const into = (on.now() - start + 1500) % 3000;
      const late = into < stall ? stall - into : 0;
      counted.push(on.now() + late);
      on.later(late + 5, answered);
    }
    assert.ok(mostIn(counted, 1000) <= 80, `${mostIn(counted, 1000)} in a second`);
    const seconds = (on.now() - start) / 1000;
    assert.ok(1600 / seconds >= 80 * 0.94, `${1600 / seconds} a second`);
  });
}

test('the share of a day ends with an error that says when it begins anew', async () => {
  await using on = await stage({ windows: [], day: { name: 'heavy', limit: 10 } }, { dailyShare: 0.8 });
  const gate = on.gate();
  await grants(gate, on.now, 8);
  await assert.rejects(gate.take(any), (error: ConnectorError) => {
    assert.equal(error.kind, 'quota');
    assert.deepEqual(error.retry, { afterMs: 14 * 3600_000 });
    return true;
  });
  on.pass(14 * 3600_000);
  await gate.take(any);
});

test('after a block nobody goes before its time', async () => {
  await using on = await stage({ windows: [{ limit: 10, perMs: 1000 }] });
  const gate = on.gate();
  const start = on.now();
  await gate.block(5000);
  await gate.take(any);
  assert.ok(on.now() - start >= 5000);
});

test('whoever will not wait that long is told at once how long it would be', async () => {
  await using on = await stage({ windows: [{ limit: 10, perMs: 1000 }] });
  const gate = on.gate();
  await gate.block(60_000);
  const start = on.now();
  await assert.rejects(gate.take({ priority: 0, maxWaitMs: 2000 }), { kind: 'rate' });
  assert.equal(on.now(), start);
});

test('an urgent call overtakes those that wait', async () => {
  await using on = await stage({ windows: [{ limit: 10, perMs: 1000 }] });
  const gate = on.gate();
  const order: string[] = [];
  const calls = ['first', 'second', 'third'].map((name) => gate.take(any).then(() => order.push(name)));
  calls.push(gate.take({ ...any, priority: 1 }).then(() => order.push('urgent')));
  await Promise.all(calls);
  assert.equal(order.indexOf('urgent') < order.indexOf('second'), true, order.join());
});

test('a lower limit in an answer is taken over, a higher one is not', async () => {
  await using on = await stage({ windows: [{ limit: 10, perMs: 1000 }] });
  const gate = on.gate();
  gate.learn({ limit: { limit: 100, perMs: 1000 } });
  assert.ok(mostIn(await grants(gate, on.now, 30), 1000) <= 10);
  gate.learn({ limit: { limit: 5, perMs: 1000 } });
  on.pass(5000);
  assert.ok(mostIn(await grants(gate, on.now, 30), 1000) <= 5);
});

test('when the ledger fails, the callers are told instead of left waiting', async () => {
  await using on = await stage({ windows: [{ limit: 10, perMs: 1000 }] });
  const broken: BudgetLedger = {
    reserve: () => Promise.reject(new Error('disk full')),
    spend: async () => true,
    block: async () => undefined,
    blockedFor: async () => 0,
    usedToday: async () => ({}),
  };
  await assert.rejects(on.gate(broken).take(any), /disk full/);
});
