import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Trunkline, type TrunklineOptions } from '../../src/index.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';

/** A sandbox, and a `Trunkline` over it; both end with the test. */
export async function sdk(
  t: TestContext,
  options: TrunklineOptions = {},
): Promise<{ box: Sandbox; trunkline: Trunkline; calls: () => Promise<Record<string, number>> }> {
  const box = await startSandbox({ plan: 'unlimited', readLag: 0 });
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-sdk-'));
  const trunkline = new Trunkline({
    env: { ...box.env, LOG_LEVEL: 'silent' },
    zoomPlan: 'unlimited',
    brevoPlan: 'unlimited',
    dataDir,
    ...options,
  });
  t.after(async () => {
    await trunkline.close();
    await box.close();
    await rm(dataDir, { recursive: true });
  });
  const calls = async () => {
    const stats = (await (await fetch(`${box.url}/__sandbox/stats`)).json()) as {
      brevo?: { operations?: Record<string, number> };
    };
    return stats.brevo?.operations ?? {};
  };
  return { box, trunkline, calls };
}
