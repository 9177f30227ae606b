import type {
  Loader,
  LoadTransaction,
  MergeResult,
  Table,
  TableChange,
  Value,
} from '../../core/destination.ts';
import { ConnectorError } from '../../core/errors.ts';
import { plainTable, quoteName } from '../sql-text.ts';
import type { Database } from './database.ts';
import { readLayout, type TableLayout } from './layout.ts';
import type { LoadingLock } from './lock.ts';
import { Merge } from './merge.ts';
import { fitTable, swapTables } from './tables.ts';

/** How long a transaction waits for another program that writes, in milliseconds. */
const PATIENCE = 30_000;
const PAUSE = 50;

/** Rows into one SQLite file, a transaction at a time. */
export class SqliteLoader implements Loader {
  readonly #db: Database;
  readonly #lock: LoadingLock;
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #known: KnownTables;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** As messages call it. */
  readonly #place: string;

  constructor(db: Database, lock: LoadingLock, place: string, sleep: (ms: number) => Promise<void>) {
    this.#db = db;
    this.#lock = lock;
    this.#place = place;
    this.#sleep = sleep;
    this.#known = new KnownTables(db);
  }

  transaction<T>(work: (tx: LoadTransaction) => Promise<T>): Promise<T> {
    return this.exclusive(() => this.#run(work));
  }

  /** Does something while no transaction is open. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the destination is closed'));
    const done = this.#last.then(work);
    // What comes next does not care how this ends.
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Readers see rows at once. */
  async publish(): Promise<void> {
    await this.#last;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
    // Closing moves the write-ahead log into the file; only then may another process come.
    this.#db.close();
    this.#lock.release();
  }

  async #run<T>(work: (tx: LoadTransaction) => Promise<T>): Promise<T> {
    await this.#begin();
    this.#known.check();
    const tx = new SqliteTransaction(this.#db, this.#known, this.#place);
    try {
      const result = await work(tx);
      tx.end();
      // A crash before this line leaves nothing of the work; after it, all of it.
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk ends the transaction without being asked.
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      this.#known.forget();
      throw error;
    } finally {
      tx.over = true;
    }
  }

  async #begin(): Promise<void> {
    for (let waited = 0; ; waited += PAUSE) {
      try {
        this.#db.exec('BEGIN IMMEDIATE');
        return;
      } catch (error) {
        const busy = error instanceof ConnectorError && error.code === 'busy';
        if (!busy || waited >= PATIENCE) throw error;
        await this.#sleep(PAUSE);
      }
    }
  }
}

/** What is known of the tables, so that it need not be read again for every page of rows. */
class KnownTables {
  readonly #db: Database;
  readonly #layouts = new Map<string, TableLayout>();
  readonly #merges = new Map<string, Merge>();
  /** Tables that fit already. Whoever passes the same object again means the same columns. */
  #fitting = new WeakSet<Table>();
  #version = -1;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Forgets everything when somebody else has changed tables since. */
  check(): void {
    const [row] = this.#db.all<{ schema_version: number }>('PRAGMA schema_version');
    if (row?.schema_version !== this.#version) this.forget();
    this.#version = row?.schema_version ?? -1;
  }

  forget(): void {
    this.#layouts.clear();
    this.#merges.clear();
    this.#fitting = new WeakSet();
  }

  fit(table: Table): TableChange[] {
    if (this.#fitting.has(table)) return [];
    const changes = fitTable(this.#db, table, this.#layout(table.name));
    if (changes.length > 0) this.forget();
    this.#fitting.add(table);
    return changes;
  }

  merge(table: Table, quiet: readonly string[]): Merge {
    const id = JSON.stringify([table.name, table.key, table.columns, table.keep, quiet]);
    let merge = this.#merges.get(id);
    if (!merge) {
      const layout = this.#layout(table.name);
      if (!layout) throw new Error(`rows for ${table.name}, which was not made to fit`);
      merge = new Merge(this.#db, table, layout, quiet);
      this.#merges.set(id, merge);
    }
    return merge;
  }

  #layout(name: string): TableLayout | undefined {
    const layout = this.#layouts.get(name) ?? readLayout(this.#db, name);
    if (layout) this.#layouts.set(name, layout);
    return layout;
  }
}

class SqliteTransaction implements LoadTransaction {
  readonly #db: Database;
  readonly #known: KnownTables;
  readonly #place: string;
  #failure: unknown;
  over = false;

  constructor(db: Database, known: KnownTables, place: string) {
    this.#db = db;
    this.#known = known;
    this.#place = place;
  }

  query<Row>(sql: string, params: readonly Value[] = []): Promise<Row[]> {
    return this.#do(() => this.#db.all<Row>(positional(sql), params));
  }

  name(table: string): string {
    return quoteName(plainTable(table, this.#place));
  }

  fit(table: Table): Promise<TableChange[]> {
    return this.#do(() => {
      plainTable(table.name, this.#place);
      return this.#known.fit(table);
    });
  }

  merge(
    table: Table,
    rows: readonly (readonly Value[])[],
    options: { quiet?: readonly string[] } = {},
  ): Promise<MergeResult> {
    return this.#do(() => ({ written: this.#known.merge(table, options.quiet ?? []).run(rows) }));
  }

  swap(stage: string, table: string): Promise<void> {
    return this.#do(() => {
      swapTables(this.#db, stage, plainTable(table, this.#place));
      this.#known.forget();
    });
  }

  drop(table: string): Promise<void> {
    return this.#do(() => {
      this.#db.exec(`DROP TABLE IF EXISTS ${quoteName(table)}`);
      this.#known.forget();
    });
  }

  /** Refuses the commit after a statement that failed, whoever caught its error: half of a merge must not stay. */
  end(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #do<T>(work: () => T): Promise<T> {
    // oxlint-disable-next-line typescript/require-await -- what is thrown here is a rejection
    return (async () => {
      if (this.over) throw new Error('the transaction is over');
      try {
        return work();
      } catch (error) {
        // A refused table changed nothing, and the rest may go on without it.
        if (!(error instanceof ConnectorError) || error.cause !== undefined) this.#failure = error;
        throw error;
      }
    })();
  }
}

/** `$1` is a name in SQLite and `?1` a position. Texts in quotes stay as they are. */
function positional(sql: string): string {
  return sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)/g, (found: string, n?: string) =>
    n === undefined ? found : `?${n}`,
  );
}
