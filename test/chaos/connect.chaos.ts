import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { random } from '../../src/sandbox/random.ts';
import { finish, start } from '../cli/child.ts';
import { sharedPostgres } from '../contracts/backings.ts';
import { buildDesk, buildShop } from '../e2e/building.ts';
import { chainStage, type ChainStage } from '../e2e/chain-stage.ts';
import { apiFace, commandFace, type Run } from '../e2e/face.ts';
import {
  complete,
  joinBoth,
  killedInDoubt,
  killedInMidFlow,
  NEW_TICKET,
  orderOf,
  resolve,
  thereAndBack,
} from '../e2e/flowing.ts';

const ORDERS = 40;
const KILLS = 6;
const pause = (ms: number) => new Promise((resolved) => setTimeout(resolved, ms));
const OPEN = new Set(['queued', 'running', 'waiting']);

test('from two documents to flows between them, each command a process of its own', async (t) => {
  const stage = await chainStage(t);
  const face = commandFace((...argv) => finish(start(t, stage.dir, stage.env, ...argv)));
  await buildDesk(stage, face);
  await buildShop(stage, face);
  await joinBoth(stage, face);
  await thereAndBack(stage, face);
  await killedInMidFlow(stage, face);
  await killedInDoubt(stage, face);
});

const postgres = sharedPostgres();

for (const [name, seed, database] of [
  ['SQLite', 31, () => undefined],
  ['PostgreSQL', 32, () => postgres.address()],
] as const) {
  test(`${KILLS} kill -9 while orders of a shop become tickets of a desk (${name})`, (t) =>
    storm(t, seed, database()));
}

/** Buyers buy while the server is killed; then each order that was taken has one ticket, whatever was in doubt. */
async function storm(t: TestContext, seed: number, databaseUrl: string | undefined): Promise<void> {
  const stage = await chainStage(t, databaseUrl);
  const face = apiFace(stage);
  await buildDesk(stage, face);
  await buildShop(stage, face);
  await joinBoth(stage, face);
  await face.enableFlow('order-to-ticket');
  const dice = random(seed, 'kills');
  // Each call takes a while, so that kills hit some.
  const slow = { kind: 'slow', probability: 1, ms: 40 };
  await stage.control('POST', '/faults', { rules: [{ ...slow, system: 'desk' }] });
  const now = { kills: 0, buying: true };
  const killing = (async () => {
    while (now.kills < KILLS && now.buying) {
      const enough = (await stage.calls('desk', NEW_TICKET)) + dice.int(1, 4);
      while (now.buying && (await stage.calls('desk', NEW_TICKET)) < enough) await pause(5);
      await pause(dice.int(0, 60));
      await stage.kill();
      await stage.start();
      now.kills++;
    }
  })();
  const taken: string[] = [];
  for (let i = 0; i < ORDERS || now.kills < KILLS; i++) {
    const order = await offer(stage, `buyer-${i}@example.com`);
    if (order !== undefined) taken.push(order);
    if (i > ORDERS * 20) break;
  }
  now.buying = false;
  await killing;
  await stage.control('DELETE', '/faults');
  assert.ok(taken.length > KILLS, `${taken.length} orders were taken`);
  assert.equal(now.kills, KILLS);

  let doubts = 0;
  let runs: Run[] = [];
  for (const patience = Date.now() + 180_000; ; await pause(200)) {
    const lines = (await stage.ask('GET', '/flow-runs?flow=order-to-ticket&limit=1000')).json as Run[];
    const doubtful = lines.filter(({ state }) => state === 'in-doubt');
    for (const { id } of doubtful) await resolve(stage, face, await face.run(id));
    doubts += doubtful.length;
    if (doubtful.length > 0 || lines.some(({ state }) => OPEN.has(state))) {
      assert.ok(Date.now() < patience, 'runs that never end');
      continue;
    }
    runs = await Promise.all(lines.map(({ id }) => face.run(id)));
    break;
  }
  assert.deepEqual(
    runs.filter(({ state }) => state !== 'done').map(({ id, error }) => [id, error]),
    [],
  );
  const orders = runs.map(orderOf);
  assert.equal(new Set(orders).size, runs.length, 'one run for each order');
  assert.deepEqual(
    taken.filter((order) => !orders.includes(order)),
    [],
    'what was taken has a run',
  );
  for (const order of orders) await complete(stage, String(order));
  t.diagnostic(`${now.kills} kills, ${runs.length} orders, ${doubts} in doubt`);
}

/** Somebody buys; gives the order when the server has taken its event. */
async function offer({ control, url }: ChainStage, email: string): Promise<string | undefined> {
  type Bought = { order: { id: string }; deliveries: { url: string; status: number }[] };
  const { order, deliveries } = await control<Bought>('POST', '/shop', { order: { email } });
  return deliveries.some((one) => one.url.startsWith(url) && one.status === 200) ? order.id : undefined;
}
