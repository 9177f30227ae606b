import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { startSandbox } from '../../src/sandbox/index.ts';
import { appFor, connectAda, tempFolder } from './consented.ts';

const EACH = 100;

test('two processes share one rotating refresh token: no call fails and no refresh is refused', async (t) => {
  // Tokens that end within the margin are renewed before every call, and the old refresh token is dead at once.
  await using sandbox = await startSandbox({ users: 2, meetings: 0, webinars: 0, plan: 'unlimited' });
  sandbox.zoom.switches.accessTokenSeconds = 60;
  const dataDir = tempFolder(t);
  {
    await using app = appFor(dataDir, sandbox);
    await connectAda(app, sandbox);
  }
  const children = [1, 2].map(() => {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'oauth-child.ts'), dataDir, sandbox.url, String(EACH)],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    );
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
    return { child, out: () => out };
  });
  await Promise.all(children.map(({ child }) => once(child.stdout, 'data')));
  for (const { child } of children) child.stdin.write('go\n');
  await Promise.all(children.map(({ child }) => once(child, 'close')));
  for (const { out } of children) assert.equal(out(), 'ready\nfailed 0\n');
  const stats = (await (await fetch(`${sandbox.url}/__sandbox/stats`)).json()) as {
    tallies?: Record<string, number>;
  };
  const text = JSON.stringify(stats);
  const tally = (name: string) => Number(new RegExp(`"${name}":(\\d+)`).exec(text)?.[1] ?? 0);
  assert.equal(tally('refusedRefreshes'), 0);
  t.diagnostic(`${tally('refreshes')} refreshes`);
  // Who waits for the other's refresh takes its pair, so that one serves two calls at most.
  assert.ok(tally('refreshes') >= EACH, text);
});
