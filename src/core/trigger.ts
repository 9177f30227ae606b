import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { at } from './action.ts';

/** How a system proves that a webhook comes from it. `{time}` and `{body}` stand for the header and the raw bytes. */
export interface VerifySpec {
  /** Header with the signature, lower case. */
  header: string;
  /** What stands before the signature in that header, such as `v0=`. */
  prefix: string;
  /** What is signed, such as `v0:{time}:{body}`. */
  sign: string;
  algorithm: 'sha256' | 'sha1' | 'sha512';
  encoding: 'hex' | 'base64';
  /** Header with the time of signing, in seconds or milliseconds; how old it may be, in seconds. */
  time?: { header: string; unit: 's' | 'ms'; windowSeconds: number };
}

/** A question that a system asks to see whether we hold the secret. */
export interface ChallengeSpec {
  /** The event that asks. */
  event: string;
  /** Where the body keeps the text to be hashed. */
  token: string;
  /** Members of the answer: the text itself, and its HMAC in hexadecimal digits. */
  answer: { token: string; hash: string };
}

/** An event that a system pushes. */
export interface Trigger {
  readonly title: string;
  readonly docs: string;
  readonly verify: VerifySpec;
  readonly challenge?: ChallengeSpec;
  /** Where the body keeps the event's name. */
  readonly event: string;
  /** Where the body keeps the account. */
  readonly account?: string;
  /** Header that is the same for all tries of one delivery, when the system sends one. */
  readonly deliveryHeader?: string;
  /** Members that differ between tries of one delivery, left out of the deduplication key. Last names of paths. */
  readonly volatile: readonly string[];
}

/** Declares a trigger. */
export function defineTrigger(spec: Trigger): Trigger {
  return Object.freeze(spec);
}

export type Verdict =
  | { ok: true }
  | { ok: false; reason: 'no-secret' | 'no-signature' | 'bad-signature' | 'no-time' | 'stale' };

type HeaderMap = Readonly<Record<string, string | readonly string[] | undefined>>;

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
  if (secrets.length === 0 || secrets.some((secret) => secret === ''))
    return { ok: false, reason: 'no-secret' };
  const given = header(headers, spec.header);
  if (given === undefined) return { ok: false, reason: 'no-signature' };
  const time = spec.time ? header(headers, spec.time.header) : '';
  if (time === undefined || (spec.time && !/^\d{1,16}$/.test(time))) return { ok: false, reason: 'no-time' };
  // Every secret is tried, so that the time taken does not tell which one fits.
  const matches = secrets.map((secret) => same(given, signature(spec, secret, time, body)));
  if (!matches.includes(true)) return { ok: false, reason: 'bad-signature' };
  if (spec.time) {
    const signedAt = Number(time) * (spec.time.unit === 's' ? 1000 : 1);
    if (Math.abs(now - signedAt) > spec.time.windowSeconds * 1000) return { ok: false, reason: 'stale' };
  }
  return { ok: true };
}

/** The headers that a webhook would carry if it were signed at `now`: the inverse of `verify`. */
export function sign(
  spec: VerifySpec,
  secret: string,
  body: Uint8Array,
  now: number,
): Record<string, string> {
  const time = spec.time ? String(spec.time.unit === 's' ? Math.floor(now / 1000) : now) : '';
  const signed = { [spec.header]: signature(spec, secret, time, body) };
  return spec.time ? { ...signed, [spec.time.header]: time } : signed;
}

/** The answer to a challenge; undefined when the body is not one. */
export function answerChallenge(
  trigger: Trigger,
  secret: string,
  body: unknown,
): Record<string, string> | undefined {
  const spec = trigger.challenge;
  if (!spec || at(body, trigger.event) !== spec.event) return undefined;
  const token = at(body, spec.token);
  if (typeof token !== 'string') return undefined;
  return {
    [spec.answer.token]: token,
    [spec.answer.hash]: createHmac('sha256', secret).update(token).digest('hex'),
  };
}

/** A key that is the same for every try of one delivery and differs between deliveries. */
export function deliveryKey(trigger: Trigger, headers: HeaderMap, body: unknown): string {
  const id = trigger.deliveryHeader ? header(headers, trigger.deliveryHeader) : undefined;
  if (id !== undefined && id !== '') return `id:${id}`;
  return `sha256:${createHash('sha256')
    .update(canonical(body, new Set(trigger.volatile)))
    .digest('hex')}`;
}

function signature(spec: VerifySpec, secret: string, time: string, body: Uint8Array): string {
  const hmac = createHmac(spec.algorithm, secret);
  for (const part of spec.sign.split(/(\{body\}|\{time\})/)) {
    hmac.update(part === '{body}' ? body : part === '{time}' ? time : part);
  }
  return spec.prefix + hmac.digest(spec.encoding);
}

function same(a: string, b: string): boolean {
  // Hashing first makes the lengths equal, which timingSafeEqual demands, without telling the length.
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function header(headers: HeaderMap, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

function canonical(value: unknown, volatile: ReadonlySet<string>): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, volatile)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([key]) => !volatile.has(key))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item, volatile)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
