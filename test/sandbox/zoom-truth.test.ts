import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covered, parseDay, reportTime } from '../../src/sandbox/zoom/time.ts';
import { type Account, type Row, dayBefore, inPath, openAccount } from './zoom-access.ts';

void test('overlapping intervals count once', () => {
  assert.equal(covered([]), 0);
  assert.equal(covered([{ from: 5, to: 5 }]), 0);
  assert.equal(
    covered([
      { from: 0, to: 10 },
      { from: 20, to: 25 },
    ]),
    15,
  );
  assert.equal(
    covered([
      { from: 4, to: 12 },
      { from: 0, to: 10 },
    ]),
    12,
  );
  assert.equal(
    covered([
      { from: 0, to: 100 },
      { from: 10, to: 20 },
      { from: 30, to: 40 },
    ]),
    100,
  );
  assert.equal(
    covered([
      { from: 0, to: 10 },
      { from: 10, to: 20 },
    ]),
    20,
  );
});

void test('days and report times are read and written in UTC', () => {
  assert.equal(parseDay('2026-02-28'), Date.UTC(2026, 1, 28));
  assert.equal(parseDay('2026-02-30'), undefined);
  assert.equal(parseDay('yesterday'), undefined);
  assert.equal(reportTime(Date.UTC(2021, 11, 22, 16, 20)), '12/22/2021 16:20');
});

void test('the seconds of the truth are the seconds that a stopwatch would count', async () => {
  await using account = await openAccount({ users: 4 });
  const rows = await account.truth('participants');
  const clocks = new Map<string, Set<number>>();
  for (const row of rows) {
    if (row['status'] !== 'in_meeting') continue;
    const key = `${row['instance']} ${row['person']}`;
    const seconds = clocks.get(key) ?? new Set();
    clocks.set(key, seconds);
    const leave = Date.parse(row['leave_time']) / 1000;
    for (let s = Date.parse(row['join_time']) / 1000; s < leave; s++) seconds.add(s);
  }
  const attended = (await account.truth('attendance')).filter((row) => row['status'] === 'attended');
  assert.equal(attended.length, clocks.size);
  for (const row of attended) {
    const seconds = clocks.get(`${row['instance']} ${row['person']}`)?.size;
    assert.equal(row['seconds'], seconds);
    const [start, end] = [row['instance_start'], row['instance_end']].map((time) => Date.parse(String(time)));
    const percent = ((seconds ?? 0) * 100_000) / ((end ?? 0) - (start ?? 0));
    assert.ok(Math.abs(Number(row['percent']) - percent) <= 0.05 + 1e-9);
  }
});

/** What a careful client concludes from the answers alone. */
async function conclude(
  account: Account,
): Promise<Map<string, { seconds: number; source: unknown; status: unknown }>> {
  const people = new Map<string, { seconds: number; source: unknown; status: unknown }>();
  const emails = new Map<string, string>();
  const users: Row[] = [];
  for (const status of ['active', 'inactive', 'pending']) {
    users.push(...(await account.all(`/users?status=${status}`, 'users')));
  }
  for (const user of users)
    if (user['id'] !== undefined) emails.set(String(user['id']), String(user['email']));
  for (const host of emails.keys()) {
    const past = await account.all(`/users/${host}/meetings?type=previous_meetings`, 'meetings');
    const found = new Map(past.map((row) => [row['uuid'], row]));
    for (let month = 0; month < 6; month++) {
      const path = `/report/users/${host}/meetings?from=${dayBefore(month * 28 + 27)}&to=${dayBefore(month * 28)}`;
      for (const row of await account.all(path, 'meetings')) found.set(row['uuid'], row);
    }
    for (const [uuid, row] of found) await concludeInstance(account, emails, people, uuid, row);
  }
  return people;
}

