import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Row, dayBefore, inPath, openAccount } from './zoom-access.ts';
import { children, same, users } from './zoom-rows.ts';

void test('surveys lead to their instances and to what people answered', async () => {
  await using account = await openAccount({ users: 20 });
  const surveys = await account.all('/surveys?page_size=4', 'surveys');
  same(surveys, await account.truth('surveys'), 'survey_id', 'survey_name');
  const ids = surveys.map((row) => row['survey_id']);
  const instances = await children(
    account,
    ids,
    (id) => `/surveys/${id}/instances?page_size=1`,
    'survey_instances',
    'survey_id',
  );
  same(instances, await account.truth('survey_instances'), 'survey_id', 'instance_id');
  const answers = await children(
    account,
    ids,
    (id) => `/surveys/${id}/answers?page_size=3`,
    'survey_answers',
    'survey_id',
  );
  const truth = await account.truth('survey_answers');
  same(answers, truth, 'survey_id', 'instance_id', 'submit_time');
  assert.ok(truth.some((row) => row['anonymous']) && truth.some((row) => row['email'] !== ''));
  const [one] = instances;
  const uuid = inPath(one?.['instance_id']);
  const only = await account.all(
    `/surveys/${one?.['survey_id']}/answers?instance_id=${uuid}`,
    'survey_answers',
  );
  assert.ok(only.every((row) => row['instance_id'] === one?.['instance_id']));
  assert.equal((await account.get('/surveys/none/answers')).body.code, 6701);
  assert.equal((await account.get(`/surveys/${ids[0]}/instances?instance_id=none`)).body.code, 6703);
});

void test('chat sessions and their messages are those of the truth, deleted ones when asked for', async () => {
  await using account = await openAccount({ users: 6 });
  const range = `from=${dayBefore(20)}&to=${dayBefore(1)}`;
  const sessions = await account.all(`/report/chat/sessions?${range}&page_size=4`, 'sessions');
  const truth = (await account.truth('chat_messages')).filter(
    (row) => row['date_time'] >= `${dayBefore(20)}T` && row['date_time'] < `${dayBefore(0)}T`,
  );
  assert.deepEqual(new Set(sessions.map((row) => row['id'])), new Set(truth.map((row) => row['session_id'])));
  const ids = sessions.map((row) => row['id']);
  const path = (id: string): string =>
    `/report/chat/sessions/${id}?${range}&page_size=9&include_fields=edited_messages,deleted_messages`;
  const read = async (key: string): Promise<Row[]> => children(account, ids, path, key, 'session_id');
  const [messages, deleted] = [await read('messages'), await read('deleted_messages')];
  same([...messages, ...deleted], truth, 'session_id', 'id', 'message', 'date_time');
  assert.ok(deleted.length > 0 && deleted.every((row) => row['message'] === ''));
  const plain = await account.all(`/report/chat/sessions/${ids[0]}?${range}`, 'messages');
  assert.equal(plain.length, messages.filter((row) => row['session_id'] === ids[0]).length);
});

void test('channels list their members, to administrators and to members only', async () => {
  await using account = await openAccount({ users: 30 });
  const open = (await account.truth('channels')).filter((row) => row['public']);
  const channels = await account.all('/chat/channels?page_size=5', 'channels');
  same(channels, open, 'id', 'name');
  assert.equal((await account.get('/chat/channels?page_size=300')).body.page_size, 20);
  const truth = await account.truth('channel_members');
  const rows = await children(
    account,
    [...new Set(truth.map((row) => row['channel_id']))],
    (id) => `/chat/channels/${id}/members?page_size=4`,
    'members',
    'channel_id',
  );
  same(rows, truth, 'channel_id', 'id');
  const [channel] = channels;
  const members = truth.filter((row) => row['channel_id'] === channel?.['id']).map((row) => row['id']);
  const outsider = (await users(account)).find((id) => !members.includes(id));
  assert.equal(
    (await account.get(`/chat/users/${members[0]}/channels/${channel?.['id']}/members`)).status,
    200,
  );
  const refused = await account.get(`/chat/users/${outsider}/channels/${channel?.['id']}/members`);
  assert.deepEqual([refused.status, refused.body.code], [400, 200]);
});

void test('both people of a conversation see the same messages, and those who do not talk see none', async () => {
  await using account = await openAccount({ users: 12 });
  const ids = await users(account);
  const since = `from=${dayBefore(15)}T00:00:00Z&page_size=50`;
  const read = async (a = '', b = ''): Promise<Row[]> =>
    account.all(`/chat/users/${a}/messages?to_contact=${b}&${since}`, 'messages');
  const [one, other] = [await read(ids[0], ids[1]), await read(ids[1], ids[0])];
  assert.ok(one.length > 0);
  same(one, other, 'id', 'sender');
  assert.deepEqual(await read(ids[0], ids[9]), []);
});
