import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  isZoomEvent,
  parseEvent,
  zoomEventNames,
  type ZoomEvents,
} from '../../src/connectors/zoom/events/index.ts';
import { events } from '../../src/connectors/zoom/webhooks.ts';
import type { EventsOf, UnknownEvent } from '../../src/core/trigger.ts';
import { answerChallenge, verify } from '../../src/core/trigger.ts';
import { getEvent, listEvents } from '../../src/webhooks/inbox.ts';
import { OWN_EVENTS } from './own-events.ts';
import { setStage, signed } from './stage.ts';

const asked = process.env['TRUNKLINE_REFERENCE'];
const reference = join(
  asked ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'reference'),
  'zoom',
  'webhook-samples',
);

test('events with all known peculiarities are typed, kept whole, and have their ids as text', async (t) => {
  const stage = await setStage(t);
  for (const body of OWN_EVENTS) {
    const event = parseEvent(body);
    assert.ok(isZoomEvent(event), `${String(body['event'])}: ${JSON.stringify(event)}`);
    const { payload } = event as { payload: { object?: { id?: unknown } } };
    assert.notEqual(typeof payload.object?.id, 'number', event.event);
    const answer = await stage.receiver.receive(signed(body, stage.clock.now()));
    assert.equal(answer.outcome, 'stored', event.event);
  }
  assert.equal((await listEvents(stage.store.sql, {}, 100)).length, OWN_EVENTS.length);
});

test('members that nobody has described stay, numbers and texts become what is documented', () => {
  const event = parseEvent({
    event: 'meeting.participant_joined',
    event_ts: 1,
    novel: [1],
    payload: {
      account_id: 'a',
      novel: { deep: true },
      object: {
        id: 812,
        uuid: 'u',
        type: '2',
        topic: 7,
        host_id: null,
        participant: { user_id: 5, novel: 'x' },
      },
    },
  });
  assert.deepEqual(event, {
    event: 'meeting.participant_joined',
    event_ts: 1,
    novel: [1],
    payload: {
      account_id: 'a',
      novel: { deep: true },
      object: {
        id: '812',
        uuid: 'u',
        type: 2,
        topic: '7',
        host_id: undefined,
        participant: { user_id: '5', novel: 'x' },
      },
    },
  });
});

test('what is not known, or not as documented, comes back as it is and says so', () => {
  assert.deepEqual(parseEvent({ event: 'meeting.teleported', payload: 1 }), {
    event: 'meeting.teleported',
    payload: 1,
    unknown: true,
  });
  const odd = parseEvent({ event: 'meeting.ended', payload: { object: { id: {}, uuid: 'u' } } });
  assert.ok(!isZoomEvent(odd));
  assert.match(String(odd.problems?.[0]), /^payload\.object\.id: /);
  for (const body of [
    undefined,
    null,
    1,
    'x',
    [],
    {},
    { event: 1 },
    { event: '__proto__' },
    { event: 'constructor' },
  ]) {
    assert.equal(isZoomEvent(parseEvent(body)), false);
  }
});

test('there is a name for every event of meetings, webinars, recordings, users, chat and phone', () => {
  const count = (area: RegExp) => zoomEventNames.filter((name) => area.test(name)).length;
  assert.deepEqual(
    {
      meetings: count(/^(?:meeting|webinar|recording)\.|^user\.tsp/),
      users: count(/^(?:user|group)\.(?!tsp)/),
      phone: count(/^phone\./),
      accounts: count(/^(?:account|information_barriers)\./),
      app: count(/^app[._]/),
    },
    { meetings: 105, users: 22, phone: 70, accounts: 10, app: 2 },
  );
});

test('handlers have the types of the events that their pattern stands for', () => {
  const ended = (event: EventsOf<ZoomEvents, 'meeting.ended'>): string => event.payload.object.id;
  const area = (event: EventsOf<ZoomEvents, 'webinar.*'>): string =>
    isZoomEvent(event) && event.event === 'webinar.registration_created'
      ? (event.payload.object.registrant.email ?? '')
      : '';
  const unknown = (event: EventsOf<ZoomEvents, 'meeting.teleported'>): UnknownEvent => event;
  // @ts-expect-error -- there is no such member, and members that are not described are unknown
  const wrong = (event: EventsOf<ZoomEvents, 'meeting.ended'>): string => event.payload.object.participant;
  // @ts-expect-error -- only ids are sure to be there
  const other = (event: EventsOf<ZoomEvents, 'meeting.ended'>): string => event.payload.object.topic;
  assert.equal([ended, area, unknown, wrong, other].length, 5);
});

test('the official examples are all accepted, typed and kept', async (t) => {
  if (!existsSync(reference)) {
    // Where somebody named the place, a build must not pass because it is empty.
    assert.ok(asked === undefined || process.env['CI'] !== 'true', `no examples in ${reference}`);
    t.skip(`NOT CHECKED, no official examples in ${reference}`);
    return;
  }
  const stage = await setStage(t);
  const files = readdirSync(reference).filter((file) => !file.startsWith('_'));
  let kept = 0;
  for (const file of files) {
    const bytes = readFileSync(join(reference, file));
    const body = JSON.parse(bytes.toString()) as { event: string };
    assert.ok(isZoomEvent(parseEvent(body)), `${file}: ${JSON.stringify(parseEvent(body))}`);
    const answer = await stage.receiver.receive(signed(bytes, stage.clock.now()));
    assert.equal(answer.status, 200, file);
    if (body.event === 'endpoint.url_validation') assert.equal(answer.outcome, 'challenge');
    else kept++;
    const secret = (name: string) => new RegExp(`"${name}"\\s*:\\s*"(?!\\[secret\\])`);
    const [line] = await listEvents(stage.store.sql, { event: body.event }, 1);
    const event = await getEvent(stage.store.sql, line?.id ?? '');
    for (const name of ['download_token', 'password']) {
      assert.doesNotMatch(Buffer.from(event?.body ?? []).toString(), secret(name), file);
    }
  }
  assert.equal(stage.receiver.counts().stored, kept);
  assert.ok(kept >= 202, `${kept} examples`);
});

test('the published vectors of the signature pass', (t) => {
  const path = join(reference, '_signature-test-vectors.json');
  if (!existsSync(path)) {
    t.skip(`NOT CHECKED, no vectors in ${reference}`);
    return;
  }
  interface Vectors {
    signatures: { name: string; secret: string; timestamp: string; rawBody: string; signature: string }[];
    urlValidation: { secret: string; plainToken: string; encryptedToken: string };
  }
  const { signatures, urlValidation } = JSON.parse(readFileSync(path, 'utf8')) as Vectors;
  for (const { name, secret, timestamp, rawBody, signature } of signatures) {
    const headers = { 'x-zm-request-timestamp': timestamp, 'x-zm-signature': signature };
    const verdict = verify(events.verify, [secret], headers, Buffer.from(rawBody), Number(timestamp) * 1000);
    assert.deepEqual(verdict, { ok: true }, name);
  }
  const { secret, plainToken, encryptedToken } = urlValidation;
  const question = { event: 'endpoint.url_validation', payload: { plainToken } };
  assert.deepEqual(answerChallenge(events, secret, question), { plainToken, encryptedToken });
});
