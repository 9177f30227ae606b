import { ConnectorError } from '../core/errors.ts';
import type { Redact } from '../core/secret.ts';
import type { Store } from '../store/store.ts';
import { defaultBackoff, describe, judge } from './failure.ts';
import { bury, claim, finish, hold, recover, release, type Claimed } from './transitions.ts';

/** A job in its handler's hands. */
export interface Job {
  readonly queue: string;
  readonly key: string;
  readonly payload: unknown;
  /** 1 at the first attempt. */
  readonly attempt: number;
  /** Aborts when the worker stops: a long job may end early then by throwing, which does not count as an attempt. */
  readonly signal: AbortSignal;
}

/** How a queue is worked on. */
export interface WorkOptions {
  concurrency: number;
  /** Attempts until the dead letter; 20 unless told. */
  maxAttempts?: number;
  /** Milliseconds to wait after the given attempt; by default doubling from 1 s to 15 min, with jitter. */
  backoff?: (attempt: number) => number;
}

/** A handler at work. */
export interface Worker {
  /** Takes no new jobs and waits for those that run; those that do not end in time are handed back. */
  stop(): Promise<void>;
}

/** What a worker needs of its surroundings. */
export interface Surroundings {
  store: Store;
  now: () => number;
  random: () => number;
  /** Calls `fn` after so many milliseconds; gives the way to cancel it. */
  setTimer: (ms: number, fn: () => void) => () => void;
  redact: Redact;
  /** Told of failures of the store; the worker goes on trying. */
  onError: (error: unknown) => void;
  /** Milliseconds that `stop` waits for running jobs. */
  graceMs: number;
  /** Told when the state of a job of the queue has changed for good. */
  changed: (queue: string) => void;
}

/** Longest sleep: a clock that was set forward is noticed after this. */
export const LONGEST_SLEEP_MS = 30_000;

// A store that failed (full disk) is asked again after this.
const STORE_RETRY_MS = 1000;

/** Claims jobs of one queue and runs them. */
export class QueueWorker implements Worker {
  readonly #queue: string;
  readonly #handler: (job: Job) => Promise<void>;
  readonly #around: Surroundings;
  readonly #concurrency: number;
  readonly #maxAttempts: number;
  readonly #backoff: (attempt: number) => number;
  /** Handlers that have not returned, by key. */
  readonly #running = new Map<string, Claimed>();
  /** Handlers and what is written after them. */
  readonly #tasks = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #recovered = false;
  #claiming = false;
  #wokenMeanwhile = false;
  #cancelTimer: () => void = () => undefined;
  #stopped: Promise<void> | undefined;

  constructor(
    queue: string,
    options: WorkOptions,
    handler: (job: Job) => Promise<void>,
    around: Surroundings,
  ) {
    this.#queue = queue;
    this.#handler = handler;
    this.#around = around;
    this.#concurrency = options.concurrency;
    this.#maxAttempts = options.maxAttempts ?? 20;
    this.#backoff = options.backoff ?? ((attempt) => defaultBackoff(attempt, around.random));
  }

