import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Row, openAccount } from './zoom-access.ts';
import { children, same, users } from './zoom-rows.ts';

void test('groups, roles, divisions and their members are those of the truth, page by page', async () => {
  await using account = await openAccount({ users: 40 });
  const lists = [
    ['groups', 'groups', 'id', 'members', 'group_id', 'group_members', ['id', 'email']],
    ['im/groups', 'im_groups', 'id', 'members', 'group_id', 'im_group_members', ['id', 'email']],
    ['roles', 'roles', 'id', 'members', 'role_id', 'role_members', ['id', 'email']],
    [
      'contacts/groups',
      'contact_groups',
      'group_id',
      'members',
      'group_id',
      'contact_group_members',
      ['type', 'id'],
    ],
    ['divisions', 'divisions', 'division_id', 'users', 'division_id', 'division_users', ['user_id']],
  ] as const;
  for (const [path, table, id, below, parent, children_, members] of lists) {
    const key = path.split('/').at(-1) ?? '';
    const all = await account.all(`/${path}?page_size=2`, key);
    same(all, await account.truth(table), id, ...(table === 'contact_groups' ? [] : ['total_members']));
    const rowsKey = table === 'contact_groups' ? 'group_members' : below;
    const rows = await children(
      account,
      all.map((row) => row[id]),
      (one) => `/${path}/${one}/${below}?page_size=7`,
      rowsKey,
      parent,
    );
    same(rows, await account.truth(children_), parent, ...members);
  }
});

void test('an empty group has no members and no administrators', async () => {
  await using account = await openAccount();
  const groups = await account.all('/groups', 'groups');
  const empty = groups.find((row) => row['total_members'] === 0);
  const { body } = await account.get(`/groups/${empty?.['id']}/members`);
  assert.deepEqual([body.members, body.total_records, body.next_page_token], [[], 0, '']);
  assert.deepEqual((await account.get(`/groups/${empty?.['id']}/admins`)).body.admins, []);
  same(
    await children(
      account,
      groups.map((row) => row['id']),
      (id) => `/groups/${id}/admins?page_size=1`,
      'admins',
      'group_id',
    ),
    await account.truth('group_admins'),
    'group_id',
    'email',
  );
});

void test('a user is in the groups that list the user, and has the rights of the role', async () => {
  await using account = await openAccount({ users: 14 });
  const truth = await account.truth('user_details');
  const permissions = await account.truth('user_permissions');
  for (const row of truth) {
    const { body } = await account.get(`/users/${row['id']}`);
    for (const name of ['role_id', 'group_ids', 'im_group_ids', 'division_ids']) {
      assert.deepEqual(body[name], row[name], name);
    }
    const rights = (await account.get(`/users/${row['id']}/permissions`)).body.permissions;
    const own = permissions.filter((one) => one['user_id'] === row['id']);
    assert.deepEqual(
      rights,
      own.map((one) => one['permission']),
    );
  }
  assert.ok(new Set(truth.map((row) => row['role_id'])).size >= 4);
});

void test('whoever is an assistant has the other among the schedulers', async () => {
  await using account = await openAccount({ users: 20 });
  const ids = await users(account);
  const assistants = await children(account, ids, (id) => `/users/${id}/assistants`, 'assistants', 'user_id');
  const schedulers = await children(account, ids, (id) => `/users/${id}/schedulers`, 'schedulers', 'user_id');
  same(assistants, await account.truth('user_assistants'), 'user_id', 'id');
  same(schedulers, await account.truth('user_schedulers'), 'user_id', 'id');
  const turned = schedulers.map((row) => ({ user_id: row['id'], id: row['user_id'] }));
  same(turned, assistants, 'user_id', 'id');
});

void test('audio conferencing is refused for hosts without it and listed for those with it', async () => {
  await using account = await openAccount({ users: 20 });
  const truth = await account.truth('pac_accounts');
  const found: unknown[] = [];
  for (const id of await users(account)) {
    const { status, body } = await account.get(`/users/${id}/pac`);
    if (status === 200) found.push(body.pac_accounts[0].conference_id);
    else assert.deepEqual([status, body.code], [400, 2024]);
  }
  assert.deepEqual(
    found,
    truth.map((row) => row['conference_id']),
  );
  const tsp = await children(
    account,
    await users(account),
    (id) => `/users/${id}/tsp`,
    'tsp_accounts',
    'user_id',
  );
  same(tsp, await account.truth('tsp_accounts'), 'user_id', 'id', 'conference_code');
});

void test('settings can be read whole, by name, and as special sets', async () => {
  await using account = await openAccount();
  const [id] = await users(account);
  const whole = (await account.get(`/users/${id}/settings`)).body;
  assert.ok(Object.keys(whole.in_meeting).length > 15 && whole.feature.webinar_capacity === 500);
  const one = (await account.get(`/users/${id}/settings?custom_query_fields=polling,auto_recording`)).body;
  assert.deepEqual(Object.keys(one), ['in_meeting', 'recording']);
  for (const row of await account.truth('user_settings')) {
    const { feature, recording } = (await account.get(`/users/${row['user_id']}/settings`)).body;
    assert.deepEqual(
      [feature.meeting_capacity, feature.webinar, recording.auto_recording],
      [row['meeting_capacity'], row['webinar'], row['auto_recording']],
    );
  }
  const security = (await account.get('/accounts/me/settings?option=meeting_security')).body;
  assert.equal(security.meeting_security.meeting_password, true);
  const own = (await account.get(`/users/${id}`)).body.account_id;
  assert.equal((await account.get(`/accounts/${own}/lock_settings`)).body.recording.local_recording, true);
  const foreign = await account.get('/accounts/somebody/settings');
  assert.deepEqual([foreign.status, foreign.body.code], [404, 2001]);
  assert.equal((await account.get('/accounts/me/settings?option=all')).body.errors[0].field, 'option');
});

