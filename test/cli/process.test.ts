import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { folder, type Outcome } from './command-line.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

function start(cwd: string, env: Record<string, string>, ...argv: string[]) {
  return spawn(process.execPath, [MAIN, ...argv], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: 'pipe',
  });
}

async function finish(child: ReturnType<typeof start>): Promise<Outcome> {
  const ended = once(child, 'close') as Promise<[number]>;
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

test('the demo needs nothing, minds nothing of the person, and sends nothing twice', async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'trunkline.yaml'), 'this: is wrong\n');
  writeFileSync(join(cwd, '.env'), 'BREVO_API_URL=http://127.0.0.1:1\n');
  const tmp = folder(t);
  const env = {
    ZOOM_API_URL: 'http://127.0.0.1:1',
    ZOOM_PLAN: 'nonsense',
    TMPDIR: tmp,
    HTTPS_PROXY: 'http://127.0.0.1:1',
  };
  const { code, stdout, stderr } = await finish(start(cwd, env, 'demo'));
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Contacts +[1-9]\d* created/);
  assert.match(stdout, /Second run: nothing to send\n {2}✓ 0 contacts and 0 events sent/);
  assert.match(stdout, /Where to look next/);
  assert.deepEqual(readdirSync(tmp), []);
  assert.deepEqual(readdirSync(cwd).toSorted(), ['.env', 'trunkline.yaml']);
});

test('the sandbox prints one JSON line, serves other commands, and ends with 130', async (t) => {
  const cwd = folder(t);
  const sandbox = start(cwd, {}, 'sandbox', '--users', '3', '--plan', 'unlimited');
  const outcome = finish(sandbox);
  const [line] = (await once(sandbox.stdout, 'data')) as [Buffer];
  const { url, env } = JSON.parse(line.toString()) as { url: string; env: Record<string, string> };
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  const users = await finish(start(cwd, env, 'call', 'zoom', 'users.list', '--json'));
  assert.equal(users.code, 0);
  assert.equal((JSON.parse(users.stdout) as { users: unknown[] }).users.length > 0, true);
  assert.equal(users.stderr, '');
  sandbox.kill('SIGINT');
  const { code, stdout, stderr } = await outcome;
  assert.equal(code, 130);
  assert.equal(stdout.trimEnd().split('\n').length, 1);
  assert.match(stderr, /export ZOOM_API_URL=/);
});

test('a port that is taken is named', async (t) => {
  const cwd = folder(t);
  const first = start(cwd, {}, 'sandbox');
  const outcome = finish(first);
  const [line] = (await once(first.stdout, 'data')) as [Buffer];
  const { port } = new URL((JSON.parse(line.toString()) as { url: string }).url);
  const second = await finish(start(cwd, {}, 'sandbox', '--port', port));
  assert.equal(second.code, 2);
  assert.match(second.stderr, new RegExp(`port ${port} cannot be used`));
  first.kill('SIGTERM');
  await outcome;
});

test('exit codes and streams are those of the contract', async (t) => {
  const cwd = folder(t);
  const help = await finish(start(cwd, {}, '--help'));
  assert.equal(help.code, 0);
  assert.equal(help.stderr, '');
  const usage = await finish(start(cwd, {}, 'activate', '--since', 'never'));
  assert.equal(usage.code, 2);
  assert.equal(usage.stdout, '');
  const config = await finish(start(cwd, {}, 'activate', '--json'));
  assert.equal(config.code, 2);
  assert.equal(config.stderr, '');
  const { error } = JSON.parse(config.stdout) as { error: { kind: string; problems: unknown[] } };
  assert.equal(error.kind, 'config');
  assert.equal(error.problems.length, 4);
  const env = { ZOOM_API_URL: 'http://127.0.0.1:1', BREVO_API_URL: 'http://127.0.0.1:1', BREVO_API_KEY: 'k' };
  const failed = await finish(start(cwd, env, 'call', 'brevo', 'events.create', '--input', EVENT));
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /^error: /);
});

const EVENT = JSON.stringify({ event_name: 'x', identifiers: { email_id: 'a@example.com' } });

test('a reader that has seen enough is no failure', async (t) => {
  const child = start(folder(t), {}, 'actions', '--json');
  child.stdout.destroy();
  const [code] = (await once(child, 'close')) as [number];
  assert.equal(code, 0);
});
