import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  eventCallCounter,
  planEvents,
  planSubmissions,
  pricer,
  type PlannedPerson,
  type Submission,
} from '../../src/activate/lanes.ts';
import { audience } from '../../src/connectors/brevo/audience.ts';
import { budgets } from '../../src/connectors/brevo/budgets.ts';
import type { PersonEvent } from '../../src/core/audience.ts';
import { random } from '../../src/sandbox/random.ts';

const general = pricer(budgets, 'general', 'general');
/** Brevo's general figures: an import costs one of 100 calls an hour, a person alone one of 36,000. */
const BREAK_EVEN = 36_000 / 100;

function crowd(
  count: number,
  over: { lists?: number[]; known?: boolean; bytes?: number; from?: number } = {},
) {
  const { lists = [15], known = false, bytes = 0, from = 0 } = over;
  return Array.from({ length: count }, (_, i): PlannedPerson => ({
    update: {
      email: `p${from + i}@x.example`,
      attributes: bytes > 0 ? { TEXT: 'x'.repeat(bytes) } : {},
      lists,
    },
    known,
    hash: '',
  }));
}

const plan = (people: readonly PlannedPerson[], price = general) =>
  planSubmissions(audience.people, people, price);
const shape = (submissions: readonly Submission[]) =>
  Object.entries(Object.groupBy(submissions, ({ lane }) => lane.name)).map(
    ([name, parts = []]) => `${name} ${parts.map(({ people }) => people.length).join(' ')}`,
  );

function eventsFor(count: number, bytes = 0): PersonEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    name: 'webinar_attended',
    email: `p${i}@x.example`,
    at: '2026-10-07T10:00:00Z',
    key: `key-${i}`,
    properties: bytes > 0 ? { text: 'x'.repeat(bytes) } : {},
  }));
}

test('new people go one by one until an import is cheaper by the scarcest budget', () => {
  assert.deepEqual(shape(plan(crowd(BREAK_EVEN))), [`single ${'1 '.repeat(BREAK_EVEN)}`.trim()]);
  assert.deepEqual(shape(plan(crowd(BREAK_EVEN + 1))), [`import ${BREAK_EVEN + 1}`]);
});

test('known people go in batches, as even ten thousand take less of the budget than one import', () => {
  assert.deepEqual(shape(plan(crowd(450, { known: true }))), ['batch 200 200 50']);
  assert.equal(plan(crowd(10_000, { known: true })).length, 50);
  const names = new Set(plan(crowd(80_000, { known: true })).map(({ lane }) => lane.name));
  assert.deepEqual([...names], ['batch'], 'at 8 MB a call');
});

test('known and new people of one list share an import when they are many', () => {
  const mixed = [...crowd(BREAK_EVEN + 1), ...crowd(100, { known: true, from: 1000 })];
  assert.deepEqual(shape(plan(mixed)), [`import ${BREAK_EVEN + 101}`]);
});

test('when a look at a process costs nothing special, two people are imported together', () => {
  const flat = pricer({ flat: { contacts: { windows: [{ limit: 10, perMs: 1000 }] } } }, 'flat', 'flat');
  assert.deepEqual(shape(plan(crowd(2), flat)), ['import 2']);
  assert.deepEqual(shape(plan(crowd(1), flat)), ['single 1']);
});

test('people of different lists are never in one import', () => {
  const people = [
    ...crowd(400, { lists: [15] }),
    ...crowd(500, { lists: [15, 16], from: 400 }),
    ...crowd(3, { lists: [17], from: 900 }),
  ];
  assert.deepEqual(shape(plan(people)), ['import 400 500', 'single 1 1 1']);
  for (const { lane, people: part } of plan(people)) {
    if (lane.sharedLists) assert.equal(new Set(part.map(({ lists }) => lists.join())).size, 1);
  }
});

test('people without a list are never imported, however many they are', () => {
  assert.deepEqual(shape(plan(crowd(1000, { lists: [] }))), [`single ${'1 '.repeat(1000)}`.trim()]);
  assert.deepEqual(shape(plan(crowd(1000, { lists: [], known: true }))), ['batch 200 200 200 200 200']);
});

