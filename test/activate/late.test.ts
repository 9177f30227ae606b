import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registrant, stay, webinar } from './cast.ts';
import { count, LISTS, rig } from './rig.ts';

const ADA = 'ada@example.com';
const BOB = 'bob@example.com';
const here = (email: string) => stay('10:00', '10:40', { email });
const absence = 'event:webinar_absent uuid-1';

test('an absentee who turns out to have attended gets one attended event and no second absent one', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: { registrants: [registrant(ADA)], segments: [here(BOB)] } }];
  await on.run();
  assert.equal((await on.brevo()).contacts.get(ADA)?.attributes['ATTENDANCE_STATUS'], 'absent');
  on.held = [
    { instance: webinar(), who: { registrants: [registrant(ADA)], segments: [here(BOB), here(ADA)] } },
  ];
  for (const run of ['late data', 'nothing new']) {
    await on.run();
    const { contacts, events } = await on.brevo();
    assert.deepEqual(
      events.filter((event) => event.endsWith(ADA)),
      [`webinar_absent ${ADA}`, `webinar_attended ${ADA}`, `webinar_registered ${ADA}`],
      run,
    );
    const contact = contacts.get(ADA);
    assert.equal(contact?.attributes['ATTENDANCE_STATUS'], 'attended');
    assert.equal(contact?.attributes['MEETING_DURATION'], 40);
    assert.deepEqual(contact?.listIds, [16, 17]);
  }
});

test('an absence that was planned and never sent is withdrawn by late data', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: { registrants: [registrant(ADA)], segments: [here(BOB)] } }];
  on.intercept = async ({ path }) =>
    path.startsWith('/events') ? new Response('{}', { status: 401 }) : undefined;
  await assert.rejects(on.run(), { kind: 'auth' });
  assert.equal((await on.ledger(ADA))[absence], 'planned');
  on.intercept = undefined;
  on.held = [
    { instance: webinar(), who: { registrants: [registrant(ADA)], segments: [here(BOB), here(ADA)] } },
  ];
  await on.run();
  assert.deepEqual(
    (await on.brevo()).events.filter((event) => event.endsWith(ADA)),
    [`webinar_attended ${ADA}`, `webinar_registered ${ADA}`],
  );
  assert.equal((await on.ledger(ADA))[absence], undefined);
});

test('what was planned for somebody who is not known any more is withdrawn', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: { registrants: [registrant(ADA)], segments: [here(BOB)] } }];
  on.intercept = async ({ path }) =>
    path.startsWith('/events') ? new Response('{}', { status: 401 }) : undefined;
  await assert.rejects(on.run(), { kind: 'auth' });
  on.intercept = undefined;
  on.held = [{ instance: webinar(), who: { segments: [here(BOB)] } }];
  await on.run();
  assert.deepEqual((await on.brevo()).events, [`webinar_attended ${BOB}`]);
});

test('an absence that is in doubt, did not arrive and is no longer true is not sent', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: { registrants: [registrant(ADA)], segments: [here(BOB)] } }];
  on.intercept = async ({ method, path }) =>
    method === 'POST' && path.startsWith('/events') ? new Response('', { status: 502 }) : undefined;
  const first = await on.run();
  assert.equal(first.events.failed, 3);
  assert.equal((await on.ledger(ADA))[absence], 'sending');
  on.intercept = undefined;
  on.held = [
    { instance: webinar(), who: { registrants: [registrant(ADA)], segments: [here(BOB), here(ADA)] } },
  ];
  await on.run();
  assert.deepEqual((await on.brevo()).events, [
    `webinar_attended ${ADA}`,
    `webinar_attended ${BOB}`,
    `webinar_registered ${ADA}`,
  ]);
});

test('an event that is in doubt and did arrive is found and not sent again', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: { segments: [here(ADA), here(BOB)] } }];
  on.intercept = async ({ method, path, body }, pass) => {
    if (method === 'GET' && path.startsWith('/events'))
      return Response.json({ events: [], count: 0 }, { status: 503 });
    if (method !== 'POST' || !path.startsWith('/events')) return undefined;
    await pass(body);
    return new Response('', { status: 502 });
  };
  await assert.rejects(on.run(), { kind: 'remote' });
  on.intercept = undefined;
  on.sent.length = 0;
  const second = await on.run();
  assert.deepEqual((await on.brevo()).events, [`webinar_attended ${ADA}`, `webinar_attended ${BOB}`]);
  assert.equal(count(on.sent, 'POST /events') + count(on.sent, 'POST /events/batch'), 0);
  assert.equal(count(on.sent, 'GET /events'), 1, 'one look for all of a name');
  assert.deepEqual(second.events.sent, { webinar_attended: 2 });
  assert.equal((await on.ledger(ADA))['event:webinar_attended uuid-1'], 'done');
});

test('somebody whose contact could not be sent gets his event only after it was', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: { segments: [here(ADA), here(BOB)] } }];
  on.intercept = async ({ path, body }) =>
    path === '/contacts' && body.includes(ADA) ? new Response('', { status: 503 }) : undefined;
  const first = await on.run();
  assert.deepEqual(
    first.failed.map(({ what }) => what),
    [`contact ${ADA}`],
  );
  assert.deepEqual([first.contacts.created, first.contacts.failed], [1, 1]);
  assert.deepEqual((await on.brevo()).events, [`webinar_attended ${BOB}`]);
  on.intercept = undefined;
  const second = await on.run();
  assert.deepEqual([second.contacts.created, second.contacts.unchanged], [1, 1]);
  assert.deepEqual((await on.brevo()).events, [`webinar_attended ${ADA}`, `webinar_attended ${BOB}`]);
});

