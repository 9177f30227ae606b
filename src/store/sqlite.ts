import { GroupCommit } from './group-commit.ts';
import { removeOwner } from './owner.ts';
import { isFile, openConnection } from './sqlite-open.ts';
import type { Sql, Store } from './store.ts';

/** Which file, by which clock. */
export interface SqliteOptions {
  /** A file, or `:memory:`. */
  path: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Directory of numbered SQL files; by default those of this version. */
  migrations?: string;
  /** Several processes open the file at once; otherwise this one owns it alone. */
  shared?: boolean;
  /** Milliseconds that a transaction may wait for something other than its own statements; 5,000 unless told. */
  longestTxMs?: number;
}

/** Opens an embedded SQLite file: Trunkline's state, which this process owns alone, or one that several share. */
export async function openSqlite(options: SqliteOptions): Promise<Store> {
  const { path, now } = options;
  const connection = openConnection(path, now, options.migrations, options.shared);
  const commits = new GroupCommit(connection, options.longestTxMs ?? 5000);

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await commits.drain();
    try {
      // What is shared is tidied by SQLite itself when its last opener goes.
      if (!options.shared) connection.script('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      // Before the lock is released: afterwards the file may already be the next owner's.
      if (isFile(path) && !options.shared) removeOwner(path);
      connection.close();
    }
  };
  const sql: Sql = (text, params) => commits.statement(text, params ?? []);

  return {
    engine: 'sqlite',
    can: { manyOwners: options.shared === true, arrays: false },
    sql,
    quick: (text, params) => commits.statement(text, params ?? [], false),
    tx: (fn) => commits.transaction(fn),
    now,
    close: () => (closing ??= close()),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  };
}
