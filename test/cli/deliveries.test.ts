import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { stage, type Stage } from '../activate/stage.ts';
import { cli, type Outcome } from './command-line.ts';

let set: Stage;
before(async () => {
  set = await stage({ sandbox: { users: 2, meetings: 2, webinars: 0 } });
  await set.run();
});
after(() => set[Symbol.asyncDispose]());

function run(...argv: string[]): Promise<Outcome> {
  const env = { ...set.box.env, TRUNKLINE_DATA_DIR: set.dataDir, COLUMNS: '80', BREVO_READ_LAG_SECONDS: '1' };
  return cli({ cwd: set.dataDir, env: { ...env, ZOOM_PLAN: 'unlimited', BREVO_PLAN: 'unlimited' } }, ...argv);
}

interface Line {
  id: string;
  person: string;
  state: string;
  updatedAt: string;
}

const list = async (...more: string[]): Promise<Line[]> =>
  JSON.parse((await run('deliveries', 'list', '--json', ...more)).stdout) as Line[];

async function refuse(person: string): Promise<void> {
  await using app = set.open();
  const error = JSON.stringify({
    kind: 'input',
    message: 'Brevo refused it: no such attribute.',
    hint: 'Add it.',
  });
  const sql = `UPDATE deliveries SET state = 'refused', error = $2, hash = '' WHERE person = $1 AND effect = 'contact'`;
  await (await app.store()).sql(sql, [person, error]);
}

test('deliveries are listed within 80 columns, by all conditions, and shown by person', async () => {
  const { code, stdout, stderr } = await run('deliveries', 'list', '--limit', '5');
  assert.equal(code, 0);
  const lines = stdout.trimEnd().split('\n');
  assert.match(lines[0] ?? '', /^CHANGED \(UTC\) +PERSON +EFFECT +STATE +TROUBLE$/);
  for (const line of lines) assert.ok(line.length <= 80, line);
  assert.match(stderr, /The newest 5; --limit shows more/);
  const [one] = await list('--effect', 'contact', '--state', 'done', '--since', '1h');
  assert.ok(one);
  assert.ok((await list(one.person)).every(({ person }) => person === one.person));
  assert.deepEqual(await list('--state', 'refused'), []);
  const page = (await run('deliveries', 'show', one.person.toUpperCase())).stdout;
  assert.match(page, new RegExp(`${one.person}: contact\nState       done`));
  assert.match((await run('deliveries', 'show', one.id)).stdout, /Payload +\{"attributes"/);
  assert.match((await run('deliveries', 'show', 'nobody@example.com')).stderr, /nothing was delivered to/);
  assert.equal((await run('deliveries', 'show', 'garbage')).code, 1);
  assert.equal((await run('deliveries', 'list', '--state', 'failed')).code, 2);
});

test('a refusal shows with what to do, is taken back, and arrives with the next activation', async () => {
  const [one, two] = (await list('--effect', 'contact')).map(({ person }) => person);
  assert.ok(one && two);
  await refuse(one);
  await refuse(two);
  assert.match((await run('deliveries', 'list', '--state', 'refused')).stdout, /refused +Brevo refused/);
  assert.match(
    (await run('deliveries', 'show', one)).stdout,
    /Trouble +Brevo refused it: no such attribute\.\n +→ Add it\./,
  );
  assert.equal((await run('deliveries', 'retry')).code, 2);
  assert.equal(
    (await run('deliveries', 'retry', '--kind', 'auth')).stdout,
    'Nothing of that was refused, so there is nothing to send again.\n',
  );
  const retried = await run('deliveries', 'retry', one);
  assert.equal(retried.stdout, '1 delivery will be sent again by the next activation: trunkline activate\n');
  assert.deepEqual(JSON.parse((await run('deliveries', 'retry', '--all', '--json')).stdout), {
    retried: 1,
    sending: false,
  });
  assert.equal((await list('--state', 'planned')).length, 2);
  const activated = await run('activate', '--since', '150d', '--json');
  assert.equal(activated.code, 0, activated.stdout);
  assert.deepEqual(await list('--state', 'planned'), []);
});
