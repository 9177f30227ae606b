import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from './brevo-access.ts';

void test('the account answers with the right key only', async () => {
  const { send, brevo, request } = start();
  const account = await send('GET', '/account');
  assert.equal(account.status, 200);
  assert.equal(account.answer.operation, 'GET /account');
  const without = await brevo.handle({ ...request('GET', '/account'), headers: {} });
  assert.deepEqual(without.json, { code: 'unauthorized', message: 'authentication not found in headers' });
  const wrong = await brevo.handle({
    ...request('GET', '/account'),
    headers: { 'api-key': 'xkeysib-wrong' },
  });
  assert.deepEqual([without.status, wrong.status], [401, 401]);
  assert.ok(without.headers?.['sib-request-id']);
  assert.equal((await send('GET', '/senders')).status, 200);
  assert.equal((await send('GET', '/smtp/templates')).status, 200);
});

void test('the same seed makes the same account, and a reset brings it back', async () => {
  const { send, brevo, all } = start();
  assert.equal(brevo.apiKey, start().brevo.apiKey);
  assert.notEqual(brevo.apiKey, start({ seed: 2 }).brevo.apiKey);
  const names = ['contacts', 'lists', 'folders', 'attributes', 'events', 'mails', 'processes'];
  const before = structuredClone(names.map(all));
  await send('POST', '/contacts', { email: 'ada@example.com', listIds: [15] });
  await send('POST', '/contacts/lists', { name: 'New', folderId: 1 });
  await send('PUT', '/contacts/attributes/category/LIFECYCLE', { enumeration: [{ label: 'One', value: 1 }] });
  brevo.configure({ notEnoughCredits: true, contacts: [{ email: 'seeded@example.com' }] });
  assert.notDeepEqual(names.map(all), before);
  brevo.reset();
  assert.deepEqual(names.map(all), before);
  assert.equal(brevo.collections('unicorns'), undefined);
});

void test('settings that do not exist are told to the caller', () => {
  const { brevo } = start();
  const wrong: Record<string, unknown>[] = [
    { batchBuckets: 'other' },
    { batch: 'sometimes' },
    { tooEarly: 2 },
    { contacts: [{}] },
    { contacts: [{ email: 'nobody' }] },
  ];
  for (const settings of wrong) {
    assert.throws(() => brevo.configure(settings), TypeError);
  }
});

void test('operations are named by their official template without effect', () => {
  const { brevo, request } = start();
  const named = (method: string, path: string) => brevo.operationOf(request(method, path));
  assert.equal(named('GET', '/contacts/a%40b.co'), 'GET /contacts/{identifier}');
  assert.equal(named('GET', '/contacts/lists'), 'GET /contacts/lists');
  assert.equal(
    named('POST', '/contacts/lists/15/contacts/add'),
    'POST /contacts/lists/{listId}/contacts/add',
  );
  assert.equal(
    named('POST', '/contacts/attributes/normal/CITY'),
    'POST /contacts/attributes/{attributeCategory}/{attributeName}',
  );
  assert.equal(named('PUT', '/contacts/import'), undefined);
  assert.equal(named('GET', '/unicorns'), undefined);
});

void test('unknown paths are 404 and wrong methods 405', async () => {
  const { send } = start();
  assert.equal((await send('GET', '/unicorns')).status, 404);
  const wrong = await send('DELETE', '/events');
  assert.deepEqual([wrong.status, wrong.json.code], [405, 'method_not_allowed']);
});

void test('attributes are created once, and their options but not their types can be changed', async () => {
  const { send } = start();
  const path = '/contacts/attributes/normal/MEETING_TOPIC';
  const made = await send('POST', path, { type: 'text' });
  assert.deepEqual([made.status, made.json], [201, undefined]);
  assert.equal((await send('POST', path, { type: 'text' })).status, 400);
  assert.equal((await send('PUT', path, { type: 'date' })).status, 400);
  assert.equal((await send('POST', '/contacts/attributes/normal/X', { type: 'number' })).status, 400);
  assert.equal((await send('POST', '/contacts/attributes/sometimes/X', { type: 'text' })).status, 400);
  const enumeration = [{ label: 'Gold', value: 1 }];
  assert.equal((await send('POST', '/contacts/attributes/category/TIER', { enumeration })).status, 201);
  const more = [...enumeration, { label: 'Silver', value: 2 }];
  const put = await send('PUT', '/contacts/attributes/category/TIER', { enumeration: more });
  assert.deepEqual([put.status, put.json], [204, undefined]);
  const options = { multiCategoryOptions: ['Webinars'] };
  assert.equal((await send('PUT', '/contacts/attributes/normal/INTERESTS', options)).status, 204);
  assert.equal((await send('PUT', '/contacts/attributes/normal/NOWHERE', options)).status, 404);
  const { attributes } = (await send('GET', '/contacts/attributes')).json;
  const find = (name: string) => attributes.find((item: { name: string }) => item.name === name);
  assert.deepEqual(find('MEETING_TOPIC'), { name: 'MEETING_TOPIC', category: 'normal', type: 'text' });
  assert.deepEqual(find('TIER'), { name: 'TIER', category: 'category', enumeration: more });
  assert.deepEqual(find('INTERESTS').multiCategoryOptions, ['Product', 'Pricing', 'Training', 'Webinars']);
});

