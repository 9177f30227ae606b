import type { JsonObject, SliceValues, Stream } from '../core/stream.ts';

/**
 * Keys that are remembered. Lists of logs go by time, and lines that are alike have the same time, so that nothing but
 * lines of that moment lies between them; a span with fewer lines than this may even be in any order.
 */
const REMEMBERED = 50_000;

/**
 * Makes the rows of the items of a list, page by page, and counts those that are alike. Whoever reads the list from its
 * beginning once more needs a new one: then the same rows get the same numbers, and land on themselves.
 */
export class RowMaker {
  readonly #stream: Stream;
  readonly #values: SliceValues;
  readonly #key: readonly string[];
  readonly #remembered: number;
  #counts = new Map<string, number>();

  constructor(stream: Stream, values: SliceValues, remembered = REMEMBERED) {
    this.#stream = stream;
    this.#values = values;
    this.#key = stream.primaryKey.filter((name) => name !== stream.repeats);
    this.#remembered = remembered;
  }

  /** The rows of a page. */
  rows(items: readonly JsonObject[]): readonly JsonObject[] {
    const stream = this.#stream;
    const { repeats } = stream;
    const made = stream.rows ? items.flatMap((item) => stream.rows?.(item, this.#values) ?? []) : items;
    return repeats === undefined ? made : made.map((row) => this.#numbered(row, repeats));
  }

  /** Begins a list, or another span of it. */
  reset(): void {
    this.#counts = new Map();
  }

  #numbered(row: JsonObject, repeats: string): JsonObject {
    // What is no row at all is refused where rows are stored.
    if (typeof row !== 'object' || row === null) return row;
    const key = JSON.stringify(this.#key.map((name) => row[name]));
    const count = (this.#counts.get(key) ?? 0) + 1;
    // What was met last stands last, so that the first is what was met longest ago.
    this.#counts.delete(key);
    this.#counts.set(key, count);
    if (this.#counts.size > this.#remembered) {
      const [oldest = ''] = this.#counts.keys();
      this.#counts.delete(oldest);
    }
    return { ...row, [repeats]: count };
  }
}
