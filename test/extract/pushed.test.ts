/** What events tell of rows, in any order, against what the API says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { defineStream } from '../../src/core/stream.ts';
import type { ToldRow } from '../../src/extract/land-pushed.ts';
import { random } from '../../src/sandbox/random.ts';
import { pageOf, plain, rigOf, threes } from './own-streams.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const text = z.string().optional();
const moment = text.meta({ format: 'date-time' });
const at = (ms: number): string => new Date(ms).toISOString();

/** Rooms that are there now, and who was in them. */
const rooms = defineStream({
  ...plain,
  name: 'rooms',
  title: 'Rooms',
  path: '/rooms',
  kind: 'state',
  row: z.looseObject({ id: text, name: text, seats: z.number().int().optional(), over: moment }),
  omit: ['pin'],
  primaryKey: ['id'],
  pages: threes('rooms'),
  pushes: { by: ['id'], events: {} },
});

const stays = defineStream({
  ...plain,
  name: 'stays',
  title: 'Who was there',
  path: '/rooms/{room}/stays',
  kind: 'history',
  row: z.looseObject({ who: text, came: moment, left: moment }),
  primaryKey: ['room', 'who', 'came'],
  pages: threes('stays'),
  parents: [{ stream: 'rooms', params: { room: 'id' }, carry: { room: 'id' }, endedAt: 'over' }],
  pushes: { by: ['room', 'who'], events: {} },
});

type Row = Record<string, unknown>;

function house() {
  const state = { rooms: [] as Row[], stays: {} as Record<string, Row[]> };
  return Object.assign(state, {
    rig: rigOf({ rooms, stays }, (path, query) =>
      path === '/rooms'
        ? pageOf('rooms', state.rooms, query)
        : pageOf('stays', state.stays[path.split('/')[2] ?? ''] ?? [], query),
    ),
  });
}

const told = (row: Row, when: number, more: Partial<ToldRow> = {}): ToldRow => ({
  row,
  at: when,
  event: `event-${when}`,
  ...more,
});
const here = { within: {} };
const ROOM = 'id, name, seats, _trunkline_source AS source, _trunkline_deleted_at IS NOT NULL AS gone';

test('what was told last counts, member by member, in whatever order and however often it comes', async () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  const story = [
    told({ id: '1', name: 'Blue', seats: 4, pin: '99' }, now - 50, here),
    told({ id: '1', name: 'Green' }, now - 40),
    told({ id: '1', seats: 6 }, now - 30),
    told({ id: '2', name: 'Attic', colour: 'red' }, now - 30, here),
    told({ id: '2' }, now - 20, { gone: true }),
    told({ id: '3', name: 'Hall' }, now - 20, here),
    told({ id: '3' }, now - 15, { gone: true }),
    told({ id: '3', name: 'Great hall' }, now - 10, here),
  ];
  for (let seed = 1; seed <= 12; seed++) {
    await using rig = await house().rig;
    const dice = random(seed, 'order');
    const twice = [...story, ...story].map((one) => [dice.int(0, 1_000_000), one] as const);
    const shuffled = twice.toSorted(([a], [b]) => a - b).map(([, one]) => one);
    const cut = dice.int(1, shuffled.length - 1);
    await rig.tell('rooms', shuffled.slice(0, cut));
    await rig.tell('rooms', shuffled.slice(cut));
    assert.deepEqual(
      rig.rows('rooms', ROOM, 'WHERE _trunkline_deleted_at IS NULL ORDER BY id'),
      [
        { id: '1', name: 'Green', seats: 6, source: 'webhook', gone: 0 },
        { id: '3', name: 'Great hall', seats: null, source: 'webhook', gone: 0 },
      ],
      `seed ${seed}`,
    );
    assert.equal(await rig.tell('rooms', shuffled), 0, 'again, and nothing is written');
  }
});

test('an event that is older than what the API said changes nothing, a later one its own members only', async () => {
  const home = house();
  await using rig = await home.rig;
  home.rooms = [{ id: '1', name: 'Blue', seats: 4 }];
  await rig.run(['rooms']);
  const read = rig.clock.now;
  const old = [
    told({ id: '1', name: 'Old', seats: 1 }, read - HOUR, here),
    told({ id: '9', name: 'Never was' }, read - HOUR, here),
    told({ id: '1' }, read - HOUR, { gone: true }),
  ];
  assert.equal(await rig.tell('rooms', old), 0);
  assert.deepEqual(rig.rows('rooms', ROOM), [{ id: '1', name: 'Blue', seats: 4, source: 'api', gone: 0 }]);

  rig.clock.now += HOUR;
  await rig.tell('rooms', [told({ id: '1', seats: 8, colour: 'red' }, rig.clock.now - 1)]);
  const [row] = rig.rows('rooms', `${ROOM}, _trunkline_extra AS extra, _trunkline_run AS run`);
  const run = `event-${rig.clock.now - 1}`;
  assert.deepEqual(row, {
    id: '1',
    name: 'Blue',
    seats: 8,
    source: 'webhook',
    gone: 0,
    extra: '{"colour":"red"}',
    run,
  });

  // The API is asked once more, and its word counts.
  rig.clock.now += HOUR;
  await rig.run(['rooms']);
  assert.deepEqual(rig.rows('rooms', ROOM), [{ id: '1', name: 'Blue', seats: 4, source: 'api', gone: 0 }]);
});

