import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedPostgres } from '../contracts/backings.ts';
import { flowStage, OVER, type FlowStage } from './stage.ts';

const postgres = sharedPostgres();

/** Runs a test on both engines. */
function onBoth(name: string, flows: string, run: (on: FlowStage) => Promise<void>): void {
  test(`${name} (sqlite)`, async () => {
    await using on = await flowStage({ flows });
    await run(on);
  });
  test(`${name} (postgres)`, async () => {
    await using on = await flowStage({ flows, databaseUrl: postgres.address() });
    await run(on);
  });
}

const ORDER = `
  order:
    trigger: { connection: zoom, event: meeting.ended, filter: trigger.body.payload.object.topic != "no" }
    when: trigger.body.payload.object.topic != "not wanted"
    steps:
      - { id: person, action: ledger.people.get, input: { id: "\${trigger.body.payload.object.host_id}" } }
      - id: order
        action: ledger.orders.create
        input: { run: "\${run.id}", title: "Order of \${trigger.body.payload.object.topic}", of: "\${steps.person.output.big}", note: "\${trigger.?body.?note}" }
      - id: lines
        action: ledger.lines.put
        for_each: trigger.body.payload.object.lines
        when: item > 0
        input: { id: "\${run.id}-\${item}", title: "\${item * 2}" }
    output: { number: "\${steps.order.output.number}", lines: "\${size(steps.lines.items)}" }
`;

const MEETING = { id: 1, uuid: 'u', host_id: 'h/1', topic: 'Spring', lines: [0, 1, 2] };

onBoth('an event becomes one run, with every input and output on record', ORDER, async (on) => {
  assert.equal(await on.push('meeting.ended', MEETING, 'd1'), 200);
  // The same delivery again, and others that are not for it.
  await on.push('meeting.ended', MEETING, 'd1');
  await on.push('meeting.started', MEETING, 'd2');
  await on.push('meeting.ended', { ...MEETING, topic: 'no' }, 'd3');
  const run = await on.theRun();
  assert.equal(run.state, 'done', run.error?.message);
  assert.deepEqual(run.output, { number: 2, lines: 3 });
  assert.deepEqual(
    run.items.map(({ step, item, state }) => [step, item, state]),
    [
      ['person', 0, 'done'],
      ['order', 0, 'done'],
      ['lines', 0, 'skipped'],
      ['lines', 1, 'done'],
      ['lines', 2, 'done'],
    ],
  );
  const [person, order] = on.ledger.entries;
  assert.equal(person?.path, '/people/h%2F1');
  // All digits of a number past 2^53 arrive, and what may be missing and is, is not sent.
  assert.deepEqual(order?.body, { run: run.id, title: 'Order of Spring', of: '12345678901234567890' });
  assert.deepEqual(
    on.ledger.applied(/lines/).map(({ path, body }) => [path.slice(-2), body]),
    [
      ['-1', { title: 2 }],
      ['-2', { title: 4 }],
    ],
  );
});

