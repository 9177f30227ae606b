import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../../src/sandbox/clock.ts';
import { DEFAULT_OPTIONS } from '../../src/sandbox/index.ts';
import type { Appearance } from '../../src/sandbox/zoom/cast.ts';
import { createZoom } from '../../src/sandbox/zoom/index.ts';
import { instanceUuid, placeOfNumber, placeOfUuid, seriesNumber } from '../../src/sandbox/zoom/ids.ts';
import { World, ended } from '../../src/sandbox/zoom/world.ts';
import { openAccount } from './zoom-access.ts';

const NOW = Date.UTC(2026, 4, 13, 12);

function world(options: Partial<typeof DEFAULT_OPTIONS> = {}): World {
  return new World({ ...DEFAULT_OPTIONS, ...options }, NOW);
}

function instances(of: World) {
  const webinars = Array.from({ length: of.webinarCount }, (_, i) => of.webinar(i));
  const meetings = of.users.flatMap((user) => of.meetings(user));
  return [...meetings, ...webinars].flatMap((series) => series.instances);
}

void test('the same seed and sizes give the same world, in whatever order it is asked', () => {
  const [a, b] = [world(), world()];
  const forwards = instances(a).map((instance) => a.cast(instance));
  const backwards = instances(b)
    .toReversed()
    .map((instance) => b.cast(instance))
    .toReversed();
  assert.deepEqual(JSON.stringify(forwards), JSON.stringify(backwards));
  const other = world({ seed: 2 });
  assert.notDeepEqual(
    instances(other).map((instance) => instance.uuid),
    instances(a).map((instance) => instance.uuid),
  );
});

void test('the hour of the start does not change the world of that day', () => {
  const late = new World({ ...DEFAULT_OPTIONS }, NOW + 11 * 3_600_000);
  assert.deepEqual(
    instances(late).map(({ uuid, start }) => [uuid, start]),
    instances(world()).map(({ uuid, start }) => [uuid, start]),
  );
});

void test('ids and UUIDs lead back to their place and are unique', () => {
  const uuids = new Set<string>();
  const numbers = new Set<number>();
  for (const kind of ['meeting', 'webinar'] as const) {
    for (let owner = 0; owner < 40; owner++) {
      for (let n = 0; n < 25; n++) {
        const uuid = instanceUuid(7, kind, owner, n);
        assert.match(uuid, /^[A-Za-z0-9+/]{22}==$/);
        assert.equal(Buffer.from(uuid, 'base64').toString('base64'), uuid);
        assert.deepEqual(placeOfUuid(7, uuid), { kind, owner, position: n });
        const number = seriesNumber(7, kind, owner, n);
        assert.match(String(number), /^[89]\d{10}$/);
        assert.deepEqual(placeOfNumber(7, number), { kind, owner, series: n });
        uuids.add(uuid);
        numbers.add(number);
      }
    }
  }
  assert.equal(uuids.size, 2000);
  assert.equal(numbers.size, 2000);
});

