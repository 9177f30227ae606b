import { ConnectorError } from '../core/errors.ts';
import { type Log, silentLog } from '../core/log.ts';
import type { Redact } from '../core/secret.ts';
import type { EventPattern, EventsOf, PushedEvent, Trigger } from '../core/trigger.ts';
import { describe, judge } from '../jobs/failure.ts';
import type { Job, Jobs, Worker } from '../jobs/jobs.ts';
import type { Store } from '../store/store.ts';
import {
  assertFits,
  Handlers,
  readEvent,
  type EventContext,
  type EventHandler,
  type HandlerOptions,
  type Wants,
} from './handlers.ts';
import type { EventFailure } from './inbox.ts';
import { INBOX_QUEUE } from './insert.ts';
import { pruneEvents, type Retention } from './retention.ts';
import { settle, takeEvent, takeNext, type Taken } from './taking.ts';

export interface DispatchOptions {
  store: Store;
  jobs: Jobs;
  /** The trigger by which the events of a connection come; undefined when there is no such connection any more. */
  triggerOf: (connection: string) => Trigger | undefined | Promise<Trigger | undefined>;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Cleans errors before they are stored. */
  redact?: Redact;
  log?: Log;
  /** Attempts until an event is a dead letter; 20 unless told, which spans about two and a half hours. */
  maxAttempts?: number;
  retention?: Retention;
}

/** A handler that failed, and why. */
interface Failure {
  error: unknown;
  handler?: string | undefined;
}

const PRUNE_QUEUE = 'inbox-prune';
const PRUNE_EVERY_MS = 6 * 60 * 60 * 1000;

/**
 * Runs handlers for the events in the inbox, at least once each. An event whose handlers fail is tried again by the
 * kind of the error; one that is not tried again by itself stays in the inbox as `failed`, with its cause and what to
 * do. That row is its dead letter: the queue has none of it.
 */
export class Dispatch {
  readonly #options: DispatchOptions;
  readonly #handlers = new Handlers();
  readonly #log: Log;
  readonly #redact: Redact;
  readonly #maxAttempts: number;
  #workers: Worker[] = [];

  constructor(options: DispatchOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
    this.#redact = options.redact ?? ((text) => text);
    this.#maxAttempts = options.maxAttempts ?? 20;
  }

  /**
   * Registers a handler for events of a trigger: by name, by area (`meeting.*`) or for all (`*`). Handlers run one
   * after the other, in the order in which they were registered. Gives the way to take it away again.
   */
  on<Events extends object, const Pattern extends EventPattern<Events>>(
    trigger: Trigger<Events>,
    pattern: Pattern,
    handler: EventHandler<EventsOf<Events, Pattern>>,
    options: HandlerOptions = {},
  ): () => void {
    return this.#handlers.add(trigger, pattern, handler, options);
  }

  /** Registers a handler for the events of all triggers that it wants; which it wants may change at any time. */
  onEvery(wants: Wants, handler: EventHandler<PushedEvent>, options: HandlerOptions = {}): () => void {
    return this.#handlers.addForAll(wants, handler, options);
  }

  /** Begins to run handlers, so many events at once, and to forget old events. Register the handlers first. */
  async start(concurrency = 8): Promise<void> {
    const { jobs, store, now, retention } = this.#options;
    // Whether an event is tried again is decided here, by what the event has behind it; the queue only wakes us up.
    const options = { concurrency, maxAttempts: Number.MAX_SAFE_INTEGER };
    this.#workers = [
      jobs.work(INBOX_QUEUE, options, (job) => this.#look(job)),
      jobs.work(PRUNE_QUEUE, { concurrency: 1 }, async () => {
        await pruneEvents(store, now(), retention);
      }),
    ];
    await jobs.schedule('prune the inbox', PRUNE_EVERY_MS, PRUNE_QUEUE, 'all');
  }

