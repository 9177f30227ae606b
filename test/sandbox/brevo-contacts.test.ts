import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from './brevo-access.ts';

void test('a new contact is 201 with its id, the same again with updateEnabled is 204 without body', async () => {
  const { send, contact } = start();
  const first = await send('POST', '/contacts', { email: 'Ada@Example.com', updateEnabled: true });
  assert.equal(first.status, 201);
  assert.ok(Number.isInteger(first.json.id));
  const body = {
    email: 'ada@example.com',
    attributes: { FIRSTNAME: 'Ada' },
    listIds: [15],
    updateEnabled: true,
  };
  const second = await send('POST', '/contacts', body);
  assert.deepEqual([second.status, second.json], [204, undefined]);
  const { createdAt, modifiedAt, ...rest } = contact('ada@example.com');
  assert.deepEqual(rest, {
    id: first.json.id,
    email: 'ada@example.com',
    attributes: { FIRSTNAME: 'Ada' },
    listIds: [15],
    listUnsubscribed: [],
    emailBlacklisted: false,
    smsBlacklisted: false,
  });
  assert.ok(createdAt <= modifiedAt);
});

void test('an existing address without updateEnabled is refused, with the code that is switched on', async () => {
  const { send, brevo } = start();
  await send('POST', '/contacts', { email: 'ada@example.com' });
  const refused = await send('POST', '/contacts', { email: 'ada@example.com' });
  assert.equal(refused.status, 400);
  assert.deepEqual(refused.json, {
    code: 'duplicate_parameter',
    message: 'Unable to create contact, email is already associated with another Contact',
    metadata: { duplicate_identifiers: ['email'] },
  });
  brevo.configure({ duplicateCode: 'invalid_parameter' });
  const newer = await send('POST', '/contacts', { email: 'ada@example.com' });
  assert.equal(newer.json.code, 'invalid_parameter');
  assert.deepEqual(newer.json.metadata, { duplicate_identifiers: ['email'] });
});

void test('a phone number or ext_id of somebody else is refused even with updateEnabled, and nothing is written', async () => {
  const { send, contact } = start();
  const sms = { SMS: '+33612345678' };
  await send('POST', '/contacts', { email: 'ada@example.com', attributes: sms, ext_id: 'a1' });
  await send('POST', '/contacts', { email: 'bob@example.com' });
  const attributes = { SMS: '0033612345678', FIRSTNAME: 'Bob' };
  const refused = await send('POST', '/contacts', {
    email: 'bob@example.com',
    attributes,
    ext_id: 'a1',
    updateEnabled: true,
  });
  assert.equal(refused.status, 400);
  assert.deepEqual(refused.json.metadata, { duplicate_identifiers: ['ext_id', 'SMS'] });
  assert.deepEqual(contact('bob@example.com').attributes, {});
  const put = await send('PUT', '/contacts/bob%40example.com', { attributes: sms });
  assert.deepEqual([put.status, put.json.metadata], [400, { duplicate_identifiers: ['SMS'] }]);
});

void test('a contact can be made by ext_id or phone number alone and is found by either', async () => {
  const { send } = start();
  const byExtId = await send('POST', '/contacts', { ext_id: 'x/1' });
  const byPhone = await send('POST', '/contacts', { attributes: { SMS: '+33612345678' } });
  assert.deepEqual([byExtId.status, byPhone.status], [201, 201]);
  assert.equal((await send('POST', '/contacts', { ext_id: 'x/1', updateEnabled: true })).status, 204);
  const found = await send('GET', '/contacts/x%2F1?identifierType=ext_id');
  assert.equal(found.json.id, byExtId.json.id);
  const phone = await send('GET', '/contacts/33612345678');
  assert.equal(phone.json.id, byPhone.json.id);
  assert.equal((await send('GET', '/contacts/%2B33612345678?identifierType=phone_id')).status, 200);
  assert.equal((await send('GET', `/contacts/${byExtId.json.id}`)).json.id, byExtId.json.id);
  assert.equal((await send('GET', `/contacts/${byExtId.json.id}?identifierType=shoe_size`)).status, 400);
});

