import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Account, type Row, openAccount } from './zoom-access.ts';

const ADA = { email: 'ada@example.com', first_name: 'Ada', last_name: 'Stone' };

async function withRegistration(account: Account, approval_type = 0): Promise<string> {
  const body = { topic: 'Launch', start_time: '2031-05-01T10:00:00Z', settings: { approval_type } };
  const made = (await account.send('POST', '/users/me/meetings', body)).body;
  assert.match(made.registration_url, /register/);
  return `/meetings/${made.id}/registrants`;
}

function emails(rows: readonly Row[]): string[] {
  return rows.map((row) => row['email']);
}

void test('a registrant is listed with the form, and the same address is the same registrant', async () => {
  await using account = await openAccount();
  const path = await withRegistration(account);
  const form = {
    ...ADA,
    city: 'Berlin',
    no_of_employees: '101-500',
    custom_questions: [{ title: 'Why?', value: 'Because' }],
  };
  const first = await account.send('POST', path, form);
  assert.equal(first.status, 201);
  assert.deepEqual([first.body.topic, first.body.start_time], ['Launch', '2031-05-01T10:00:00Z']);
  assert.match(first.body.join_url, /tk=/);
  const again = await account.send('POST', path, { ...ADA, email: 'ADA@example.com' });
  assert.equal(again.body.registrant_id, first.body.registrant_id);
  const [row, ...more] = await account.all(path, 'registrants');
  assert.equal(more.length, 0);
  assert.deepEqual(
    [row?.['id'], row?.['city'], row?.['status']],
    [first.body.registrant_id, 'Berlin', 'approved'],
  );
  assert.deepEqual(row?.['custom_questions'], form.custom_questions);
  // What may be written is not what is read.
  assert.equal(row?.['no_of_employees'], '251-500');
  assert.deepEqual((await account.get(`${path}/${row?.['id']}`)).body, row);
});

void test('with manual approval a registrant waits without a link, unless approved at once', async () => {
  await using account = await openAccount();
  const path = await withRegistration(account, 1);
  const waiting = (await account.send('POST', path, ADA)).body;
  assert.equal(waiting.join_url, undefined);
  const known = { email: 'grace@example.com', first_name: 'Grace', auto_approve: true };
  assert.match((await account.send('POST', path, known)).body.join_url, /tk=/);
  assert.deepEqual(emails(await account.all(`${path}?status=pending`, 'registrants')), [ADA.email]);
  const decide = (action: string, who: object): Promise<{ status: number }> =>
    account.send('PUT', `${path}/status`, { action, registrants: [who] });
  assert.equal((await decide('approve', { email: ADA.email })).status, 204);
  assert.equal(
    (await decide('deny', { id: (await account.all(path, 'registrants'))[1]?.['id'] })).status,
    204,
  );
  assert.deepEqual(emails(await account.all(path, 'registrants')), [ADA.email]);
  assert.deepEqual(emails(await account.all(`${path}?status=denied`, 'registrants')), ['grace@example.com']);
  assert.equal((await decide('cancel', { id: waiting.registrant_id })).status, 204);
  for (const status of ['approved', 'pending']) {
    assert.deepEqual(await account.all(`${path}?status=${status}`, 'registrants'), []);
  }
  const back = (await account.send('POST', path, ADA)).body;
  assert.equal(back.registrant_id, waiting.registrant_id);
});

void test('a removed registrant is in no list any more', async () => {
  await using account = await openAccount();
  const [row] = await account.truth('registrants');
  const path = `/meetings/${row?.['series']}/registrants`;
  const before = await account.all(path, 'registrants');
  const id = before[0]?.['id'];
  assert.equal((await account.send('DELETE', `${path}/${id}`)).status, 204);
  assert.deepEqual(await account.all(path, 'registrants'), before.slice(1));
  const gone = await account.send('DELETE', `${path}/${id}`);
  assert.deepEqual([gone.status, gone.body.code], [400, 300]);
  assert.match((await account.get(`${path}/${id}`)).body.message, /This registrant does not exist/);
  assert.ok((await account.truth('registrants')).some((one) => one['registrant_id'] === id));
});

void test('registrations are refused without a form, without registration, and for unknown meetings', async () => {
  await using account = await openAccount();
  const path = await withRegistration(account);
  const { body } = await account.send('POST', path, { email: 'nobody', no_of_employees: '7' });
  const fields = body.errors.map((one: Row) => one['field']).toSorted();
  assert.deepEqual(fields, ['email', 'first_name', 'no_of_employees']);
  const plain = (await account.send('POST', '/users/me/meetings', {})).body.id;
  const off = await account.send('POST', `/meetings/${plain}/registrants`, ADA);
  assert.deepEqual([off.status, off.body.code], [400, 3000]);
  const unknown = await account.send('POST', '/meetings/99999999999/registrants', ADA);
  assert.deepEqual([unknown.status, unknown.body.code], [404, 1001]);
  const many = Array.from({ length: 31 }, (_, i) => ({ email: `p${i}@example.com` }));
  const status = await account.send('PUT', `${path}/status`, { action: 'approve', registrants: many });
  assert.equal(status.body.errors[0].field, 'registrants');
});

