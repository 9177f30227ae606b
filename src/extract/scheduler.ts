import type { Loader } from '../core/destination.ts';
import type { SliceRow } from './bookkeeping.ts';
import type { Pool } from './pools.ts';
import { begunBy } from './slice-reader.ts';
import { waitingSlices, type SliceRules } from './slice-table.ts';
import type { OpenWay, Work } from './work.ts';

/** Slices that are fetched at once, so that a million of them need no memory. */
const FETCH = 400;

interface Shelf {
  work: Work;
  slices: SliceRow[];
  /** Key of the last slice that was fetched, on the way through all that wait; undefined when it is at its end. */
  after: string | undefined;
  /** Slices were added since it began: they may lie behind. */
  added: boolean;
  fetching: boolean;
  /** Fetched and not ended. */
  busy: Set<string>;
}

/** A slice, and the way by which it is to be read. */
export interface Start {
  work: Work;
  row: SliceRow;
  way: OpenWay;
  pool: Pool;
}

/** Chooses what is read next. */
export class Scheduler {
  readonly pools: ReadonlyMap<string, Pool>;
  readonly #shelves: Map<Work, Shelf>;
  readonly #loader: Loader;
  readonly #rules: SliceRules;

  constructor(works: readonly Work[], pools: ReadonlyMap<string, Pool>, loader: Loader, rules: SliceRules) {
    this.pools = pools;
    this.#loader = loader;
    this.#rules = rules;
    this.#shelves = new Map(
      works.map((work) => [
        work,
        { work, slices: [], after: '', added: false, fetching: false, busy: new Set<string>() },
      ]),
    );
  }

  /** Slices of this stream were added. */
  added(work: Work): void {
    const shelf = this.#shelves.get(work);
    if (shelf) shelf.added = true;
  }

  /** It was read, or will not be. */
  ended(work: Work, row: SliceRow): void {
    this.#shelves.get(work)?.busy.delete(row.slice);
  }

  /** It could not be begun: it is the first of the next ones. */
  putBack(work: Work, row: SliceRow): void {
    this.#shelves.get(work)?.slices.unshift(row);
  }

  /** What may begin now; undefined when nothing may. */
  next(now: number): Start | undefined {
    // The emptiest first, so that those who may go by several ways spread over them.
    const pools = [...this.pools.values()].filter((pool) => pool.mayStart(now));
    for (const pool of pools.toSorted((a, b) => a.active / a.size - b.active / b.size)) {
      const found = this.#nextOf(pool, now);
      if (found) return found;
    }
    return undefined;
  }

  /** What can go by this label only comes first: the rest may go by another one too. */
  #nextOf(pool: Pool, now: number): Start | undefined {
    let flexible: Start | undefined;
    for (const shelf of this.#shelves.values()) {
      const { work, slices } = shelf;
      if (work.dead || slices.length === 0) continue;
      const way = work.ways.find((one) => one.open && one.way.budget === pool.label);
      const only = way !== undefined && work.ways.every((one) => one === way || !one.open);
      if (!way || (flexible && !only)) continue;
      const at = this.#placeFor(shelf, way, now);
      const row = slices[at];
      if (!row) continue;
      if (only) return this.#take(shelf, at, { work, row, way, pool });
      flexible = { work, row, way, pool };
    }
    if (!flexible) return undefined;
    const shelf = this.#shelves.get(flexible.work) as Shelf;
    return this.#take(shelf, shelf.slices.indexOf(flexible.row), flexible);
  }

  /** The first slice that this endpoint may take: a list that another one began is left to that one while it may go on. */
  #placeFor({ work, slices }: Shelf, way: OpenWay, now: number): number {
    const others = work.ways.filter(
      (one) => one !== way && one.open && (this.pools.get(one.way.budget)?.closedUntil ?? 0) <= now,
    );
    if (others.length === 0) return 0;
    const paths = new Set(others.map((one) => one.way.path));
    return slices.findIndex((row) => !paths.has(begunBy(row) ?? ''));
  }

  #take(shelf: Shelf, at: number, start: Start): Start {
    shelf.slices.splice(at, 1);
    return start;
  }

  /** Fetches slices for those streams that have none at hand; true when there is anything new, or may be. */
  async refill(): Promise<boolean> {
    const hungry = [...this.#shelves.values()].filter(
      (shelf) => !shelf.work.dead && shelf.slices.length === 0 && mayHaveMore(shelf) && !shelf.fetching,
    );
    let found = false;
    for (const shelf of hungry) {
      shelf.fetching = true;
      const { work, busy } = shelf;
      try {
        // Once through the keys and no further: those that are being read wait in the table too, and to begin again
        // because of them would never end.
        if (shelf.after === undefined) shelf.added = false;
        const after = shelf.after ?? '';
        const rows = await this.#loader.transaction((tx) =>
          waitingSlices(tx, work, this.#rules, after, FETCH),
        );
        shelf.after = rows.length < FETCH ? undefined : rows.at(-1)?.slice;
        const fresh = rows.filter(({ slice }) => !busy.has(slice));
        for (const { slice } of fresh) busy.add(slice);
        shelf.slices.push(...fresh);
        found ||= fresh.length > 0 || mayHaveMore(shelf);
      } finally {
        shelf.fetching = false;
      }
    }
    return found;
  }

  /** Nothing is at hand and nothing may be fetched. */
  get empty(): boolean {
    return [...this.#shelves.values()].every(
      (shelf) => shelf.work.dead || (shelf.slices.length === 0 && !mayHaveMore(shelf) && !shelf.fetching),
    );
  }
}

function mayHaveMore({ after, added }: Shelf): boolean {
  return added || after !== undefined;
}
