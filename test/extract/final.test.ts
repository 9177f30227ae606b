import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { defineStream, type StreamParent } from '../../src/core/stream.ts';
import { json } from '../http/server.ts';
import { days, pageOf, plain, rigOf, threes, within } from './own-streams.ts';

const HOUR = 3600_000;
const text = z.string().optional();
const moment = text.meta({ format: 'date-time' });
const iso = (ms: number): string => new Date(ms).toISOString();

/** Meetings in a list that has them when they are over and says only when they began. */
const held = defineStream({
  ...plain,
  name: 'held',
  title: 'Meetings that were held',
  path: '/held',
  kind: 'state',
  row: z.looseObject({ id: text, start: moment }),
  primaryKey: ['id'],
  pages: threes('held'),
});

/** Who was there, below parents of a test's own. */
function people(...parents: StreamParent[]) {
  return defineStream({
    ...plain,
    name: 'people',
    title: 'Who was there',
    path: '/held/{id}/people',
    kind: 'history',
    row: z.looseObject({ name: text }),
    primaryKey: ['meeting', 'name'],
    pages: threes('people'),
    parents,
  });
}

const began: StreamParent = {
  stream: 'held',
  params: { id: 'id' },
  carry: { meeting: 'id' },
  endedAt: 'start',
  longest: 30,
};

function hall(start: (now: number) => number, streams: Parameters<typeof rigOf>[0]) {
  const names = ['Ada'];
  const state = { names, gone: false, onList: () => undefined as void };
  return Object.assign(state, {
    rig: rigOf(streams, (path, query, response) => {
      if (path !== '/held') {
        if (state.gone) return json(response, 404, { code: 3001, message: 'not there' });
        return pageOf(
          'people',
          state.names.map((name) => ({ name })),
          query,
        );
      }
      state.onList();
      return pageOf('held', [{ id: 'long', start: iso(start(Date.parse('2026-11-21T12:00:00Z'))) }], query);
    }),
  });
}

test('who is reported late of a meeting of many hours is not lost, and once it is final nobody asks again', async () => {
  const place = hall((now) => now - 8 * HOUR, { held, people: people(began) });
  await using rig = await place.rig;
  await rig.run();
  assert.deepEqual(rig.rows('people', 'name'), [{ name: 'Ada' }]);
  place.names.push('Bob');
  rig.clock.now += HOUR;
  await rig.run();
  assert.equal(
    rig.rows('people').length,
    2,
    'it began nine hours ago, and was over an hour ago at the earliest',
  );
  rig.clock.now += 2 * HOUR;
  await rig.run();
  assert.ok(rig.asked.includes('/held/long/people'), 'read once more when it has settled');
  rig.clock.now += HOUR;
  await rig.run();
  assert.ok(!rig.asked.includes('/held/long/people'), 'now it is final');
});

test('what began long ago is final when it is read the first time', async () => {
  const place = hall((now) => now - 40 * HOUR, { held, people: people(began) });
  await using rig = await place.rig;
  await rig.run();
  rig.clock.now += HOUR;
  await rig.run();
  assert.deepEqual(rig.asked, ['/held']);
});

test('what is not there yet is asked for until it is over for good', async () => {
  const place = hall((now) => now - 8 * HOUR, { held, people: people(began) });
  await using rig = await place.rig;
  place.gone = true;
  const report = await rig.run();
  assert.equal(report.streams.find(({ stream }) => stream === 'people')?.skips[0]?.retry, 'by the next run');
  rig.clock.now += HOUR;
  place.gone = false;
  await rig.run();
  assert.equal(rig.rows('people').length, 1);
});

test('what takes days to settle is asked for as long', async () => {
  const place = hall((now) => now - 40 * HOUR, { held, people: people({ ...began, settles: 3 }) });
  await using rig = await place.rig;
  place.gone = true;
  await rig.run();
  for (let day = 1; day <= 3; day++) {
    rig.clock.now += 24 * HOUR;
    const report = await rig.run();
    const retry = report.streams.find(({ stream }) => stream === 'people')?.skips[0]?.retry;
    assert.equal(report.outcome, 'done', 'what waits again counts once');
    assert.equal(retry, day < 3 ? 'by the next run' : 'never: it is over', `day ${day}`);
  }
  rig.clock.now += 24 * HOUR;
  await rig.run();
  assert.deepEqual(rig.asked, ['/held']);
});

