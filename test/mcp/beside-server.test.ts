import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bareEnvironment } from '../bare-environment.ts';
import { runCommand, stay } from './programs.ts';
import { openRemote } from './remote-server.ts';

const TOKEN = 'a-token-beside-the-server';

interface View {
  id: string;
  tools: { name: string; state: string; hash?: string }[];
}

test('beside a running server, commands add a server, call its tools and approve what it changed', async (t) => {
  await using remote = await openRemote({ open: true });
  const dir = await mkdtemp(join(tmpdir(), 'trunkline-beside-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const env = {
    ...bareEnvironment(),
    TRUNKLINE_DATA_DIR: dir,
    TRUNKLINE_ADMIN_TOKEN: TOKEN,
    LOG_LEVEL: 'error',
    PORT: '0',
  };
  const server = await stay(dir, env, 'serve', '--json');
  t.after(() => server.stop());
  const api = async <T>(method: string, path: string): Promise<T> => {
    const response = await fetch(`${String(server.line['url'])}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    return (await response.json()) as T;
  };
  const run = (...argv: string[]) => runCommand(dir, env, ...argv);

  const added = await run(
    'connectors',
    'add-mcp',
    remote.url,
    '--id',
    'notes',
    '--allow-private',
    '127.0.0.1',
  );
  assert.equal(added.code, 0, added.stderr);
  assert.deepEqual(
    (await api<View[]>('GET', '/mcp/servers')).map(({ id }) => id),
    ['notes'],
  );
  const found = await run('call', 'notes', 'tools.search', '--query', 'tea');
  assert.deepEqual([found.code, found.json], [0, { found: ['a note on tea'] }], found.stderr);
  remote.describe('Another text.');
  const seen = await api<View>('POST', '/mcp/servers/notes/refresh');
  assert.deepEqual(
    seen.tools.map(({ name, state }) => [name, state]),
    [
      ['add', 'approved'],
      ['search', 'changed'],
    ],
  );
  const shown = await run('connectors', 'tools', 'notes');
  assert.equal(shown.code, 3, 'something waits for a person');
  const approved = await run('connectors', 'tools', 'notes', '--approve', 'search', '--effect', 'add=write');
  assert.equal(approved.code, 0, approved.stderr);
  assert.deepEqual(
    (await api<View>('GET', '/mcp/servers/notes')).tools.map(({ state }) => state),
    ['approved', 'approved'],
  );
  assert.equal((await run('call', 'notes', 'tools.add', '--text', 'x')).code, 0, 'the person knew better');
  await api('DELETE', '/mcp/servers/notes');
  assert.deepEqual(await api<View[]>('GET', '/mcp/servers'), []);
});
