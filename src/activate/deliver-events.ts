import type { Audience, EventLane } from '../core/audience.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Reader } from '../core/reader.ts';
import type { Store } from '../store/store.ts';
import { claimEvent, reconciled, settle, type Taker } from './claims.ts';
import { STOPS, toReason } from './deliver-people.ts';
import { planEvents } from './lanes.ts';
import {
  doubtfulEvents,
  placeOf,
  readyEvents,
  readyEventsOf,
  type Cause,
  type DeliveryState,
  type OpenEvent,
  type Place,
  type Reason,
} from './ledger.ts';
import type { Sender } from './sender.ts';
import { sideBySide } from './side-by-side.ts';

export interface EventDelivery {
  store: Store;
  sender: Sender;
  /** Name of the connection that people are read from. */
  source: string;
  audience: string;
  reader: Reader;
  lanes: readonly EventLane[];
  find: Audience['findEvents'];
  /** How long the other side may take until what was sent can be found, in milliseconds. */
  readLagMs: number;
  onProgress(events: number): void;
}

export interface EventReport {
  sent: Record<string, number>;
  refused: { email: string; event: string; reason: Reason }[];
  failed: { email: string; event: string; reason: Reason; error?: ConnectorError }[];
  /** Of those sent, the ones that were in doubt and turned out to have arrived. */
  found: number;
}

export function emptyReport(): EventReport {
  return { sent: {}, refused: [], failed: [], found: 0 };
}

/** Rounds of sending and looking again; each halves what is in doubt many times over. */
const ROUNDS = 6;

/**
 * Sends the events that are planned, each exactly once, and adds to the report. Events carry no key that the other side
 * would check (Brevo FACTS 7): so it is written down before sending, and what is in doubt is looked up before it is
 * sent again.
 */
export async function deliverEvents(delivery: EventDelivery, report: EventReport): Promise<void> {
  for (let round = 1; round <= ROUNDS; round++) {
    report.failed = [];
    await sendAll(delivery, report);
    const doubtful = await inDoubt(delivery);
    if (doubtful.length === 0) return;
    if (round < ROUNDS) await reconcile(delivery, report);
    else for (const event of doubtful) report.failed.push({ ...named(event), reason: IN_DOUBT });
  }
}

const IN_DOUBT: Reason = {
  kind: 'remote',
  message: 'the other side gave no clear answer, again and again',
  hint: 'The next run looks for the event before it sends it again.',
};

/** Sends what is planned for some people. What is left in doubt is looked up by whoever comes next, not waited for. */
export async function deliverEventsOf(
  delivery: EventDelivery,
  emails: readonly string[],
  report: EventReport,
): Promise<void> {
  const ready = async (part: readonly string[]): Promise<OpenEvent[]> => {
    const events: OpenEvent[] = [];
    for (const email of part) events.push(...(await readyEventsOf(delivery.store, delivery.audience, email)));
    return events;
  };
  for (let i = 0; i < emails.length; i += 1000) {
    const parts = planEvents(delivery.lanes, await ready(emails.slice(i, i + 1000)));
    await sideBySide(parts, 4, (part) => send(part, delivery, report));
  }
}

async function sendAll(delivery: EventDelivery, report: EventReport): Promise<void> {
  // A few parts for each of the lanes below: more would only lie in memory.
  const size = 1000;
  let after: Place = { person: '', instance: '', effect: '' };
  for (;;) {
    const events = await readyEvents(delivery.store, delivery.audience, after, size);
    const last = events.at(-1);
    if (!last) return;
    after = placeOf(last);
    await sideBySide(planEvents(delivery.lanes, events), 4, (part) => send(part, delivery, report));
  }
}

interface Part {
  lane: EventLane;
  events: OpenEvent[];
}

interface Became {
  state: DeliveryState;
  cause?: Cause;
}

/** Writes down what became of the events of a part, by their places in it. */
type Note = (of: (i: number) => Became) => Promise<void>;

async function send(part: Part, delivery: EventDelivery, report: EventReport): Promise<void> {
  await delivery.sender.hold(async (owner) => {
    // Written down before it is sent: after a crash from here on the event is in doubt, not forgotten.
    const events = await claim(delivery, owner, part.events);
    if (events.length > 0) await sendClaimed({ ...part, events }, owner, delivery, report);
  });
}

async function claim(
  { store, audience, source }: EventDelivery,
  owner: string,
  events: readonly OpenEvent[],
): Promise<OpenEvent[]> {
  return store.tx(async (sql) => {
    const taker: Taker = { audience, owner, now: store.now() };
    const ours: OpenEvent[] = [];
    for (const event of events) if (await claimEvent(sql, taker, source, placeOf(event))) ours.push(event);
    return ours;
  });
}

