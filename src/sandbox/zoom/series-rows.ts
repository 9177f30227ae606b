/** How a planned meeting or webinar looks in answers. */
import type { Series } from './schedule.ts';
import { DAY, iso } from './time.ts';

/** Type 3 has no time (FACTS G, item 6). */
export function plannedRow(series: Series, now: number): Record<string, unknown> {
  const last = series.instances.at(-1);
  const single = series.type === 2 && last !== undefined && last.end <= now;
  const start = nextStart(series, now) ?? last?.planned ?? undefined;
  return {
    ...seriesRow(series),
    uuid: single ? last.uuid : series.uuid,
    duration: series.minutes,
    ...(series.type === 3 || start === undefined ? {} : { start_time: iso(start) }),
  };
}

/** What planned and past rows have in common. */
export function seriesRow(series: Series): Record<string, unknown> {
  const { id, host, topic, type, created, agenda } = series;
  return {
    id,
    host_id: host.id,
    topic,
    type,
    timezone: host.timezone,
    created_at: iso(created),
    join_url: `https://acme.zoom.example/j/${id}`,
    ...(agenda === '' ? {} : { agenda }),
  };
}

/** The next planned start, if there is one. */
export function nextStart(series: Series, now: number): number | undefined {
  if (series.occurrences.length > 0) return series.occurrences.find((start) => start >= now);
  const [first] = series.instances;
  return first?.planned !== null && first !== undefined && first.start >= now ? first.planned : undefined;
}

/** Zoom forgets a single meeting 30 days after its date. */
export function expired(series: Series, now: number): boolean {
  const last = series.instances.at(-1);
  return series.type === 2 && last !== undefined && last.end < now - 30 * DAY;
}

/** Planned dates, each with its id: the start in milliseconds, as Zoom's are. */
export function occurrences(series: Series, now: number, before: boolean): Record<string, unknown>[] {
  return series.occurrences
    .filter((start) => before || start >= now)
    .map((start) => ({
      occurrence_id: String(start),
      start_time: iso(start),
      duration: series.minutes,
      status: 'available',
    }));
}

/** Every week until the last planned date. */
export function recurrence(series: Series): Record<string, unknown> {
  const last = series.occurrences.at(-1) ?? 0;
  const weekday = String(new Date(last).getUTCDay() + 1);
  return { type: 2, repeat_interval: 1, weekly_days: weekday, end_date_time: iso(last) };
}

/** Approval 2 means no registration; registration 1 is once for all dates. */
export function settings(series: Series): Record<string, unknown> {
  return {
    host_video: true,
    approval_type: series.registration ? 0 : 2,
    ...(series.registration ? { registration_type: 1 } : {}),
    audio: 'both',
    auto_recording: 'none',
    alternative_hosts: '',
    close_registration: false,
    registrants_confirmation_email: true,
    registrants_email_notification: true,
    meeting_authentication: false,
    allow_multiple_devices: true,
  };
}
