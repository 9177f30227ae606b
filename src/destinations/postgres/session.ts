import { Client, type CustomTypesConfig } from 'pg';

import type { ConnectorError } from '../../core/errors.ts';
import type { Value } from '../../core/destination.ts';
import { quoteName } from '../sql-text.ts';
import { placeError } from '../url.ts';
import { CopyIn } from './copy-in.ts';
import { postgresFailure } from './failure.ts';
import type { Target } from './target.ts';

// A server may be set to answer a commit before it is on its disk; here a checkpoint depends on it. Sorting a batch
// needs more than the 4 MB that are usual. Who keeps a table locked for minutes is told, rather than waited for.
const SETTINGS = `
  SET datestyle TO ISO; SET timezone TO 'UTC'; SET bytea_output TO hex; SET work_mem TO '64MB';
  SET lock_timeout TO '5min'; SET idle_in_transaction_session_timeout TO 0; SET statement_timeout TO 0;
  SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`;

const STATE = `
  SELECT pg_backend_pid() AS pid, current_setting('transaction_read_only') AS read_only,
    pg_try_advisory_lock($1::int, $2::int) AS locked, to_regnamespace($3) IS NOT NULL AS found,
    CASE WHEN to_regnamespace($3) IS NOT NULL THEN has_schema_privilege(to_regnamespace($3), 'CREATE') END AS may_create`;

const HOLDER = `
  SELECT a.pid, a.application_name AS name, a.usename AS user, host(a.client_addr) AS address
  FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1 AND l.objid = $2 AND l.objsubid = 2
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

interface State {
  pid: number;
  read_only: string;
  locked: boolean;
  found: boolean;
  may_create: boolean | null;
}

const asNumber = (text: string): number | bigint => {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
};

/** How values of a result come back, by the type's number in the catalogue: as `merge` takes them. */
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => text === 't',
  20: asNumber,
  21: asNumber,
  23: asNumber,
  26: asNumber,
  700: Number,
  701: Number,
  // A sum of integers is one.
  1700: (text) => (/^-?\d+$/.test(text) ? asNumber(text) : text),
  1184: (text) => text.replace(' ', 'T').replace(/\+00$/, 'Z'),
};
const types: CustomTypesConfig = {
  getTypeParser: (oid: number) => PARSERS[oid] ?? ((text: string) => text),
};

/** One connection that holds the lock of its schema. */
export class Session {
  readonly client: Client;
  /** The server's number of it. */
  pid = 0;
  /** It ended, and whatever was under way is undone, or may be done. */
  lost = false;
  readonly #target: Target;
  /** What comes before the next statement. */
  #first = '';

  private constructor(target: Target) {
    this.#target = target;
    this.client = new Client({ ...target.config, types });
    const over = (): void => {
      this.lost = true;
    };
    // Without a listener an error of an idle connection would end the process.
    this.client.on('error', over).on('end', over);
  }

  /**
   * Connects, takes the lock, and makes the schema if it is missing.
   * @param former session of this process that broke off; the server may not have noticed yet and keep its lock
   * @throws ConnectorError
   */
  static async open(target: Target, former?: number): Promise<Session> {
    let session: Session;
    try {
      session = new Session(target);
    } catch {
      // Of the URL's parameters, such as a certificate that is not there; the cause may have the URL in it.
      throw placeError('The URL of the PostgreSQL destination cannot be used.', 'Check its parameters.', {
        code: 'bad-url',
      });
    }
    try {
      await session.client.connect();
      await session.query(SETTINGS);
      await session.#enter(former);
      return session;
    } catch (error) {
      await session.close();
      throw postgresFailure(error, target);
    }
  }

  /** Begins a transaction, together with its first statement where that can be: the way to the server costs time. */
  begin(): void {
    // Whatever the database's default is: a merge that meets another writer waits for it instead of failing.
    this.#first = 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE';
  }

  /** @throws ConnectorError */
  async commit(): Promise<void> {
    // Nothing was done.
    if (this.#first !== '') this.#first = '';
    else await this.query('COMMIT');
  }

  async rollback(): Promise<void> {
    if (this.#first !== '') this.#first = '';
    else await this.query('ROLLBACK').catch(() => undefined);
  }

  /**
   * Runs statements of which one is `COPY … FROM STDIN`.
   * @param data makes CopyData messages of the protocol
   * @returns how many rows the last one changed
   * @throws ConnectorError
   */
  async copy(text: string, data: () => readonly Buffer[]): Promise<number> {
    try {
      const first = this.#first === '' ? '' : `${this.#first};`;
      const copy = new CopyIn(first + text, data());
      this.#first = '';
      return await this.client.query(copy).count;
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** @throws ConnectorError */
  async query<Row>(text: string, values?: readonly Value[]): Promise<Answer<Row>> {
    try {
      if (this.#first !== '') {
        const first = this.#first;
        this.#first = '';
        await this.client.query(first);
      }
      const { rows, rowCount } = await this.client.query(
        values === undefined ? { text } : { text, values: values.map(bindable) },
      );
      return { rows: rows as Row[], count: rowCount ?? 0 };
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** What an error of this connection means. The server tells that it ends before the connection does. */
  failure(error: unknown): ConnectorError {
    const failure = postgresFailure(error, this.#target);
    if (failure.kind === 'network') this.lost = true;
    return failure;
  }

  async close(): Promise<void> {
    this.lost = true;
    await this.client.end().catch(() => undefined);
  }

  async #enter(former: number | undefined): Promise<void> {
    const { schema, lock } = this.#target;
    const enter = async (): Promise<State | undefined> =>
      (await this.query<State>(STATE, [...lock, quoteName(schema)])).rows[0];
    let state = await enter();
    if (state?.locked === false) {
      const [holder] = (await this.query<Holder>(HOLDER, lock)).rows;
      if (holder && holder.pid === former && holder.name === this.#target.config.application_name) {
        await this.query('SELECT pg_terminate_backend($1::int, 5000)', [former]);
        state = await enter();
      }
      if (state?.locked === false) throw this.#inUse(holder);
    }
    if (state === undefined) throw new Error('the server answers nothing');
    this.pid = state.pid;
    // As the error of the server would be at the first row, only sooner.
    if (state.read_only === 'on') throw denied('25006', `it is read-only`);
    if (!state.found) await this.query(`CREATE SCHEMA ${quoteName(schema)}`);
    else if (state.may_create === false) throw denied('42501', `permission denied for schema ${schema}`);
    await this.query(`SET search_path TO ${quoteName(schema)}`);
  }

  #inUse(holder: Holder | undefined): ConnectorError {
    const { schema, label } = this.#target;
    const who =
      holder === undefined
        ? 'another process'
        : `${holder.name || 'another program'} (user ${holder.user ?? 'unknown'}, from ${holder.address ?? 'the same machine'}, ` +
          `session ${holder.pid} of the server)`;
    return placeError(
      `The schema ${schema} of PostgreSQL at ${label} is being loaded by ${who}.`,
      'Wait until it is done or stop it; another schema (?schema=…) can be loaded meanwhile.',
      { code: 'in-use' },
    );
  }
}

interface Answer<Row> {
  rows: Row[];
  /** Rows that the statement changed. */
  count: number;
}

interface Holder {
  pid: number;
  name: string | null;
  user: string | null;
  address: string | null;
}

function denied(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function bindable(value: Value): unknown {
  // A text of PostgreSQL cannot hold NUL; rows have it replaced in the same way.
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}
