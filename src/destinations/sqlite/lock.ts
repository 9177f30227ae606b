import { placeError } from '../url.ts';
import { Database, sqliteCode } from './database.ts';

/** The right to load into a place, which one process has at a time. Readers do not need it. */
export interface LoadingLock {
  release(): void;
}

/**
 * Takes the lock: a transaction that stays open in a tiny database of its own, since one in the place itself would end
 * with the first commit. The lock is the operating system's and dies with the process, so kill -9 leaves none behind;
 * the file stays, because removing it would let two processes lock two files of the same name.
 * @param place as the message calls it
 * @throws ConnectorError of kind `config` when another process has it
 */
export function takeLock(path: string, place: string): LoadingLock {
  const lock = new Database(path);
  try {
    // Nothing in it needs to survive a power cut.
    lock.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF');
    lock.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${process.pid}; COMMIT; BEGIN IMMEDIATE`);
    return { release: () => lock.close() };
  } catch (error) {
    const owner = sqliteCode((error as Error).cause) === 5 ? ownerOf(lock) : undefined;
    lock.close();
    if (owner === undefined) throw error;
    throw placeError(`${place} is being loaded by ${owner}.`, 'Wait until it is done, or end that process.', {
      code: 'in-use',
      cause: error,
    });
  }
}

function ownerOf(lock: Database): string {
  try {
    const [row] = lock.all<{ user_version: number }>('PRAGMA user_version');
    if (row?.user_version === process.pid) return 'this process already';
    return row ? `process ${row.user_version}` : 'another process';
  } catch {
    // It is just writing its number down.
    return 'another process';
  }
}
