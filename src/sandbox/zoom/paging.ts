/** Page tokens: opaque, bound to one list and one page size, dead after a while (FACTS A). */
import { createHmac } from 'node:crypto';
import { badPageToken, invalidField } from './errors.ts';
import type { SandboxAnswer } from '../types.ts';

/** Which rows are wanted, of which list. */
export interface PageRequest {
  /** Operation and ids: which list this is. */
  list: string;
  query: URLSearchParams;
  now: number;
  /** Largest page; more is cut silently and the cut size echoed (FACTS A, tap-zoom). */
  max: number;
  /** Rows of a page when none is asked for. */
  size: number;
  /** How many rows there are. */
  total: number;
  /** Milliseconds that a token lives. */
  lifetime: number;
  /** Rows that a page behind a token says again. */
  repeated: number;
}

/** The rows to be answered, and what the envelope says of them. */
export interface Page {
  from: number;
  to: number;
  size: number;
  /** Empty on the last page. */
  next: string;
  count: number;
  number: number;
  total: number;
}

/** The slice asked for, or the error that Zoom answers. */
export function page(request: PageRequest): Page | SandboxAnswer {
  const { query, now, max, total } = request;
  const asked = wholeNumber(query.get('page_size'), request.size);
  if (asked === undefined || asked < 1) return invalidField('page_size');
  const size = Math.min(asked, max);
  const token = query.get('next_page_token');
  let from = 0;
  if (token !== null && token !== '') {
    const offset = openToken(token, request, now);
    if (offset === undefined) return badPageToken();
    // Fewer than a page, or the list would never end.
    from = offset - Math.min(request.repeated, size - 1);
  } else {
    const number = wholeNumber(query.get('page_number'), 1);
    if (number === undefined || number < 1) return invalidField('page_number');
    from = (number - 1) * size;
  }
  const to = Math.min(total, from + size);
  return {
    from: Math.min(from, total),
    to,
    size,
    next: to < total ? sealToken(to, now + request.lifetime, request) : '',
    count: Math.ceil(total / size),
    number: Math.floor(from / size) + 1,
    total,
  };
}

function wholeNumber(text: string | null, otherwise: number): number | undefined {
  if (text === null || text === '') return otherwise;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function sealToken(offset: number, expires: number, request: PageRequest): string {
  const body = `${offset.toString(36)}.${expires.toString(36)}`;
  return Buffer.from(`${body}.${seal(body, request)}`).toString('base64url');
}

function openToken(token: string, request: PageRequest, now: number): number | undefined {
  const [offset = '', expires = '', mark = ''] = Buffer.from(token, 'base64url')
    .toString('latin1')
    .split('.');
  if (mark === '' || mark !== seal(`${offset}.${expires}`, request)) return undefined;
  return Number.parseInt(expires, 36) > now ? Number.parseInt(offset, 36) : undefined;
}

/** The other parameters belong to the token: it opens the same list and size only (FACTS F, gotcha 3). */
function seal(body: string, { list, query }: PageRequest): string {
  const rest = [...query].filter(([name]) => name !== 'next_page_token' && name !== 'page_number');
  const key = JSON.stringify([list, rest.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
  return createHmac('sha256', 'sandbox page tokens')
    .update(key)
    .update(body)
    .digest('base64url')
    .slice(0, 22);
}
