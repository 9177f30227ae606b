import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstancePeople } from '../../src/core/people.ts';
import { registrant, stay, webinar } from './cast.ts';
import { count, LISTS, refusal, rig, type Rig, type Sent } from './rig.ts';

const BAD = 'p57@x.example';
const emails = (n: number) => Array.from({ length: n }, (_, i) => `p${i}@x.example`);

/** A webinar that all of them attended for so many minutes. */
function attendedBy(who: readonly string[], minutes = 30): Rig['held'] {
  const to = `10:${minutes}`;
  return [
    { instance: webinar(), who: { segments: who.map((email) => stay('10:00', to, { email, name: email })) } },
  ];
}

/** Refuses every request to a path that holds the address. */
function refusing(email: string, ...paths: string[]): Rig['intercept'] {
  return async ({ method, path, body }: Sent) =>
    method === 'POST' && paths.includes(path) && body.includes(`"${email}"`)
      ? refusal(`Poison ${email}`)
      : undefined;
}

/** More calls than this for one bad record among so many would be too many. */
const bound = (n: number) => 2 + 2 * Math.log2(n);

const onContacts = (on: Rig) =>
  count(on.sent, 'POST /contacts') +
  count(on.sent, 'POST /contacts/batch') +
  count(on.sent, 'POST /contacts/import');

/** The same for every lane: the others land, the bad one is named, and comes again only when asked for. */
async function provesIsolation(on: Rig, all: readonly string[], bad: string, reason: RegExp): Promise<void> {
  const { contacts, events } = await on.brevo();
  for (const email of all) {
    if (email === bad) continue;
    assert.equal(contacts.get(email)?.attributes['MEETING_DURATION'], 30, email);
    assert.ok(contacts.get(email)?.listIds.includes(16), email);
  }
  assert.equal(new Set(events).size, all.length - 1);
  assert.ok(!events.includes(`webinar_attended ${bad}`));
  const explained = await on.explain(bad);
  assert.match(explained.verdict, /^The contact was refused: /);
  assert.match(explained.verdict, reason);
  on.sent.length = 0;
  const second = await on.run();
  assert.equal(onContacts(on), 0, 'the second run does not send it');
  assert.deepEqual(
    second.refused.map(({ email }) => email),
    [bad],
  );
  assert.match(second.refused[0]?.reason.message ?? '', /earlier run/);
  assert.equal(second.contacts.unchanged, all.length - 1);
}

/** Once the cause is mended, asking for it brings exactly the bad one over. */
async function provesReplay(on: Rig, bad: string): Promise<void> {
  on.sent.length = 0;
  on.intercept = undefined;
  const summary = await on.run({ retryRefused: true });
  assert.equal(onContacts(on), 1);
  assert.deepEqual(summary.refused, []);
  const { contacts, events } = await on.brevo();
  assert.equal(contacts.get(bad)?.attributes['MEETING_DURATION'], 30);
  assert.equal(events.filter((event) => event === `webinar_attended ${bad}`).length, 1);
}

test('one by one, a refused person costs no call more, and the others land', async () => {
  await using on = await rig();
  const all = emails(100);
  on.held = attendedBy(all);
  on.intercept = refusing(BAD, '/contacts');
  const summary = await on.run();
  assert.deepEqual(
    summary.refused.map(({ email, reason }) => `${email} ${reason.kind}: ${reason.message}`),
    [`${BAD} input: Brevo refused contacts.upsert (HTTP 400, code invalid_parameter): Poison ${BAD}`],
  );
  assert.match(summary.refused[0]?.reason.hint ?? '', /\w/);
  assert.deepEqual([summary.contacts.created, summary.contacts.refused], [99, 1]);
  assert.equal(onContacts(on), 100);
  await provesIsolation(on, all, BAD, /Poison p57@x\.example/);
  await provesReplay(on, BAD);
});

test('in a batch, a refused person is found by halving, and the others land', async () => {
  await using on = await rig();
  const all = emails(200);
  await on.seed(...all.map((email) => ({ email, listIds: [4] })));
  on.held = attendedBy(all);
  on.intercept = refusing(BAD, '/contacts', '/contacts/batch');
  const summary = await on.run();
  assert.deepEqual([summary.contacts.updated, summary.contacts.refused], [199, 1]);
  assert.ok(onContacts(on) - 1 <= bound(200), `${onContacts(on)} calls`);
  await provesIsolation(on, all, BAD, /Poison p57@x\.example/);
  await provesReplay(on, BAD);
});

