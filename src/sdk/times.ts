import { ConnectorError } from '../core/errors.ts';

/** A point in time: milliseconds since the epoch, a `Date`, or an ISO date or date-time. */
export type Time = number | string | Date;

/**
 * Milliseconds of a point in time. A day alone is its beginning in UTC.
 * @throws ConnectorError of kind `input` when it is none
 */
export function millisecondsOf(time: Time, field: string): number {
  const ms = typeof time === 'number' ? time : time instanceof Date ? time.getTime() : parse(time);
  if (Number.isFinite(ms)) return ms;
  throw new ConnectorError(`${field}: '${String(time)}' is not a time`, {
    kind: 'input',
    fields: [{ field, message: 'expected a Date, milliseconds, or an ISO date-time' }],
    hint: `Example: ${field}: '2026-11-01' or '2026-11-01T09:00:00Z'.`,
  });
}

function parse(text: string): number {
  // Without a zone JavaScript would take the machine's own.
  const [, day, clock, zone = 'Z'] =
    /^(\d{4}-\d{2}-\d{2})(?:T([\d:.]+)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text) ?? [];
  if (day === undefined) return Number.NaN;
  return Date.parse(clock === undefined ? day : `${day}T${clock}${zone}`);
}
