import { ConnectorError, type ErrorKind } from '../core/errors.ts';
import type { Redact } from '../core/secret.ts';
import { afterCommit, type Sql, type Store } from '../store/store.ts';
import { countJobs, type QueueCount } from './counts.ts';
import { enqueue, enqueueRecords, type NewJob } from './enqueue.ts';
import { Presence } from './presence.ts';
import { Schedules } from './schedules.ts';
import { busy, revive } from './transitions.ts';
import { QueueWorker, type Job, type Surroundings, type Worker, type WorkOptions } from './worker.ts';

export type { QueueCount } from './counts.ts';
export type { NewJob } from './enqueue.ts';
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
  /** Adds wake-ups inside a transaction of the store: both happen or neither. Many at once take few statements. */
  enqueue(sql: Sql, job: NewJob | readonly NewJob[]): Promise<void>;
  /** Tells the workers that a statement of somebody else has added wake-ups (`enqueueKeysOf`), and is committed. */
  added(queue: string): void;
  /** Runs the handler for jobs of the queue until stopped, highest priority first, then earliest. */
  work(queue: string, options: WorkOptions, handler: (job: Job) => Promise<void>): Worker;
  /** Resolves when nothing of the queue (with this key prefix) is waiting or running. */
  idle(queue: string, keyPrefix?: string): Promise<void>;
  /**
   * Wakes the key again and again, once over all processes that declare it; wake-ups missed while down count as one.
   * @param rule milliseconds, the first time at once; or a cron expression of five fields in UTC: `30 3 * * *`
   * @throws ConnectorError of kind `config` for a rule that cannot be read
   */
  schedule(name: string, rule: number | string, queue: string, key: string): Promise<void>;
  /** The newest failure of each key that was given up, newest first. */
  dead(queue?: string): Promise<DeadJob[]>;
  /** What waits and runs now, by queue. */
  counts(): Promise<QueueCount[]>;
  /** Makes a dead letter wait again, with all its attempts. */
  retry(id: string): Promise<void>;
  /** Stops schedules and workers; running jobs get some time to end. */
  stop(): Promise<void>;
}

/** Chance and what else the queue is given; its clock is the store's. */
export interface JobsDeps {
  random: () => number;
  /** Calls `fn` after so many milliseconds; gives the way to cancel it. */
  setTimer?: (ms: number, fn: () => void) => () => void;
  /** Cleans errors before they are stored. */
  redact?: Redact;
  /** Told when the store fails; work goes on when it works again. */
  onError?: (error: unknown) => void;
  /** Milliseconds that stopping waits for running jobs; 10,000 unless told. */
  graceMs?: number;
  /**
   * Milliseconds without a sign of life after which the others take the jobs of a process; 10,000 unless told. Of no
   * meaning for a store with one owner.
   */
  leaseMs?: number;
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

/** The topic of signals about jobs. */
const TOPIC = 'jobs';

/** The queue on a store, alone or together with other processes. One per store and process. */
export function createJobs(store: Store, deps: JobsDeps): Jobs {
  if (store.can.manyOwners && !store.signals) {
    throw problem(
      'This queue needs a store with one owner, or PostgreSQL.',
      'Open the database as its owner.',
    );
  }
  return new StoreJobs(store, deps);
}

class StoreJobs implements Jobs {
  readonly #store: Store;
  readonly #around: Surroundings;
  readonly #presence: Presence;
  readonly #schedules: Schedules;
  readonly #workers = new Map<string, QueueWorker>();
  readonly #changes = new Map<string, PromiseWithResolvers<void>>();
  readonly #stopListening: () => void;
  #stopped: Promise<void> | undefined;

  constructor(store: Store, deps: JobsDeps) {
    this.#store = store;
    const setTimer = deps.setTimer ?? systemTimer;
    const onError = deps.onError ?? (() => undefined);
    this.#presence = new Presence({
      store,
      setTimer,
      onError,
      leaseMs: deps.leaseMs ?? 10_000,
      onPutBack: (queues) => queues.forEach((queue) => this.#wake(queue)),
      onLost: () => this.#workers.forEach((worker) => worker.lose()),
    });
    this.#around = {
      store,
      presence: this.#presence,
      random: deps.random,
      setTimer,
      redact: deps.redact ?? ((text) => text),
      onError,
      graceMs: deps.graceMs ?? 10_000,
      changed: (queue) => this.#tellChanged(queue),
      passOn: (queue) => this.#store.signals?.send(TOPIC, queue),
    };
    this.#schedules = new Schedules(this.#around, (queue) => this.#wake(queue));
    this.#stopListening = store.signals?.on(TOPIC, (queue) => this.#heard(queue)) ?? (() => undefined);
  }

  async enqueue(sql: Sql, job: NewJob | readonly NewJob[]): Promise<void> {
    const jobs = Array.isArray(job) ? (job as readonly NewJob[]) : [job as NewJob];
    const write = this.#store.engine === 'postgres' && jobs.length > 1 ? enqueueRecords : enqueue;
    await write(sql, jobs, this.#store.now());
    const queues = new Set(jobs.map(({ queue }) => queue));
    afterCommit(sql, () => queues.forEach((queue) => this.#wake(queue)));
  }

  added(queue: string): void {
    this.#wake(queue);
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
      await (this.#store.can.manyOwners ? Promise.race([change, this.#pause(LOOK_AGAIN_MS)]) : change);
    }
  }

  schedule(name: string, rule: number | string, queue: string, key: string): Promise<void> {
    return this.#schedules.declare(name, rule, queue, key);
  }

  counts(): Promise<QueueCount[]> {
    return countJobs(this.#store);
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
    const queue = await this.#store.tx((sql) => revive(sql, id, this.#store.now()));
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
    this.#stopListening();
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop()));
    await this.#presence.leave().catch(this.#around.onError);
    for (const queue of this.#changes.keys()) this.#tellChanged(queue);
  }

  /** There may be something to do, here and elsewhere. */
  #wake(queue: string): void {
    const worker = this.#workers.get(queue);
    // Who has a hand free here does it; when that was the last one, the worker tells the others itself.
    if (!worker?.hasRoom) this.#around.passOn(queue);
    worker?.wake();
  }

  /** Another process says so; undefined when something may have been missed. */
  #heard(queue: string | undefined): void {
    if (queue === undefined) for (const worker of this.#workers.values()) worker.wake();
    else this.#workers.get(queue)?.wake();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#around.setTimer(ms, resolve));
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

// How often it is looked whether other processes have come to an end.
const LOOK_AGAIN_MS = 100;

function systemTimer(ms: number, fn: () => void): () => void {
  const timer = setTimeout(fn, ms);
  return () => clearTimeout(timer);
}

function problem(message: string, hint: string): ConnectorError {
  return new ConnectorError(message, { kind: 'config', hint });
}
