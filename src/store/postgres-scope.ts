import type { PoolClient } from 'pg';

import { postgresError } from './postgres-error.ts';
import type { PostgresPool } from './postgres-pool.ts';
import { configError, tooLong } from './sqlite-error.ts';
import type { Sql, SqlValue } from './store.ts';

/** The statements of one transaction, until it ends. */
export class PostgresScope {
  readonly #pool: PostgresPool;
  readonly #client: PoolClient;
  readonly #longestMs: number;
  readonly #idle = Promise.withResolvers<never>();
  #timer: NodeJS.Timeout | undefined;
  #running = 0;
  #open = true;
  /** What the first statement that failed died of, as the driver has it. */
  failure: unknown;

  constructor(pool: PostgresPool, client: PoolClient, longestMs: number) {
    this.#pool = pool;
    this.#client = client;
    this.#longestMs = longestMs;
    this.#idle.promise.catch(() => undefined);
  }

  readonly sql: Sql = async <Row>(text: string, params: readonly SqlValue[] = []): Promise<Row[]> => {
    if (!this.#open) {
      throw configError('The transaction is over.', 'Await every statement inside it.', { code: 'tx-over' });
    }
    clearTimeout(this.#timer);
    this.#running += 1;
    try {
      return await this.#pool.run<Row>(this.#client, text, params);
    } catch (error) {
      this.failure ??= error;
      throw postgresError(error, `"${text.trim().replaceAll(/\s+/g, ' ').slice(0, 60)}" failed`);
    } finally {
      this.#running -= 1;
      this.#watch();
    }
  };

  /**
   * The value of the function once all is well. It fails when a statement had failed and the caller went on, and when
   * it waits long for something that is not a statement of its own: others wait for its locks meanwhile.
   */
  async within<T>(fn: (sql: Sql) => Promise<T>): Promise<T> {
    this.#watch();
    const value = await Promise.race([fn(this.sql), this.#idle.promise]);
    this.revoke();
    if (this.failure !== undefined) throw postgresError(this.failure, 'The transaction failed');
    return value;
  }

  /** No statement is accepted any more. */
  revoke(): void {
    this.#open = false;
    clearTimeout(this.#timer);
  }

  #watch(): void {
    if (!this.#open || this.#running > 0) return;
    this.#timer = setTimeout(() => this.#idle.reject(tooLong(this.#longestMs)), this.#longestMs);
  }
}
