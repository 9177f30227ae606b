import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { startSandbox } from '../../src/sandbox/index.ts';
import { startPostgres, type PostgresServer } from '../postgres-server.ts';
import { environment, freePort, hookStage, until, writeHouse, type Json } from './stage.ts';

let postgres: PostgresServer | undefined;

before(async () => {
  postgres = await startPostgres({ fsync: false });
});
after(() => postgres?.stop());

/** Kills a process between the moment the shop has subscribed it and the moment it notes that. */
async function killedWhileSubscribing(t: TestContext, databaseUrl: string | undefined): Promise<void> {
  const box = await startSandbox({ users: 1, meetings: 0, webinars: 0 });
  t.after(() => box.close());
  const dir = await mkdtemp(join(tmpdir(), 'trunkline-hooks-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const port = await freePort();
  const url = databaseUrl === undefined ? {} : { databaseUrl };
  await writeHouse(dir, box);
  const webhooks = async (): Promise<Json[]> =>
    (await fetch(`${box.url}/__sandbox/shop/webhooks`)).json() as never;
  await fetch(`${box.url}/__sandbox/shop`, { method: 'POST', body: '{"subscribeDelayMs": 60000}' });
  const child = spawn(process.execPath, [new URL('hook-process.ts', import.meta.url).pathname, dir], {
    env: environment(box, dir, port, url),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await until('the shop has subscribed it', async () => (await webhooks()).length === 1);
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.equal(child.signalCode, 'SIGKILL');
  const [orphan] = await webhooks();
  await fetch(`${box.url}/__sandbox/shop`, { method: 'POST', body: '{"subscribeDelayMs": 0}' });

  await using on = await hookStage({ box, dir, port, ...url });
  // Where others may hold it, its time must have run out; the embedded store has one owner, who knows at once.
  if (databaseUrl !== undefined) await (await on.app.store()).sql('UPDATE hooks SET lease_until = 1');
  await until('the hook is active', async () => (await on.hooks.list())[0]?.state === 'active');
  const [hook] = await on.hooks.list();
  const left = await webhooks();
  assert.deepEqual(
    left.map(({ id }) => id),
    [hook?.subscription],
    'the orphan is ended, and there is one subscription',
  );
  assert.notEqual(left[0].id, orphan.id);
  assert.equal((await fetch(orphan.url, { method: 'POST', body: '{}' })).status, 410);
  const { deliveries } = await on.control('POST', '/shop', { order: { email: 'ada@example.com' } });
  assert.deepEqual(
    deliveries.map(({ status }: Json) => status),
    [200],
  );
}

test('killed between subscribing and noting it: the orphan is ended, the hook is there (SQLite)', (t) =>
  killedWhileSubscribing(t, undefined));

test('killed between subscribing and noting it: the orphan is ended, the hook is there (PostgreSQL)', (t) =>
  killedWhileSubscribing(t, `${postgres?.url}?schema=hooks_kill`));
