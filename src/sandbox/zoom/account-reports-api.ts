/** Reports on the account's use: by day, host, telephone line and storage, and its logs (Meetings document, "Reports"). */
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice, isAnswer, list } from './call.ts';
import { invalidField, zoomError } from './errors.ts';
import { known } from './groups-api.ts';
import { OPERATION_CATEGORIES, operations, signIns } from './logs.ts';
import { groups } from './organisation.ts';
import type { WorldUser } from './people.ts';
import { type Range, oldest, reportRange } from './ranges.ts';
import { remembered } from './remembered.ts';
import type { Instance } from './schedule.ts';
import { DAY, SECOND, addMonths, iso, startOfDay } from './time.ts';
import { type Leg, type Span, counted, daily, legs, storage, usageOf } from './usage.ts';

/** A calendar month, this one unless said otherwise. */
export function reportDaily(call: Call): SandboxAnswer {
  const { query, now, world } = call;
  const today = new Date(now);
  const year = Number(query.get('year') ?? today.getUTCFullYear());
  const month = Number(query.get('month') ?? today.getUTCMonth() + 1);
  if (!Number.isInteger(year)) return invalidField('year');
  if (!Number.isInteger(month) || month < 1 || month > 12) return invalidField('month');
  const first = Date.UTC(year, month - 1, 1);
  const end = addMonths(first, 1);
  // The month of the day half a year ago still counts: "a month that falls within the recent 6 months".
  if (end <= oldest(now) || first > now) {
    const message = 'Daily report can only be provided for a month that falls within the recent 6 months.';
    return zoomError(400, 300, message);
  }
  const users = reported(call);
  if (isAnswer(users)) return users;
  const dates = daily(world, users, now, spanOf(call, { from: first, to: end })).map(
    ({ newUsers, minutes, ...day }) => ({
      date: day.date,
      new_users: newUsers,
      meetings: day.meetings,
      participants: day.participants,
      meeting_minutes: minutes,
    }),
  );
  return { status: 200, json: { year, month, dates } };
}

/** Hosts of the range, or those with an id who hosted nothing in it. */
export function reportUsers(call: Call): SandboxAnswer {
  const { world } = call;
  const type = choice(call, 'type', ['active', 'inactive'], 'active');
  if (typeof type !== 'string') return type;
  const range = reportRange(call);
  if (isAnswer(range)) return range;
  const users = reported(call);
  if (isAnswer(users)) return users;
  const found = counted(world, 'start', spanOf(call, range));
  const byHost = Map.groupBy(found, (one) => one.series.host.index);
  const hosts = users.filter((user) => byHost.has(user.index) === (type === 'active'));
  const of = (user: WorldUser): Instance[] => byHost.get(user.index) ?? [];
  const total = usageOf(world, hosts.flatMap(of));
  const head = {
    ...range.head,
    total_meetings: total.meetings,
    total_participants: total.participants,
    total_meeting_minutes: total.minutes,
  };
  return list(call, { key: 'users', counts: 'always', head }, hosts, (user) => {
    const usage = usageOf(world, of(user));
    return {
      id: user.id,
      email: user.email,
      user_name: user.name,
      type: user.type,
      dept: user.dept,
      meetings: usage.meetings,
      participants: usage.participants,
      meeting_minutes: usage.minutes,
      custom_attributes: [],
    };
  });
}

/** Signing in and out; without dates the last month. */
export function reportActivities(call: Call): SandboxAnswer {
  const range = call.query.has('from') || call.query.has('to') ? reportRange(call) : lastMonth(call);
  if (isAnswer(range)) return range;
  const found = upToNow(call, 'activities', range, (from, to) => signIns(call.world, from, to));
  const head = { from: iso(range.from), to: iso(range.to - DAY) };
  return list(call, { key: 'activity_logs', counts: 'none', head }, found, (one) => ({
    email: one.user.email,
    time: iso(one.at),
    type: one.type,
    client_type: one.client,
    ip_address: one.ip,
    version: one.version,
  }));
}

/** Who changed what. */
export function reportOperations(call: Call): SandboxAnswer {
  const category = choice(call, 'category_type', ['all', ...OPERATION_CATEGORIES], 'all');
  if (typeof category !== 'string') return category;
  const range = reportRange(call);
  if (isAnswer(range)) return range;
  const found = upToNow(call, 'operations', range, (from, to) => operations(call.world, from, to)).filter(
    (one) => category === 'all' || one.category === category,
  );
  return list(call, { key: 'operation_logs', counts: 'none' }, found, (one) => ({
    time: iso(one.at),
    operator: one.operator,
    category_type: one.category,
    action: one.action,
    operation_detail: one.detail,
  }));
}

