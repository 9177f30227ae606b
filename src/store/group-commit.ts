import { holdCalls, releaseCalls } from './after-commit.ts';
import { configError, storeError, tooLong } from './sqlite-error.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import type { Sql, SqlValue } from './store.ts';

// Bounds how long one commit may keep the event loop: about 10 ms of small statements.
const MAX_UNITS = 1000;

/** Something that happens wholly or not at all, and the promise that waits for it. */
interface Unit {
  /** Does it, and gives the way to tell so once it is durable; throws when it failed and was undone. */
  run(): (() => void) | Promise<() => void>;
  reject: (error: unknown) => void;
  /** It has to survive a power cut. */
  lasting: boolean;
}

/**
 * One line for all that goes to the database. What arrives in one tick shares one commit, because the flush to the disk
 * is the dear part. Units run one after the other, each a transaction in its own savepoint or a single statement, which
 * SQLite makes atomic itself; so nobody's statement is ever inside somebody else's savepoint. A unit sees what the units
 * before it did; if the commit fails, all of them fail. (Deferred constraints are looked at by the commit and would
 * fail them all: have none.)
 */
export class GroupCommit {
  readonly #connection: SqliteConnection;
  readonly #longestTxMs: number;
  #waiting: Unit[] = [];
  /** The next commit flushes the log. */
  #flushes = true;
  #flushing = false;
  #closed = false;
  #drained: (() => void)[] = [];

  constructor(connection: SqliteConnection, longestTxMs: number) {
    this.#connection = connection;
    this.#longestTxMs = longestTxMs;
  }

  statement<Row>(text: string, params: readonly SqlValue[], lasting = true): Promise<Row[]> {
    return this.#add((tell) => {
      const rows = runStatement<Row>(this.#connection, text, params);
      return () => tell(rows);
    }, lasting);
  }

  transaction<T>(fn: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#add(async (tell) => {
      const scope = new Scope(this.#connection);
      holdCalls(scope.sql);
      const value = await this.#inSavepoint(fn, scope);
      return () => {
        releaseCalls(scope.sql);
        tell(value);
      };
    });
  }

  /** Resolves when all that was asked for is done; from now on nothing more is accepted. */
  drain(): Promise<void> {
    this.#closed = true;
    if (!this.#flushing) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  #add<T>(run: (tell: (value: T) => void) => ReturnType<Unit['run']>, lasting = true): Promise<T> {
    if (this.#closed) {
      return Promise.reject(
        configError('The store is closed.', 'Stop what uses it first.', { code: 'closed' }),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ run: () => run(resolve), reject, lasting });
      if (!this.#flushing) this.#flushSoon();
    });
  }

  #flushSoon(): void {
    this.#flushing = true;
    setImmediate(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting.splice(0, MAX_UNITS);
    await this.#commitTogether(batch);
    if (this.#waiting.length > 0) {
      this.#flushSoon(); // after the events that came in meanwhile
      return;
    }
    this.#flushing = false;
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  /** Never throws: every unit's promise gets its outcome. */
  async #commitTogether(batch: readonly Unit[]): Promise<void> {
    try {
      this.#setFlushing(batch.some(({ lasting }) => lasting));
      this.#connection.all('BEGIN IMMEDIATE');
    } catch (error) {
      rejectAll(batch, error);
      return;
    }
    const done: { tell: () => void; reject: (error: unknown) => void }[] = [];
    for (const [i, unit] of batch.entries()) {
      try {
        done.push({ tell: await unit.run(), reject: unit.reject });
      } catch (error) {
        unit.reject(error);
        // A full disk may end the whole transaction at one statement: those before are undone with it,
        // those after had no turn yet and get another commit.
        if (!this.#connection.inTransaction) {
          rejectAll(done, error);
          this.#waiting.unshift(...batch.slice(i + 1));
          return;
        }
      }
    }
    try {
      // A crash before this line: it did not happen, and nobody was told that it did. After it: it is on the disk.
      this.#connection.all('COMMIT');
    } catch (error) {
      this.#rollback();
      rejectAll(done, error);
      return;
    }
    for (const { tell } of done) tell();
  }

  /** Without a flush the commit is in the log, and on the disk with the next one that is flushed. */
  #setFlushing(wanted: boolean): void {
    if (wanted === this.#flushes) return;
    this.#connection.all(`PRAGMA synchronous = ${wanted ? 'FULL' : 'NORMAL'}`);
    this.#flushes = wanted;
  }

  async #inSavepoint<T>(fn: (sql: Sql) => Promise<T>, scope: Scope): Promise<T> {
    try {
      this.#connection.all('SAVEPOINT unit');
      const value = await this.#within(fn, scope);
      scope.close();
      this.#connection.all('RELEASE unit');
      return value;
    } catch (error) {
      scope.revoke();
      this.#undo();
      throw storeError(error, 'The transaction failed');
    }
  }

  /** The transaction's outcome; a failure when it waits for something that may never come, such as the store itself. */
  #within<T>(work: (sql: Sql) => Promise<T>, scope: Scope): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(tooLong(this.#longestTxMs)), this.#longestTxMs);
      work(scope.sql)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });
  }

  #undo(): void {
    if (!this.#connection.inTransaction) return;
    try {
      this.#connection.all('ROLLBACK TO unit');
      this.#connection.all('RELEASE unit');
    } catch {
      this.#rollback(); // the savepoint is gone, so the rest cannot be trusted either
    }
  }

  #rollback(): void {
    if (this.#connection.inTransaction) this.#connection.all('ROLLBACK');
  }
}

/** The statements of one transaction, until it ends. */
class Scope {
  readonly #connection: SqliteConnection;
  #open = true;
  #failure: { error: unknown } | undefined;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  readonly sql: Sql = async <Row>(text: string, params: readonly SqlValue[] = []): Promise<Row[]> => {
    if (!this.#open) {
      throw configError('The transaction is over.', 'Await every statement inside it.', { code: 'tx-over' });
    }
    try {
      return runStatement<Row>(this.#connection, text, params);
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  };

  revoke(): void {
    this.#open = false;
  }

  /** Ends it well; throws when a statement had failed and the caller went on, as PostgreSQL would. */
  close(): void {
    this.#open = false;
    if (this.#failure) throw this.#failure.error;
  }
}

function runStatement<Row>(connection: SqliteConnection, text: string, params: readonly SqlValue[]): Row[] {
  try {
    return connection.all<Row>(text, params);
  } catch (error) {
    const start = text.trim().replaceAll(/\s+/g, ' ').slice(0, 60);
    throw storeError(error, `"${start}" failed`);
  }
}

function rejectAll(units: readonly Pick<Unit, 'reject'>[], cause: unknown): void {
  const error = storeError(cause, 'The store could not save');
  for (const unit of units) unit.reject(error);
}
