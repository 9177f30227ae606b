import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedPostgres } from '../contracts/backings.ts';
import { flowStage, OVER } from './stage.ts';

const postgres = sharedPostgres();

const noteFlow = (id: string, trigger: string, title: string, more = '') => `
  ${id}:
    trigger: ${trigger}
    steps:
      - { id: note, action: ledger.notes.create, input: { title: "${title}" } }
      - { id: other, action: ledger.orders.create, input: { title: "${title}" } }
${more}`;

test('a run that is under way ends with the definition that it began with, and a retry may take the latest', async () => {
  await using on = await flowStage({ flows: '  {}' });
  const definition = (title: string) => ({
    trigger: { manual: true },
    steps: [
      { id: 'note', action: 'ledger.notes.create', input: { title }, retry: { delay: '10s' } },
      { id: 'order', action: 'ledger.orders.create', input: { title } },
    ],
  });
  await on.desk.save('changing', definition('old'));
  on.ledger.faults.push({ path: /notes/, how: '429', times: 10 });
  await on.desk.run('changing', {});
  await on.when(([run]) => run?.state === 'waiting');
  const saved = await on.desk.save('changing', definition('new'));
  on.ledger.faults.push({ path: /orders/, how: '400' });
  on.pass(11);
  const failed = await on.theRun();
  assert.equal(failed.state, 'failed');
  assert.notEqual(failed.version, saved.version);
  assert.deepEqual(on.ledger.entries.at(-1)?.body, { title: 'old' });
  await on.desk.retry(failed.id, { latest: true });
  const run = await on.theRun();
  assert.deepEqual([run.state, run.version], ['done', saved.version]);
  assert.deepEqual(
    on.ledger.applied(/orders/).map(({ body }) => body['title']),
    ['new'],
  );
  assert.deepEqual(
    on.ledger.applied(/notes/).map(({ body }) => body['title']),
    ['old'],
  );
});

test('secrets are blanked on record and reach the steps that need them', async () => {
  await using on = await flowStage({
    flows: `
  secret:
    trigger: { connection: zoom, event: meeting.ended }
    steps:
      - { id: person, action: ledger.people.get, input: { id: 1 } }
      - { id: wait, action: ledger.notes.create, retry: { delay: 10s }, input: { title: "\${trigger.body.payload.object.link}" } }
      - { id: order, action: ledger.orders.create, input: { note: "\${steps.person.output.password}" } }
    output: "\${steps.person.output}"
`,
  });
  on.ledger.faults.push({ path: /notes/, how: '429', times: 10 });
  await on.push('meeting.ended', { link: 'https://zoom.example/j/1?pwd=very-secret-pwd' });
  await on.when(([run]) => run?.state === 'waiting');
  const store = await on.app.store();
  const everything = async (): Promise<string> =>
    JSON.stringify([await store.sql('SELECT * FROM flow_runs'), await store.sql('SELECT * FROM flow_items')]);
  assert.doesNotMatch(await everything(), /very-secret/, 'nothing readable lies in the tables');
  on.pass(11);
  const run = await on.theRun();
  assert.equal(run.state, 'done', run.error?.message);
  assert.equal(on.ledger.applied(/notes/)[0]?.body['title'], 'https://zoom.example/j/1?pwd=very-secret-pwd');
  assert.equal(on.ledger.applied(/orders/)[0]?.body['note'], 'very-secret-password');
  assert.doesNotMatch(JSON.stringify(run), /very-secret/);
  assert.match(JSON.stringify(run), /"password":"\[secret\]"/);
  const sealed = await store.sql(
    'SELECT 1 FROM flow_items WHERE input_sealed IS NOT NULL OR output_sealed IS NOT NULL',
  );
  assert.deepEqual(sealed, [], 'what is done needs its secrets no more');
});