async function concludeInstance(
  account: Account,
  emails: ReadonlyMap<string, string>,
  people: Map<string, { seconds: number; source: unknown; status: unknown }>,
  uuid: string,
  row: Row,
): Promise<void> {
  const webinar = row['type'] === 5 || row['type'] === 9;
  const room = webinar ? 'webinars' : 'meetings';
  const registrants = new Map<string, { email: string; status: unknown; source: unknown }>();
  const list = `/${room}/${row['id']}/registrants`;
  const { body } = webinar ? await account.get(`/webinars/${row['id']}/tracking_sources`) : { body: {} };
  const sources: { id: string; source_name: string }[] = body.tracking_sources ?? [];
  const registration = webinar ? true : (await account.get(list)).status === 200;
  for (const status of registration ? ['approved', 'pending', 'denied'] : []) {
    for (const source of [undefined, ...sources]) {
      const filter = source === undefined ? '' : `&tracking_source_id=${source.id}`;
      for (const one of await account.all(`${list}?status=${status}${filter}`, 'registrants')) {
        const known = {
          email: one['email'],
          status: one['status'],
          source: source?.source_name ?? null,
        };
        registrants.set(one['id'], known);
      }
    }
  }
  const intervals = new Map<string, { from: number; to: number }[]>();
  const path = `/past_${room}/${inPath(uuid)}`;
  for (const one of await account.all(`${path}/participants?include_fields=registrant_id`, 'participants')) {
    if (one['status'] !== 'in_meeting') continue;
    const registrant = registrants.get(one['registrant_id']);
    const shown = one['user_email'] || emails.get(one['id']) || '';
    const email = (registrant?.email ?? shown).toLowerCase();
    const key = `${uuid} ${email === '' ? one['user_id'] : email}`;
    const [from, to] = [Date.parse(one['join_time']), Date.parse(one['leave_time'])];
    intervals.set(key, [...(intervals.get(key) ?? []), { from, to }]);
    const { status = null, source = null } = registrant ?? {};
    people.set(key, { seconds: covered(intervals.get(key) ?? []) / 1000, status, source });
  }
  const absent = webinar ? await account.get(`${path}/absentees?page_size=300`) : undefined;
  for (const one of absent?.status === 200 ? absent.body.registrants : []) {
    const { status = null, source = null } = registrants.get(one.id) ?? {};
    people.set(`${uuid} ${one.email.toLowerCase()}`, { seconds: 0, status, source });
  }
}

void test('a careful client arrives at the truth from the answers alone', async () => {
  await using account = await openAccount({ users: 6, seed: 5 });
  const people = await conclude(account);
  const truth = await account.truth('attendance');
  const named = truth.filter((row) => row['visible'] === true && row['email'] !== null);
  // Absentees of meetings have no list of their own; they are checked by their absence here.
  const checkable = named.filter((row) => row['status'] === 'attended' || row['kind'] === 'webinar');
  assert.ok(checkable.length > 200);
  for (const row of checkable) {
    const found = people.get(`${row['instance']} ${row['email']}`);
    const { seconds, registrant_status: status, source } = row;
    assert.deepEqual(found, { seconds, status, source }, JSON.stringify(row));
  }
  const withAddress = [...people.keys()].filter((key) => key.includes('@'));
  assert.equal(withAddress.length, checkable.length);
});

void test('what Zoom never shows is marked in the truth', async () => {
  await using account = await openAccount();
  const hidden = (await account.truth('attendance')).filter((row) => row['visible'] === false);
  assert.ok(hidden.length > 0);
  for (const row of hidden) {
    const { status, body } = await account.get(`/past_meetings/${inPath(row['instance'])}/participants`);
    assert.equal(status, 200);
    assert.deepEqual(body.participants, []);
    const report = await account.get(`/report/meetings/${inPath(row['instance'])}/participants`);
    assert.equal(report.body.code, 3001);
  }
  const guests = (await account.truth('attendance')).filter((row) => row['email'] === null);
  assert.ok(guests.length > 0);
  assert.ok(guests.every((row) => row['reason'] !== null));
});
