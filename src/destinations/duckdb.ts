import { defineDestination, type Destination } from '../core/destination.ts';
import { openDuckDb, type DuckDbModule } from './duckdb/database.ts';
import { DuckDbLoader } from './duckdb/loader.ts';
import { absolutePath, checkParams, parseLocalUrl, placeError } from './url.ts';

const EXAMPLE = 'duckdb:./zoom.duckdb';

/** One DuckDB file. The package is optional: it weighs 70 MB, and only who loads into DuckDB needs it. */
export function duckDbDestination(load: () => Promise<DuckDbModule>): Destination {
  return defineDestination({
    schemes: ['duckdb'],
    title: 'DuckDB',
    docs: 'https://duckdb.org/docs/stable/clients/node_neo/overview',
    example: EXAMPLE,
    can: { schemas: true, live: true },
    async open(url, _layout, deps) {
      const { path, params } = parseLocalUrl(url, EXAMPLE);
      checkParams('duckdb', params, []);
      if (path === ':memory:') {
        throw placeError('A database in memory is gone when the run is over.', `Name a file: ${EXAMPLE}.`, {
          code: 'bad-url',
        });
      }
      const file = absolutePath(path, deps.cwd);
      return new DuckDbLoader(await openDuckDb(file, load));
    },
  });
}

export const duckdb = duckDbDestination(() => import('@duckdb/node-api'));
