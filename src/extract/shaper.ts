import type { Column, Table, Value } from '../core/destination.ts';
import { widest, type ColumnType } from '../core/destination.ts';
import type { JsonObject, Stream } from '../core/stream.ts';
import { columnsOf, keyOf, META, metaColumns, typeOfValue } from './columns.ts';
import type { StreamChoice } from './request.ts';
import { Misfit, toValue } from './values.ts';

/** What a row has beside its own members. */
export interface RowMeta {
  loadedAt: string;
  run: string;
  source: 'api' | 'webhook';
  slice: string;
}

/** A row that cannot be stored, with the reason. */
export interface QuarantinedRow {
  row: unknown;
  reason: string;
}

/**
 * Makes rows of a table from the rows of a stream. Where a value does not fit its column, the column becomes wider and
 * `version` goes up: what was shaped before has to be shaped again.
 */
export class Shaper {
  /** Goes up with every change of the table. */
  version = 0;
  /** Members that no column takes, with an example each. */
  readonly unknown = new Map<string, { type: ColumnType; example: string }>();
  readonly #name: string;
  readonly #key: readonly string[];
  readonly #rowKey: readonly string[];
  readonly #omit: ReadonlySet<string>;
  readonly #dropped: ReadonlySet<string>;
  readonly #addsColumns: boolean;
  readonly #keeps: boolean;
  readonly #columns: Column[];
  readonly #meta: Column[];
  #table: { version: number; table: Table } | undefined;
  #index: Map<string, number>;
  #keyAt: number[];
  #empty: Value[] = [];
  #lastNames: string[] = [];
  #lastPlaces: (number | undefined)[] = [];

