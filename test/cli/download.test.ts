import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { inPath, openAccount } from '../sandbox/zoom-access.ts';
import { cli, folder } from './command-line.ts';

test('a recording is downloaded to the file that --output names', async (t) => {
  await using account = await openAccount();
  const [row] = await account.truth('recordings');
  const { body } = await account.get(`/meetings/${inPath(row?.['instance'])}/recordings`);
  const { download_url: url, file_size: size } = body.recording_files[1];
  const cwd = folder(t);
  const call = ['call', 'zoom', 'recordings.download', '--download-url', url];
  const done = await cli({ cwd, env: account.sandbox.env }, ...call, '--output', 'a/b.m4a', '--json');
  assert.equal(done.code, 0, done.stderr);
  const saved = { file: join(cwd, 'a/b.m4a'), size, content_type: 'audio/mp4', resumed_from: 0 };
  assert.deepEqual(JSON.parse(done.stdout), saved);
  assert.equal((await readFile(join(cwd, 'a/b.m4a'))).length, size);
  const without = await cli({ cwd, env: account.sandbox.env }, ...call);
  assert.notEqual(without.code, 0);
  assert.match(without.stderr, /--output FILE/);
});

test('a raw request runs from the command line', async (t) => {
  await using account = await openAccount();
  const input = JSON.stringify({ method: 'GET', url: '/users', query_params: { page_size: 1 } });
  const args = ['call', 'zoom', 'raw.request', '--input', input, '--json'];
  const { code, stdout, stderr } = await cli({ cwd: folder(t), env: account.sandbox.env }, ...args);
  assert.equal(code, 0, stderr);
  const { status, data } = JSON.parse(stdout) as { status: number; data: { users: unknown[] } };
  assert.deepEqual([status, data.users.length], [200, 1]);
});
