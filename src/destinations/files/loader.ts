import type {
  Loader,
  LoadTransaction,
  MergeResult,
  Table,
  TableChange,
  Value,
} from '../../core/destination.ts';
import type { SqliteLoader } from '../sqlite/loader.ts';
import type { Publisher } from './publisher.ts';
import type { FileState } from './state.ts';

/** Rows into a database within the folder, and from there into files. */
export class FileLoader implements Loader {
  readonly #rows: SqliteLoader;
  readonly #state: FileState;
  readonly #publisher: Publisher;

  constructor(rows: SqliteLoader, state: FileState, publisher: Publisher) {
    this.#rows = rows;
    this.#state = state;
    this.#publisher = publisher;
    for (const table of state.tables()) state.watch(table);
  }

  async transaction<T>(work: (tx: LoadTransaction) => Promise<T>): Promise<T> {
    return await this.#rows.transaction(async (tx) => {
      try {
        return await work(new FileTransaction(tx, this.#state));
      } catch (error) {
        this.#state.forget();
        throw error;
      }
    });
  }

  async publish(): Promise<void> {
    await this.#rows.exclusive(() => this.#publisher.publish());
  }

  async close(): Promise<void> {
    await this.#rows.close();
  }
}

/** A transaction of the database that also notes which files it makes outdated. */
class FileTransaction implements LoadTransaction {
  readonly #tx: LoadTransaction;
  readonly #state: FileState;

  constructor(tx: LoadTransaction, state: FileState) {
    this.#tx = tx;
    this.#state = state;
  }

  query<Row>(sql: string, params?: readonly Value[]): Promise<Row[]> {
    return this.#tx.query(sql, params);
  }

  name(table: string): string {
    return this.#tx.name(table);
  }

  async fit(table: Table): Promise<TableChange[]> {
    const changes = await this.#tx.fit(table);
    if (changes.length > 0) {
      // A table that was rebuilt has lost its triggers, and its files all have the old columns.
      this.#state.unwatch(table.name);
      this.#state.markAll(table.name);
    }
    this.#state.watch(table.name);
    return changes;
  }

  async merge(
    table: Table,
    rows: readonly (readonly Value[])[],
    options?: { quiet?: readonly string[] },
  ): Promise<MergeResult> {
    this.#state.watch(table.name);
    return await this.#tx.merge(table, rows, options);
  }

  async swap(stage: string, table: string): Promise<void> {
    for (const name of [stage, table]) {
      this.#state.markAll(name);
      this.#state.unwatch(name);
    }
    await this.#tx.swap(stage, table);
    this.#state.watch(table);
    this.#state.markAll(table);
  }

  async drop(table: string): Promise<void> {
    this.#state.markAll(table);
    this.#state.unwatch(table);
    await this.#tx.drop(table);
  }
}
