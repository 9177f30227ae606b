import { ConnectorError, type ErrorKind } from '../core/errors.ts';
import type { Redact } from '../core/secret.ts';
import type { Sql, Store } from '../store/store.ts';
import { Schedules } from './schedules.ts';
import { busy, enqueue, revive, type NewJob } from './transitions.ts';
import { QueueWorker, type Job, type Surroundings, type Worker, type WorkOptions } from './worker.ts';

export type { NewJob } from './transitions.ts';
export type { Job, Worker, WorkOptions } from './worker.ts';

/** A job that is not tried again by itself. */
export interface DeadJob {
  id: string;
  queue: string;
  key: string;
  payload: unknown;
  attempts: number;
  /** Undefined when the error was not one of a connector. */
  kind: ErrorKind | undefined;
  message: string;
  /** What the person reading it can do. */
  hint: string;
  /** The error and what caused it. */
  cause: string;
  /** Milliseconds since the epoch. */
  diedAt: number;
}

/**
 * A durable queue of wake-up calls. A job says "look at this key"; the truth stands in tables of their own. A job may
 * run twice (the process was killed before it could say that it was done), so handlers must be idempotent: claim a
 * natural key first (`INSERT … ON CONFLICT DO NOTHING RETURNING`).
 *
 * A key has at most one waiting and one running job: a wake-up for a waiting one is merged into it (the earliest time
 * and the highest priority win), one for a running key runs after it. A job in backoff keeps its time.
 */
export interface Jobs {
  /** Adds a wake-up inside a transaction of the store: both happen or neither. */
  enqueue(sql: Sql, job: NewJob): Promise<void>;
  /** Runs the handler for jobs of the queue until stopped, highest priority first, then earliest. */
  work(queue: string, options: WorkOptions, handler: (job: Job) => Promise<void>): Worker;
  /** Resolves when nothing of the queue (with this key prefix) is waiting or running. */
  idle(queue: string, keyPrefix?: string): Promise<void>;
  /** Wakes the key every so many milliseconds, the first time at once; wake-ups missed while down count as one. */
  schedule(name: string, everyMs: number, queue: string, key: string): Promise<void>;
  /** The newest failure of each key that was given up, newest first. */
  dead(queue?: string): Promise<DeadJob[]>;
  /** Makes a dead letter wait again, with all its attempts. */
  retry(id: string): Promise<void>;
  /** Stops schedules and workers; running jobs get some time to end. */
  stop(): Promise<void>;
}

/** Time, chance and what else the queue is given. */
export interface JobsDeps {
  now: () => number;
  random: () => number;
  /** Calls `fn` after so many milliseconds; gives the way to cancel it. */
  setTimer?: (ms: number, fn: () => void) => () => void;
  /** Cleans errors before they are stored. */
  redact?: Redact;
  /** Told when the store fails; work goes on when it works again. */
  onError?: (error: unknown) => void;
  /** Milliseconds that stopping waits for running jobs; 10,000 unless told. */
  graceMs?: number;
}

const DEAD = `
  SELECT id, queue, key, payload, attempts, kind, message, hint, cause, died_at FROM dead_jobs
  WHERE $1::text IS NULL OR queue = $1::text
  ORDER BY died_at DESC, id`;

interface DeadRow extends Omit<DeadJob, 'payload' | 'kind' | 'diedAt'> {
  payload: string | null;
  kind: ErrorKind | null;
  died_at: number;
}

/** The queue on a store that this process owns alone. One per store. */
export function createJobs(store: Store, deps: JobsDeps): Jobs {
  if (store.can.manyOwners) {
    // Recovery takes back all that runs, which would be other processes' work.
    throw problem('This queue needs a store with one owner.', 'Use the queue made for this database.');
  }
  return new EmbeddedJobs(store, deps);
}

