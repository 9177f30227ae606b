import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Account, type Row, dayBefore, openAccount } from './zoom-access.ts';

const SINCE = `from=${dayBefore(30)}T00:00:00Z`;

async function people(account: Account): Promise<Row[]> {
  return account.all('/users?page_size=300', 'users');
}

void test('channels come in pages of ten with their settings', async () => {
  await using account = await openAccount();
  const { status, body } = await account.get('/chat/users/me/channels');
  assert.deepEqual([status, body.page_size, body.total_records], [200, 10, body.channels.length]);
  assert.equal(body.page_count, undefined);
  assert.equal(body.channels[0].type, 2);
  assert.equal(body.channels[0].channel_settings.posting_permissions, 1);
  assert.equal(
    (await account.all('/chat/users/me/channels?page_size=1', 'channels')).length,
    body.channels.length,
  );
});

void test('messages need a contact or a channel, or a search over all channels', async () => {
  await using account = await openAccount();
  const path = '/chat/users/me/messages';
  const neither = await account.get(path);
  const message = 'Must provide either contact or channel parameter.';
  assert.deepEqual([neither.status, neither.body], [400, { code: 300, message }]);
  const [channel] = (await account.get('/chat/users/me/channels')).body.channels;
  const all = await account.all(`${path}?to_channel=${channel.id}&${SINCE}&page_size=50`, 'messages');
  assert.ok(all.length > 10);
  assert.ok(all.every((row) => row['status'] === 'Normal'));
  const whole = await account.all(
    `${path}?to_channel=${channel.id}&${SINCE}&include_deleted_and_edited_message=true`,
    'messages',
  );
  assert.ok(whole.length > all.length && whole.some((row) => row['status'] === 'Deleted'));
  const found = await account.all(`${path}?search_type=message&search_key=NOTES&${SINCE}`, 'messages');
  assert.ok(found.length > 0 && found.every((row) => row['message'].includes('notes')));
  const files = await account.all(`${path}?search_type=file&search_key=slides&${SINCE}`, 'messages');
  assert.ok(files.length > 0 && files.every((row) => row['files'][0].file_name.includes('slides')));
  const parents = await account.all(
    `${path}?to_channel=${channel.id}&${SINCE}&exclude_child_message=true`,
    'messages',
  );
  assert.ok(
    parents.length < all.length && parents.every((row) => row['reply_main_message_id'] === undefined),
  );
});

void test('a date is one day and goes before from, and nothing is older than six months', async () => {
  await using account = await openAccount();
  const [channel] = (await account.get('/chat/users/me/channels')).body.channels;
  const path = `/chat/users/me/messages?to_channel=${channel.id}`;
  const { body } = await account.get(`${path}&date=${dayBefore(5)}&${SINCE}`);
  assert.deepEqual([body.date, body.from], [dayBefore(5), `${dayBefore(5)}T00:00:00Z`]);
  assert.equal(body.total_records, undefined);
  const old = await account.get(`${path}&from=${dayBefore(200)}T00:00:00Z`);
  assert.deepEqual(old.body, { code: 300, message: 'Only provide past chat messages in recent 6 months.' });
  assert.equal((await account.get('/chat/users/me/messages?to_channel=none')).body.code, 4130);
  assert.equal((await account.get('/chat/users/me/messages?to_contact=nobody@example.com')).body.code, 1001);
});

void test('a sent message is listed by both people, a scheduled one when its time has come', async () => {
  await using account = await openAccount();
  const [me, other, third] = await people(account);
  const path = '/chat/users/me/messages';
  const sent = await account.send('POST', path, { to_contact: other?.['email'], message: 'Hello 👋' });
  assert.equal(sent.status, 201);
  assert.match(sent.body.id, /^[0-9A-F]{8}-/);
  const seen = async (user: string, contact: string): Promise<string[]> =>
    (await account.all(`/chat/users/${user}/messages?to_contact=${contact}&page_size=50`, 'messages')).map(
      (row) => row['id'],
    );
  assert.ok((await seen('me', other?.['id'])).includes(sent.body.id));
  assert.ok((await seen(other?.['id'], me?.['id'])).includes(sent.body.id));
  assert.ok(!(await seen('me', third?.['id'])).includes(sent.body.id));
  const [channel] = (await account.get('/chat/users/me/channels')).body.channels;
  const reply = { to_channel: channel.id, message: 'Yes', reply_main_message_id: 'A' };
  const { id } = (await account.send('POST', path, reply)).body;
  const inside = await account.all(`${path}?to_channel=${channel.id}`, 'messages');
  assert.equal(inside.find((row) => row['id'] === id)?.['reply_main_message_id'], 'A');
  const scheduled_time = new Date(Date.now() + 3_600_000).toISOString();
  const later = await account.send('POST', path, {
    to_contact: other?.['id'],
    message: 'Later',
    scheduled_time,
  });
  const since = `${path}?to_contact=${other?.['id']}&from=${dayBefore(1)}T00:00:00Z&page_size=50`;
  const ids = async (): Promise<string[]> => (await account.all(since, 'messages')).map((row) => row['id']);
  assert.ok(!(await ids()).includes(later.body.id));
  account.sandbox.clock.advance(3_601_000);
  await account.signIn();
  assert.ok((await ids()).includes(later.body.id));
});

void test('messages without a text, too long, or too soon are refused', async () => {
  await using account = await openAccount();
  const send = async (body: object): Promise<Row> =>
    (await account.send('POST', '/chat/users/me/messages', { to_contact: 'x', ...body })).body;
  assert.equal((await send({}))['errors'][0].field, 'message');
  assert.equal((await send({ message: 'x'.repeat(1025) }))['errors'][0].field, 'message');
  assert.equal((await send({ message: 'x' }))['code'], 1001);
  const [, other] = await people(account);
  const soon = {
    to_contact: other?.['id'],
    message: 'x',
    scheduled_time: new Date(Date.now() + 1000).toISOString(),
  };
  assert.match((await send(soon))['message'], /^Invalid parameter: send_time/);
});

void test('phone recordings come a month at a time, with both ends or none', async () => {
  await using account = await openAccount();
  const path = '/phone/users/me/recordings';
  const { body } = await account.get(path);
  assert.deepEqual([body.from, body.to], [dayBefore(30), dayBefore(0)]);
  assert.ok(body.total_records > 5);
  assert.deepEqual(
    (await account.all(`${path}?page_size=3`, 'recordings')).map((row) => row['id']),
    body.recordings.map((row: Row) => row['id']),
  );
  const [one] = body.recordings;
  assert.match(one.direction, /^(in|out)bound$/);
  const day = one.date_time.slice(0, 10);
  const days = await account.all(`${path}?from=${day}&to=${day}`, 'recordings');
  assert.ok(days.length > 0 && days.every((row) => row['date_time'].startsWith(day)));
  assert.equal((await account.get(`${path}?from=${day}`)).body.errors[0].field, 'to');
  assert.equal((await account.get(`${path}?from=${day}&to=${day}T10:00:00Z`)).body.errors[0].field, 'to');
  const long = (await account.get(`${path}?from=${dayBefore(90)}&to=${dayBefore(0)}`)).body;
  assert.ok(Date.parse(long.to) - Date.parse(long.from) <= 31 * 86_400_000);
  assert.equal(
    (await account.get(`${path}?from=${dayBefore(400)}&to=${dayBefore(390)}`)).body.total_records,
    0,
  );
  assert.equal((await account.get('/phone/users/nobody/recordings')).body.code, 1001);
  await using free = await openAccount({ plan: 'free' });
  assert.equal((await free.get(path)).status, 403);
});
