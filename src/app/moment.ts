const DAY = 86_400_000;
const FORM = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * Reads a date, or a date and time (in UTC unless it says otherwise), as milliseconds since the epoch. A date stands
 * for its beginning, or as the end of a range for its end. Undefined for any other text.
 */
export function parseMoment(text: string, as: 'start' | 'end' = 'start'): number | undefined {
  const [, date = '', time, zone = 'Z'] = FORM.exec(text.trim()) ?? [];
  const day = Date.parse(`${date}T00:00Z`);
  // JavaScript takes February 30 for a day in March.
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date) return undefined;
  if (time === undefined) return as === 'end' ? day + DAY : day;
  const moment = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(moment) ? undefined : moment;
}
