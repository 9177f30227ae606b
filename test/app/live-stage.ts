/** Zoom and Brevo by the sandbox, our server for its webhooks in this process, and a clock that can be moved on. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler, startLive, type App, type Live } from '../../src/app/index.ts';
import { random } from '../../src/sandbox/random.ts';
import type { Store } from '../../src/store/store.ts';
import { truthTable, type TruthRow } from '../activate/expected.ts';
import { stage, type Stage, type StageOptions } from '../activate/stage.ts';

/** A webhook to be sent. */
export interface Push {
  event: string;
  payload: unknown;
}

export interface LiveStage extends AsyncDisposable {
  on: Stage;
  app: App;
  store: Store;
  /** Has Zoom send events, signed; fails when one is not taken. */
  push(...events: Push[]): Promise<void>;
  /** Lets time pass on all sides. */
  pass(minutes: number): Promise<void>;
  /** Resolves when nothing is left to do now. */
  quiet(): Promise<void>;
  /** What Brevo has of one person. */
  person(
    email: string,
  ): Promise<{ listIds: number[]; attributes: Record<string, unknown>; events: string[] } | undefined>;
}

const MINUTE = 60_000;

/** Nothing comes round by itself; timers are quick, so that a clock that was moved on is noticed. */
export async function liveStage(options: StageOptions = {}): Promise<LiveStage> {
  let shift = 0;
  const on = await stage({
    config: 'schedules: { activate: never }\n',
    ...options,
    sandbox: { readLag: 0, importDelay: 0, ...options.sandbox },
    world: {
      now: () => Date.now() + shift,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 25))),
      setTimer: (ms, fn) => {
        const timer = setTimeout(fn, Math.min(ms, 25));
        return () => clearTimeout(timer);
      },
      ...options.world,
    },
  });
  const app = on.open();
  const live = await startLive(app);
  const store = await app.store();
  const { url, close } = await listen(live);
  const stage_: LiveStage = {
    on,
    app,
    store,
    push: (...events) => send(on, url, events, Date.now() + shift),
    pass: async (minutes) => {
      await on.control('clock', { advanceMs: minutes * MINUTE });
      shift += minutes * MINUTE;
      await stage_.quiet();
    },
    quiet: () => quiet(store),
    person: (email) => personAt(on, email),
    async [Symbol.asyncDispose]() {
      await close();
      await live.stop();
      await app.close();
      await on[Symbol.asyncDispose]();
    },
  };
  return stage_;
}

