import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { cli } from '../cli/command-line.ts';
import { buildDesk, buildShop } from './building.ts';
import { chainStage, type ChainStage } from './chain-stage.ts';
import { apiFace, commandFace, type Face } from './face.ts';
import { joinBoth, killedInDoubt, killedInMidFlow, thereAndBack } from './flowing.ts';

// A short share of `npm run chaos`, where each command is a process of its own, and kills come at any time.

/** From two documents to flows between them; no order is lost or done twice. */
async function chain(
  t: TestContext,
  faceOf: (stage: ChainStage) => Face,
  kills: readonly ((stage: ChainStage, face: Face) => Promise<void>)[],
): Promise<void> {
  const stage = await chainStage(t);
  const face = faceOf(stage);
  await buildDesk(stage, face);
  await buildShop(stage, face);
  await joinBoth(stage, face);
  await thereAndBack(stage, face);
  for (const killed of kills) await killed(stage, face);
  const runs = await face.runs('order-to-ticket');
  assert.deepEqual([...new Set(runs.map(({ state }) => state))], ['done']);
}

test('from two documents to flows between them by the API, through kill -9 of the server', (t) =>
  chain(t, apiFace, [killedInMidFlow, killedInDoubt]));

test('the same by commands beside the server', (t) =>
  chain(t, ({ dir, env }) => commandFace((...argv) => cli({ cwd: dir, env }, ...argv)), [killedInMidFlow]));
