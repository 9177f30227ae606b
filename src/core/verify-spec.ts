/**
 * How a system proves that a webhook comes from it. In `sign`, `{time}`, `{id}` and `{body}` stand for the time of
 * signing, the id of the delivery and the raw bytes; `{url}` for our whole address as the sender knows it, `{path}` for
 * its path with the query, `{method}` for the method, `{header:x-name}` for a header (in lower case).
 */
export interface VerifySpec {
  /** Header with the signature, lower case; of no meaning with `at`. */
  header: string;
  /**
   * Where the signature stands, when not in a header: a parameter of the query, or a member of the body (a dotted path;
   * `*` stands for every item of a list, all of which must fit, so a body member is for plain values only).
   */
  at?: { query: string } | { body: string };
  /** What stands between several signatures (or fields) of that header; without it, the header is one signature. */
  separator?: string;
  /** What stands before a signature, such as `v0=`. What begins otherwise is no signature of this kind. */
  prefix: string;
  /** What is signed, such as `v0:{time}:{body}`. */
  sign: string;
  /** `none`: the signature is the secret itself; whoever reads one request can forge all others. */
  algorithm: 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'none';
  /** `none` is for plain values only. */
  encoding: 'hex' | 'base64' | 'base64url' | 'none';
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

/** What a request has beside headers and body, for those proofs that need it. */
export interface RequestLine {
  method?: string;
  /** Path and query as they came, such as `/hooks/x?token=y`. */
  target?: string;
  /** Our whole address as the sender knows it. */
  url?: string;
}

/** Headers by lower-case name. */
export type HeaderMap = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A header may list this many signatures; who sends more is not believed. Rotating a secret takes two. */
const MOST_SIGNATURES = 20;

/** One value of a header; the first when there are several. */
export function headerOf(headers: HeaderMap, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/** Those parts of a header that begin with the prefix, without it. */
export function fields(
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
