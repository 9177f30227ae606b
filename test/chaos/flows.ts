/** Processes that are killed while they do runs of flows, and what is left of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, loadConfig } from '../../src/app/index.ts';
import { events } from '../../src/connectors/zoom/webhooks.ts';
import { sign } from '../../src/core/signature.ts';
import { random } from '../../src/sandbox/random.ts';
import { definition, startLedger, type Ledger } from '../flows/ledger.ts';

const MAIN = new URL('../../src/cli/main.ts', import.meta.url).pathname;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const SECRET = 'the-secret-of-the-storm';

export interface Plan {
  seed: number;
  kills: number;
  /** Events that are sent, each of which begins a run. */
  events: number;
  /** Where state is; an SQLite file when not given. */
  databaseUrl?: string;
  /** Processes that only work, beside the server. */
  workers?: number;
}

export interface Outcome {
  kills: number;
  /** Runs that stopped in doubt, and were resolved by what the other system really did. */
  doubts: number;
  /** Calls that were made more than once, as they may be. */
  repeats: number;
  /** Everything that is not as it should be. */
  faults: string[];
}

/** A read, a write that must not be repeated, one for each of three that may, and one that is declared to be. */
const CONFIG = (url: string): string => `
schedules: { activate: never }
connections:
  ledger: { connector: ./ledger.json, servers: { api: "${url}" } }
flows:
  storm:
    trigger: { connection: zoom, event: meeting.ended }
    key: trigger.body.payload.object.host_id
    steps:
      - { id: person, action: ledger.people.get, input: { id: "\${run.id}" } }
      - id: order
        action: ledger.orders.create
        input: { run: "\${run.id}", title: "\${trigger.body.payload.object.topic}", of: "\${steps.person.output.number}" }
      - id: lines
        action: ledger.lines.put
        for_each: "[0, 1, 2]"
        input: { id: "\${run.id}-\${item}", run: "\${run.id}", title: "\${steps.order.output.number}" }
      - { id: note, action: ledger.notes.create, input: { run: "\${run.id}" }, on_doubt: retry }
    output: { order: "\${steps.order.output.number}" }
`;

