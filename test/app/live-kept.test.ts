/** What is kept of events: seen again with another mapping, and forgotten in time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pruneTold } from '../../src/activate/prune.ts';
import { startLive } from '../../src/app/index.ts';
import { stage } from '../activate/stage.ts';
import { listen, liveStage, quiet, send } from './live-stage.ts';

const EVA = 'eva@example.org';
const DAY = 24 * 3600_000;
const QUIET = 'schedules: { activate: never }\nbrevo: { ensure_attributes: true }\n';

const registration = {
  event: 'webinar.registration_created',
  payload: {
    object: {
      id: 88811122233,
      uuid: 'Wk5mZGFzZGZhc2RmYXM=',
      topic: 'Spring launch',
      start_time: '2027-03-01T10:00:00Z',
      registrant: {
        id: 'r1',
        email: EVA,
        first_name: 'Eva',
        last_name: 'Berg',
        status: 'approved',
        custom_questions: [{ title: 'Company size', value: '50' }],
      },
    },
  },
};

interface Contact {
  email: string;
  attributes: Record<string, unknown>;
}

test('events that are handled once more with another mapping bring what the old one left out, and nothing twice', async () => {
  await using on = await stage({ sandbox: { readLag: 0, importDelay: 0 } });
  const contact = async () =>
    ((await on.control('brevo/contacts')) as Contact[]).find(({ email }) => email === EVA);
  const sent = async () =>
    ((await on.control('brevo/events')) as { email: string }[]).filter(({ email }) => email === EVA).length;
  const live = async (
    mapping: string,
    work: (url: string, app: ReturnType<typeof on.open>) => Promise<unknown>,
  ) => {
    const app = on.open({ config: `${QUIET}field_mapping: ${mapping}\n` });
    const serving = await startLive(app);
    const { url, close } = await listen(serving);
    await work(url, app);
    await quiet(await app.store());
    await close();
    await serving.stop();
    await app.close();
  };
  await live('{ first_name: FIRSTNAME }', (url) => send(on, url, [registration], Date.now()));
  assert.equal((await contact())?.attributes['FIRSTNAME'], 'Eva');
  assert.equal((await contact())?.attributes['COMPANY_SIZE'], undefined);
  await live('{ first_name: FIRSTNAME, answers.Company size: COMPANY_SIZE }', async (_, app) => {
    assert.equal(await (await app.records()).replay({ event: 'webinar.*' }), 1);
  });
  assert.equal(String((await contact())?.attributes['COMPANY_SIZE']), '50');
  assert.equal(await sent(), 1, 'the event of the registration went out once');
});

test('a refusal that is taken back is sent at once, without an activation', async () => {
  await using live = await liveStage();
  live.app.servingSince = Date.now();
  await live.push(registration);
  await live.quiet();
  await live.store.sql(
    `UPDATE deliveries SET state = 'refused', error = $2, hash = '' WHERE person = $1 AND effect = 'contact'`,
    [EVA, JSON.stringify({ kind: 'input', message: 'The attribute is wrong.' })],
  );
  const records = await live.app.records();
  assert.deepEqual(await records.retry({ kind: 'auth' }), { retried: 0, sending: false });
  assert.deepEqual(await records.retry({ person: EVA }), { retried: 1, sending: true });
  await live.quiet();
  const [delivery] = await records.deliveries({ person: EVA, effect: 'contact' }, 1);
  assert.equal(delivery?.state, 'done');
  assert.deepEqual(await records.runs({}, 10), []);
});

test('what events told of long ago is forgotten, and what may still matter is not', async () => {
  await using live = await liveStage();
  const { sql } = live.store;
  await live.push(registration);
  await live.quiet();
  const file = `INSERT INTO recordings (source, instance, file, type, status, started_at) VALUES ('zoom', $1, 'f', 'MP4', 'completed', $2)`;
  await sql(file, ['old', '2020-01-01T00:00:00Z']);
  await sql(file, ['new', new Date().toISOString()]);
  const left = async () => [
    (await sql('SELECT email FROM registrations')).length,
    (await sql('SELECT file FROM recordings')).length,
  ];
  await pruneTold(live.store, Date.now() - 400 * DAY);
  assert.deepEqual(await left(), [1, 1]);
  // It is for a day to come, whenever it was told.
  await pruneTold(live.store, Date.now() + DAY);
  assert.deepEqual(await left(), [1, 0]);
  await pruneTold(live.store, Date.parse('2027-03-02T00:00:00Z'));
  assert.deepEqual(await left(), [0, 0]);
  await live.push(registration);
  await live.quiet();
  const events = (await live.person(EVA))?.events;
  assert.deepEqual(events, ['webinar_registered'], 'what was delivered is on record');
});
