import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startSandbox } from '../../src/sandbox/index.ts';
import { startPostgres } from '../postgres-server.ts';
import { until } from '../server/house.ts';
import { finish, start } from './child.ts';
import { cli, folder } from './command-line.ts';

interface Served {
  url: string;
  pid: number;
  child: ReturnType<typeof start>;
  outcome: ReturnType<typeof finish>;
}

/** Starts a server as a process of its own, and waits until it listens. */
async function serve(t: TestContext, cwd: string, env: Record<string, string>): Promise<Served> {
  const child = start(t, cwd, { PORT: '0', ...env }, 'serve', '--json');
  const outcome = finish(child);
  const [line] = (await Promise.race([
    once(child.stdout, 'data'),
    outcome.then(({ stderr }) => Promise.reject(new Error(stderr))),
  ])) as [Buffer];
  return { ...(JSON.parse(line.toString()) as { url: string; pid: number }), child, outcome };
}

const QUIET = 'schedules: { activate: never }\n';

async function place(t: TestContext) {
  const box = await startSandbox({ users: 2, meetings: 2, webinars: 0, plan: 'unlimited' });
  t.after(() => box.close());
  const cwd = folder(t);
  writeFileSync(join(cwd, 'trunkline.yaml'), QUIET);
  const env = { ...box.env, ZOOM_PLAN: 'unlimited', BREVO_PLAN: 'unlimited', BREVO_READ_LAG_SECONDS: '1' };
  return { box, cwd, env };
}

test('beside a running server, commands go through it; when it is killed, they work again by themselves', async (t) => {
  const { box, cwd, env } = await place(t);
  const server = await serve(t, cwd, env);
  const token = join(cwd, '.trunkline/admin.token');
  assert.equal(statSync(token).mode & 0o777, 0o600);
  const owner = statSync(join(cwd, '.trunkline/trunkline.db.owner.json'));
  assert.equal(owner.mode & 0o777, 0o600);

  const second = await finish(start(t, cwd, { ...env, PORT: '0' }, 'serve'));
  assert.equal(second.code, 2);
  assert.match(second.stderr, new RegExp(`is in use by process ${server.pid}\\s`));

  const here = { cwd, env: { ...env } };
  const activated = await cli(here, 'activate', '--since', '90d', '--json');
  assert.equal(activated.code, 0, activated.stderr + activated.stdout);
  const extracted = await cli(here, 'extract', 'users', '--to', 'sqlite:./here.db', '--json');
  assert.equal(extracted.code, 0, extracted.stdout);
  assert.ok(existsSync(join(cwd, 'here.db')), 'relative to where the command was given');
  const [run] = JSON.parse((await cli(here, 'runs', 'list', '--json')).stdout) as {
    id: string;
    origin: string;
  }[];
  assert.equal(run?.origin, 'server');
  const shown = await cli(here, 'runs', 'show', run?.id.slice(0, 8) ?? '');
  assert.match(shown.stdout, /users +2/);
  const called = await cli(here, 'call', 'zoom', 'users.list', '--all');
  assert.equal(called.stdout.trimEnd().split('\n').length, 2);
  const contact = box.brevo.collections('contacts')?.at(-1) as { email: string };
  const explained = await cli(here, 'explain', contact.email);
  assert.match(explained.stdout, /The contact is up to date/);
  const wrong = await cli(here, 'extract', 'nosuch');
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /has no stream 'nosuch'/);
  assert.equal((await cli(here, 'doctor')).code, 0);

  server.child.kill('SIGKILL');
  await server.outcome;
  const alone = await cli(here, 'deliveries', 'list', '--limit', '1', '--json');
  assert.equal(alone.code, 0, alone.stderr);
  assert.equal((JSON.parse(alone.stdout) as unknown[]).length, 1);
});

test('a server that owns the database and does not answer is named', async (t) => {
  const { cwd, env } = await place(t);
  const server = await serve(t, cwd, env);
  process.kill(server.pid, 'SIGSTOP');
  const { code, stderr } = await cli({ cwd, env }, 'runs', 'list');
  assert.equal(code, 2);
  assert.match(stderr, new RegExp(`process ${server.pid}\\) owns the database and does not answer`));
});

test('a server ends well: what was begun is done, and the exit code is 0', async (t) => {
  const { cwd, env, box } = await place(t);
  const server = await serve(t, cwd, env);
  const order = { url: `${server.url}/webhooks/zoom`, event: 'meeting.ended' };
  const pushed = Array.from({ length: 20 }, () =>
    fetch(`${box.url}/__sandbox/events`, { method: 'POST', body: JSON.stringify(order) }).then(
      (response) => response.json() as Promise<{ status: number }>,
    ),
  );
  await Promise.race(pushed);
  server.child.kill('SIGTERM');
  const { code, stderr } = await server.outcome;
  assert.equal(code, 0, stderr);
  const acknowledged = (await Promise.all(pushed)).filter(({ status }) => status === 200).length;
  const { stdout } = await cli({ cwd, env }, 'events', 'list', '--limit', '100', '--json');
  assert.equal((JSON.parse(stdout) as unknown[]).length, acknowledged, 'nothing acknowledged is lost');
  assert.ok(!existsSync(join(cwd, '.trunkline/trunkline.db.owner.json')));
  for (const line of stderr.trimEnd().split('\n')) {
    if (line.startsWith('{')) assert.ok((JSON.parse(line) as { level: string }).level);
  }
});

