/**
 * Downloads: an address that wants the token, and from there to another place (FACTS F, gotchas 15 and 16).
 *
 * The other place is by default at another host, by a signed address, and must not be shown the token: it answers 400
 * and counts the leak. With the switch `redirectNeedsToken` it is Zoom's own second path, which wants the token again.
 */
import type { SandboxAnswer, SandboxRequest } from '../types.ts';
import type { Account } from './account.ts';
import {
  FILES,
  type FileRef,
  TRANSCRIPT,
  bytesOf,
  fileSize,
  isSigned,
  opens,
  readRef,
  refToken,
  signedQuery,
  transcript,
} from './downloads.ts';
import { badToken, noToken, oldToken, zoomError } from './errors.ts';
import type { OAuth } from './oauth.ts';
import type { Switches } from './switches.ts';
import { HOUR } from './time.ts';

/** What a download is answered from. */
export interface Depot {
  account: Account;
  oauth: OAuth;
  switches: Switches;
  now: number;
}

const DOWNLOAD = '/rec/download/';
const FILE = '/rec/file/';

/** Which of the two steps a request is; undefined: none. */
export function downloadOperation({ method, rawPath }: SandboxRequest): string | undefined {
  if (method !== 'GET') return undefined;
  if (rawPath.startsWith(DOWNLOAD)) return 'GET /rec/download/{file}';
  return rawPath.startsWith(FILE) ? 'GET /rec/file/{file}' : undefined;
}

/** Answers either step. */
export function download(depot: Depot, request: SandboxRequest): SandboxAnswer {
  const first = request.rawPath.startsWith(DOWNLOAD);
  const token = request.rawPath.slice(first ? DOWNLOAD.length : FILE.length);
  const ref = readRef(token);
  if (first) return ref === undefined ? gone() : redirect(depot, request, ref);
  const refusal = depot.switches.redirectNeedsToken
    ? ref && refuseToken(depot, request, ref)
    : refuseSigned(depot, request, token);
  return refusal ?? (ref === undefined ? gone() : send(depot, request, ref));
}

function redirect(depot: Depot, request: SandboxRequest, ref: FileRef): SandboxAnswer {
  const refusal = refuseToken(depot, request, ref);
  if (refusal !== undefined) return refusal;
  if (contentOf(depot, ref) === undefined) return gone();
  const token = refToken(ref);
  const host = request.headers.host ?? '127.0.0.1';
  const location = depot.switches.redirectNeedsToken
    ? `http://${host}/zoom${FILE}${token}`
    : `http://${otherName(host)}/zoom${FILE}${token}?${signedQuery(token, depot.now + HOUR)}`;
  return { status: 302, headers: { location }, raw: '' };
}

/** Another host by name, which is this machine all the same. */
function otherName(host: string): string {
  return host.startsWith('localhost')
    ? host.replace('localhost', '127.0.0.1')
    : host.replace(/^[^:]+/, 'localhost');
}

/** Tokens in the query string stopped working in 2023 (FACTS A). */
function refuseToken(depot: Depot, request: SandboxRequest, ref: FileRef): SandboxAnswer | undefined {
  const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || token === '') return noToken();
  if (ref.kind === 'recording' && opens(token, ref.uuid, depot.now)) return undefined;
  const grant = depot.oauth.check(token);
  if (grant === 'unknown') return badToken();
  return grant === 'expired' ? oldToken() : undefined;
}

function refuseSigned(depot: Depot, request: SandboxRequest, token: string): SandboxAnswer | undefined {
  if (request.headers.authorization !== undefined) {
    const raw =
      '<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>';
    return { status: 400, headers: { 'content-type': 'application/xml' }, raw, tally: 'tokensLeaked' };
  }
  if (isSigned(token, request.query, depot.now)) return undefined;
  const raw = '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';
  return { status: 403, headers: { 'content-type': 'application/xml' }, raw };
}

interface Content {
  id: string;
  name: string;
  type: string;
  size: number;
  /** What it says, if it is a text. */
  text: string | undefined;
}

function contentOf({ account, switches, now }: Depot, ref: FileRef): Content | undefined {
  if (ref.kind === 'phone') {
    return { id: ref.id, name: `${ref.id}.mp3`, type: 'audio/mpeg', size: ref.bytes, text: undefined };
  }
  const instance = account.world.instance(ref.uuid);
  const file = FILES[ref.file];
  if (instance === undefined || file === undefined || !instance.recorded || instance.end > now)
    return undefined;
  // Neither what is in the trash nor what is gone can be downloaded.
  if (account.recordingFate(ref.uuid, ref.file) !== undefined) return undefined;
  return {
    id: refToken(ref),
    name: `GMT_${instance.series.id}.${file.file_extension.toLowerCase()}`,
    type: file.content,
    size: fileSize(instance, ref.file, switches.recordingBytes),
    text: ref.file === TRANSCRIPT ? transcript(instance) : undefined,
  };
}

function send(depot: Depot, request: SandboxRequest, ref: FileRef): SandboxAnswer {
  const content = contentOf(depot, ref);
  if (content === undefined) return gone();
  const { id, size, text, type, name } = content;
  const etag = `"${id.slice(-16)}-${size}"`;
  const headers = {
    'content-type': type,
    'accept-ranges': 'bytes',
    'content-disposition': `attachment; filename="${name}"`,
    etag,
  };
  const { range, 'if-range': condition } = request.headers;
  // Who began with another version of the file gets the whole of this one.
  const part = condition === undefined || condition === etag ? rangeOf(range, size) : undefined;
  if (part === 'none') {
    return { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` }, raw: '' };
  }
  const { from, to } = part ?? { from: 0, to: size };
  const chunks = text === undefined ? bytesOf(id, from, to) : [Buffer.from(text).subarray(from, to)];
  const stream = { length: to - from, chunks };
  if (part === undefined) return { status: 200, headers, stream };
  return { status: 206, headers: { ...headers, 'content-range': `bytes ${from}-${to - 1}/${size}` }, stream };
}

/** One range of bytes; several at once, or something else, mean the whole file. `none`: there is nothing there. */
function rangeOf(
  header: string | undefined,
  size: number,
): { from: number; to: number } | 'none' | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  const [first, last] = [found?.[1] ?? '', found?.[2] ?? ''];
  if (found === null || (first === '' && last === '')) return undefined;
  if (first === '') {
    const from = Math.max(0, size - Number(last));
    return from === size ? 'none' : { from, to: size };
  }
  const from = Number(first);
  const to = last === '' ? size : Math.min(size, Number(last) + 1);
  return from >= size || to <= from ? 'none' : { from, to };
}

function gone(): SandboxAnswer {
  return zoomError(404, 3301, 'There is no recording for this meeting.');
}
