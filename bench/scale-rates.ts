/** What is measured of a queue, whichever it is. */
import { setTimeout as sleep } from 'node:timers/promises';

/** A queue under measurement. At most one job of a key waits and one runs. */
export interface Contestant {
  /** Adds a job in a transaction of its own. */
  readonly add: (queue: 'rates' | 'busy', key: string) => Promise<unknown>;
  /** Adds many in one transaction. */
  readonly addTogether: (keys: readonly string[]) => Promise<unknown>;
  /** Runs up to 100 jobs of the queue at once from now on. */
  readonly work: (queue: 'rates' | 'busy', handler: (key: string) => Promise<void>) => Promise<unknown>;
  /** Jobs of the queue `rates` that are not written down as done. */
  readonly left: () => Promise<number>;
}

/** Jobs a second. */
export interface Rates {
  /** Added in a transaction each, one after the other. */
  enqueueOneByOne: number;
  /** The same with 32 transactions under way. */
  enqueueSideBySide: number;
  /** Added 500 to a transaction. */
  enqueueTogether: number;
  /** Jobs that do nothing, taken and done. */
  drain: number;
  /**
   * Milliseconds until another key runs, when a key that runs for 2 seconds has just been woken again. That one has to
   * wait until it is over; the others need not.
   */
  waitBehindBusyKeyMs: number;
}

export async function measure(contestant: Contestant): Promise<Rates> {
  const { add, addTogether, work, left } = contestant;
  const enqueueOneByOne = await perSecond(1000, async (n) => {
    for (let i = 0; i < n; i++) await add('rates', `one-${i}`);
  });
  const enqueueSideBySide = await perSecond(4000, async (n) => {
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < n) await add('rates', `side-${next++}`);
    };
    await Promise.all(Array.from({ length: 32 }, lane));
  });
  const enqueueTogether = await perSecond(15_000, async (n) => {
    for (let i = 0; i < n; i += 500) {
      await addTogether(Array.from({ length: 500 }, (_, k) => `together-${i + k}`));
    }
  });
  const drain = await perSecond(20_000, async () => {
    await work('rates', async () => undefined);
    while ((await left()) > 0) await sleep(20);
  });
  return {
    enqueueOneByOne,
    enqueueSideBySide,
    enqueueTogether,
    drain,
    waitBehindBusyKeyMs: await behindBusyKey(),
  };

  async function behindBusyKey(): Promise<number> {
    const busy = Promise.withResolvers<void>();
    const other = Promise.withResolvers<number>();
    await work('busy', async (key) => {
      if (key === 'other') return other.resolve(performance.now());
      busy.resolve();
      return sleep(2000);
    });
    await add('busy', 'busy');
    await busy.promise;
    await sleep(100);
    await add('busy', 'busy');
    const from = performance.now();
    await add('busy', 'other');
    return (await other.promise) - from;
  }
}

async function perSecond(n: number, run: (n: number) => Promise<void>): Promise<number> {
  const from = performance.now();
  await run(n);
  return (n / (performance.now() - from)) * 1000;
}
