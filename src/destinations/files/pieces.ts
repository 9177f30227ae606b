import type { StoredValue } from './format.ts';

/** About so many characters are written at a time. */
const PIECE = 64 * 1024;

/** The lines of rows, put together to pieces that are worth a write each. */
export function* inPieces(
  start: string,
  rows: Iterable<readonly StoredValue[]>,
  line: (row: readonly StoredValue[]) => string,
): Generator<string> {
  let piece = start;
  for (const row of rows) {
    piece += line(row);
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
