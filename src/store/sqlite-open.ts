import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

import { ConnectorError } from '../core/errors.ts';
import {
  APPLIED_VERSION,
  CREATE_SCHEMA_MIGRATIONS,
  pendingMigrations,
  readMigrations,
  RECORD_MIGRATION,
} from './migrations.ts';
import { currentCommand, readOwner, writeOwner } from './owner.ts';
import { SqliteConnection } from './sqlite-connection.ts';
import { configError, sqliteCode, storeError } from './sqlite-error.ts';

const MEMORY = ':memory:';

const TABLES = `SELECT name FROM sqlite_schema WHERE type = 'table'`;

/** How long a process waits for another's commit, in milliseconds; each takes a few. */
const BUSY_TIMEOUT = 10_000;

/**
 * Opens the file with the schema of this version, as its only owner unless it is shared; throws one clear error, and
 * changes nothing then.
 */
export function openConnection(
  path: string,
  now: () => number,
  migrations?: string,
  shared = false,
): SqliteConnection {
  const known = readMigrations(migrations);
  if (isFile(path)) createFile(path);
  let connection: SqliteConnection | undefined;
  try {
    connection = new SqliteConnection(path);
    if (shared) connection.script(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    else lock(connection);
    const applied = appliedVersion(connection, path);
    const pending = pendingMigrations(path, applied, known);
    if (shared) useLog(connection);
    configure(connection);
    for (const { version, name, text } of pending) {
      connection.script('BEGIN IMMEDIATE');
      // Of several that open a new file at once, one is first: the others find the step done.
      if (appliedVersion(connection, path) < version) {
        connection.script(CREATE_SCHEMA_MIGRATIONS);
        connection.script(text);
        connection.all(RECORD_MIGRATION, [version, name, now()]);
      }
      // A crash before this line leaves the schema as it was; after it, the step is done and recorded.
      connection.script('COMMIT');
    }
    if (isFile(path) && !shared)
      writeOwner(path, { pid: process.pid, command: currentCommand(), since: now() });
    return connection;
  } catch (error) {
    connection?.close();
    throw openError(path, error);
  }
}

/** Whether anything of this database is on the disk. */
export function isFile(path: string): boolean {
  return path !== MEMORY;
}

function createFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotOpen(path, error);
  }
  try {
    // 'wx' never opens a file that exists: closing it again would drop this process's own lock on it (POSIX).
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST'))
      throw cannotOpen(path, error);
  }
}

function lock(connection: SqliteConnection): void {
  // The lock is the operating system's and dies with the process, so kill -9 leaves none behind.
  connection.script('PRAGMA locking_mode = EXCLUSIVE');
  connection.script('BEGIN EXCLUSIVE');
  connection.script('COMMIT');
}

/** Turns the write-ahead log on; SQLite does not wait for other openers here, whatever the busy timeout says. */
function useLog(connection: SqliteConnection): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let tried = 1; ; tried++) {
    try {
      connection.script('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (sqliteCode(error) !== 5 || tried >= 200) throw error;
      Atomics.wait(pause, 0, 0, 10);
    }
  }
}

function appliedVersion(connection: SqliteConnection, path: string): number {
  const tables = connection.all<{ name: string }>(TABLES).map(({ name }) => name);
  if (tables.includes('schema_migrations')) {
    return connection.all<{ version: number | null }>(APPLIED_VERSION)[0]?.version ?? 0;
  }
  if (tables.length === 0) return 0;
  throw configError(
    `${path} is a database of another program: it has the table ${tables[0]}, and none of Trunkline's.`,
    'Choose another path, or move the file away. The file was not changed.',
    { code: 'not-ours' },
  );
}

function configure(connection: SqliteConnection): void {
  connection.script('PRAGMA journal_mode = WAL');
  // FULL flushes the log at every commit: what was acknowledged survives a power cut, not only a killed process.
  connection.script('PRAGMA synchronous = FULL');
  connection.script('PRAGMA foreign_keys = ON');
  connection.script('PRAGMA journal_size_limit = 67108864');
}

function openError(path: string, error: unknown): unknown {
  if (error instanceof ConnectorError) return error;
  const code = sqliteCode(error);
  if (code === 5 || code === 6) {
    const owner = readOwner(path);
    const who = owner ? `process ${owner.pid} (${owner.command})` : 'another process';
    const end = owner ? `End it (kill ${owner.pid})` : 'End that process';
    return configError(
      `The database ${path} is in use by ${who}.`,
      `${end}, or set TRUNKLINE_DATA_DIR to another directory.`,
      { code: 'owned', cause: error },
    );
  }
  if (code === 26) {
    return configError(
      `${path} is not a database.`,
      'Choose another path, or move the file away. The file was not changed.',
      { code: 'not-a-database', cause: error },
    );
  }
  const known = storeError(error, `The database ${path} cannot be opened`);
  return known instanceof ConnectorError ? known : cannotOpen(path, error);
}

function cannotOpen(path: string, cause: unknown): ConnectorError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return configError(
    `The database ${path} cannot be opened: ${reason}`,
    'Set TRUNKLINE_DATA_DIR to a directory that this user may write to.',
    { code: 'cannot-open', cause },
  );
}
