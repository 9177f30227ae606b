/** Members of rows. They are loose on purpose: a value of another type is kept, and its column made wider. */
import { z } from 'zod';
import type { StreamWindow } from '../../../core/stream.ts';
import { idAsText } from '../shapes.ts';

/** Id that Zoom answers as text or as a number; the column is text. */
export const id = idAsText.optional();
export const text = z.string().optional();
/** Whole number of up to 64 bits. */
export const integer = z.number().int().optional();
export const number = z.number().optional();
export const flag = z.boolean().optional();
/** Moment as ISO 8601 with `Z`. Zoom's other spelling, `MM/DD/YYYY HH:mm`, is `text`. */
export const moment = z.string().optional().meta({ format: 'date-time' });
/** Day as `YYYY-MM-DD`. */
export const day = z.string().optional().meta({ format: 'date' });
/** Anything nested. */
export const json = z.union([z.array(z.unknown()), z.looseObject({})]).optional();

/** Row of such members. Members that are not named are kept too. */
export const row = z.looseObject;

/**
 * Windows of whole days, both ends inclusive, such as `from=2026-10-01&to=2026-10-31`.
 * @param reach days that Zoom looks back
 * @param days longest span of one call; the shortest month has 28 days, and Zoom speaks of "one month"
 */
export function dayWindow(
  reach: number | undefined,
  days = 28,
  fixed: Readonly<Record<string, string>> = {},
): StreamWindow {
  return {
    step: days,
    ...(reach === undefined ? {} : { reach }),
    params: ({ from, until }) => ({ from: isoDay(from), to: isoDay(until - 1), ...fixed }),
  };
}

/**
 * Hours after which Zoom ends a meeting or webinar (Time limits for Zoom Meetings, support.zoom.com KB0067972). Some
 * lists do not say when it ended.
 */
export const LONGEST = 30;

/** Days for lists that go by the start of a meeting and have it when it is over: the longest one ends a day later. */
export const ENDS_LATER = 2;

/** Six months (Zoom FACTS G 27), counted short. */
export const SIX_MONTHS = 180;

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Windows by moments, such as `from=2026-10-01T00:00:00Z`; `until` is exclusive. */
export function momentWindow(reach: number | undefined, days = 28): StreamWindow {
  return {
    step: days,
    ...(reach === undefined ? {} : { reach }),
    whole: false,
    params: ({ from, until }) => ({ from: isoMoment(from), to: isoMoment(until) }),
  };
}

function isoMoment(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Windows of one calendar month by its number. */
export const monthWindow: StreamWindow = {
  step: 'month',
  params: ({ from }) => {
    const [year, month] = isoDay(from).split('-').map(Number);
    return { year: String(year), month: String(month) };
  },
};
