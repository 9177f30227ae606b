import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from '../../src/activate/attendance.ts';
import { compileMapping } from '../../src/activate/mapping.ts';
import { listsOf, valueOf, type PersonState, type PlacedFact } from '../../src/activate/person-state.ts';
import { KNOWN_FIELDS } from '../../src/app/config/field-mapping.ts';
import type { AttributeInfo, AttributeType, AudienceSchema } from '../../src/core/audience.ts';
import type { Instance } from '../../src/core/people.ts';
import { webinar } from './cast.ts';

const TYPES: AttributeType[] = ['text', 'number', 'boolean', 'date', 'category', 'multiple-choice', 'other'];
/** A field of each kind, with what a fitting attribute of each type holds; what is not named does not fit. */
const FITS: Record<string, Partial<Record<AttributeType, unknown>>> = {
  name: { text: 'Ada Lovelace' },
  'answers.Size': { text: '10 to 20' },
  duration: { text: '42', number: 42 },
  percent: { text: '70', number: 70 },
  join_time: { text: '2026-10-07T10:01:02Z', date: '2026-10-07' },
  attendance_status: { text: 'attended', category: 'attended' },
  meeting_id: { text: '900' },
};

function fact(over: Partial<PlacedFact> = {}, instance: Partial<Instance> = {}): PlacedFact {
  return {
    person: 'ada@example.com',
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    firstName: 'Ada',
    lastName: 'Lovelace',
    status: 'attended',
    joins: 2,
    seconds: 2520,
    percent: 70,
    firstJoin: '2026-10-07T10:01:02Z',
    lastLeave: '2026-10-07T10:50:00Z',
    answers: { Size: '10 to 20' },
    ...over,
    instance: webinar(instance),
  };
}

function schema(attributes: Record<string, AttributeInfo> = {}): AudienceSchema {
  return { attributes: new Map(Object.entries(attributes)), lists: [] };
}

const ada: PersonState = { email: 'ada@example.com', facts: [fact()] };
const STATUSES = ['absent', 'attended', 'registered', 'other'];

for (const [from, fits] of Object.entries(FITS)) {
  for (const type of TYPES) {
    const wanted = fits[type];
    const story = wanted === undefined ? 'is refused by' : `becomes ${JSON.stringify(wanted)} in`;
    test(`${from} ${story} a ${type} attribute`, () => {
      const { map, missing, problems } = compileMapping(
        [{ from, to: 'X' }],
        schema({ X: { type, ...(type === 'category' ? { options: STATUSES } : {}) } }),
      );
      assert.deepEqual(missing, []);
      assert.deepEqual(map(ada), wanted === undefined ? {} : { X: wanted });
      assert.equal(problems.length, wanted === undefined ? 1 : 0);
      if (wanted === undefined) assert.match(problems[0] ?? '', new RegExp(`^field_mapping: ${from} → X: `));
    });
  }
}

test('a problem names the field, the attribute, what it is and what would do', () => {
  const { problems } = compileMapping(
    [
      { from: 'duration', to: 'A' },
      { from: 'join_time', to: 'B' },
      { from: 'name', to: 'C' },
      { from: 'attendance_status', to: 'D' },
      { from: 'answers.Size', to: 'E' },
    ],
    schema({
      A: { type: 'date' },
      B: { type: 'number' },
      C: { type: 'boolean' },
      D: { type: 'multiple-choice', options: STATUSES },
      E: { type: 'other' },
    }),
  );
  assert.deepEqual(problems, [
    'field_mapping: duration → A: the attribute is a date, which cannot hold a number; map it to a number or a text attribute',
    'field_mapping: join_time → B: the attribute is a number, which cannot hold a time; map it to a date or a text attribute',
    'field_mapping: name → C: the attribute is a yes/no, which cannot hold a text; map it to a text attribute',
    'field_mapping: attendance_status → D: the attribute is a multiple choice, which cannot hold a status; map it to a text attribute',
    'field_mapping: answers.Size → E: the attribute is calculated by Brevo, which cannot hold a text; map it to a text attribute',
  ]);
});

test('a category that lacks an option for a status is refused with what it has', () => {
  const rules = [{ from: 'attendance_status', to: 'X' }];
  const some = compileMapping(rules, schema({ X: { type: 'category', options: ['attended', 'no-show'] } }));
  assert.deepEqual(some.problems, [
    'field_mapping: attendance_status → X: the category has no option absent, registered; it has attended, no-show',
  ]);
  const none = compileMapping(rules, schema({ X: { type: 'category' } }));
  assert.match(none.problems[0] ?? '', /it has none$/);
});

test('attributes that do not exist are named with the type that fits, and mapped as if they did', () => {
  const rules = ['name', 'duration', 'join_time', 'attendance_status', 'answers.Size'].map((from, i) => ({
    from,
    to: `X${i}`,
  }));
  const { map, missing, problems } = compileMapping(rules, schema());
  assert.deepEqual(problems, []);
  assert.deepEqual(
    missing.map(({ name, type, from }) => `${name} ${type} ${from}`),
    [
      'X0 text name',
      'X1 number duration',
      'X2 date join_time',
      'X3 text attendance_status',
      'X4 text answers.Size',
    ],
  );
  assert.deepEqual(map(ada), {
    X0: 'Ada Lovelace',
    X1: 42,
    X2: '2026-10-07',
    X3: 'attended',
    X4: '10 to 20',
  });
});