test('who asks twice does not wait', async (t) => {
  const { cwd, env } = await place(t);
  const server = await serve(t, cwd, env);
  server.child.kill('SIGINT');
  server.child.kill('SIGINT');
  const { code } = await server.outcome;
  assert.ok(code === 130 || code === 0, String(code));
});

test('a token that is too short is refused, and one that is set is used', async (t) => {
  const { cwd, env } = await place(t);
  const short = await finish(start(t, cwd, { ...env, PORT: '0', TRUNKLINE_ADMIN_TOKEN: 'short' }, 'serve'));
  assert.equal(short.code, 2);
  assert.match(short.stderr, /fewer than 16 characters/);
  const server = await serve(t, cwd, { ...env, TRUNKLINE_ADMIN_TOKEN: 'a-token-of-my-own-choice' });
  const status = await fetch(`${server.url}/api/v1/status`, {
    headers: { authorization: 'Bearer a-token-of-my-own-choice' },
  });
  assert.equal(status.status, 200);
  assert.ok(!existsSync(join(cwd, '.trunkline/admin.token')));
});

test('without credentials, start serves a simulated Zoom and brings its people over', async (t) => {
  const cwd = folder(t);
  const child = start(t, cwd, { PORT: '0' }, 'start');
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const outcome = finish(child);
  await until('it serves', async () => /events list\n/.test(said));
  assert.match(said, /No credentials are set, so a simulated Zoom and Brevo answer at http:\/\/127/);
  const dataDir = /TRUNKLINE_DATA_DIR=(\S+)/.exec(said)?.[1] ?? '';
  const secret = /ZOOM_WEBHOOK_SECRET=(\S+)/.exec(said)?.[1] ?? '';
  const url = /--to (\S+)/.exec(said)?.[1] ?? '';
  const here = { cwd, env: { TRUNKLINE_DATA_DIR: dataDir, ZOOM_WEBHOOK_SECRET: secret } };
  const sent = await cli(here, 'events', 'send', 'meeting.ended', '--to', url);
  assert.deepEqual([sent.code, sent.stdout], [0, '✓ meeting.ended was answered with 200\n']);
  const listed = await cli(here, 'events', 'list');
  assert.match(listed.stdout, /meeting\.ended/);
  child.kill('SIGTERM');
  assert.equal((await outcome).code, 0);
  assert.ok(!existsSync(dataDir));
});

test('a worker is refused on the embedded database', async (t) => {
  const { code, stderr } = await cli({ cwd: folder(t) }, 'worker');
  assert.equal(code, 2);
  assert.match(stderr, /a worker needs PostgreSQL/);
});

test('on PostgreSQL, a worker handles what a server receives, and commands connect directly', async (t) => {
  const { cwd, env, box } = await place(t);
  const postgres = await startPostgres({ fsync: false });
  t.after(() => postgres.stop());
  const shared = { ...env, DATABASE_URL: postgres.url, TRUNKLINE_ADMIN_TOKEN: 'one-token-for-all-servers' };
  const [one, two] = await Promise.all([serve(t, cwd, shared), serve(t, cwd, shared)]);
  const worker = start(t, cwd, shared, 'worker', '--json');
  const ended = finish(worker);
  await once(worker.stdout, 'data');
  for (const url of [one.url, two.url, one.url]) {
    const order = { url: `${url}/webhooks/zoom`, event: 'meeting.ended', payload: { object: { id: url } } };
    const response = await fetch(`${box.url}/__sandbox/events`, {
      method: 'POST',
      body: JSON.stringify(order),
    });
    assert.equal(((await response.json()) as { status: number }).status, 200);
  }
  one.child.kill('SIGTERM');
  two.child.kill('SIGTERM');
  assert.deepEqual([(await one.outcome).code, (await two.outcome).code], [0, 0]);
  const list = async () =>
    JSON.parse((await cli({ cwd, env: shared }, 'events', 'list', '--json')).stdout) as {
      state: string;
      id: string;
    }[];
  await until('all are settled', async () => (await list()).every(({ state }) => state !== 'received'));
  const events = await list();
  assert.equal(events.length, 3);
  await cli({ cwd, env: shared }, 'events', 'replay', events[0]?.id ?? '');
  await until('the worker has settled it again', async () =>
    (await list()).every(({ state }) => state !== 'received'),
  );
  worker.kill('SIGTERM');
  assert.equal((await ended).code, 0);
});

test('what is written down for other commands does not show the token to anybody else', async (t) => {
  const { cwd, env } = await place(t);
  const server = await serve(t, cwd, env);
  const token = readFileSync(join(cwd, '.trunkline/admin.token'), 'utf8').trim();
  server.child.kill('SIGTERM');
  const { stdout, stderr } = await server.outcome;
  assert.equal(stderr.split(token).length - 1, 1, 'it is told once, when it is made');
  assert.ok(!stdout.includes(token));
  const again = await serve(t, cwd, env);
  again.child.kill('SIGTERM');
  assert.ok(!(await again.outcome).stderr.includes(token));
});
