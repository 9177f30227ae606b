import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSandbox } from '../../src/sandbox/index.ts';
import { textWidth } from '../../src/cli/layout.ts';
import { cli, folder } from './command-line.ts';

interface Listed {
  name: string;
  primaryKey: string[];
  parent: string | null;
  parents: string[];
  kind: string;
  lane: { budget: string } | null;
  readable: boolean | null;
  row: { type: string };
}

test('streams lists all with key, parent and limit, without credentials too', async (t) => {
  const cwd = folder(t);
  const { code, stdout } = await cli({ cwd }, 'streams', 'zoom', '--json');
  assert.equal(code, 0);
  const all = new Map((JSON.parse(stdout) as Listed[]).map((one) => [one.name, one]));
  assert.ok(all.size >= 60, `${all.size} streams`);
  const people = all.get('report_meeting_participants');
  assert.equal(people?.parent, people?.parents[0]);
  assert.equal(people?.kind, 'history');
  assert.equal(people?.lane?.budget, 'medium');
  assert.equal(people?.readable, null);
  assert.equal(people?.row.type, 'object');
  assert.equal(all.get('users')?.parent, null);
  const text = await cli({ cwd, env: { COLUMNS: '80' } }, 'streams', 'zoom');
  assert.match(text.stdout, /^Zoom: \d+ streams\n\nSTREAM +KEY +LIMIT +READ\n/);
  assert.match(text.stdout, /\nusers +email +medium +\?\n/);
  assert.match(text.stdout, /\n {2}meetings +/);
  for (const line of text.stdout.split('\n')) assert.ok(textWidth(line) <= 80, line);
  assert.match(text.stderr, /\?: nobody knows; trunkline streams zoom --check signs in/);
});

test('with credentials it tells which can be read; --check fails when that cannot be found out', async (t) => {
  const cwd = folder(t);
  const sandbox = await startSandbox({ users: 1 });
  t.after(() => sandbox.close());
  const known = await cli({ cwd, env: sandbox.env }, 'streams', 'zoom', '--json');
  const users = (JSON.parse(known.stdout) as Listed[]).find(({ name }) => name === 'users');
  assert.equal(users?.readable, true);
  const wrong = { ...sandbox.env, ZOOM_CLIENT_SECRET: 'not-the-secret' };
  assert.equal((await cli({ cwd, env: wrong }, 'streams', 'zoom')).code, 0);
  assert.equal((await cli({ cwd, env: wrong }, 'streams', 'zoom', '--check')).code, 1);
  assert.equal((await cli({ cwd }, 'streams', 'zoom', '--check')).code, 2);
});

test('one stream is shown whole', async (t) => {
  const cwd = folder(t);
  for (const argv of [
    ['zoom', 'report_meetings'],
    ['zoom', '--stream', 'report_meetings'],
  ]) {
    const { code, stdout } = await cli({ cwd, env: { COLUMNS: '80' } }, 'streams', ...argv);
    assert.equal(code, 0);
    assert.match(stdout, /^report_meetings: /);
    assert.match(stdout, /\nPath +\/report\/users\/\{userId\}\/meetings\n/);
    assert.match(stdout, /\nKey +uuid\n/);
    assert.match(stdout, /\nWindows +\d+ days a call at most, \d+ days back\n/);
    assert.match(stdout, /\nBelow +users \(userId is its id\)\n/);
    assert.match(stdout, /\nSee +https:\/\/developers\.zoom\.us\//);
    assert.match(stdout, /\nuuid +text +key\n/);
  }
  const one = await cli({ cwd }, 'streams', 'zoom', 'users', '--json');
  assert.equal((JSON.parse(one.stdout) as Listed).name, 'users');
  const none = await cli({ cwd }, 'streams', 'zoom', 'user');
  assert.equal(none.code, 2);
  assert.match(none.stderr, /Zoom has no stream 'user'\n {2}→ Did you mean .*users/);
});
