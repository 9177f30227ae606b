import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectorError } from '../../src/core/errors.ts';
import { events } from '../../src/connectors/zoom/webhooks.ts';
import { getEvent, listEvents, type EventLine } from '../../src/webhooks/inbox.ts';
import { replayEvents, rewakeEvents } from '../../src/webhooks/replay.ts';
import { pruneEvents } from '../../src/webhooks/retention.ts';
import { ended, setStage, signed, type Stage } from './stage.ts';

const DAY = 24 * 60 * 60_000;

async function send(stage: Stage, ...bodies: unknown[]): Promise<void> {
  for (const body of bodies) {
    assert.equal((await stage.receiver.receive(signed(body, stage.clock.now()))).status, 200);
  }
}

const states = async ({ store }: Stage): Promise<EventLine['state'][]> =>
  (await listEvents(store.sql, {}, 100)).map(({ state }) => state).toReversed();

test('handlers get the events of their name, of their area, or all of them, with ids as text', async (t) => {
  const stage = await setStage(t);
  const dispatch = stage.dispatch();
  const seen: string[] = [];
  dispatch.on(events, 'meeting.ended', ({ payload }, { attempt }) => {
    seen.push(`ended ${payload.object.id} ${payload.object.topic} ${attempt}`);
  });
  dispatch.on(events, 'meeting.*', ({ event }) => void seen.push(`area ${event}`));
  dispatch.on(events, '*', ({ event }, { connection }) => void seen.push(`all ${event} of ${connection}`));
  dispatch.on(events, 'webinar.ended', () => void seen.push('never'));
  dispatch.on(events, '*', () => void seen.push('never'), { connection: 'other' });
  await send(stage, { ...ended(1), payload: { object: { id: 81, uuid: 'u', topic: 'T' } } });
  await send(stage, { event: 'meeting.teleported' });
  await dispatch.start();
  await stage.pass();
  assert.deepEqual(seen.toSorted(), [
    'all meeting.ended of zoom',
    'all meeting.teleported of zoom',
    'area meeting.ended',
    'area meeting.teleported',
    'ended 81 T 1',
  ]);
  assert.deepEqual(await states(stage), ['handled', 'handled']);
  await dispatch.stop();
});

test('an event that nobody handles is ignored, and waits for somebody to replay it', async (t) => {
  const stage = await setStage(t);
  const dispatch = stage.dispatch();
  await dispatch.start();
  await send(stage, ended(1));
  await stage.pass();
  assert.deepEqual(await states(stage), ['ignored']);
  const seen: string[] = [];
  dispatch.on(events, 'meeting.ended', (_, { replays }) => void seen.push(`replay ${replays}`));
  assert.equal(await replayEvents(stage.store, stage.jobs, { event: 'meeting.*', state: 'ignored' }), 1);
  await stage.pass();
  assert.deepEqual(seen, ['replay 1']);
  assert.deepEqual(await states(stage), ['handled']);
});

test('a handler that fails is tried again; one with a name that has done its part is not', async (t) => {
  const stage = await setStage(t);
  const dispatch = stage.dispatch();
  const ran: string[] = [];
  dispatch.on(events, '*', () => void ran.push('named'), { name: 'named' });
  dispatch.on(events, '*', () => void ran.push('nameless'));
  dispatch.on(events, '*', (_, { attempt }) => {
    ran.push(`failing ${attempt}`);
    if (attempt < 3) throw new Error('not yet');
  });
  await dispatch.start();
  await send(stage, ended(1));
  await stage.pass(60_000);
  assert.deepEqual(ran, ['named', 'nameless', 'failing 1', 'nameless', 'failing 2', 'nameless', 'failing 3']);
  assert.deepEqual(await states(stage), ['handled']);
});

test('what will not be better is a dead letter at once, with what to do, and can be put back', async (t) => {
  const stage = await setStage(t);
  const dispatch = stage.dispatch();
  let good = false;
  dispatch.on(
    events,
    'meeting.ended',
    () => {
      const details = {
        kind: 'scope',
        hint: 'Add the scope meeting:read.',
        fields: [{ field: 'f', message: 'm' }],
      } as const;
      if (!good) throw new ConnectorError('the scope is missing', details);
    },
    { name: 'people' },
  );
  await dispatch.start();
  await send(stage, ended(1));
  await stage.pass();
  const [line] = await listEvents(stage.store.sql, { state: 'failed' }, 10);
  assert.deepEqual(line?.error, {
    kind: 'scope',
    message: 'the scope is missing',
    hint: 'Add the scope meeting:read.',
    cause: 'the scope is missing',
    fields: [{ field: 'f', message: 'm' }],
    handler: 'people',
  });
  assert.equal(line?.attempts, 1);
  assert.equal((await stage.jobs.dead()).length, 0, 'the event is its own dead letter');
  good = true;
  assert.equal(await replayEvents(stage.store, stage.jobs, { ids: [line?.id ?? ''] }), 1);
  await stage.pass();
  const [after] = await listEvents(stage.store.sql, {}, 10);
  assert.deepEqual(
    [after?.state, after?.attempts, after?.error, after?.replays],
    ['handled', 1, undefined, 1],
  );
});

