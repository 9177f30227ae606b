import { parseMoment } from '../app/moment.ts';
import { usageError } from './report-error.ts';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3600_000, d: 86_400_000, w: 604_800_000 };
const EXPECTED =
  'a date such as 2026-11-01, a date and time such as 2026-11-01T09:00Z, or a span back from now such as 30m, 24h, 7d or 4w';

/**
 * Reads a point in time: a date, a date and time (in UTC unless it says otherwise) or a span back from now. A date
 * stands for its beginning as the start of a range, and for its end as the end of one.
 */
export function parseWhen(text: string, flag: '--since' | '--until' | '--anchor', now: number): number {
  const [, count, unit] = /^(\d{1,5})([mhdw])$/.exec(text.trim()) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (UNITS[unit] ?? 0);
  const moment = parseMoment(text, flag === '--until' ? 'end' : 'start');
  if (moment === undefined) throw unreadable(text, flag);
  return moment;
}

/** Reads a range of time; it ends now when nothing else is said. */
export function parseRange(
  { since, until }: { since: string; until?: string | undefined },
  now: number,
): { since: number; until: number } {
  const range = {
    since: parseWhen(since, '--since', now),
    until: until === undefined ? now : parseWhen(until, '--until', now),
  };
  if (range.since < range.until) return range;
  throw usageError(
    `--since (${isoOf(range.since)}) must be before --until (${isoOf(range.until)})`,
    'Example: --since 2026-11-01 --until 2026-11-30',
  );
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

function unreadable(text: string, flag: string) {
  return usageError(`${flag}: '${text}' is not a time; expected ${EXPECTED}`, `Example: ${flag} 2026-11-01`);
}
