import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../src/sandbox/clock.ts';
import { start } from './brevo-access.ts';

const ATTENDED = {
  event_name: 'zoom_meeting_attended',
  identifiers: { email_id: 'ada@example.com' },
  event_date: '2026-01-02T10:00:00+01:00',
  event_properties: { meeting_id: '84', minutes: 42.5, nested: { a: [1, { b: 'c' }] } },
};

function recent(clock: Clock) {
  return { ...ATTENDED, event_date: new Date(clock.now() - 60_000).toISOString() };
}

void test('an event of a contact is 204 and stored with both its address and its id', async () => {
  const { send, all } = start();
  const { id } = (await send('POST', '/contacts', { email: 'ada@example.com', ext_id: 'a1' })).json;
  const made = await send('POST', '/events', { ...ATTENDED, identifiers: { email_id: 'Ada@Example.com' } });
  assert.deepEqual([made.status, made.json], [204, undefined]);
  assert.equal(
    (await send('POST', '/events', { event_name: 'x-Y_1', identifiers: { ext_id: 'a1' } })).status,
    204,
  );
  const [first, second] = all('events');
  const { received_at: receivedAt, ...rest } = first;
  assert.deepEqual(rest, {
    event_name: 'zoom_meeting_attended',
    email: 'ada@example.com',
    contact_id: id,
    event_date: '2026-01-02T09:00:00.000Z',
    event_properties: ATTENDED.event_properties,
  });
  assert.ok(receivedAt);
  assert.deepEqual(
    [second.contact_id, second.email, second.event_date],
    [id, 'ada@example.com', second.received_at],
  );
});

void test('contact_id decides before the other identifiers', async () => {
  const { send, all } = start();
  const { id } = (await send('POST', '/contacts', { email: 'ada@example.com' })).json;
  await send('POST', '/contacts', { email: 'bob@example.com' });
  await send('POST', '/events', {
    ...ATTENDED,
    identifiers: { email_id: 'bob@example.com', contact_id: id },
  });
  assert.equal(all('events')[0].email, 'ada@example.com');
});

void test('an event for somebody unknown is kept without contact, or makes one when switched', async () => {
  const { send, brevo, all, contact } = start();
  assert.equal((await send('POST', '/events', ATTENDED)).status, 204);
  assert.deepEqual([all('events')[0].contact_id, all('events')[0].email], [null, 'ada@example.com']);
  assert.equal(contact('ada@example.com'), undefined);
  brevo.configure({ eventsForUnknownContacts: 'create' });
  assert.equal((await send('POST', '/events', ATTENDED)).status, 204);
  assert.equal(all('events')[1].contact_id, contact('ada@example.com').id);
});

void test('contact_properties update the contact and never fail the event', async () => {
  const { send, contact } = start();
  await send('POST', '/contacts', { email: 'bob@example.com', attributes: { SMS: '+33612345678' } });
  await send('POST', '/contacts', { email: 'ada@example.com' });
  const with_ = (properties: unknown) =>
    send('POST', '/events', { ...ATTENDED, contact_properties: properties });
  await with_({
    FIRSTNAME: 'Ada',
    MEETING_DURATION: 'long',
    SHOE_SIZE: 1,
    SMS: 'no number',
    EMAIL: 'x@example.com',
  });
  assert.deepEqual(contact('ada@example.com').attributes, { FIRSTNAME: 'Ada' });
  assert.equal((await with_({ SMS: '+33612345678' })).status, 204);
});

void test('bad events are 400', async () => {
  const { send, all } = start();
  const bad: Record<string, unknown>[] = [
    { event_name: 'two words' },
    { event_name: 'x'.repeat(256) },
    { event_name: '' },
    { identifiers: {} },
    { identifiers: undefined },
    { identifiers: { contact_id: '12' } },
    { event_date: 'yesterday' },
    { event_properties: [] },
    { event_properties: { 'a key': 1 } },
    { event_properties: { deep: { 'a key': 1 } } },
    { event_properties: { text: 'x'.repeat(50 * 1024) } },
  ];
  for (const change of bad) {
    const { status, json } = await send('POST', '/events', { ...ATTENDED, ...change });
    assert.deepEqual([status, json.code], [400, 'invalid_parameter'], JSON.stringify(change).slice(0, 80));
  }
  assert.equal(all('events').length, 0);
});

