import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from './brevo-access.ts';

void test('an import is accepted at once, applied after its delay, and shows its progress', async () => {
  const { send, clock, contact } = start({ importDelay: 4000 });
  const accepted = await send('POST', '/contacts/import', {
    jsonBody: [{ email: 'Ada@Example.com', attributes: { FIRSTNAME: 'Ada', SHOE_SIZE: 38 } }],
    listIds: [15, 16],
    disableNotification: true,
  });
  assert.equal(accepted.status, 202);
  const process = async () => (await send('GET', `/processes/${accepted.json.processId}`)).json;
  assert.equal((await process()).status, 'queued');
  clock.advance(2000);
  const running = await process();
  assert.deepEqual([running.status, running.info, running.completed_at], ['processing', null, null]);
  assert.equal(contact('ada@example.com'), undefined);
  clock.advance(2000);
  assert.deepEqual(contact('ada@example.com').attributes, { FIRSTNAME: 'Ada' });
  assert.deepEqual(contact('ada@example.com').listIds, [15, 16]);
  const over = await process();
  assert.deepEqual([over.status, over.name, over.info.import.invalid_emails], ['completed', 'IMPORTUSER', 0]);
  assert.equal((await send('GET', '/processes?limit=5')).json.count, 1);
  assert.equal((await send('GET', '/processes/77')).status, 404);
});

void test('collections show a finished import without anybody asking for it first', async () => {
  const { send, clock, all } = start();
  await send('POST', '/contacts/import', { jsonBody: [{ email: 'ada@example.com' }], listIds: [15] });
  const before = all('contacts').length;
  clock.advance(1000);
  assert.equal(all('contacts').length, before + 1);
  assert.equal(all('processes')[0].status, 'completed');
});

void test('what an import did becomes visible to reads one lag after it ended', async () => {
  const { send, clock, contact } = start({ importDelay: 1000, readLag: 500 });
  await send('POST', '/contacts/import', { jsonBody: [{ email: 'ada@example.com' }], listIds: [15] });
  clock.advance(1100);
  assert.ok(contact('ada@example.com'));
  assert.equal((await send('GET', '/contacts/ada%40example.com')).status, 404);
  clock.advance(400);
  assert.equal((await send('GET', '/contacts/ada%40example.com')).status, 200);
});

void test('bad rows are counted in the report and the others are applied', async () => {
  const { send, clock, brevo, contact, all } = start();
  brevo.configure({
    contacts: [{ email: 'owner@example.com', ext_id: 'o1', attributes: { SMS: '+33612345678' } }],
  });
  const { json } = await send('POST', '/contacts/import', {
    jsonBody: [
      { email: 'good@example.com', attributes: { MEETING_DURATION: 12 } },
      { email: 'not an address' },
      { attributes: { FIRSTNAME: 'Nobody' } },
      { email: 'good@example.com', attributes: { MEETING_DURATION: 99 } },
      { email: 'thief@example.com', attributes: { SMS: '+33612345678' } },
      { email: 'twin@example.com', attributes: { EXT_ID: 'o1' } },
      { email: 'odd@example.com', attributes: { SMS: '0612', MEETING_DURATION: 'long', FIRSTNAME: 'Odd' } },
      { attributes: { EXT_ID: 'o1', FIRSTNAME: 'Owner' } },
    ],
    listIds: [15],
  });
  const before = all('contacts').length;
  clock.advance(1000);
  const report = (await send('GET', `/processes/${json.processId}`)).json.info.import;
  assert.deepEqual(report, {
    invalid_emails: 2,
    duplicate_contact_id: 0,
    duplicate_ext_id: 1,
    duplicate_email_id: 1,
    duplicate_phone_id: 1,
    duplicate_whatsapp_id: 0,
    duplicate_landline_number_id: 0,
  });
  assert.equal(all('contacts').length, before + 2);
  assert.equal(contact('good@example.com').attributes.MEETING_DURATION, 12);
  assert.deepEqual(contact('odd@example.com').attributes, { FIRSTNAME: 'Odd' });
  assert.equal(contact('owner@example.com').attributes.FIRSTNAME, 'Owner');
  assert.deepEqual(contact('owner@example.com').listIds, [15]);
});

void test('an import keeps to updateExistingContacts and emptyContactsAttributes', async () => {
  const { send, clock, contact } = start();
  const run = async (row: Record<string, unknown>, options: Record<string, unknown>) => {
    const jsonBody = [{ email: 'ada@example.com', attributes: row }];
    assert.equal(
      (await send('POST', '/contacts/import', { jsonBody, listIds: [15], ...options })).status,
      202,
    );
    clock.advance(1000);
    return contact('ada@example.com').attributes;
  };
  assert.deepEqual(await run({ FIRSTNAME: 'Ada', IS_CUSTOMER: true }, {}), {
    FIRSTNAME: 'Ada',
    IS_CUSTOMER: true,
  });
  assert.equal((await run({ FIRSTNAME: '' }, {})).FIRSTNAME, 'Ada');
  assert.equal((await run({ FIRSTNAME: 'New' }, { updateExistingContacts: false })).FIRSTNAME, 'Ada');
  assert.equal((await run({ FIRSTNAME: 'New' }, {})).FIRSTNAME, 'New');
  assert.equal(
    (await run({ IS_CUSTOMER: false }, {})).IS_CUSTOMER,
    true,
    'a false does not overwrite a true',
  );
  assert.equal((await run({ FIRSTNAME: '' }, { emptyContactsAttributes: true })).FIRSTNAME, undefined);
});

