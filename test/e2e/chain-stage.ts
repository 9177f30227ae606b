/** A server as a process of its own, which can be killed and comes back, beside the sandbox's shop and desk. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { freePort } from '../hooks/stage.ts';

export const MAIN = new URL('../../src/cli/main.ts', import.meta.url).pathname;
const TOKEN = 'a-token-of-the-chain';

export interface ChainStage {
  box: Sandbox;
  dir: string;
  url: string;
  env: Record<string, string>;
  /** Kills the server as `kill -9` does. */
  kill: () => Promise<void>;
  /** Starts it, and waits until it answers. */
  start: () => Promise<void>;
  /** The API of the server. */
  ask: (method: string, path: string, body?: unknown) => Promise<{ status: number; json: unknown }>;
  /** What the sandbox holds. */
  truth: <T>(collection: string) => Promise<T[]>;
  /** Somebody does something in the sandbox. */
  control: <T>(method: string, path: string, body?: unknown) => Promise<T>;
  /** Calls that an operation of the sandbox got. */
  calls: (system: 'shop' | 'desk', operation: string) => Promise<number>;
}

/** Starts all of it; it ends with the test. */
export async function chainStage(t: TestContext, databaseUrl?: string): Promise<ChainStage> {
  const box = await startSandbox({ users: 1, meetings: 0, webinars: 0, plan: 'unlimited' });
  const dir = mkdtempSync(join(tmpdir(), 'trunkline-chain-'));
  writeFileSync(join(dir, 'trunkline.yaml'), 'schedules: { activate: never }\n');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    TRUNKLINE_DATA_DIR: join(dir, 'state'),
    TRUNKLINE_PUBLIC_URL: url,
    TRUNKLINE_ADMIN_TOKEN: TOKEN,
    TRUNKLINE_SECRET_KEY: 'a-key-of-the-chain',
    LOG_LEVEL: 'silent',
    PORT: String(port),
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  };
  let server: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  };
  const stage: ChainStage = {
    box,
    dir,
    url,
    env,
    kill: () => end('SIGKILL'),
    start: async () => {
      server = spawn(process.execPath, [MAIN, 'serve', '--json'], {
        cwd: dir,
        env: { PATH: process.env['PATH'], ...env },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const ready = once(server.stdout as NodeJS.ReadableStream, 'data');
      const ended = once(server, 'exit').then(() => Promise.reject(new Error('the server ended')));
      // It ends some time, when nobody waits for that any more.
      ended.catch(() => undefined);
      await Promise.race([ready, ended]);
    },
    ask: async (method, path, body) => {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, json: await response.json() };
    },
    truth: (collection) => stage.control('GET', `/${collection}`),
    control: async (method, path, body) => {
      const response = await fetch(`${box.url}/__sandbox${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as never;
    },
    calls: async (system, operation) => {
      type Stats = Record<string, { operations: Record<string, number> }>;
      const stats = await stage.control<Stats>('GET', '/stats');
      return stats[system]?.operations[operation] ?? 0;
    },
  };
  t.after(async () => {
    await end('SIGTERM');
    await box.close();
    rmSync(dir, { recursive: true, force: true });
  });
  await stage.start();
  return stage;
}

/** Waits until something holds; fails after twenty seconds. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 800; i++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`never came: ${what}`);
}
