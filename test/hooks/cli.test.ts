import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startSandbox } from '../../src/sandbox/index.ts';
import { start } from '../cli/child.ts';
import { cli } from '../cli/command-line.ts';
import { environment, freePort, writeHouse, type Json } from './stage.ts';

interface Desk {
  dir: string;
  run(...args: string[]): Promise<{ code: number; json: Json; err: string }>;
  serve(): Promise<void>;
  control(path: string, body: unknown): Promise<Json>;
}

async function desk(t: TestContext): Promise<Desk> {
  const box = await startSandbox({ users: 1, meetings: 0, webinars: 0 });
  t.after(() => box.close());
  const dir = await mkdtemp(join(tmpdir(), 'trunkline-hooks-cli-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  await writeHouse(dir, box);
  const env = {
    ...environment(box, dir, await freePort()),
    GIVEN_SECRET: 'theirs-to-make',
  };
  return {
    dir,
    run: async (...args) => {
      const { code, stdout, stderr } = await cli({ cwd: dir, env }, ...args, '--json');
      return { code, json: stdout === '' ? undefined : JSON.parse(stdout), err: stderr };
    },
    serve: async () => {
      const child = start(t, dir, env, 'serve', '--json');
      child.stderr.resume();
      t.after(async () => {
        child.kill('SIGTERM');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
      });
      await once(child.stdout, 'data');
    },
    control: async (path, body) =>
      (await fetch(`${box.url}/__sandbox${path}`, { method: 'POST', body: JSON.stringify(body) })).json(),
  };
}

test('hooks are made, tried, replaced and ended from the command line, beside a server', async (t) => {
  const on = await desk(t);
  await writeFile(
    join(on.dir, 'door.json'),
    '{"title": "Door", "auth": {"method": "signature", "key": "x-token"}}',
  );
  const alone = await on.run('hooks', 'add', 'door', '--settings', '@door.json', '--secret', '$GIVEN_SECRET');
  assert.equal(alone.code, 0, alone.err);
  assert.equal(alone.json.secret, 'theirs-to-make');
  await on.serve();
  const github = await on.run('hooks', 'add', 'github', '--preset', 'github');
  assert.equal(github.code, 0, github.err);
  const { status } = await on.control('/github', {
    url: github.json.url,
    secret: github.json.secret,
    tag: 'v2',
  });
  assert.equal(status, 200);
  const shop = await on.run('hooks', 'add', '--connection', 'shop', '--events', 'order.created');
  assert.deepEqual([shop.code, shop.json.state, shop.json.name], [0, 'active', 'shop/orders']);
  const { deliveries } = await on.control('/shop', { order: { email: 'ada@example.com' } });
  assert.equal(deliveries[0].status, 200);
  const list = await on.run('hooks', 'list');
  assert.deepEqual(
    list.json.map(({ name }: Json) => name),
    ['door', 'github', 'shop/orders'],
  );
  const tested = await on.run('hooks', 'test', 'door', '--event', 'opened');
  assert.deepEqual([tested.code, tested.json.ok], [0, true]);
  const turned = await on.run('hooks', 'rotate', 'github', '--keep', '0');
  assert.notEqual(turned.json.secret, github.json.secret);
  assert.equal((await on.run('hooks', 'show', 'shop/orders')).json.url, shop.json.url);
  assert.equal((await on.run('hooks', 'remove', 'shop/orders')).json.removed, true);
  assert.equal((await fetch(shop.json.url, { method: 'POST', body: '{}' })).status, 410);
});

test('what makes no sense is refused with what to do', async (t) => {
  const on = await desk(t);
  for (const [args, message] of [
    [['add', 'x'], /nothing says how events prove/],
    [['add', 'x', '--preset', 'nobody'], /there is no preset 'nobody'/],
    [['add', 'x', '--connection', 'shop', '--preset', 'github'], /settings with the connector/],
    [['add', 'x', '--settings', '{"title":'], /is not JSON/],
    [['show', 'x'], /there is no hook 'x'/],
  ] as const) {
    const { code, json, err } = await on.run('hooks', ...args);
    assert.notEqual(code, 0);
    assert.match(`${err}${JSON.stringify(json)}`, message);
  }
});