test('the address is no attribute', () => {
  const { map, missing } = compileMapping([{ from: 'email', to: 'email' }], schema());
  assert.deepEqual(missing, []);
  assert.deepEqual(map(ada), {});
});

test('every date that is sent is a day, every number a number, whatever the person', () => {
  const rules = KNOWN_FIELDS.map((from) => ({ from, to: from.toUpperCase() }));
  const { map, missing } = compileMapping(rules, schema());
  const types = new Map(missing.map(({ name, type }) => [name, type]));
  const persons: PersonState[] = [
    ada,
    {
      email: 'b@x.example',
      facts: [fact({ status: 'absent', seconds: 0, registeredAt: '2026-02-28T23:59:59Z' })],
    },
    { email: 'c@x.example', facts: [fact({ joins: 0, seconds: 0, percent: 0, name: '' })] },
  ];
  for (const person of persons) {
    for (const [name, value] of Object.entries(map(person))) {
      if (types.get(name) === 'date') assert.match(String(value), /^\d{4}-\d{2}-\d{2}$/, name);
      else assert.equal(typeof value, types.get(name) === 'number' ? 'number' : 'string', name);
      assert.notEqual(value, '', name);
    }
  }
});

test('each known field reads what it says', () => {
  const person: PersonState = {
    email: 'ada@example.com',
    facts: [
      fact(
        { registeredAt: '2026-10-01T08:00:00Z', registeredFrom: 'newsletter' },
        { hostEmail: 'hana@example.com' },
      ),
    ],
  };
  assert.deepEqual(Object.fromEntries(KNOWN_FIELDS.map((from) => [from, valueOf(person, from)])), {
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    first_name: 'Ada',
    last_name: 'Lovelace',
    join_time: '2026-10-07T10:01:02Z',
    leave_time: '2026-10-07T10:50:00Z',
    duration: 42,
    minutes: 42,
    seconds: 2520,
    percent: 70,
    joins: 2,
    webinar_title: 'Launch',
    meeting_title: undefined,
    title: 'Launch',
    meeting_id: '900',
    host_email: 'hana@example.com',
    attendance_status: 'attended',
    registration_source: 'newsletter',
    registration_time: '2026-10-01T08:00:00Z',
  });
});

test('the latest instance that has a value decides', () => {
  const missed: Partial<Fact> = { status: 'absent', joins: 0, seconds: 0, percent: 0, name: '', answers: {} };
  const { firstJoin: _, lastLeave: __, ...absent } = fact(missed, { id: 'later', topic: 'Sequel' });
  const person: PersonState = {
    email: 'ada@example.com',
    facts: [fact({ seconds: 60 }, { kind: 'meeting', topic: 'Weekly' }), fact(), absent],
  };
  const read = (from: string) => valueOf(person, from);
  assert.equal(read('attendance_status'), 'absent', 'the status of the last');
  assert.equal(read('duration'), 42, 'the minutes of the last that was attended');
  assert.equal(read('join_time'), '2026-10-07T10:01:02Z');
  assert.equal(read('name'), 'Ada Lovelace', 'an empty name does not hide an earlier one');
  assert.equal(read('answers.Size'), '10 to 20');
  assert.equal(read('webinar_title'), 'Sequel');
  assert.equal(read('meeting_title'), 'Weekly');
  assert.equal(read('answers.Unknown question'), undefined);
});

test('no minutes at all are a value, not a gap', () => {
  const person: PersonState = { email: 'a@x.example', facts: [fact(), fact({ seconds: 0, percent: 0 })] };
  assert.equal(valueOf(person, 'duration'), 0);
  assert.equal(valueOf(person, 'percent'), 0);
});

test('somebody whose presence is unclear counts as registered', () => {
  assert.equal(
    valueOf({ email: 'a@x.example', facts: [fact({ status: 'unclear' })] }, 'attendance_status'),
    'registered',
  );
});

test('lists follow from everything a person ever did', () => {
  const ids = { meetingParticipants: 15, webinarAttendees: 16, webinarRegistrants: 17 };
  const lists = (...facts: PlacedFact[]) => listsOf({ email: 'a@x.example', facts }, ids);
  const meeting = { kind: 'meeting' } as const;
  const approved = { registrantStatus: 'approved' } as const;
  assert.deepEqual(lists(fact({}, meeting)), [15]);
  assert.deepEqual(lists(fact({ ...approved, status: 'absent' })), [17]);
  assert.deepEqual(lists(fact(approved), fact({}, meeting)), [15, 16, 17]);
  assert.deepEqual(lists(fact({ registrantStatus: 'denied' })), [16], 'came in, though denied');
  assert.deepEqual(lists(fact({ ...approved, status: 'absent' }, meeting)), [], 'an absence from a meeting');
  assert.deepEqual(
    listsOf({ email: 'a', facts: [fact(approved)] }, { ...ids, webinarRegistrants: 16 }),
    [16],
  );
  assert.deepEqual(
    listsOf({ email: 'a', facts: [fact(approved)] }, { ...ids, webinarAttendees: null }),
    [17],
  );
});
