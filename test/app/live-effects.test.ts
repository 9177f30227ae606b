import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveStage, objectOf, storyOf, type InstanceRow, type LiveStage, type Push } from './live-stage.ts';

const EVA = 'eva.live@example.com';
const webinar = {
  id: 95551112222,
  uuid: '',
  topic: 'Spring launch',
  start_time: '2026-12-24T10:00:00Z',
  type: 5,
};

function registration(what: string, over: Record<string, unknown> = {}, object: object = webinar): Push {
  const registrant = {
    id: 'reg-1',
    email: 'Eva.Live@example.com',
    first_name: 'Eva',
    last_name: 'Live',
    ...over,
  };
  return { event: `webinar.registration_${what}`, payload: { object: { ...object, registrant } } };
}

test('somebody who registers is in Brevo at once, and a backfill changes nothing of it', async () => {
  await using live = await liveStage();
  await live.push(
    registration('created', {
      status: 'approved',
      tracking_source: { source_name: 'newsletter' },
      custom_questions: [{ title: 'Company size', value: '50' }],
    }),
  );
  await live.quiet();
  const eva = await live.person(EVA);
  assert.deepEqual(eva?.listIds, [17]);
  assert.deepEqual(eva?.events, ['webinar_registered']);
  assert.equal(eva?.attributes['ATTENDANCE_STATUS'], 'registered');
  assert.equal(eva?.attributes['WEBINAR_NAME'], 'Spring launch');
  assert.equal(eva?.attributes['UTM_SOURCE'], 'newsletter');
  await live.app.activate({ since: live.on.since, until: live.on.until }, () => undefined);
  assert.deepEqual(await live.person(EVA), eva);
});

test('who waits for approval is brought over when it comes, with the answers given at registration', async () => {
  await using live = await liveStage({
    config:
      'schedules: { activate: never }\nfield_mapping: { first_name: FIRSTNAME, answers.Company size: COMPANY_SIZE }\nbrevo: { ensure_attributes: true }\n',
  });
  const answers = { custom_questions: [{ title: 'Company size', value: '50' }] };
  await live.push(registration('created', { status: 'pending', ...answers }));
  await live.quiet();
  assert.equal(await live.person(EVA), undefined);
  await live.push(registration('approved'));
  await live.quiet();
  const eva = await live.person(EVA);
  assert.deepEqual([eva?.listIds, eva?.events], [[17], ['webinar_registered']]);
  assert.equal(eva?.attributes['COMPANY_SIZE'], '50');
});

test('who cancels is taken off the list and told so once; who is denied leaves no trace', async () => {
  await using live = await liveStage();
  await live.push(registration('created', { status: 'approved' }));
  await live.push(registration('created', { email: 'dan@example.com', id: 'reg-2', status: 'pending' }));
  await live.quiet();
  await live.push(
    registration('cancelled'),
    registration('denied', { email: 'dan@example.com', id: 'reg-2' }),
  );
  await live.quiet();
  const eva = await live.person(EVA);
  assert.deepEqual(eva?.listIds, []);
  assert.deepEqual(eva?.events, ['webinar_registered', 'webinar_registration_cancelled']);
  assert.equal(await live.person('dan@example.com'), undefined);
  await live.push(registration('cancelled'));
  await live.quiet();
  assert.deepEqual(await live.person(EVA), eva, 'a second word changes nothing');
  await live.app.activate({ since: live.on.since, until: live.on.until }, () => undefined);
  assert.deepEqual(await live.person(EVA), eva, 'nor does a backfill');
});

test('who said no to mail gets neither list nor event', async () => {
  await using live = await liveStage();
  await live.on.control('brevo', { contacts: [{ email: EVA, emailBlacklisted: true }] });
  await live.push(registration('created', { status: 'approved' }));
  await live.quiet();
  const eva = await live.person(EVA);
  assert.deepEqual([eva?.listIds, eva?.events], [[], []]);
  assert.equal(eva?.attributes['FIRSTNAME'], 'Eva Live');
});

/** The next instance with people that has not been held yet, and its story. */
async function coming(live: LiveStage, kind: 'meeting' | 'webinar') {
  const far = live.on.until + 14 * 24 * 3600_000;
  await live.on.control('clock', { advanceMs: 14 * 24 * 3600_000 });
  const { instances, pushes } = await storyOf(live.on, far);
  await live.on.control('reset', {});
  const held = instances.filter(
    (one) => one.kind === kind && Date.parse(one.instance_start) > Date.now() + 3600_000,
  );
  const next = held.toSorted((a, b) => (a.instance_start < b.instance_start ? -1 : 1))[0];
  assert.ok(next, `a ${kind} is to come`);
  const own = pushes.filter(
    ({ payload }) => (payload as { object: { uuid?: string } }).object.uuid === next.instance,
  );
  return { next, own };
}

