import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ActivateSummary } from '../../src/activate/run.ts';
import { actual, differences, expected } from './expected.ts';
import { registrant, stay, webinar } from './cast.ts';
import { count, LISTS, rig } from './rig.ts';
import { stage, type Stage } from './stage.ts';

const DAY = 24 * 3600_000;

/** What a dry run must foretell. */
function forecast({ contacts, events, calls, refused, guests }: ActivateSummary) {
  return { contacts, events, calls: calls['brevo'], refused, guests: guests.count };
}

async function operations(on: Stage): Promise<string[]> {
  const { brevo } = (await on.control('stats')) as { brevo: { operations: Record<string, number> } };
  return Object.keys(brevo.operations).filter((operation) => !operation.startsWith('GET '));
}

/** Runs dry, then for good; both must say the same, and only the second may write. */
async function bothSayTheSame(on: Stage, until: number, now: () => number): Promise<ActivateSummary> {
  const before = await actual(on.box);
  await on.control('reset', { stats: true });
  const dry = await on.run({ until, dryRun: true }, { world: { now } });
  assert.deepEqual(await operations(on), [], 'a dry run writes nothing');
  assert.deepEqual(await actual(on.box), before);
  const real = await on.run({ until }, { world: { now } });
  assert.deepEqual(forecast(dry), forecast(real));
  assert.deepEqual([dry.dryRun, real.dryRun], [true, false]);
  return real;
}

for (const seed of [31, 32, 33]) {
  test(`a dry run foretells exactly what the real one does, also for what comes later (seed ${seed})`, async () => {
    await using on = await stage({ sandbox: { seed, readLag: 0 } });
    // Some are there already, one of them blocked; with those, every kind of outcome occurs.
    const some = [...(await expected(on.box, on.since, on.until)).contacts.keys()].filter(
      (_, i) => i % 4 === 0,
    );
    await on.control('brevo', {
      contacts: some.map((email, i) => ({ email, emailBlacklisted: i === 0 })),
    });
    const first = await bothSayTheSame(on, on.until, Date.now);
    const { created, updated, optedOut } = first.contacts;
    assert.ok(created > 20 && updated > 10 && optedOut === 1, JSON.stringify(first.contacts));
    await on.control('clock', { advanceSeconds: 86_400 });
    const later = await bothSayTheSame(on, on.until + DAY, () => Date.now() + DAY);
    assert.ok(later.contacts.unchanged > 0 && later.contacts.created + later.contacts.updated > 0);
    const idle = await bothSayTheSame(on, on.until + DAY, () => Date.now() + DAY);
    assert.deepEqual([idle.contacts.created, idle.contacts.updated, idle.events.sent], [0, 0, {}]);
    assert.deepEqual(idle.calls['brevo'], { contacts: 2 }, 'nobody has changed: nobody is looked up');
  });
}

test('a dry run foretells an import, its look at the process, and full batches of events', async () => {
  await using on = await rig();
  const segments = Array.from({ length: 450 }, (_, i) =>
    stay('10:00', '10:30', { email: `p${i}@x.example` }),
  );
  on.held = [{ instance: webinar(), who: { segments } }];
  const dry = await on.run({ dryRun: true });
  const real = await on.run();
  assert.deepEqual(forecast(dry), forecast(real));
  assert.deepEqual(real.calls['brevo'], { contacts: 4, other: 1, events: 3 });
  assert.deepEqual(real.contacts, {
    created: 450,
    updated: 0,
    unchanged: 0,
    refused: 0,
    failed: 0,
    optedOut: 0,
  });
  assert.equal((await on.brevo()).contacts.size, 5 + 450);
});

test('a dry run foretells who stays refused', async () => {
  await using on = await rig();
  on.held = [
    { instance: webinar(), who: { segments: [stay('10:00', '10:30', { email: 'jürgen@exämple.example' })] } },
  ];
  await on.run();
  const dry = await on.run({ dryRun: true });
  const real = await on.run();
  assert.deepEqual(forecast(dry), forecast(real));
  assert.deepEqual([real.contacts.refused, real.refused.length], [1, 1]);
});

