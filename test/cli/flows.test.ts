import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { definition, startLedger, type Ledger } from '../flows/ledger.ts';
import { cli, folder, type Outcome } from './command-line.ts';

let ledger: Ledger;
before(async () => (ledger = await startLedger()));
after(() => ledger[Symbol.asyncDispose]());

const FLOWS = `
  greet:
    name: Greet somebody
    trigger: { manual: true, input: { type: object, required: [name], properties: { name: { type: string } } } }
    steps:
      - { id: person, action: ledger.people.get, input: { id: "\${trigger.input.name}" } }
      - { id: note, action: ledger.notes.create, input: { title: "Hello \${trigger.input.name}" } }
    output: { said: "Hello \${trigger.input.name}" }
  faulty:
    trigger: { schedule: 1h }
    steps:
      - { id: a, action: ledger.notes.creat }
`;

function place(t: { after(fn: () => void): void }, flows = FLOWS): (...argv: string[]) => Promise<Outcome> {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'ledger.json'), JSON.stringify(definition));
  writeFileSync(
    join(cwd, 'trunkline.yaml'),
    `connections:\n  ledger: { connector: ./ledger.json, servers: { api: "${ledger.url}" } }\nflows:\n${flows}`,
  );
  const env = { TRUNKLINE_DATA_DIR: join(cwd, 'state'), COLUMNS: '80', LOG_LEVEL: 'silent' };
  return (...argv) => cli({ cwd, env }, ...argv);
}

const parsed = (outcome: Outcome): unknown => JSON.parse(outcome.stdout);

test('flows are listed within 80 columns, with what begins them and whether something is wrong', async (t) => {
  const run = place(t);
  const { stdout, code } = await run('flows', 'list');
  assert.equal(code, 0);
  for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
  assert.match(stdout, /^greet +by a person +2 +on/m);
  assert.match(stdout, /^faulty +schedule 1h +1 +faulty/m);
  const shown = await run('flows', 'show', 'faulty');
  assert.equal(shown.code, 1);
  assert.match(
    shown.stdout.replaceAll(/\s+/g, ' '),
    /trunkline\.yaml:15:26 ledger has no action 'notes\.creat'; did you mean notes\.create\?/,
  );
  const missing = await run('flows', 'run', 'gret');
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /there is no flow 'gret'[^]*Did you mean greet\?/);
});

test('a flow is tried out, then run and followed to its end, and its run can be shown', async (t) => {
  const run = place(t);
  const wrong = await run('flows', 'run', 'greet', '--input', '{}');
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /does not fit the flow 'greet': name is required/);
  const sent = ledger.entries.length;
  const dry = await run('flows', 'run', 'greet', '--input', '{"name":"Ada"}', '--dry-run');
  assert.equal(dry.code, 0, dry.stderr);
  assert.match(dry.stdout, /nothing that changes anything was sent/);
  assert.match(
    dry.stdout,
    /note +ledger\.notes\.create \(write\) would be called\nInput +\{"title":"Hello Ada"\}/,
  );
  assert.equal(ledger.entries.length, sent);
  const done = await run('flows', 'run', 'greet', '--input', '{"name":"Ada"}');
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /State +done[^]*Output +\{"said":"Hello Ada"\}[^]*note +done/);
  assert.deepEqual(
    ledger.entries.slice(sent).map(({ path }) => path),
    ['/people/Ada', '/notes'],
  );
  const [line] = parsed(await run('flows', 'runs', 'greet', '--json')) as { id: string; state: string }[];
  assert.equal(line?.state, 'done');
  const shown = await run('flows', 'show', line?.id.slice(0, 13) ?? '', '--json');
  assert.deepEqual(
    (parsed(shown) as { items: { step: string; input: unknown }[] }).items.map(({ step, input }) => [
      step,
      input,
    ]),
    [
      ['person', { id: 'Ada' }],
      ['note', { title: 'Hello Ada' }],
    ],
  );
  assert.match((await run('flows', 'retry', line?.id ?? '')).stderr, /nothing to try again/);
});

test('a run in doubt ends with an error and is resolved by a person', async (t) => {
  const run = place(t);
  ledger.faults.push({ path: /notes/, how: 'reset-after' });
  const failed = await run('flows', 'run', 'greet', '--input', '{"name":"Eve"}');
  assert.equal(failed.code, 1);
  assert.match(
    failed.stdout.replaceAll(/\s+/g, ' '),
    /State in-doubt .* whether ledger\.notes\.create took effect is not known/,
  );
  const [line] = parsed(await run('flows', 'runs', '--state', 'in-doubt', '--json')) as { id: string }[];
  const id = line?.id ?? '';
  assert.equal((await run('flows', 'retry', id, '--done', '--again')).code, 2);
  const sent = ledger.entries.length;
  const done = await run('flows', 'retry', id, '--done', '--output', '{"id": 1}');
  assert.equal(done.code, 0, done.stderr);
  assert.equal(ledger.entries.length, sent, 'nothing was sent again');
});

test('stored flows are saved, switched and removed; those of the file only switched', async (t) => {
  const run = place(t);
  const flow = { trigger: { manual: true }, steps: [{ id: 'n', action: 'ledger.notes.create' }] };
  assert.equal((await run('flows', 'save', 'mine', '--input', JSON.stringify(flow))).code, 0);
  const refused = await run(
    'flows',
    'save',
    'mine',
    '--input',
    '{"trigger":{"manual":true},"steps":[{"id":"n"}]}',
  );
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /steps\.0\.action/);
  assert.equal((await run('flows', 'disable', 'mine')).stdout, 'mine is off.\n');
  type Line = { id: string; enabled: boolean; source: string };
  const lines = parsed(await run('flows', 'list', '--json')) as Line[];
  assert.deepEqual(
    lines.map(({ id, enabled, source }) => [id, enabled, source]),
    [
      ['greet', true, 'file'],
      ['faulty', true, 'file'],
      ['mine', false, 'stored'],
    ],
  );
  assert.match((await run('flows', 'remove', 'greet')).stderr, /stands in the configuration file/);
  assert.equal((await run('flows', 'remove', 'mine')).code, 0);
  assert.equal((await run('flows', 'show', 'mine')).code, 2);
});