/** A registrant of each address; the phone number of the bad one belongs to somebody else. */
function withPhone(all: readonly string[], bad: string): Partial<InstancePeople> {
  return {
    registrants: all.map((email) =>
      registrant(email, email === bad ? { answers: { Phone: '+49 30 1234567' } } : {}),
    ),
    segments: all.map((email) => stay('10:00', '10:30', { email })),
  };
}

const PHONE = {
  fields: [
    { from: 'duration', to: 'MEETING_DURATION' },
    { from: 'answers.Phone', to: 'SMS' },
  ],
  lists: { ...LISTS, webinarRegistrants: null },
  ensureAttributes: false,
  ensureLists: false,
};

test('in an import, the person whom Brevo left out without a name is found', async () => {
  await using on = await rig();
  const all = emails(1000);
  await on.seed({ email: 'owner@x.example', attributes: { SMS: '+49301234567' } });
  on.held = [{ instance: webinar(), who: withPhone(all, BAD) }];
  const summary = await on.run({ settings: PHONE, sendEvents: false });
  assert.equal(count(on.sent, 'POST /contacts/import'), 1);
  assert.deepEqual(
    summary.refused.map(({ email }) => email),
    [BAD],
  );
  assert.match(summary.refused[0]?.reason.message ?? '', /SMS is already associated with another Contact/);
  assert.deepEqual([summary.contacts.created, summary.contacts.refused], [999, 1]);
  const calls = onContacts(on) + on.sent.filter(({ path }) => path.startsWith('/processes')).length;
  assert.ok(calls - 2 <= bound(1000), `${calls} calls`);
  const { contacts } = await on.brevo();
  assert.equal(all.filter((email) => contacts.get(email)?.listIds.includes(16)).length, 999);
});

test('it is found even where a batch passes over bad members in silence', async () => {
  await using on = await rig();
  const all = emails(370);
  await on.on.control('brevo', { batch: 'skip-bad' });
  await on.seed({ email: 'owner@x.example', attributes: { SMS: '+49301234567' } });
  on.held = [{ instance: webinar(), who: withPhone(all, BAD) }];
  const summary = await on.run({ settings: PHONE, sendEvents: false });
  assert.deepEqual(
    summary.refused.map(({ email }) => email),
    [BAD],
  );
  assert.equal(summary.contacts.created, 369);
});

test('a report that names a list of those left out instead of a number is not taken for success', async () => {
  await using on = await rig();
  const all = emails(400);
  on.held = attendedBy(all);
  on.intercept = async ({ path, body }, pass) => {
    if (path.startsWith('/processes')) {
      const info = { import: { invalid_emails: 'https://example.com/left-out.csv' } };
      return Response.json({ id: 1, status: 'completed', info });
    }
    // Brevo takes everybody but one, and keeps it to itself.
    return path === '/contacts/import'
      ? pass(without(BAD, body))
      : refusing(BAD, '/contacts')?.({ method: 'POST', path, body }, pass);
  };
  const summary = await on.run({ sendEvents: false });
  assert.deepEqual(
    summary.refused.map(({ email }) => email),
    [BAD],
  );
  assert.equal(summary.contacts.created, 399);
});

function without(email: string, body: string): string {
  const { jsonBody, ...rest } = JSON.parse(body) as { jsonBody: { email: string }[] };
  return JSON.stringify({ ...rest, jsonBody: jsonBody.filter((row) => row.email !== email) });
}

for (const [lane, n] of [
  ['an import', 400],
  ['a batch', 150],
] as const) {
  test(`somebody whose address is none is left out of ${lane} before it is sent, at no cost`, async () => {
    await using on = await rig();
    const all = [...emails(n), 'jürgen@exämple.example', 'no address at all'];
    if (lane === 'a batch') await on.seed(...all.slice(0, -1).map((email) => ({ email })));
    on.held = attendedBy(all);
    const summary = await on.run();
    assert.deepEqual(summary.refused.map(({ email }) => email).toSorted(), all.slice(-2).toSorted());
    assert.equal(summary.contacts.created + summary.contacts.updated, n);
    assert.equal(onContacts(on), 1);
    assert.equal((await on.brevo()).events.length, n);
  });
}