  /** Takes no new events and waits for the handlers that run. */
  async stop(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.stop()));
  }

  async #look({ key, signal }: Job): Promise<void> {
    const { sql } = this.#options.store;
    if (!key.startsWith('lane:')) {
      const event = await takeEvent(sql, key);
      if (event) await this.#handle(event, signal);
      return;
    }
    // An event that is to be tried again ends the round by throwing: what is behind it in the lane waits.
    for (;;) {
      const event = await takeNext(sql, key.slice('lane:'.length));
      if (!event) return;
      await this.#handle(event, signal);
    }
  }

  /** Settles an event; throws its failure when the queue is to come back for it. */
  async #handle(event: Taken, signal: AbortSignal): Promise<void> {
    const { store, now } = this.#options;
    const done = new Set(event.done);
    const { ran, failure } = await this.#run(event, done, signal);
    if (!failure) {
      const state = ran === 0 ? 'ignored' : 'handled';
      await settle(store.sql, event.id, { state, done, error: null, counts: true, at: now() });
      return;
    }
    const { again, counts } = this.#judge(failure.error, event.attempts, signal);
    const error = this.#describe(failure);
    // A crash before this line: the event still waits, and the attempt counts.
    const state = again ? 'received' : 'failed';
    await settle(store.sql, event.id, { state, done, error: JSON.stringify(error), counts, at: now() });
    const { connection, id, attempts: attempt } = event;
    const { kind, message, hint } = error;
    const what = `event ${event.event} ${again ? 'is tried again' : 'failed'}`;
    this.#log(again ? 'info' : 'error', what, { connection, id, attempt, kind, message, hint });
    if (again) throw failure.error;
  }

  /** Runs the handlers that have not done their part; of several failures, one that is worth another try. */
  async #run(
    event: Taken,
    done: Set<string>,
    signal: AbortSignal,
  ): Promise<{ ran: number; failure?: Failure }> {
    // Only a process that died meanwhile leaves more attempts than there may be.
    if (event.attempts > this.#maxAttempts) {
      const error = new Error(`The process ended ${event.attempts - 1} times while this event was handled.`);
      return { ran: 0, failure: { error } };
    }
    const trigger = await this.#options.triggerOf(event.connection);
    const registered = trigger ? this.#handlers.of(trigger, event) : [];
    if (!trigger || registered.length === 0) return { ran: 0 };
    const read = readEvent(trigger, event);
    const context = contextOf(event, signal);
    const failures: Failure[] = [];
    for (const { pattern, handler, options } of registered) {
      if (options.name !== undefined && done.has(options.name)) continue;
      try {
        assertFits(read, pattern);
        await handler(read, context);
        if (options.name !== undefined) done.add(options.name);
      } catch (error) {
        failures.push({ error, handler: options.name });
      }
    }
    const hopeful = failures.find(({ error }) => this.#judge(error, event.attempts, signal).again);
    const failure = hopeful ?? failures[0];
    return { ran: registered.length, ...(failure && { failure }) };
  }

  #judge(error: unknown, attempt: number, signal: AbortSignal): { again: boolean; counts: boolean } {
    if (signal.aborted) return { again: true, counts: false };
    const verdict = judge(error, attempt, this.#maxAttempts, () => 0);
    return verdict.again ? verdict : { again: false, counts: true };
  }

  #describe({ error, handler }: Failure): EventFailure {
    const { kind = 'unexpected', message, hint, cause } = describe(error, this.#redact);
    const fields = error instanceof ConnectorError && error.fields.length > 0 ? { fields: error.fields } : {};
    return { kind, message, hint, cause, ...fields, ...(handler === undefined ? {} : { handler }) };
  }
}

function contextOf(event: Taken, signal: AbortSignal): EventContext {
  const { id, connection, account, receivedAt, happenedAt, attempts, replays, body } = event;
  return { id, connection, account, receivedAt, happenedAt, attempt: attempts, replays, body, signal };
}
