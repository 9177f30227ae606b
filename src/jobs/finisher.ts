import type { Store } from '../store/store.ts';
import { finish, type Claimed } from './transitions.ts';

/** Writes down which jobs are done; those that end while a statement is under way share the next one. */
export class Finisher {
  readonly #store: Store;
  readonly #queue: string;
  #waiting: { row: Claimed; resolve: (wakesAgain: boolean) => void; reject: (error: unknown) => void }[] = [];
  #flushing = false;

  constructor(store: Store, queue: string) {
    this.#store = store;
    this.#queue = queue;
  }

  /** Resolves once it is durable; true when the key may wait again, because a wake-up came meanwhile. */
  finish(row: Claimed): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ row, resolve, reject });
      if (!this.#flushing) void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    this.#flushing = true;
    await Promise.resolve(); // others that end in this tick go along
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        // Rows of one owner: when this process was taken for dead, those of before are no longer its own.
        const owner = batch.at(-1)?.row.owner;
        const rows = batch.map(({ row }) => row).filter((row) => row.owner === owner);
        const { gone } = await finish(this.#store.sql, this.#queue, rows);
        for (const { row, resolve } of batch) resolve(!gone.has(row));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#flushing = false;
  }
}
