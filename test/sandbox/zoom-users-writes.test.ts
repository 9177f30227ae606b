import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DailyCaps } from '../../src/sandbox/zoom/daily-caps.ts';
import { type Account, type Row, openAccount } from './zoom-access.ts';

const ADA = { email: 'ada@example.com', first_name: 'Ada', last_name: 'Stone', type: 1 };

async function active(account: Account): Promise<Row[]> {
  return account.all('/users?page_size=300', 'users');
}

void test('an invited user is pending, the other three ways make active ones', async () => {
  await using account = await openAccount();
  const { status, body } = await account.send('POST', '/users', { action: 'create', user_info: ADA });
  assert.equal(status, 201);
  assert.deepEqual({ ...body, id: '' }, { ...ADA, id: '' });
  const pending = await account.all('/users?status=pending', 'users');
  assert.equal(pending.find((row) => row['email'] === ADA.email)?.['id'], undefined);
  assert.equal((await account.get(`/users/${body.id}`)).body.status, 'pending');
  for (const action of ['autoCreate', 'custCreate', 'ssoCreate']) {
    const user_info = { ...ADA, email: `${action}@example.com` };
    assert.equal((await account.send('POST', '/users', { action, user_info })).status, 201);
  }
  const emails = new Set((await active(account)).map((row) => row['email']));
  assert.ok(['autoCreate@example.com', 'ssoCreate@example.com'].every((email) => emails.has(email)));
  // Who is new has no past.
  assert.deepEqual(await account.all('/users/custCreate@example.com/meetings', 'meetings'), []);
});

void test('an address that somebody has is 409 with code 1005, until that user is deleted', async () => {
  await using account = await openAccount();
  const order = { action: 'custCreate', user_info: ADA };
  const { id } = (await account.send('POST', '/users', order)).body;
  const again = await account.send('POST', '/users', {
    ...order,
    user_info: { ...ADA, email: 'ADA@example.com' },
  });
  const message = 'Email "ADA@example.com" has already been used.';
  assert.deepEqual([again.status, again.body], [409, { code: 1005, message }]);
  const unlinked = await account.send('DELETE', `/users/${id}`);
  assert.deepEqual(unlinked.body, { code: 300, message: 'Unable to unlink API user(s).' });
  assert.equal((await account.send('DELETE', `/users/${id}?action=delete`)).status, 204);
  assert.equal((await account.get(`/users/${id}`)).body.code, 1001);
  assert.equal((await account.send('POST', '/users', order)).status, 201);
});

void test('bad bodies name every field that is wrong', async () => {
  await using account = await openAccount();
  const user_info = { email: 'nobody', type: 3, first_name: 'x'.repeat(65) };
  const { status, body } = await account.send('POST', '/users', { action: 'invite', user_info });
  assert.deepEqual([status, body.code, body.message], [400, 300, 'Validation Failed.']);
  const fields = body.errors.map((one: Row) => one['field']);
  const expected = ['action', 'user_info.email', 'user_info.first_name', 'user_info.type'];
  assert.deepEqual(fields.toSorted(), expected);
  const broken = await account.send('POST', '/users', '{"action":');
  assert.equal(broken.body.message, 'Request Body should be a valid JSON object.');
});

