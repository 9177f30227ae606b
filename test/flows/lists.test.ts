import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { compileFlow } from '../../src/flows/compile.ts';
import { flowStage, type FlowStage } from './stage.ts';

const flow = (pages: string, more = '') => `
  visits:
    trigger: { manual: true }
    steps:
      - { id: visits, action: ledger.visits.list${pages} }
${more}
    output: { count: "\${size(steps.visits.output.data.visits)}", of: "\${steps.visits.output.data.of}" }
`;

async function stageOf(flows: string, visits: number) {
  const on = await flowStage({ flows });
  on.ledger.visits = visits;
  return on;
}

async function runOn(on: FlowStage) {
  await on.desk.run('visits', {});
  const over = await on.theRun();
  return { over, pages: on.ledger.entries.filter(({ path }) => path.startsWith('/visits')).length };
}

test('a list step has its first page, unless it asks for all', async () => {
  await using on = await stageOf(flow(''), 230);
  const { over, pages } = await runOn(on);
  assert.deepEqual([over.state, pages], ['done', 1]);
  assert.deepEqual(over.output, { count: 100, of: 'ledger' });
});

test('with pages: all it has the list whole, in its order, and a step can be done for each', async () => {
  const each =
    '      - { id: line, action: ledger.lines.put, for_each: "steps.visits.output.data.visits.map(v, v.id)", input: { id: "${item}" } }';
  await using on = await stageOf(flow(', pages: all', each), 230);
  const { over, pages } = await runOn(on);
  assert.deepEqual([over.state, pages], ['done', 3]);
  assert.deepEqual(over.output, { count: 230, of: 'ledger' });
  assert.deepEqual(
    on.ledger.applied(/^\/lines/).map(({ path }) => path),
    Array.from({ length: 230 }, (_, i) => `/lines/${i + 1}`),
  );
});

test('a failure in the middle of a list costs no item, and no item comes twice', async () => {
  await using on = await stageOf(flow(', pages: all, retry: { times: 3, delay: 1s }'), 1030);
  on.ledger.faults.push({ path: /page=5/, how: '500', times: 2 }, { path: /page=9/, how: 'reset', times: 2 });
  const { over } = await runOn(on);
  assert.equal(over.state, 'done');
  assert.deepEqual(over.output, { count: 1030, of: 'ledger' });
});

test('a list that is too long fails, and says what to do', async () => {
  await using on = await stageOf(flow(', pages: all'), 10_001);
  const { over } = await runOn(on);
  assert.equal(over.state, 'failed');
  assert.match(over.error?.message ?? '', /the list of visits\.list has more than 10000 items/);
  assert.match(over.error?.hint ?? '', /Ask for fewer/);
});

test('an answer that is too long to be kept fails where it was read, when it is needed', async () => {
  await using on = await stageOf(flow(', pages: all'), 2000);
  on.ledger.remark = 'x'.repeat(600);
  const { over } = await runOn(on);
  assert.equal(over.state, 'failed');
  assert.match(over.error?.message ?? '', /the answer of ledger\.visits\.list has 12\d{5} characters/);
  assert.equal(over.error?.step, 'visits');

  await on.desk.save('unused', {
    trigger: { manual: true },
    steps: [{ id: 'visits', action: 'ledger.visits.list', pages: 'all' }],
    output: { how: '${steps.visits.status}' },
  });
  await on.desk.run('unused', {});
  const [last] = await on.when(([run]) => run?.flow === 'unused' && run.state === 'done');
  assert.deepEqual(last?.output, { how: 'done' });
});

test('when the time is up, no further page is read', async () => {
  await using on = await stageOf(flow(', pages: all, timeout: 1s, retry: { times: 0 }'), 9000);
  on.ledger.latency = () => 20;
  const { over } = await runOn(on);
  assert.equal(over.state, 'failed');
  assert.match(over.error?.message ?? '', /did not answer within/);
  await sleep(60);
  const before = on.ledger.entries.length;
  await sleep(200);
  assert.equal(on.ledger.entries.length, before);
  assert.ok(before < 20, `${before} pages were read`);
});

test('pages: all is refused where there is no list', async () => {
  await using on = await flowStage({ flows: '  {}', still: true });
  const definition = {
    trigger: { manual: true },
    steps: [{ id: 'person', action: 'ledger.people.get', input: { id: 1 }, pages: 'all' }],
  };
  await assert.rejects(on.desk.save('person', definition), /people\.get is not a list that goes on by pages/);
  await assert.rejects(
    on.desk.save('person', { ...definition, steps: [{ ...definition.steps[0], pages: 'some' }] }),
    /steps\.0\.pages: must be one of first, all/,
  );
});

test('whether a later step needs what a step gives is seen by its expressions', () => {
  for (const [expression, used] of [
    ['steps.list.output.data', true],
    ['steps.list.?output.data', true],
    ["steps['list'].items[0].output", true],
    ['steps["list"].output', true],
    ['steps.list.status', false],
    ['steps.listing.output', false],
    ['trigger.steps.list', false],
  ] as const) {
    const compiled = compileFlow('f', {
      trigger: { manual: true },
      enabled: true,
      steps: [step('list', {}), step('later', { value: `\${${expression}}` })],
    });
    const [first, last] = compiled.flow.steps;
    assert.equal(first?.used, used, expression);
    assert.equal(last?.used, false);
  }
});

const step = (id: string, input: Record<string, unknown>) => ({
  id,
  action: 'ledger.visits.list',
  input,
  on_error: 'stop' as const,
  on_doubt: 'stop' as const,
  retry: {},
});