/** Sends events at processes that die, lets what is left come to its end, and compares with what was really called. */
export async function flowStorm(plan: Plan): Promise<Outcome> {
  const dir = await mkdtemp(join(tmpdir(), 'trunkline-flows-'));
  await using ledger = await startLedger();
  const dice = random(plan.seed, 'latency');
  ledger.latency = () => dice.int(5, 80);
  try {
    return await inside(plan, ledger, dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function inside(plan: Plan, ledger: Ledger, dir: string): Promise<Outcome> {
  await writeFile(join(dir, 'ledger.json'), JSON.stringify(definition));
  await writeFile(join(dir, 'trunkline.yaml'), CONFIG(ledger.url));
  const house = await houseOf(plan, dir);
  const dice = random(plan.seed, 'kills');
  let kills = 0;
  const killing = (async () => {
    while (kills < plan.kills) {
      // By what it has done and not by time, so that each kill hits something however slow the machine is.
      const enough = ledger.entries.length + dice.int(4, 24);
      // Each kill may leave runs in doubt, which nobody resolves before the end: then nothing is left to be hit.
      const end = Date.now() + 20_000;
      while (ledger.entries.length < enough && Date.now() < end) await pause(2);
      if (ledger.entries.length < enough) return;
      await pause(dice.int(0, 40));
      await house.kill(dice.int(0, 1_000_000));
      kills++;
    }
  })();
  const sent = await sendAll(plan.events, house.url);
  await killing;
  const outcome = await settle(plan, ledger, dir, house, sent);
  return { kills, ...outcome };
}

async function settle(plan: Plan, ledger: Ledger, dir: string, house: House, sent: number) {
  const patience = Date.now() + 120_000;
  let doubts = 0;
  for (;;) {
    const runs = await house.ask<{ id: string; state: string }[]>('GET', '/flow-runs?limit=1000');
    const open = runs.filter(({ state }) => !['done', 'in-doubt', 'failed'].includes(state));
    const doubtful = runs.filter(({ state }) => state === 'in-doubt');
    for (const { id } of doubtful) {
      doubts++;
      // The person looks into the other system.
      const there = ledger.applied(/^\/orders/).some(({ body }) => body['run'] === id);
      const doubt = there ? { kind: 'done', output: { number: 0 } } : { kind: 'again' };
      await house.ask('POST', `/flow-runs/${id}/retry`, { doubt });
    }
    if (open.length === 0 && doubtful.length === 0 && runs.length >= sent) break;
    if (Date.now() > patience) break;
    await pause(100);
  }
  // What is done twice comes last.
  await pause(300);
  await house.stop();
  const env = house.env;
  await using app = new App(loadConfig({ env, cwd: dir, readFile: () => CONFIG(ledger.url) }));
  const desk = await app.flows();
  const faults: string[] = [];
  const runs = await desk.runs({}, 1000);
  if (runs.length !== sent) faults.push(`${sent} events were taken, and there are ${runs.length} runs`);
  let repeats = 0;
  for (const { id } of runs) {
    const run = await desk.runById(id);
    if (run.state !== 'done') faults.push(`${id} is ${run.state}: ${run.error?.message ?? ''}`);
    const calls = ledger.entries.filter(({ path, body }) => path.includes(id) || body['run'] === id);
    faults.push(
      ...orderFaults(
        id,
        calls.map(({ path }) => placeOf(path, id)),
      ),
    );
    for (const place of [0, 1, 2, 3, 4, 5]) {
      const made = calls.filter(({ path }) => placeOf(path, id) === place).length;
      if (made === 0) faults.push(`${id}: step ${place} was never called`);
      if (place === 1 && made > 1) faults.push(`${id}: the order was sent ${made} times`);
      repeats += Math.max(0, made - 1);
    }
  }
  return { doubts, repeats, faults };
}

const PLACES = ['/people/', '/orders', '/lines/', '/notes'];

/** Number of a call in its run. */
function placeOf(path: string, run: string): number {
  const step = PLACES.findIndex((start) => path.startsWith(start));
  return step < 2 ? step : step === 2 ? 2 + Number(path.slice(`/lines/${run}-`.length)) : 5;
}

/** A call of a step that was finished before would stand behind one of a later step. */
function orderFaults(id: string, places: readonly number[]): string[] {
  return places.flatMap((place, i) =>
    i > 0 && place < (places[i - 1] as number)
      ? [`${id}: step ${place} was called after ${places[i - 1]}`]
      : [],
  );
}

async function sendAll(count: number, url: string): Promise<number> {
  const queue = Array.from({ length: count }, (_, i) => i).values();
  const lane = async (): Promise<void> => {
    for (const i of queue) {
      const object = { id: i, uuid: `u${i}`, host_id: `host-${i % 8}`, topic: `Event ${i}` };
      const body = Buffer.from(
        JSON.stringify({ event: 'meeting.ended', payload: { object }, event_ts: 1000 + i }),
      );
      for (;;) {
        const headers = {
          'content-type': 'application/json',
          'x-zm-request-id': `storm-${i}`,
          ...sign(events.verify, SECRET, body, Date.now()),
        };
        const answer = await fetch(`${url}/webhooks/zoom`, { method: 'POST', headers, body }).catch(
          () => undefined,
        );
        await answer?.arrayBuffer().catch(() => undefined);
        if (answer?.status === 200) break;
        if (answer && answer.status < 500) throw new Error(`refused with ${answer.status}`);
        await pause(30);
      }
      await pause(5);
    }
  };
  await Promise.all(Array.from({ length: 4 }, lane));
  return count;
}

interface House {
  url: string;
  env: Record<string, string>;
  ask<T>(method: string, path: string, body?: unknown): Promise<T>;
  kill(which: number): Promise<void>;
  stop(): Promise<void>;
}

/** A server, and workers beside it, that come back whenever they die. */
async function houseOf(plan: Plan, dir: string): Promise<House> {
  const port = await freePort();
  const env: Record<string, string> = {
    ZOOM_WEBHOOK_SECRET: SECRET,
    TRUNKLINE_ADMIN_TOKEN: 'a-token-of-the-storm',
    TRUNKLINE_SECRET_KEY: 'a-key-of-the-storm',
    TRUNKLINE_DATA_DIR: join(dir, 'state'),
    LOG_LEVEL: 'silent',
    PORT: `${port}`,
    ...(plan.databaseUrl ? { DATABASE_URL: plan.databaseUrl } : {}),
  };
  let open = true;
  const start = (command: string): { child: ChildProcess; ended: Promise<unknown> } => {
    const child = spawn(process.execPath, [MAIN, command], {
      cwd: dir,
      env: { ...process.env, ...env },
      stdio: 'ignore',
    });
    return { child, ended: once(child, 'exit') };
  };
  const commands = ['serve', ...Array.from({ length: plan.workers ?? 0 }, () => 'worker')];
  const running = commands.map(start);
  const guards = commands.map(async (command, i) => {
    for (;;) {
      await running[i]?.ended;
      if (!open) return;
      running[i] = start(command);
    }
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    env,
    ask: async (method, path, body) => {
      for (;;) {
        const headers = {
          authorization: `Bearer ${env['TRUNKLINE_ADMIN_TOKEN']}`,
          'content-type': 'application/json',
        };
        const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
        const answer = await fetch(`${url}/api/v1${path}`, init).catch(() => undefined);
        if (answer?.ok) return (await answer.json()) as never;
        if (answer && answer.status < 500)
          throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
        await pause(50);
      }
    },
    kill: async (which) => {
      const victim = running[which % running.length];
      victim?.child.kill('SIGKILL');
      await victim?.ended;
    },
    stop: async () => {
      open = false;
      for (const { child } of running) child.kill('SIGTERM');
      await Promise.all(guards);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