async function sendClaimed(
  { lane, events }: Part,
  owner: string,
  delivery: EventDelivery,
  report: EventReport,
): Promise<void> {
  const note: Note = (of) =>
    delivery.store.tx(async (sql) => {
      const taker: Taker = { audience: delivery.audience, owner, now: delivery.store.now() };
      for (const [i, event] of events.entries()) {
        const { state, cause } = of(i);
        await settle(sql, taker, placeOf(event), event.key, state, cause);
      }
    });
  try {
    const outcomes = await lane.submit(delivery.reader, events);
    const became = events.map((_, i) => {
      const { state, reason: message } = outcomes[i] ?? { state: 'refused', reason: 'no outcome was given' };
      return { state, cause: message === undefined ? undefined : { kind: 'input', message } };
    });
    await note((i) => became[i] as Became);
    for (const [i, event] of events.entries()) {
      const { state, cause = { kind: 'input', message: 'refused' } } = became[i] ?? {};
      if (state === 'done') report.sent[event.name] = (report.sent[event.name] ?? 0) + 1;
      else report.refused.push({ ...named(event), reason: cause });
    }
    delivery.onProgress(events.length);
  } catch (error) {
    // It may have arrived: it stays `sending`, without an owner, until somebody has looked.
    if (!(error instanceof ConnectorError) || error.outcome === 'unknown') {
      await note(() => ({ state: 'sending', ...(error instanceof ConnectorError ? { cause: error } : {}) }));
      if (error instanceof ConnectorError) return;
      throw error;
    }
    await afterFailure(error, { lane, events }, note, delivery, report);
  }
}

async function afterFailure(
  error: ConnectorError,
  { lane, events }: Part,
  note: Note,
  delivery: EventDelivery,
  report: EventReport,
): Promise<void> {
  if (error.kind === 'input' && events.length > 1) {
    await note(() => ({ state: 'planned' }));
    const middle = Math.ceil(events.length / 2);
    const single = delivery.lanes.find(({ maxEvents }) => maxEvents === 1);
    for (const half of [events.slice(0, middle), events.slice(middle)]) {
      await send({ lane: half.length === 1 && single ? single : lane, events: half }, delivery, report);
    }
    return;
  }
  const refused = error.kind === 'input' || error.kind === 'not-found';
  await note(() => ({ state: refused ? 'refused' : 'planned', cause: error }));
  for (const event of events) {
    if (refused) report.refused.push({ ...named(event), reason: toReason(error) });
    else report.failed.push({ ...named(event), reason: toReason(error), error });
  }
  if (STOPS.has(error.kind)) throw error;
}

/** What it takes to look up what is in doubt. */
export type LookUp = Pick<
  EventDelivery,
  'store' | 'sender' | 'source' | 'audience' | 'reader' | 'find' | 'readLagMs'
>;

/** Events of which nobody knows whether they arrived, and nobody is waiting for the answer any more. */
export function inDoubt({ store, sender, audience }: LookUp): Promise<OpenEvent[]> {
  // In the name of a sender: only then it is known who else lives.
  return sender.hold(() => doubtfulEvents(store, audience));
}

/** Looks up what is in doubt: what is there was sent, what is not there is planned again. Gives whose events they were. */
export async function reconcile(delivery: LookUp, report: EventReport): Promise<string[]> {
  const { store, sender, audience, reader, readLagMs } = delivery;
  const doubtful = await inDoubt(delivery);
  if (doubtful.length === 0) return [];
  const youngest = doubtful.reduce((latest, { updatedAt }) => Math.max(latest, updatedAt), 0);
  const wait = youngest + readLagMs - store.now();
  if (wait > 0) await reader.sleep(wait);
  for (const [name, events] of Map.groupBy(doubtful, (event) => event.name)) {
    const times = events.map(({ at }) => at).toSorted();
    const { since, until } = days(times[0] as string, times.at(-1) as string);
    const keys = await delivery.find(reader, name, since, until);
    const found = await sender.hold(() =>
      store.tx(async (sql) => {
        const at = { audience, now: store.now() };
        let arrivals = 0;
        for (const event of events) {
          const arrived = keys.has(event.key);
          const row = { place: placeOf(event), attempts: event.attempts };
          if ((await reconciled(sql, at, row, arrived ? 'done' : 'planned')) && arrived) arrivals++;
        }
        return arrivals;
      }),
    );
    report.found += found;
    if (found > 0) report.sent[name] = (report.sent[name] ?? 0) + found;
  }
  return [...new Set(doubtful.map(({ email }) => email))];
}

/** Whole days around two times: the other side may cut fractions of a second. */
function days(first: string, last: string): { since: string; until: string } {
  const day = 24 * 3600_000;
  const since = new Date(Date.parse(first) - day).toISOString().slice(0, 10);
  const until = new Date(Date.parse(last) + day).toISOString().slice(0, 10);
  return { since, until };
}

function named(event: OpenEvent): { email: string; event: string } {
  return { email: event.email, event: event.name };
}