test('gone by an event is gone at once; what only an event told is gone when the API does not have it', async () => {
  const home = house();
  await using rig = await home.rig;
  home.rooms = [{ id: '1', name: 'Blue' }];
  await rig.run(['rooms']);
  rig.clock.now += HOUR;
  await rig.tell('rooms', [
    told({ id: '1' }, rig.clock.now, { gone: true }),
    told({ id: '2', name: 'Rumour' }, rig.clock.now, here),
    told({ id: '3', name: 'Unknown place' }, rig.clock.now),
  ]);
  const gone = () => rig.rows('rooms', 'id, _trunkline_deleted_at IS NOT NULL AS gone', 'ORDER BY id');
  assert.deepEqual(gone(), [
    { id: '1', gone: 1 },
    { id: '2', gone: 0 },
  ]);
  rig.clock.now += HOUR;
  home.rooms = [];
  const { streams } = await rig.run(['rooms']);
  assert.equal(streams[0]?.deleted, 1);
  assert.deepEqual(gone(), [
    { id: '1', gone: 1 },
    { id: '2', gone: 1 },
  ]);
  assert.deepEqual(rig.rows('_trunkline_pushed'), []);
});

test('a stay is one row whichever end of it comes first, and the API has the last word on its key', async () => {
  const home = house();
  await using rig = await home.rig;
  const over = rig.clock.now;
  const within = { within: { room: '1' } };
  await rig.tell('stays', [told({ room: '1', who: 'Ada', left: at(over) }, over, within)]);
  assert.deepEqual(rig.rows('stays'), [], 'nobody knows yet when she came');
  await rig.tell('stays', [
    told({ room: '1', who: 'Ada', came: at(over - HOUR) }, over - HOUR, within),
    told({ room: '1', who: 'Bob', came: at(over - HOUR) }, over - HOUR, within),
    told({ room: '2', who: 'Eve', came: at(over - HOUR) }, over - HOUR, { within: { room: '2' } }),
  ]);
  const there = () =>
    rig.rows('stays', 'who, "left" IS NOT NULL AS "left", _trunkline_source AS source', 'ORDER BY who');
  const one = (who: string, left: number, source = 'webhook') => ({ who, left, source });
  assert.deepEqual(there(), [one('Ada', 1), one('Bob', 0), one('Eve', 0)]);

  // The API says that Bob came a second later than his event did, has Ada as she was told of, and not the second room.
  home.rooms = [{ id: '1', over: at(over) }];
  const bob = { who: 'Bob', came: at(over - HOUR + 1000), left: at(over) };
  home.stays = { 1: [{ who: 'Ada', came: at(over - HOUR), left: at(over) }, bob] };
  rig.clock.now += HOUR;
  await rig.run();
  assert.deepEqual(there(), [one('Ada', 1), one('Bob', 0), one('Bob', 1, 'api'), one('Eve', 0)]);
  // Once nothing can change any more, what the API does not have goes.
  rig.clock.now += 4 * HOUR;
  await rig.run();
  assert.deepEqual(there(), [one('Ada', 1), one('Bob', 1, 'api'), one('Eve', 0)]);
  rig.clock.now += 2 * DAY;
  await rig.run();
  assert.deepEqual(there(), [one('Ada', 1), one('Bob', 1, 'api')]);
  assert.deepEqual(rig.rows('_trunkline_pushed'), []);
});

test('a table that was removed is made again by events, and the next run reads all of its history', async () => {
  const home = house();
  await using rig = await home.rig;
  const over = rig.clock.now - 5 * DAY;
  home.rooms = [{ id: '1', over: at(over) }];
  home.stays = { 1: [{ who: 'Ada', came: at(over - HOUR) }] };
  await rig.run();
  rig.exec('DROP TABLE stays');
  const row = { room: '2', who: 'Eve', came: at(rig.clock.now) };
  await rig.tell('stays', [told(row, rig.clock.now, { within: { room: '2' } })]);
  rig.clock.now += HOUR;
  await rig.run();
  assert.deepEqual(rig.rows('stays', 'who', 'ORDER BY who'), [{ who: 'Ada' }, { who: 'Eve' }]);
});

test('a value that does not fit makes its column wider, and those of the API stay', async () => {
  const home = house();
  await using rig = await home.rig;
  home.rooms = [{ id: '1', name: 'Blue', seats: 4 }];
  await rig.run(['rooms']);
  rig.clock.now += HOUR;
  await rig.tell('rooms', [told({ id: '2', seats: 'many' }, rig.clock.now, here)]);
  assert.deepEqual(rig.rows('rooms', 'id, seats', 'ORDER BY id'), [
    { id: '1', seats: '4' },
    { id: '2', seats: 'many' },
  ]);
  const [change] = rig.rows('_trunkline_changes', 'column_name, to_type', "WHERE change = 'type widened'");
  assert.deepEqual(change, { column_name: 'seats', to_type: 'text' });
});
