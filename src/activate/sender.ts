import { randomUUID } from 'node:crypto';
import type { Store } from '../store/store.ts';

/** How long a sender may give no sign of life until what it holds is taken for abandoned, in milliseconds. */
const LEASE_MS = 20_000;
const DAY = 24 * 3600_000;

const EMPTY = 'DELETE FROM senders';
const FORGET = 'DELETE FROM senders WHERE alive_until < $1';
const BEAT = `
  INSERT INTO senders (id, alive_until) VALUES ($1, $2)
  ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until`;

/** Calls `fn` after so many milliseconds; gives the way to cancel it. */
export type SetTimer = (ms: number, fn: () => void) => () => void;

/**
 * This process, as others see it who send to the same people. What it sends it holds: nobody else sends to that person,
 * or that event, meanwhile. What a dead sender held is free again. On a store with one owner, all that were there before
 * are dead; where several share the store, each says that it lives for as long as it holds something.
 */
export class Sender {
  readonly id: string = randomUUID();
  readonly #store: Store;
  readonly #setTimer: SetTimer | undefined;
  #holding = 0;
  #joined: Promise<unknown> | undefined;
  #cancel: () => void = () => undefined;

  constructor(store: Store, setTimer: SetTimer | undefined) {
    this.#store = store;
    this.#setTimer = setTimer;
  }

  /** Runs what holds something in the name of this sender. */
  async hold<T>(work: (id: string) => Promise<T>): Promise<T> {
    if (this.#holding++ === 0 && this.#store.can.manyOwners) this.#joined = undefined;
    try {
      await (this.#joined ??= this.#join());
      return await work(this.id);
    } finally {
      if (--this.#holding === 0) this.#cancel();
    }
  }

  async #join(): Promise<void> {
    const store = this.#store;
    if (!store.can.manyOwners) {
      await store.tx(async (sql) => {
        await sql(EMPTY);
        await sql(BEAT, [this.id, Number.MAX_SAFE_INTEGER]);
      });
      return;
    }
    await store.sql(FORGET, [store.now() - DAY]);
    await this.#beat();
  }

  async #beat(): Promise<void> {
    // Until the store works again nobody can say that he lives, and nobody can take over either.
    await this.#store.sql(BEAT, [this.id, this.#store.now() + LEASE_MS]).catch(() => undefined);
    this.#cancel();
    if (this.#holding > 0)
      this.#cancel = this.#setTimer?.(LEASE_MS / 4, () => void this.#beat()) ?? this.#cancel;
  }
}

const senders = new WeakMap<Store, Sender>();

/** The sender of this process on a store. */
export function senderOn(store: Store, setTimer?: SetTimer): Sender {
  let sender = senders.get(store);
  if (!sender) senders.set(store, (sender = new Sender(store, setTimer)));
  return sender;
}
