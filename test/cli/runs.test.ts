import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { stage, type Stage } from '../activate/stage.ts';
import { cli, type Outcome } from './command-line.ts';

let set: Stage;
before(async () => (set = await stage({ sandbox: { users: 2, meetings: 1, webinars: 0 } })));
after(() => set[Symbol.asyncDispose]());

function run(...argv: string[]): Promise<Outcome> {
  const env = { ...set.box.env, TRUNKLINE_DATA_DIR: set.dataDir, COLUMNS: '80', BREVO_READ_LAG_SECONDS: '1' };
  return cli({ cwd: set.dataDir, env: { ...env, ZOOM_PLAN: 'unlimited', BREVO_PLAN: 'unlimited' } }, ...argv);
}

interface Line {
  id: string;
  kind: string;
  state: string;
}

const list = async (...more: string[]): Promise<Line[]> =>
  JSON.parse((await run('runs', 'list', '--json', ...more)).stdout) as Line[];

test('an installation without runs says so', async () => {
  const { stdout, stderr } = await run('runs', 'list');
  assert.equal(stdout, 'There are no such runs.\n');
  assert.match(stderr, /trunkline activate --dry-run/);
});

test('every activation and extraction is kept, listed within 80 columns, and shown by the beginning of its id', async () => {
  await run('activate', '--since', '150d', '--dry-run');
  await run('extract', 'users', '--to', 'sqlite:./zoom.db');
  const runs = await list();
  assert.deepEqual(
    runs.map(({ kind, state }) => [kind, state]),
    [
      ['extract', 'done'],
      ['activate', 'done'],
    ],
  );
  const { stdout } = await run('runs', 'list');
  for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
  assert.match(stdout, /^\w{8} +\S+ \S+ +extract +command +done +[\d.]+ s$/m);
  const [extract, activate] = runs;
  assert.match((await run('runs', 'show', extract?.id.slice(0, 8) ?? '')).stdout, /users +2 +2/);
  assert.match((await run('runs', 'show', activate?.id ?? '')).stdout, /Dry run: nothing was sent/);
  assert.deepEqual((await list('--kind', 'extract')).length, 1);
  assert.deepEqual(await list('--state', 'failed'), []);
  assert.equal((await run('runs', 'show', 'zzzz')).code, 2);
  assert.equal((await run('runs', 'list', '--kind', 'demo')).code, 2);
});

test('a run that failed is kept with its reason, and one whose process was killed is lost', async () => {
  await set.control('faults', { rules: [{ system: 'brevo', kind: '500-before', probability: 1 }] });
  await using app = set.open({ world: { sleep: () => Promise.resolve() } });
  await assert.rejects(app.activate({ since: set.since, until: set.until }, () => undefined));
  await set.control('faults', { rules: [] });
  const store = await app.store();
  await store.sql(
    `INSERT INTO runs (id, kind, options, state, started_at, alive_at, alone) VALUES ('dead-run-of-a-process', 'activate', '{}', 'running', 1, 2, 'activate')`,
  );
  await app.close();
  const states = (await list()).map(({ state }) => state);
  assert.deepEqual([states[0], states.at(-1)], ['failed', 'lost']);
  const [failed] = await list('--state', 'failed');
  const shown = await run('runs', 'show', failed?.id ?? '');
  assert.equal(shown.code, 1);
  assert.match(shown.stdout, /Trouble +Brevo/);
  assert.equal(
    (await run('activate', '--since', '150d', '--dry-run')).code,
    0,
    'what is lost keeps nobody from beginning',
  );
});

test('what is not an extraction under way cannot be stopped', async () => {
  const [one] = await list('--kind', 'extract');
  const { code, stderr } = await run('runs', 'stop', one?.id ?? '');
  assert.equal(code, 1);
  assert.match(stderr, /no extraction .* is under way/);
});