/** The awkward cases, each by name, and whether the world has it. */
function awkwardCases(of: World): Record<string, boolean> {
  const all = instances(of);
  const uuids = all.map((instance) => instance.uuid);
  const casts = all.map((instance) => of.cast(instance));
  const people = casts.flatMap((cast) => cast.appearances);
  const rows = casts.flatMap((cast) => cast.rows);
  const webinar = of.registrants(of.webinar(0));
  const last = of.webinar(0).instances.at(-1) ?? assert.fail();
  const type = (number: number): boolean => all.some((one) => one.series.type === number);
  const name = (pattern: RegExp): boolean => rows.some((row) => pattern.test(row.name));
  const registrant = (status: string): boolean => webinar.some((one) => one.status === status);
  const user = (status: string): boolean => of.users.some((one) => one.status === status);
  return {
    'uuid that begins with a slash': uuids.some((uuid) => uuid.startsWith('/')),
    'uuid with two slashes': uuids.some((uuid) => uuid.slice(1).includes('//')),
    'uuid with a plus': uuids.some((uuid) => uuid.includes('+')),
    'uuid with a single inner slash': uuids.some((uuid) => /^[^/]+\/[^/]+$/.test(uuid)),
    'instant meeting': type(1),
    'scheduled meeting': type(2),
    'meeting without fixed time': type(3),
    webinar: type(5),
    'recurring meeting': type(8),
    'recurring webinar': type(9),
    'several instances of one number': all.some((one) => one.series.instances.length > 2),
    'meeting of one person': all.some((one) => one.alone),
    'restart of the host': all.some((one) => one.series.type === 2 && one.series.instances.length === 2),
    'start before the planned time': all.some((one) => one.planned !== null && one.start < one.planned),
    rejoin: people.some((one) => one.rows.length > 1),
    'second device': name(/\(iPad\)$/),
    'breakout room': rows.some((row) => row.breakout !== ''),
    'zero-length join': rows.some((row) => row.join === row.leave && row.status === 'in_meeting'),
    'waiting room': people.some((one) => one.rows.length > 1 && one.rows[0]?.status === 'in_waiting_room'),
    'person turned away': people.some((one) => one.rows.every((row) => row.status !== 'in_meeting')),
    'registrant without address': rows.some((row) => row.registrantId !== '' && row.email === ''),
    'user without address': rows.some((row) => row.id !== '' && row.internal && row.email === ''),
    guest: rows.some((row) => row.id === '' && row.email === '' && row.registrantId === ''),
    'address with capitals': rows.some((row) => row.email !== row.email.toLowerCase()),
    'registrant with another address': people.some(signedInElsewhere),
    namesake: hasNamesake(people),
    'Cyrillic name': name(/\p{Script=Cyrillic}/u),
    'Han name': name(/\p{Script=Han}/u),
    'Arabic name': name(/\p{Script=Arabic}/u),
    'Devanagari name': name(/\p{Script=Devanagari}/u),
    emoji: name(/\p{Emoji_Presentation}/u),
    apostrophe: name(/'/),
    'very long name': rows.some((row) => row.name.length > 60),
    'approved registrant': registrant('approved'),
    'pending registrant': registrant('pending'),
    'denied registrant': registrant('denied'),
    'cancelled registrant': registrant('cancelled'),
    'registrant after the end': webinar.some((one) => one.created > last.end),
    absentee: of.absentees(last).length > 0,
    panelist: of.panelists(of.webinar(0)).length > 0,
    'webinar without registration': of.registrants(of.webinar(2)).length === 0,
    'user without webinar licence': of.users.some((one) => one.status === 'active' && !one.webinars),
    'inactive user': user('inactive'),
    'pending user': user('pending'),
  };
}

function signedInElsewhere({ registrant, rows, email }: Appearance): boolean {
  const shown = rows[0]?.email.toLowerCase() ?? '';
  return registrant !== null && shown !== '' && shown !== email;
}

function hasNamesake(people: readonly Appearance[]): boolean {
  const emails = new Map<string, Set<string>>();
  for (const { name, email } of people) {
    if (email !== null) emails.set(name, (emails.get(name) ?? new Set()).add(email));
  }
  return [...emails.values()].some((several) => several.size > 1);
}

void test('a world of the default size holds every awkward case', () => {
  for (let seed = 0; seed < 20; seed++) {
    const cases = Object.entries(awkwardCases(world({ seed })));
    const missing = cases.filter(([, found]) => !found).map(([what]) => what);
    assert.deepEqual(missing, [], `seed ${seed}`);
  }
});

void test('user_id is new at every join and nobody is outside of the instance', () => {
  const of = world();
  for (const instance of instances(of)) {
    const { rows } = of.cast(instance);
    assert.equal(new Set(rows.map((row) => row.userId)).size, rows.length);
    for (const row of rows) {
      assert.ok(row.join >= instance.start && row.leave <= instance.end && row.join <= row.leave);
    }
  }
});

void test('most meetings lie in the last 30 days and none is older than 150', () => {
  const of = world({ users: 60, meetings: 20 });
  const past = instances(of).filter((one) => one.end < NOW);
  const age = past.map((one) => (NOW - one.start) / 86_400_000);
  assert.ok(Math.max(...age) < 150);
  assert.ok(age.filter((days) => days <= 30).length > age.length / 2);
  assert.equal(of.colleagues.length * 20 + 6, past.length);
});

void test('distinct people appear once each, as many as was said', () => {
  const of = world({ distinct: true, users: 7, meetings: 9, participants: 5, webinars: 3 });
  const seen = new Map<string, number>();
  for (const instance of instances(of)) {
    const cast = of.cast(instance);
    assert.equal(cast.present, 5);
    assert.equal(of.absentees(instance).length, 0);
    for (const one of cast.appearances) seen.set(one.email ?? '', (seen.get(one.email ?? '') ?? 0) + 1);
  }
  assert.equal(seen.size, 7 * 9 * 5 + 3 * 5);
  assert.ok([...seen.values()].every((times) => times === 1));
});

void test('a meeting that has not ended has no participants until the clock has passed it', async () => {
  await using account = await openAccount();
  const { zoom } = account.sandbox;
  const of = zoom.world;
  const coming = of.meetings(of.users[0] ?? assert.fail()).at(-1)?.instances[0] ?? assert.fail();
  const path = `/past_meetings/${encodeURIComponent(encodeURIComponent(coming.uuid))}/participants`;
  const before = await account.get(path);
  assert.equal(before.status, 404);
  assert.deepEqual(before.body, { code: 3001, message: `Meeting does not exist: ${coming.uuid}.` });
  const count = [...(zoom.truth('meetings') ?? [])].length;
  await account.control('POST', '/clock', { advanceSeconds: 28 * 3600 });
  await account.signIn();
  const after = await account.get(path);
  assert.equal(after.status, 200);
  assert.ok(after.body.total_records > 0);
  assert.equal([...(zoom.truth('meetings') ?? [])].length, count + 1);
});

void test('a large account is made on demand', () => {
  const options = { ...DEFAULT_OPTIONS, users: 1000, meetings: 50, participants: 40 };
  const before = process.memoryUsage().heapUsed;
  const zoom = createZoom({ options, clock: new Clock() });
  const user = zoom.world.users[700] ?? assert.fail();
  const series = zoom.world.meetings(user);
  assert.equal(series.flatMap((one) => ended(one, Date.now())).length, 50);
  assert.equal(zoom.world.instance(series[3]?.instances[0]?.uuid ?? '')?.series.host.id, user.id);
  assert.ok(process.memoryUsage().heapUsed - before < 30_000_000);
});
