/** Date ranges of reports and of Phone: a month at a time, mostly half a year back (SPEC; FACTS F, gotcha 4). */
import type { SandboxAnswer } from '../types.ts';
import type { Call } from './call.ts';
import { invalidField } from './errors.ts';
import { DAY, addMonths, isoDay, parseDay, startOfDay } from './time.ts';

/** From the first moment to the one after the last. */
export interface Range {
  from: number;
  to: number;
  /** As the envelope names them: days, also when moments were asked for. */
  head: { from: string; to: string };
}

/**
 * Both ends as days, both needed. Too long a range is cut without a word and the applied one echoed; whether Zoom errs
 * instead is unknown (FACTS I).
 *
 * @param longest days between the two, where the document says more exactly than "a month"
 */
export function reportRange(call: Call, longest?: number): Range | SandboxAnswer {
  const from = parseDay(call.query.get('from') ?? '');
  const to = parseDay(call.query.get('to') ?? '');
  if (from === undefined) return invalidField('from');
  if (to === undefined || to < from) return invalidField('to');
  const start = Math.max(startOfDay(from), oldest(call.now));
  const most = longest === undefined ? addMonths(start, 1) : start + longest * DAY;
  const end = Math.max(start, Math.min(startOfDay(to), most));
  return { from: start, to: end + DAY, head: { from: isoDay(start), to: isoDay(end) } };
}

/** How the ranges of Phone differ. */
export interface Leeway {
  /** Days that are answered when nothing is said. */
  fallback: 1 | 30;
  /** How far back one may ask; undefined: to the beginning. */
  months?: number;
}

/**
 * Days or moments, both in the same form; `to` may be left out only together with `from` ("required only when the
 * `from` parameter is specified"). More than a month is cut without a word.
 */
export function phoneRange({ query, now }: Call, { fallback, months }: Leeway): Range | SandboxAnswer {
  const [first, last] = [query.get('from') ?? '', query.get('to') ?? ''];
  if (first === '' && last === '') {
    const from = fallback === 1 ? now - DAY : startOfDay(now) - fallback * DAY;
    return { from, to: startOfDay(now) + DAY, head: { from: isoDay(from), to: isoDay(now) } };
  }
  const from = first === '' ? undefined : parseDay(first);
  const to = parseDay(last);
  if (from === undefined && first !== '') return invalidField('from');
  if (to === undefined || (first !== '' && first.length > 10 !== last.length > 10)) return invalidField('to');
  const end = last.length === 10 ? to + DAY : to;
  const start = from ?? end - fallback * DAY;
  if (end <= start) return invalidField('to');
  const begin = months === undefined ? start : Math.max(start, startOfDay(addMonths(now, -months)));
  const stop = Math.max(begin, Math.min(end, addMonths(begin, 1) + DAY));
  return { from: begin, to: stop, head: { from: isoDay(begin), to: isoDay(stop - 1) } };
}

/** The first day that reports still tell of. */
export function oldest(now: number): number {
  return startOfDay(addMonths(now, -6));
}
