import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileMapping, type FieldRule } from '../../src/activate/mapping.ts';
import { listsOf, type PlacedFact } from '../../src/activate/person-state.ts';
import { KNOWN_FIELDS } from '../../src/app/config/field-mapping.ts';
import { audience } from '../../src/connectors/brevo/audience.ts';
import type { Action, InputOf } from '../../src/core/action.ts';
import type { AttributeType, PersonUpdate } from '../../src/core/audience.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import type { Reader } from '../../src/core/reader.ts';
import { random, type Random } from '../../src/sandbox/random.ts';
import { registrant, stay, webinar } from './cast.ts';
import { actual, differences, expected, type Picture } from './expected.ts';
import { LISTS, rig } from './rig.ts';
import { stage } from './stage.ts';

const FORBIDDEN = new Set([
  'emailBlacklisted',
  'smsBlacklisted',
  'emailBlacklist',
  'smsBlacklist',
  'forceMerge',
]);

/** Every place in a body that could take back what a person said. */
function violations(body: unknown, path = ''): string[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) => {
    const here = `${path}.${key}`;
    const bad = FORBIDDEN.has(key) || (path.endsWith('.attributes') && key.toUpperCase() === 'EMAIL');
    return [...(bad ? [here] : []), ...violations(value, here)];
  });
}

test('the search for violations finds them', () => {
  assert.deepEqual(
    violations({ contacts: [{ attributes: { Email: 'x' }, smsBlacklisted: false }], forceMerge: true }),
    ['.contacts.0.attributes.Email', '.contacts.0.smsBlacklisted', '.forceMerge'],
  );
});

interface Seeded {
  email: string;
  emailBlacklisted: boolean;
  smsBlacklisted: boolean;
  listIds: number[];
}

for (const seed of [21, 22]) {
  test(`who said no in Brevo gets attributes, but no list and no event, and stays blocked (seed ${seed})`, async () => {
    const bodies: { path: string; body: unknown }[] = [];
    const record: typeof fetch = async (input, init) => {
      const path = new URL(new Request(input).url).pathname;
      if (typeof init?.body === 'string' && path.startsWith('/brevo')) {
        bodies.push({ path, body: JSON.parse(init.body) });
      }
      return fetch(input, init);
    };
    await using on = await stage({ sandbox: { seed, readLag: 0 }, world: { fetch: record } });
    const want = await expected(on.box, on.since, on.until);
    const blocked = [...want.contacts.keys()].filter((_, i) => i % 3 === 0);
    const left = [...want.contacts].filter(
      ([email, { lists }]) => lists.length > 1 && !blocked.includes(email),
    );
    assert.ok(blocked.length > 10 && left.length > 3, 'there are people of each kind');
    await on.control('brevo', {
      contacts: [
        ...blocked.map((email) => ({ email, emailBlacklisted: true, smsBlacklisted: true })),
        ...left.map(([email, { lists }]) => ({ email, listUnsubscribed: [lists[0]] })),
      ],
    });
    const summary = await on.run();
    for (const run of ['first', 'second']) {
      assert.deepEqual(differences(without(want, blocked, left), await actual(on.box, on.before)), [], run);
      await on.run();
    }
    assert.equal(summary.contacts.optedOut, blocked.length);
    const events = want.events.filter((event) => blocked.includes(event.split(' ')[1] ?? ''));
    assert.equal(summary.events.skipped, events.length);
    const contacts = (await on.control('brevo/contacts')) as Seeded[];
    for (const { email, emailBlacklisted, smsBlacklisted } of contacts) {
      if (on.before.has(email)) continue;
      const said = blocked.includes(email);
      assert.deepEqual([emailBlacklisted, smsBlacklisted], [said, said], email);
    }
    assert.ok(bodies.length > 20);
    assert.deepEqual(
      bodies.flatMap(({ path, body }) => violations(body).map((place) => `${path} ${place}`)),
      [],
    );
  });
}

/** The picture as the people themselves changed it. */
function without(want: Picture, blocked: string[], left: [string, { lists: number[] }][]): Picture {
  const gone = new Map(left.map(([email, { lists }]) => [email, lists[0]]));
  return {
    contacts: new Map(
      [...want.contacts].map(([email, { lists, attributes }]) => [
        email,
        { attributes, lists: blocked.includes(email) ? [] : lists.filter((id) => id !== gone.get(email)) },
      ]),
    ),
    events: want.events.filter((event) => !blocked.includes(event.split(' ')[1] ?? '')),
  };
}

const ADA = 'ada@example.com';
const here = stay('10:00', '10:30', { email: ADA });

test('who says no between two runs gets nothing of what happens afterwards but attributes', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar({ kind: 'meeting' }), who: { segments: [here] } }];
  await on.run();
  await on.seed({ email: ADA, emailBlacklisted: true });
  on.held.push({ instance: webinar({ id: 'uuid-2', topic: 'Sequel' }), who: { segments: [here] } });
  const summary = await on.run();
  const { contacts, events } = await on.brevo();
  assert.equal(contacts.get(ADA)?.attributes['WEBINAR_NAME'], 'Sequel');
  assert.deepEqual(contacts.get(ADA)?.listIds, [15], 'the list from before stays, none is added');
  assert.deepEqual(events, [`meeting_attended ${ADA}`]);
  assert.equal(contacts.get(ADA)?.emailBlacklisted, true);
  assert.deepEqual([summary.contacts.optedOut, summary.events.skipped], [1, 1]);
});