void test('a batch is 202 when all its events are good', async () => {
  const { send, all } = start();
  const events = Array.from({ length: 200 }, () => ATTENDED);
  const { status, json } = await send('POST', '/events/batch', { events });
  assert.deepEqual([status, json.count, typeof json.message], [202, 200, 'string']);
  assert.equal(all('events').length, 200);
});

void test('a batch with bad events is 207, names them by index, and stores the others', async () => {
  const { send, all } = start();
  const events = [
    { ...ATTENDED, event_name: 'two words' },
    ATTENDED,
    { ...ATTENDED, event_name: 'also two' },
    { ...ATTENDED, event_properties: { attended: true } },
  ];
  const { status, json } = await send('POST', '/events/batch', { events });
  assert.equal(status, 207);
  assert.deepEqual([json.total_events, json.successful_events, json.failed_events], [4, 1, 3]);
  assert.deepEqual(json.errors, [
    { eventIndex: [0, 2], message: 'event_name is limited to 255 alphanumerical characters and - _' },
    { eventIndex: [3], message: 'event_properties.attended has an unsupported type' },
  ]);
  assert.equal(all('events').length, 1);
});

void test('a batch is 400 when it is empty, too long, too large, a bare array, or bad throughout', async () => {
  const { send, all } = start();
  const large = { ...ATTENDED, event_properties: { text: 'x'.repeat(40 * 1024) } };
  const bad: unknown[] = [
    { events: [] },
    {},
    [ATTENDED],
    { events: Array.from({ length: 201 }, () => ATTENDED) },
    { events: Array.from({ length: 13 }, () => large) },
    { events: [{ ...ATTENDED, event_name: 'two words' }] },
  ];
  for (const body of bad) assert.equal((await send('POST', '/events/batch', body)).status, 400);
  assert.equal(all('events').length, 0);
});

void test('events are listed newest first, by contact, name and time, one read lag after they came', async () => {
  const { send, clock } = start({ readLag: 1000 });
  const ids: number[] = [];
  for (const who of ['ada', 'bob'])
    ids.push((await send('POST', '/contacts', { email: `${who}@example.com` })).json.id);
  const event = recent(clock);
  await send('POST', '/events', event);
  await send('POST', '/events', { ...event, identifiers: { email_id: 'bob@example.com' } });
  await send('POST', '/events', {
    ...event,
    event_name: 'other',
    event_date: new Date(clock.now()).toISOString(),
  });
  await send('POST', '/events', { ...event, event_date: '2020-05-05T10:00:00Z' });
  const get = async (query: string) => (await send('GET', `/events?${query}`)).json;
  assert.equal((await get('')).count, 0);
  clock.advance(1000);
  const all = await get('');
  assert.deepEqual([all.count, all.events[0].event_name], [3, 'other'], 'six months back unless asked');
  assert.deepEqual(all.events[1], {
    contact_id: ids[0],
    event_date: event.event_date,
    event_name: event.event_name,
    event_properties: event.event_properties,
  });
  assert.equal((await get(`contact_id=${ids[0]}`)).count, 2);
  assert.equal((await get(`contact_id=${ids[0]}&contact_id=${ids[1]}`)).count, 3);
  assert.equal((await get('event_name=other')).count, 1);
  assert.equal((await get('event_name=other&event_name=zoom_meeting_attended')).count, 3);
  assert.equal((await get('startDate=2020-05-05&endDate=2020-05-05')).count, 1);
  assert.equal((await get('object_type=subscription')).count, 0);
  const page = await get('limit=1&offset=1');
  assert.deepEqual([page.count, page.events.length], [3, 1]);
  for (const query of [
    'limit=10001',
    'limit=0',
    'startDate=2026-01-01',
    'startDate=2026-02-01&endDate=2026-01-01',
  ]) {
    assert.equal((await send('GET', `/events?${query}`)).status, 400, query);
  }
});

const MAIL = {
  sender: { email: 'hello@sandbox.example', name: 'Sandbox' },
  to: [{ email: 'ada@example.com', name: 'Ada' }],
  subject: 'The recording',
  htmlContent: '<p>Here it is</p>',
};