test('after so many attempts an event is a dead letter; waiting for a limit is no attempt', async (t) => {
  const stage = await setStage(t);
  const dispatch = stage.dispatch({ maxAttempts: 3 });
  let calls = 0;
  dispatch.on(events, '*', () => {
    calls++;
    if (calls <= 5) throw new ConnectorError('slow down', { kind: 'rate', retry: { afterMs: 1000 } });
    throw new ConnectorError('down', { kind: 'remote', retry: 'later' });
  });
  await dispatch.start();
  await send(stage, ended(1));
  await stage.pass(10 * 60_000);
  assert.equal(calls, 8);
  const [line] = await listEvents(stage.store.sql, {}, 1);
  assert.deepEqual([line?.state, line?.attempts, line?.error?.kind], ['failed', 3, 'remote']);
});

test('an event that is not as documented does not reach who relies on it, and says what is wrong', async (t) => {
  const stage = await setStage(t);
  const dispatch = stage.dispatch();
  const seen: unknown[] = [];
  dispatch.on(events, 'meeting.*', ({ event, ...rest }) => void seen.push([event, 'problems' in rest]));
  dispatch.on(events, 'meeting.ended', () => void seen.push('never'));
  await dispatch.start();
  await send(stage, { event: 'meeting.ended', event_ts: 1, payload: { object: { topic: 'no id' } } });
  await stage.pass();
  assert.deepEqual(seen, [['meeting.ended', true]]);
  const [line] = await listEvents(stage.store.sql, {}, 1);
  assert.equal(line?.state, 'failed');
  assert.match(line?.error?.message ?? '', /meeting\.ended is not as documented: payload\.object\.id/);
});

test('events of one lane are handled in the order of arrival, those of others do not wait', async (t) => {
  const laneOf = (body: unknown) => (body as { payload: { object: { uuid: string } } }).payload.object.uuid;
  const stage = await setStage(t, { laneOf });
  const dispatch = stage.dispatch();
  const order: string[] = [];
  dispatch.on(events, 'meeting.ended', ({ payload: { object } }, { attempt }) => {
    order.push(`${object.uuid} ${object.topic}`);
    if (object.topic === 'first' && attempt === 1) throw new Error('not yet');
  });
  const meeting = (uuid: string, topic: string, n: number) => ({
    event: 'meeting.ended',
    event_ts: n,
    payload: { object: { id: 1, uuid, topic } },
  });
  // The sender's order is not the order of arrival: the times of the events go down.
  await send(
    stage,
    meeting('a', 'first', 9),
    meeting('a', 'second', 8),
    meeting('b', 'first', 7),
    meeting('a', 'third', 6),
  );
  await dispatch.start();
  await stage.pass(60_000);
  assert.deepEqual(
    order.filter((line) => line.startsWith('a')),
    ['a first', 'a first', 'a second', 'a third'],
  );
  assert.ok(order.indexOf('b first') < order.indexOf('a second'), order.join());
  assert.deepEqual(await states(stage), Array(4).fill('handled'));
});

test('a dead letter does not block its lane', async (t) => {
  const stage = await setStage(t, { laneOf: () => 'one' });
  const dispatch = stage.dispatch();
  dispatch.on(events, 'meeting.ended', ({ payload }) => {
    if (payload.object.id === '80000000001') throw new ConnectorError('no', { kind: 'input' });
  });
  await send(stage, ended(1), ended(2));
  await dispatch.start();
  await stage.pass();
  assert.deepEqual(await states(stage), ['failed', 'handled']);
});

test('an event that ends the process again and again is given up', async (t) => {
  const stage = await setStage(t);
  await send(stage, ended(1));
  // What a process that was killed in its twentieth attempt leaves behind.
  await stage.store.sql('UPDATE inbox SET attempts = 20');
  const dispatch = stage.dispatch();
  dispatch.on(events, '*', () => assert.fail('not run again'));
  await dispatch.start();
  await stage.pass();
  const [line] = await listEvents(stage.store.sql, {}, 1);
  assert.deepEqual([line?.state, line?.error?.kind], ['failed', 'unexpected']);
  assert.match(line?.error?.message ?? '', /ended 20 times/);
});