test('the lane for known people takes nobody else', () => {
  const people = crowd(60).map((person, i) => ({ ...person, known: i % 2 === 0 }));
  const known = new Set(people.filter((person) => person.known).map(({ update }) => update.email));
  for (const { lane, people: part } of plan(people)) {
    if (lane.knownOnly) assert.ok(part.every(({ email }) => known.has(email)));
  }
  assert.deepEqual(shape(plan(people)), ['batch 30', `single ${'1 '.repeat(30)}`.trim()]);
});

test('a known person who is left over alone goes by the lane that takes anybody', () => {
  assert.deepEqual(shape(plan(crowd(1, { known: true }))), ['single 1']);
  assert.deepEqual(shape(plan(crowd(201, { known: true }))), ['batch 200', 'single 1']);
});

test('submissions stay below the bytes that a lane takes', () => {
  const kilobyte = 1024;
  const batches = plan(crowd(100, { known: true, bytes: 100 * kilobyte }));
  assert.ok(batches.length >= 10);
  const imports = plan(crowd(2000, { bytes: 8 * kilobyte }));
  assert.ok(imports.length >= 3 && imports.every(({ lane }) => lane.name === 'import'));
  for (const { lane, people } of [...batches, ...imports]) {
    assert.ok(Buffer.byteLength(JSON.stringify(people)) <= lane.maxBytes, lane.name);
  }
});

test('somebody who is larger than any lane goes alone and is left to the other side to judge', () => {
  const huge = crowd(3, { known: true, bytes: 2 * 1024 * 1024 });
  assert.deepEqual(shape(plan(huge)), ['single 1 1 1']);
});

test('whatever the crowd, everybody goes exactly once and by a lane that fits', () => {
  for (let seed = 0; seed < 200; seed++) {
    const dice = random('crowd', seed);
    const people = Array.from({ length: dice.int(0, 6) }, (_, i) =>
      crowd(dice.pick([0, 1, 7, 199, 200, 201, 361, 500]), {
        lists: dice.pick([[], [15], [16], [15, 16]]),
        known: dice.chance(0.5),
        from: i * 1000,
      }),
    ).flat();
    const submissions = plan(people);
    const emails = submissions.flatMap((one) => one.people.map(({ email }) => email));
    assert.equal(new Set(emails).size, people.length, `seed ${seed}`);
    assert.equal(emails.length, people.length, `seed ${seed}`);
    for (const { lane, people: part } of submissions) {
      assert.ok(part.length > 0 && part.length <= lane.maxPeople, `seed ${seed}`);
      if (lane.sharedLists)
        assert.ok(
          part.every(({ lists }) => lists.length > 0),
          `seed ${seed}`,
        );
    }
  }
});

test('a plan without limits is priced by the general figures', () => {
  const unlimited = pricer(budgets, 'unlimited', 'general');
  for (const calls of [{ contacts: 1 }, { contacts: 1, other: 1 }, { events: 3 }]) {
    assert.equal(unlimited(calls), general(calls));
  }
  assert.equal(general({ contacts: 1, other: 1 }), 1 / 100, 'the scarcest label decides');
  assert.equal(general({ unheard: 5 }), 0, 'a label without a budget costs nothing');
});

const sizes = (count: number) =>
  planEvents(audience.events, eventsFor(count)).map(({ lane, events }) => `${lane.name} ${events.length}`);

test('events go in batches of two hundred, and a single one alone', () => {
  assert.deepEqual(sizes(0), []);
  assert.deepEqual(sizes(1), ['single 1']);
  assert.deepEqual(sizes(2), ['batch 2']);
  assert.deepEqual(sizes(200), ['batch 200']);
  assert.deepEqual(sizes(401), ['batch 200', 'batch 200', 'single 1']);
});

test('large events make smaller batches, below what Brevo takes', () => {
  const parts = planEvents(audience.events, eventsFor(100, 20 * 1024));
  assert.ok(parts.length >= 4);
  for (const { events } of parts) {
    assert.ok(Buffer.byteLength(JSON.stringify(events)) <= 512 * 1024);
  }
  assert.equal(parts.flatMap(({ events }) => events).length, 100);
});

test('counting the calls of events gives what sending them takes', () => {
  for (const [count, bytes] of [
    [0, 0],
    [1, 0],
    [1001, 0],
    [333, 5000],
  ] as const) {
    const counter = eventCallCounter(audience.events);
    const events = eventsFor(count, bytes);
    for (const event of events) counter.add(event);
    assert.equal(counter.calls['events'] ?? 0, planEvents(audience.events, events).length);
  }
});