  constructor(stream: Stream, choice: StreamChoice, name = choice.table) {
    this.#name = name;
    this.#key = keyOf(stream, choice);
    this.#rowKey = choice.primaryKey ?? stream.primaryKey;
    this.#omit = new Set(stream.omit);
    this.#columns = columnsOf(stream, choice);
    const { select: _, ...whole } = choice;
    const all = columnsOf(stream, whole);
    const chosen = new Set(this.#columns.map((column) => column.name));
    // Known, and not asked for.
    this.#dropped = new Set(all.map((column) => column.name).filter((column) => !chosen.has(column)));
    this.#meta = metaColumns(stream, choice.mode);
    this.#addsColumns = choice.newColumns === 'add' && choice.select === undefined;
    this.#keeps = stream.lane !== undefined;
    this.#index = new Map();
    this.#keyAt = [];
    this.#number();
  }

  /** The table as it is now; the same object as long as nothing of it has changed. */
  get table(): Table {
    if (this.#table?.version !== this.version) {
      const columns = [...this.#columns, ...this.#meta].map((column) => ({ ...column }));
      const slice = this.#meta.find(({ name }) => name === META.slice)?.name;
      // Two endpoints that give the same rows do not have all the same members.
      const keep = this.#keeps ? this.#columns.map(({ name }) => name) : undefined;
      const asked = { ...(slice && { findBy: slice }), ...(keep && { keep }) };
      const table = { name: this.#name, columns, key: this.#key, ...asked };
      this.#table = { version: this.version, table };
    }
    return this.#table.table;
  }

  /** Columns as an earlier run left them: a type that is wider by now stays so. */
  adopt(columns: readonly Column[]): void {
    for (const { name, type } of columns) {
      const mine = this.#columns.find((column) => column.name === name);
      if (mine) mine.type = widest(mine.type, type);
      else if (this.#addsColumns && !name.startsWith('_trunkline_') && !this.#omit.has(name))
        this.#columns.push({ name, type });
    }
    this.version++;
    this.#number();
  }

  /**
   * One row, its values in the order of the columns; or why it cannot be stored.
   * @param carry members that it gets of its slice where it has none itself
   */
  shape(row: JsonObject, carry: JsonObject, meta: RowMeta): Value[] | QuarantinedRow {
    const columns = this.#columns;
    const values = this.#empty.slice();
    let extra: Record<string, unknown> | undefined;
    let nth = 0;
    for (const name in row) {
      const at = this.#place(name, nth++);
      if (at === undefined) {
        if (this.#omit.has(name) || this.#dropped.has(name) || row[name] === undefined) continue;
        if (this.#note(name, row[name])) return this.shape(row, carry, meta);
        // Without a prototype, a member called __proto__ is one like any other.
        (extra ??= Object.create(null) as Record<string, unknown>)[name] = row[name];
        continue;
      }
      const column = columns[at] as Column;
      const value = toValue(column.type, row[name]);
      if (value instanceof Misfit) {
        this.#widen(column, value.type);
        values[at] = toValue(column.type, row[name]) as Value;
      } else values[at] = value;
    }
    // What a row says itself counts more than what its slice knows.
    for (const name in carry) {
      const at = this.#index.get(name);
      if (at === undefined || values[at] !== null) continue;
      const column = columns[at] as Column;
      const value = toValue(column.type, carry[name]);
      if (value instanceof Misfit) this.#widen(column, value.type);
      values[at] = value instanceof Misfit ? (toValue(column.type, carry[name]) as Value) : value;
    }
    for (const at of this.#keyAt) {
      if (values[at] === null || values[at] === '') {
        return { row, reason: `${columns[at]?.name}: is part of the key and empty` };
      }
    }
    const first = columns.length;
    values[first] = extra === undefined ? null : JSON.stringify(extra);
    values[first + 1] = meta.loadedAt;
    values[first + 2] = meta.run;
    values[first + 3] = meta.source;
    // The mark of a deletion, after it, stays empty: the row is there.
    if (this.#meta.length > 4) values[first + 4] = meta.slice;
    return values;
  }

  /** Where a member's value stands. Rows of one page have their members in the same order: one look at the last row does. */
  #place(name: string, nth: number): number | undefined {
    if (this.#lastNames[nth] === name) return this.#lastPlaces[nth];
    const at = this.#index.get(name);
    this.#lastNames[nth] = name;
    this.#lastPlaces[nth] = at;
    return at;
  }

  /** The values of a row's key as one text. */
  keyText(values: readonly Value[]): string {
    return JSON.stringify(this.#keyAt.map((at) => String(values[at])));
  }

  /** Names of the key's columns, without the run. */
  get rowKey(): readonly string[] {
    return this.#rowKey;
  }

  #widen(column: Column, type: ColumnType): void {
    column.type = widest(column.type, type);
    this.version++;
  }

  /** Remembers a member that no column takes; true when it has become one. */
  #note(name: string, value: unknown): boolean {
    if (value === null) return false;
    const type = typeOfValue(value);
    if (this.#addsColumns && this.#isFree(name)) {
      this.#columns.push({ name, type });
      this.#number();
      this.version++;
      return true;
    }
    const known = this.unknown.get(name);
    if (known) known.type = known.type === type ? type : widest(known.type, type);
    else if (this.unknown.size < 1000) {
      this.unknown.set(name, { type, example: (JSON.stringify(value) ?? '').slice(0, 200) });
    }
    return false;
  }

  /** SQLite and DuckDB take names that differ in case only for the same. */
  #isFree(name: string): boolean {
    const lower = name.toLowerCase();
    return (
      this.#columns.length < 500 &&
      !lower.startsWith('_trunkline_') &&
      this.#columns.every((column) => column.name.toLowerCase() !== lower)
    );
  }

  #number(): void {
    this.#index = new Map(this.#columns.map(({ name }, at) => [name, at]));
    this.#keyAt = this.#rowKey.map((name) => this.#index.get(name) as number);
    this.#empty = Array.from({ length: this.#columns.length + this.#meta.length }, () => null);
    this.#lastNames = [];
    this.#lastPlaces = [];
  }
}
