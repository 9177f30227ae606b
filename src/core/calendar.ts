/** Times in zones, for expressions. Zones are those of the IANA database, which Node brings along. */

const SPANS: Readonly<Record<string, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
};

/**
 * The time that a text or a number of milliseconds stands for.
 * @param zone of a text that names none
 * @throws TypeError for a text that is no time, and for a zone that does not exist
 */
export function parseTime(value: string | number | Date, zone: string): Date {
  if (typeof value !== 'string') return checked(new Date(value), value);
  const plain = value.trim();
  const local = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?)?$/.exec(plain);
  if (!local) {
    // With a zone, or in words; a text without either would be read in the zone of this machine.
    const time = /(?:Z|[+-]\d\d:?\d\d|GMT|UTC)$/i.test(plain) ? new Date(plain) : new Date(Number.NaN);
    return checked(time, value);
  }
  const [year, month, day, hour, minute, second] = local.slice(1, 7).map((part) => Number(part ?? 0));
  const ms = Number((local[7] ?? '0').padEnd(3, '0'));
  const utc = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, ms);
  if (new Date(utc).getUTCDate() !== day) throw noTime(value);
  return checked(inZone(utc, zone), value);
}

/**
 * A time as text. `yyyy MM dd HH mm ss SSS` and, in English, `EEE EEEE MMM MMMM`; what stands in single quotes stays.
 * @throws TypeError for a zone that does not exist
 */
export function formatTime(time: Date, pattern: string, zone: string): string {
  const local = new Date(time.getTime() + offsetOf(time, zone));
  const words = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' }).format(local);
  return pattern.replaceAll(
    /'((?:[^']|'')*)'|yyyy|MMMM|MMM|MM|dd|HH|mm|ss|SSS|EEEE|EEE|XXX/g,
    (part, quoted: string | undefined) => {
      if (quoted !== undefined) return quoted === '' ? "'" : quoted.replaceAll("''", "'");
      switch (part) {
        case 'yyyy':
          return digits(local.getUTCFullYear(), 4);
        case 'MM':
          return digits(local.getUTCMonth() + 1, 2);
        case 'dd':
          return digits(local.getUTCDate(), 2);
        case 'HH':
          return digits(local.getUTCHours(), 2);
        case 'mm':
          return digits(local.getUTCMinutes(), 2);
        case 'ss':
          return digits(local.getUTCSeconds(), 2);
        case 'SSS':
          return digits(local.getUTCMilliseconds(), 3);
        case 'XXX':
          return offsetText(offsetOf(time, zone));
        case 'EEEE':
          return words({ weekday: 'long' });
        case 'EEE':
          return words({ weekday: 'short' });
        default:
          return words({ month: part === 'MMMM' ? 'long' : 'short' });
      }
    },
  );
}

/**
 * A time so much later; months and years keep the day, or take the last one of a shorter month.
 * @throws TypeError for a unit that does not exist
 */
export function addTime(time: Date, n: number, unit: string): Date {
  const plain = unit.trim().toLowerCase().replace(/s$/, '');
  const span = SPANS[plain];
  if (span !== undefined) return checked(new Date(time.getTime() + n * span), unit);
  if (plain !== 'month' && plain !== 'year') {
    throw new TypeError(`'${unit}' is no unit of time: second, minute, hour, day, week, month or year`);
  }
  const moved = new Date(time);
  const day = moved.getUTCDate();
  moved.setUTCDate(1);
  moved.setUTCMonth(moved.getUTCMonth() + n * (plain === 'year' ? 12 : 1));
  const last = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate();
  moved.setUTCDate(Math.min(day, last));
  return checked(moved, unit);
}

/** The time at which clocks of a zone show this; of the two hours that autumn shows twice, the first. */
function inZone(shown: number, zone: string): Date {
  const guess = shown - offsetOf(new Date(shown), zone);
  const offset = offsetOf(new Date(guess), zone);
  const earlier = shown - Math.max(offset, offsetOf(new Date(shown - 86_400_000), zone));
  return new Date(offsetOf(new Date(earlier), zone) === shown - earlier ? earlier : shown - offset);
}

const makers = new Map<string, Intl.DateTimeFormat>();

/** How far clocks of a zone are before UTC at a time, in milliseconds. */
function offsetOf(time: Date, zone: string): number {
  let maker = makers.get(zone);
  if (!maker) {
    try {
      maker = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    } catch {
      throw new TypeError(`there is no time zone '${zone.slice(0, 60)}': write one such as Europe/Berlin`);
    }
    makers.set(zone, maker);
  }
  const name = maker.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign, hours, minutes, seconds] = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(name) ?? [];
  if (sign === undefined) return 0;
  const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)) * 1000;
  return sign === '-' ? -ms : ms;
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

function offsetText(ms: number): string {
  if (ms === 0) return 'Z';
  const minutes = Math.abs(ms) / 60_000;
  return `${ms < 0 ? '-' : '+'}${digits(Math.floor(minutes / 60), 2)}:${digits(minutes % 60, 2)}`;
}

function checked(time: Date, given: unknown): Date {
  if (Number.isNaN(time.getTime())) throw noTime(given);
  return time;
}

function noTime(given: unknown): TypeError {
  return new TypeError(
    `${JSON.stringify(given)?.slice(0, 60)} is no time: write it such as 2026-03-01T09:00:00Z`,
  );
}
