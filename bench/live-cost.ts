/** What an event costs the processors of Node and of PostgreSQL: from the request until its effect is planned and sent. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, loadConfig, realWorld, startLive } from '../src/app/index.ts';
import { events } from '../src/connectors/zoom/webhooks.ts';
import { sign } from '../src/core/signature.ts';
import { quiet, storyOf } from '../test/app/live-stage.ts';
import { startPostgres } from '../test/postgres-server.ts';
import { startSandbox } from '../src/sandbox/index.ts';
import { round } from './processes.ts';
import type { Costs } from './scale-model.ts';

const DAY = 86_400_000;
/** The kernel counts time of processes in hundredths of a second (man 5 proc, USER_HZ). */
const TICK_MS = 10;

/** The costs, as JSON. There is no bound: they are what the simulation of scale is fed with. */
export async function benchLiveCost(): Promise<Record<string, unknown> & { holds: boolean }> {
  const { events: count, ...costs } = await liveCosts();
  const rounded = Object.fromEntries(Object.entries(costs).map(([name, ms]) => [name, round(ms)]));
  return { bench: 'live-cost', events: count, msPerEvent: rounded, holds: true };
}

/** Costs on this machine; the sandbox runs in the same process, which is measured apart and taken off. */
export async function liveCosts(): Promise<Costs & { events: number }> {
  const server = await startPostgres();
  const box = await startSandbox({
    plan: 'unlimited',
    seed: 31,
    participants: 25,
    readLag: 0,
    importDelay: 0,
  });
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-cost-'));
  const env = {
    ...box.env,
    ZOOM_PLAN: 'unlimited',
    BREVO_PLAN: 'unlimited',
    TRUNKLINE_DATA_DIR: dataDir,
    DATABASE_URL: `${server.url}?schema=cost`,
    LOG_LEVEL: 'silent',
  };
  const readFile = (path: string) =>
    path === join(dataDir, 'trunkline.yaml') ? 'schedules: { activate: never }\n' : undefined;
  const app = new App(loadConfig({ env, cwd: dataDir, readFile }), realWorld);
  try {
    const until = Date.now() - 25 * 3_600_000;
    const { pushes } = await storyOf({ box, since: until - 100 * DAY }, until);
    const secret = box.env['ZOOM_WEBHOOK_SECRET'] ?? '';
    const bodies = pushes.map((push) => Buffer.from(JSON.stringify({ ...push, event_ts: Date.now() })));
    const live = await startLive(app);
    const receiver = live.receiver('zoom');
    if (!receiver) throw new Error('Zoom pushes nothing');
    const store = await app.store();
    // Nothing is handled meanwhile: the jobs of this process rest.
    const receive = async (body: Buffer): Promise<void> => {
      const headers = {
        'content-type': 'application/json',
        ...sign(events.verify, secret, body, Date.now()),
      };
      const { status } = await receiver.receive({ headers, body });
      if (status !== 200) throw new Error(`an event was answered with ${status}`);
    };
    await receive(bodies[0] as Buffer);
    await quiet(store);
    await live.stop();
    const before = costNow(server.folder);
    for (let i = 1; i < bodies.length; i += 50) {
      await Promise.all(bodies.slice(i, i + 50).map(receive));
    }
    const received = costNow(server.folder);
    await app.close();
    const second = new App(loadConfig({ env, cwd: dataDir, readFile }), realWorld);
    const begun = costNow(server.folder);
    const working = await startLive(second);
    await quiet(await second.store());
    const done = costNow(server.folder);
    await working.stop();
    await second.close();
    const n = bodies.length - 1;
    return {
      events: n,
      receive: (received.node - before.node) / n,
      receiveInDatabase: (received.database - before.database) / n,
      handle: (done.node - begun.node) / n,
      handleInDatabase: (done.database - begun.database) / n,
      commit: 2,
    };
  } finally {
    await app.close();
    await box.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Milliseconds of processors so far: of this process, and of all that run in the folder of the database. */
function costNow(folder: string): { node: number; database: number } {
  const { user, system } = process.cpuUsage();
  return { node: (user + system) / 1000, database: ticksBelow(folder) * TICK_MS };
}

function ticksBelow(folder: string): number {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const stats = new Map(all.flatMap((pid) => statOf(pid)));
  const main = readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0] ?? '';
  return [...stats.values()]
    .filter(({ pid, parent }) => pid === main || parent === main)
    .reduce((sum, { ticks }) => sum + ticks, 0);
}

function statOf(pid: string): [string, { pid: string; parent: string; ticks: number }][] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program stands in brackets and may hold spaces.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [[pid, { pid, parent: fields[1] ?? '', ticks: Number(fields[11]) + Number(fields[12]) }]];
  } catch {
    return [];
  }
}