void test('data requests come ten at a time, whatever is asked for', async () => {
  await using account = await openAccount();
  assert.equal((await account.get('/data_requests/requests?page_size=300')).body.records.length, 10);
  assert.equal((await account.get('/data_requests/requests?page_size=0')).body.records.length, 10);
  const rows = await account.all('/data_requests/requests?page_size=3', 'records');
  same(rows, await account.truth('data_requests'), 'request_id', 'state', 'created_at');
  assert.ok(rows.every((row) => Number(row['request_id']) > Number.MAX_SAFE_INTEGER));
});

void test('domains are listed, trusted ones as plain names', async () => {
  await using account = await openAccount();
  const { domains } = (await account.get('/accounts/me/managed_domains')).body;
  same(domains, await account.truth('managed_domains'), 'domain', 'status');
  const { trusted_domains } = (await account.get('/accounts/me/trusted_domains')).body;
  const truth = (await account.truth('trusted_domains')).map((row) => row['domain']);
  assert.deepEqual(trusted_domains, truth);
});

void test('the smaller lists of the account are those of the truth', async () => {
  await using account = await openAccount({ users: 30 });
  const lists = [
    ['/tracking_fields', 'tracking_fields', 'tracking_fields', 'id'],
    ['/information_barriers/policies?page_size=3', 'policies', 'information_barriers', 'id'],
    ['/devices/groups?page_size=2', 'groups', 'device_groups', 'zdm_group_id'],
    ['/h323/devices?page_size=2', 'devices', 'h323_devices', 'id'],
    ['/sip_phones/phones?page_size=2', 'phones', 'sip_phones', 'phone_id'],
  ] as const;
  for (const [path, key, table, id] of lists)
    same(await account.all(path, key), await account.truth(table), id);
});

void test('devices that are not enrolled and phone appliances are listed when they are asked for', async () => {
  await using account = await openAccount({ users: 60 });
  const rows: Row[] = [];
  for (const query of [
    '',
    '&is_enrolled_in_zdm=false',
    '&device_type=5',
    '&device_type=5&is_enrolled_in_zdm=false',
  ]) {
    rows.push(...(await account.all(`/devices?page_size=5${query}`, 'devices')));
  }
  same(rows, await account.truth('devices'), 'device_id', 'device_type', 'enrolled_in_zdm');
  assert.ok(rows.some((row) => row['enrolled_in_zdm'] === false));
});

void test('the summary counts the users that the lists have', async () => {
  await using account = await openAccount({ users: 30 });
  const { body } = await account.get('/users/summary');
  assert.equal(body.total_users_count, (await users(account)).length);
  assert.equal(body.pending_users_count, (await account.all('/users?status=pending', 'users')).length);
});

void test('a contact is found by a part of the name or address, one to a page', async () => {
  await using account = await openAccount();
  assert.equal((await account.get('/contacts')).body.errors[0].field, 'search_key');
  const first = (await account.get('/contacts?search_key=acme.example')).body;
  assert.deepEqual([first.contacts.length, first.page_size], [1, 1]);
  const all = await account.all('/contacts?search_key=ACME&page_size=25', 'contacts');
  same(all, await account.truth('contacts'), 'id', 'user_status');
  const queues = await account.all('/contacts?search_key=s&contact_types=4&page_size=25', 'contacts');
  assert.ok(queues.length > 0 && queues.every((row) => row['contact_type'] === 4));
});

void test('ids that are nobody’s answer the published errors', async () => {
  await using account = await openAccount();
  const cases = [
    ['/groups/none/members', 404, 4130],
    ['/roles/none/members', 400, 1034],
    ['/divisions/none/users', 404, 404],
    ['/contacts/groups/none/members', 400, 300],
    ['/im/groups/none/members', 404, 4130],
    ['/users/none/permissions', 404, 1001],
    ['/users/none/presence_status', 404, 1001],
    ['/chat/channels/none/members', 400, 200],
  ] as const;
  for (const [path, status, code] of cases) {
    const answer = await account.get(path);
    assert.deepEqual([answer.status, answer.body.code], [status, code], path);
  }
});

void test('a free account is told that groups are for others, on HTTP 200 if the switch says so', async () => {
  await using account = await openAccount({ plan: 'free' });
  const { status, body } = await account.get('/groups');
  assert.deepEqual([status, body.code], [400, 200]);
  await account.control('POST', '/faults', { http200Errors: true });
  account.sandbox.clock.advance(1000);
  assert.equal((await account.get('/groups')).status, 200);
});

void test('a token without the scope is told its name, master scopes as they are', async () => {
  await using account = await openAccount();
  const scope = 'account:read:lock_settings:master';
  await account.control('POST', '/faults', { missingScopes: [scope] });
  const { status, body } = await account.get('/accounts/me/lock_settings');
  const message = `Invalid access token, does not contain scopes:[${scope}].`;
  assert.deepEqual([status, body], [400, { code: 4711, message }]);
});