void test('an address may be added three times a day to one meeting, and decided on ten times', async () => {
  await using account = await openAccount();
  const path = await withRegistration(account);
  await account.control('POST', '/faults', { dailyCaps: true });
  for (let i = 0; i < 3; i++) assert.equal((await account.send('POST', path, ADA)).status, 201);
  const { status, body } = await account.send('POST', path, ADA);
  const message =
    'You have exceeded the daily rate limit of (3) for Add meeting registrant API requests for the registrant ada@example.com.';
  assert.deepEqual([status, body], [429, { code: 429, message }]);
  assert.equal((await account.send('POST', path, { ...ADA, email: 'b@example.com' })).status, 201);
  const approve = { action: 'approve', registrants: [{ email: ADA.email }] };
  for (let i = 0; i < 10; i++)
    assert.equal((await account.send('PUT', `${path}/status`, approve)).status, 204);
  assert.equal((await account.send('PUT', `${path}/status`, approve)).status, 429);
  account.sandbox.clock.advance(86_400_000);
  await account.signIn();
  assert.equal((await account.send('POST', path, ADA)).status, 201);
});

void test('the form of a meeting can be read', async () => {
  await using account = await openAccount();
  const path = await withRegistration(account);
  const { body } = await account.get(`${path}/questions`);
  assert.equal(body.questions[0].field_name, 'last_name');
  assert.ok(body.custom_questions.length > 0);
});

void test('webinars are planned, changed, registered for and deleted like meetings', async () => {
  await using account = await openAccount();
  const order = { topic: 'Demo', start_time: '2031-05-01T10:00:00Z', settings: { approval_type: 1 } };
  const made = await account.send('POST', '/users/me/webinars', order);
  assert.deepEqual([made.status, made.body.type, made.body.topic], [201, 5, 'Demo']);
  const path = `/webinars/${made.body.id}`;
  assert.deepEqual((await account.get(path)).body, made.body);
  assert.deepEqual((await account.get(`${path}/panelists`)).body, { total_records: 0, panelists: [] });
  assert.equal((await account.get(`/webinars/${made.body.uuid}`)).body.id, made.body.id);
  assert.equal((await account.send('PATCH', path, { agenda: 'All of it' })).status, 204);
  assert.deepEqual((await account.get(path)).body, { ...made.body, agenda: 'All of it' });
  const { sources } = { sources: (await account.get(`${path}/tracking_sources`)).body.tracking_sources };
  const added = await account.send('POST', `${path}/registrants`, { ...ADA, source_id: sources[1].id });
  assert.equal(added.status, 201);
  const approve = { action: 'approve', registrants: [{ id: added.body.registrant_id }] };
  assert.equal((await account.send('PUT', `${path}/registrants/status`, approve)).status, 204);
  const bySource = `${path}/registrants?tracking_source_id=${sources[1].id}`;
  assert.deepEqual(emails(await account.all(bySource, 'registrants')), [ADA.email]);
  const listed = (await account.get('/users/me/webinars?page_size=300')).body.webinars;
  assert.ok(listed.some((row: Row) => row['id'] === made.body.id));
  assert.equal((await account.send('DELETE', path)).status, 204);
  assert.deepEqual((await account.get(path)).body.code, 3001);
});

void test('webinars refuse hosts, panelists, latecomers, and hosts without a licence', async () => {
  await using account = await openAccount({ webinars: 8 });
  const webinars = await account.truth('webinars');
  const over = webinars.find((row) => row['type'] === 5 && row['registration'] === true);
  assert.equal(
    (await account.send('POST', `/webinars/${over?.['series']}/registrants`, ADA)).body.code,
    3038,
  );
  const running = webinars.find((row) => row['type'] === 9)?.['series'];
  const host = (await account.get(`/webinars/${running}`)).body.host_email;
  const panelist = (await account.get(`/webinars/${running}/panelists`)).body.panelists[0].email;
  const add = async (email: string): Promise<number> =>
    (await account.send('POST', `/webinars/${running}/registrants`, { ...ADA, email })).body.code;
  assert.deepEqual([await add(host), await add(panelist)], [3027, 3000]);
  const without = webinars.find((row) => row['registration'] === false)?.['series'];
  assert.equal((await account.send('POST', `/webinars/${without}/registrants`, ADA)).body.code, 3000);
  const basic = (await account.truth('users')).find(
    (row) => row['webinar_licence'] === false && row['id'] !== null,
  );
  const { body } = await account.send('POST', `/users/${basic?.['id']}/webinars`, {});
  assert.match(body.message, /^Webinar plan is missing/);
});

void test('the report on questions names who asked, what, and the answers', async () => {
  await using account = await openAccount();
  const [row] = await account.truth('webinars');
  const { status, body } = await account.get(`/report/webinars/${row?.['series']}/qa`);
  assert.equal(status, 200);
  assert.ok(body.questions.length > 0);
  assert.equal(typeof body.questions[0].question_details[0].question, 'string');
  assert.equal((await account.get('/report/webinars/99999999999/qa')).body.code, 3001);
});