test('an address that is none does not end the run of an account with many contacts', async () => {
  await using on = await rig();
  await on.seed(...Array.from({ length: 3100 }, (_, i) => ({ email: `old${i}@y.example` })));
  on.held = attendedBy(['jürgen@exämple.example', 'ada@x.example']);
  const summary = await on.run();
  assert.ok(count(on.sent, 'GET /contacts/ada%40x.example') > 0, 'people were looked up one by one');
  assert.deepEqual([summary.contacts.created, summary.contacts.refused], [1, 1]);
});

test('events that a batch names as refused are refused, and the others arrive', async () => {
  await using on = await rig();
  const all = emails(120);
  on.held = attendedBy(all);
  on.intercept = async ({ path, body }, pass) => {
    if (path !== '/events/batch') return undefined;
    const { events } = JSON.parse(body) as { events: { identifiers: { email_id: string } }[] };
    const index = events.findIndex(({ identifiers }) => identifiers.email_id === BAD);
    if (index === -1) return undefined;
    await pass(JSON.stringify({ events: events.toSpliced(index, 1) }));
    const errors = [{ eventIndex: [index], message: 'event_properties is poisoned' }];
    return Response.json({ status: 'partial_success', errors }, { status: 207 });
  };
  const summary = await on.run();
  assert.deepEqual(summary.events.sent, { webinar_attended: 119 });
  assert.deepEqual(
    summary.refused.map(({ email, event, reason }) => `${email} ${event}: ${reason.message}`),
    [`${BAD} webinar_attended: event_properties is poisoned`],
  );
  await eventReplay(on, all);
});

test('a batch of events that is refused as a whole is halved until the bad one is alone', async () => {
  await using on = await rig();
  const all = emails(200);
  on.held = attendedBy(all);
  on.intercept = refusing(BAD, '/events', '/events/batch');
  const summary = await on.run();
  assert.deepEqual(summary.events.sent, { webinar_attended: 199 });
  assert.deepEqual(
    summary.refused.map(({ email, event }) => `${email} ${event}`),
    [`${BAD} webinar_attended`],
  );
  const calls = count(on.sent, 'POST /events') + count(on.sent, 'POST /events/batch');
  assert.ok(calls - 1 <= bound(200), `${calls} calls`);
  await eventReplay(on, all);
});

/** A refused event stays in the ledger, is not sent by the next run, and is sent when asked for. */
async function eventReplay(on: Rig, all: readonly string[]): Promise<void> {
  const place = 'event:webinar_attended uuid-1';
  assert.equal((await on.ledger(BAD))[place], 'refused');
  on.intercept = undefined;
  await on.run();
  const others = all.filter((email) => email !== BAD).map((email) => `webinar_attended ${email}`);
  assert.deepEqual((await on.brevo()).events, others.toSorted());
  await on.run({ retryRefused: true });
  assert.deepEqual((await on.brevo()).events, all.map((email) => `webinar_attended ${email}`).toSorted());
  assert.equal((await on.ledger(BAD))[place], 'done');
}

test('an attribute that vanished after it was checked refuses everybody by name and ends nothing', async () => {
  await using on = await rig();
  await on.on.control('brevo', { unknownAttributes: 'refuse' });
  const all = emails(3);
  on.held = attendedBy(all);
  on.intercept = async ({ path, body }, pass) =>
    path === '/contacts' ? pass(body.replaceAll('MEETING_DURATION', 'GONE')) : undefined;
  const summary = await on.run();
  assert.equal(summary.contacts.refused, 3);
  assert.match(summary.refused[0]?.reason.message ?? '', /Attribute not found/);
  assert.match(summary.refused[0]?.reason.hint ?? '', /ensure_attributes/);
});

test('a batch that fails because the other side is down is not taken apart, and the next run sends it', async () => {
  await using on = await rig();
  const all = emails(200);
  await on.seed(...all.map((email) => ({ email })));
  on.held = attendedBy(all);
  on.intercept = async ({ path }) =>
    path === '/contacts/batch' ? new Response('', { status: 503 }) : undefined;
  const first = await on.run();
  assert.deepEqual([first.contacts.failed, first.contacts.refused], [200, 0]);
  assert.equal(onContacts(on), 6, 'the tries of one call');
  assert.deepEqual((await on.brevo()).events, []);
  on.intercept = undefined;
  const second = await on.run();
  assert.deepEqual([second.contacts.updated, second.failed], [200, []]);
  assert.equal((await on.brevo()).events.length, 200);
});
