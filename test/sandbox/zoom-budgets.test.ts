import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budgets, LIMITS, type Label } from '../../src/sandbox/zoom/budgets.ts';
import { openAccount } from './zoom-access.ts';

const DAY = 86_400_000;
const MIDNIGHT = Date.UTC(2026, 4, 13);

function accepted(budgets: Budgets, label: Label, times: number, now: number): number {
  let count = 0;
  for (let i = 0; i < times; i++) if (budgets.charge(label, now).refusal === undefined) count++;
  return count;
}

void test('the table is the published one', () => {
  const table = Object.entries(LIMITS).map(([plan, { rates }]) => {
    return [plan, ...Object.values(rates).map((limit) => limit.calls)];
  });
  assert.deepEqual(table, [
    ['free', 4, 2, 1, 10],
    ['pro', 30, 20, 10, 10],
    ['business', 80, 60, 40, 20],
  ]);
});

void test('a sliding second holds no more than its limit at any place', () => {
  const budgets = new Budgets('pro', 'sliding');
  assert.equal(accepted(budgets, 'medium', 12, MIDNIGHT + 900), 12);
  assert.equal(accepted(budgets, 'medium', 20, MIDNIGHT + 1100), 8);
  assert.equal(accepted(budgets, 'medium', 20, MIDNIGHT + 1899), 0);
  assert.equal(accepted(budgets, 'medium', 20, MIDNIGHT + 1900), 12);
});

void test('a fixed second starts anew with the clock', () => {
  const budgets = new Budgets('pro', 'fixed');
  assert.equal(accepted(budgets, 'medium', 25, MIDNIGHT + 900), 20);
  assert.equal(accepted(budgets, 'medium', 25, MIDNIGHT + 999), 0);
  assert.equal(accepted(budgets, 'medium', 25, MIDNIGHT + 1000), 20);
});

void test('labels do not share their seconds, and refused calls use nothing up', () => {
  const budgets = new Budgets('pro', 'sliding');
  assert.equal(accepted(budgets, 'heavy', 500, MIDNIGHT), 10);
  assert.equal(accepted(budgets, 'light', 500, MIDNIGHT), 30);
  assert.equal(accepted(budgets, 'heavy', 500, MIDNIGHT + 1000), 10);
});

void test('resource-intensive calls are counted by the minute', () => {
  const budgets = new Budgets('pro', 'sliding');
  assert.equal(accepted(budgets, 'resource-intensive', 15, MIDNIGHT), 10);
  assert.equal(accepted(budgets, 'resource-intensive', 15, MIDNIGHT + 59_999), 0);
  assert.equal(accepted(budgets, 'resource-intensive', 15, MIDNIGHT + 60_000), 10);
});

void test('heavy and resource-intensive calls share a day that ends at midnight UTC', () => {
  const budgets = new Budgets('pro', 'fixed');
  assert.equal(accepted(budgets, 'resource-intensive', 10, MIDNIGHT), 10);
  let heavy = 0;
  for (let second = 0; second < 4000; second++)
    heavy += accepted(budgets, 'heavy', 10, MIDNIGHT + second * 1000);
  assert.equal(heavy, 29_990);
  const { refusal } = budgets.charge('resource-intensive', MIDNIGHT + 5_000_000);
  assert.equal(refusal?.status, 429);
  assert.equal(refusal?.headers?.['x-ratelimit-type'], 'Daily-limit');
  assert.equal(refusal?.headers?.['retry-after'], '2026-05-14T00:00:00Z');
  assert.equal(refusal?.headers?.['x-ratelimit-remaining'], '0');
  assert.equal(accepted(budgets, 'light', 1, MIDNIGHT + 5_000_000), 1);
  assert.equal(accepted(budgets, 'heavy', 99, MIDNIGHT + DAY), 10);
});

void test('a free account has a day for each label', () => {
  const budgets = new Budgets('free', 'fixed');
  let medium = 0;
  for (let second = 0; second < 1100; second++)
    medium += accepted(budgets, 'medium', 2, MIDNIGHT + second * 1000);
  assert.equal(medium, 2000);
  assert.equal(accepted(budgets, 'heavy', 5, MIDNIGHT + 1_200_000), 1);
});

void test('over HTTP the twenty-first call of a second is refused without Retry-After', async () => {
  for (const window of ['fixed', 'sliding'] as const) {
    await using account = await openAccount({ plan: 'pro', window });
    // From the beginning of a second, so that the fixed one is not left meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000)));
    const answers = await Promise.all(Array.from({ length: 26 }, () => account.get('/users')));
    const refused = answers.filter((answer) => answer.status === 429);
    assert.equal(refused.length, 6, window);
    const [one] = refused;
    const message = 'You have reached the maximum per-second rate limit for this API. Try again later.';
    assert.deepEqual(one?.body, { code: 429, message });
    assert.equal(one?.headers.get('retry-after'), null);
    assert.equal(one?.headers.get('x-ratelimit-type'), 'QPS');
    account.sandbox.clock.advance(1000);
    assert.equal((await account.get('/users')).status, 200);
    const stats = (await account.control('GET', '/stats')).body.zoom;
    assert.equal(stats.labels.medium.calls, 27);
    assert.deepEqual(stats.labels.medium.tooMany, { QPS: 6 });
    assert.equal(stats.labels.medium.peakSlidingSecond, 26);
  }
});
