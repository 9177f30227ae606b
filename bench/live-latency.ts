/**
 * From a registration at Zoom to the last answer of Brevo: contact and event, with the look at whether the person said
 * no to mail. Once with nothing else to do, once while a long run brings 100,000 people over in the same process.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, loadConfig, realWorld, startLive, toNodeHandler } from '../src/app/index.ts';
import { events } from '../src/connectors/zoom/webhooks.ts';
import { sign } from '../src/core/signature.ts';
import { round, spawnSandbox } from './processes.ts';

const PER_SECOND = 5;
const ALONE_SECONDS = 60;
const LATENCY_MS = 20;
const BACKFILL_PEOPLE = 100_000;
const BOUNDS = { aloneP50: 150, aloneP99: 1000, besideP99: 3000 };

export async function benchLiveLatency(): Promise<unknown> {
  const box = await spawnSandbox({
    plan: 'unlimited',
    users: 50,
    meetings: 20,
    participants: 100,
    webinars: 0,
    distinct: true,
    latency: LATENCY_MS,
  });
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-bench-'));
  const answered = new Map<string, number>();
  const app = openApp(box.env, dataDir, answered);
  try {
    const live = await startLive(app);
    const receiver = live.receiver('zoom');
    if (!receiver) throw new Error('Zoom pushes nothing');
    const handle = toNodeHandler(receiver);
    const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const load = new Load(box.env, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, answered);
    // The first one reads what attributes and lists the account has, and signs in.
    await load.run(1, () => false);
    const alone = await load.run(ALONE_SECONDS * PER_SECOND, () => false);
    let over = false;
    const started = performance.now();
    const backfill = app
      .activate({ since: Date.now() - 175 * 86_400_000, until: Date.now() }, () => undefined)
      .finally(() => (over = true));
    const beside = await load.run(Number.POSITIVE_INFINITY, () => over);
    const { contacts, events: sent } = await backfill;
    const seconds = round((performance.now() - started) / 1000);
    await live.stop();
    server.closeAllConnections();
    server.close();
    return {
      bench: 'live-latency',
      perSecond: PER_SECOND,
      sandboxLatencyMs: LATENCY_MS,
      alone,
      beside: { ...beside, backfill: { people: contacts.created, events: sent.sent, seconds } },
      bounds: BOUNDS,
      holds:
        alone.lost + beside.lost === 0 &&
        alone.p50 < BOUNDS.aloneP50 &&
        alone.p99 < BOUNDS.aloneP99 &&
        beside.p99 < BOUNDS.besideP99 &&
        contacts.created >= BACKFILL_PEOPLE,
    };
  } finally {
    await app.close();
    await box.stop();
    await rm(dataDir, { recursive: true });
  }
}

/** An app that notes when Brevo has answered with 2xx to the event of a person. */
function openApp(env: Record<string, string>, dataDir: string, answered: Map<string, number>): App {
  const config = loadConfig({
    env: {
      ...env,
      ZOOM_PLAN: 'unlimited',
      BREVO_PLAN: 'unlimited',
      TRUNKLINE_DATA_DIR: dataDir,
      LOG_LEVEL: 'error',
    },
    cwd: dataDir,
    readFile: (path) =>
      path === join(dataDir, 'trunkline.yaml') ? 'schedules: { activate: never }\n' : undefined,
  });
  const fetchAndNote: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const { body } = init ?? {};
    if (response.ok && typeof body === 'string' && body.includes('"webinar_registered"')) {
      const [, email] = /"email_id":"([^"]+)"/.exec(body) ?? [];
      if (email !== undefined) answered.set(email, performance.now());
    }
    return response;
  };
  return new App(config, { ...realWorld, fetch: fetchAndNote });
}

/** People who register one after the other, at an even pace, whatever becomes of those before. */
class Load {
  readonly #env: Record<string, string>;
  readonly #url: string;
  readonly #answered: ReadonlyMap<string, number>;
  #people = 0;

  constructor(env: Record<string, string>, url: string, answered: ReadonlyMap<string, number>) {
    this.#env = env;
    this.#url = url;
    this.#answered = answered;
  }

  /** So many people, or until it is over; milliseconds until Brevo had them. */
  async run(most: number, over: () => boolean) {
    const sent = new Map<string, number>();
    const posts: Promise<void>[] = [];
    const start = performance.now();
    while (sent.size < most && !over()) {
      await pause(start + (sent.size * 1000) / PER_SECOND - performance.now());
      const email = `person-${++this.#people}@live.example`;
      sent.set(email, performance.now());
      posts.push(this.#post(email));
    }
    await Promise.all(posts);
    const deadline = performance.now() + 30_000;
    while ([...sent.keys()].some((email) => !this.#answered.has(email)) && performance.now() < deadline) {
      await pause(20);
    }
    const took = [...sent].flatMap(([email, at]) => {
      const end = this.#answered.get(email);
      return end === undefined ? [] : [end - at];
    });
    const sorted = took.toSorted((a, b) => a - b);
    const percentile = (p: number) =>
      round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? 0);
    return {
      people: sent.size,
      lost: sent.size - took.length,
      p50: percentile(0.5),
      p99: percentile(0.99),
      max: percentile(1),
    };
  }

  async #post(email: string): Promise<void> {
    const registrant = { id: email, email, first_name: 'Ada', last_name: 'Lovelace', status: 'approved' };
    const object = {
      id: 95551112222,
      uuid: 'next',
      topic: 'Launch',
      start_time: '2027-01-15T10:00:00Z',
      registrant,
    };
    const event = { event: 'webinar.registration_created', event_ts: Date.now(), payload: { object } };
    const body = Buffer.from(JSON.stringify(event));
    const headers = {
      'content-type': 'application/json',
      authorization: this.#env['ZOOM_VERIFICATION_TOKEN'] ?? '',
      ...sign(events.verify, this.#env['ZOOM_WEBHOOK_SECRET'] ?? '', body, Date.now()),
    };
    const { status } = await fetch(this.#url, { method: 'POST', headers, body });
    if (status !== 200) throw new Error(`a webhook was answered with ${status}`);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