/** Thirty days at most, and not today's: it ends a day early (SPEC). */
export function reportRecordings(call: Call): SandboxAnswer {
  const range = reportRange(call, 30);
  if (isAnswer(range)) return range;
  const users = reported(call);
  if (isAnswer(users)) return users;
  const { world, now, switches } = call;
  const to = Math.min(range.to, startOfDay(now));
  const days = storage(world, users, switches.recordingBytes, { from: range.from, to, over: now }).map(
    ({ date, bytes }) => ({
      date,
      free_usage: '1 GB',
      plan_usage: '3 TB',
      usage: sizeText(bytes),
    }),
  );
  return { status: 200, json: { ...range.head, cloud_recording_storage: days } };
}

/** `3 MB`, as the report prints sizes. */
export function sizeText(bytes: number): string {
  const megabytes = bytes / 1_048_576;
  if (megabytes < 1024) return `${Math.round(megabytes * 100) / 100} MB`;
  return `${Math.round((megabytes / 1024) * 100) / 100} GB`;
}

/** Lines by telephone: toll-free and call-out unless another kind is asked for. */
export function reportTelephone(call: Call): SandboxAnswer {
  const { world } = call;
  const kind = choice(call, 'type', ['1', '2', '3'], '1');
  if (typeof kind !== 'string') return kind;
  const by = choice(
    call,
    'query_date_type',
    ['start_time', 'end_time', 'meeting_start_time', 'meeting_end_time'],
    'start_time',
  );
  if (typeof by !== 'string') return by;
  const range = reportRange(call);
  if (isAnswer(range)) return range;
  // A line begins and ends with its meeting; the casts of the others need not be made.
  const near = counted(world, 'end', spanOf(call, { from: range.from - DAY, to: range.to + DAY }));
  const name = `legs ${kind} ${by} ${range.from} ${range.to} ${near.length}`;
  const found = remembered(world, name, () =>
    near
      .flatMap((one) => legs(world, one))
      .filter((leg) => leg.category === kind && dated(leg, by) >= range.from && dated(leg, by) < range.to)
      .toSorted((a, b) => a.start - b.start),
  );
  // Neither count comes with a date of the meeting (SPEC).
  const counts = by.startsWith('meeting') ? 'none' : 'count only';
  return list(call, { key: 'telephony_usage', counts, head: range.head }, found, legRow);
}

function dated(leg: Leg, by: string): number {
  if (by === 'start_time') return leg.start;
  if (by === 'end_time') return leg.end;
  return by === 'meeting_start_time' ? leg.instance.start : leg.instance.end;
}

function legRow({ instance, ...leg }: Leg): Record<string, unknown> {
  const { series, uuid } = instance;
  return {
    meeting_id: series.id,
    uuid,
    meeting_type: series.kind === 'meeting' ? 'Meeting' : 'Webinar',
    host_id: series.host.id,
    host_name: series.host.name,
    host_email: series.host.email,
    dept: series.host.dept,
    type: leg.type,
    phone_number: leg.number,
    signaled_number: leg.number,
    call_in_number: leg.type === 'call-out' ? '' : 'ZoomGW',
    country_name: leg.country,
    start_time: iso(leg.start),
    end_time: iso(leg.end),
    duration: leg.minutes,
    rate: leg.rate,
    total: Math.round(leg.rate * leg.minutes * 100) / 100,
  };
}

/** Only the members of a group, when one is named. */
function reported(call: Call): WorldUser[] | SandboxAnswer {
  const id = call.query.get('group_id') ?? '';
  if (id === '') return known(call);
  const group = groups(call.world).find((one) => one.id === id);
  return group === undefined ? invalidField('group_id') : known(call).filter((user) => group.has(user));
}

/** What has been over for long enough to be in reports. */
export function spanOf({ now, switches }: Call, { from, to }: { from: number; to: number }): Span {
  return { from, to, over: now - switches.reportLagSeconds * SECOND };
}

function lastMonth({ now }: Call): Range {
  const from = addMonths(startOfDay(now), -1);
  return { from, to: startOfDay(now) + DAY, head: { from: iso(from), to: iso(now) } };
}

function upToNow<T>(
  { world, now }: Call,
  name: string,
  { from, to }: Range,
  make: (from: number, to: number) => readonly T[],
): readonly T[] {
  const end = Math.min(to, now + 1);
  // What is still growing is made anew each time the clock moves; the rest is kept for the next page.
  return end < to ? make(from, end) : remembered(world, `${name} ${from} ${to}`, () => make(from, to));
}