for (const [state, status] of [
  ['planned', 401],
  ['sending', 502],
] as const) {
  test(`who says no while his event is '${state}' does not get it any more`, async () => {
    await using on = await rig();
    on.held = [{ instance: webinar(), who: { segments: [here] } }];
    on.intercept = async ({ method, path }) =>
      method === 'POST' && path.startsWith('/events') ? new Response('{}', { status }) : undefined;
    await on.run().catch((error: unknown) => error);
    assert.equal((await on.ledger(ADA))['event:webinar_attended uuid-1'], state);
    on.intercept = undefined;
    await on.seed({ email: ADA, emailBlacklisted: true });
    for (const run of ['next', 'one after']) {
      await on.run();
      assert.deepEqual((await on.brevo()).events, [], run);
    }
    assert.equal((await on.ledger(ADA))['event:webinar_attended uuid-1'], 'skipped');
  });
}

test('who said no is recognised however Brevo spells the address, in a long list and one by one', async () => {
  for (const strangers of [0, 3100]) {
    await using on = await rig();
    const crowd = Array.from({ length: strangers }, (_, i) => ({ email: `old${i}@y.example` }));
    await on.seed(...crowd, { email: 'Ada@Example.COM', emailBlacklisted: true });
    on.held = [{ instance: webinar(), who: { segments: [here], registrants: [registrant(ADA)] } }];
    await on.run();
    const { contacts, events } = await on.brevo();
    assert.deepEqual([contacts.get(ADA)?.listIds, events], [[], []]);
    assert.equal(contacts.get(ADA)?.attributes['ATTENDANCE_STATUS'], 'attended');
  }
});

const NAMES = ['FIRSTNAME', 'X', 'EMAIL', 'Email', 'email', 'SMS', 'EMAILBLACKLISTED', 'NOTE'];
const TEXTS = ['{"emailBlacklisted":false}', '__proto__', 'forceMerge', 'Ada', '', '\u0000', '\u{1F600}'];

function somebody(dice: Random, i: number): PersonUpdate {
  const rules = NAMES.filter(() => dice.chance(0.4)).map((to): FieldRule => {
    const from = dice.pick([...KNOWN_FIELDS, 'answers.emailBlacklisted', 'answers.EMAIL', 'answers.Size']);
    return { from, to };
  });
  const types = ['text', 'number', 'date', 'category', 'boolean', 'other'] as AttributeType[];
  const attributes = new Map(
    NAMES.filter(() => dice.chance(0.7)).map((name) => [
      name,
      { type: dice.pick(types), options: ['absent', 'attended', 'registered'] },
    ]),
  );
  const text = () => dice.pick(TEXTS);
  const facts = Array.from({ length: dice.int(1, 3) }, (): PlacedFact => ({
    person: `p${i}`,
    name: text(),
    firstName: text(),
    lastName: text(),
    status: dice.pick(['attended', 'absent', 'registered', 'unclear'] as const),
    joins: 1,
    seconds: dice.int(0, 9999),
    percent: 1,
    firstJoin: '2026-10-07T10:00:00Z',
    registeredFrom: text(),
    answers: { emailBlacklisted: text(), EMAIL: text(), Size: text() },
    instance: webinar({ topic: text(), kind: dice.pick(['meeting', 'webinar'] as const) }),
    ...(dice.chance(0.5) ? { registrantStatus: 'approved' as const } : {}),
  }));
  const person = { email: `p${i}@x.example`, facts };
  const { map } = compileMapping(rules, { attributes, lists: [] });
  return { email: person.email, attributes: map(person), lists: listsOf(person, LISTS) };
}

test('of two thousand random mappings and people, no request takes back what a person said', async () => {
  const bodies: unknown[] = [];
  const reader = {
    async call<A extends Action>(action: A, input: InputOf<A>) {
      const parsed = action.input.safeParse(input);
      if (!parsed.success) throw new ConnectorError('refused', { kind: 'input' });
      bodies.push(action.call(parsed.data).json);
      return { processId: 1, status: 'completed' };
    },
    now: () => 0,
    sleep: async () => undefined,
  } as Partial<Reader> as Reader;
  const outcomes = { done: 0, refused: 0 };
  for (let i = 0; i < 2000; i++) {
    const person = somebody(random('consent', i), i);
    const evil = Object.keys(person.attributes).some((name) => name.toUpperCase() === 'EMAIL');
    for (const lane of audience.people) {
      if (lane.sharedLists && person.lists.length === 0) continue;
      const [outcome] = await lane.submit(reader, [person]).catch(() => [{ state: 'refused' as const }]);
      if (outcome) outcomes[outcome.state]++;
      assert.equal(outcome?.state, evil ? 'refused' : 'done', `person ${i} by ${lane.name}`);
    }
  }
  assert.deepEqual(
    bodies.flatMap((body) => violations(body)),
    [],
  );
  assert.ok(outcomes.done > 1500 && outcomes.refused > 500, JSON.stringify(outcomes));
});
