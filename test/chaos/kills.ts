import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random } from '../../src/sandbox/random.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { actual, differences, expected } from '../activate/expected.ts';

const MAIN = new URL('../../src/cli/main.ts', import.meta.url).pathname;

/** Faults that end by themselves, so that a round does not wait for the client's own limit. */
const ROUGH = ['zoom', 'brevo'].flatMap((system) => [
  { system, kind: '429', probability: 0.1 },
  { system, kind: '500-after', probability: 0.05 },
  { system, kind: 'reset-after', probability: 0.03 },
  { system, kind: 'stall', probability: 0.02, ms: 300 },
]);

/** A sandbox and the command line as processes of their own that share one state. */
export async function arena(seed: number) {
  const box = await startSandbox({
    plan: 'unlimited',
    seed,
    readLag: 100,
    latency: 25,
    users: 10,
    meetings: 8,
  });
  const dir = await mkdtemp(join(tmpdir(), 'trunkline-chaos-'));
  const before = new Set((await actual(box)).contacts.keys());
  const until = Date.now();
  const since = until - 150 * 24 * 3600_000;
  const start = (): ChildProcess =>
    spawn(
      process.execPath,
      [
        MAIN,
        'activate',
        '--since',
        new Date(since).toISOString(),
        '--until',
        new Date(until).toISOString(),
        '--json',
      ],
      {
        cwd: dir,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
          ...process.env,
          ...box.env,
          ZOOM_PLAN: 'unlimited',
          BREVO_PLAN: 'unlimited',
          BREVO_READ_LAG_SECONDS: '1',
          TRUNKLINE_DATA_DIR: join(dir, 'state'),
          LOG_LEVEL: 'error',
        },
      },
    );
  return {
    box,
    start,
    control: (path: string, body: unknown) =>
      fetch(`${box.url}/__sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) }),
    differences: async () => differences(await expected(box, since, until), await actual(box, before)),
    async [Symbol.asyncDispose]() {
      await box.close();
      await rm(dir, { recursive: true });
    },
  };
}

/** Waits for a process; its exit code, or the signal that ended it, and what it said. */
export async function ended(child: ChildProcess): Promise<{ code: number | string; said: string }> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return { code: code ?? signal ?? 'unknown', said };
}

export interface Round {
  kills: number;
  differences: string[];
  /** What the last run, which nobody killed, said if it failed. */
  trouble: string;
}

/** Kills the run at random moments, then lets one come to its end, and compares with the truth. */
export async function round(seed: number, kills: number, faults: boolean): Promise<Round> {
  await using on = await arena(seed);
  const dice = random(seed, 'kills');
  if (faults) await on.control('faults', { rules: ROUGH, seed });
  let killed = 0;
  for (let i = 0; i < kills; i++) {
    const child = on.start();
    const end = ended(child);
    const timer = setTimeout(() => child.kill('SIGKILL'), dice.int(300, 1300));
    if ((await end).code === 'SIGKILL') killed++;
    clearTimeout(timer);
  }
  let last = await ended(on.start());
  // With faults, a run may end with something left to do; it says so, and the next run does it.
  const again = faults ? 3 : 0;
  for (let tries = 0; last.code !== 0 && tries < again; tries++) last = await ended(on.start());
  return {
    kills: killed,
    differences: await on.differences(),
    trouble: last.code === 0 ? '' : `exit ${last.code}: ${last.said}`,
  };
}

/** Kills the run at the worst moment: when Brevo has done the thing and nobody was told yet. */
export async function killAfterEffect(seed: number, operation: string, nth: number): Promise<Round> {
  await using on = await arena(seed);
  for (let i = 0; i < nth; i++) {
    await on.control('faults', {
      rules: [{ system: 'brevo', operation, kind: 'stall', probability: 1, ms: 5000, times: 1 }],
    });
    const child = on.start();
    const end = ended(child);
    const before = await stalls(on.box);
    while (child.exitCode === null && (await stalls(on.box)) === before)
      await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGKILL');
    await end;
  }
  await on.control('faults', { rules: [] });
  const last = await ended(on.start());
  return {
    kills: nth,
    differences: await on.differences(),
    trouble: last.code === 0 ? '' : `exit ${last.code}: ${last.said}`,
  };
}

async function stalls(box: Sandbox): Promise<number> {
  const stats = (await (await fetch(`${box.url}/__sandbox/stats`)).json()) as {
    brevo: { faults: { stall?: number } };
  };
  return stats.brevo.faults.stall ?? 0;
}
