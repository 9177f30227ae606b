/** A house that does flows: another system over real HTTP, Zoom's webhooks with real signatures, a clock that moves. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, loadConfig, startLive, type FlowDesk, type FlowRun, type Live } from '../../src/app/index.ts';
import { events } from '../../src/connectors/zoom/webhooks.ts';
import { sign } from '../../src/core/signature.ts';
import { listen } from '../app/live-stage.ts';
import { definition, startLedger, type Ledger } from './ledger.ts';

const SECRET = 'the-secret-of-the-stage';

export interface FlowStageOptions {
  /** The block `flows`, indented by two. */
  flows: string;
  databaseUrl?: string;
  /** Nothing acts by itself until it is asked for. */
  still?: boolean;
}

export interface FlowStage extends AsyncDisposable {
  app: App;
  desk: FlowDesk;
  ledger: Ledger;
  live: Live | undefined;
  dir: string;
  /** Another process on the same state; closed with the stage. */
  another(flows?: string): Promise<App>;
  /** Has Zoom send an event; tries of one delivery have the same id. */
  push(event: string, object: object, id?: string): Promise<number>;
  /** Lets time pass. */
  pass(seconds: number): void;
  /** The runs once this holds, newest first; fails after 10 seconds. */
  when(holds: (runs: readonly FlowRun[]) => boolean): Promise<FlowRun[]>;
  /** The only run, once it is over. */
  theRun(): Promise<FlowRun>;
}

export const OVER: ReadonlySet<string> = new Set([
  'done',
  'partly',
  'failed',
  'in-doubt',
  'skipped',
  'stopped',
]);

export async function flowStage(options: FlowStageOptions): Promise<FlowStage> {
  const ledger = await startLedger();
  const dir = await mkdtemp(join(tmpdir(), 'trunkline-flow-stage-'));
  await writeFile(join(dir, 'ledger.json'), JSON.stringify(definition));
  let shift = 0;
  const open = (flows: string): App => {
    const text = `schedules: { activate: never }
connections:
  ledger: { connector: ./ledger.json, servers: { api: "${ledger.url}" } }
flows:
${flows}`;
    const env = {
      ZOOM_WEBHOOK_SECRET: SECRET,
      TRUNKLINE_SECRET_KEY: 'a-key-of-the-stage',
      TRUNKLINE_DATA_DIR: join(dir, 'state'),
      LOG_LEVEL: 'silent',
      ...(options.databaseUrl && { DATABASE_URL: options.databaseUrl }),
    };
    const readFile = (path: string) => (path === join(dir, 'trunkline.yaml') ? text : undefined);
    return new App(loadConfig({ env, cwd: dir, readFile }), {
      now: () => Date.now() + shift,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
      // Quick, so that a clock that was moved on is noticed.
      setTimer: (ms, fn) => {
        const timer = setTimeout(fn, Math.min(ms, 25));
        return () => clearTimeout(timer);
      },
    });
  };
  const app = open(options.flows);
  const live = options.still ? undefined : await startLive(app);
  if (live) app.servingSince = Date.now();
  const door = live && (await listen(live));
  const desk = await app.flows();
  const others: { app: App; live: Live }[] = [];
  const stage: FlowStage = {
    app,
    desk,
    ledger,
    live,
    dir,
    another: async (flows = options.flows) => {
      const other = open(flows);
      others.push({ app: other, live: await startLive(other) });
      other.servingSince = Date.now();
      return other;
    },
    push: async (event, object, id) => {
      const event_ts = id === undefined ? Date.now() + shift : 1_790_000_000_000;
      const body = Buffer.from(JSON.stringify({ event, payload: { object }, event_ts }));
      const headers = {
        'content-type': 'application/json',
        ...(id !== undefined && { 'x-zm-request-id': id }),
        ...sign(events.verify, SECRET, body, Date.now() + shift),
      };
      const answer = await fetch(door?.url ?? '', { method: 'POST', headers, body });
      await answer.arrayBuffer();
      return answer.status;
    },
    pass: (seconds) => void (shift += seconds * 1000),
    when: async (holds) => {
      for (let i = 0; i < 1000; i++) {
        const lines = await desk.runs({}, 100);
        const runs = await Promise.all(lines.map(({ id }) => desk.runById(id)));
        if (holds(runs)) return runs;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const runs = await desk.runs({}, 10);
      throw new Error(
        `never came: ${JSON.stringify(runs.map(({ state, error }) => [state, error?.message]))}`,
      );
    },
    theRun: async () => {
      const runs = await stage.when((all) => all.length > 0 && all.every(({ state }) => OVER.has(state)));
      if (!runs[0] || runs.length !== 1) throw new Error(`${runs.length} runs`);
      return runs[0];
    },
    async [Symbol.asyncDispose]() {
      await door?.close();
      for (const one of [...others, ...(live ? [{ app, live }] : [])]) await one.live.stop();
      for (const one of others) await one.app.close();
      await app.close();
      await ledger[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return stage;
}