void test('lists and folders are made, paged and looked up', async () => {
  const { send, all } = start();
  const folder = await send('POST', '/contacts/folders', { name: 'More' });
  assert.deepEqual([folder.status, folder.json], [201, { id: 3 }]);
  const list = await send('POST', '/contacts/lists', { name: 'Speakers', folderId: 3 });
  assert.deepEqual([list.status, list.json], [201, { id: 18 }]);
  assert.equal((await send('POST', '/contacts/lists', { name: 'Speakers' })).json.code, 'missing_parameter');
  assert.equal((await send('POST', '/contacts/lists', { name: 'Speakers', folderId: 99 })).status, 400);
  assert.equal((await send('POST', '/contacts/lists', { name: 'Speakers', folderId: 3 })).status, 201);
  const page = (await send('GET', '/contacts/lists?limit=2&offset=1')).json;
  assert.deepEqual(
    page.lists.map((item: { id: number }) => item.id),
    [18, 17],
  );
  assert.equal(page.count, 6);
  assert.equal((await send('GET', '/contacts/lists?limit=51')).json.code, 'out_of_range');
  assert.equal((await send('GET', '/contacts/lists/15')).json.name, 'Zoom meeting participants');
  assert.equal((await send('GET', '/contacts/lists/99')).status, 404);
  assert.equal((await send('GET', '/contacts/folders')).json.count, 3);
  assert.deepEqual(all('lists').at(-2), { id: 18, name: 'Speakers', folderId: 3 });
});

void test('adding to a list reports members and strangers as failure, and takes 150 people at most', async () => {
  const { send, brevo, contact } = start();
  const a = (await send('POST', '/contacts', { email: 'ada@example.com', ext_id: 'a1' })).json.id;
  await send('POST', '/contacts', { email: 'bob@example.com', listIds: [15] });
  const emails = ['ada@example.com', 'bob@example.com', 'nobody@example.com'];
  const added = await send('POST', '/contacts/lists/15/contacts/add', { emails });
  assert.equal(added.status, 201);
  assert.deepEqual(added.json.contacts, { success: emails.slice(0, 1), failure: emails.slice(1) });
  assert.deepEqual(contact('ada@example.com').listIds, [15]);
  const byId = await send('POST', '/contacts/lists/16/contacts/add', { ids: [a] });
  const byExtId = await send('POST', '/contacts/lists/17/contacts/add', { extIds: ['a1'] });
  assert.deepEqual([byId.json.contacts.success, byExtId.json.contacts.success], [[a], ['a1']]);
  const removed = await send('POST', '/contacts/lists/15/contacts/remove', { emails });
  assert.deepEqual(removed.json.contacts, { success: emails.slice(0, 2), failure: emails.slice(2) });

  const many = Array.from({ length: 151 }, (_, index) => `p${index}@example.com`);
  assert.equal((await send('POST', '/contacts/lists/15/contacts/add', { emails: many })).status, 400);
  assert.equal((await send('POST', '/contacts/lists/15/contacts/add', { emails, ids: [a] })).status, 400);
  assert.equal((await send('POST', '/contacts/lists/15/contacts/add', {})).status, 400);
  assert.equal((await send('POST', '/contacts/lists/99/contacts/add', { emails })).status, 404);

  const again = await send('POST', '/contacts/lists/17/contacts/add', { ids: [a] });
  assert.deepEqual([again.status, again.json.contacts], [201, { success: [], failure: [a] }]);
  brevo.configure({ listNoChange: 'refuse' });
  assert.equal((await send('POST', '/contacts/lists/17/contacts/add', { ids: [a] })).status, 400);
});

void test('members are listed by page, and all of them can be removed by a process', async () => {
  const { send, clock } = start();
  for (let i = 0; i < 5; i++) await send('POST', '/contacts', { email: `p${i}@example.com`, listIds: [16] });
  const page = (await send('GET', '/contacts/lists/16/contacts?limit=2&offset=2&sort=asc')).json;
  assert.deepEqual(
    page.contacts.map((item: { email: string }) => item.email),
    ['p2@example.com', 'p3@example.com'],
  );
  assert.equal(page.count, 5);
  assert.equal((await send('GET', '/contacts/lists/16/contacts?limit=501')).status, 400);
  assert.equal((await send('GET', '/contacts/lists/16')).json.uniqueSubscribers, 5);
  const all = await send('POST', '/contacts/lists/16/contacts/remove', { all: true });
  assert.equal(all.json.contacts.total, 5);
  clock.advance(1000);
  assert.equal((await send('GET', '/contacts/lists/16/contacts')).json.count, 0);
  assert.equal((await send('GET', `/processes/${all.json.contacts.processId}`)).json.status, 'completed');
});

