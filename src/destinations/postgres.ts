import {
  defineDestination,
  type DestinationDeps,
  type Loader,
  type LoadTransaction,
  type Packed,
  type Table,
  type Value,
} from '../core/destination.ts';
import { ConnectorError } from '../core/errors.ts';
import { copyData } from './postgres/copy-text.ts';
import { mayPassAgain, postgresFailure } from './postgres/failure.ts';
import { Merger } from './postgres/merge.ts';
import { Session } from './postgres/session.ts';
import { Tables } from './postgres/tables.ts';
import { parseTarget, pgName, type Target } from './postgres/target.ts';
import { placeError } from './url.ts';

const EXAMPLE = 'postgres://user:password@localhost:5432/zoom?schema=zoom';

/** A restart takes seconds, a failover to a standby up to a minute. */
const GIVE_UP_AFTER_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export const postgres = defineDestination({
  schemes: ['postgres', 'postgresql'],
  title: 'PostgreSQL',
  docs: 'https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS',
  example: EXAMPLE,
  can: { schemas: true, live: true },
  async open(url, _layout, deps) {
    const target = parseTarget(url, EXAMPLE);
    return new PostgresLoader(target, deps, await Session.open(target));
  },
});

/** A session and what is known of its tables. */
class Connected {
  readonly session: Session;
  readonly tables: Tables;
  readonly merger: Merger;

  constructor(session: Session, target: Target) {
    this.session = session;
    this.tables = new Tables(session, target.schema);
    this.merger = new Merger(session);
  }
}

class PostgresLoader implements Loader {
  readonly #target: Target;
  readonly #deps: DestinationDeps;
  #connected: Connected;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;
  /** How often rows were packed: by this they have an order, also when the connection is another one by then. */
  #batches = 0;

  constructor(target: Target, deps: DestinationDeps, session: Session) {
    this.#target = target;
    this.#deps = deps;
    this.#connected = new Connected(session, target);
  }

  transaction<T>(work: (tx: LoadTransaction) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.#persist(work));
    this.#last = result.catch(() => undefined);
    return result;
  }

  publish(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
    await this.#connected.session.close();
  }

  /**
   * Runs it until it is committed or fails for a reason of its own. When the connection breaks off, it may have been
   * committed or not, and is run again either way: merging the same rows twice leaves what merging them once does.
   */
  async #persist<T>(work: (tx: LoadTransaction) => Promise<T>): Promise<T> {
    let pause = FIRST_PAUSE_MS;
    let giveUpAt = Infinity;
    for (;;) {
      if (this.#closed) throw closed();
      try {
        await this.#reconnect();
        return await this.#once(work);
      } catch (error) {
        const { lost } = this.#connected.session;
        const passing = lost
          ? !(error instanceof ConnectorError) || error.kind === 'network'
          : mayPassAgain(error);
        if (!passing) throw error;
        giveUpAt = Math.min(giveUpAt, this.#deps.now() + GIVE_UP_AFTER_MS);
        if (this.#deps.now() + pause > giveUpAt) throw error;
      }
      await this.#deps.sleep(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
  }

  /** Rows as texts of COPY: outside of the heap, where nobody looks at them again and again while they wait. */
  pack(table: Table, rows: readonly (readonly Value[])[]): Packed {
    const json = table.columns.map(({ type }) => type === 'json');
    return { packed: copyData(rows, json, ++this.#batches) };
  }

  async #reconnect(): Promise<void> {
    const { session } = this.#connected;
    if (!session.lost) return;
    await session.close();
    this.#connected = new Connected(await Session.open(this.#target, session.pid), this.#target);
  }

  async #once<T>(work: (tx: LoadTransaction) => Promise<T>): Promise<T> {
    const connected = this.#connected;
    const { session } = connected;
    const tx = new PostgresTransaction(connected);
    connected.merger.begin();
    try {
      session.begin();
      const value = await work(tx);
      await tx.end();
      // A crash before this line: none of it happened. After it: all of it is on the disk.
      await session.commit();
      connected.merger.free();
      return value;
    } catch (error) {
      await tx.end().catch(() => undefined);
      connected.tables.forget();
      connected.merger.forget();
      if (session.lost) throw broken(error, this.#target);
      await session.rollback();
      throw error;
    }
  }
}

class PostgresTransaction implements LoadTransaction {
  readonly #connected: Connected;
  #last: Promise<unknown> = Promise.resolve();
  #failure: { error: unknown } | undefined;
  #over = false;

  constructor(connected: Connected) {
    this.#connected = connected;
  }

  query<Row>(sql: string, params: readonly Value[] = []): Promise<Row[]> {
    return this.#next(async ({ session }) => (await session.query<Row>(sql, params)).rows);
  }

  name(table: string): string {
    return this.#connected.tables.spot(table).sql;
  }

  fit: LoadTransaction['fit'] = (table) => this.#next(({ tables }) => tables.fit(table));

  merge: LoadTransaction['merge'] = (table, rows, options) =>
    this.#next(async ({ tables, merger }) => {
      const types = await tables.types(table.name);
      const own = table.columns.map(({ name, type }) => types.get(pgName(name)) ?? type);
      const quiet = new Set(options?.quiet);
      return { written: await merger.merge(table, tables.spot(table.name).sql, own, rows, quiet) };
    });

  swap: LoadTransaction['swap'] = (stage, table) => this.#next(({ tables }) => tables.swap(stage, table));

  drop: LoadTransaction['drop'] = (table) => this.#next(({ tables }) => tables.drop(table));

  /** Waits for what was asked for, and fails if any of it did, even if the work went on: it cannot be committed. */
  async end(): Promise<void> {
    this.#over = true;
    await this.#last;
    if (this.#failure) throw this.#failure.error;
  }

  /** One after the other, also when they are not awaited: merges share the stage. */
  #next<T>(work: (connected: Connected) => Promise<T>): Promise<T> {
    if (this.#over) return Promise.reject(closed());
    const result = this.#last.then(() => work(this.#connected));
    this.#last = result.catch((error: unknown) => {
      this.#failure ??= { error };
    });
    return result;
  }
}

/** What a lost connection means, whatever the work made of it. */
function broken(error: unknown, target: Target): ConnectorError {
  const { message } = error instanceof Error ? error : { message: String(error) };
  const cause = error instanceof ConnectorError ? error.cause : error;
  const failure = postgresFailure(cause ?? error, target);
  if (failure.kind === 'network') return failure;
  return new ConnectorError(`The connection to PostgreSQL at ${target.label} was lost: ${message}`, {
    kind: 'network',
    retry: 'later',
    hint: 'Check that the server runs and can be reached from here, then run again.',
    code: 'connection-lost',
    cause: error,
  });
}

function closed(): ConnectorError {
  return placeError('The destination or its transaction is closed.', 'Await every statement inside it.', {
    code: 'closed',
  });
}
