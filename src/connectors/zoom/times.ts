import { z } from 'zod';

/** Whether the calendar and the clock have it: 2026-02-30 and 25:00:00 are written well and do not exist. */
function exists(text: string): boolean {
  const bare = text.replace(/Z$/, '');
  const time = Date.parse(text.includes('T') ? `${bare}Z` : bare);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(bare);
}

const written = (pattern: RegExp, error: string) =>
  z.string().regex(pattern, { error, abort: true }).refine(exists, { error });

/** Zoom's date without time, such as 2026-11-21. */
export const date = written(/^\d{4}-\d{2}-\d{2}$/, 'expected a date such as 2026-11-21');

/** A moment in UTC. */
export const utcTime = written(
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/,
  'expected a time in UTC such as 2026-11-21T15:00:00Z',
);

/** A moment in UTC, or without the `Z` the time of a clock in the time zone that stands beside it. */
export const startTime = written(
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z?$/,
  'expected a time such as 2026-11-21T15:00:00Z in UTC, or 2026-11-21T15:00:00 in `timezone`',
);

/** Zoom Phone takes both. */
export const dateOrTime = written(
  /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/,
  'expected a date such as 2026-11-21 or a time such as 2026-11-21T15:00:00Z',
);
