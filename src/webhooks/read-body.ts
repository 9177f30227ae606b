import type { Readable } from 'node:stream';

/** Calls `fn` after so many milliseconds; gives the way to cancel it. */
export type SetTimer = (ms: number, fn: () => void) => () => void;

export interface ReadLimits {
  /** Most bytes. */
  limit: number;
  /** Most milliseconds until the last of them. */
  timeoutMs: number;
  setTimer: SetTimer;
}

/** The bytes, or why they could not be had. */
export type ReadBody =
  | { ok: true; body: Uint8Array }
  | { ok: false; reason: 'too-large' | 'slow' | 'aborted' };

/**
 * Reads a whole body, and no more of it than is allowed: what is beyond the limit or late is not read. Never throws.
 * Takes a stream of Node or of the web; a stream that is refused is stopped, and its connection should be closed.
 */
export function readBody(
  source: Readable | ReadableStream<Uint8Array>,
  limits: ReadLimits,
): Promise<ReadBody> {
  return 'getReader' in source ? readWeb(source, limits) : readNode(source, limits);
}

function readNode(stream: Readable, { limit, timeoutMs, setTimer }: ReadLimits): Promise<ReadBody> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const end = (result: ReadBody): void => {
      cancel();
      stream.off('data', take).off('end', done).off('close', broken).off('error', broken);
      // An error that comes later has nobody to tell, and must not end the process.
      if (!result.ok) stream.on('error', () => undefined).pause();
      resolve(result);
    };
    const take = (chunk: Uint8Array): void => {
      size += chunk.byteLength;
      if (size > limit) end({ ok: false, reason: 'too-large' });
      else chunks.push(chunk);
    };
    const done = (): void => end({ ok: true, body: join(chunks, size) });
    const broken = (): void => end({ ok: false, reason: 'aborted' });
    const cancel = setTimer(timeoutMs, () => end({ ok: false, reason: 'slow' }));
    if (stream.destroyed) broken();
    else stream.on('data', take).on('end', done).on('close', broken).on('error', broken);
  });
}

async function readWeb(
  stream: ReadableStream<Uint8Array>,
  { limit, timeoutMs, setTimer }: ReadLimits,
): Promise<ReadBody> {
  const reader = stream.getReader();
  const late = Promise.withResolvers<'slow'>();
  const cancel = setTimer(timeoutMs, () => late.resolve('slow'));
  const stop = (reason: 'too-large' | 'slow' | 'aborted'): ReadBody => {
    void reader.cancel().catch(() => undefined);
    return { ok: false, reason };
  };
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const next = await Promise.race([reader.read(), late.promise]);
      if (next === 'slow') return stop('slow');
      if (next.done) return { ok: true, body: join(chunks, size) };
      size += next.value.byteLength;
      if (size > limit) return stop('too-large');
      chunks.push(next.value);
    }
  } catch {
    return stop('aborted');
  } finally {
    cancel();
  }
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  return only && chunks.length === 1 ? only : Buffer.concat(chunks, size);
}
