import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { defineDestination } from '../core/destination.ts';
import { FORMATS, type Compression, type FileFormat, type FormatName } from './files/format.ts';
import { FileLoader } from './files/loader.ts';
import { OWN_FOLDER, Publisher } from './files/publisher.ts';
import { FileState } from './files/state.ts';
import { openDatabase, type OpenDatabase } from './sqlite/open.ts';
import { absolutePath, checkParams, choice, parseLocalUrl, placeError } from './url.ts';

const EXAMPLE = 'file:./out?format=parquet';

/**
 * A folder of Parquet, CSV or JSON lines. Files cannot be merged into, so the rows live in a database within the
 * folder, and files are written from it where something has changed.
 */
export const file = defineDestination({
  schemes: ['file'],
  title: 'Files',
  docs: 'https://parquet.apache.org/docs/file-format/',
  example: EXAMPLE,
  can: { schemas: false, live: false },
  async open(url, layout, deps) {
    const { path, params } = parseLocalUrl(url, EXAMPLE);
    checkParams('file', params, ['format', 'compression']);
    const format: FileFormat =
      FORMATS[choice<FormatName>('file', params, 'format', ['parquet', 'csv', 'jsonl'])];
    const compression = choice<Compression>('file', params, 'compression', format.compressions);
    const folder = absolutePath(path, deps.cwd);
    makeFolder(join(folder, OWN_FOLDER));
    const rows = await openDatabase(join(folder, OWN_FOLDER, 'state.db'), `The folder ${folder}`, deps);
    try {
      const { db, loader } = rows;
      const state = new FileState(db, layout);
      return new FileLoader(loader, state, new Publisher({ db, state, layout, folder, format, compression }));
    } catch (error) {
      await closed(rows);
      throw error;
    }
  },
});

async function closed({ loader }: OpenDatabase): Promise<void> {
  await loader.close();
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw placeError(
      `The folder ${path} cannot be made: ${reason}.`,
      'Choose a folder that this user may write to. Nothing was changed.',
      { code: 'cannot-open', cause: error },
    );
  }
}
