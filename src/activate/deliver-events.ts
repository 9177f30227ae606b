import type { Audience, EventLane } from '../core/audience.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Reader } from '../core/reader.ts';
import type { Store } from '../store/store.ts';
import { STOPS, toReason } from './deliver-people.ts';
import { planEvents } from './lanes.ts';
import {
  doubtfulEvents,
  eventEffect,
  readyEvents,
  settle,
  type DeliveryState,
  type OpenEvent,
  type Reason,
} from './ledger.ts';
import { sideBySide } from './side-by-side.ts';

export interface EventDelivery {
  store: Store;
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
  failed: { email: string; event: string; reason: Reason }[];
  /** Of those sent, the ones that were in doubt and turned out to have arrived. */
  found: number;
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
    const doubtful = await doubtfulEvents(delivery.store, delivery.audience);
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

async function sendAll(delivery: EventDelivery, report: EventReport): Promise<void> {
  // A few parts for each of the lanes below: more would only lie in memory.
  const size = 1000;
  let after = { person: '', rest: '' };
  for (;;) {
    const events = await readyEvents(delivery.store, delivery.audience, after, size);
    const last = events.at(-1);
    if (!last) return;
    after = { person: last.email, rest: `${eventEffect(last.name)} ${last.instance}` };
    await sideBySide(planEvents(delivery.lanes, events), 4, (part) => send(part, delivery, report));
  }
}

async function send(
  { lane, events }: { lane: EventLane; events: OpenEvent[] },
  delivery: EventDelivery,
  report: EventReport,
): Promise<void> {
  // Written down before it is sent: after a crash from here on the event is in doubt, not forgotten.
  await note(delivery, events, 'sending');
  try {
    const outcomes = await lane.submit(delivery.reader, events);
    await delivery.store.tx(async (sql) => {
      for (const [i, event] of events.entries()) {
        const { state, reason: message } = outcomes[i] ?? {
          state: 'refused',
          reason: 'no outcome was given',
        };
        const reason = message === undefined ? undefined : { kind: 'input', message };
        if (state === 'done') report.sent[event.name] = (report.sent[event.name] ?? 0) + 1;
        else
          report.refused.push({ ...named(event), reason: reason ?? { kind: 'input', message: 'refused' } });
        await settle(sql, delivery.audience, place(event), state, reason, delivery.store.now());
      }
    });
    delivery.onProgress(events.length);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    await afterFailure(error, { lane, events }, delivery, report);
  }
}

async function afterFailure(
  error: ConnectorError,
  { lane, events }: { lane: EventLane; events: OpenEvent[] },
  delivery: EventDelivery,
  report: EventReport,
): Promise<void> {
  // It may have arrived: it stays `sending` until somebody has looked.
  if (error.outcome === 'unknown') return;
  if (error.kind === 'input' && events.length > 1) {
    const middle = Math.ceil(events.length / 2);
    const single = delivery.lanes.find(({ maxEvents }) => maxEvents === 1);
    for (const half of [events.slice(0, middle), events.slice(middle)]) {
      await send({ lane: half.length === 1 && single ? single : lane, events: half }, delivery, report);
    }
    return;
  }
  const refused = error.kind === 'input' || error.kind === 'not-found';
  await note(delivery, events, refused ? 'refused' : 'planned', error);
  const list = refused ? report.refused : report.failed;
  for (const event of events) list.push({ ...named(event), reason: toReason(error) });
  if (STOPS.has(error.kind)) throw error;
}

/** What it takes to look up what is in doubt. */
export type LookUp = Pick<EventDelivery, 'store' | 'audience' | 'reader' | 'find' | 'readLagMs'>;

/** Looks up what is in doubt: what is there was sent, what is not there is planned again. */
export async function reconcile(delivery: LookUp, report: EventReport): Promise<void> {
  const doubtful = await doubtfulEvents(delivery.store, delivery.audience);
  if (doubtful.length === 0) return;
  const youngest = doubtful.reduce((latest, { updatedAt }) => Math.max(latest, updatedAt), 0);
  const wait = youngest + delivery.readLagMs - delivery.store.now();
  if (wait > 0) await delivery.reader.sleep(wait);
  for (const [name, events] of Map.groupBy(doubtful, (event) => event.name)) {
    const times = events.map(({ at }) => at).toSorted();
    const { since, until } = days(times[0] as string, times.at(-1) as string);
    const keys = await delivery.find(delivery.reader, name, since, until);
    await delivery.store.tx(async (sql) => {
      for (const event of events) {
        const arrived = keys.has(event.key);
        if (arrived) {
          report.found++;
          report.sent[name] = (report.sent[name] ?? 0) + 1;
        }
        await settle(
          sql,
          delivery.audience,
          place(event),
          arrived ? 'done' : 'planned',
          undefined,
          delivery.store.now(),
        );
      }
    });
  }
}

/** Whole days around two times: the other side may cut fractions of a second. */
function days(first: string, last: string): { since: string; until: string } {
  const day = 24 * 3600_000;
  const since = new Date(Date.parse(first) - day).toISOString().slice(0, 10);
  const until = new Date(Date.parse(last) + day).toISOString().slice(0, 10);
  return { since, until };
}

async function note(
  { store, audience }: EventDelivery,
  events: readonly OpenEvent[],
  state: DeliveryState,
  error?: ConnectorError,
): Promise<void> {
  await store.tx(async (sql) => {
    for (const event of events) await settle(sql, audience, place(event), state, error, store.now());
  });
}

function place(event: OpenEvent): { person: string; instance: string; effect: string } {
  return { person: event.email, instance: event.instance, effect: eventEffect(event.name) };
}

function named(event: OpenEvent): { email: string; event: string } {
  return { email: event.email, event: event.name };
}
