import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActivateSummary } from '../../src/activate/run.ts';
import { App, loadConfig, type ActivationRequest, type World } from '../../src/app/index.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import type { SandboxOptions } from '../../src/sandbox/types.ts';
import { actual } from './expected.ts';

export interface StageOptions {
  sandbox?: Partial<SandboxOptions>;
  env?: Record<string, string>;
  /** Text of a trunkline.yaml. */
  config?: string;
  world?: Partial<World>;
}

/** A sandbox, a folder for our state, and runs over both. */
export interface Stage {
  box: Sandbox;
  dataDir: string;
  since: number;
  until: number;
  /** People who were in Brevo before us. */
  before: ReadonlySet<string>;
  /** Opens an app on the same state; the caller closes it. */
  open(over?: Partial<StageOptions>): App;
  /** One activation in an app of its own. */
  run(request?: Partial<ActivationRequest>, over?: Partial<StageOptions>): Promise<ActivateSummary>;
  control(path: string, body?: unknown): Promise<unknown>;
  [Symbol.asyncDispose](): Promise<void>;
}

const DAY = 24 * 3600_000;

/** Sets everything up on loopback; limits are lifted so that tests wait for nothing. */
export async function stage(options: StageOptions = {}): Promise<Stage> {
  const box = await startSandbox({ plan: 'unlimited', ...options.sandbox });
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-test-'));
  const until = Date.now();
  const since = until - 150 * DAY;
  const open = (over: Partial<StageOptions> = {}) => {
    const env = {
      ...box.env,
      ZOOM_PLAN: 'unlimited',
      BREVO_PLAN: 'unlimited',
      BREVO_READ_LAG_SECONDS: '1',
      TRUNKLINE_DATA_DIR: dataDir,
      LOG_LEVEL: 'silent',
      ...options.env,
      ...over.env,
    };
    const text = over.config ?? options.config;
    const readFile = (path: string) => (path === join(dataDir, 'trunkline.yaml') ? text : undefined);
    return new App(loadConfig({ env, cwd: dataDir, readFile }), { ...options.world, ...over.world });
  };
  return {
    box,
    dataDir,
    since,
    until,
    before: new Set((await actual(box)).contacts.keys()),
    open,
    async run(request = {}, over = {}) {
      await using app = open(over);
      return await app.activate({ since, until, ...request }, () => undefined);
    },
    async control(path, body) {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const answer = await fetch(`${box.url}/__sandbox/${path}`, init);
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    async [Symbol.asyncDispose]() {
      await box.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