onBoth('an event that is replayed begins no second run, unless somebody asks for it', ORDER, async (on) => {
  await on.push('meeting.ended', MEETING);
  const { id } = await on.theRun();
  const records = await on.app.records();
  const [event] = await records.events({}, 10);
  assert.equal(await records.replay({ ids: [event?.id ?? ''] }), 1);
  for (let i = 0; i < 100 && (await records.event(event?.id ?? '')).state === 'received'; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal((await on.theRun()).id, id);
  const asked = await on.desk.run('order', { event: event?.id ?? '', once: 'again' });
  const twice = await on.desk.run('order', { event: event?.id ?? '', once: 'again' });
  assert.equal(asked.id, twice.id);
  const runs = await on.when((all) => all.length === 2 && all.every(({ state }) => OVER.has(state)));
  assert.deepEqual(
    runs.map(({ origin, state }) => [origin, state]),
    [
      ['person', 'done'],
      ['event', 'done'],
    ],
  );
  assert.equal(on.ledger.applied(/orders/).length, 2);
});

onBoth('a condition that does not hold ends the run as skipped', ORDER, async (on) => {
  await on.push('meeting.ended', { ...MEETING, topic: 'not wanted' });
  const run = await on.theRun();
  assert.deepEqual([run.state, run.items, on.ledger.entries.length], ['skipped', [], 0]);
});

onBoth('a write that may have been done is not repeated until a person has looked', ORDER, async (on) => {
  on.ledger.faults.push({ path: /orders/, how: 'reset-after' });
  await on.push('meeting.ended', MEETING);
  const run = await on.theRun();
  assert.equal(run.state, 'in-doubt');
  assert.match(run.error?.message ?? '', /whether ledger\.orders\.create took effect is not known/);
  assert.match(run.error?.hint ?? '', new RegExp(`flows retry ${run.id} --done`));
  assert.equal(on.ledger.applied(/orders/).length, 1);
  await assert.rejects(on.desk.retry(run.id, {}), /is in doubt: was its last call done/);
  await on.desk.retry(run.id, { doubt: { kind: 'done', output: { number: 4711 } } });
  const after = await on.theRun();
  assert.deepEqual([after.state, after.output], ['done', { number: 4711, lines: 3 }]);
  assert.equal(on.ledger.applied(/orders/).length, 1, 'not sent again');
  assert.equal(on.ledger.applied(/people/).length, 1, 'a step that was done is not done again');
});

onBoth('what was not done is sent again when a person says so', ORDER, async (on) => {
  // The program cannot know whether it arrived; the person can.
  on.ledger.faults.push({ path: /orders/, how: 'reset' });
  await on.push('meeting.ended', MEETING);
  const run = await on.theRun();
  assert.equal(run.state, 'in-doubt');
  await on.desk.retry(run.id, { doubt: { kind: 'again' } });
  assert.equal((await on.theRun()).state, 'done');
  assert.equal(on.ledger.applied(/orders/).length, 1);
  await assert.rejects(on.desk.retry(run.id, {}), /is done: there is nothing to try again/);
});

onBoth(
  'a step that may be repeated is, and one that is told to be',
  `
  again:
    trigger: { manual: true }
    steps:
      - { id: line, action: ledger.lines.put, input: { id: a }, retry: { delay: 10s } }
      - { id: note, action: ledger.notes.create, on_doubt: retry, retry: { times: 2, delay: 10s } }
`,
  async (on) => {
    on.ledger.faults.push(
      { path: /lines/, how: 'reset-after', times: 7 },
      { path: /notes/, how: 'reset-after' },
    );
    await on.desk.run('again', {});
    // Six tries of the call, and then those of the step, with the time between them.
    const [waiting] = await on.when(([run]) => run?.state === 'waiting');
    assert.equal(waiting?.items[0]?.state, 'waiting');
    assert.ok(Date.parse(waiting?.resumeAt ?? '') > Date.now() + 5000);
    on.pass(11);
    await on.when(([run]) => run?.state === 'waiting' && run.items.length === 2);
    on.pass(11);
    const run = await on.theRun();
    assert.equal(run.state, 'done');
    assert.deepEqual(
      run.items.map(({ step, attempts }) => [step, attempts]),
      [
        ['line', 2],
        ['note', 2],
      ],
    );
    assert.equal(on.ledger.applied(/notes/).length, 2);
  },
);

onBoth(
  'failures end a run, or only their step, and can be tried again',
  `
  several:
    trigger: { manual: true }
    steps:
      - { id: each, action: ledger.lines.put, for_each: trigger.input.ids, input: { id: "\${item}" }, on_error: continue }
      - { id: note, action: ledger.notes.create, input: { title: "\${steps.each.items.filter(i, i.status == 'failed').size()} failed" } }
      - { id: order, action: ledger.orders.create, when: steps.each.status == 'failed', input: { note: "\${steps.each.error.message}" } }
`,
  async (on) => {
    on.ledger.faults.push({ path: /lines\/b/, how: '400' });
    await on.desk.run('several', { input: { ids: ['a', 'b', 'c'] } });
    const run = await on.theRun();
    assert.equal(run.state, 'partly', run.error?.message);
    assert.deepEqual(
      run.items.map(({ state }) => state),
      ['done', 'failed', 'done', 'done', 'done'],
    );
    assert.equal(on.ledger.applied(/notes/)[0]?.body['title'], '1 failed');
    assert.match(String(on.ledger.applied(/orders/)[0]?.body['note']), /refused with 400/);
    await on.desk.retry(run.id, {});
    assert.equal((await on.theRun()).state, 'done');
    assert.equal(on.ledger.applied(/lines/).length, 3);
    assert.equal(on.ledger.applied(/notes/).length, 1);
  },
);

onBoth(
  'runs with the same key go one after the other, in their order, even past one that waits',
  `
  lane:
    trigger: { connection: zoom, event: meeting.ended }
    key: trigger.body.payload.object.host_id
    steps:
      - { id: note, action: ledger.notes.create, input: { title: "\${trigger.body.payload.object.topic}" }, retry: { delay: 10s } }
`,
  async (on) => {
    // Surely not done, so it is tried again: first by the call itself, then by the step.
    on.ledger.faults.push({ path: /notes/, how: '429', times: 10 });
    await on.push('meeting.ended', { ...MEETING, topic: '0' });
    await on.when(([run]) => run?.state === 'waiting');
    for (const topic of ['1', '2', '3']) await on.push('meeting.ended', { ...MEETING, topic });
    await on.push('meeting.ended', { ...MEETING, host_id: 'another', topic: 'another' });
    await on.when((runs) => runs.some(({ state }) => state === 'done') && runs.length === 5);
    assert.deepEqual(
      on.ledger.applied(/notes/).map(({ body }) => body['title']),
      ['another'],
    );
    on.pass(11);
    await on.when((runs) => runs.every(({ state }) => state === 'done'));
    assert.deepEqual(
      on.ledger.applied(/notes/).map(({ body }) => body['title']),
      ['another', '0', '1', '2', '3'],
    );
  },
);
