import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { finish, start } from './child.ts';
import { folder } from './command-line.ts';
import { serve } from '../http/server.ts';

test('the sandbox prints one JSON line, serves other commands, and ends with 130', async (t) => {
  const cwd = folder(t);
  const sandbox = start(t, cwd, {}, 'sandbox', '--users', '3', '--plan', 'unlimited');
  const outcome = finish(sandbox);
  const [line] = (await once(sandbox.stdout, 'data')) as [Buffer];
  const { url, env } = JSON.parse(line.toString()) as { url: string; env: Record<string, string> };
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  const users = await finish(start(t, cwd, env, 'call', 'zoom', 'users.list', '--json'));
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
  const first = start(t, cwd, {}, 'sandbox');
  const outcome = finish(first);
  const [line] = (await once(first.stdout, 'data')) as [Buffer];
  const { port } = new URL((JSON.parse(line.toString()) as { url: string }).url);
  const second = await finish(start(t, cwd, {}, 'sandbox', '--port', port));
  assert.equal(second.code, 2);
  assert.match(second.stderr, new RegExp(`port ${port} cannot be used`));
  first.kill('SIGTERM');
  await outcome;
});

test('exit codes and streams are those of the contract', async (t) => {
  const cwd = folder(t);
  const help = await finish(start(t, cwd, {}, '--help'));
  assert.equal(help.code, 0);
  assert.equal(help.stderr, '');
  const usage = await finish(start(t, cwd, {}, 'activate', '--since', 'never'));
  assert.equal(usage.code, 2);
  assert.equal(usage.stdout, '');
  const config = await finish(start(t, cwd, {}, 'activate', '--json'));
  assert.equal(config.code, 2);
  assert.equal(config.stderr, '');
  const { error } = JSON.parse(config.stdout) as { error: { kind: string; problems: unknown[] } };
  assert.equal(error.kind, 'config');
  assert.equal(error.problems.length, 4);
  await using broken = await serve((_, response) => response.destroy());
  const env = { BREVO_API_URL: broken.url, BREVO_API_KEY: 'k' };
  const failed = await finish(start(t, cwd, env, 'call', 'brevo', 'events.create', '--input', EVENT));
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /^error: /);
});

const EVENT = JSON.stringify({ event_name: 'x', identifiers: { email_id: 'a@example.com' } });

test('a reader that has seen enough is no failure', async (t) => {
  const child = start(t, folder(t), {}, 'actions', '--json');
  child.stdout.destroy();
  const [code] = (await once(child, 'close')) as [number];
  assert.equal(code, 0);
});
