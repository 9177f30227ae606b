/** Bodies that plan a meeting or a webinar, turned into what the account keeps (FACTS G, items 7 and 9). */
import { isRecord } from '../record.ts';
import type { SandboxAnswer } from '../types.ts';
import type { NewSeries } from './account.ts';
import { type Fault, fault, faultsIn, refuse } from './fields.ts';
import type { Kind } from './ids.ts';
import { MEETING_FIELDS, WEBINAR_FIELDS } from './plan-fields.ts';
import { random } from '../random.ts';
import type { WorldUser } from './people.ts';
import { type Recurrence, datesOf } from './recurrence.ts';
import type { Plan, Series } from './schedule.ts';
import { nextStart } from './series-rows.ts';
import { fromWall, isZone } from './zones.ts';

/** A body that is a JSON object. */
export type Body = Readonly<Record<string, unknown>>;

/** Longest interval of daily, weekly and monthly dates. */
const INTERVALS: Readonly<Record<number, number>> = { 1: 99, 2: 50, 3: 10 };
/** Types with a start, by kind. */
const TIMED = new Set([1, 2, 5, 8, 9, 10]);
const RECURRING = new Set([8, 9]);
/** Members that come back as they were sent. */
const ECHO: readonly string[] = [
  'template_id',
  'pre_schedule',
  'tracking_fields',
  'is_simulive',
  'record_file_id',
  'transition_to_live',
];

/** What is wrong with a body, in the words of the documents. */
export function refusePlan(kind: Kind, body: Body): SandboxAnswer | undefined {
  const faults = faultsIn(body, kind === 'meeting' ? MEETING_FIELDS : WEBINAR_FIELDS);
  const { timezone, recurrence } = body;
  if (typeof timezone === 'string' && timezone !== '' && !isZone(timezone)) faults.push(fault('timezone'));
  if (isRecord(recurrence)) faults.push(...recurrenceFaults(recurrence));
  return refuse(faults);
}

