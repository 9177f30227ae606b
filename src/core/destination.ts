import type { Secret } from './secret.ts';

/**
 * What a column holds. The types form a ladder: each fits into those after it without loss, `text` takes everything.
 * `integer` is 64 bits wide, `number` a double, `decimal` a number with all its digits, `timestamp` a moment in UTC,
 * `date` a day, `json` any JSON value.
 */
export type ColumnType =
  | 'boolean'
  | 'integer'
  | 'number'
  | 'decimal'
  | 'timestamp'
  | 'date'
  | 'json'
  | 'text';

export interface Column {
  name: string;
  type: ColumnType;
}

/** A table as the rows need it. */
export interface Table {
  /** May have a schema before it: `zoom.meetings`. */
  name: string;
  columns: readonly Column[];
  /** Columns that tell rows apart. Merging goes by them. */
  key: readonly string[];
  /** A column that rows are looked for by: it gets an index where the destination finds them faster with one. */
  findBy?: string;
  /** Columns in which no value does not replace one that is there: who brings the row may know nothing of them. */
  keep?: readonly string[];
}

/**
 * A value of a row by the type of its column: text for `text`, `decimal`, `timestamp` (ISO 8601 with `Z`), `date`
 * (`YYYY-MM-DD`) and `json` (its JSON text); a number or a bigint for `integer`; a number for `number`.
 */
export type Value = string | number | bigint | boolean | null;

/** What was done to a table so that rows fit. */
export interface TableChange {
  table: string;
  change: 'created' | 'column added' | 'type widened';
  column?: string;
  from?: ColumnType;
  to?: ColumnType;
}

/** Rows in a form of the destination's own: as small as can be, for rows that wait for their transaction. */
export interface Packed {
  packed: readonly unknown[];
}

/** Rows with their values in the order of the columns, or packed by the loader that takes them. */
export type Rows = readonly (readonly Value[])[] | Packed;

export interface MergeResult {
  /** Rows that were new or differed. The others were left untouched. */
  written: number;
}

/** What may be done within one transaction. */
export interface LoadTransaction {
  /**
   * Runs a statement of the bookkeeping tables: `$1` for parameters, and only what SQLite, PostgreSQL and DuckDB
   * understand alike (ON CONFLICT, RETURNING, text, bigint). Integers come back as numbers.
   */
  query<Row>(sql: string, params?: readonly Value[]): Promise<Row[]>;
  /** The table as it stands in the text of a statement: quoted, and within its schema. */
  name(table: string): string;
  /**
   * Creates the table, adds columns that it lacks and widens types, so that rows with these columns fit. What is
   * already wider stays.
   * @throws ConnectorError of kind `config` when a table of that name is there that cannot be used
   */
  fit(table: Table): Promise<TableChange[]>;
  /**
   * Inserts rows and replaces those with the same key where they differ in one of the columns beyond `quiet`. Of rows
   * with the same key in one call, the last one counts. Values come in the order of `table.columns`.
   */
  merge(table: Table, rows: Rows, options?: { quiet?: readonly string[] }): Promise<MergeResult>;
  /** Puts `stage` in the place of `table`, which it removes; readers see the one or the other. */
  swap(stage: string, table: string): Promise<void>;
  /** Removes a table if it is there. */
  drop(table: string): Promise<void>;
}

/** An open destination. One process loads into it at a time; `open` refuses a second one. */
export interface Loader {
  /**
   * Runs the work in one transaction: all of it is durable when this resolves, nothing of it when it rejects.
   * Transactions follow one another. The work may be run again after a lost connection.
   * @throws ConnectorError: `config` when it cannot be written (full, read-only), `network` when the connection is lost
   */
  transaction<T>(work: (tx: LoadTransaction) => Promise<T>): Promise<T>;
  /** Packs rows of a table ahead of their transaction. What is packed for the same table may be put together. */
  pack?(table: Table, rows: readonly (readonly Value[])[]): Packed;
  /** Brings what the last transactions changed to where readers look for it. Databases have nothing to do. */
  publish(): Promise<void>;
  close(): Promise<void>;
}

/** What a destination needs from the world. */
export interface DestinationDeps {
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Folder that relative paths start from. */
  cwd: string;
}

/** How rows of a stream are laid out where that is up to the destination. */
export interface Layout {
  /** Column of a table by whose month its files are divided; none for those that are one file. */
  monthOf(table: string): string | undefined;
}

/** A place for rows: a database or files. */
export interface Destination {
  /** Before the colon of its URLs. */
  readonly schemes: readonly string[];
  readonly title: string;
  readonly docs: string;
  /** A URL that works. */
  readonly example: string;
  readonly can: {
    /** Tables may stand in a schema: `zoom.meetings`. */
    schemas: boolean;
    /** Readers see rows at once; otherwise after `publish`. */
    live: boolean;
  };
  /**
   * Opens it, and creates what is missing.
   * @throws ConnectorError of kind `config` for a URL it cannot read, a place it cannot write, a missing package, or
   *   another process that loads into it
   */
  open(url: Secret, layout: Layout, deps: DestinationDeps): Promise<Loader>;
}

/** Declares a destination. */
export function defineDestination(spec: Destination): Destination {
  return Object.freeze(spec);
}

const NUMBERS: ReadonlySet<ColumnType> = new Set(['integer', 'number', 'decimal']);

/** The narrowest type that takes the values of both without loss. */
export function widest(a: ColumnType, b: ColumnType): ColumnType {
  if (a === b) return a;
  // A double cannot hold every integer of 64 bits.
  if (NUMBERS.has(a) && NUMBERS.has(b)) return 'decimal';
  return 'text';
}
