import { DatabaseSync, type StatementSync } from 'node:sqlite';

import type { SqlValue } from './store.ts';

// Statement texts are constants, so this is only reached by statements with lists of varying length.
const MAX_STATEMENTS = 500;

/** One SQLite connection that speaks the shared SQL: `$n`, casts, integers that stay integers, plain row objects. */
export class SqliteConnection {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string) {
    this.#db = new DatabaseSync(path);
  }

  /** A transaction is open. An error that fills the disk closes it without being asked. */
  get inTransaction(): boolean {
    return this.#db.isTransaction;
  }

  all<Row>(text: string, params: readonly SqlValue[] = []): Row[] {
    const rows = this.#prepare(text).all(...params.map(toSqlite));
    // Rows have no prototype in node:sqlite; elsewhere they are plain objects, and comparisons notice.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- who writes the statement knows its columns
    return rows.map((row) => ({ ...row })) as Row[];
  }

  /** Runs a text of several statements without parameters. */
  script(text: string): void {
    this.#db.exec(toSqliteText(text));
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #prepare(text: string): StatementSync {
    const known = this.#statements.get(text);
    if (known) return known;
    if (this.#statements.size >= MAX_STATEMENTS) {
      const [oldest] = this.#statements.keys();
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    const statement = this.#db.prepare(toSqliteText(text));
    this.#statements.set(text, statement);
    return statement;
  }
}

const CASTS = /::(?:bigint|integer|int|smallint|double precision|real|numeric|text|jsonb?|boolean|bytea)\b/gi;

const PLACES = /\$(\d+)/g;

// Whoever writes has the whole database here.
const ROW_LOCKS = /\bFOR (?:NO KEY UPDATE|UPDATE|KEY SHARE|SHARE)(?: SKIP LOCKED)?\b/g;

/**
 * `$1` is a name in SQLite and `?1` a position; casts and row locks are PostgreSQL's. Places that come in their order
 * have no number: numbered ones are names to SQLite, which it looks through from the start for each value that is bound.
 */
function toSqliteText(text: string): string {
  const places = Array.from(text.matchAll(PLACES), ([, place]) => Number(place));
  // PostgreSQL wants to know the type of each, and finds none where it is not used.
  const gap = Array.from({ length: Math.max(0, ...places) }, (_, i) => i + 1).find(
    (n) => !places.includes(n),
  );
  if (gap !== undefined) throw new Error(`the statement has places beyond $${gap}, which it does not use`);
  const inOrder = places.every((place, i) => place === i + 1);
  return text
    .replaceAll(CASTS, '')
    .replaceAll(ROW_LOCKS, '')
    .replaceAll(PLACES, inOrder ? '?' : '?$1');
}

/** node:sqlite binds every number as a float: 7 / 2 would be 3.5 and a 5 in a text column '5.0'. */
function toSqlite(value: SqlValue): SqlValue {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}
