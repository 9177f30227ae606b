import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Account, dayBefore, inPath, openAccount } from './zoom-access.ts';

const PAGE_ERROR = { code: 300, message: 'The next page token is invalid or expired.' };

/** The path of the participants of the instance with the most rows. */
async function busiest(account: Account): Promise<{ path: string; rows: number }> {
  const rows = new Map<string, number>();
  for (const row of await account.truth('participants')) {
    if (row['kind'] === 'meeting') {
      const uuid = row['instance'];
      rows.set(uuid, (rows.get(uuid) ?? 0) + 1);
    }
  }
  const [uuid, most] = [...rows].toSorted((a, b) => b[1] - a[1])[0] ?? assert.fail();
  return { path: `/past_meetings/${inPath(uuid)}/participants`, rows: most };
}

void test('pages follow each other without gaps or repetitions, at every size', async () => {
  await using account = await openAccount();
  const { path, rows } = await busiest(account);
  const whole = (await account.get(`${path}?page_size=300`)).body.participants;
  assert.equal(whole.length, rows);
  for (const size of [1, 3, 7, rows - 1, rows]) {
    assert.deepEqual(await account.all(`${path}?page_size=${size}`, 'participants'), whole);
  }
});

void test('the envelope carries the echoed size, the counts and an empty token on the last page', async () => {
  await using account = await openAccount();
  const { path, rows } = await busiest(account);
  const { body } = await account.get(`${path}?page_size=1000`);
  const { next_page_token, page_count, page_size, total_records } = body;
  assert.deepEqual(
    { next_page_token, page_count, page_size, total_records },
    { next_page_token: '', page_count: 1, page_size: 300, total_records: rows },
  );
  assert.equal((await account.get('/users?page_size=5000')).body.page_size, 2000);
});

void test('a token lives 15 minutes', async () => {
  await using account = await openAccount();
  const { path } = await busiest(account);
  const first = (await account.get(`${path}?page_size=2`)).body.next_page_token;
  account.sandbox.clock.advance(15 * 60_000 - 2000);
  assert.equal((await account.get(`${path}?page_size=2&next_page_token=${first}`)).status, 200);
  account.sandbox.clock.advance(2000);
  const late = await account.get(`${path}?page_size=2&next_page_token=${first}`);
  assert.deepEqual([late.status, late.body], [400, PAGE_ERROR]);
});

void test('a token opens its own list, filter and page size only', async () => {
  await using account = await openAccount();
  const { path } = await busiest(account);
  const token = (await account.get(`${path}?page_size=2`)).body.next_page_token;
  for (const wrong of [
    `${path}?page_size=3&next_page_token=${token}`,
    `${path}?next_page_token=${token}`,
    `${path}?page_size=2&include_fields=registrant_id&next_page_token=${token}`,
    `/users?page_size=2&next_page_token=${token}`,
    `${path}?page_size=2&next_page_token=nonsense`,
  ]) {
    const { status, body } = await account.get(wrong);
    assert.deepEqual([status, body], [400, PAGE_ERROR], wrong);
  }
});

void test('page numbers work where Zoom still takes them', async () => {
  await using account = await openAccount();
  const all = (await account.get('/users?page_size=300')).body.users;
  const second = (await account.get('/users?page_size=2&page_number=2')).body;
  assert.deepEqual(second.users, all.slice(2, 4));
  assert.equal(second.page_number, 2);
  assert.equal((await account.get('/users?page_size=2&page_number=99')).body.users.length, 0);
  const [user] = all;
  const webinars = (await account.get(`/users/${user.id}/webinars?page_size=1`)).body;
  assert.equal(webinars.page_count, 2);
  const next = (await account.get(`/users/${user.id}/webinars?page_size=1&page_number=2`)).body;
  const byToken = `/users/${user.id}/webinars?page_size=1&next_page_token=${webinars.next_page_token}`;
  assert.deepEqual((await account.get(byToken)).body.webinars, next.webinars);
});

void test('a list of meetings shows page counts only when asked by number', async () => {
  await using account = await openAccount();
  const [user] = (await account.get('/users')).body.users;
  const plain = (await account.get(`/users/${user.id}/meetings`)).body;
  assert.deepEqual(Object.keys(plain).toSorted(), [
    'meetings',
    'next_page_token',
    'page_size',
    'total_records',
  ]);
  assert.equal((await account.get(`/users/${user.id}/meetings?page_number=1`)).body.page_count, 1);
});

void test('an empty list is a list, and that of recordings says page_size 0', async () => {
  await using account = await openAccount({ meetings: 0, webinars: 0 });
  const [, user] = (await account.get('/users')).body.users;
  const { body } = await account.get(`/users/${user.id}/recordings`);
  assert.deepEqual(body.meetings, []);
  assert.deepEqual(
    [body.page_size, body.page_count, body.total_records, body.next_page_token],
    [0, 0, 0, ''],
  );
  assert.equal(Date.parse(body.to) - Date.parse(body.from), 86_400_000);
  const none = (await account.get(`/users/${user.id}/meetings`)).body;
  assert.deepEqual([none.meetings, none.total_records, none.next_page_token], [[], 0, '']);
});

void test('nonsense in page_size is a validation error', async () => {
  await using account = await openAccount();
  const { status, body } = await account.get('/users?page_size=many');
  assert.equal(status, 400);
  const errors = [{ field: 'page_size', message: 'Invalid field.' }];
  assert.deepEqual(body, { code: 300, message: 'Validation Failed.', errors });
});

void test('a report covers a month at most and says what it covered', async () => {
  await using account = await openAccount();
  const [user] = (await account.get('/users')).body.users;
  const path = `/report/users/${user.id}/meetings`;
  for (const query of ['', '?from=2026-01-01', '?from=2026-01-02&to=2026-01-01', '?from=soon&to=later']) {
    assert.equal((await account.get(`${path}${query}`)).body.code, 300);
  }
  const { body } = await account.get(`${path}?from=${dayBefore(120)}&to=${dayBefore(0)}`);
  assert.equal(body.from, dayBefore(120));
  assert.ok(Date.parse(body.to) - Date.parse(body.from) <= 31 * 86_400_000);
  const old = await account.get(`${path}?from=2001-01-01&to=2001-01-02`);
  assert.deepEqual(old.body.meetings, []);
});

void test('instant meetings are in the report and not among the previous meetings; alone ones the other way', async () => {
  await using account = await openAccount();
  const meetings = (await account.truth('meetings')).filter((row) => row['kind'] === 'meeting');
  const previous = new Set<unknown>();
  const reported = new Set<unknown>();
  for (const host of new Set(meetings.map((row) => row['host_id']))) {
    for (const row of await account.all(`/users/${host}/meetings?type=previous_meetings`, 'meetings')) {
      previous.add(row['uuid']);
    }
    for (let i = 0; i < 6; i++) {
      const path = `/report/users/${host}/meetings?from=${dayBefore(28 * i + 27)}&to=${dayBefore(28 * i)}`;
      for (const row of await account.all(path, 'meetings')) reported.add(row['uuid']);
    }
  }
  for (const row of meetings) {
    assert.equal(previous.has(row['instance']), row['type'] !== 1);
    assert.equal(reported.has(row['instance']), row['visible']);
  }
});
