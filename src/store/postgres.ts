import type { PoolClient } from 'pg';

import { holdCalls, releaseCalls } from './after-commit.ts';
import { PostgresClock } from './postgres-clock.ts';
import { inDoubt, isConflict, isLost, postgresError, unreachable } from './postgres-error.ts';
import { checkMigrations, migrate, type MigrationLine, type SchemaState } from './postgres-migrations.ts';
import { PostgresPool, type PoolOptions } from './postgres-pool.ts';
import { PostgresScope } from './postgres-scope.ts';
import { PostgresSignals } from './postgres-signals.ts';
import { configError } from './sqlite-error.ts';
import type { Signals, Sql, SqlValue, Store } from './store.ts';

/** Which database, by which clock. */
export interface PostgresOptions extends PoolOptions {
  /** Milliseconds since the epoch, by this machine. */
  now: () => number;
  /** Believes `now` instead of asking the database for its time: for a clock that stands still. */
  ownClock?: boolean;
  /** Lines of numbered SQL files; by default those of this version. */
  migrations?: readonly MigrationLine[];
  /** Milliseconds that a transaction may wait for something other than its own statements; 5,000 unless told. */
  longestTxMs?: number;
}

/** How often a transaction that lost against others is tried. */
const MAX_TRIES = 10;

/** Who begins must not wait long: a wrong address shall show at once. */
const OPENING_PATIENCE_MS = 5000;

/**
 * Opens Trunkline's state on PostgreSQL, which any number of processes on any machines share. Makes or updates its
 * schema; `now()` of the store is the database's time.
 * @throws ConnectorError of kind `config`, `auth` or `network`
 */
export async function openPostgres(options: PostgresOptions): Promise<Store> {
  const pool = new PostgresPool(options);
  const clock = new PostgresClock(pool, options.now);
  try {
    await withClient(pool, (client) => migrate(pool, client, options.now, options.migrations));
    if (!options.ownClock) await clock.start();
  } catch (error) {
    await pool.close();
    throw error;
  }
  return new PostgresStore(pool, clock, options.longestTxMs ?? 5000);
}

/** What a database is, for those who only look. */
export interface PostgresFinding extends SchemaState {
  /** Host, database and schema. */
  label: string;
  /** Of the server, such as `15.18`. */
  version: string;
}

/** Looks at a database without changing it and without waiting for it. Throws what `openPostgres` would. */
export async function inspectPostgres(url: string): Promise<PostgresFinding> {
  const pool = new PostgresPool({ url, connections: 1, patienceMs: 0 });
  try {
    return await withClient(pool, async (client) => {
      const [row] = await pool.run<{ version: string }>(
        client,
        `SELECT current_setting('server_version') AS version`,
        [],
      );
      const version = row?.version.split(' ')[0] ?? '';
      return { label: pool.target.label, version, ...(await checkMigrations(pool, client)) };
    });
  } finally {
    await pool.close();
  }
}

async function withClient<T>(pool: PostgresPool, fn: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.take(Math.min(OPENING_PATIENCE_MS, pool.patienceMs));
  try {
    const result = await fn(client);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw isLost(error)
      ? unreachable(pool.target, error)
      : postgresError(error, `PostgreSQL at ${pool.target.label}`);
  }
}

class PostgresStore implements Store {
  readonly engine = 'postgres';
  readonly can = { manyOwners: true, arrays: true };
  readonly signals: Signals;
  readonly #pool: PostgresPool;
  readonly #clock: PostgresClock;
  readonly #longestTxMs: number;
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(pool: PostgresPool, clock: PostgresClock, longestTxMs: number) {
    this.#pool = pool;
    this.#clock = clock;
    this.#longestTxMs = longestTxMs;
    this.signals = new PostgresSignals(pool);
  }

  readonly now = (): number => this.#clock.now();

  readonly sql: Sql = (text, params = []) => this.#accept(() => this.#statement(text, params));

  // The server's commits hold nobody up but those who wait for them.
  readonly quick = this.sql;

  readonly tx = <T>(fn: (sql: Sql) => Promise<T>): Promise<T> => this.#accept(() => this.#transaction(fn));

  /** Closing waits for what was asked for before. */
  async #accept<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing)
      throw configError('The store is closed.', 'Stop what uses it first.', { code: 'closed' });
    const promise = work();
    this.#underWay.add(promise);
    try {
      return await promise;
    } finally {
      this.#underWay.delete(promise);
    }
  }

  async #statement<Row>(text: string, params: readonly SqlValue[]): Promise<Row[]> {
    // Reading twice changes nothing. Of a write nobody knows whether it was done when the connection broke.
    const maySend = /^\s*SELECT\b/i.test(text) ? 3 : 1;
    for (let tried = 1; ; tried++) {
      const client = await this.#pool.take();
      try {
        const rows = await this.#pool.run<Row>(client, text, params);
        client.release();
        return rows;
      } catch (error) {
        client.release(isLost(error));
        if (isConflict(error) && tried < MAX_TRIES) continue;
        if (!isLost(error)) throw postgresError(error, whatOf(text));
        if (tried >= maySend) throw inDoubt(this.#pool.target, whatOf(text), error);
      }
    }
  }

  async #transaction<T>(fn: (sql: Sql) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      const client = await this.#pool.take();
      const scope = new PostgresScope(this.#pool, client, this.#longestTxMs);
      holdCalls(scope.sql);
      try {
        await client.query('BEGIN');
        const value = await scope.within(fn);
        await this.#commit(client);
        client.release();
        releaseCalls(scope.sql);
        return value;
      } catch (error) {
        scope.revoke();
        // What made the transaction fail, which its function may have wrapped or swallowed.
        const cause = scope.failure ?? error;
        const gone = isLost(cause) || !(await rolledBack(client));
        client.release(gone);
        // Without its COMMIT it surely was not applied, so it can be done again from the beginning.
        const mayPass = isConflict(cause) || isLost(cause);
        if (mayPass && tried < MAX_TRIES) continue;
        throw isLost(cause)
          ? unreachable(this.#pool.target, cause)
          : postgresError(error, 'The transaction failed');
      }
    }
  }

  async #commit(client: PoolClient): Promise<void> {
    try {
      // A crash before this line: it did not happen, and nobody was told that it did. After it: it is on the disk.
      await client.query('COMMIT');
    } catch (error) {
      // A ConnectorError is not tried again.
      throw isLost(error) ? inDoubt(this.#pool.target, 'A commit', error) : error;
    }
  }

  readonly close = (): Promise<void> => (this.#closing ??= this.#close());

  async #close(): Promise<void> {
    this.#clock.stop();
    this.#pool.hurry();
    await Promise.allSettled(this.#underWay);
    await this.signals.close();
    await this.#pool.close();
  }

  readonly [Symbol.asyncDispose] = this.close;
}

async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

function whatOf(text: string): string {
  return `"${text.trim().replaceAll(/\s+/g, ' ').slice(0, 60)}" failed`;
}