void test('bad contacts are refused: no identity, no address, unknown list, bad phone number, no JSON', async () => {
  const { send, brevo, request } = start();
  const codes = async (body: unknown) => {
    const { status, json } = await send('POST', '/contacts', body);
    return [status, json.code];
  };
  assert.deepEqual(await codes({ attributes: { FIRSTNAME: 'A' } }), [400, 'missing_parameter']);
  assert.deepEqual(await codes({ email: 'not an address' }), [400, 'invalid_parameter']);
  assert.deepEqual(await codes({ email: 'a@b.co', listIds: [999] }), [400, 'invalid_parameter']);
  assert.deepEqual(await codes({ email: 'a@b.co', attributes: { SMS: '0612345678' } }), [
    400,
    'invalid_parameter',
  ]);
  assert.deepEqual(await codes([1]), [400, 'bad_request']);
  const broken = await brevo.handle({ ...request('POST', '/contacts'), body: Buffer.from('{') });
  assert.equal(broken.status, 400);
});

void test('values of the wrong type are dropped in silence, and so are unknown attributes until switched', async () => {
  const { send, brevo, contact } = start();
  const attributes = {
    FIRSTNAME: 'Ada',
    MEETING_JOIN_DATE: '2026-03-01T10:00:00Z',
    MEETING_DURATION: 'long',
    SHOE_SIZE: 38,
    lastname: 'Byron',
  };
  assert.equal((await send('POST', '/contacts', { email: 'ada@example.com', attributes })).status, 201);
  assert.deepEqual(contact('ada@example.com').attributes, { FIRSTNAME: 'Ada' });
  brevo.configure({ unknownAttributes: 'refuse' });
  const refused = await send('PUT', '/contacts/ada%40example.com', { attributes: { SHOE_SIZE: 38 } });
  assert.deepEqual([refused.status, refused.json.message], [400, 'Attribute not found']);
});

void test('425 comes with the probability that is set', async () => {
  const { send, brevo, contact } = start();
  brevo.configure({ tooEarly: 1 });
  const early = await send('POST', '/contacts', { email: 'ada@example.com' });
  assert.deepEqual([early.status, early.json.code], [425, 'account_in_process']);
  assert.equal(contact('ada@example.com'), undefined);
  brevo.configure({ tooEarly: 0.5 });
  const statuses = new Set<number>();
  for (let i = 0; i < 50; i++) {
    statuses.add((await send('POST', '/contacts', { email: `p${i}@example.com` })).status);
  }
  assert.deepEqual(statuses, new Set([201, 425]));
});

void test('a new EMAIL for a blocklisted contact lifts the block, other writes do not', async () => {
  const { send, brevo, contact } = start();
  brevo.configure({ contacts: [{ email: 'gone@example.com', emailBlacklisted: true, listIds: [4] }] });
  const update = {
    email: 'gone@example.com',
    attributes: { FIRSTNAME: 'G' },
    listIds: [15],
    updateEnabled: true,
  };
  assert.equal((await send('POST', '/contacts', update)).status, 204);
  assert.deepEqual(contact('gone@example.com').listIds, [4, 15]);
  assert.equal(contact('gone@example.com').emailBlacklisted, true);
  const same = await send('PUT', '/contacts/gone%40example.com', {
    attributes: { EMAIL: 'gone@example.com' },
  });
  assert.deepEqual([same.status, same.json.metadata], [400, { duplicate_identifiers: ['email'] }]);
  assert.equal(contact('gone@example.com').emailBlacklisted, true);
  await send('PUT', '/contacts/gone%40example.com', { attributes: { EMAIL: 'back@example.com' } });
  assert.equal(contact('gone@example.com'), undefined);
  assert.equal(contact('back@example.com').emailBlacklisted, false);
});