function recurrenceFaults(recurrence: Body): Fault[] {
  const faults: Fault[] = [];
  const { end_times, end_date_time, type, repeat_interval, monthly_week, monthly_week_day } = recurrence;
  if (given(end_times) && given(end_date_time)) {
    faults.push(fault('recurrence.end_times', 'Cannot be used with end_date_time.'));
  }
  const most = INTERVALS[Number(type)] ?? 99;
  if (typeof repeat_interval === 'number' && repeat_interval > most) {
    faults.push(fault('recurrence.repeat_interval'));
  }
  // "If you use this field, you must also use the other": the text of both.
  if (given(monthly_week) !== given(monthly_week_day)) {
    faults.push(fault(`recurrence.${given(monthly_week) ? 'monthly_week_day' : 'monthly_week'}`));
  }
  return faults;
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** A new series as the body plans it. */
export function newSeries(kind: Kind, host: WorldUser, body: Body, now: number): NewSeries {
  const type = numberIn(body, 'type', kind === 'meeting' ? 2 : 5) as Series['type'];
  const timezone = wordIn(body, 'timezone', host.timezone);
  const automatic = body['default_password'] !== false && body['default_passcode'] !== false;
  const generated = automatic ? String(random('password', host.id, now).int(100_000, 999_999)) : '';
  const plan: Plan = {
    timezone,
    password: wordIn(body, 'password', generated),
    settings: settingsIn(body),
    recurrence: RECURRING.has(type) ? recurrenceIn(body) : undefined,
    moved: new Map(),
    echo: { ...(kind === 'meeting' ? { pre_schedule: false } : { is_simulive: false }), ...echoIn(body) },
    made: true,
  };
  const series: NewSeries = {
    kind,
    host,
    type,
    topic: wordIn(body, 'topic', kind === 'meeting' ? 'Zoom Meeting' : 'My Webinar'),
    agenda: wordIn(body, 'agenda', ''),
    minutes: numberIn(body, 'duration', 60),
    registration: wantsRegistration(plan.settings, false),
    created: now,
    occurrences: [],
    plan,
  };
  const start = startIn(body, timezone);
  // "If start_time is not specified or is set to a past value, it defaults to the current time."
  return { ...series, occurrences: dates(series, start === undefined || start < now ? now : start) };
}

/** The series with only what was sent changed: an update brings no defaults. */
export function changedSeries(series: Series, body: Body, now: number): Series {
  const before = series.plan;
  const timezone = wordIn(body, 'timezone', before?.timezone ?? series.host.timezone);
  const plan: Plan = {
    timezone,
    password: wordIn(body, 'password', before?.password ?? '123456'),
    settings: { ...before?.settings, ...settingsIn(body) },
    recurrence: isRecord(body['recurrence']) ? recurrenceIn(body) : before?.recurrence,
    moved: before?.moved ?? new Map(),
    echo: { ...before?.echo, ...echoIn(body) },
    made: before?.made ?? false,
  };
  const type = numberIn(body, 'type', series.type) as Series['type'];
  const changed: Series = {
    ...series,
    type,
    topic: wordIn(body, 'topic', series.topic),
    agenda: wordIn(body, 'agenda', series.agenda),
    minutes: numberIn(body, 'duration', series.minutes),
    registration: wantsRegistration(plan.settings, series.registration),
    plan,
  };
  const start = startIn(body, timezone);
  // A start in the past is ignored without a word (FACTS G, item 9).
  const future = start !== undefined && start >= now ? start : undefined;
  if (future === undefined && !isRecord(body['recurrence']) && type === series.type) return changed;
  // What is past stays past: a new rhythm begins with the next date.
  const first = future ?? nextStart(series, now) ?? now;
  return { ...changed, occurrences: dates(changed, first), plan: { ...plan, moved: new Map() } };
}

/** One date of a recurring series with another start or length; undefined when it has no such date. */
export function movedDate(series: Series, occurrence: string, body: Body, now: number): Series | undefined {
  const original = series.occurrences.find((start) => String(start) === occurrence);
  if (original === undefined) return undefined;
  const whole = changedSeries(series, {}, now);
  const { plan } = whole;
  if (plan === undefined) return undefined;
  const known = plan.moved.get(original) ?? { start: original, minutes: series.minutes };
  const start = startIn(body, wordIn(body, 'timezone', plan.timezone));
  const entry = {
    start: start === undefined || start < now ? known.start : start,
    minutes: numberIn(body, 'duration', known.minutes),
  };
  return { ...whole, plan: { ...plan, moved: new Map([...plan.moved, [original, entry]]) } };
}

/** The series without one of its dates; undefined when it has no such date. */
export function withoutDate(series: Series, occurrence: string): Series | undefined {
  const left = series.occurrences.filter((start) => String(start) !== occurrence);
  return left.length === series.occurrences.length ? undefined : { ...series, occurrences: left };
}

function dates(series: NewSeries, start: number): number[] {
  if (!TIMED.has(series.type)) return [];
  const { plan } = series;
  // Nothing in the documents demands the recurrence of type 8 or 9; without it there is one date.
  return plan?.recurrence === undefined
    ? [start]
    : datesOf(start, plan.timezone, plan.recurrence as unknown as Recurrence);
}

function startIn(body: Body, timezone: string): number | undefined {
  const text = body['start_time'];
  if (typeof text !== 'string' || text === '') return undefined;
  const local = !/(Z|[+-]\d\d:?\d\d)$/.test(text);
  const ms = Date.parse(local ? `${text}Z` : text);
  if (Number.isNaN(ms)) return undefined;
  return local ? fromWall(ms, timezone) : ms;
}

function recurrenceIn(body: Body): Plan['recurrence'] {
  const { recurrence } = body;
  if (!isRecord(recurrence)) return undefined;
  const endless = given(recurrence['end_date_time']) ? {} : { end_times: 1 };
  const weekly = recurrence['type'] === 2 ? { weekly_days: '1' } : {};
  const monthly = recurrence['type'] === 3 && !given(recurrence['monthly_week']) ? { monthly_day: 1 } : {};
  return { repeat_interval: 1, ...endless, ...weekly, ...monthly, ...withoutNulls(recurrence) };
}

function settingsIn(body: Body): Record<string, unknown> {
  const { settings } = body;
  return isRecord(settings) ? withoutNulls(settings) : {};
}

function echoIn(body: Body): Record<string, unknown> {
  return withoutNulls(Object.fromEntries(ECHO.map((name) => [name, body[name]])));
}

function withoutNulls(value: Body): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined && one !== null));
}

/** Approval 0 and 1 need a registration, 2 has none. */
function wantsRegistration(settings: Body, otherwise: boolean): boolean {
  const { approval_type: approval } = settings;
  return approval === undefined ? otherwise : approval !== 2;
}

function wordIn(body: Body, name: string, otherwise: string): string {
  const value = body[name];
  return typeof value === 'string' ? value : otherwise;
}

function numberIn(body: Body, name: string, otherwise: number): number {
  const value = body[name];
  return typeof value === 'number' ? value : otherwise;
}