void test('an update changes what was sent and keeps numbers beyond 2^53 to their last digit', async () => {
  await using account = await openAccount();
  const [user] = (await active(account)).slice(1);
  const path = `/users/${user?.['id']}`;
  const before = (await account.get(path)).body;
  const own: Record<string, Row[]> = {};
  for (const list of ['meetings', 'webinars']) {
    own[list] = await account.all(`/users/me/${list}?page_size=300`, list);
    assert.ok(own[list].length > 0);
  }
  await account.send('PATCH', '/users/me', { dept: 'Research' });
  const { status, text, headers } = await account.send('PATCH', path, {
    job_title: 'Chef',
    phone_numbers: [],
  });
  assert.deepEqual([status, text, headers.get('content-type')], [204, '', null]);
  assert.equal((await account.send('PATCH', path, '{"zoom_one_type":576460752303423488}')).status, 204);
  const after = await account.get(path);
  assert.match(after.text, /"zoom_one_type":576460752303423488[,}]/);
  const { job_title, phone_numbers, zoom_one_type, ...rest } = after.body;
  const { job_title: _, ...old } = before;
  assert.deepEqual([job_title, phone_numbers, zoom_one_type], ['Chef', [], 2 ** 59]);
  assert.deepEqual(rest, old);
  // Neither what is planned nor what has happened is touched.
  for (const list of ['meetings', 'webinars']) {
    assert.deepEqual(await account.all(`/users/me/${list}?page_size=300`, list), own[list]);
  }
  const row = (await active(account)).find((one) => one['id'] === user?.['id']);
  assert.equal(row?.['first_name'], user?.['first_name']);
});

void test('two kinds of plan at once are refused, and texts that the document calls illegal', async () => {
  await using account = await openAccount();
  const refusals: [object, RegExp][] = [
    [{ type: 2, zoom_one_type: 64 }, /"type" or "plan_united_type" or "zoom_one_type" at the same time/],
    [{ type: 2, plan_united_type: '1' }, /at the same time/],
    [{ about_me: 'see https://example.com' }, /`about_me` field is illegal/],
    [{ linkedin_url: 'https://example.com' }, /must contain `linkedin.com`/],
    [{ host_key: '12345' }, /Validation Failed/],
    [{ pmi: 123 }, /Validation Failed/],
  ];
  for (const [body, message] of refusals) {
    const answer = await account.send('PATCH', '/users/me', body);
    assert.deepEqual([answer.status, answer.body.code], [400, 300]);
    assert.match(answer.body.message, message);
  }
});

void test('deleting a user is unlinking by default, spares the owner, and hands over what is planned', async () => {
  await using account = await openAccount();
  const [owner, user, heir] = await active(account);
  const { id } = (await account.send('POST', `/users/${user?.['id']}/meetings`, { topic: 'Hand over' })).body;
  assert.equal((await account.send('DELETE', `/users/${owner?.['id']}`)).body.code, 1117);
  const self = `/users/${user?.['id']}?transfer_email=${encodeURIComponent(user?.['email'])}`;
  assert.match((await account.send('DELETE', self)).body.message, /cannot be the same/);
  const path = `/users/${user?.['id']}?transfer_email=${encodeURIComponent(heir?.['email'])}&transfer_meeting=true`;
  assert.equal((await account.send('DELETE', path)).status, 204);
  assert.deepEqual(
    [
      (await account.get(`/users/${user?.['id']}`)).status,
      (await account.get(`/users/${user?.['id']}/meetings`)).status,
    ],
    [404, 404],
  );
  assert.equal((await account.get(`/meetings/${id}`)).body.host_id, heir?.['id']);
  const listed = await account.all(`/users/${heir?.['id']}/meetings`, 'meetings');
  assert.ok(listed.some((row) => row['id'] === id));
  // What clients did is no truth about the world, and a reset takes it back.
  assert.ok((await account.truth('users')).some((row) => row['id'] === user?.['id']));
  await account.control('POST', '/reset');
  await account.signIn();
  assert.equal((await account.get(`/users/${user?.['id']}`)).status, 200);
});

void test('a free account may not create users, and a Pro account invites 1,500 a day', async () => {
  await using free = await openAccount({ plan: 'free' });
  const order = { action: 'create', user_info: ADA };
  assert.match((await free.send('POST', '/users', order)).body.message, /Only available for paid account/);
  const caps = new DailyCaps();
  for (let i = 0; i < 1500; i++) assert.equal(caps.userCreate('pro', 0), undefined);
  assert.equal(caps.userCreate('pro', 0)?.status, 429);
  assert.equal(caps.userCreate('pro', 86_400_000), undefined);
});
