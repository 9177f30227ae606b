import { createHmac, timingSafeEqual } from 'node:crypto';
import { plainText, plainValues, provePlain, queryFields } from './plain-value.ts';
import {
  fields,
  headerOf,
  type Disproof,
  type HeaderMap,
  type RequestLine,
  type Verdict,
  type VerifySpec,
} from './verify-spec.ts';

export { headerOf } from './verify-spec.ts';
export type { Disproof, HeaderMap, RequestLine, Verdict, VerifySpec } from './verify-spec.ts';

/**
 * Proves a webhook over its raw bytes, in constant time. Fails closed: without a secret nothing is accepted.
 *
 * @param secrets all that are valid now: several while one is being replaced
 * @param now milliseconds since the epoch
 */
export function verify(
  spec: VerifySpec,
  secrets: readonly string[],
  headers: HeaderMap,
  body: Uint8Array,
  now: number,
  line?: RequestLine,
): Verdict {
  const proof = prove(spec, secrets, headers, body, now, line);
  return proof.ok ? { ok: true } : proof;
}

/** As `verify`, and tells which of the secrets it was, by its place. */
export function prove(
  spec: VerifySpec,
  secrets: readonly string[],
  headers: HeaderMap,
  body: Uint8Array,
  now: number,
  line: RequestLine = {},
): { ok: true; secret: number } | { ok: false; reason: Disproof } {
  if (secrets.length === 0 || secrets.includes('')) return { ok: false, reason: 'no-secret' };
  if (spec.algorithm === 'none') return provePlain(spec, secrets, plainValues(spec, headers, body, line));
  const given = spec.at
    ? queryFields(spec, spec.at, line)
    : fields(headers, spec.header, spec.separator, spec.prefix);
  if (given.length === 0) return { ok: false, reason: 'no-signature' };
  const time = spec.time && timeOf(spec, headers);
  if (time !== undefined && !/^\d{1,16}$/.test(time)) return { ok: false, reason: 'no-time' };
  const id = spec.id && headerOf(headers, spec.id.header);
  if (spec.id && (id === undefined || id === '')) return { ok: false, reason: 'no-id' };
  // Every secret and every signature is tried, so that the time taken does not tell which one fits.
  let fitting = -1;
  for (const [i, secret] of secrets.entries()) {
    const expected = Buffer.from(signature(spec, secret, { time, id, line, headers }, body));
    // Hexadecimal digits are the same in capitals, which some senders use.
    for (const one of given) {
      const bytes = Buffer.from(spec.encoding === 'hex' ? one.toLowerCase() : one);
      if (same(bytes, expected) && fitting < 0) fitting = i;
    }
  }
  if (fitting < 0) return { ok: false, reason: 'bad-signature' };
  if (spec.time) {
    const signedAt = Number(time) * (spec.time.unit === 's' ? 1000 : 1);
    if (Math.abs(now - signedAt) > spec.time.windowSeconds * 1000) return { ok: false, reason: 'stale' };
  }
  return { ok: true, secret: fitting };
}

/**
 * The headers that a webhook would carry if it were signed at `now`: the inverse of `verify`.
 *
 * @param id of the delivery, for systems that sign it
 * @param line of the request, for systems that sign it; a signature in the query or the body is not added to them here
 */
export function sign(
  spec: VerifySpec,
  secret: string,
  body: Uint8Array,
  now: number,
  id = '',
  line: RequestLine = {},
  others: HeaderMap = {},
): Record<string, string> {
  const time = spec.time && String(spec.time.unit === 's' ? Math.floor(now / 1000) : Math.floor(now));
  const values = { time, id, line, headers: others };
  const signed = spec.algorithm === 'none' ? plainText(spec, secret) : signature(spec, secret, values, body);
  const headers: Record<string, string> = spec.at ? {} : { [spec.header]: spec.prefix + signed };
  if (spec.id) headers[spec.id.header] = id;
  if (spec.time && time !== undefined) {
    const { header, prefix } = spec.time;
    if (prefix === undefined) headers[header] = time;
    else headers[header] = `${prefix}${time}${spec.separator ?? ''}${headers[header] ?? ''}`;
  }
  return headers;
}

/** Whether a proof looks at more than headers and body. */
export function looksAtLine({ at, sign: template }: VerifySpec): boolean {
  return (at !== undefined && 'query' in at) || /\{(?:url|path|method)\}/.test(template);
}

/** Whether two texts are the same, in a time that depends on their lengths only. */
export function sameText(a: string, b: string): boolean {
  return same(Buffer.from(a), Buffer.from(b));
}

// How long a signature is, is no secret: the documentation says it.
function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Empty when there is none, so that it is told from a spec that has no time. */
function timeOf(spec: VerifySpec, headers: HeaderMap): string {
  if (!spec.time) return '';
  const { header, prefix } = spec.time;
  if (prefix === undefined) return headerOf(headers, header) ?? '';
  return fields(headers, header, spec.separator, prefix)[0] ?? '';
}

const PLACES = /(\{(?:body|time|id|url|path|method|header:[a-z0-9-]+)\})/;
const templates = new WeakMap<VerifySpec, readonly string[]>();

/** What may stand in a template, beside the body. */
interface Values {
  time: string | undefined;
  id: string | undefined;
  line: RequestLine;
  headers: HeaderMap;
}

function valueOf(place: string, { time, id, line, headers }: Values): string {
  switch (place) {
    case '{time}':
      return time ?? '';
    case '{id}':
      return id ?? '';
    case '{url}':
      return line.url ?? '';
    case '{path}':
      return line.target ?? '';
    case '{method}':
      return line.method ?? 'POST';
    default:
      return place.startsWith('{header:') ? (headerOf(headers, place.slice(8, -1)) ?? '') : place;
  }
}

function signature(spec: VerifySpec, secret: string, values: Values, body: Uint8Array): string {
  // Without digits to write it in, or without a hash, nothing can be signed: the callers see to both.
  if (spec.algorithm === 'none' || spec.encoding === 'none') return '';
  const hmac = createHmac(spec.algorithm, keyOf(spec, secret));
  let template = templates.get(spec);
  if (!template) templates.set(spec, (template = spec.sign.split(PLACES).filter((part) => part !== '')));
  for (const part of template) {
    if (part === '{body}') hmac.update(body);
    else hmac.update(part.startsWith('{') ? valueOf(part, values) : part);
  }
  return hmac.digest(spec.encoding);
}

function keyOf(spec: VerifySpec, secret: string): string | Buffer {
  if (!spec.secret) return secret;
  const { prefix, encoding } = spec.secret;
  return Buffer.from(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret, encoding);
}
