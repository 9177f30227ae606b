/** How a planned meeting or webinar looks in answers. */
import { MEETING_SETTINGS, WEBINAR_SETTINGS } from './default-settings.ts';
import type { Instance, Series } from './schedule.ts';
import { DAY, MINUTE, iso } from './time.ts';

/** Type 3 has no time (FACTS G, item 6). */
export function plannedRow(series: Series, now: number): Record<string, unknown> {
  const last = series.instances.at(-1);
  const rescheduled = series.occurrences.length > 0;
  const single = series.type === 2 && last !== undefined && last.end <= now && !rescheduled;
  const start = nextStart(series, now) ?? last?.planned ?? series.occurrences.at(-1);
  return {
    ...seriesRow(series),
    uuid: single ? last.uuid : series.uuid,
    duration: series.minutes,
    ...(series.type === 3 || start === undefined ? {} : { start_time: iso(start) }),
  };
}

/** What planned and past rows have in common. */
export function seriesRow(series: Series): Record<string, unknown> {
  const { id, host, topic, type, created, agenda, plan } = series;
  return {
    id,
    host_id: host.id,
    topic,
    type,
    timezone: plan?.timezone ?? host.timezone,
    created_at: iso(created),
    join_url: `https://acme.zoom.example/j/${id}`,
    ...(agenda === '' ? {} : { agenda: shortened(agenda) }),
  };
}

/** Lists cut an agenda after 250 characters (FACTS G, items 6 and 18). */
function shortened(agenda: string): string {
  return agenda.length <= 250 ? agenda : agenda.slice(0, 250);
}

/** The next planned start, if there is one. */
export function nextStart(series: Series, now: number): number | undefined {
  if (series.occurrences.length > 0) return series.occurrences.find((start) => start >= now);
  const [first] = series.instances;
  return first?.planned !== null && first !== undefined && first.start >= now ? first.planned : undefined;
}

/** All planned starts from now on. */
export function comingStarts(series: Series, now: number): number[] {
  if (series.occurrences.length > 0) return series.occurrences.filter((start) => start >= now);
  return [nextStart(series, now) ?? []].flat();
}

/** The instance that is taking place. */
export function liveInstance(series: Series, now: number): Instance | undefined {
  return series.instances.find((one) => one.start <= now && one.end > now);
}

/** Zoom forgets a single meeting 30 days after its date. */
export function expired(series: Series, now: number): boolean {
  if (series.type !== 2) return false;
  const planned = series.occurrences.at(-1);
  const end = planned === undefined ? series.instances.at(-1)?.end : planned + series.minutes * MINUTE;
  return end !== undefined && end < now - 30 * DAY;
}

/** Planned dates, each with its id: the start in milliseconds, as Zoom's are. */
export function occurrences(series: Series, now: number, before: boolean): Record<string, unknown>[] {
  return series.occurrences
    .filter((start) => before || start >= now)
    .map((start) => {
      const moved = series.plan?.moved.get(start);
      return {
        // It stays when the date is moved: a client still finds what it knew.
        occurrence_id: String(start),
        start_time: iso(moved?.start ?? start),
        duration: moved?.minutes ?? series.minutes,
        status: 'available',
      };
    });
}

/** As it was sent; in the world, every week until the last planned date. */
export function recurrence(series: Series): Readonly<Record<string, unknown>> {
  if (series.plan?.recurrence !== undefined) return series.plan.recurrence;
  const last = series.occurrences.at(-1) ?? 0;
  const weekday = String(new Date(last).getUTCDay() + 1);
  return { type: 2, repeat_interval: 1, weekly_days: weekday, end_date_time: iso(last) };
}

/** Approval 2 means no registration; registration 1 is once for all dates. */
export function settings(series: Series): Record<string, unknown> {
  const { plan, kind } = series;
  const registration = series.registration ? { registration_type: 1 } : {};
  if (plan?.made === true) {
    const defaults = kind === 'meeting' ? MEETING_SETTINGS : WEBINAR_SETTINGS;
    return { ...defaults, ...registration, ...plan.settings };
  }
  return {
    host_video: true,
    approval_type: series.registration ? 0 : 2,
    ...registration,
    audio: 'both',
    auto_recording: 'none',
    alternative_hosts: '',
    close_registration: false,
    registrants_confirmation_email: true,
    registrants_email_notification: true,
    meeting_authentication: false,
    allow_multiple_devices: true,
    ...plan?.settings,
  };
}

/** Members that only the full object of one series has, apart from those that differ by kind. */
export function detailRow(series: Series, now: number, before: boolean): Record<string, unknown> {
  const { plan, id, host } = series;
  const recurring = series.type === 8 || series.type === 9;
  const form = `https://acme.zoom.example/${series.kind}/register/${id}`;
  return {
    ...plan?.echo,
    agenda: series.agenda,
    host_email: host.email,
    // The token in it opens the meeting as its host: a secret (FACTS F, gotcha 28).
    start_url: `https://acme.zoom.example/s/${id}?zak=sandbox`,
    ...(series.registration ? { registration_url: form } : {}),
    ...(recurring ? { occurrences: occurrences(series, now, before), recurrence: recurrence(series) } : {}),
    creation_source: plan?.made === true ? 'open_api' : 'web_portal',
    settings: settings(series),
  };
}
