/** A server with hooks, beside the sandbox's shop and desk, by real HTTP. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, loadConfig, realWorld, startLive, type Hooks, type World } from '../../src/app/index.ts';
import { Secret } from '../../src/core/secret.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { startServer } from '../../src/server/server.ts';
import { shopDefinition } from './shop-definition.ts';

export const TOKEN = 'a-token-of-the-tests';

/** Looked into by assertions, field by field. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

export interface HookStage extends AsyncDisposable {
  box: Sandbox;
  app: App;
  hooks: Hooks;
  url: string;
  dir: string;
  env: Record<string, string>;
  /** Lets time pass here and in the sandbox. */
  pass(seconds: number): Promise<void>;
  control(method: string, path: string, body?: unknown): Promise<Json>;
  /** The API of the server. */
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; json: Json }>;
  /** Events of a hook in the inbox, oldest first. */
  inbox(hook: string): Promise<Json[]>;
  /** Ends the server, not the sandbox. */
  stop(): Promise<void>;
}

export interface HookStageOptions {
  databaseUrl?: string;
  box?: Sandbox;
  dir?: string;
  port?: number;
  /** Without it, the server knows where it is reached. */
  nameless?: boolean;
  world?: Partial<World>;
}

export async function hookStage(options: HookStageOptions = {}): Promise<HookStage> {
  const box = options.box ?? (await startSandbox({ users: 1, meetings: 0, webinars: 0 }));
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'trunkline-hooks-')));
  const port = options.port ?? (await freePort());
  const env = environment(box, dir, port, options);
  await writeHouse(dir, box);
  let shift = 0;
  const world: World = {
    ...realWorld,
    now: () => Date.now() + shift,
    // Quick, so that a clock that was moved on is noticed.
    setTimer: (ms, fn) => realWorld.setTimer(Math.min(ms, 50), fn),
    ...options.world,
  };
  const app = new App(loadHouse(env, dir), world);
  const live = await startLive(app);
  const server = await startServer({ app, live, token: new Secret(TOKEN) });
  const control: HookStage['control'] = async (method, path, body) => {
    const response = await fetch(`${box.url}/__sandbox${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopped ??= (async () => {
      await server.stop();
      await app.close();
    })());
  return {
    box,
    app,
    hooks: await app.hooks(),
    url: server.url,
    dir,
    env,
    control,
    pass: async (seconds) => {
      shift += seconds * 1000;
      await control('POST', '/clock', { advanceSeconds: seconds });
    },
    ask: async (method, path, body) => {
      const response = await fetch(`${server.url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, json: await response.json() };
    },
    inbox: async (hook) => {
      const records = await app.records();
      return (await records.events({ connection: `hook:${hook}` }, 100)).toReversed();
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      if (!options.box) await box.close();
      if (!options.dir) await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The environment of such a server. */
export function environment(
  box: Sandbox,
  dir: string,
  port: number,
  { databaseUrl, nameless }: HookStageOptions = {},
): Record<string, string> {
  return {
    ...box.env,
    TRUNKLINE_DATA_DIR: dir,
    LOG_LEVEL: 'silent',
    PORT: String(port),
    ...(nameless ? {} : { TRUNKLINE_PUBLIC_URL: `http://127.0.0.1:${port}` }),
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  };
}

/** The configuration: the shop is a connection. */
export async function writeHouse(dir: string, box: Sandbox): Promise<void> {
  await writeFile(join(dir, 'shop.json'), JSON.stringify(shopDefinition(box.env)));
  await writeFile(
    join(dir, 'trunkline.yaml'),
    [
      'schedules: { activate: never }',
      'connections:',
      '  shop:',
      `    connector: ${join(dir, 'shop.json')}`,
      '    credentials: { client_id: "${SHOP_CLIENT_ID}", client_secret: "${SHOP_CLIENT_SECRET}" }',
      `    servers: { api: "${box.env['SHOP_API_URL']}" }`,
      '',
    ].join('\n'),
  );
}

function loadHouse(env: Record<string, string>, dir: string) {
  return loadConfig({ env, cwd: dir, readFile: readFileIfThere });
}

function readFileIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((closed) => server.close(() => closed()));
  return port;
}

/** Waits until something holds; fails after ten seconds. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`never came: ${what}`);
}
