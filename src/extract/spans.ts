import type { Span, StreamWindow } from '../core/stream.ts';

const DAY = 24 * 3600_000;
/** How far back the first reading goes where nothing else says it. */
const YEAR = 365 * DAY;
/** Days that a listing looks back where the stream does not say it: it costs no more calls, and reports come late. */
const LATE_DAYS = 1;

export interface SpanRequest {
  /** Up to here it was read before. */
  covered: number | null;
  /** A range that was asked for, in place of what is new. */
  from: number | null;
  until: number | null;
  /** Where a first reading begins. */
  anchor: number | undefined;
  /** Things may come later than they happened, by so many milliseconds. */
  lookbackMs: number;
  now: number;
}

/** Where reading begins and ends; nothing when the range lies beyond what the system keeps. */
export function rangeOf(window: StreamWindow, request: SpanRequest): Span | undefined {
  const { covered, from, until, anchor, now } = request;
  const lookbackMs = Math.max(request.lookbackMs, (window.lookback ?? LATE_DAYS) * DAY);
  const oldest = window.reach === undefined ? Number.NEGATIVE_INFINITY : now - window.reach * DAY;
  const begin = from ?? (covered === null ? (anchor ?? now - YEAR) : covered - lookbackMs);
  // Of a range that was asked for, what was read so far is not read again.
  const resumed = from !== null && covered !== null ? Math.max(begin, covered) : begin;
  const range = { from: Math.max(resumed, oldest, 0), until: Math.min(until ?? now, now) };
  return range.from < range.until ? range : undefined;
}

/**
 * A range cut into spans that one call may ask for, oldest first. Whole days begin and end at 00:00 UTC, so the last one
 * may end after now.
 */
export function spansOf(window: StreamWindow, range: Span): Span[] {
  const spans: Span[] = [];
  const whole = window.whole !== false || window.step === 'month';
  let from = whole ? floorDay(range.from) : range.from;
  if (window.step === 'month') from = monthStart(from, 0);
  const end = whole ? floorDay(range.until - 1) + DAY : range.until;
  while (from < end) {
    const next = window.step === 'month' ? monthStart(from, 1) : from + window.step * DAY;
    const until = window.step === 'month' ? next : Math.min(next, end);
    spans.push({ from, until });
    from = next;
  }
  return spans;
}

function floorDay(ms: number): number {
  return Math.floor(ms / DAY) * DAY;
}

function monthStart(ms: number, later: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1);
}