void test('a mail is 201 with its id, several versions are 201 with theirs, a scheduled one is 202', async () => {
  const { send, all } = start();
  const one = await send('POST', '/smtp/email', MAIL);
  assert.equal(one.status, 201);
  assert.match(one.json.messageId, /^<.+@.+>$/);
  const messageVersions = ['ada', 'bob'].map((who) => ({
    to: [{ email: `${who}@example.com` }],
    params: { who },
  }));
  const two = await send('POST', '/smtp/email', { templateId: 1, messageVersions });
  assert.deepEqual([two.status, two.json.messageIds.length], [201, 2]);
  const later = await send('POST', '/smtp/email', { ...MAIL, scheduledAt: '2026-12-24T18:00:00Z' });
  assert.equal(later.status, 202);
  assert.match(later.json.batchId, /^[0-9a-f-]{36}$/);
  assert.equal(all('mails').length, 4);
  assert.deepEqual(all('mails')[2].to, ['bob@example.com']);
  assert.deepEqual(all('mails')[2].params, { who: 'bob' });
  const listed = (await send('GET', '/smtp/emails?email=ada%40example.com')).json;
  assert.deepEqual([listed.count, listed.transactionalEmails[2].subject], [3, 'The recording']);
  assert.equal((await send('GET', '/smtp/emails')).status, 400);
});

void test('an idempotency key in either spelling works once in 30 minutes', async () => {
  const { send, clock, all } = start();
  const mail = (headers: Record<string, string>) => send('POST', '/smtp/email', { ...MAIL, headers });
  assert.equal((await mail({ idempotencyKey: 'k1' })).status, 201);
  const again = await mail({ 'Idempotency-Key': 'k1' });
  assert.deepEqual([again.status, again.json.code], [400, 'duplicate_parameter']);
  assert.equal(again.json.messageId, undefined);
  clock.advance(29 * 60_000);
  assert.equal((await mail({ idempotencyKey: 'k1' })).status, 400);
  assert.equal(all('mails').length, 1);
  clock.advance(60_000);
  assert.equal((await mail({ idempotencyKey: 'k1' })).status, 201);
  assert.equal((await mail({ idempotencyKey: 'k2' })).status, 201);
});

void test('a refused mail does not use up its key, and a dropped one is not delivered', async () => {
  const { send, brevo, all } = start();
  brevo.configure({ notEnoughCredits: true });
  const headers = { idempotencyKey: 'k1', 'X-Sib-Sandbox': 'drop' };
  const poor = await send('POST', '/smtp/email', { ...MAIL, headers });
  assert.deepEqual([poor.status, poor.json.code], [402, 'not_enough_credits']);
  brevo.configure({ notEnoughCredits: false });
  assert.equal((await send('POST', '/smtp/email', { ...MAIL, headers })).status, 201);
  assert.equal(all('mails')[0].delivered, false);
  assert.equal((await send('GET', '/smtp/emails?email=ada%40example.com')).json.count, 0);
});

function people(count: number) {
  return Array.from({ length: count }, (_, index) => ({ email: `p${index}@example.com` }));
}

function versions(count: number, each: number, params: unknown = {}) {
  return { messageVersions: Array.from({ length: count }, () => ({ to: people(each), params })) };
}

void test('bad mails and too many recipients are 400', async () => {
  const { send, all } = start();
  const bad: Record<string, unknown>[] = [
    { to: [] },
    { to: [{ email: 'nobody' }] },
    { to: undefined },
    { sender: undefined },
    { subject: undefined },
    { htmlContent: undefined },
    { scheduledAt: 'soon' },
    versions(1, 100),
    versions(21, 99),
    versions(1, 1, { text: 'x'.repeat(101 * 1024) }),
    versions(11, 1, { text: 'x'.repeat(99 * 1024) }),
  ];
  for (const change of bad) {
    const { status } = await send('POST', '/smtp/email', { ...MAIL, ...change });
    assert.equal(status, 400, JSON.stringify(change).slice(0, 80));
  }
  assert.equal(all('mails').length, 0);
  assert.equal((await send('POST', '/smtp/email', { ...MAIL, ...versions(20, 99) })).status, 201);
});
