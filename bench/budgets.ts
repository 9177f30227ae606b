/** How much of the allowed rate is used, and how often the other side has to refuse, with Pro limits for a minute. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, loadConfig } from '../src/app/index.ts';
import { zoom } from '../src/connectors/zoom/index.ts';
import { round, spawnSandbox } from './processes.ts';

const SECONDS = 60;
const BOUND = 0.95;

export async function benchBudgets(): Promise<unknown> {
  // Side by side: each has a sandbox of its own, and the budgets leave the machine idle most of the time.
  const windows = await Promise.all((['fixed', 'sliding'] as const).map(saturate));
  const holds = windows.every(
    ({ labels, refused }) => refused === 0 && labels.every(({ used }) => used >= BOUND),
  );
  return { bench: 'budgets', plan: 'pro', seconds: SECONDS, windows, bound: BOUND, holds };
}

async function saturate(window: 'fixed' | 'sliding') {
  const box = await spawnSandbox({ plan: 'pro', window });
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-bench-'));
  const env = { ...box.env, TRUNKLINE_DATA_DIR: dataDir, LOG_LEVEL: 'silent' };
  const app = new App(loadConfig({ env, cwd: dataDir, readFile: () => undefined }));
  try {
    const session = await app.session('zoom');
    await session.signIn();
    const { users } = await session.call(zoom.actions.users.list, { page_size: 5 });
    const userId = users.find(({ id }) => id)?.id ?? '';
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await fetch(`${box.url}/__sandbox/reset`, { method: 'POST', body: '{"stats":true}' });
    const until = Date.now() + SECONDS * 1000;
    const lane = (call: () => Promise<unknown>) => async (): Promise<number> => {
      let calls = 0;
      for (; Date.now() < until; calls++) await call();
      return calls;
    };
    const saturated = [
      { label: 'light', limit: 30, call: () => session.call(zoom.actions.users.get, { userId }) },
      { label: 'medium', limit: 20, call: () => session.call(zoom.actions.meetings.list, { userId }) },
      {
        label: 'heavy',
        limit: 10,
        call: () => session.call(zoom.actions.reports.userMeetings, { userId, ...lastWeek() }),
      },
    ];
    const labels = await Promise.all(
      saturated.map(async ({ label, limit, call }) => {
        const calls = (await Promise.all(Array.from({ length: 8 }, lane(call)))).reduce((a, b) => a + b, 0);
        return { label, allowed: limit * SECONDS, calls, used: round(calls / (limit * SECONDS)) };
      }),
    );
    return { window, labels, refused: session.stats.refusedForRate };
  } finally {
    await app.close();
    await box.stop();
    await rm(dataDir, { recursive: true });
  }
}

function lastWeek(): { from: string; to: string } {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return { from: day(Date.now() - 7 * 24 * 3600_000), to: day(Date.now()) };
}
