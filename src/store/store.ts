/** What a statement can be given, and what it gives back. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/**
 * Runs one statement with `$1`-style parameters and gives its rows.
 * The text is the subset that SQLite and PostgreSQL share; casts (`$1::bigint`) and row locks (`FOR UPDATE SKIP LOCKED`)
 * are allowed and mean nothing to SQLite. Text is ordered by its bytes. Truth comes back as 1 or 0, JSON as text.
 * Integers come back as numbers; one past 2^53 is an error, so ids of other systems are text.
 */
export interface Sql {
  <Row = Record<string, unknown>>(text: string, params?: readonly SqlValue[]): Promise<Row[]>;
}

/** What an engine can do that the other cannot. */
export interface StoreAbilities {
  /** Several processes may hold the store at once. */
  manyOwners: boolean;
  /** `key = ANY (ARRAY (SELECT …))`, where `key IN (SELECT …)` leaves it to the planner how to find the keys. */
  arrays: boolean;
}

/** Hints between the processes that share a store. One may get lost, so nothing may depend on it but haste. */
export interface Signals {
  /** Tells the other processes, soon; not this one. */
  send(topic: string, text: string): void;
  /** Hears of a topic; undefined after the connection was away, when something may have been missed. Gives the way to end it. */
  on(topic: string, fn: (text: string | undefined) => void): () => void;
  close(): Promise<void>;
}

/** Trunkline's own state: statements, transactions and a clock. */
export interface Store {
  readonly engine: 'sqlite' | 'postgres';
  readonly can: Readonly<StoreAbilities>;
  /**
   * One statement on its own, durable when the promise resolves. On PostgreSQL an error with the outcome `unknown` says
   * that the connection broke meanwhile, and nobody knows whether it was done.
   * It runs before or after any transaction, never inside one: what it did is not undone by somebody else's failure.
   * Calling it inside `tx` would wait for itself.
   */
  sql: Sql;
  /**
   * As `sql`, for what is worthless once the machine has stopped, such as the slots of a budget: it survives the end of
   * the process, and on SQLite perhaps not a power cut. A flush to the disk for each call would hold everything else up.
   */
  quick: Sql;
  /**
   * Several statements that happen wholly or not at all; durable when the promise resolves.
   * Inside, await nothing but the `sql` given: everyone else waits meanwhile, and a transaction that waits for
   * something else too long is rolled back. A statement that fails dooms its transaction, caught or not.
   * On PostgreSQL the function runs again when its transaction was surely undone, because it lost against another or the
   * server went away, so it should do nothing but statements. Others run at the same time: a decision that depends on a
   * row reads it by `FOR UPDATE`, or is part of the statement that writes. An outcome can be `unknown` as with `sql`.
   */
  tx<T>(fn: (sql: Sql) => Promise<T>): Promise<T>;
  /** Whole milliseconds since the epoch by the store's clock, which is the same for all that share the store. */
  now(): number;
  /** Only where other processes may hold the store as well. */
  readonly signals?: Signals;
  /** Finishes what was asked for, then lets go of the database. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export { afterCommit } from './after-commit.ts';
export { openSqlite, type SqliteOptions } from './sqlite.ts';
