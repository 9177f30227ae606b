import type { Action, InputOf, ItemOf, OutputOf } from './action.ts';

/** A row that did not fit its schema, kept with the reason instead of being dropped. */
export interface RefusedRow {
  row: unknown;
  /** What is wrong with it, in words. */
  reason: string;
}

/** One page of a list: the rows that fit, and the rows that did not. */
export interface ItemPage<Item> {
  rows: Item[];
  refused: RefusedRow[];
}

/** What code beside an action may do with a system: make its calls. Implemented by `http/`. */
export interface Reader {
  call<A extends Action>(action: A, input: InputOf<A>): Promise<OutputOf<A>>;
  pages<A extends Action>(action: A, input: InputOf<A>): AsyncIterable<ItemPage<ItemOf<A>>>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after so many milliseconds; rejects when the work is stopped. */
  sleep(ms: number): Promise<void>;
}
