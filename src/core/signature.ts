import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * How a system proves that a webhook comes from it. In `sign`, `{time}`, `{id}` and `{body}` stand for the time of
 * signing, the id of the delivery and the raw bytes.
 */
export interface VerifySpec {
  /** Header with the signature, lower case. */
  header: string;
  /** What stands between several signatures (or fields) of that header; without it, the header is one signature. */
  separator?: string;
  /** What stands before a signature, such as `v0=`. What begins otherwise is no signature of this kind. */
  prefix: string;
  /** What is signed, such as `v0:{time}:{body}`. */
  sign: string;
  algorithm: 'sha256' | 'sha1' | 'sha512';
  encoding: 'hex' | 'base64';
  /** How a secret becomes the key: without it, its UTF-8 bytes are the key. */
  secret?: { prefix: string; encoding: 'base64' };
  /** Header with the id of the delivery, when that is signed too. */
  id?: { header: string };
  /**
   * Where the time of signing stands, in seconds or milliseconds, and how old it may be, in seconds. With a prefix, it
   * is a field of that header, such as `t=`.
   */
  time?: { header: string; prefix?: string; unit: 's' | 'ms'; windowSeconds: number };
}

/** Why a webhook is not believed. */
export type Disproof = 'no-secret' | 'no-signature' | 'bad-signature' | 'no-time' | 'no-id' | 'stale';

export type Verdict = { ok: true } | { ok: false; reason: Disproof };

/** Headers by lower-case name. */
export type HeaderMap = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A header may list this many signatures; who sends more is not believed. Rotating a secret takes two. */
const MOST_SIGNATURES = 20;

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
): Verdict {
  const proof = prove(spec, secrets, headers, body, now);
  return proof.ok ? { ok: true } : proof;
}

/** As `verify`, and tells which of the secrets it was, by its place. */
export function prove(
  spec: VerifySpec,
  secrets: readonly string[],
  headers: HeaderMap,
  body: Uint8Array,
  now: number,
): { ok: true; secret: number } | { ok: false; reason: Disproof } {
  if (secrets.length === 0 || secrets.includes('')) return { ok: false, reason: 'no-secret' };
  const given = fields(headers, spec.header, spec.separator, spec.prefix);
  if (given.length === 0) return { ok: false, reason: 'no-signature' };
  const time = spec.time && timeOf(spec, headers);
  if (time !== undefined && !/^\d{1,16}$/.test(time)) return { ok: false, reason: 'no-time' };
  const id = spec.id && headerOf(headers, spec.id.header);
  if (spec.id && (id === undefined || id === '')) return { ok: false, reason: 'no-id' };
  // Every secret and every signature is tried, so that the time taken does not tell which one fits.
  let fitting = -1;
  for (const [i, secret] of secrets.entries()) {
    const expected = Buffer.from(signature(spec, secret, { time, id }, body));
    for (const one of given) if (same(Buffer.from(one), expected) && fitting < 0) fitting = i;
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
 */
export function sign(
  spec: VerifySpec,
  secret: string,
  body: Uint8Array,
  now: number,
  id = '',
): Record<string, string> {
  const time = spec.time && String(spec.time.unit === 's' ? Math.floor(now / 1000) : Math.floor(now));
  const signed = spec.prefix + signature(spec, secret, { time, id }, body);
  const headers: Record<string, string> = { [spec.header]: signed };
  if (spec.id) headers[spec.id.header] = id;
  if (spec.time && time !== undefined) {
    const { header, prefix } = spec.time;
    if (prefix === undefined) headers[header] = time;
    else headers[header] = `${prefix}${time}${spec.separator ?? ''}${headers[header] ?? ''}`;
  }
  return headers;
}

/** One value of a header; the first when there are several. */
export function headerOf(headers: HeaderMap, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
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

/** Those parts of a header that begin with the prefix, without it. */
function fields(
  headers: HeaderMap,
  name: string,
  separator: string | undefined,
  prefix: string,
): readonly string[] {
  const value = headerOf(headers, name);
  if (value === undefined) return [];
  if (separator === undefined) return value.startsWith(prefix) ? [value.slice(prefix.length)] : [''];
  const parts = value.split(separator, MOST_SIGNATURES + 1);
  if (parts.length > MOST_SIGNATURES) return [];
  return parts.filter((part) => part.startsWith(prefix)).map((part) => part.slice(prefix.length));
}

const PLACES = /(\{body\}|\{time\}|\{id\})/;
const templates = new WeakMap<VerifySpec, readonly string[]>();

function signature(
  spec: VerifySpec,
  secret: string,
  values: { time: string | undefined; id: string | undefined },
  body: Uint8Array,
): string {
  const hmac = createHmac(spec.algorithm, keyOf(spec, secret));
  let template = templates.get(spec);
  if (!template) templates.set(spec, (template = spec.sign.split(PLACES).filter((part) => part !== '')));
  for (const part of template) {
    if (part === '{body}') hmac.update(body);
    else if (part === '{time}') hmac.update(values.time ?? '');
    else hmac.update(part === '{id}' ? (values.id ?? '') : part);
  }
  return hmac.digest(spec.encoding);
}

function keyOf(spec: VerifySpec, secret: string): string | Buffer {
  if (!spec.secret) return secret;
  const { prefix, encoding } = spec.secret;
  return Buffer.from(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret, encoding);
}