void test('an import blocks on demand but never lifts a block', async () => {
  const { send, clock, brevo, contact } = start();
  brevo.configure({ contacts: [{ email: 'gone@example.com', emailBlacklisted: true }] });
  const jsonBody = [{ email: 'gone@example.com' }, { email: 'here@example.com' }];
  await send('POST', '/contacts/import', { jsonBody, listIds: [15], emailBlacklist: false });
  clock.advance(1000);
  assert.equal(contact('gone@example.com').emailBlacklisted, true);
  await send('POST', '/contacts/import', { jsonBody, listIds: [15], emailBlacklist: true });
  clock.advance(1000);
  assert.equal(contact('here@example.com').emailBlacklisted, true);
});

void test('an import reads CSV with semicolons and quotes, and can make its own list', async () => {
  const { send, clock, contact, all } = start();
  const fileBody = [
    'FIRSTNAME;EMAIL;MEETING_DURATION;SMS',
    'Ada;ada@example.com;42.5;+33612345678',
    '"Smith; ""Bob""";bob@example.com;;',
    '',
  ].join('\r\n');
  const newList = { listName: 'From a file', folderId: 1 };
  assert.equal((await send('POST', '/contacts/import', { fileBody, newList })).status, 202);
  clock.advance(1000);
  const listId = all('lists').at(-1).id;
  assert.deepEqual(contact('ada@example.com').attributes, {
    FIRSTNAME: 'Ada',
    MEETING_DURATION: 42.5,
    SMS: '33612345678',
  });
  assert.deepEqual(contact('bob@example.com').attributes, { FIRSTNAME: 'Smith; "Bob"' });
  assert.deepEqual(contact('bob@example.com').listIds, [listId]);
});

void test('an import needs rows and a list, and takes 10 MB at most', async () => {
  const { send, clock, brevo, request } = start();
  const jsonBody = [{ email: 'ada@example.com' }];
  const refused = async (body: unknown) => (await send('POST', '/contacts/import', body)).json.code;
  assert.equal(await refused({ jsonBody }), 'missing_parameter');
  assert.equal(await refused({ listIds: [15] }), 'missing_parameter');
  assert.equal(await refused({ jsonBody, listIds: [99] }), 'invalid_parameter');
  assert.equal(await refused({ jsonBody, fileBody: 'EMAIL', listIds: [15] }), 'invalid_parameter');
  const large = await brevo.handle({
    ...request('POST', '/contacts/import'),
    body: Buffer.alloc(10 * 1024 * 1024 + 1),
  });
  assert.equal(large.status, 400);
  const { json } = await send('POST', '/contacts/import', {
    fileUrl: 'https://files.example/a.csv',
    listIds: [15],
  });
  clock.advance(1000);
  const failed = (await send('GET', `/processes/${json.processId}`)).json;
  assert.deepEqual([failed.status, typeof failed.error], ['failed', 'string']);
});

void test('a hundred thousand contacts are imported and read in little time', async () => {
  const { send, clock } = start({ importDelay: 0, readLag: 100 });
  // Of this process, so that others beside it do not count: all of it happens here.
  const began = process.cpuUsage();
  for (let part = 0; part < 10; part++) {
    const jsonBody = Array.from({ length: 10_000 }, (_, index) => ({
      email: `person${part * 10_000 + index}@example.com`,
      attributes: { FIRSTNAME: `F${index}`, MEETING_DURATION: index, MEETING_JOIN_DATE: '2026-03-01' },
    }));
    assert.equal((await send('POST', '/contacts/import', { jsonBody, listIds: [15] })).status, 202);
  }
  clock.advance(200);
  const list = await send('GET', '/contacts/lists/15/contacts?limit=500&offset=99000');
  assert.deepEqual([list.json.count, list.json.contacts.length], [100_000, 500]);
  assert.equal((await send('GET', '/contacts?limit=1000&offset=50000')).json.contacts.length, 1000);
  for (let index = 0; index < 5000; index++) {
    const body = {
      email: `person${index}@example.com`,
      attributes: { UTM_SOURCE: 'zoom' },
      updateEnabled: true,
    };
    assert.equal((await send('POST', '/contacts', body)).status, 204);
  }
  const { user, system } = process.cpuUsage(began);
  const took = (user + system) / 1000;
  assert.ok(took < 4000, `took ${Math.round(took)} ms`);
});
