import type { Redact } from '../core/secret.ts';
import type { Sql, Store } from '../store/store.ts';
import { defaultBackoff, describe, isClosed, judge } from './failure.ts';
import { Finisher } from './finisher.ts';
import type { Presence } from './presence.ts';
import { bury, claim, hold, release, releaseClaim, type Claim, type Claimed } from './transitions.ts';

/** A job in its handler's hands. */
export interface Job {
  readonly queue: string;
  readonly key: string;
  readonly payload: unknown;
  /** 1 at the first attempt. */
  readonly attempt: number;
  /**
   * Aborts when the worker stops, or when the job was given to another process because this one seemed dead: a long job
   * may end early then by throwing, which does not count as an attempt.
   */
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
  presence: Presence;
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
  /** Tells others that share the store that there is more to do than this process has hands for. */
  passOn: (queue: string) => void;
}

/** Longest sleep: a clock that was set forward is noticed after this. */
export const LONGEST_SLEEP_MS = 30_000;

const PASS_ON_EVERY_MS = 100;

// Where others add jobs, their word of it may be lost.
const LONGEST_SHARED_SLEEP_MS = 5000;

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
  readonly #finisher: Finisher;
  readonly #abort = new AbortController();
  #lost = new AbortController();
  #signal: AbortSignal;
  /** Claims of which nobody knows whether they were made. */
  #doubtful: Claim[] = [];
  #passedOnAt = 0;
  #claiming: Promise<void> | undefined;
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
    this.#finisher = new Finisher(around.store, queue);
    this.#signal = AbortSignal.any([this.#abort.signal, this.#lost.signal]);
  }

  /** One more job could be run now. */
  get hasRoom(): boolean {
    return !this.#stopping && this.#running.size < this.#concurrency;
  }

  /** Something may be due. */
  wake(): void {
    // When all hands are full, whoever finishes first wakes the worker.
    if (!this.hasRoom) return;
    if (this.#claiming) {
      this.#wokenMeanwhile = true;
      return;
    }
    this.#claiming = this.#claim();
  }

  /** Others have the running jobs now: their handlers are told, and what becomes of them is not written down. */
  lose(): void {
    this.#lost.abort(new Error('The job was given to another process, because this one seemed dead.'));
    this.#lost = new AbortController();
    this.#signal = AbortSignal.any([this.#abort.signal, this.#lost.signal]);
    this.#running.clear();
    this.wake();
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  get #stopping(): boolean {
    return this.#abort.signal.aborted;
  }

  async #claim(): Promise<void> {
    const { store, onError } = this.#around;
    this.#wokenMeanwhile = false;
    this.#cancelTimer();
    let nextAt = Infinity;
    try {
      const claimed = await this.#claimOnce();
      nextAt = claimed.nextAt;
      // A crash from here on leaves these rows running; they are put back once this process is known to be dead.
      for (const job of claimed.jobs) this.#start(job);
      if (claimed.jobs.length > 0 && !this.hasRoom) this.#passOn();
    } catch (error) {
      onError(error);
      if (isClosed(error)) return; // nothing can come any more
      nextAt = store.now() + STORE_RETRY_MS;
    }
    this.#claiming = undefined;
    if (this.#wokenMeanwhile) this.wake();
    else this.#sleepUntil(nextAt);
  }

  /** There may be more; a process that is busy all the time says so now and then. */
  #passOn(): void {
    const now = this.#around.store.now();
    if (now - this.#passedOnAt < PASS_ON_EVERY_MS) return;
    this.#passedOnAt = now;
    this.#around.passOn(this.#queue);
  }

  async #claimOnce(): Promise<{ jobs: Claimed[]; nextAt: number }> {
    const { store, presence } = this.#around;
    for (let doubt = this.#doubtful[0]; doubt; doubt = this.#doubtful[0]) {
      await releaseClaim(store.sql, doubt);
      this.#doubtful.shift();
    }
    const by = await presence.nextClaim();
    // Counted at the last moment: by then more handlers may have returned.
    const run = (sql: Sql) =>
      claim(
        sql,
        this.#queue,
        this.#stopping ? 0 : this.#concurrency - this.#running.size,
        store.now(),
        by,
        store.can,
      );
    try {
      // Each statement is a claim of its own, so a transaction would only make the others wait; on the embedded store,
      // where nobody else waits, it saves commits.
      return await (store.can.manyOwners ? run(store.sql) : store.tx(run));
    } catch (error) {
      if (store.can.manyOwners) this.#doubtful.push(by);
      throw error;
    }
  }

  #sleepUntil(at: number): void {
    const { store, setTimer } = this.#around;
    const longest = store.can.manyOwners ? LONGEST_SHARED_SLEEP_MS : LONGEST_SLEEP_MS;
    if (this.#stopping || (at === Infinity && !store.can.manyOwners)) return;
    const ms = Math.min(longest, Math.max(1, Math.ceil(at - store.now())));
    this.#cancelTimer = setTimer(ms, () => this.wake());
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
        signal: this.#signal,
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
        const waits = await this.#write(row, failure);
        if (waits) this.wake();
        return;
      } catch (error) {
        this.#around.onError(error);
        if (this.#stopping || isClosed(error)) return; // the row is left running: it is put back, and repeated
        await new Promise<void>((resolve) => this.#around.setTimer(STORE_RETRY_MS, resolve));
      }
    }
  }

  /** True when the key waits again. */
  async #write(row: Claimed, failure: { error: unknown } | undefined): Promise<boolean> {
    const { store, redact } = this.#around;
    if (!failure) return this.#finisher.finish(row);
    if (this.#stopping) {
      await release(store.sql, this.#queue, row);
      this.#around.passOn(this.#queue);
      return false;
    }
    const verdict = judge(failure.error, row.attempts, this.#maxAttempts, this.#backoff);
    if (!verdict.again) {
      const why = describe(failure.error, redact);
      return store.tx((sql) => bury(sql, this.#queue, row, why, store.now()));
    }
    const attempts = verdict.counts ? row.attempts : row.attempts - 1;
    await hold(store.sql, this.#queue, row, store.now() + verdict.afterMs, attempts);
    return true; // later, which the claim that looks for the next time must see
  }

  async #stop(): Promise<void> {
    const { store, setTimer, graceMs, onError } = this.#around;
    this.#abort.abort(new Error('The worker stops.'));
    this.#cancelTimer();
    const late = Promise.withResolvers<void>();
    const cancel = setTimer(graceMs, late.resolve);
    await Promise.race([this.#quiet(), late.promise]);
    cancel();
    const left = [...this.#running.values()];
    this.#running.clear();
    const handedBack = await Promise.allSettled(left.map((row) => release(store.sql, this.#queue, row)));
    if (left.length > 0) this.#around.passOn(this.#queue);
    for (const result of handedBack) if (result.status === 'rejected') onError(result.reason);
  }

  /** Resolves when no claim is under way and no job runs. */
  async #quiet(): Promise<void> {
    // What a claim that is under way gets is started, and handed back at once.
    await this.#claiming?.catch(() => undefined);
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }
}
