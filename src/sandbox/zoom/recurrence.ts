/** The dates that a `recurrence` stands for. */
import { DAY } from './time.ts';
import { fromWall, toWall } from './zones.ts';

/** A `recurrence` as the API takes it. */
export interface Recurrence {
  /** 1 daily, 2 weekly, 3 monthly. */
  type: number;
  repeat_interval?: number;
  /** `1` is Sunday; several are separated by commas. */
  weekly_days?: string;
  monthly_day?: number;
  /** 1 to 4, or -1 for the last one. */
  monthly_week?: number;
  monthly_week_day?: number;
  /** 0 means no end. */
  end_times?: number;
  end_date_time?: string;
}

/** Zoom plans at most so many dates ahead. */
const MOST = 60;

/** The dates from the first start on; at the same time of the local day through all changes of its clocks. */
export function datesOf(start: number, zone: string, recurrence: Recurrence): number[] {
  const { end_times: times, end_date_time: end } = recurrence;
  const until = end === undefined ? Infinity : Date.parse(end);
  const count =
    end === undefined ? (times === undefined ? 1 : times === 0 ? MOST : Math.min(times, MOST)) : MOST;
  const dates: number[] = [];
  const first = toWall(start, zone);
  for (const wall of walls(first, recurrence)) {
    const date = fromWall(wall, zone);
    if (date > until || dates.length === count) break;
    if (wall >= first) dates.push(date);
  }
  return dates;
}

function* walls(first: number, recurrence: Recurrence): Generator<number> {
  const step = Math.max(1, recurrence.repeat_interval ?? 1);
  const clock = first % DAY;
  const day = first - clock;
  // More rounds than dates, as a month may lack its 31st and the first week its early days.
  for (let turn = 0; turn < MOST * 8; turn++) {
    if (recurrence.type === 1) yield first + turn * step * DAY;
    else if (recurrence.type === 2) {
      const sunday = day - new Date(day).getUTCDay() * DAY + turn * step * 7 * DAY;
      for (const weekday of weekdays(recurrence.weekly_days ?? '1'))
        yield sunday + (weekday - 1) * DAY + clock;
    } else {
      const found = dayOfMonth(new Date(day), turn * step, recurrence);
      if (found !== undefined) yield found + clock;
    }
  }
}

function weekdays(list: string): number[] {
  return [...new Set(list.split(',').map(Number))].toSorted((a, b) => a - b);
}

/** Undefined in a month that has no such day. */
function dayOfMonth(first: Date, ahead: number, recurrence: Recurrence): number | undefined {
  const { monthly_day: date = 1, monthly_week: week, monthly_week_day: weekday = 1 } = recurrence;
  const [year, month] = [first.getUTCFullYear(), first.getUTCMonth() + ahead];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  if (week === undefined) return date <= last ? Date.UTC(year, month, date) : undefined;
  const start = new Date(Date.UTC(year, month, 1)).getUTCDay();
  const earliest = 1 + ((weekday - 1 - start + 7) % 7);
  const found = week === -1 ? earliest + 7 * Math.floor((last - earliest) / 7) : earliest + 7 * (week - 1);
  return Date.UTC(year, month, found);
}