  /** Something may be due. Statements already handed to the store are done before the claim looks. */
  wake(): void {
    // When all hands are full, whoever finishes first wakes the worker.
    if (this.#stopping || this.#running.size >= this.#concurrency) return;
    if (this.#claiming) {
      this.#wokenMeanwhile = true;
      return;
    }
    void this.#claim();
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  get #stopping(): boolean {
    return this.#abort.signal.aborted;
  }

  async #claim(): Promise<void> {
    const { store, now, onError } = this.#around;
    this.#claiming = true;
    this.#wokenMeanwhile = false;
    this.#cancelTimer();
    let nextAt = Infinity;
    try {
      const claimed = await store.tx(async (sql) => {
        if (!this.#recovered) await recover(sql, this.#queue);
        // Counted here and not before: by now more handlers may have returned.
        return claim(sql, this.#queue, this.#stopping ? 0 : this.#concurrency - this.#running.size, now());
      });
      this.#recovered = true;
      nextAt = claimed.nextAt;
      // A crash from here on leaves these rows running; the next owner puts them back.
      for (const job of claimed.jobs) this.#start(job);
    } catch (error) {
      onError(error);
      if (isClosed(error)) return; // nothing can come any more
      nextAt = now() + STORE_RETRY_MS;
    }
    this.#claiming = false;
    if (this.#wokenMeanwhile) this.wake();
    else this.#sleepUntil(nextAt);
  }

  #sleepUntil(at: number): void {
    if (this.#stopping || at === Infinity) return;
    const ms = Math.min(LONGEST_SLEEP_MS, Math.max(1, Math.ceil(at - this.#around.now())));
    this.#cancelTimer = this.#around.setTimer(ms, () => this.wake());
  }

  #start(row: Claimed): void {
    this.#running.set(row.key, row);
    const task = this.#run(row);
    this.#tasks.add(task);
    void task.finally(() => this.#tasks.delete(task));
  }

  /** Never throws. */
  async #run(row: Claimed): Promise<void> {
    const failure = await this.#attempt(row);
    // Handed back meanwhile, so the row is no longer ours to write.
    if (this.#running.get(row.key) !== row) return;
    this.#running.delete(row.key);
    const settled = this.#settle(row, failure);
    this.wake(); // right behind the settling, so that both share a commit
    await settled;
    this.#around.changed(this.#queue);
  }

  async #attempt(row: Claimed): Promise<{ error: unknown } | undefined> {
    if (this.#stopping) return { error: this.#abort.signal.reason };
    // Only a process that died while the job ran leaves more attempts than there may be.
    if (row.attempts > this.#maxAttempts) {
      return { error: new Error(`The process ended ${row.attempts - 1} times while this job ran.`) };
    }
    try {
      await this.#handler({
        queue: this.#queue,
        key: row.key,
        payload: row.payload === null ? undefined : JSON.parse(row.payload),
        attempt: row.attempts,
        signal: this.#abort.signal,
      });
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  /** Writes down what became of a job, as often as it takes: until then its row stays running, so nobody repeats it. */
  async #settle(row: Claimed, failure: { error: unknown } | undefined): Promise<void> {
    for (;;) {
      try {
        const wakesAgain = await this.#write(row, failure);
        if (wakesAgain) this.wake();
        return;
      } catch (error) {
        this.#around.onError(error);
        if (this.#stopping || isClosed(error)) return; // the next owner finds the row running and repeats the job
        await new Promise<void>((resolve) => this.#around.setTimer(STORE_RETRY_MS, resolve));
      }
    }
  }

  async #write(row: Claimed, failure: { error: unknown } | undefined): Promise<boolean> {
    const { store, now, redact } = this.#around;
    if (!failure) return finish(store.sql, this.#queue, row.key);
    if (this.#stopping) {
      await release(store.sql, this.#queue, row.key);
      return false;
    }
    const verdict = judge(failure.error, row.attempts, this.#maxAttempts, this.#backoff);
    if (!verdict.again) {
      const why = describe(failure.error, redact);
      return store.tx((sql) => bury(sql, this.#queue, row, why, now()));
    }
    const attempts = verdict.counts ? row.attempts : row.attempts - 1;
    await hold(store.sql, this.#queue, row.key, now() + verdict.afterMs, attempts);
    return false;
  }

  async #stop(): Promise<void> {
    const { store, setTimer, graceMs, onError } = this.#around;
    this.#abort.abort(new Error('The worker stops.'));
    this.#cancelTimer();
    const late = Promise.withResolvers<void>();
    const cancel = setTimer(graceMs, late.resolve);
    await Promise.race([this.#quiet(), late.promise]);
    cancel();
    const left = [...this.#running.keys()];
    this.#running.clear();
    const handedBack = await Promise.allSettled(left.map((key) => release(store.sql, this.#queue, key)));
    for (const result of handedBack) if (result.status === 'rejected') onError(result.reason);
  }

  /** Resolves when no claim is under way and no job runs. */
  async #quiet(): Promise<void> {
    // A claim in the store's line is before this statement, and starts its jobs before this goes on.
    await this.#around.store.sql('SELECT 1 AS one').catch(() => undefined);
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }
}

/** The store was closed before what uses it was stopped. */
export function isClosed(error: unknown): boolean {
  return error instanceof ConnectorError && error.kind === 'config' && error.code === 'closed';
}
