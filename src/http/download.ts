import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import type { Call } from '../core/call.ts';
import { ConnectorError } from '../core/errors.ts';
import { LinkReader, type Line } from './link-reader.ts';

/** Where a file goes and who wants to know how far it is. */
export interface DownloadTarget {
  /** Path of the file. Until it is whole it is `FILE.part`, and a later download goes on there. */
  file: string;
  /** Bytes that are there, and those of the whole file where that is known. */
  onProgress?(done: number, size: number | undefined): void;
  signal?: AbortSignal;
}

/** A file that is whole. */
export interface Downloaded {
  file: string;
  /** In bytes. */
  size: number;
  content_type: string | undefined;
  /** Bytes that were there before. */
  resumed_from: number;
}

/** Streams the answer of a call into a file, never holding more than a piece of it. */
export async function downloadFile(line: Line, call: Call, target: DownloadTarget): Promise<Downloaded> {
  const part = `${target.file}.part`;
  const tag = `${part}.etag`;
  try {
    await mkdir(dirname(target.file), { recursive: true });
    const there = await sizeOf(part);
    const etag = there > 0 ? await readFile(tag, 'utf8').catch(() => undefined) : undefined;
    const reader = new LinkReader(line, call, linkOf(line, call), etag, target.signal);
    const result = await fill(reader, part, tag, there, target);
    // The bytes are on the disk before the name says that the file is whole: a crash leaves a part, never a torn file.
    await rename(part, target.file);
    await rm(tag, { force: true });
    return { file: target.file, ...result };
  } catch (error) {
    throw explained(error, line, target.file);
  }
}

async function fill(
  reader: LinkReader,
  part: string,
  tag: string,
  there: number,
  target: DownloadTarget,
): Promise<Omit<Downloaded, 'file'>> {
  const handle = await open(part, there > 0 ? 'r+' : 'w+');
  let end = there;
  let from = there;
  let known: string | undefined;
  try {
    for await (const { at, bytes } of reader.pieces(there)) {
      if (reader.etag !== undefined && reader.etag !== known) {
        await writeFile(tag, reader.etag);
        known = reader.etag;
      }
      if (at !== end) {
        // It began again. What was there is of no use.
        await handle.truncate(at);
        from = Math.min(from, at);
      }
      for (let put = 0; put < bytes.length;) {
        put += (await handle.write(bytes, put, bytes.length - put, at + put)).bytesWritten;
      }
      end = at + bytes.length;
      target.onProgress?.(end, reader.size);
    }
    // An empty file has no pieces that would have cut off what was there.
    if (reader.size !== undefined && reader.size < end) await handle.truncate((end = reader.size));
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { size: end, content_type: reader.contentType, resumed_from: from };
}

/** The answer of a call as a stream that mends itself; it ends in an error when the file changes on the way. */
export function downloadStream(line: Line, call: Call, signal?: AbortSignal): Readable {
  const reader = new LinkReader(line, call, linkOf(line, call), undefined, signal);
  const from = Number(/^bytes=(\d+)-$/.exec(call.headers?.['range'] ?? '')?.[1] ?? 0);
  return Readable.from(inOrder(reader, from, line), { objectMode: false });
}

async function* inOrder(reader: LinkReader, from: number, line: Line): AsyncGenerator<Uint8Array> {
  let next = from;
  for await (const { at, bytes } of reader.pieces(from)) {
    if (reader.version > 0 && next > from) throw changed(line);
    // It began again: what has been handed on cannot be taken back, so it is passed over.
    const fresh = bytes.subarray(Math.max(0, next - at));
    if (fresh.length === 0) continue;
    // Who reads a stream may keep what it gave.
    yield fresh.slice();
    next += fresh.length;
  }
}

function changed({ place }: Line): ConnectorError {
  return new ConnectorError(`the file of ${place.action} changed while it was read`, {
    kind: 'remote',
    retry: 'later',
    connector: place.connector,
    action: place.action,
    hint: 'Read it again from the start.',
  });
}

function linkOf({ place }: Line, { link }: Call) {
  if (link) return link;
  throw new ConnectorError(`${place.action} has no file to download`, {
    kind: 'input',
    connector: place.connector,
    action: place.action,
    hint: 'Call it; what it answers fits in memory.',
  });
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/** What a disk says, in our words. */
function explained(error: unknown, { place }: Line, file: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (error instanceof ConnectorError || typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return error;
  return new ConnectorError(`${place.action} cannot write ${file}: ${code}`, {
    kind: 'config',
    connector: place.connector,
    action: place.action,
    hint: 'Check the folder, its rights and the space that is left.',
    cause: error,
  });
}
