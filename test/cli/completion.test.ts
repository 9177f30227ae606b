import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spawnSync } from 'node:child_process';
import { cli } from './command-line.ts';

const run = (...argv: string[]) => cli({ cwd: import.meta.dirname }, ...argv);

const complete = async (...words: string[]): Promise<string[]> => {
  const { stdout } = await run('completion', 'words', '--', ...words);
  return stdout.split('\n').filter((line) => line !== '');
};

test('commands, connectors, actions, fields and choices are completed where they belong', async () => {
  assert.deepEqual(await complete('act'), ['actions', 'activate']);
  assert.deepEqual(await complete('call', ''), ['brevo', 'zoom']);
  assert.deepEqual(await complete('call', 'zoom', 'users.l'), ['users.list']);
  assert.deepEqual(await complete('call', 'zoom', 'users.list', '--st'), ['--status']);
  assert.deepEqual(await complete('call', 'zoom', 'users.list', '--status', ''), [
    'active',
    'inactive',
    'pending',
  ]);
  assert.deepEqual(await complete('connectors', 'l'), ['link', 'list']);
  assert.deepEqual(await complete('connections', ''), ['add', 'list', 'remove', 'test']);
  assert.deepEqual(await complete('activate', '--si'), ['--since']);
});

test('nonsense completes to nothing', async () => {
  assert.deepEqual(await complete('nothing', 'x'), []);
  assert.deepEqual(await complete('call', 'zoom', 'users.nothing', '--x'), []);
});

test('the scripts are valid for their shell', async () => {
  const { stdout, code } = await run('completion', 'bash');
  assert.equal(code, 0);
  assert.equal(spawnSync('bash', ['-n'], { input: stdout }).status, 0);
  for (const shell of ['zsh', 'fish']) assert.equal((await run('completion', shell)).code, 0);
});

test('an unknown shell is wrong usage', async () => {
  const { code, stderr } = await run('completion', 'cmd');
  assert.equal(code, 2);
  assert.match(stderr, /bash, zsh, fish/);
});