test('what a run of days ago left over counts once when its parent lists it again', async () => {
  const stop = new AbortController();
  const place = hall((now) => now - 40 * HOUR, { held, people: people(began) });
  await using rig = await place.rig;
  const first = rig.run(undefined, { signal: stop.signal });
  place.onList = () => stop.abort();
  assert.equal((await first).outcome, 'stopped');
  assert.deepEqual(rig.rows('_trunkline_slices', 'target, state', 'ORDER BY 1'), [
    { target: 'held', state: 'done' },
    { target: 'people', state: 'waiting' },
  ]);
  place.onList = () => undefined;
  rig.clock.now += 72 * HOUR;
  const rest = await rig.run();
  assert.deepEqual([rest.resumed, rest.outcome], [false, 'done']);
  assert.equal(rig.rows('people').length, 1);
});

test('settings of what has no end are read by each run, though their parents are listed once', async () => {
  const recorded = defineStream({
    ...plain,
    name: 'recorded',
    title: 'Recordings',
    path: '/recorded',
    kind: 'history',
    row: z.looseObject({ id: text, start: moment }),
    primaryKey: ['id'],
    cursor: 'start',
    pages: threes('recorded'),
    window: days(28),
  });
  const settings = defineStream({
    ...plain,
    name: 'settings',
    title: 'Who may see a recording',
    path: '/recorded/{id}/settings',
    kind: 'state',
    row: z.looseObject({ shared: text }),
    primaryKey: ['recording'],
    pages: { kind: 'none', items: '' },
    parents: [{ stream: 'recorded', params: { id: 'id' }, carry: { recording: 'id' } }],
  });
  let shared = 'nobody';
  const all = ['2026-11-13T10:00:00Z', '2026-11-20T10:00:00Z'].map((start, i) => ({ id: `r${i}`, start }));
  await using rig = await rigOf({ recorded, settings }, (path, query) =>
    path === '/recorded' ? pageOf('recorded', within(all, 'start', query), query) : { shared },
  );
  await rig.run();
  shared = 'everybody';
  rig.clock.now += 3 * 24 * HOUR;
  const report = await rig.run();
  assert.deepEqual(rig.rows('settings', 'recording, shared', 'ORDER BY 1'), [
    { recording: 'r0', shared },
    { recording: 'r1', shared },
  ]);
  assert.equal(report.outcome, 'done');
});

/** Events of nine days, in two windows. */
function calendar() {
  const events = defineStream({
    ...plain,
    name: 'events',
    title: 'Events',
    path: '/events',
    kind: 'state',
    row: z.looseObject({ id: text, at: moment }),
    primaryKey: ['id'],
    pages: threes('events'),
    window: { ...days(5), reach: 9 },
  });
  const all = Array.from({ length: 16 }, (_, i) => ({
    id: `e${i}`,
    at: iso(Date.UTC(2026, 10, 13 + (i % 9))),
  }));
  return { events, all };
}

const there = [{ n: 16 }];

test('a scan that stopped between its windows for long begins again, and marks nothing as gone', async () => {
  const { events, all } = calendar();
  const stop = new AbortController();
  await using rig = await rigOf({ events }, (_, query) => {
    if (query.get('to') === '2026-11-21') stop.abort();
    return pageOf('events', within(all, 'at', query), query);
  });
  assert.equal((await rig.run(['events'], { signal: stop.signal })).outcome, 'stopped');
  rig.clock.now += 20 * 60_000;
  const rest = await rig.run();
  assert.deepEqual([rest.resumed, rest.outcome], [true, 'done']);
  assert.deepEqual(rig.rows('events', 'count(*) AS n', 'WHERE _trunkline_deleted_at IS NULL'), there);
});

test('a scan over two windows that loses a page marks nothing of the first one as gone', async () => {
  const { events, all } = calendar();
  let lose = true;
  await using rig = await rigOf({ events }, (_, query, response) => {
    if (query.get('token') === '3' && query.get('to') === '2026-11-21' && lose) {
      lose = false;
      return json(response, 400, { code: 300, message: 'The next page token is invalid or expired.' });
    }
    return pageOf('events', within(all, 'at', query), query);
  });
  const report = await rig.run();
  assert.equal(report.outcome, 'done');
  assert.equal(lose, false);
  assert.deepEqual(rig.rows('events', 'count(*) AS n', 'WHERE _trunkline_deleted_at IS NULL'), there);
});
