/** What can be downloaded, where, and its bytes: made from the place in the file, so that no file is ever held. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { random } from '../random.ts';
import { opaqueId } from './ids.ts';
import type { Instance } from './schedule.ts';
import { MINUTE } from './time.ts';

/** One file. */
export type FileRef =
  | { kind: 'recording'; uuid: string; file: number }
  | { kind: 'phone'; id: string; bytes: number };

/** The files of every recording, in this order. */
export const FILES = [
  {
    file_type: 'MP4',
    file_extension: 'MP4',
    recording_type: 'shared_screen_with_speaker_view',
    content: 'video/mp4',
  },
  { file_type: 'M4A', file_extension: 'M4A', recording_type: 'audio_only', content: 'audio/mp4' },
  { file_type: 'TRANSCRIPT', file_extension: 'VTT', recording_type: 'audio_transcript', content: 'text/vtt' },
] as const;
/** Where the transcript stands among them. */
export const TRANSCRIPT = 2;

const SECRET = 'sandbox downloads';
const BLOCK = 64 * 1024;

/** Address of a file, as the API gives it; it wants `Authorization: Bearer`. */
export function downloadUrl(origin: string, ref: FileRef): string {
  return `${origin}/zoom/rec/download/${refToken(ref)}`;
}

/** The last part of the address. */
export function refToken(ref: FileRef): string {
  const parts = ref.kind === 'recording' ? ['r', ref.uuid, ref.file] : ['p', ref.id, ref.bytes];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The file that an address stands for. */
export function readRef(token: string): FileRef | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    // Not one of ours.
    return undefined;
  }
  const [kind, id, number] = Array.isArray(parts) ? (parts as unknown[]) : [];
  if (typeof id !== 'string' || typeof number !== 'number') return undefined;
  return kind === 'r' ? { kind: 'recording', uuid: id, file: number } : { kind: 'phone', id, bytes: number };
}

/** The id under which a file is listed and deleted. */
export function recordingFileId(uuid: string, file: number): string {
  return opaqueId('recording', uuid, file);
}

/** Bytes of one file of a recording. */
export function fileSize(instance: Instance, file: number, videoBytes: number | null): number {
  if (file === TRANSCRIPT) return Buffer.byteLength(transcript(instance));
  if (file === 0 && videoBytes !== null) return videoBytes;
  return (file + 1) * 1024 * Math.ceil((instance.end - instance.start) / MINUTE);
}

/** What was said, as WebVTT. */
export function transcript({ series, uuid, start, end }: Instance): string {
  const stream = random('transcript', uuid);
  const speakers = [series.host.name, 'Guest', 'Мария'];
  const said = [
    'Hello, everybody.',
    `Today is about “${series.topic}”.`,
    'Any questions?',
    'Да, конечно.',
    'Thanks!',
  ];
  const lines = ['WEBVTT', ''];
  let at = 4000;
  for (let n = 1; n <= 12 && at < end - start; n++) {
    const until = at + stream.int(1, 9) * 1000;
    lines.push(
      String(n),
      `${cue(at)} --> ${cue(until)}`,
      `${stream.pick(speakers)}: ${stream.pick(said)}`,
      '',
    );
    at = until + stream.int(0, 60) * 1000;
  }
  return lines.join('\n');
}

function cue(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}

/** The bytes of a file from one place to another (excluded); the same file has the same bytes for ever. */
export function* bytesOf(id: string, from: number, to: number): Generator<Buffer> {
  const block = Buffer.alloc(BLOCK);
  const stream = random('bytes', id);
  for (let i = 0; i < BLOCK; i += 4) block.writeUInt32LE(Math.floor(stream.next() * 2 ** 32), i);
  for (let at = from; at < to;) {
    const number = Math.floor(at / BLOCK);
    const copy = Buffer.from(block);
    // A block that is left out, doubled or misplaced shows.
    copy.writeBigUInt64BE(BigInt(number), 0);
    const begin = number * BLOCK;
    const end = Math.min(begin + BLOCK, to);
    yield copy.subarray(at - begin, end - begin);
    at = end;
  }
}

/** A token for the files of one instance alone, as `download_access_token` is. */
export function downloadToken(uuid: string, expires: number): string {
  return `dl.${expires.toString(36)}.${seal('token', uuid, expires)}`;
}

/** Whether a token opens the files of an instance. */
export function opens(token: string, uuid: string, now: number): boolean {
  const [kind, until = '', mark = ''] = token.split('.');
  const expires = Number.parseInt(until, 36);
  return kind === 'dl' && expires > now && same(mark, seal('token', uuid, expires));
}

/** Query of an address that opens one file for a while without any token. */
export function signedQuery(token: string, expires: number): string {
  return `expires=${expires}&signature=${seal('address', token, expires)}`;
}

/** Whether such a query is right and still holds. */
export function isSigned(token: string, query: URLSearchParams, now: number): boolean {
  const expires = Number(query.get('expires'));
  return expires > now && same(query.get('signature') ?? '', seal('address', token, expires));
}

function seal(...parts: readonly (string | number)[]): string {
  return createHmac('sha256', SECRET).update(JSON.stringify(parts)).digest('base64url');
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
