/** The engines that every contract is run on: a temporary SQLite file, and a schema of its own in a real PostgreSQL. */
import { after, before, test, type TestContext } from 'node:test';

import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite, type Store } from '../../src/store/store.ts';
import { startPostgres, type PostgresOptions, type PostgresServer } from '../postgres-server.ts';
import { tempDatabase } from '../store/temp.ts';

export interface Place {
  /** A path, or an address. */
  readonly at: string;
  /** Opens it; several times at once where the engine can. Closed with the test. */
  open(options?: OpenOptions): Promise<Store>;
}

export interface OpenOptions {
  /** Stands still unless moved: the database's own time is not asked for. */
  now?: () => number;
  longestTxMs?: number;
}

/** A place that nobody has used, and its engine's name. */
export interface Backing {
  readonly engine: Store['engine'];
  place(t: TestContext): Place;
}

/** Starts one PostgreSQL for the tests of a file, and stops it after them. */
export function sharedPostgres(options: PostgresOptions = { fsync: false }) {
  let server: PostgresServer | undefined;
  before(async () => {
    server = await startPostgres(options);
  });
  after(() => server?.stop());
  let schemas = 0;
  return {
    get server(): PostgresServer {
      if (!server) throw new Error('the server is started before the tests');
      return server;
    },
    /** An address with a schema that nobody has used. */
    address(): string {
      return `${this.server.url}?schema=test_${++schemas}`;
    },
  };
}

/** Runs each test on both engines; the server is shared by the tests of the file. */
export function onBoth() {
  const postgres = sharedPostgres();
  const backings: readonly Backing[] = [
    {
      engine: 'sqlite',
      place: (t) => {
        const path = tempDatabase(t);
        return placeAt(t, path, (options) => openSqlite({ path, now: Date.now, ...options }));
      },
    },
    {
      engine: 'postgres',
      place: (t) => {
        const url = postgres.address();
        return placeAt(t, url, (options) =>
          openPostgres({
            url,
            now: Date.now,
            connections: 5,
            ownClock: options.now !== undefined,
            ...options,
          }),
        );
      },
    },
  ];
  return (name: string, run: (t: TestContext, backing: Backing) => Promise<void>): void => {
    for (const backing of backings) test(`${name} (${backing.engine})`, (t) => run(t, backing));
  };
}

function placeAt(t: TestContext, at: string, open: (options: OpenOptions) => Promise<Store>): Place {
  return {
    at,
    async open(options = {}) {
      const store = await open(options);
      t.after(() => store.close());
      return store;
    },
  };
}
