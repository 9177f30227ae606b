import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actual, differences, expected } from '../activate/expected.ts';
import { jumbled, liveStage, storyOf, type LiveStage, type Push } from './live-stage.ts';

const registered = (email: string, over: object = {}): Push => ({
  event: 'webinar.registration_created',
  payload: {
    object: {
      id: 95551112222,
      uuid: 'next-one==',
      topic: 'Spring launch',
      start_time: '2026-12-24T10:00:00Z',
      registrant: { id: email, email, first_name: 'Eva', last_name: 'Live', status: 'approved', ...over },
    },
  },
});

const fault = (live: LiveStage, operation: string, kind: string, times: number, more: object = {}) =>
  live.on.control('faults', {
    rules: [{ system: 'brevo', operation, kind, probability: 1, times, ...more }],
  });

async function wait(live: LiveStage, until: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    await live.quiet();
    if (await until()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail('it did not come to pass');
}

for (const kind of ['reset-after', 'reset-before', '500-after', 'truncate']) {
  test(`an event of which nobody knows whether it arrived (${kind}) arrives once`, async () => {
    await using live = await liveStage();
    await fault(live, 'POST /events', kind, 1);
    await live.push(registered('eva@example.com'));
    const done = `SELECT count(*) AS n FROM deliveries WHERE effect LIKE 'event:%' AND state = 'done'`;
    await wait(live, async () => (await live.store.sql<{ n: number }>(done))[0]?.n === 1);
    assert.deepEqual((await live.person('eva@example.com'))?.events, ['webinar_registered']);
  });
}

test('somebody whom Brevo refuses is a dead letter with a cause, and holds nobody up', async () => {
  await using live = await liveStage();
  const people = ['a@example.com', 'not an address', 'b@example.com'];
  await live.push(...people.map((email) => registered(email)));
  await live.quiet();
  assert.deepEqual((await live.person('a@example.com'))?.events, ['webinar_registered']);
  assert.deepEqual((await live.person('b@example.com'))?.events, ['webinar_registered']);
  const records = await live.app.records();
  const [refused, ...others] = await records.deliveries({ state: 'refused' }, 10);
  assert.deepEqual([refused?.person, refused?.effect, others.length], ['not an address', 'contact', 0]);
  assert.equal(refused?.error?.kind, 'input');
  assert.match(refused?.error?.message ?? '', /email/);
});

test('while Brevo is down nothing is lost, and all of it arrives when it is back', async () => {
  await using live = await liveStage();
  await live.on.control('faults', { rules: [{ system: 'brevo', kind: 'html-502', probability: 1 }] });
  await live.push(registered('eva@example.com'));
  const held = `SELECT count(*) AS n FROM jobs WHERE queue = 'activate.person' AND state = 'held'`;
  await wait(live, async () => (await live.store.sql<{ n: number }>(held))[0]?.n === 1);
  await live.on.control('faults', { rules: [] });
  await live.pass(20);
  await wait(live, async () => (await live.person('eva@example.com'))?.events.length === 1);
});

test('webhooks and a backfill at the same time send nothing twice and leave nothing old behind', async () => {
  await using live = await liveStage({ sandbox: { seed: 3, latency: 5 } });
  const { on, app } = live;
  const want = await expected(on.box, on.since, on.until);
  const { pushes } = await storyOf(on, on.until);
  const some = jumbled(
    pushes.filter(({ event }) => !event.includes('participant')),
    3,
  );
  const backfill = async () => {
    for (let run = 0; run < 3; run++) {
      await app.activate({ since: on.since, until: on.until, again: true }, () => undefined);
    }
  };
  await Promise.all([live.push(...some), backfill()]);
  await live.quiet();
  for (let i = 0; i < 4; i++) await live.pass(6);
  assert.deepEqual(differences(want, await actual(on.box, on.before)), []);
  const open = await live.store.sql(
    `SELECT * FROM deliveries WHERE state IN ('planned', 'sending') OR owner IS NOT NULL`,
  );
  assert.deepEqual(open, []);
});
