/** Servers that are killed while Zoom pushes, and what is left of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { events } from '../../src/connectors/zoom/webhooks.ts';
import { sign } from '../../src/core/signature.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { random } from '../../src/sandbox/random.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite, type Store } from '../../src/store/store.ts';
import { actual, differences, expected } from '../activate/expected.ts';
import { jumbled, storyOf, type Push } from '../app/live-stage.ts';

const MAIN = new URL('../../src/cli/main.ts', import.meta.url).pathname;
const DAY = 24 * 3600_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export interface Plan {
  seed: number;
  kills: number;
  /** Events that are sent; all that there are when not given. */
  events?: number;
  /** Where state is; an SQLite file when not given. */
  databaseUrl?: string;
  /** Processes that only work, beside the server. */
  workers?: number;
}

export interface Outcome {
  kills: number;
  sent: number;
  /** Events in the inbox more than once, or acknowledged and not there. */
  astray: string[];
  differences: string[];
}

/** Streams all that Zoom would have pushed at servers that die, and compares what is left with the truth. */
export async function storm(plan: Plan): Promise<Outcome> {
  const box = await startSandbox({
    plan: 'unlimited',
    seed: plan.seed,
    readLag: 50,
    importDelay: 0,
    latency: 2,
  });
  const dir = await mkdtemp(join(tmpdir(), 'trunkline-storm-'));
  try {
    return await inside(plan, box, dir);
  } finally {
    await box.close();
    await rm(dir, { recursive: true, force: true });
  }
}

async function inside(plan: Plan, box: Sandbox, dir: string): Promise<Outcome> {
  const untouched = new Set((await actual(box)).contacts.keys());
  // What has ended within the last day would be watched for minutes.
  const until = Date.now() - DAY - 3600_000;
  const since = until - 100 * DAY;
  const want = await expected(box, since, until);
  const { pushes } = await storyOf({ box, since }, until);
  const stream = jumbled(pushes, plan.seed).slice(0, plan.events);
  const house = await houseOf(plan, box, dir);
  const dice = random(plan.seed, 'storm');
  const sending = { over: false };
  let kills = 0;
  const killing = (async () => {
    while (!sending.over && kills < plan.kills) {
      await pause(dice.int(150, 1500));
      kills++;
      await house.kill(dice.int(0, 1_000_000));
    }
  })();
  const acknowledged = await sendAll(stream, house.url, box);
  sending.over = true;
  await killing;
  const compare = async () => differences(want, await actual(box, untouched));
  const patience = Date.now() + 120_000;
  let left = await compare();
  while (left.length > 0 && Date.now() < patience) {
    await pause(250);
    left = await compare();
  }
  // What is sent twice comes last.
  await pause(1000);
  await house.stop();
  const store = plan.databaseUrl
    ? await openPostgres({ url: plan.databaseUrl, now: () => Date.now() })
    : await openSqlite({ path: join(dir, 'state', 'trunkline.db'), now: () => Date.now() });
  const astray = await strays(store, acknowledged);
  await store.close();
  return { kills, sent: stream.length, astray, differences: await compare() };
}

async function strays({ sql }: Store, acknowledged: ReadonlySet<string>): Promise<string[]> {
  const rows = await sql<{ dedupe_key: string; n: number }>(
    'SELECT dedupe_key, count(*) AS n FROM inbox GROUP BY dedupe_key',
  );
  const found = new Map(rows.map(({ dedupe_key: key, n }) => [key, n]));
  const lost = [...acknowledged].filter((id) => !found.has(`id:${id}`)).map((id) => `${id}: lost`);
  const twice = [...found].filter(([, n]) => n > 1).map(([key]) => `${key}: twice`);
  return [...lost, ...twice];
}

/** Each event until somebody says that it was taken, as Zoom does but without the waiting. */
async function sendAll(stream: readonly Push[], url: string, box: Sandbox): Promise<Set<string>> {
  const secret = box.env['ZOOM_WEBHOOK_SECRET'] ?? '';
  const acknowledged = new Set<string>();
  const queue = stream.entries();
  const lane = async (): Promise<void> => {
    for (const [i, { event, payload }] of queue) {
      const id = `storm-${i}`;
      const body = Buffer.from(JSON.stringify({ event, payload, event_ts: Date.now() }));
      for (;;) {
        const headers = {
          'content-type': 'application/json',
          authorization: box.env['ZOOM_VERIFICATION_TOKEN'] ?? '',
          'x-zm-request-id': id,
          ...sign(events.verify, secret, body, Date.now()),
        };
        const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
        await answer?.arrayBuffer().catch(() => undefined);
        if (answer?.status === 200) break;
        if (answer && answer.status < 500) throw new Error(`${event} was refused with ${answer.status}`);
        await pause(50);
      }
      acknowledged.add(id);
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return acknowledged;
}

/** A server, and workers beside it, that come back whenever they die. */
async function houseOf(plan: Plan, box: Sandbox, dir: string) {
  const port = await freePort();
  await writeFile(join(dir, 'trunkline.yaml'), 'schedules: { activate: never }\n');
  const env = {
    ...process.env,
    ...box.env,
    ZOOM_PLAN: 'unlimited',
    BREVO_PLAN: 'unlimited',
    BREVO_READ_LAG_SECONDS: '1',
    TRUNKLINE_DATA_DIR: join(dir, 'state'),
    LOG_LEVEL: 'silent',
    PORT: `${port}`,
    ...(plan.databaseUrl ? { DATABASE_URL: plan.databaseUrl } : {}),
  };
  let open = true;
  const start = (command: string): { child: ChildProcess; ended: Promise<unknown> } => {
    const child = spawn(process.execPath, [MAIN, command], { cwd: dir, env, stdio: 'ignore' });
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
  return {
    url: `http://127.0.0.1:${port}/webhooks/zoom`,
    kill: async (which: number) => {
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