test('a mapping that fails says flow, step, place, expression and what was missing', async () => {
  await using on = await flowStage({
    flows: noteFlow('greet', '{ manual: true }', '${trigger.input.naem}', '    key: trigger.input.key\n'),
  });
  await on.desk.run('greet', { input: { name: 'Ada', key: 1 } });
  const run = await on.theRun();
  assert.equal(run.state, 'failed');
  assert.equal(
    run.error?.message,
    "flow 'greet', step 'note', /steps/0/input/title: ${trigger.input.naem}: there is no 'naem' in trigger.input, which has name, key",
  );
  assert.match(run.error?.hint ?? '', /default\(/);
  assert.equal(on.ledger.entries.length, 0);
  // One whose key cannot be made is on record as well: nothing is lost silently.
  await on.desk.run('greet', { input: { name: 'Ada' } });
  const [newest] = await on.when((runs) => runs.length === 2 && runs.every(({ state }) => OVER.has(state)));
  assert.match(newest?.error?.message ?? '', /flow 'greet', \/key: .*there is no 'key' in trigger\.input/);
});

test('a flow that is switched off takes no events, and on again it does, over all processes', async () => {
  const flows = noteFlow('note', '{ connection: zoom, event: "meeting.*" }', '${trigger.event}');
  await using on = await flowStage({ flows, databaseUrl: postgres.address() });
  await on.desk.enable('note', false);
  await on.push('meeting.ended', { id: 1 });
  // Handled while the flow is off, not when it is on again.
  const store = await on.app.store();
  for (let waits = 0; waits < 400; waits++) {
    if ((await store.sql(`SELECT 1 AS one FROM inbox WHERE state = 'received'`)).length === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const other = await on.another();
  await (await other.flows()).enable('note', true);
  // The other process told nobody: this one looks by itself.
  for (let i = 0; i < 400 && (await on.desk.runs({}, 9)).length === 0; i++) {
    await on.push('meeting.started', { id: 2 });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const runs = await on.when((all) => all.length > 0 && all.every(({ state }) => OVER.has(state)));
  assert.deepEqual(
    [...new Set(runs.map(({ trigger }) => (trigger as { event: string }).event))],
    ['meeting.started'],
  );
});

test('a schedule begins one run each time, however many processes there are', async () => {
  const flows = noteFlow('tick', '{ schedule: 10m }', '${trigger.schedule}');
  await using on = await flowStage({ flows, databaseUrl: postgres.address() });
  await on.another();
  await on.another();
  for (const times of [1, 2, 3]) {
    await on.when((runs) => runs.length >= times && runs.every(({ state }) => OVER.has(state)));
    on.pass(601);
  }
  await on.when((runs) => runs.length >= 4 && runs.every(({ state }) => state === 'done'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const runs = await on.desk.runs({}, 100);
  assert.deepEqual([runs.length, on.ledger.applied(/notes/).length], [4, 4]);
  assert.ok(runs.every(({ origin }) => origin === 'schedule'));
  await on.desk.enable('tick', false);
  on.pass(6001);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal((await on.desk.runs({}, 100)).length, 4);
});

test('a step that does not answer in time is in doubt, and one that only reads is tried again', async () => {
  await using on = await flowStage({
    flows: `
  slow:
    trigger: { manual: true }
    steps:
      - { id: person, action: ledger.people.get, input: { id: 1 }, timeout: 1s, retry: { delay: 1s } }
      - { id: order, action: ledger.orders.create, timeout: 1s }
`,
  });
  on.ledger.faults.push({ path: /people/, how: 'slow-after' }, { path: /orders/, how: 'slow-after' });
  await on.desk.run('slow', {});
  await on.when(([run]) => run?.state === 'waiting');
  on.pass(2);
  const run = await on.theRun();
  assert.equal(run.state, 'in-doubt');
  assert.match(run.error?.message ?? '', /did not answer within 1 s/);
  assert.equal(on.ledger.applied(/people/).length, 2);
});

test('what is too long to be kept is not, and a later step that needs it says so', async () => {
  await using on = await flowStage({
    flows: `
  long:
    trigger: { manual: true }
    steps:
      - { id: note, action: ledger.notes.create, input: { title: "\${[0,1,2,3,4,5,6,7].map(a, [0,1,2,3,4,5,6,7].map(b, trigger.input.text))}" } }
      - { id: order, action: ledger.orders.create, input: { title: hello } }
`,
  });
  await on.desk.run('long', { input: { text: 'x'.repeat(20_000) } });
  const run = await on.theRun();
  assert.equal(run.state, 'failed');
  assert.match(run.error?.message ?? '', /characters, which is too much to be kept/);
  assert.equal(on.ledger.entries.length, 0);
  await assert.rejects(
    on.desk.run('long', { input: { text: 'x'.repeat(1_200_000) } }),
    /too much to be kept/,
  );
});

test('an expression that would run for ever is ended', async () => {
  await using on = await flowStage({
    flows: `
  loop:
    trigger: { manual: true }
    when: trigger.input.text.matches("^(a+)+$")
    steps: [{ id: note, action: ledger.notes.create }]
`,
  });
  await on.desk.run('loop', { input: { text: `${'a'.repeat(40)}!` } });
  const run = await on.theRun();
  assert.equal(run.state, 'failed');
  assert.match(run.error?.message ?? '', /took longer than 1000 ms/);
});

test('a run that is stopped begins no further step', async () => {
  await using on = await flowStage({ flows: noteFlow('note', '{ manual: true }', 'hello') });
  on.ledger.latency = () => 200;
  await on.desk.run('note', {});
  await on.when(([run]) => run?.items[0]?.state === 'sending');
  const [line] = await on.desk.runs({}, 1);
  await on.desk.stopRun(line?.id ?? '');
  await new Promise((resolve) => setTimeout(resolve, 400));
  const run = await on.theRun();
  assert.deepEqual([run.state, run.items.map(({ state }) => state)], ['stopped', ['done']]);
  assert.equal(on.ledger.entries.length, 1);
  await on.desk.retry(run.id, {});
  assert.equal((await on.theRun()).state, 'done');
  assert.equal(on.ledger.applied(/notes/).length, 1);
});

test('a dry run sends nothing that changes anything, and reads only when it is told to', async () => {
  await using on = await flowStage({
    flows: `
  dry:
    trigger: { manual: true }
    steps:
      - { id: person, action: ledger.people.get, input: { id: "\${trigger.input.id}" } }
      - { id: each, action: ledger.lines.put, for_each: "[1, 2]", input: { id: "\${item}" } }
      - { id: order, action: ledger.orders.create, input: { title: "\${default(steps.person.output.number, 'made up')}" } }
`,
  });
  const order = { input: { id: 7 } };
  const without = await on.desk.rehearse('dry', order, false);
  assert.deepEqual(
    without.items.map(({ state, sampled, input }) => [state, sampled, input]),
    [
      ['would-send', true, { id: 7 }],
      ['would-send', true, { id: 1 }],
      ['would-send', true, { id: 2 }],
      ['would-send', true, { title: 'made up' }],
    ],
  );
  assert.equal(on.ledger.entries.length, 0);
  const withReads = await on.desk.rehearse('dry', order, true);
  assert.deepEqual(
    withReads.items.map(({ state }) => state),
    ['read', 'would-send', 'would-send', 'would-send'],
  );
  assert.deepEqual(withReads.items.at(-1)?.input, { title: 1 });
  assert.deepEqual(
    on.ledger.entries.map(({ path }) => path),
    ['/people/7'],
  );
  assert.deepEqual(await on.desk.runs({}, 10), []);
});

test('a flow is saved only when all of it can be done, and everything that is wrong is said at once', async () => {
  await using on = await flowStage({ flows: noteFlow('ours', '{ manual: true }', 'x'), still: true });
  const wrong = {
    trigger: { connection: 'nowhere', event: 'x' },
    when: 'trigger.body.n + ',
    steps: [
      { id: 'a', action: 'ledger.notes.creat' },
      { id: 'b', action: 'ledger.lines.put', input: { title: '${steps.c.output}', idd: 1 } },
      { id: 'c', action: 'zoom.meetings.create', input: { userId: 'me', type: 'soon' } },
    ],
  };
  await assert.rejects(
    on.desk.save('wrong', wrong),
    (error: Error & { fields: { field: string; message: string }[] }) => {
      const said = error.fields.map(({ field, message }) => `${field} ${message}`);
      assert.match(said.join('\n'), /^\/when .*unexpected token/im);
      assert.match(
        said.join('\n'),
        /^\/steps\/0\/action ledger has no action 'notes\.creat'; did you mean notes\.create\?/m,
      );
      assert.match(
        said.join('\n'),
        /^\/steps\/1\/input\/title .*'c' is no step before this one: there is a$/m,
      );
      assert.match(said.join('\n'), /^\/steps\/1\/input\/idd lines\.put has no input 'idd'/m);
      assert.match(said.join('\n'), /^\/steps\/1\/input lines\.put needs the input 'id'/m);
      assert.match(said.join('\n'), /^\/steps\/2\/input type/m);
      assert.match(said.join('\n'), /^\/trigger\/connection there is no connection 'nowhere'/m);
      return true;
    },
  );
  await assert.rejects(on.desk.show('wrong'), /there is no flow 'wrong'/);
  await assert.rejects(on.desk.save('ours', { trigger: { manual: true }, steps: [] }), /configuration file/);
});

test('runs that are old are forgotten with all that belongs to them, and open ones are kept', async () => {
  const { pruneFlowRuns } = await import('../../src/flows/rows.ts');
  await using on = await flowStage({ flows: noteFlow('note', '{ manual: true }', 'hello') });
  await on.desk.run('note', {});
  await on.theRun();
  const store = await on.app.store();
  await pruneFlowRuns(store.sql, store.now() - 1000);
  assert.equal((await on.desk.runs({}, 10)).length, 1);
  await pruneFlowRuns(store.sql, store.now() + 1000);
  for (const table of ['flow_runs', 'flow_items', 'flow_versions']) {
    assert.deepEqual(await store.sql(`SELECT 1 FROM ${table}`), [], table);
  }
});
