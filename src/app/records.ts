import { ConnectorError } from '../core/errors.ts';
import { getEvent, listEvents, type EventFilter, type EventLine } from '../webhooks/inbox.ts';
import { replayEvents } from '../webhooks/replay.ts';
import type { App } from './app.ts';
import {
  getDelivery,
  listDeliveries,
  retryDeliveries,
  type Delivery,
  type DeliveryFilter,
} from './deliveries.ts';
import { lookAgain } from './live/activation.ts';
import { getRun, listRuns, stopRun, type Run, type RunFilter, type RunLine } from './runs.ts';
import { statusOf, type Status } from './status.ts';

export type { Delivery, DeliveryFilter } from './deliveries.ts';
export type { Run, RunFilter, RunLine } from './runs.ts';
export type { Status } from './status.ts';
export type { EventFilter } from '../webhooks/inbox.ts';

/** A received webhook in a list; times are ISO. */
export interface EventSummary extends Omit<EventLine, 'happenedAt' | 'receivedAt' | 'settledAt'> {
  happenedAt: string | undefined;
  receivedAt: string;
  settledAt: string | undefined;
}

/** A received webhook with what it said. */
export interface EventView extends EventSummary {
  headers: Readonly<Record<string, string>>;
  /** Parsed JSON; text when it is none. Secrets are blanked. */
  body: unknown;
}

/** What was asked to be sent again. */
export interface Retried {
  retried: number;
  /** Whether a server or a worker sends it now; otherwise the next activation does. */
  sending: boolean;
}

/** What Trunkline has on record, to be looked into and acted on; beside a running server, the server's. */
export interface Records {
  status(): Promise<Status>;
  /** Newest first, like all lists here. */
  runs(filter: RunFilter, limit: number): Promise<RunLine[]>;
  run(id: string): Promise<Run>;
  /** Asks an extraction to end. */
  stopRun(id: string): Promise<void>;
  events(filter: Omit<EventFilter, 'ids'>, limit: number): Promise<EventSummary[]>;
  event(id: string): Promise<EventView>;
  /** Puts events back, so that the handlers of today see them again; gives how many. */
  replay(filter: EventFilter): Promise<number>;
  deliveries(filter: DeliveryFilter, limit: number): Promise<Delivery[]>;
  delivery(id: string): Promise<Delivery>;
  /** Takes back refusals, so that they are sent again. */
  retry(filter: DeliveryFilter): Promise<Retried>;
}

/** The records in the store of this process. */
export function recordsOf(app: App): Records {
  return {
    status: () => statusOf(app),
    runs: async (filter, limit) => listRuns(await app.store(), filter, limit),
    run: async (id) => getRun(await app.store(), id),
    stopRun: async (id) => stopRun(await app.store(), id),
    events: async (filter, limit) => {
      const { sql } = await app.store();
      return (await listEvents(sql, filter, limit)).map(summaryOf);
    },
    event: async (id) => {
      const { sql } = await app.store();
      const event = await getEvent(sql, id);
      if (!event) throw noEvent(id);
      const { headers, body, ...line } = event;
      return { ...summaryOf(line), headers, body: contentOf(body) };
    },
    replay: async (filter) => replayEvents(await app.store(), await app.jobs(), filter),
    deliveries: async (filter, limit) => listDeliveries(await app.store(), filter, limit),
    delivery: async (id) => getDelivery(await app.store(), id),
    retry: async (filter) => {
      const people = await retryDeliveries(await app.store(), filter);
      return { retried: people.length, sending: people.length > 0 && (await lookAgain(app, people)) };
    },
  };
}

function summaryOf({ happenedAt, receivedAt, settledAt, ...line }: EventLine): EventSummary {
  return {
    ...line,
    happenedAt: isoOf(happenedAt),
    receivedAt: new Date(receivedAt).toISOString(),
    settledAt: isoOf(settledAt),
  };
}

function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

function contentOf(body: Uint8Array): unknown {
  const text = Buffer.from(body).toString();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function noEvent(id: string): ConnectorError {
  return new ConnectorError(`there is no event ${id}`, {
    kind: 'not-found',
    hint: 'List them: trunkline events list. Old ones are pruned.',
  });
}
