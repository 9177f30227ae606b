import { statSync } from 'node:fs';
import { dirname } from 'node:path';

import type { DestinationDeps } from '../../core/destination.ts';
import { placeError } from '../url.ts';
import { Database, sqliteCode } from './database.ts';
import { SqliteLoader } from './loader.ts';
import { takeLock } from './lock.ts';

/** A loader into a file and the connection that it goes through. */
export interface OpenDatabase {
  db: Database;
  loader: SqliteLoader;
}

/**
 * Opens a database file for loading, and makes it when it is not there; its folder must be.
 * @param place as messages call it
 */
export async function openDatabase(
  path: string,
  place: string,
  deps: Pick<DestinationDeps, 'sleep'>,
): Promise<OpenDatabase> {
  checkPath(path);
  const db = new Database(path);
  try {
    // Says that it is no database before anything is put beside it.
    db.all('PRAGMA schema_version');
    const lock = takeLock(`${path}-loading`, place);
    try {
      await useLog(db, deps.sleep);
      configure(db);
      return { db, loader: new SqliteLoader(db, lock, place, deps.sleep) };
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    db.close();
    throw error;
  }
}

function checkPath(path: string): void {
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  if (!folder?.isDirectory()) {
    throw placeError(
      `The database ${path} cannot be made: there is no folder ${dirname(path)}.`,
      `Make the folder (mkdir -p ${dirname(path)}), or choose another path.`,
      { code: 'cannot-open' },
    );
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw placeError(
      `${path} is a folder, not a database.`,
      `Name a file in it: sqlite:${path}/zoom.db. For files in a folder: file:${path}`,
      { code: 'cannot-open' },
    );
  }
}

/** Turns the write-ahead log on, with which readers read at any time; a reader of the old kind may be in the way. */
async function useLog(db: Database, sleep: (ms: number) => Promise<void>): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      db.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (sqliteCode((error as Error).cause) !== 5 || tried === 200) throw error;
      await sleep(10);
    }
  }
}

function configure(db: Database): void {
  // FULL flushes the log at every commit, of which there is one per batch: what was acknowledged survives a power cut,
  // not only a killed process. Without it the log would still be whole, and the last batches would be gone.
  db.exec('PRAGMA synchronous = FULL');
  // Half of all that loading costs is moving pages into the file; a longer log moves those less often that change
  // often: 3.3 µs per row of 350 bytes with the defaults (2 MB of cache, 1,000 pages of log), 2.8 µs with these. Twice
  // the cache is no quicker, with 5,000,000 rows either.
  db.exec('PRAGMA cache_size = -8000');
  db.exec('PRAGMA wal_autocheckpoint = 4000');
  db.exec('PRAGMA journal_size_limit = 67108864');
  // A table may be renamed although a view reads it: the view goes on with the one that takes the place.
  db.exec('PRAGMA legacy_alter_table = ON');
}
