/** Writes to a response no faster than its reader takes it. */
import type { ServerResponse } from 'node:http';

/** Writes all pieces; ends early and quietly when the reader has gone. */
export async function pour(response: ServerResponse, pieces: Iterable<string | Buffer>): Promise<void> {
  for (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(piece) && !(await drained(response))) return;
  }
}

/** False when the reader has gone. */
function drained(response: ServerResponse): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (more: boolean) => (): void => {
      response.off('drain', go).off('close', stop);
      resolve(more);
    };
    const go = done(true);
    const stop = done(false);
    response.once('drain', go).once('close', stop);
    if (response.destroyed) stop();
  });
}

/** The first `length` bytes. */
export function* firstBytes(pieces: Iterable<Buffer>, length: number): Generator<Buffer> {
  let left = length;
  for (const piece of pieces) {
    if (left <= 0) return;
    yield piece.subarray(0, left);
    left -= piece.length;
  }
}