class EmbeddedJobs implements Jobs {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #around: Surroundings;
  readonly #schedules: Schedules;
  readonly #workers = new Map<string, QueueWorker>();
  readonly #changes = new Map<string, PromiseWithResolvers<void>>();
  #stopped: Promise<void> | undefined;

  constructor(store: Store, deps: JobsDeps) {
    this.#store = store;
    this.#now = deps.now;
    this.#around = {
      store,
      now: deps.now,
      random: deps.random,
      setTimer: deps.setTimer ?? systemTimer,
      redact: deps.redact ?? ((text) => text),
      onError: deps.onError ?? (() => undefined),
      graceMs: deps.graceMs ?? 10_000,
      changed: (queue) => this.#tellChanged(queue),
    };
    this.#schedules = new Schedules(this.#around, (queue) => this.#wake(queue));
  }

  async enqueue(sql: Sql, job: NewJob): Promise<void> {
    await enqueue(sql, job, this.#now());
    // The claim queues behind this transaction, so it sees the job exactly when the transaction succeeds.
    this.#wake(job.queue);
  }

  work(queue: string, options: WorkOptions, handler: (job: Job) => Promise<void>): Worker {
    if (this.#stopped) throw problem('The queue has stopped.', 'Start the program again.');
    if (this.#workers.has(queue)) {
      throw problem(`The queue ${queue} already has a worker.`, 'Raise its concurrency instead.');
    }
    if (!Number.isSafeInteger(options.concurrency) || options.concurrency < 1) {
      throw problem(
        `The worker of ${queue} has concurrency ${options.concurrency}.`,
        'Give a whole number, at least 1.',
      );
    }
    const worker = new QueueWorker(queue, options, handler, this.#around);
    this.#workers.set(queue, worker);
    worker.wake();
    return {
      stop: async () => {
        await worker.stop();
        if (this.#workers.get(queue) === worker) this.#workers.delete(queue);
      },
    };
  }

  async idle(queue: string, keyPrefix = ''): Promise<void> {
    for (;;) {
      if (this.#stopped) throw problem('The queue has stopped.', 'Wait for it before stopping.');
      const change = this.#nextChange(queue); // taken before looking, so that none is missed
      if (!(await busy(this.#store.sql, queue, keyPrefix))) return;
      await change;
    }
  }

  schedule(name: string, everyMs: number, queue: string, key: string): Promise<void> {
    return this.#schedules.declare(name, everyMs, queue, key);
  }

  async dead(queue?: string): Promise<DeadJob[]> {
    const rows = await this.#store.sql<DeadRow>(DEAD, [queue ?? null]);
    return rows.map(({ payload, kind, died_at, ...row }) => ({
      ...row,
      payload: payload === null ? undefined : (JSON.parse(payload) as unknown),
      kind: kind ?? undefined,
      diedAt: died_at,
    }));
  }

  async retry(id: string): Promise<void> {
    const queue = await this.#store.tx((sql) => revive(sql, id, this.#now()));
    if (queue === undefined) {
      throw new ConnectorError(`There is no dead letter ${id}.`, {
        kind: 'not-found',
        hint: 'List them first: it may have been retried already.',
      });
    }
    this.#wake(queue);
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.#schedules.stop();
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop()));
    for (const queue of this.#changes.keys()) this.#tellChanged(queue);
  }

  #wake(queue: string): void {
    this.#workers.get(queue)?.wake();
  }

  #nextChange(queue: string): Promise<void> {
    const known = this.#changes.get(queue);
    if (known) return known.promise;
    const change = Promise.withResolvers<void>();
    this.#changes.set(queue, change);
    return change.promise;
  }

  #tellChanged(queue: string): void {
    const change = this.#changes.get(queue);
    this.#changes.delete(queue);
    change?.resolve();
  }
}

function systemTimer(ms: number, fn: () => void): () => void {
  const timer = setTimeout(fn, ms);
  return () => clearTimeout(timer);
}

function problem(message: string, hint: string): ConnectorError {
  return new ConnectorError(message, { kind: 'config', hint });
}
