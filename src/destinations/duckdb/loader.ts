import type { Loader, LoadTransaction, Value } from '../../core/destination.ts';
import { placeError } from '../url.ts';
import type { DuckDb } from './database.ts';
import { mergeRows } from './merge.ts';
import { Tables } from './tables.ts';

/** Rows into one DuckDB file, a transaction at a time. */
export class DuckDbLoader implements Loader {
  readonly #db: DuckDb;
  readonly #tables: Tables;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(db: DuckDb) {
    this.#db = db;
    this.#tables = new Tables(db);
  }

  transaction<T>(work: (tx: LoadTransaction) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(over());
    const result = this.#last.then(() => this.#run(work));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async publish(): Promise<void> {
    await this.#last;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#last;
    this.#db.close();
  }

  async #run<T>(work: (tx: LoadTransaction) => Promise<T>): Promise<T> {
    await this.#db.reopen();
    await this.#db.run('BEGIN');
    const tx = new DuckDbTransaction(this.#db, this.#tables);
    try {
      const result = await work(tx);
      await tx.end();
      // A crash before this line leaves nothing of the work; after it, all of it: the log is flushed to the disk.
      await this.#db.run('COMMIT');
      return result;
    } catch (error) {
      await tx.end().catch(() => undefined);
      this.#tables.forget();
      // A commit that failed has been rolled back already.
      await this.#db.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
}

class DuckDbTransaction implements LoadTransaction {
  readonly #db: DuckDb;
  readonly #tables: Tables;
  #last: Promise<unknown> = Promise.resolve();
  #failure: { error: unknown } | undefined;
  #over = false;

  constructor(db: DuckDb, tables: Tables) {
    this.#db = db;
    this.#tables = tables;
  }

  query<Row>(sql: string, params: readonly Value[] = []): Promise<Row[]> {
    return this.#next(() => this.#db.all<Row>(sql, params));
  }

  name(table: string): string {
    return this.#tables.spot(table).sql;
  }

  fit: LoadTransaction['fit'] = (table) => this.#next(() => this.#tables.fit(table));

  merge: LoadTransaction['merge'] = (table, rows, options) =>
    this.#next(async () => ({
      written: await mergeRows(
        this.#db,
        await this.#tables.layout(table.name),
        table,
        // Nothing is packed here.
        rows as readonly (readonly Value[])[],
        options?.quiet ?? [],
      ),
    }));

  swap: LoadTransaction['swap'] = (stage, table) => this.#next(() => this.#tables.swap(stage, table));

  drop: LoadTransaction['drop'] = (table) => this.#next(() => this.#tables.drop(table));

  /** Waits for what was asked for, and fails if any of it did, even if the work went on: half of it is not committed. */
  async end(): Promise<void> {
    this.#over = true;
    await this.#last;
    if (this.#failure) throw this.#failure.error;
  }

  /** One after the other, also when they are not awaited: merges share the stage. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    if (this.#over) return Promise.reject(over());
    const result = this.#last.then(work);
    this.#last = result.catch((error: unknown) => {
      this.#failure ??= { error };
    });
    return result;
  }
}

function over(): Error {
  return placeError('The destination or its transaction is closed.', 'Await every statement inside it.', {
    code: 'closed',
  });
}
