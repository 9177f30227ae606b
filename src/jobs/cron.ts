import { ConnectorError } from '../core/errors.ts';

const FIELDS = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12 },
  { name: 'day of the week', min: 0, max: 7 },
] as const;

const NAMES: Readonly<Record<string, number>> = Object.fromEntries([
  ...['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map((n, i) => [
    n,
    i + 1,
  ]),
  ...['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'].map((n, i) => [n, i]),
]);

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
// 29 February on a given weekday comes back after 28 years, or 40 over a century that is no leap year.
const LONGEST = 41 * 366 * DAY;

interface Cron {
  minutes: Set<number>;
  hours: Set<number>;
  months: Set<number>;
  /** Whether a day of the month and of the week is one of it. */
  day: (date: number, weekday: number) => boolean;
}

/**
 * The next time, in UTC, that a cron expression of five fields names after `after`; both milliseconds since the epoch.
 * Lists, ranges, steps and English names of months and days are understood. Where both kinds of days are restricted,
 * one of them is enough, as in crontab(5).
 * @throws ConnectorError of kind `config`
 */
export function nextCron(expression: string, after: number): number {
  const { minutes, hours, months, day } = parse(expression);
  const end = after + LONGEST;
  let at = Math.floor(after / MINUTE) * MINUTE + MINUTE;
  while (at <= end) {
    const date = new Date(at);
    if (!months.has(date.getUTCMonth() + 1)) at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
    else if (!day(date.getUTCDate(), date.getUTCDay())) at = (Math.floor(at / DAY) + 1) * DAY;
    else if (!hours.has(date.getUTCHours())) at = (Math.floor(at / (60 * MINUTE)) + 1) * 60 * MINUTE;
    else if (!minutes.has(date.getUTCMinutes())) at += MINUTE;
    else return at;
  }
  throw refused(expression, 'names a day that never comes');
}

function parse(expression: string): Cron {
  const texts = expression.trim().toLowerCase().split(/\s+/);
  if (texts.length !== FIELDS.length) throw refused(expression, `has ${texts.length} fields instead of 5`);
  const [minutes, hours, dates, months, weekdays] = FIELDS.map((field, i) =>
    values(expression, texts[i] ?? '', field),
  );
  if (!minutes || !hours || !dates || !months || !weekdays) throw refused(expression, 'cannot be read');
  if (weekdays.has(7)) weekdays.add(0); // both are Sunday
  const everyDate = texts[2]?.startsWith('*') === true;
  const everyWeekday = texts[4]?.startsWith('*') === true;
  return {
    minutes,
    hours,
    months,
    day: (date, weekday) =>
      everyDate || everyWeekday
        ? dates.has(date) && weekdays.has(weekday)
        : dates.has(date) || weekdays.has(weekday),
  };
}

function values(expression: string, text: string, { name, min, max }: (typeof FIELDS)[number]): Set<number> {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
    const [from, to] =
      match?.[1] === undefined ? [min, max] : [number(match[1]), number(match[2] ?? match[1])];
    const step = Number(match?.[3] ?? 1);
    // `5/10` is from 5 on, every 10.
    const last = match?.[1] !== undefined && match[2] === undefined && match[3] !== undefined ? max : to;
    if (!match || !(from >= min && last <= max && from <= last && step >= 1)) {
      throw refused(expression, `has '${part}' as ${name}, which is from ${min} to ${max}`);
    }
    for (let value = from; value <= last; value += step) found.add(value);
  }
  return found;
}

function number(text: string): number {
  return NAMES[text] ?? (/^\d+$/.test(text) ? Number(text) : NaN);
}

function refused(expression: string, why: string): ConnectorError {
  return new ConnectorError(`The schedule '${expression}' ${why}.`, {
    kind: 'config',
    hint: "Write minute, hour, day, month and day of the week in UTC, such as '30 3 * * mon-fri'.",
  });
}
