import { closeSync, createWriteStream, existsSync, fsyncSync, openSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, createZstdCompress } from 'node:zlib';

import { ConnectorError } from '../../core/errors.ts';
import { sqliteError } from '../sqlite/database.ts';
import { placeError } from '../url.ts';
import type { Compression } from './format.ts';

/** Writes a file; when this resolves, it is on the disk. Pieces are asked for as fast as they are written. */
export async function writePieces(
  path: string,
  pieces: Iterable<string | Uint8Array>,
  compression: Compression,
): Promise<void> {
  const source = Readable.from(pieces);
  const file = createWriteStream(path, { flush: true });
  if (compression === 'gzip') await pipeline(source, createGzip(), file);
  else if (compression === 'zstd') await pipeline(source, createZstdCompress(), file);
  else await pipeline(source, file);
}

/** Has the names of files on the disk; what a file is called is kept by its folder. */
export function flushFolder(folder: string): void {
  if (process.platform === 'win32' || !existsSync(folder)) return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const REASONS: Readonly<Record<string, readonly [code: string, hint: string]>> = {
  ENOSPC: ['full', 'Free some space.'],
  EDQUOT: ['full', 'Free some space, or have the quota raised.'],
  EROFS: ['read-only', 'The file system is read-only.'],
  EACCES: ['read-only', 'Let this user write to the folder.'],
  EPERM: ['read-only', 'Let this user write to the folder.'],
};

/** What went wrong while files were written, as the error that crosses the room's door. */
export function diskError(error: unknown, folder: string, rows: string): unknown {
  const known = sqliteError(error, `The rows in ${rows} cannot be read`);
  if (known instanceof ConnectorError || !(known instanceof Error) || !('code' in known)) return known;
  const [code, hint] = REASONS[String(known.code)] ?? ['io', 'Look at the folder and at the system log.'];
  return placeError(
    `The files in ${folder} cannot be written: ${known.message}.`,
    `${hint} Every row is safe in ${rows}: run it again, and the files are written then.`,
    { code, cause: known },
  );
}