/** A server that takes Zoom's webhooks and nothing else. */
export async function listen(live: Live): Promise<{ url: string; close: () => Promise<void> }> {
  const receiver = live.receiver('zoom');
  if (!receiver) throw new Error('Zoom pushes nothing');
  const handle = toNodeHandler(receiver);
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhooks/zoom`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export async function send(on: Stage, url: string, events: readonly Push[], now: number): Promise<void> {
  const timestamp = Math.floor(now / 1000);
  const orders = events.map((event) => ({ ...event, url, timestamp, retryStyle: 'same' }));
  const { results } = (await on.control('events', { events: orders })) as { results: { status: number }[] };
  const lost = results.filter(({ status }) => status !== 200);
  if (lost.length > 0) throw new Error(`${lost.length} events were not taken: ${JSON.stringify(lost[0])}`);
}

const DUE = `
  SELECT (SELECT count(*) FROM jobs WHERE queue IN ('inbox', 'activate.person', 'activate.instance', 'activate.doubt')
      AND (state = 'running' OR run_at <= CAST($1 AS bigint) + 1500))
    + (SELECT count(*) FROM inbox WHERE state = 'received') AS n`;

export async function quiet(store: Store): Promise<void> {
  for (let calm = 0; calm < 2;) {
    const [row] = await store.sql<{ n: number }>(DUE, [store.now()]);
    calm = row?.n === 0 ? calm + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function personAt(on: Stage, email: string) {
  type Contact = { email: string; listIds: number[]; attributes: Record<string, unknown> };
  const contacts = (await on.control('brevo/contacts')) as Contact[];
  const events = (await on.control('brevo/events')) as { event_name: string; email: string }[];
  const contact = contacts.find((one) => one.email === email);
  if (!contact) return undefined;
  const { listIds, attributes } = contact;
  const own = events.filter((event) => event.email === email).map((event) => event.event_name);
  return { listIds: listIds.toSorted((a, b) => a - b), attributes, events: own.toSorted() };
}

export interface InstanceRow extends TruthRow {
  instance_end: string;
  host_id: string;
}

interface JoinRow {
  kind: 'meeting' | 'webinar';
  instance: string;
  user_id: string;
  id: string;
  name: string;
  user_email: string;
  registrant_id: string;
  join_time: string;
  leave_time: string;
  status: string;
}

interface RegistrantRow {
  kind: 'meeting' | 'webinar';
  series: string;
  registrant_id: string;
  email: string;
  name: string;
  status: string;
  source: string | null;
}

/** The instance as Zoom's events name it. */
export function objectOf({ instance, series, topic, instance_start, host_id }: InstanceRow) {
  return { id: series, uuid: instance, topic, host_id, start_time: instance_start, type: 2 };
}

/** All that Zoom would have pushed about the instances of a range, in order. */
export async function storyOf(
  on: Pick<Stage, 'box' | 'since'>,
  until: number,
): Promise<{ instances: InstanceRow[]; pushes: Push[] }> {
  const all = await truthTable<InstanceRow>(on.box, 'meetings');
  const instances = all.filter(({ visible, instance_start: start }) => {
    const at = Date.parse(start);
    return visible && at >= on.since && at < until;
  });
  const joins = Map.groupBy(await truthTable<JoinRow>(on.box, 'participants'), ({ instance }) => instance);
  const registrants = Map.groupBy(
    await truthTable<RegistrantRow>(on.box, 'registrants'),
    ({ series }) => series,
  );
  const bySeries = Map.groupBy(instances, ({ series }) => series);
  const pushes = [...bySeries].flatMap(([series, held]) => [
    ...(registrants.get(series) ?? []).flatMap((row) => registrationOf(row, held[0] as InstanceRow)),
    ...held.flatMap((row) => heldOf(row, joins.get(row.instance) ?? [])),
  ]);
  return { instances, pushes };
}

function registrationOf(row: RegistrantRow, held: InstanceRow): Push[] {
  // Who cancelled leaves no trace in Zoom's lists, but one in ours.
  if (row.status === 'cancelled') return [];
  const [first_name = '', ...rest] = row.name.split(' ');
  const registrant = {
    id: row.registrant_id,
    email: row.email,
    first_name,
    last_name: rest.join(' '),
    ...(row.source === null ? {} : { tracking_source: { source_name: row.source } }),
  };
  const told = (what: string, status?: string): Push => ({
    event: `${row.kind}.registration_${what}`,
    payload: { object: { ...objectOf(held), id: Number(row.series), registrant: { ...registrant, status } } },
  });
  if (row.status === 'denied') return [told('created', 'pending'), told('denied')];
  return [told('created', row.status)];
}

function heldOf(row: InstanceRow, joins: readonly JoinRow[]): Push[] {
  const object = objectOf(row);
  return [
    { event: `${row.kind}.started`, payload: { object } },
    ...joins.filter(({ status }) => status === 'in_meeting').flatMap((join) => stayOf(row, join)),
    { event: `${row.kind}.ended`, payload: { object: { ...object, end_time: row.instance_end } } },
  ];
}

function stayOf(row: InstanceRow, join: JoinRow): Push[] {
  const { user_id, id, name: user_name, user_email: email, registrant_id, join_time, leave_time } = join;
  const person = { user_id, user_name, id, email, registrant_id };
  const joined = row.kind === 'webinar' ? { join_time } : { date_time: join_time };
  const told = (what: string, more: object): Push => ({
    event: `${row.kind}.participant_${what}`,
    payload: { object: { ...objectOf(row), participant: { ...person, ...more } } },
  });
  return [told('joined', joined), told('left', { leave_time })];
}

/** In disorder, and some of it twice. */
export function jumbled(pushes: readonly Push[], seed: number): Push[] {
  const dice = random(seed, 'jumble');
  const twice = pushes.flatMap((push) => (dice.int(0, 9) < 3 ? [push, push] : [push]));
  return twice
    .map((push) => ({ push, place: dice.int(0, 1_000_000) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ push }) => push);
}
