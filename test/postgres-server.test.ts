import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client } from 'pg';

import { startPostgres } from './postgres-server.ts';

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

async function answers(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  return (await new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy())) as boolean;
}

for (const binaries of ['installed', 'embedded'] as const) {
  test(`a PostgreSQL of the ${binaries} programs starts, restarts with its data, and stops`, async (t) => {
    const server = await startPostgres({ binaries, settings: { work_mem: '7MB' } }).catch(
      (error: unknown) => {
        // One of the two is enough to test with; CI has both.
        if (process.env['CI'] === 'true') throw error;
        t.skip(String(error));
        return undefined;
      },
    );
    if (!server) return;
    t.after(() => server.stop());
    assert.deepEqual(await ask(server.url, `SELECT current_setting('fsync'), current_setting('work_mem')`), [
      ['on', '7MB'],
    ]);
    await ask(server.url, 'CREATE TABLE kept AS SELECT 1 AS n');
    await server.restart();
    await server.kill9();
    assert.equal(await answers(server.url), false);
    await server.restart();
    assert.deepEqual(await ask(server.url, 'SELECT n FROM kept'), [[1]]);
    await assert.rejects(
      ask(server.url.replace(':trunkline@', ':wrong@'), 'SELECT 1'),
      /password authentication failed/,
    );
    await server.stop();
    assert.equal(existsSync(server.folder), false);
  });
}

test('a server ends with the process that started it, however that ends', async () => {
  const module = JSON.stringify(new URL('postgres-server.ts', import.meta.url).href);
  const code = `import { startPostgres } from ${module}; const { url, folder } = await startPostgres({ fsync: false });
    process.stdout.write(JSON.stringify({ url, folder })); setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, folder } = JSON.parse(String(said)) as { url: string; folder: string };
  assert.equal(await answers(url), true);
  child.kill('SIGKILL');
  for (let tries = 0; existsSync(folder) && tries < 100; tries++) await sleep(50);
  assert.deepEqual([existsSync(folder), await answers(url)], [false, false]);
});
