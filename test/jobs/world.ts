import type { TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { createJobs, type Jobs, type JobsDeps } from '../../src/jobs/jobs.ts';
import type { Store } from '../../src/store/store.ts';
import type { Place } from '../contracts/backings.ts';

/** A clock that stands still until it is told to go on, with its timers. */
export class TestClock {
  ms = 1_700_000_000_000;
  readonly #timers = new Set<{ at: number; fn: () => void }>();

  readonly now = (): number => this.ms;

  readonly setTimer = (ms: number, fn: () => void): (() => void) => {
    const timer = { at: this.ms + ms, fn };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** Goes on by so many milliseconds, timer by timer; after each, lets the store and the handlers finish. */
  async advance(ms: number, settle: () => Promise<void>): Promise<void> {
    const end = this.ms + ms;
    await settle();
    for (;;) {
      const [next] = [...this.#timers].toSorted((a, b) => a.at - b.at);
      if (!next || next.at > end) break;
      this.#timers.delete(next);
      this.ms = Math.max(this.ms, next.at);
      next.fn();
      await settle();
    }
    this.ms = end;
  }
}

export interface World {
  clock: TestClock;
  store: Store;
  jobs: Jobs;
  add: (key: string, job?: { payload?: unknown; runAt?: number; priority?: number }) => Promise<void>;
  /** Lets time pass. */
  pass: (ms: number) => Promise<void>;
  /** Lets everything that is due happen. */
  settle: () => Promise<void>;
}

export const QUEUE = 'people';

/** A queue on a clock of its own. Random numbers are 0.5, so the default jitter gives three quarters of the backoff. */
export async function createWorld(
  t: TestContext,
  place: Place,
  options: { clock?: TestClock; deps?: Partial<JobsDeps>; wrap?: (store: Store) => Store } = {},
): Promise<World> {
  const clock = options.clock ?? new TestClock();
  const watched = watch(await place.open({ now: clock.now }));
  const store = options.wrap?.(watched.store) ?? watched.store;
  const { setTimer } = clock;
  const jobs = createJobs(store, { setTimer, random: () => 0.5, ...options.deps });
  t.after(() => Promise.race([jobs.stop(), clock.advance(1e6, watched.settle)]));
  return {
    clock,
    store,
    jobs,
    add: (key, job = {}) => store.tx((sql) => jobs.enqueue(sql, { queue: QUEUE, key, ...job })),
    pass: (ms) => clock.advance(ms, watched.settle),
    settle: watched.settle,
  };
}

/** A store, and the way to wait until nobody wants anything of it any more. */
function watch(inner: Store): { store: Store; settle: () => Promise<void> } {
  const open = new Set<Promise<unknown>>();
  const count = <T>(promise: Promise<T>): Promise<T> => {
    open.add(promise);
    const end = (): void => void open.delete(promise);
    promise.then(end, end);
    return promise;
  };
  const store: Store = {
    ...inner,
    sql: (text, params) => count(inner.sql(text, params)),
    tx: (fn) => count(inner.tx(fn)),
  };
  const settle = async (): Promise<void> => {
    // What a handler does between two statements takes a few turns.
    for (let quiet = 0; quiet < 8; quiet++) {
      if (open.size > 0) quiet = 0;
      await Promise.allSettled(open);
      await turn();
    }
  };
  return { store, settle };
}

/** A promise to be resolved by hand. */
export function gate(): PromiseWithResolvers<void> {
  return Promise.withResolvers<void>();
}