void test('emailBlacklisted:false resubscribes and forceMerge deletes the other contact, so misuse shows', async () => {
  const { send, brevo, contact } = start();
  brevo.configure({ contacts: [{ email: 'gone@example.com', emailBlacklisted: true, ext_id: 'g' }] });
  await send('PUT', '/contacts/gone%40example.com', { emailBlacklisted: false });
  assert.equal(contact('gone@example.com').emailBlacklisted, false);
  await send('POST', '/contacts', { email: 'new@example.com', ext_id: 'g', forceMerge: true });
  assert.equal(contact('gone@example.com'), undefined);
  assert.equal(contact('new@example.com').ext_id, 'g');
});

void test('a plus in a path must be encoded: raw it is a space and nobody is found', async () => {
  const { send } = start();
  await send('POST', '/contacts', { email: 'ada+zoom@example.com' });
  assert.equal((await send('GET', '/contacts/ada%2Bzoom%40example.com')).status, 200);
  assert.equal((await send('GET', '/contacts/ada%2Bzoom@example.com')).status, 200);
  const raw = await send('GET', '/contacts/ada+zoom@example.com');
  assert.deepEqual([raw.status, raw.json.code], [404, 'document_not_found']);
  assert.equal((await send('GET', '/contacts/ada%252Bzoom%40example.com')).status, 404);
});

void test('PUT links and unlinks lists, DELETE removes the contact, both are 404 for strangers', async () => {
  const { send, contact } = start();
  await send('POST', '/contacts', { email: 'ada@example.com', listIds: [15, 16] });
  const put = await send('PUT', '/contacts/ada%40example.com', {
    listIds: [17],
    unlinkListIds: [15],
    ext_id: 'a1',
  });
  assert.deepEqual([put.status, put.json], [204, undefined]);
  assert.deepEqual(contact('ada@example.com').listIds, [16, 17]);
  assert.equal((await send('DELETE', '/contacts/a1?identifierType=ext_id')).status, 204);
  assert.equal(contact('ada@example.com'), undefined);
  assert.equal((await send('DELETE', '/contacts/ada%40example.com')).status, 404);
  assert.equal((await send('PUT', '/contacts/ada%40example.com', {})).status, 404);
  const again = await send('POST', '/contacts', { email: 'ada@example.com', ext_id: 'a1' });
  assert.equal(again.status, 201);
});

void test('listings page, filter by ids, lists, time and attribute, and refuse too large a limit', async () => {
  const { send, clock, all } = start();
  const before = all('contacts').length;
  clock.advance(1000);
  const since = new Date(clock.now() - 1).toISOString();
  for (let i = 0; i < 7; i++) {
    const attributes = { FIRSTNAME: `F${i}`, LIFECYCLE: 1 + (i % 2), INTERESTS: ['Product', 'Pricing'] };
    await send('POST', '/contacts', { email: `p${i}@example.com`, listIds: i < 3 ? [15] : [], attributes });
  }
  const emails = async (query: string) =>
    (await send('GET', `/contacts?${query}`)).json.contacts.map((item: { email: string }) => item.email);
  assert.equal((await send('GET', '/contacts?limit=2')).json.count, before + 7);
  assert.deepEqual(await emails('limit=2&offset=1'), ['p5@example.com', 'p4@example.com']);
  assert.equal((await emails(`modifiedSince=${encodeURIComponent(since)}`)).length, 7);
  assert.deepEqual(await emails('listIds=15&sort=asc'), [
    'p0@example.com',
    'p1@example.com',
    'p2@example.com',
  ]);
  assert.deepEqual(await emails('filter=equals(FIRSTNAME,"F3")'), ['p3@example.com']);
  assert.equal((await emails('filter=equals(LIFECYCLE,"Lead")')).length, 4);
  assert.equal((await emails('filter=equals(INTERESTS,"Product, Pricing")')).length, 7);
  const first = all('contacts')[0];
  assert.deepEqual(await emails(`ids=${first.id}`), [first.email]);
  const large = await send('GET', '/contacts?limit=1001');
  assert.deepEqual([large.status, large.json.code], [400, 'out_of_range']);
  assert.equal((await send('GET', '/contacts?modifiedSince=yesterday')).status, 400);
  // A zone's plus that was not encoded arrives as a space.
  assert.equal((await send('GET', '/contacts?modifiedSince=2026-01-01T00:00:00+02:00')).status, 400);
});

