/**
 * All instances of the account in order of time.
 *
 * An account-wide list is asked for page by page, so the order is made once and kept as numbers: where an instance
 * stands in the world, not the instance itself. 50,000 of them take two megabytes.
 */
import type { Kind } from './ids.ts';
import { Lru } from './lru.ts';
import type { Instance, Series } from './schedule.ts';

/** By which of its two times an instance is found. */
export type Edge = 'start' | 'end';

/** What the order is made of. */
export interface Past {
  /** Every series of the account. */
  everySeries(): Iterable<Series>;
  at(kind: Kind, owner: number, position: number): Instance | undefined;
}

/** The instances of one account, past and to come. */
export class History {
  readonly #past: Past;
  readonly #owners: Int32Array;
  readonly #positions: Int32Array;
  readonly #orders: Readonly<Record<Edge, Order>>;
  readonly #found = new Lru<string, Int32Array>(64);

  constructor(past: Past) {
    this.#past = past;
    const owners: number[] = [];
    const positions: number[] = [];
    const starts: number[] = [];
    const ends: number[] = [];
    for (const { kind, owner, instances } of past.everySeries()) {
      for (const { position, start, end } of instances) {
        // Webinars are counted downwards from -1, so that one number tells the kind too.
        owners.push(kind === 'meeting' ? owner : -1 - owner);
        positions.push(position);
        starts.push(start);
        ends.push(end);
      }
    }
    this.#owners = Int32Array.from(owners);
    this.#positions = Int32Array.from(positions);
    this.#orders = { start: inOrder(starts), end: inOrder(ends) };
  }

  /** The instance with a number of `between`. */
  instance(number: number): Instance {
    const owner = this.#owners[number] ?? 0;
    const position = this.#positions[number] ?? 0;
    const [kind, place] = owner < 0 ? (['webinar', -1 - owner] as const) : (['meeting', owner] as const);
    const found = this.#past.at(kind, place, position);
    if (found === undefined) throw new RangeError(`no instance has the number ${number}`);
    return found;
  }

  /**
   * Numbers of the instances with their start or end in [from, to) and their end no later than `over`, in order of
   * that time.
   *
   * @param name names the filter: numbers are kept by it, and the pages of one list come from what is kept
   */
  between(
    edge: Edge,
    range: { from: number; to: number; over: number },
    name: string,
    filter: (instance: Instance) => boolean,
  ): Int32Array {
    const { order, times } = this.#orders[edge];
    const [first, last] = [lower(times, range.from), lower(times, range.to)];
    // What ends between two pages is new to both lists: the number of those over stands for the time.
    const over = lower(this.#orders.end.times, range.over + 1);
    return this.#found.get(JSON.stringify([edge, first, last, over, name]), () =>
      order.subarray(first, last).filter((number) => {
        const instance = this.instance(number);
        return instance.end <= range.over && filter(instance);
      }),
    );
  }
}

interface Order {
  order: Int32Array;
  /** Of the instances in that order. */
  times: Float64Array;
}

function inOrder(times: readonly number[]): Order {
  const at = Float64Array.from(times);
  const order = Int32Array.from(at.keys()).toSorted((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b);
  return { order, times: Float64Array.from(order, (number) => at[number] ?? 0) };
}

/** The first place whose time is not below; the length when all are. */
function lower(times: Float64Array, time: number): number {
  let [from, to] = [0, times.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((times[middle] ?? 0) < time) from = middle + 1;
    else to = middle;
  }
  return from;
}