test('a handler that is stopped has not failed', async (t) => {
  const stage = await setStage(t);
  const dispatch = stage.dispatch();
  dispatch.on(events, '*', async (_, { signal }) => {
    await new Promise((__, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
  });
  await dispatch.start();
  await send(stage, ended(1));
  await stage.pass();
  await dispatch.stop();
  const [line] = await listEvents(stage.store.sql, {}, 1);
  assert.deepEqual([line?.state, line?.attempts], ['received', 0]);
});

test('a replay by filter takes what fits, many at once, and leaves what still waits', async (t) => {
  const stage = await setStage(t);
  const dispatch = stage.dispatch();
  const ran = new Map<string, number>();
  dispatch.on(events, 'meeting.ended', ({ payload: { object } }) => {
    ran.set(object.id, (ran.get(object.id) ?? 0) + 1);
  });
  const bodies = Array.from({ length: 1200 }, (_, i) => ended(i));
  await Promise.all(bodies.map((body) => stage.receiver.receive(signed(body, stage.clock.now()))));
  await send(stage, { event: 'webinar.ended', event_ts: 1, payload: { object: { id: 1, uuid: 'w' } } });
  assert.equal(await replayEvents(stage.store, stage.jobs, {}), 0, 'all of them wait');
  await dispatch.start(100);
  await stage.jobs.idle('inbox');
  assert.equal(
    await replayEvents(stage.store, stage.jobs, { event: 'meeting.ended', until: stage.clock.now() }),
    0,
  );
  assert.equal(
    await replayEvents(stage.store, stage.jobs, { event: 'meeting.*', since: stage.clock.now() }),
    1200,
  );
  await stage.jobs.idle('inbox');
  assert.deepEqual([ran.size, new Set(ran.values())], [1200, new Set([2])]);
  await assert.rejects(replayEvents(stage.store, stage.jobs, { ids: ['none'] }), { kind: 'not-found' });
});

test('wake-ups that were lost can be made again from the inbox', async (t) => {
  const stage = await setStage(t);
  await send(stage, ended(1), ended(2));
  await stage.store.sql('DELETE FROM jobs');
  assert.equal(await rewakeEvents(stage.store, stage.jobs), 2);
  const dispatch = stage.dispatch();
  await dispatch.start();
  await stage.pass();
  assert.deepEqual(await states(stage), ['ignored', 'ignored']);
});

test('old events are forgotten by themselves: settled ones after 30 days, dead letters after 90, waiting ones never', async (t) => {
  const stage = await setStage(t);
  const { clock, store } = stage;
  await send(stage, ended(1), ended(2), ended(3), ended(4));
  const ids = (await listEvents(store.sql, {}, 9)).map(({ id }) => id).toReversed();
  for (const [i, state] of (['handled', 'ignored', 'failed', 'received'] as const).entries()) {
    await store.sql('UPDATE inbox SET state = $2 WHERE id = $1', [ids[i] ?? '', state]);
  }
  await store.sql('DELETE FROM jobs');
  const dispatch = stage.dispatch();
  await dispatch.start();
  await stage.pass();
  clock.ms += 29 * DAY;
  await stage.pass(60_000);
  assert.equal((await listEvents(store.sql, {}, 9)).length, 4);
  clock.ms += 2 * DAY;
  await stage.pass(60_000);
  assert.deepEqual(await states(stage), ['failed', 'received']);
  assert.equal(await pruneEvents(store, clock.now(), { settled: 1, failed: 365 }), 0);
  assert.equal(await pruneEvents(store, clock.now() + 60 * DAY), 1);
  assert.deepEqual(await states(stage), ['received']);
  await assert.rejects(pruneEvents(store, clock.now(), { settled: 0.05 }), { kind: 'config' });
});

test('an event can be looked at with its bytes', async (t) => {
  const stage = await setStage(t);
  await send(stage, ended(1));
  const [line] = await listEvents(
    stage.store.sql,
    { account: 'account-1', event: 'meeting.ended', connection: 'zoom' },
    1,
  );
  const event = await getEvent(stage.store.sql, line?.id ?? '');
  assert.deepEqual(JSON.parse(Buffer.from(event?.body ?? []).toString()), ended(1));
  assert.equal(await getEvent(stage.store.sql, 'none'), undefined);
});