void test('ten contact calls a second pass, the eleventh is 429 and costs nothing', async () => {
  const { send, clock } = start({ plan: 'pro' });
  for (let i = 0; i < 10; i++) {
    const { status, headers } = await send('GET', '/contacts/lists');
    assert.equal(status, 200);
    assert.equal(headers['x-sib-ratelimit-limit'], '10');
    assert.equal(headers['x-sib-ratelimit-remaining'], String(9 - i));
    assert.equal(headers['x-sib-ratelimit-reset'], '1');
  }
  const refused = await send('GET', '/contacts/lists');
  assert.deepEqual([refused.status, refused.json.code], [429, 'too_many_requests']);
  assert.equal(refused.headers['retry-after'], undefined);
  assert.equal(refused.headers['x-sib-ratelimit-remaining'], '0');
  assert.equal(refused.answer.label, 'contacts');
  assert.equal((await send('POST', '/events', {})).status, 400, 'events have a budget of their own');
  clock.advance(1000);
  assert.equal((await send('GET', '/contacts/lists')).status, 200);
});

void test('everything without a row of its own shares 100 calls an hour', async () => {
  const { send, clock } = start({ plan: 'pro' });
  for (let i = 0; i < 100; i++) {
    clock.advance(10_000);
    assert.equal((await send('GET', i % 2 ? '/account' : '/processes')).status, 200);
  }
  const refused = await send('GET', '/account');
  assert.equal(refused.status, 429);
  assert.equal(refused.answer.label, 'other');
  assert.equal(refused.headers['x-sib-ratelimit-limit'], '100');
  const reset = Number(refused.headers['x-sib-ratelimit-reset']);
  assert.ok(reset > 2600 && reset <= 2610, `reset ${reset}`);
  clock.advance(reset * 1000);
  assert.equal((await send('GET', '/account')).status, 200);
  assert.equal((await send('GET', '/account')).status, 429, 'the window slides: one call back at a time');
});

void test('an hour at the full rate of every second stays within the budget of the hour', async () => {
  const { send, clock } = start({ plan: 'pro' });
  const statuses = new Set<number>();
  for (let i = 0; i < 36_020; i++) {
    if (i % 10 === 0) clock.advance(1000);
    statuses.add((await send('GET', '/contacts/999999')).status);
  }
  assert.deepEqual([...statuses], [404]);
  assert.equal((await send('GET', '/contacts/999999')).status, 429);
});

void test('batches of events and reading them move to the other budget when switched', async () => {
  const { send, brevo } = start({ plan: 'pro' });
  assert.equal((await send('GET', '/events')).answer.label, 'events');
  assert.equal((await send('POST', '/events/batch', {})).answer.label, 'events');
  brevo.configure({ batchBucket: 'other' });
  assert.equal((await send('GET', '/events')).headers['x-sib-ratelimit-limit'], '100');
  assert.equal((await send('POST', '/events/batch', {})).answer.label, 'other');
  assert.equal((await send('POST', '/events', {})).answer.label, 'events');
});

void test('mail has its own budgets, and an unlimited plan lifts them all', async () => {
  const limited = start({ plan: 'free' });
  const label = async (method: string, path: string) => {
    const { answer, headers } = await limited.send(method, path, {});
    return [answer.label, headers['x-sib-ratelimit-limit']];
  };
  assert.deepEqual(await label('POST', '/smtp/email'), ['smtp', '1000']);
  assert.deepEqual(await label('GET', '/smtp/emails'), ['smtp-read', '2']);
  assert.deepEqual(await label('GET', '/smtp/templates'), ['smtp-read', '300']);
  const { send } = start();
  for (let i = 0; i < 150; i++) assert.equal((await send('GET', '/account')).status, 200);
});

void test('a 429 and a 500 on demand carry the headers and cost nothing', async () => {
  const { send, brevo, request } = start({ plan: 'pro' });
  const storm = brevo.tooManyRequests(request('POST', '/contacts'));
  assert.equal(storm.status, 429);
  assert.equal(storm.headers?.['x-sib-ratelimit-remaining'], '0');
  assert.deepEqual([storm.operation, storm.label], ['POST /contacts', 'contacts']);
  const broken = brevo.serverError(request('POST', '/contacts'));
  assert.equal(broken.status, 500);
  assert.ok(broken.headers?.['sib-request-id']);
  assert.equal((await send('GET', '/contacts/lists')).headers['x-sib-ratelimit-remaining'], '9');
});
