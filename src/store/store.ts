/** What a statement can be given, and what it gives back. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/**
 * Runs one statement with `$1`-style parameters and gives its rows.
 * The text is the subset that SQLite and PostgreSQL share; casts (`$1::bigint`) are allowed and mean nothing to SQLite.
 * Integers come back as numbers; one past 2^53 is an error, so ids of other systems are text.
 */
export interface Sql {
  <Row = Record<string, unknown>>(text: string, params?: readonly SqlValue[]): Promise<Row[]>;
}

/** What an engine can do that the other cannot. */
export interface StoreAbilities {
  /** Several processes may hold the store at once. */
  manyOwners: boolean;
}

/** Trunkline's own state: statements, transactions and a clock. */
export interface Store {
  readonly engine: 'sqlite' | 'postgres';
  readonly can: Readonly<StoreAbilities>;
  /**
   * One statement on its own, durable when the promise resolves.
   * It runs before or after any transaction, never inside one: what it did is not undone by somebody else's failure.
   * Calling it inside `tx` would wait for itself.
   */
  sql: Sql;
  /**
   * Several statements that happen wholly or not at all; durable when the promise resolves.
   * Inside, await nothing but the `sql` given: everyone else waits meanwhile, and a transaction that waits for
   * something else too long is rolled back. A statement that fails dooms its transaction, caught or not.
   */
  tx<T>(fn: (sql: Sql) => Promise<T>): Promise<T>;
  /** Milliseconds since the epoch by the store's clock. */
  now(): number;
  /** Finishes what was asked for, then lets go of the database. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export { openSqlite, type SqliteOptions } from './sqlite.ts';
