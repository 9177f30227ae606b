/** What a handler is given, and how it finds what a path names. */
import { isRecord } from '../record.ts';
import type { Plan, SandboxAnswer } from '../types.ts';
import type { Account } from './account.ts';
import type { DailyCaps } from './daily-caps.ts';
import { badToken, invalidField, noMeeting, noUser, noWebinar, notJson, paidOnly, tooOld } from './errors.ts';
import type { Kind } from './ids.ts';
import { readJson } from './json-body.ts';
import type { Grant } from './oauth.ts';
import { type Page, page } from './paging.ts';
import type { WorldUser } from './people.ts';
import type { Instance, Series } from './schedule.ts';
import type { Switches } from './switches.ts';
import { addMonths } from './time.ts';
import { type World, ended } from './world.ts';

/** One authenticated request, taken apart for its handler. */
export interface Call {
  operation: string;
  world: World;
  /** The world with what was written over it; what is planned is read from here. */
  account: Account;
  caps: DailyCaps;
  /** Where the sandbox is reached, such as `http://127.0.0.1:4010`. */
  origin: string;
  plan: Plan;
  switches: Switches;
  grant: Grant;
  /** As they came, still percent-encoded. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  body: Buffer;
  now: number;
}

/** Answers one operation. */
export type Handler = (call: Call) => SandboxAnswer;

/** Tells an error answer from what was looked for. */
export function isAnswer(found: object): found is SandboxAnswer {
  return 'status' in found && 'json' in found;
}

/** What stands where a path takes an id or a UUID. */
export interface Target {
  /** For messages. */
  text: string;
  id: number | undefined;
  /** Undefined also when the encoding was one that Zoom does not understand. */
  uuid: string | undefined;
}

/**
 * Reads an id or UUID by the rule of FACTS C: once- and twice-encoded ones pass, and raw inner slashes; one that
 * begins with `/` or contains `//` has to be encoded twice, else Zoom loses a slash and answers 404.
 */
export function target(raw: string): Target {
  if (/^\d+$/.test(raw)) return { text: raw, id: Number(raw), uuid: undefined };
  const once = decode(raw);
  const twice = decode(once);
  if (twice !== once) return { text: twice, id: undefined, uuid: twice };
  if (!once.startsWith('/') && !once.includes('//')) return { text: once, id: undefined, uuid: once };
  return { text: once.replace(/^\/+/, '').replaceAll(/\/{2,}/g, '/'), id: undefined, uuid: undefined };
}

/** Percent-decoding that leaves alone what is not percent-encoding. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A path parameter as it came, still percent-encoded. */
export function param(call: Call, name: string): string {
  return call.params[name] ?? '';
}

/** The body, or what Zoom says of one that is no JSON object. */
export function bodyOf(call: Call): Record<string, unknown> | SandboxAnswer {
  const body = readJson(call.body.toString());
  return isRecord(body) ? body : notJson();
}

/** The user that `userId` names: id, e-mail address or `me`. Who is still invited has nothing to list. */
export function findUser(call: Call): WorldUser | SandboxAnswer {
  const user = findInvited(call);
  if (isAnswer(user) || user.status !== 'pending') return user;
  return noUser(decode(param(call, 'userId')));
}

/** The same, pending users included. */
export function findInvited(call: Call): WorldUser | SandboxAnswer {
  const key = decode(param(call, 'userId'));
  const { account, grant, switches } = call;
  if (key === 'me') {
    if (grant.user === null && !switches.serverToServerMe) return badToken();
    return account.userAt(grant.user ?? 0) ?? noUser(key);
  }
  return account.user(key) ?? noUser(key);
}

/** The instance that a past or report path names: a number means the latest one only (FACTS C). */
export function findInstance(call: Call, name: string, kind: Kind): Instance | SandboxAnswer {
  const { text, id, uuid } = target(param(call, name));
  const missing = kind === 'meeting' ? noMeeting(text) : noWebinar(text);
  const { world, now } = call;
  let found: Instance | undefined;
  if (id !== undefined) {
    const series = world.series(id);
    found = series && ended(series, now).at(-1);
  } else if (uuid !== undefined) found = world.instance(uuid);
  if (found === undefined || found.series.kind !== kind || found.end > now) {
    // The message of a mangled UUID is that of a meeting in webinar paths too (FACTS C).
    return id === undefined && uuid === undefined ? noMeeting(text) : missing;
  }
  return found.end < addMonths(now, -12) ? tooOld() : found;
}

/** The series with the number in the path; the world still knows one that was deleted. */
export function findSeries(
  call: Call,
  name: string,
  from: Pick<World, 'series'> = call.account,
): Series | undefined {
  const { id } = target(param(call, name));
  return id === undefined ? undefined : from.series(id);
}

/** The answer of accounts without a paid plan, where one is needed. */
export function unpaid(call: Call): SandboxAnswer | undefined {
  return call.plan === 'free' ? paidOnly(call.world.accountId) : undefined;
}

/** How the envelope of a list differs from that of the others. */
export interface ListShape {
  key: string;
  max?: number;
  /** Whether `page_count` and `page_number` stand in the envelope. */
  counts?: 'always' | 'count only' | 'when asked' | 'total only' | 'none';
  /** Rows of a page when the request does not say. */
  size?: number;
  /** Goes before the rest. */
  head?: Record<string, unknown>;
}

/** An array, or numbers in a typed one. */
export interface Rows<T> {
  readonly length: number;
  slice(from: number, to: number): Iterable<T>;
}

/** One page of a list in Zoom's envelope; only the rows on it are made. */
export function list<T>(
  call: Call,
  shape: ListShape,
  all: Rows<T>,
  row: (item: T) => unknown,
): SandboxAnswer {
  const { query, now, operation, params, switches } = call;
  const ids = Object.values(params).map((value) => target(value).text);
  const cut = page({
    list: `${operation} ${ids.join(' ')}`,
    query,
    now,
    max: shape.max ?? 300,
    size: shape.size ?? 30,
    total: all.length,
    lifetime: switches.pageTokenMs,
    repeated: switches.repeatedRows,
  });
  if (isAnswer(cut)) return cut;
  return {
    status: 200,
    json: {
      ...shape.head,
      next_page_token: cut.next,
      ...counts(shape.counts ?? 'count only', cut, query),
      page_size: cut.size,
      ...(shape.counts === 'none' ? {} : { total_records: cut.total }),
      [shape.key]: Array.from(all.slice(cut.from, cut.to), row),
    },
  };
}

function counts(style: NonNullable<ListShape['counts']>, cut: Page, query: URLSearchParams) {
  if (style === 'total only' || style === 'none') return {};
  if (style === 'count only' && !query.has('page_number')) return { page_count: cut.count };
  // Seen on /users/{id}/meetings: neither of the two unless the request was by number (FACTS A).
  if (style === 'when asked' && !query.has('page_number')) return {};
  return { page_count: cut.count, page_number: cut.number };
}

/** The value of a parameter with a fixed choice, or the error. */
export function choice<T extends string>(
  call: Call,
  name: string,
  allowed: readonly T[],
  otherwise: T,
): T | SandboxAnswer {
  const asked = call.query.get(name);
  if (asked === null || asked === '') return otherwise;
  return allowed.find((value) => value === asked) ?? invalidField(name);
}
