import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectorError } from '../../src/core/errors.ts';
import { json } from '../http/server.ts';
import { byStream, choose, rig, World } from './school.ts';

const count = (world: World) => world.lessons.reduce((sum, { pupils }) => sum + pupils.length, 0);

/** The day's cap of one label is used up after so many calls. */
function cap(world: World, part: string, calls: number) {
  let made = 0;
  world.fault = (seen, response) => {
    if (!seen.url.includes(part) || ++made <= calls) return false;
    response.setHeader('retry-after', '2026-11-22T00:00:00Z');
    json(response, 429, { code: 429, message: 'the daily limit' });
    return true;
  };
}

test('a daily cap that is used up ends the run as incomplete, and the next one reads the rest', async () => {
  await using one = await rig(new World().fill(3, 6, 4));
  cap(one.world, '/lessons/%', 4);
  const noLane = { scopes: ['pupils:slow', 'quiz'] };
  const report = await one.run([choose('pupils')], noLane);
  assert.equal(report.outcome, 'incomplete');
  assert.ok((byStream(report)['pupils']?.slices.waiting ?? 0) > 0);
  one.world.fault = () => false;
  one.world.now = Date.parse('2026-11-22T00:01:00Z');
  const next = await one.run([choose('pupils')], noLane);
  assert.equal(next.outcome, 'done');
  assert.equal(next.resumed, true);
  assert.equal(one.rows('pupils').length, count(one.world));
});

test('with wait, the same run goes on when the day is over', async () => {
  await using one = await rig(new World().fill(3, 6, 4));
  cap(one.world, '/lessons/%', 4);
  const waits: number[] = [];
  const report = await one.run([choose('pupils')], {
    scopes: ['pupils:slow', 'quiz'],
    wait: true,
    sleep: async (ms) => {
      waits.push(ms);
      one.world.now += ms;
      one.world.fault = () => false;
    },
  });
  assert.equal(report.outcome, 'done');
  assert.deepEqual(waits, [12 * 3600_000]);
  assert.equal(one.rows('pupils').length, count(one.world));
});

test('the plan tells calls and rows before anything is read, and what they take', async () => {
  const world = new World().fill(6, 5, 4);
  await using one = await rig(world, { plan: 'limited' });
  const plan = await one.plan();
  const report = await one.run();
  for (const { stream, calls, rows } of plan.streams) {
    const real = byStream(report)[stream];
    assert.ok(
      Math.abs(calls - (real?.calls ?? 0)) <= 0.2 * (real?.calls ?? 0) + 2,
      `${stream}: ${calls} calls, really ${real?.calls}`,
    );
    assert.ok(
      Math.abs(rows - (real?.rows ?? 0)) <= 0.2 * (real?.rows ?? 0) + 2,
      `${stream}: ${rows} rows, really ${real?.rows}`,
    );
  }
  const labels = Object.fromEntries(plan.labels.map((label) => [label.label, label]));
  assert.equal(labels['fast']?.perSecond, 40);
  assert.ok(
    Math.abs((labels['slow']?.minimumMs ?? 0) - (labels['fast']?.minimumMs ?? 0)) < 50,
    'both ways end together',
  );
  assert.ok(plan.days > 1, 'five slow calls a day');
  assert.ok(plan.probes <= 80);
});

test('a plan after a run knows what is left', async () => {
  await using one = await rig(new World().fill(3, 4, 4));
  await one.run();
  const plan = await one.plan(true);
  assert.equal(plan.streams.find(({ stream }) => stream === 'pupils')?.calls, 0);
});

test('a plan says what the account has not got', async () => {
  await using one = await rig(new World().fill(2, 3, 4));
  one.world.fault = (seen, response) => {
    if (!seen.url.includes('/quiz')) return false;
    json(response, 400, { code: 200, message: 'No plan.' });
    return true;
  };
  const plan = await one.plan();
  assert.deepEqual(plan.notes, ['quizzes: School refused quizzes (HTTP 400, code 200): No plan. Buy more.']);
});

test('a revoked token ends a plan with its error', async () => {
  await using one = await rig(new World().fill(1, 1, 1));
  one.world.fault = (_, response) => {
    json(response, 401, { code: 124, message: 'revoked' });
    return true;
  };
  await assert.rejects(one.plan(), (error) => error instanceof ConnectorError && error.kind === 'auth');
});