test('when the stays of a webinar cannot be read, nobody is told that he was absent', async () => {
  await using on = await rig();
  const blind = { what: 'participants', code: '403', message: 'an HTML page', hint: '' };
  on.held = [
    { instance: webinar(), who: { registrants: [registrant(ADA)], skips: [blind], incomplete: true } },
  ];
  const summary = await on.run();
  const { contacts, events } = await on.brevo();
  assert.deepEqual(events, [`webinar_registered ${ADA}`]);
  assert.equal(contacts.get(ADA)?.attributes['ATTENDANCE_STATUS'], 'registered');
  assert.deepEqual(summary.skips, [blind]);
});

const broken = () => {
  throw new TypeError('nobody foresaw this');
};

test('an instance that fails in a way nobody foresaw is reported, and the others arrive', async () => {
  await using on = await rig();
  on.held = [
    { instance: webinar(), who: { segments: [here(ADA)] } },
    { instance: webinar({ id: 'uuid-2' }), who: broken },
  ];
  const summary = await on.run();
  assert.deepEqual(
    summary.failed.map(({ what, reason }) => `${what}: ${reason.message}`),
    ['people of uuid-2: nobody foresaw this'],
  );
  assert.deepEqual((await on.brevo()).events, [`webinar_attended ${ADA}`]);
  on.held[1] = { instance: webinar({ id: 'uuid-2' }), who: { segments: [here(BOB)] } };
  const second = await on.run();
  assert.deepEqual(second.failed, []);
  assert.equal(second.contacts.created, 1);
});

test('an instance that killed the process again and again is given up and reported', async () => {
  await using on = await rig();
  await on.store.sql(
    `INSERT INTO jobs (queue, key, state, payload, priority, run_at, attempts)
     VALUES ('activate.collect', 'zoom uuid-2', 'waiting', '{"id":"uuid-2"}', 0, 0, 20)`,
  );
  on.held = ['uuid-1', 'uuid-2'].map((id) => ({ instance: webinar({ id }), who: { segments: [here(ADA)] } }));
  const summary = await on.run();
  assert.deepEqual(
    summary.failed.map(({ what, reason }) => `${what}: ${reason.message}`),
    ['people of uuid-2: The process ended 20 times while this job ran.'],
  );
  assert.equal(summary.contacts.created, 1);
});

test('people of excluded domains and of the own account stay out', async () => {
  await using on = await rig();
  const all = [ADA, BOB, 'hana@internal.example', 'x@rival.example', 'y@sub.rival.example'];
  on.held = [{ instance: webinar(), who: { segments: all.map(here) } }];
  await on.run({ excludeDomains: ['rival.example'], excludeInternal: true });
  const { contacts, events } = await on.brevo();
  const brought = all.filter((email) => contacts.has(email));
  assert.deepEqual(brought, [ADA, BOB, 'y@sub.rival.example'], 'a domain is not its subdomains');
  assert.equal(events.length, 3);
});

test('an event that was planned for somebody who is excluded by now is not sent', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: { segments: [here(ADA), here('x@rival.example')] } }];
  on.intercept = async ({ path }) =>
    path.startsWith('/events') ? new Response('{}', { status: 401 }) : undefined;
  await assert.rejects(on.run(), { kind: 'auth' });
  on.intercept = undefined;
  await on.run({ excludeDomains: ['rival.example'] });
  assert.deepEqual((await on.brevo()).events, [`webinar_attended ${ADA}`]);
});

test('a run without events sends none that an earlier run had planned or left in doubt', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: { segments: [here(ADA)] } }];
  on.intercept = async ({ method, path }) =>
    method === 'POST' && path.startsWith('/events') ? new Response('', { status: 502 }) : undefined;
  await on.run();
  on.intercept = undefined;
  await on.run({ sendEvents: false });
  assert.deepEqual((await on.brevo()).events, []);
  await on.run();
  assert.deepEqual((await on.brevo()).events, [`webinar_attended ${ADA}`], 'sent when it is wanted');
});

test('a webinar that is held weekly has one registration and an attendance for each time', async () => {
  await using on = await rig();
  const times = ['uuid-1', 'uuid-2', 'uuid-3'].map((id) => webinar({ id }));
  on.held = times.map((instance, i) => ({
    instance,
    who: { registrants: [registrant(ADA)], segments: i === 1 ? [here(BOB)] : [here(ADA)] },
  }));
  await on.run();
  assert.deepEqual(
    (await on.brevo()).events.filter((event) => event.endsWith(ADA)),
    [
      `webinar_absent ${ADA}`,
      `webinar_attended ${ADA}`,
      `webinar_attended ${ADA}`,
      `webinar_registered ${ADA}`,
    ],
  );
});

test('two runs in one process count their own calls only', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: { segments: [here(ADA)] } }];
  const first = await on.run();
  const second = await on.run();
  assert.deepEqual(first.calls['brevo'], { contacts: 4, events: 1 });
  assert.deepEqual(second.calls['brevo'], { contacts: 2 }, 'attributes and lists; nobody is looked up');
});

test('a mapping that changed is brought over without sending an event again', async () => {
  await using on = await rig();
  on.held = [{ instance: webinar(), who: { segments: [here(ADA)] } }];
  await on.run();
  const fields = [{ from: 'last_name', to: 'LASTNAME' }];
  const settings = { fields, lists: LISTS, ensureAttributes: false, ensureLists: false };
  const summary = await on.run({ settings });
  assert.equal(summary.contacts.updated, 1);
  const { contacts, events } = await on.brevo();
  assert.equal(contacts.get(ADA)?.attributes['LASTNAME'], 'Lovelace');
  assert.deepEqual(events, [`webinar_attended ${ADA}`]);
});
