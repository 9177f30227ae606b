import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import type { DuckDBAppender, DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

import type { Value } from '../../core/destination.ts';
import { placeError } from '../url.ts';
import { duckDbFailure, isFatal } from './failure.ts';

export type DuckDbModule = typeof import('@duckdb/node-api');

// Nothing is fetched from the network behind one's back; JSON and time zones are part of the package.
const OPTIONS = { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' };

/** Files that this process has open. DuckDB itself would let it open them twice, and damage them. */
const ours = new Set<string>();

/**
 * Opens or makes a file. DuckDB locks it for this process.
 * @throws ConnectorError when the package is missing, the file is in use or cannot be used
 */
export async function openDuckDb(file: string, load: () => Promise<DuckDbModule>): Promise<DuckDb> {
  const api = await load().catch((error: unknown) => {
    throw missing(error);
  });
  const id = identity(file);
  if (ours.has(id)) {
    throw placeError(
      `The database ${file} is being loaded by this process already.`,
      'Wait until it is done.',
      {
        code: 'in-use',
      },
    );
  }
  ours.add(id);
  const database = new DuckDb(api, file, () => ours.delete(id));
  try {
    await database.reopen();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** One DuckDB file and one connection to it. Every error that it throws is a ConnectorError that names the file. */
export class DuckDb {
  readonly file: string;
  readonly #api: DuckDbModule;
  readonly #release: () => void;
  #instance: DuckDBInstance | undefined;
  #connection: DuckDBConnection | undefined;
  /** After such an error DuckDB does nothing more until it is opened again. */
  #broken = false;

  constructor(api: DuckDbModule, file: string, release: () => void) {
    this.#api = api;
    this.file = file;
    this.#release = release;
  }

  /** Makes it usable: after it was made, and after an error that took the database down. */
  async reopen(): Promise<void> {
    if (this.#connection && !this.#broken) return;
    this.#shut();
    try {
      this.#instance = await this.#api.DuckDBInstance.create(this.file, OPTIONS);
      this.#connection = await this.#instance.connect();
      this.#broken = false;
    } catch (error) {
      throw duckDbFailure(error, this.file);
    }
    await this.run(`SET TimeZone = 'UTC'`);
  }

  /** Runs statements; the number of rows that the last of them changed. */
  async run(sql: string): Promise<number> {
    return await this.#guard(async (connection) => (await connection.run(sql)).rowsChanged);
  }

  async all<Row>(sql: string, params: readonly Value[] = []): Promise<Row[]> {
    return await this.#guard(async (connection) => {
      // By itself it would bind a bigint as 128 bits wide, and a large integer as a double.
      const values = params.map((value) => (Number.isSafeInteger(value) ? BigInt(value as number) : value));
      const kinds = values.map((value) => (typeof value === 'bigint' ? this.#api.BIGINT : undefined));
      const reader = await connection.runAndReadAll(sql, values, kinds as never);
      return reader.getRowObjects().map((row) => {
        const entries = Object.entries(row).map(([name, value]) => [name, this.#plain(value)]);
        return Object.fromEntries(entries) as Row;
      });
    });
  }

  /** Adds rows to a temporary table by way of an appender, which needs no SQL for them. */
  async append(table: string, fill: (appender: DuckDBAppender) => void): Promise<void> {
    await this.#guard(async (connection) => {
      const appender = await connection.createAppender(table, null, 'temp');
      fill(appender);
      appender.closeSync();
    });
  }

  close(): void {
    this.#shut();
    this.#release();
  }

  #shut(): void {
    this.#connection?.closeSync();
    // Moves what is in the write-ahead log into the file.
    this.#instance?.closeSync();
    this.#connection = undefined;
    this.#instance = undefined;
  }

  async #guard<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (!this.#connection)
      throw placeError('The destination is closed.', 'Open it again.', { code: 'closed' });
    try {
      return await work(this.#connection);
    } catch (error) {
      this.#broken ||= isFatal(error);
      throw duckDbFailure(error, this.file);
    }
  }

  /** Values as `merge` takes them. */
  #plain(value: unknown): unknown {
    if (typeof value === 'bigint') {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value;
    }
    if (value instanceof this.#api.DuckDBTimestampTZValue) {
      return String(value).replace(' ', 'T').replace(/\+00$/, 'Z');
    }
    return typeof value === 'object' && value !== null ? (value as { toString(): string }).toString() : value;
  }
}

/** The file whatever way leads to it; it may not be there yet. */
function identity(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    try {
      return join(realpathSync(dirname(file)), basename(file));
    } catch {
      return file;
    }
  }
}

function missing(cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause);
  const absent = (cause as { code?: unknown } | null)?.code === 'ERR_MODULE_NOT_FOUND';
  return placeError(
    absent
      ? 'To load into DuckDB, the package @duckdb/node-api is needed, and it is not installed.'
      : `The package @duckdb/node-api cannot be used on this machine: ${message.split('\n')[0]}.`,
    'Install it: npm install @duckdb/node-api',
    { code: 'missing-package', cause },
  );
}
