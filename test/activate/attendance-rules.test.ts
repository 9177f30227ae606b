import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fold } from '../../src/activate/attendance.ts';
import { span, union } from '../../src/activate/intervals.ts';
import { people as zoom } from '../../src/connectors/zoom/people.ts';
import type { Action, InputOf, ItemOf } from '../../src/core/action.ts';
import type { Instance, InstancePeople, Registrant, Segment } from '../../src/core/people.ts';
import type { ItemPage, Reader } from '../../src/core/reader.ts';
import { random, type Random } from '../../src/sandbox/random.ts';
import { clock, people, registrant, stay, webinar } from './cast.ts';

const WORLDS = 400;
const MINUTE = 60_000;
const START = Date.parse(clock('10:00'));

const at = (minutes: number) => new Date(START + minutes * MINUTE).toISOString();

/** Rows as confused as rows can be: few identities, hidden and shown in every combination. */
function confusion(dice: Random): {
  instance: Instance;
  people: InstancePeople;
  accounts: Map<string, string>;
} {
  const emails = ['a@x.example', 'b@x.example', 'c@x.example', 'd@x.example'];
  const segments = Array.from({ length: dice.int(0, 12) }, (_, i): Segment => {
    const from = dice.int(-5, 60);
    return {
      userId: `u${i}`,
      name: dice.pick(['', 'Ada', 'Bob B', 'Guest']),
      joinedAt: at(from),
      waiting: dice.chance(0.1),
      ...(dice.chance(0.9) ? { leftAt: at(from + dice.int(0, 40)) } : {}),
      ...(dice.chance(0.4) ? { registrant: `r${dice.int(0, 4)}` } : {}),
      ...(dice.chance(0.4) ? { email: dice.pick(emails) } : {}),
      ...(dice.chance(0.4) ? { account: `x${dice.int(0, 2)}` } : {}),
    };
  });
  const registrants = Array.from({ length: dice.int(0, 5) }, (_, i): Registrant =>
    registrant(dice.pick(emails), {
      id: `r${i}`,
      status: dice.pick(['approved', 'pending', 'denied'] as const),
      registeredAt: at(dice.int(-90, 90)),
      firstName: dice.pick(['', 'Ada', 'Cleo']),
    }),
  );
  const { endedAt, ...open } = webinar();
  return {
    instance: dice.chance(0.8) ? { ...open, endedAt: endedAt as string } : open,
    people: people({
      segments,
      registrants,
      ...(dice.chance(0.5) ? { absentees: emails.filter(() => dice.chance(0.5)) } : {}),
    }),
    accounts: new Map(dice.chance(0.5) ? [['x0', 'a@x.example']] : []),
  };
}