const many = (from: number, n: number) =>
  Array.from({ length: n }, (_, i) => stay('10:00', '10:30', { email: `p${from + i}@x.example` }));

test('lists that are still to be made do not mix people up in a dry run', async () => {
  await using on = await rig();
  on.held = [
    { instance: webinar(), who: { segments: many(0, 400) } },
    { instance: webinar({ id: 'uuid-2', kind: 'meeting' }), who: { segments: many(400, 400) } },
  ];
  const lists = { ...LISTS, meetingParticipants: 'Zoom meetings', webinarAttendees: 'Zoom webinars' };
  const settings = { fields: [], lists, ensureAttributes: false, ensureLists: true };
  const dry = await on.run({ dryRun: true, settings });
  assert.equal(count(on.sent, 'POST /contacts/lists'), 0);
  const real = await on.run({ settings });
  assert.deepEqual(dry.prepared, ['list Zoom meetings', 'list Zoom webinars']);
  assert.deepEqual(dry.prepared, real.prepared);
  assert.deepEqual([dry.calls['brevo']?.['other'], real.calls['brevo']?.['other']], [2, 2]);
  assert.deepEqual(dry.contacts, real.contacts);
});

test('without webinars only meetings are brought over, and without participants only webinars', async () => {
  for (const [off, prefix] of [
    ['webinars', 'meeting_'],
    ['participants', 'webinar_'],
  ] as const) {
    const config = `connectors:\n  zoom:\n    sync:\n      ${off}: false\n`;
    await using on = await stage({ sandbox: { seed: 34 }, config });
    const summary = await on.run();
    const { contacts, events } = await actual(on.box, on.before);
    const all = await expected(on.box, on.since, on.until);
    assert.deepEqual(
      events,
      all.events.filter((event) => event.startsWith(prefix)),
      off,
    );
    assert.ok(contacts.size > 0 && events.length > 0);
    assert.equal(off === 'webinars' ? summary.webinars : summary.meetings, 0);
  }
});

test('people of the own account and of a domain stay out, and nobody else does', async () => {
  const config = 'exclude:\n  internal: true\n  domains: [partner.example]\n';
  await using on = await stage({ sandbox: { seed: 35 }, config });
  await on.run();
  const all = await expected(on.box, on.since, on.until);
  const users = on.box.zoom.truth('users');
  const internal = new Set([...(users ?? [])].map((user) => (user as { email: string }).email.toLowerCase()));
  const stays = (email: string) => !internal.has(email) && !email.endsWith('@partner.example');
  const want = {
    contacts: new Map([...all.contacts].filter(([email]) => stays(email))),
    events: all.events.filter((event) => stays(event.split(' ')[1] ?? '')),
  };
  assert.ok(want.contacts.size > 20 && want.contacts.size < all.contacts.size);
  assert.deepEqual(differences(want, await actual(on.box, on.before)), []);
});

test('nobody at all is a plan too', async () => {
  await using on = await rig();
  const summary = await on.run();
  assert.deepEqual(summary.events, { sent: {}, refused: 0, failed: 0, skipped: 0 });
  assert.deepEqual(summary.calls['brevo'], { contacts: 2 });
});

test('the ledger outlives thousands of people in parts', async () => {
  await using on = await rig();
  const all = Array.from({ length: 2500 }, (_, i) => `p${i}@x.example`);
  const registrants = all.map((email) => registrant(email));
  const segments = all.slice(0, 2400).map((email) => stay('10:00', '10:30', { email }));
  on.held = [{ instance: webinar(), who: { registrants, segments } }];
  const first = await on.run();
  assert.deepEqual(first.events.sent, {
    webinar_absent: 100,
    webinar_attended: 2400,
    webinar_registered: 2500,
  });
  assert.equal(count(on.sent, 'POST /events/batch'), 25);
  on.sent.length = 0;
  const second = await on.run();
  assert.equal(second.contacts.unchanged, 2500);
  assert.ok(on.sent.every(({ method }) => method === 'GET'));
  const { events } = await on.brevo();
  assert.equal(events.length, 5000);
});
