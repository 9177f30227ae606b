/** Servers and workers that are killed while Zoom pushes, and what is left of it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { events } from '../../src/connectors/zoom/webhooks.ts';
import { sign } from '../../src/core/signature.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import { random } from '../../src/sandbox/random.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite, type Store } from '../../src/store/store.ts';
import { actual, differences, expected } from '../activate/expected.ts';
import { jumbled, storyOf, type Push } from '../app/live-stage.ts';
import { openFleet } from '../server/fleet.ts';

const DAY = 24 * 3600_000;
/** Somebody takes an event within this time, whatever was killed. */
const PATIENCE_MS = 600_000;

export interface Plan {
  seed: number;
  kills: number;
  /** How many people meet; by default about 2,000 events come of it. */
  crowd?: Partial<SandboxOptions>;
  /** Where state is; an SQLite file when not given. */
  database?: {
    url: string;
    /** Brings it down and up again. */
    restart?: () => Promise<void>;
    restarts?: number;
  };
  /** Processes that receive; 1 unless told. */
  servers?: number;
  /** Processes that only work. */
  workers?: number;
}

export interface Outcome {
  kills: number;
  restarts: number;
  sent: number;
  seconds: number;
  /** Events in the inbox more than once, or acknowledged and not there. */
  astray: string[];
  differences: string[];
}

/** Streams all that Zoom would have pushed at servers that die, and compares what is left with the truth. */
export async function storm(plan: Plan): Promise<Outcome> {
  // Long enough that kills hit calls under way: what is in doubt then has to be looked up.
  const quick = { readLag: 50, importDelay: 0, latency: 15 };
  const box = await startSandbox({ plan: 'unlimited', seed: plan.seed, ...quick, ...plan.crowd });
  const dir = await mkdtemp(join(tmpdir(), 'trunkline-storm-'));
  try {
    return await inside(plan, box, dir);
  } finally {
    await box.close();
    await rm(dir, { recursive: true, force: true });
  }
}

async function inside(plan: Plan, box: Sandbox, dir: string): Promise<Outcome> {
  const begun = Date.now();
  const untouched = new Set((await actual(box)).contacts.keys());
  // What has ended within the last day would be watched for minutes.
  const until = Date.now() - DAY - 3600_000;
  const since = until - 100 * DAY;
  const want = await expected(box, since, until);
  const { pushes } = await storyOf({ box, since }, until);
  const stream = jumbled(pushes, plan.seed);
  await writeFile(join(dir, 'trunkline.yaml'), 'schedules: { activate: never }\n');
  const { servers = 1, workers = 0, database } = plan;
  await using fleet = await openFleet({ cwd: dir, env: envOf(plan, box, dir), servers, workers });
  await fleet.ready();
  const killing = killAll(plan, fleet);
  const acknowledged = await sendAll(stream, fleet.urls, box);
  const { kills, restarts } = await killing;
  const compare = async () => differences(want, await actual(box, untouched));
  const patience = Date.now() + 120_000 + 30 * stream.length;
  let left = await compare();
  while (left.length > 0 && Date.now() < patience) {
    await pause(500);
    left = await compare();
  }
  // What is sent twice comes last.
  await pause(1000);
  await fleet.stop();
  const now = Date.now;
  const path = join(dir, 'state', 'trunkline.db');
  const store = database ? await openPostgres({ url: database.url, now }) : await openSqlite({ path, now });
  const astray = [...(await strays(store, acknowledged)), ...fleet.falls];
  await store.close();
  const seconds = Math.round((Date.now() - begun) / 1000);
  return { kills, restarts, sent: stream.length, seconds, astray, differences: await compare() };
}

/** Kills until it was done as often as planned, whether or not all events are sent by then. */
async function killAll(
  { seed, kills, database }: Plan,
  fleet: { kill(which: number): Promise<void> },
): Promise<{ kills: number; restarts: number }> {
  const dice = random(seed, 'storm');
  const { restart, restarts = 0 } = database ?? {};
  let restarted = 0;
  for (let killed = 0; killed < kills; killed++) {
    await pause(dice.int(150, 1500));
    await fleet.kill(dice.int(0, 1_000_000));
    if (restart && restarted < restarts && killed + 1 >= ((restarted + 1) * kills) / (restarts + 1)) {
      restarted++;
      await restart();
    }
  }
  return { kills, restarts: restarted };
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

const bodies = new WeakMap<Push, Buffer>();

/** Another try has the same bytes. */
function bodyOf(push: Push): Buffer {
  const body = bodies.get(push) ?? Buffer.from(JSON.stringify({ ...push, event_ts: Date.now() }));
  bodies.set(push, body);
  return body;
}

/** Each event until somebody says that it was taken, as Zoom does but without the waiting. */
export async function sendAll(
  stream: readonly Push[],
  urls: readonly string[],
  box: Pick<Sandbox, 'env'>,
  name = 'storm',
): Promise<Set<string>> {
  const secret = box.env['ZOOM_WEBHOOK_SECRET'] ?? '';
  const acknowledged = new Set<string>();
  const queue = stream.entries();
  const lane = async (_: unknown, first: number): Promise<void> => {
    for (const [i, push] of queue) {
      const { event } = push;
      const id = `${name}-${i}`;
      const body = bodyOf(push);
      const giveUpAt = Date.now() + PATIENCE_MS;
      for (let tries = first; ; tries++) {
        if (Date.now() > giveUpAt) throw new Error(`nobody takes ${event}`);
        const headers = {
          'content-type': 'application/json',
          'x-zm-request-id': id,
          ...sign(events.verify, secret, body, Date.now()),
        };
        const url = `${urls[tries % urls.length]}/webhooks/zoom`;
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

function envOf({ database }: Plan, box: Sandbox, dir: string): Record<string, string | undefined> {
  const { ZOOM_VERIFICATION_TOKEN: _, ...env } = box.env;
  return {
    PATH: process.env['PATH'],
    ...env,
    ZOOM_PLAN: 'unlimited',
    BREVO_PLAN: 'unlimited',
    BREVO_READ_LAG_SECONDS: '1',
    TRUNKLINE_DATA_DIR: join(dir, 'state'),
    LOG_LEVEL: 'silent',
    ...(database ? { DATABASE_URL: database.url } : {}),
  };
}