void test('writes show in reads only after the read lag, while upserts see them at once', async () => {
  const { send, clock, contact } = start({ readLag: 2000 });
  const seen = async () => (await send('GET', '/contacts/ada%40example.com')).json.attributes?.FIRSTNAME;
  const count = async () => (await send('GET', '/contacts?limit=1')).json.count;
  const members = async () => (await send('GET', '/contacts/lists/15/contacts')).json.count;
  const none = await count();
  const body = {
    email: 'ada@example.com',
    attributes: { FIRSTNAME: 'A1' },
    listIds: [15],
    updateEnabled: true,
  };
  assert.equal((await send('POST', '/contacts', body)).status, 201);
  assert.deepEqual([await seen(), await count(), await members()], [undefined, none, 0]);
  assert.equal(contact('ada@example.com').attributes.FIRSTNAME, 'A1');
  clock.advance(1000);
  assert.equal((await send('POST', '/contacts', { ...body, attributes: { FIRSTNAME: 'A2' } })).status, 204);
  clock.advance(1100);
  assert.deepEqual([await seen(), await count(), await members()], ['A1', none + 1, 1]);
  clock.advance(1000);
  assert.equal(await seen(), 'A2');
  await send('DELETE', '/contacts/ada%40example.com');
  assert.equal(await seen(), 'A2');
  clock.advance(2001);
  assert.deepEqual([await seen(), await count(), await members()], [undefined, none, 0]);
});

function named(text: string) {
  return { attributes: { FIRSTNAME: text } };
}

void test('a batch updates contacts that exist, all or nothing unless switched', async () => {
  const { send, brevo, contact } = start();
  const ids = [];
  for (const name of ['ada', 'bob', 'cleo']) {
    const attributes = name === 'cleo' ? { SMS: '+33612345678' } : {};
    ids.push((await send('POST', '/contacts', { email: `${name}@example.com`, attributes })).json.id);
  }
  const good = await send('POST', '/contacts/batch', {
    contacts: [
      { email: 'ada@example.com', ...named('Ada'), listIds: [15] },
      { id: ids[1], ...named('Bob'), ext_id: 'b1' },
      { sms: '+33612345678', ...named('Cleo') },
    ],
  });
  assert.deepEqual([good.status, good.json], [204, undefined]);
  const names = () => ['ada', 'bob', 'cleo'].map((who) => contact(`${who}@example.com`).attributes.FIRSTNAME);
  assert.deepEqual(names(), ['Ada', 'Bob', 'Cleo']);

  const contacts = [
    { email: 'ada@example.com', ...named('X') },
    { email: 'nobody@example.com', ...named('X') },
  ];
  const bad = await send('POST', '/contacts/batch', { contacts });
  assert.deepEqual([bad.status, bad.json.code], [400, 'invalid_parameter']);
  assert.deepEqual(names(), ['Ada', 'Bob', 'Cleo']);
  const sameNumber = ['ada', 'bob'].map((who) => ({
    email: `${who}@example.com`,
    attributes: { SMS: '+4912345678' },
  }));
  assert.equal((await send('POST', '/contacts/batch', { contacts: sameNumber })).status, 400);

  brevo.configure({ batch: 'skip-bad' });
  assert.equal((await send('POST', '/contacts/batch', { contacts })).status, 204);
  assert.deepEqual(names(), ['X', 'Bob', 'Cleo']);
  assert.equal(contact('nobody@example.com'), undefined);
});