const minutesUntil = (time: string, now = Date.now()) => (Date.parse(time) - now) / 60_000;

test('what is told of an end waits until the list is whole, and comes once', async () => {
  await using live = await liveStage({ sandbox: { seed: 6 } });
  const { next, own } = await coming(live, 'meeting');
  const object = objectOf(next);
  await live.on.control('faults', { participantLagSeconds: 600 });
  const start = Date.now();
  await live.pass(minutesUntil(next.instance_end, start));
  await live.push(...own.filter(({ event }) => event !== 'meeting.ended'));
  await live.push({
    event: 'meeting.ended',
    payload: { object: { ...object, end_time: next.instance_end } },
  });
  await live.quiet();
  const [early] = await live.store.sql<{ n: number }>('SELECT count(*) AS n FROM facts WHERE instance = $1', [
    next.instance,
  ]);
  assert.ok(early && early.n > 0, 'who was there is known before Zoom tells');
  const sent = async () =>
    ((await live.on.control('brevo/events')) as { event_properties: { start_time: string } }[]).filter(
      ({ event_properties: { start_time } }) => start_time === next.instance_start,
    ).length;
  for (const minutes of [2, 4, 3]) {
    await live.pass(minutes);
    assert.equal(await sent(), 0, 'half of the list says nothing');
  }
  for (let i = 0; i < 8; i++) await live.pass(10);
  const all = await sent();
  const [people] = await live.store.sql<{ n: number }>(
    `SELECT count(*) AS n FROM facts WHERE instance = $1 AND email IS NOT NULL AND status = 'attended'`,
    [next.instance],
  );
  assert.equal(all, people?.n);
  await live.push(...own.filter(({ event }) => event === 'meeting.ended'));
  await live.pass(24 * 60);
  assert.equal(await sent(), all);
  const [stays] = await live.store.sql<{ n: number }>('SELECT count(*) AS n FROM stays');
  assert.equal(stays?.n, 0, 'what events told is dropped once the list is final');
});

test('everybody of a recorded webinar hears once that it can be seen, however many files are finished', async () => {
  await using live = await liveStage();
  const { instances, pushes } = await storyOf(live.on, live.on.until);
  const held = instances.find(({ kind }) => kind === 'webinar') as InstanceRow;
  const own = pushes.filter(({ payload }) => {
    const { uuid } = (payload as { object: { uuid: string } }).object;
    return uuid === held.instance;
  });
  await live.push(...own);
  await live.quiet();
  for (let i = 0; i < 4; i++) await live.pass(6);
  const recording = (event: string, ...files: string[]): Push => ({
    event,
    payload: {
      object: {
        ...objectOf(held),
        id: Number(held.series),
        type: 5,
        share_url: 'https://zoom.example/rec/share/1',
        recording_files: files.map((id) => ({ id, file_type: 'MP4', status: 'completed', file_size: 10 })),
      },
    },
  });
  await live.push(recording('recording.completed', 'f1'), recording('recording.completed', 'f1', 'f2'));
  await live.quiet();
  await live.push(recording('recording.transcript_completed', 'f3'));
  await live.quiet();
  const events = (await live.on.control('brevo/events')) as {
    event_name: string;
    email: string;
    event_properties: Record<string, unknown>;
  }[];
  const heard = events.filter(({ event_name: name }) => name === 'webinar_recording_ready');
  const people = await live.store.sql<{ email: string }>(
    `SELECT email FROM facts WHERE instance = $1 AND email IS NOT NULL AND status IN ('attended', 'absent', 'registered', 'unclear') ORDER BY email`,
    [held.instance],
  );
  assert.ok(people.length > 5);
  assert.deepEqual(
    heard.map(({ email }) => email).toSorted(),
    people.map(({ email }) => email),
  );
  assert.equal(heard[0]?.event_properties['recording_url'], 'https://zoom.example/rec/share/1');
  const files = await live.store.sql<{ file: string }>('SELECT file FROM recordings ORDER BY file');
  assert.deepEqual(
    files.map(({ file }) => file),
    ['f1', 'f2', 'f3'],
  );
});

test('an address that changes in the account is used from then on', async () => {
  await using live = await liveStage();
  const user = (event: string, email: string): Push => ({ event, payload: { object: { id: 'u-1', email } } });
  await live.push(user('user.created', 'Old@acme.example'));
  await live.push(user('user.updated', 'new@acme.example'));
  await live.quiet();
  const rows = () => live.store.sql<{ email: string }>(`SELECT email FROM accounts WHERE id = 'u-1'`);
  assert.deepEqual(await rows(), [{ email: 'new@acme.example' }]);
  await live.push(user('user.deleted', 'new@acme.example'));
  await live.quiet();
  assert.deepEqual(await rows(), []);
});
