import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { defineStream } from '../../src/core/stream.ts';
import { readStream } from '../../src/extract/read-stream.ts';
import { RowMaker } from '../../src/extract/repeats.ts';
import { json } from '../http/server.ts';
import { days, pageOf, plain, rigOf, threes, within } from './own-streams.ts';

const text = z.string().optional();
const moment = text.meta({ format: 'date-time' });

const bells = defineStream({
  ...plain,
  name: 'bells',
  title: 'When the bell rang',
  path: '/bells',
  kind: 'history',
  row: z.looseObject({ time: moment, what: text, nth: z.number().int().optional() }),
  primaryKey: ['time', 'what', 'nth'],
  repeats: 'nth',
  cursor: 'time',
  pages: threes('bells'),
  window: days(5),
});

type Line = { time: string; what: string };
const line = (time: string, what = 'ding'): Line => ({ time, what });

/** Five that are alike lie across two pages, and there are others. */
const lines = (): Line[] => [
  line('2026-11-20T08:00:00Z'),
  line('2026-11-20T09:00:00Z'),
  ...Array.from({ length: 5 }, () => line('2026-11-20T10:00:00Z')),
  line('2026-11-20T10:00:00Z', 'dong'),
  line('2026-11-13T10:00:00Z'),
  line('2026-11-13T10:00:00Z'),
];

function belfry(
  log: Line[],
  lost = new Set<string>(),
  between: (token: string | null) => void = () => undefined,
) {
  return rigOf({ bells }, (_, query, response) => {
    const token = query.get('token');
    between(token);
    if (token !== null && lost.delete(token)) {
      return json(response, 400, { code: 300, message: 'The next page token is invalid or expired.' });
    }
    return pageOf('bells', within(log, 'time', query), query);
  });
}

const kept = (rig: Awaited<ReturnType<typeof belfry>>) =>
  rig.rows('bells', 'time, what, nth', 'ORDER BY time, what, nth');

const expected = [
  { time: '2026-11-13T10:00:00Z', what: 'ding', nth: 1 },
  { time: '2026-11-13T10:00:00Z', what: 'ding', nth: 2 },
  { time: '2026-11-20T08:00:00Z', what: 'ding', nth: 1 },
  { time: '2026-11-20T09:00:00Z', what: 'ding', nth: 1 },
  ...[1, 2, 3, 4, 5].map((nth) => ({ time: '2026-11-20T10:00:00Z', what: 'ding', nth })),
  { time: '2026-11-20T10:00:00Z', what: 'dong', nth: 1 },
];

test('lines that say the same are all kept, across pages, and once however often they are read', async () => {
  await using rig = await belfry(lines());
  assert.equal((await rig.run()).outcome, 'done');
  assert.deepEqual(kept(rig), expected);
  rig.clock.now += 3600_000;
  const again = await rig.run();
  assert.ok(rig.asked.length > 0, 'the last day is read again');
  assert.deepEqual([again.streams[0]?.written, kept(rig)], [0, expected]);
});

test('a line that comes late and says the same is one more', async () => {
  const log = lines();
  await using rig = await belfry(log);
  await rig.run();
  rig.clock.now += 3600_000;
  log.splice(2, 0, line('2026-11-20T10:00:00Z'));
  log.unshift(line('2026-11-21T09:30:00Z'));
  const again = await rig.run(['bells'], { lookbackMs: 48 * 3600_000 });
  assert.equal(again.streams[0]?.written, 2);
  assert.equal(kept(rig).length, expected.length + 2);
});

test('a list that begins again because its page was lost counts from one again', async () => {
  await using rig = await belfry(lines(), new Set(['6']));
  assert.equal((await rig.run()).outcome, 'done');
  assert.deepEqual(kept(rig), expected);
});

test('a run that was stopped within the list counts right when it goes on', async () => {
  const stop = new AbortController();
  const log = lines();
  await using rig = await belfry(log, new Set(), (token) => {
    if (token === '3') stop.abort();
  });
  assert.equal((await rig.run(['bells'], { signal: stop.signal })).outcome, 'stopped');
  assert.ok(kept(rig).length < expected.length);
  rig.clock.now += 60_000;
  const rest = await rig.run();
  assert.deepEqual([rest.resumed, rest.outcome], [true, 'done']);
  assert.deepEqual(kept(rig), expected);
});

test('a program that reads the stream itself gets the same numbers', async () => {
  await using rig = await belfry(lines());
  const until = rig.clock.now;
  const pages = await Array.fromAsync(
    readStream(rig.session(), bells, { since: until - 10 * 24 * 3600_000, until }),
  );
  const rows = pages.flatMap((page) => page.rows).map(({ time, what, nth }) => ({ time, what, nth }));
  const order = (row: (typeof rows)[number]) => JSON.stringify(row);
  assert.deepEqual(
    rows.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
    expected.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
  );
});

test('what was met longest ago is forgotten first, so that a list of any length needs the same memory', () => {
  const maker = new RowMaker(bells, {}, 2);
  const numbers = (whats: string) =>
    maker.rows(whats.split('').map((what) => ({ time: 't', what }))).map(({ nth }) => nth);
  assert.deepEqual(numbers('aabab'), [1, 2, 1, 3, 2]);
  assert.deepEqual(numbers('cb'), [1, 3], 'a is forgotten, b was met after it');
  assert.deepEqual(numbers('ac'), [1, 1]);
});
