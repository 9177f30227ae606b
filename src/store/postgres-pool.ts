import { Pool, type ClientBase, type ClientConfig, type PoolClient, type QueryResultRow } from 'pg';

import { isLost, postgresError, unreachable } from './postgres-error.ts';
import { parseTarget, type PostgresTarget } from './postgres-target.ts';
import { TYPES } from './postgres-values.ts';
import type { SqlValue } from './store.ts';

/** How a database is reached. */
export interface PoolOptions {
  /** `postgres://…`; `?schema=` chooses the schema. */
  url: string;
  /** Connections at most; 10 unless told. */
  connections?: number;
  /** Milliseconds to wait for a server that is away, as it is while it restarts; 60,000 unless told. */
  patienceMs?: number;
}

// Constant texts are planned once for each connection; those with lists of varying length would pile up there.
const MAX_PREPARED = 500;

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

/** Connections to one schema of one database. */
export class PostgresPool {
  readonly target: PostgresTarget;
  patienceMs: number;
  readonly #pool: Pool;
  readonly #names = new Map<string, string>();

  constructor({ url, connections = 10, patienceMs = 60_000 }: PoolOptions) {
    this.target = parseTarget(url);
    this.patienceMs = patienceMs;
    this.#pool = new Pool({ ...this.config(), max: connections, idleTimeoutMillis: 30_000 });
    // A connection that breaks between two statements is noticed at the next one; without listeners, of idle ones and
    // of those in use, it would end the process.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** Settings of a connection. */
  config(): ClientConfig {
    const { connectionString, schema } = this.target;
    return {
      connectionString,
      types: TYPES,
      application_name: 'trunkline',
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      // Commits are durable before they are answered, whatever the server's default is; and the session of a process
      // that was stopped in the middle of a transaction does not keep its rows locked for ever.
      options: `-c search_path=${schema} -c synchronous_commit=on -c plan_cache_mode=force_custom_plan -c idle_in_transaction_session_timeout=60000`,
    };
  }

  /**
   * A connection that answers; whoever takes it gives it back by `release`.
   * @param patienceMs how long to wait for a server that is away
   * @throws ConnectorError of kind `network` when it stays away
   */
  async take(patienceMs = this.patienceMs): Promise<PoolClient> {
    let pause = FIRST_PAUSE_MS;
    for (let waited = 0; ; waited += pause, pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      try {
        return await this.#pool.connect();
      } catch (error) {
        if (!isLost(error)) throw postgresError(error, `PostgreSQL at ${this.target.label}`);
        if (waited >= Math.min(patienceMs, this.patienceMs)) throw unreachable(this.target, error);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  /** Runs one statement on a connection; what goes wrong is thrown as the driver has it. */
  async run<Row>(client: ClientBase, text: string, values: readonly SqlValue[]): Promise<Row[]> {
    const name = this.#nameOf(text);
    const { rows } = await client.query<Row & QueryResultRow>({
      text,
      values: [...values],
      ...(name === undefined ? {} : { name }),
    });
    return rows;
  }

  /** Waits no longer for a server that is away. */
  hurry(): void {
    this.patienceMs = 0;
  }

  /** Resolves when every connection has been given back and ended. */
  close(): Promise<void> {
    return this.#pool.end();
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= MAX_PREPARED) return known;
    const name = `s${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}
