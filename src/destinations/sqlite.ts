import { defineDestination } from '../core/destination.ts';
import { openDatabase } from './sqlite/open.ts';
import { absolutePath, checkParams, parseLocalUrl, placeError } from './url.ts';

const EXAMPLE = 'sqlite:./zoom.db';

/** One SQLite file; nothing to install. */
export const sqlite = defineDestination({
  schemes: ['sqlite'],
  title: 'SQLite',
  docs: 'https://www.sqlite.org/docs.html',
  example: EXAMPLE,
  can: { schemas: false, live: true },
  async open(url, _layout, deps) {
    const { path, params } = parseLocalUrl(url, EXAMPLE);
    checkParams('sqlite', params, []);
    if (path === ':memory:') {
      throw placeError('A database in memory is gone when the run is over.', `Name a file: ${EXAMPLE}.`, {
        code: 'bad-url',
      });
    }
    const file = absolutePath(path, deps.cwd);
    const { loader } = await openDatabase(file, `The database ${file}`, deps);
    return loader;
  },
});
