import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Explanation } from '../../src/activate/explain.ts';
import { registrant, stay, webinar } from './cast.ts';
import { refusal, rig } from './rig.ts';

const ADA = 'ada@example.com';
const here = stay('10:00', '10:40', { email: ADA });
const listsOf = ([contact]: Explanation['deliveries']) =>
  (contact?.payload as { lists: number[] } | undefined)?.lists;
const registered = { registrants: [registrant(ADA)], segments: [here] };

test('somebody who arrived: the contact is up to date, and all events are counted', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: registered }];
  await on.run();
  const { verdict, facts, deliveries } = await on.explain(' Ada@Example.com ');
  assert.equal(verdict, 'The contact is up to date; 2 of 2 events sent.');
  assert.deepEqual(facts, [
    {
      kind: 'webinar',
      topic: 'Launch',
      startedAt: '2026-10-07T10:00:00Z',
      instance: 'uuid-1',
      status: 'attended',
      minutes: 40,
      percent: 66.7,
      joins: 1,
      registered: 'approved',
    },
  ]);
  assert.deepEqual(
    deliveries.map(({ effect, instance, state, error }) => [effect, instance, state, error]),
    [
      ['contact', '', 'done', undefined],
      ['event:webinar_attended', 'uuid-1', 'done', undefined],
      ['event:webinar_registered', '900', 'done', undefined],
    ],
  );
  assert.deepEqual(listsOf(deliveries), [16, 17]);
});

test('somebody who was brought over without events', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: registered }];
  await on.run({ sendEvents: false });
  assert.equal((await on.explain(ADA)).verdict, 'The contact is up to date; no events.');
});

test('somebody who was refused: with the words of the other side', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: registered }];
  on.intercept = async ({ path }) => (path === '/contacts' ? refusal('Invalid phone number') : undefined);
  await on.run();
  assert.equal(
    (await on.explain(ADA)).verdict,
    'The contact was refused: Brevo refused contacts.upsert (HTTP 400, code invalid_parameter): Invalid phone number.',
  );
});

test('somebody who opted out: the events that were held back, and why', async () => {
  await using on = await rig();
  await on.seed({ email: ADA, emailBlacklisted: true });
  on.held = [{ instance: webinar(), who: registered }];
  await on.run();
  const { verdict, deliveries } = await on.explain(ADA);
  assert.equal(
    verdict,
    'The contact is up to date; 0 of 2 events sent (the person said no to mail, so no event was sent that could start one).',
  );
  const held = deliveries.filter(({ state }) => state === 'skipped');
  assert.deepEqual(
    held.map(({ error }) => error?.hint),
    ['Only the person can change that.', 'Only the person can change that.'],
  );
  assert.deepEqual(listsOf(deliveries), []);
});

test('somebody whose sending failed waits, with the last failure', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: registered }];
  on.intercept = async ({ path }) => (path === '/contacts' ? new Response('', { status: 503 }) : undefined);
  await on.run();
  assert.match(
    (await on.explain(ADA)).verdict,
    /^The contact waits to be sent; 0 of 2 events sent\. The last try failed: Brevo refused contacts\.upsert \(HTTP 503\)/,
  );
});

for (const status of ['pending', 'denied'] as const) {
  test(`somebody whose registration is ${status} and who did not come was not brought over`, async () => {
    await using on = await rig();
    on.held = [{ instance: webinar(), who: { registrants: [registrant(ADA, { status })] } }];
    await on.run();
    const { verdict, facts } = await on.explain(ADA);
    assert.equal(verdict, `Not brought over: the registration is ${status}, and the person did not attend.`);
    assert.equal(facts.length, 1);
    assert.ok(!(await on.brevo()).contacts.has(ADA));
  });
}

test('somebody who is known and not planned yet, as after a dry run or when excluded', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: registered }];
  const verdict = 'Known, but not planned yet: run activate, or check whether the domain is excluded.';
  await on.run({ dryRun: true });
  assert.equal((await on.explain(ADA)).verdict, verdict);
  await on.run({ excludeDomains: ['example.com'] });
  assert.equal((await on.explain(ADA)).verdict, verdict);
});

test('somebody nobody ever saw', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: { segments: [stay('10:00', '10:30', { name: 'Guest' })] } }];
  const summary = await on.run();
  const { verdict, facts, deliveries } = await on.explain(ADA);
  assert.equal(
    verdict,
    'Nobody with this address was seen. A guest who joins without signing in or registering shows no address.',
  );
  assert.deepEqual([facts, deliveries], [[], []]);
  assert.equal(summary.guests.count, 1);
});

test('guests are listed with the reason and what helps, by how they came', async () => {
  await using on = await rig();
  const segments = [
    stay('10:00', '10:30', { name: 'A', userId: '1' }),
    stay('10:00', '10:20', { name: 'B', account: 'X9' }),
    stay('10:00', '10:10', { name: 'C', registrant: 'gone' }),
    here,
  ];
  on.held = [{ instance: webinar(), who: { segments } }];
  const { guests } = await on.run();
  assert.equal(guests.count, 3);
  assert.deepEqual(
    guests.first.map(({ name, minutes, reason }) => `${name} ${minutes} ${reason}`),
    [
      'A 30 joined as a guest, without signing in or registering',
      'B 20 signed in with an account of another organisation, whose address Zoom does not show',
      'C 10 registered, but the registration is no longer listed',
    ],
  );
  assert.ok(guests.first.every(({ remedy }) => remedy.endsWith('.')));
});

test('an explanation of one among many thousands takes no time', async () => {
  await using on = await rig();
  const crowd = Array.from({ length: 3000 }, (_, i) => stay('10:00', '10:30', { email: `p${i}@x.example` }));
  on.held = [{ instance: webinar(), who: { segments: crowd } }];
  await on.run({ dryRun: true });
  const startedAt = performance.now();
  assert.equal((await on.explain('p1500@x.example')).facts.length, 1);
  assert.ok(performance.now() - startedAt < 100, 'less than 100 ms');
});
