/** Time zones: a `start_time` without `Z` is local to `timezone` (FACTS A). */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** Whether a time zone has that name. */
export function isZone(name: string): boolean {
  try {
    format(name);
    return true;
  } catch {
    // The one way to ask.
    return false;
  }
}

/** The moment at which clocks of the zone show a time; the time is given as if it were UTC. */
export function fromWall(wall: number, zone: string): number {
  // Twice, as the offset asked for first is that of a moment some hours away.
  return wall - offset(wall - offset(wall, zone), zone);
}

/** What clocks of the zone show at a moment, as if it were UTC. */
export function toWall(ms: number, zone: string): number {
  return ms + offset(ms, zone);
}

function offset(ms: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const parts = Object.fromEntries(
    format(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

function format(timeZone: string): Intl.DateTimeFormat {
  let found = FORMATS.get(timeZone);
  if (found === undefined) {
    found = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    FORMATS.set(timeZone, found);
  }
  return found;
}
