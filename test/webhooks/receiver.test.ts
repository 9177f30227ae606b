import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { githubEvents } from '../../src/core/known-triggers.ts';
import { Secret } from '../../src/core/secret.ts';
import { events } from '../../src/connectors/zoom/webhooks.ts';
import { getEvent, listEvents } from '../../src/webhooks/inbox.ts';
import { createReceiver } from '../../src/webhooks/receiver.ts';
import { SECRET, ended, setStage, signed } from './stage.ts';

const MINUTE = 60_000;

test('a genuine event is in the inbox with its wake-up before it is answered', async (t) => {
  const { receiver, store, jobs, clock } = await setStage(t);
  const answer = await receiver.receive(signed(ended(1), clock.now()));
  assert.equal(answer.status, 200);
  const [line] = await listEvents(store.sql, {}, 10);
  assert.deepEqual(
    { ...line, id: '', dedupeKey: '' },
    {
      id: '',
      dedupeKey: '',
      connection: 'zoom',
      event: 'meeting.ended',
      account: 'account-1',
      happenedAt: 1_700_000_000_001,
      receivedAt: clock.now(),
      verdict: 'signature',
      state: 'received',
      lane: undefined,
      attempts: 0,
      error: undefined,
      settledAt: undefined,
      replays: 0,
    },
  );
  const event = await getEvent(store.sql, line?.id ?? '');
  assert.deepEqual(Buffer.from(event?.body ?? []), signed(ended(1), 0).body);
  const keys = await store.sql<{ queue: string; key: string }>('SELECT queue, key FROM jobs');
  assert.deepEqual(keys, [{ queue: 'inbox', key: line?.id }]);
  assert.equal((await jobs.dead()).length, 0);
});

test('the tries of one delivery are one event, whatever their timestamps and signatures', async (t) => {
  const { receiver, store, clock, pass } = await setStage(t);
  const outcomes: string[] = [];
  for (const wait of [0, 5, 20, 60]) {
    await pass(wait * MINUTE);
    const answer = await receiver.receive(signed(ended(1), clock.now()));
    assert.equal(answer.status, 200);
    outcomes.push(answer.outcome);
  }
  // The last try may also be signed as the first was.
  const old = await receiver.receive(signed(ended(1), clock.now() - 85 * MINUTE));
  assert.deepEqual([...outcomes, old.outcome], ['stored', ...Array<string>(4).fill('duplicate')]);
  assert.equal((await listEvents(store.sql, {}, 10)).length, 1);
  assert.equal((await store.sql('SELECT key FROM jobs')).length, 1);
});

test('two tries at the same moment are one event as well', async (t) => {
  const { receiver, clock } = await setStage(t);
  const requests = Array.from({ length: 50 }, (_, i) => signed(ended(i % 5), clock.now()));
  const answers = await Promise.all(requests.map((request) => receiver.receive(request)));
  assert.ok(answers.every(({ status }) => status === 200));
  assert.equal(receiver.counts().stored, 5);
  assert.equal(receiver.counts().duplicate, 45);
});

test('deliveries that differ in download links only are one event, other meetings are others', async (t) => {
  const { receiver, clock } = await setStage(t);
  const recording = (token: string, id: number) => ({
    event: 'recording.completed',
    event_ts: 1_700_000_000_000,
    download_token: token,
    payload: {
      account_id: 'a',
      object: { id, uuid: 'u', recording_files: [{ id: 'f', download_url: token }] },
    },
  });
  const outcome = async (body: unknown) => (await receiver.receive(signed(body, clock.now()))).outcome;
  assert.equal(await outcome(recording('one', 1)), 'stored');
  assert.equal(await outcome(recording('two', 1)), 'duplicate');
  assert.equal(await outcome(recording('one', 2)), 'stored');
});

test('an id that the sender gives to all tries decides, where there is one', async (t) => {
  const { receiver, clock } = await setStage(t);
  const send = async (body: unknown, id: string) =>
    (await receiver.receive(signed(body, clock.now(), { headers: { 'x-zm-request-id': id } }))).outcome;
  assert.equal(await send(ended(1), 'r1'), 'stored');
  assert.equal(await send(ended(1), 'r1'), 'duplicate');
  assert.equal(await send(ended(1), 'r2'), 'stored');
});

test('secrets are blanked before an event is kept, and every other byte stays', async (t) => {
  const { receiver, store, clock } = await setStage(t);
  const text = String.raw`{ "event":"recording.completed","download_token" : "ey\"J.abc","payload":{"object":{"password":12345,"topic":"Café ✓ \/","passwordless":"x"}}}`;
  const request = signed(Buffer.from(text), clock.now(), { headers: { authorization: 'legacy-token' } });
  assert.equal((await receiver.receive(request)).status, 200);
  const [line] = await listEvents(store.sql, {}, 1);
  const event = await getEvent(store.sql, line?.id ?? '');
  assert.equal(
    Buffer.from(event?.body ?? []).toString(),
    text.replace(String.raw`"ey\"J.abc"`, '"[secret]"').replace('12345', '"[secret]"'),
  );
  assert.deepEqual(Object.keys(event?.headers ?? {}).toSorted(), [
    'content-type',
    'user-agent',
    'x-zm-request-timestamp',
    'x-zm-signature',
  ]);
});

