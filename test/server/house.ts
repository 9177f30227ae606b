import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, loadConfig, realWorld, startLive, type World } from '../../src/app/index.ts';
import { Secret } from '../../src/core/secret.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import { startServer } from '../../src/server/server.ts';

export const TOKEN = 'a-token-of-the-tests';

export interface HouseOptions {
  sandbox?: Partial<SandboxOptions>;
  env?: Record<string, string>;
  world?: Partial<World>;
  /** Text of a trunkline.yaml; by default nothing comes round by itself. */
  config?: string;
}

/** A server on loopback, with a sandbox behind it. */
export interface House {
  url: string;
  app: App;
  box: Sandbox;
  dataDir: string;
  /** Asks the API, with the token; gives status and parsed answer. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the test knows what it asked for
  ask<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; json: T }>;
  /** Has the sandbox send a signed event. */
  push(event: string, payload?: unknown, more?: object): Promise<{ status: number }>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts all of it; timers and clocks are real unless `world` says otherwise. */
export async function openHouse(options: HouseOptions = {}): Promise<House> {
  // The same tests over several processes; those with a clock of their own stay in this one.
  if (process.env['TRUNKLINE_TEST_HOUSE'] === 'many' && !options.world) {
    return (await import('./many-house.ts')).openManyHouse(options);
  }
  const box = await startSandbox({
    users: 2,
    meetings: 2,
    webinars: 0,
    plan: 'unlimited',
    ...options.sandbox,
  });
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-server-'));
  const env = {
    ...box.env,
    ZOOM_PLAN: 'unlimited',
    BREVO_PLAN: 'unlimited',
    BREVO_READ_LAG_SECONDS: '1',
    TRUNKLINE_DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    PORT: '0',
    ...options.env,
  };
  const text = options.config ?? 'schedules: { activate: never }\n';
  const readFile = (path: string) => (path === join(dataDir, 'trunkline.yaml') ? text : undefined);
  const app = new App(loadConfig({ env, cwd: dataDir, readFile }), { ...realWorld, ...options.world });
  const live = await startLive(app);
  const server = await startServer({ app, live, token: new Secret(TOKEN) });
  app.servingSince = app.world.now();
  let stopped: Promise<void> | undefined;
  const stop = () =>
    (stopped ??= (async () => {
      await server.stop();
      await app.close();
    })());
  return {
    url: server.url,
    app,
    box,
    dataDir,
    ask: async (method, path, body) => {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, json: (await response.json()) as never };
    },
    push: async (event, payload, more = {}) => {
      const order = { url: `${server.url}/webhooks/zoom`, event, payload, ...more };
      const response = await fetch(`${box.url}/__sandbox/events`, {
        method: 'POST',
        body: JSON.stringify(order),
      });
      return (await response.json()) as { status: number };
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      await box.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Waits until something holds; fails after ten seconds. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never came: ${what}`);
}