function shuffled<T>(items: readonly T[], dice: Random): T[] {
  return items
    .map((item) => ({ item, key: dice.next() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

const byPerson = (facts: ReturnType<typeof fold>) => facts.toSorted((a, b) => (a.person < b.person ? -1 : 1));

test('the order of the rows changes nothing', () => {
  for (let seed = 0; seed < WORLDS; seed++) {
    const dice = random('order', seed);
    const { instance, people: who, accounts } = confusion(dice);
    const other = {
      ...who,
      segments: shuffled(who.segments, dice),
      registrants: shuffled(who.registrants, dice),
    };
    assert.deepEqual(
      byPerson(fold(instance, other, accounts)),
      byPerson(fold(instance, who, accounts)),
      `seed ${seed}`,
    );
  }
});

test('a row that came twice changes nothing but the number of joins', () => {
  for (let seed = 0; seed < WORLDS; seed++) {
    const dice = random('twice', seed);
    const { instance, people: who, accounts } = confusion(dice);
    if (who.segments.length === 0) continue;
    const twice = { ...who, segments: [...who.segments, dice.pick(who.segments)] };
    const plain = (rows: InstancePeople) =>
      byPerson(fold(instance, rows, accounts)).map((fact) => ({ ...fact, joins: 0 }));
    assert.deepEqual(plain(twice), plain(who), `seed ${seed}`);
  }
});

test('nobody was there longer than the whole, nor shorter than in the longest stay', () => {
  for (let seed = 0; seed < WORLDS; seed++) {
    const { instance, people: who, accounts } = confusion(random('length', seed));
    const stays = who.segments
      .filter(({ waiting }) => !waiting)
      .map(({ joinedAt, leftAt }) => ({ start: Date.parse(joinedAt), end: Date.parse(leftAt ?? joinedAt) }));
    const whole = span(instance.startedAt, instance.endedAt, stays);
    const facts = fold(instance, who, accounts);
    for (const { seconds, percent, firstJoin, lastLeave } of facts) {
      assert.ok(seconds * 1000 <= whole.end - whole.start && percent >= 0 && percent <= 100, `seed ${seed}`);
      if (firstJoin && lastLeave) {
        assert.ok(seconds * 1000 <= Date.parse(lastLeave) - Date.parse(firstJoin), `seed ${seed}`);
      }
    }
    const longest = Math.max(0, ...stays.map(({ start, end }) => end - start));
    assert.ok(Math.max(0, ...facts.map(({ seconds }) => seconds * 1000)) >= longest, `seed ${seed}`);
    const joins = facts.reduce((total, fact) => total + fact.joins, 0);
    assert.equal(joins, stays.length, `seed ${seed}: every stay belongs to somebody, and to one only`);
  }
});

test('every registration has exactly one fact, and every fact one person', () => {
  for (let seed = 0; seed < WORLDS; seed++) {
    const { instance, people: who, accounts } = confusion(random('facts', seed));
    const persons = fold(instance, who, accounts).map(({ person }) => person);
    assert.equal(new Set(persons).size, persons.length, `seed ${seed}`);
    for (const { email } of who.registrants) assert.ok(persons.includes(email), `seed ${seed}: ${email}`);
  }
});

test('the union of intervals agrees with counting them minute by minute', () => {
  for (let seed = 0; seed < WORLDS; seed++) {
    const dice = random('minutes', seed);
    const intervals = Array.from({ length: dice.int(0, 8) }, () => {
      const start = dice.int(0, 50);
      return { start, end: start + dice.int(0, 20) };
    });
    let minutes = 0;
    for (let m = 0; m < 80; m++) if (intervals.some(({ start, end }) => start <= m && m < end)) minutes++;
    assert.equal(union(intervals), minutes, `seed ${seed}`);
  }
});

test('however Zoom spells an address, it is one person', async () => {
  const rows: Record<string, unknown[]> = {
    'List the participants of a past webinar': [
      {
        user_id: '1',
        name: 'Ada',
        user_email: 'Ada@Example.COM',
        join_time: clock('10:00'),
        leave_time: clock('10:10'),
      },
      {
        user_id: '2',
        name: 'Ada',
        user_email: 'ada@example.com',
        join_time: clock('10:20'),
        leave_time: clock('10:30'),
      },
      { user_id: '3', name: 'Bo', status: 'in_waiting_room', join_time: clock('10:00') },
    ],
    'List those who registered for a webinar and did not come': [{ id: 'b', email: 'BOB@example.com' }],
  };
  const registrants: Record<string, unknown[]> = {
    approved: [
      { id: 'a', email: 'ADA@example.com', first_name: 'Ada', last_name: 'L' },
      { id: 'b', email: 'Bob@Example.com', first_name: 'Bob', last_name: '' },
    ],
  };
  const reader = {
    async *pages<A extends Action>(action: A, input: InputOf<A>): AsyncGenerator<ItemPage<ItemOf<A>>> {
      const { status } = input as { status?: string };
      const found = rows[action.title] ?? registrants[status ?? ''] ?? [];
      yield { rows: found as ItemOf<A>[], refused: [] };
    },
  } as Partial<Reader> as Reader;
  const who = await zoom.people(reader, webinar(), { sources: false });
  const facts = byPerson(fold(webinar(), who, new Map()));
  assert.deepEqual(
    facts.map(({ person, status, joins, seconds }) => [person, status, joins, seconds]),
    [
      ['ada@example.com', 'attended', 2, 1200],
      ['bob@example.com', 'absent', 0, 0],
    ],
  );
});

test('of twenty thousand rows of a thousand people, none is lost', () => {
  const segments = Array.from({ length: 20_000 }, (_, i) =>
    stay('10:00', '10:30', { email: `p${i % 1000}@x.example` }),
  );
  const facts = fold(webinar(), people({ segments }), new Map());
  assert.equal(facts.length, 1000);
  assert.ok(facts.every(({ joins, seconds }) => joins === 20 && seconds === 1800));
});