test('what is signed but not JSON is kept as a dead letter, not lost and not run', async (t) => {
  const { receiver, store, clock } = await setStage(t);
  const answer = await receiver.receive(signed(Buffer.from('{"event":"meeting.en'), clock.now()));
  assert.equal(answer.status, 200);
  const [line] = await listEvents(store.sql, {}, 1);
  assert.equal(line?.state, 'failed');
  assert.equal(line?.error?.kind, 'contract');
  assert.equal((await store.sql('SELECT key FROM jobs')).length, 0);
});

test('events that nobody knows, and bodies that are no objects, are kept', async (t) => {
  const { receiver, store, clock } = await setStage(t);
  const deep = Buffer.from(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
  const nul = { event: 'odd\u0000name\ud800', payload: { account_id: 7 } };
  for (const body of [{ event: 'meeting.teleported' }, [1], 'text', null, 4, {}, deep, nul]) {
    assert.equal(
      (await receiver.receive(signed(body, clock.now()))).outcome,
      'stored',
      JSON.stringify(body)?.slice(0, 40),
    );
  }
  const names = (await listEvents(store.sql, {}, 20)).map(({ event }) => event);
  assert.deepEqual(names.toSorted(), ['', '', '', '', '', '', 'meeting.teleported', 'oddname\ufffd']);
});

test('each refusal has its status: what may be genuine is asked for again, what is forged is not', async (t) => {
  const { receiver, clock } = await setStage(t, { limits: { bodyBytes: 2000 } });
  const good = signed(ended(1), clock.now());
  const without = (name: string) => ({
    ...good,
    headers: Object.fromEntries(Object.entries(good.headers).filter(([key]) => key !== name)),
  });
  const cases: [Parameters<typeof receiver.receive>[0], number, string][] = [
    [{ ...good, body: Buffer.concat([good.body, Buffer.from(' ')]) }, 401, 'bad-signature'],
    [signed(ended(1), clock.now(), { secret: 'guess' }), 401, 'bad-signature'],
    [without('x-zm-signature'), 401, 'no-signature'],
    [without('x-zm-request-timestamp'), 401, 'no-time'],
    [signed(ended(1), clock.now() - 91 * MINUTE), 401, 'stale'],
    [signed(ended(1), clock.now() + 91 * MINUTE), 401, 'stale'],
    [{ ...good, method: 'GET' }, 405, 'method'],
    [without('content-type'), 415, 'content-type'],
    [{ ...good, headers: { ...good.headers, 'content-type': 'text/plain' } }, 415, 'content-type'],
    [{ ...good, headers: { ...good.headers, 'content-type': 'application/jsonx' } }, 415, 'content-type'],
    [signed({ event: 'x', pad: 'x'.repeat(2000) }, clock.now()), 413, 'too-large'],
    [{ ...good, headers: { ...good.headers, 'content-length': '2001' } }, 413, 'too-large'],
    [{ ...good, body: Buffer.alloc(0) }, 401, 'bad-signature'],
  ];
  for (const [request, status, outcome] of cases) {
    const answer = await receiver.receive(request);
    assert.deepEqual([answer.status, answer.outcome], [status, outcome]);
    assert.deepEqual(JSON.parse(answer.body), { error: outcome });
  }
  assert.equal(receiver.counts()['bad-signature'], 3);
  assert.equal(receiver.counts().stored, 0);
});

test('without a secret nothing is accepted, and the sender is asked to come again', async (t) => {
  const { receiver, clock, lines } = await setStage(t, { secrets: () => [] });
  const answer = await receiver.receive(signed(ended(1), clock.now(), { secret: '' }));
  assert.deepEqual([answer.status, answer.outcome, answer.headers['retry-after']], [503, 'no-secret', '30']);
  assert.equal(lines[0]?.level, 'error');
  assert.match(String(lines[0]?.fields['hint']), /Set it/);
});

test('while a secret is replaced both are good, and it shows when the old one is at rest', async (t) => {
  const { receiver, clock } = await setStage(t, {
    secrets: () => [new Secret('new-one'), new Secret('old-one')],
  });
  for (const [i, secret] of ['old-one', 'new-one', 'new-one'].entries()) {
    assert.equal((await receiver.receive(signed(ended(i), clock.now(), { secret }))).status, 200);
  }
  assert.deepEqual([...receiver.provenBy()], [2, 1]);
});

test('a challenge is answered with the secret that it was signed with, but only when it was', async (t) => {
  const secrets = () => [new Secret('new-one'), new Secret('old-one')];
  const { receiver, store, clock } = await setStage(t, { secrets });
  const question = { event: 'endpoint.url_validation', payload: { plainToken: 'abc' }, event_ts: 1 };
  const answer = await receiver.receive(signed(question, clock.now(), { secret: 'old-one' }));
  const encryptedToken = createHmac('sha256', 'old-one').update('abc').digest('hex');
  assert.equal(answer.status, 200);
  assert.deepEqual(JSON.parse(answer.body), { plainToken: 'abc', encryptedToken });
  assert.equal((await receiver.receive(signed(question, clock.now(), { secret: 'x' }))).status, 401);
  assert.equal((await listEvents(store.sql, {}, 1)).length, 0);
});

test('the legacy token must be right where it is sent, and is the only proof just where somebody asked for that', async (t) => {
  const token = { values: () => [new Secret('legacy-token')] };
  const { receiver, clock } = await setStage(t, { token });
  const send = async (to: typeof receiver, headers: Record<string, string>, secret = SECRET) =>
    (await to.receive(signed(ended(1), clock.now(), { secret, headers }))).outcome;
  // Zoom stops sending it. The signature is demanded either way.
  assert.equal(await send(receiver, {}), 'stored');
  assert.equal(await send(receiver, {}, 'guess'), 'bad-signature');
  assert.equal(await send(receiver, { authorization: 'legacy-toke' }), 'bad-token');
  assert.equal(await send(receiver, { authorization: 'legacy-token' }, 'guess'), 'bad-signature');
  assert.equal(await send(receiver, { authorization: 'legacy-token' }), 'duplicate');

  const lone = await setStage(t, { token, secrets: () => [] });
  assert.equal(await send(lone.receiver, { authorization: 'legacy-token' }), 'no-secret');
  const alone = await setStage(t, { token: { ...token, alone: true }, secrets: () => [] });
  assert.equal(await send(alone.receiver, { authorization: 'legacy-token' }), 'stored');
  assert.equal(await send(alone.receiver, { authorization: 'wrong' }), 'bad-token');
  assert.equal(await send(alone.receiver, {}), 'bad-token');
  const both = await setStage(t, { token: { ...token, alone: true } });
  assert.equal(await send(both.receiver, { authorization: 'legacy-token' }, 'guess'), 'bad-signature');
});

test('a token that the system does not send cannot be demanded', async (t) => {
  const { store, jobs, clock } = await setStage(t);
  const options = {
    connection: 'gh',
    secrets: () => [],
    store,
    jobs,
    now: clock.now,
    setTimer: clock.setTimer,
  };
  assert.throws(() => createReceiver({ ...options, trigger: githubEvents, token: { values: () => [] } }), {
    kind: 'config',
  });
});

test('the window is configurable', async (t) => {
  const { receiver, clock } = await setStage(t, { limits: { windowSeconds: 60 } });
  assert.equal((await receiver.receive(signed(ended(1), clock.now() - 61_000))).outcome, 'stale');
  assert.equal((await receiver.receive(signed(ended(1), clock.now() - 59_000))).outcome, 'stored');
  assert.equal(events.verify.time?.windowSeconds, 90 * 60);
});

test('when the store fails the sender is asked to come again, and then it works', async (t) => {
  let broken = true;
  const { receiver, clock } = await setStage(t, {
    wrap: (store) => ({
      ...store,
      tx: (fn) => (broken ? Promise.reject(new Error('disk full')) : store.tx(fn)),
    }),
  });
  const requests = [1, 2, 3].map((n) => signed(ended(n), clock.now()));
  const answers = await Promise.all(requests.map((request) => receiver.receive(request)));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [503, 503, 503],
  );
  broken = false;
  const again = await Promise.all(requests.map((request) => receiver.receive(request)));
  assert.deepEqual(
    again.map(({ outcome }) => outcome),
    ['stored', 'stored', 'stored'],
  );
});

test('more than the store can take is turned away, not piled up', async (t) => {
  const { receiver, clock } = await setStage(t, { limits: { waiting: 10 } });
  const requests = Array.from({ length: 30 }, (_, i) => signed(ended(i), clock.now()));
  const answers = await Promise.all(requests.map((request) => receiver.receive(request)));
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  assert.deepEqual([count(200), count(503)], [10, 20]);
});

test('a flood of refusals is a few lines that say how many there were', async (t) => {
  const { receiver, clock, lines, pass } = await setStage(t);
  const forged = signed(ended(1), clock.now(), { secret: 'guess' });
  for (let i = 0; i < 1000; i++) await receiver.receive(forged);
  assert.equal(lines.length, 1);
  await pass(10_000);
  await receiver.receive(forged);
  assert.equal(lines.length, 2);
  assert.equal(lines[1]?.fields['unsaid'], 999);
  assert.equal(receiver.counts()['bad-signature'], 1001);
});
