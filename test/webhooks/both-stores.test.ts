import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ConnectorError } from '../../src/core/errors.ts';
import { events } from '../../src/connectors/zoom/webhooks.ts';
import { createJobs, type Jobs } from '../../src/jobs/jobs.ts';
import type { Store } from '../../src/store/store.ts';
import { Dispatch } from '../../src/webhooks/dispatch.ts';
import { countEvents, getEvent, listEvents } from '../../src/webhooks/inbox.ts';
import { type Receiver } from '../../src/webhooks/receiver.ts';
import { replayEvents, rewakeEvents } from '../../src/webhooks/replay.ts';
import { pruneEvents } from '../../src/webhooks/retention.ts';
import { onBoth, type Place } from '../contracts/backings.ts';
import { ended, signed, zoomReceiver } from './stage.ts';

const both = onBoth();

interface Side {
  store: Store;
  jobs: Jobs;
  receiver: Receiver;
  dispatch: Dispatch;
}

async function sideAt(
  t: TestContext,
  place: Place,
  laneOf?: (body: unknown) => string | undefined,
): Promise<Side> {
  const store = await place.open();
  const jobs = createJobs(store, { random: Math.random });
  t.after(() => jobs.stop());
  const receiver = zoomReceiver(store, jobs, { ...(laneOf && { laneOf }) });
  const dispatch = new Dispatch({ store, jobs, triggerOf: () => events, now: Date.now });
  return { store, jobs, receiver, dispatch };
}

both('whatever arrives together, often, is in the inbox once, and is handled', async (t, backing) => {
  const place = backing.place(t);
  const sides = [await sideAt(t, place)];
  // Only where several processes may hold it: the same deliveries then reach two of them.
  if (backing.engine === 'postgres') sides.push(await sideAt(t, place));
  const requests = Array.from({ length: 1000 }, (_, i) => signed(ended(i % 400), Date.now()));
  const answers = await Promise.all(
    requests.map(async (request, i) => sides[i % sides.length]?.receiver.receive(request)),
  );
  assert.deepEqual(new Set(answers.map((answer) => answer?.status)), new Set([200]));
  assert.equal(answers.filter((answer) => answer?.outcome === 'stored').length, 400);
  const [side] = sides as [Side];
  const handled: string[] = [];
  for (const { dispatch } of sides) {
    dispatch.on(events, 'meeting.ended', ({ payload }) => void handled.push(payload.object.id));
    await dispatch.start();
  }
  await side.jobs.idle('inbox');
  assert.equal(new Set(handled).size, 400);
  assert.equal(handled.length, 400);
  assert.deepEqual(await side.store.sql('SELECT state, count(*) AS n FROM inbox GROUP BY state'), [
    { state: 'handled', n: 400 },
  ]);
  assert.deepEqual(await countEvents(side.store.sql), [], 'what is done is not counted');
});

both('bytes, times and odd texts come back as they went in', async (t, backing) => {
  const { receiver, store } = await sideAt(t, backing.place(t));
  const bodies = [
    Buffer.from([0xff, 0x00, 0xfe, 0x7b]),
    Buffer.from(
      JSON.stringify({
        event: 'a\u0000b\ud800',
        event_ts: 1_700_000_000_123,
        payload: { account_id: 'ü\u0000' },
      }),
    ),
    Buffer.from('{"event":"meeting.ended","event_ts":-5}'),
    Buffer.from('{"event":"meeting.ended","event_ts":1e300}'),
  ];
  for (const body of bodies)
    assert.equal((await receiver.receive(signed(body, Date.now()))).outcome, 'stored');
  const lines = (await listEvents(store.sql, {}, 10)).toReversed();
  for (const [i, { id }] of lines.entries()) {
    assert.deepEqual(Buffer.from((await getEvent(store.sql, id))?.body ?? []), bodies[i]);
  }
  assert.deepEqual(
    lines.map(({ event, account, happenedAt, state }) => [event, account, happenedAt, state]),
    [
      ['', undefined, undefined, 'failed'],
      ['ab\ufffd', 'ü', 1_700_000_000_123, 'received'],
      ['meeting.ended', undefined, -5, 'received'],
      ['meeting.ended', undefined, undefined, 'received'],
    ],
  );
});

both('dead letters, replay, lists and pruning', async (t, backing) => {
  const { receiver, store, jobs, dispatch } = await sideAt(t, backing.place(t));
  for (let i = 0; i < 5; i++) await receiver.receive(signed(ended(i), Date.now()));
  let good = false;
  dispatch.on(events, 'meeting.*', () => {
    if (!good) throw new ConnectorError('no', { kind: 'input', hint: 'Change it.' });
  });
  await dispatch.start();
  await jobs.idle('inbox');
  const failed = await listEvents(
    store.sql,
    { state: 'failed', event: 'meeting.*', account: 'account-1' },
    10,
  );
  assert.equal(failed.length, 5);
  assert.equal(failed[0]?.error?.hint, 'Change it.');
  good = true;
  assert.equal(await replayEvents(store, jobs, { ids: [failed[0]?.id ?? ''] }), 1);
  assert.equal(await replayEvents(store, jobs, { state: 'failed', until: Date.now() + 1000 }), 4);
  await jobs.idle('inbox');
  assert.equal((await listEvents(store.sql, { state: 'handled' }, 10)).length, 5);
  assert.equal(await rewakeEvents(store, jobs), 0);
  const monthLater = Date.now() + 31 * 24 * 60 * 60_000;
  assert.equal(await pruneEvents(store, monthLater), 5);
});

both('a lane keeps its order', async (t, backing) => {
  const laneOf = (body: unknown) => (body as { lane: string }).lane;
  const { receiver, jobs, dispatch } = await sideAt(t, backing.place(t), laneOf);
  for (let i = 0; i < 60; i++) {
    await receiver.receive(signed(ended(100 - i, { lane: `lane-${i % 3}`, place: i }), Date.now()));
  }
  const seen = new Map<unknown, number[]>();
  dispatch.on(events, 'meeting.ended', (event) => {
    seen.set(event['lane'], [...(seen.get(event['lane']) ?? []), event['place'] as number]);
  });
  await dispatch.start();
  await jobs.idle('inbox');
  assert.equal(seen.size, 3);
  for (const places of seen.values()) {
    assert.equal(places.length, 20);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
  }
});
