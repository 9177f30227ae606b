/** Meetings, planned and past (FACTS G, items 6, 8, 11, 15 to 17). */
import {
  type Call,
  choice,
  findInstance,
  findSeries,
  findUser,
  isAnswer,
  list,
  param,
  target,
  unpaid,
} from './call.ts';
import { invalidField, noMeeting, withoutMeetings, zoomError } from './errors.ts';
import type { Row } from './cast.ts';
import { opaqueId } from './ids.ts';
import { knownRows } from './late.ts';
import { minutes } from './measures.ts';
import { registrantList } from './registrants-api.ts';
import { hasSummary } from './summaries.ts';
import type { SandboxAnswer } from '../types.ts';
import type { Instance, Series } from './schedule.ts';
import {
  comingStarts,
  detailRow,
  expired,
  liveInstance,
  occurrences,
  plannedRow,
  seriesRow,
} from './series-rows.ts';
import { DAY, SECOND, addMonths, iso, parseDay, startOfDay } from './time.ts';
import { fromWall, isZone } from './zones.ts';
import { ended } from './world.ts';

const KINDS = ['scheduled', 'live', 'upcoming', 'upcoming_meetings', 'previous_meetings'] as const;

/** A user's meetings; instant ones are in none of the lists. */
export function listMeetings(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  const refused = withoutMeetings(user);
  if (refused !== undefined) return refused;
  const kind = choice(call, 'type', KINDS, 'scheduled');
  if (typeof kind !== 'string') return kind;
  const { now } = call;
  const all = call.account.meetings(user).filter((series) => series.type !== 1);
  const shape = { key: 'meetings', counts: 'when asked' } as const;
  if (kind === 'scheduled') {
    const planned = all.filter((series) => !expired(series, now));
    return list(call, shape, planned, (series) => plannedRow(series, now));
  }
  if (kind === 'live') {
    const live = all
      .flatMap((series) => liveInstance(series, now) ?? [])
      .filter((one) => !call.account.wasEnded(one.uuid));
    return list(call, shape, live, pastRow);
  }
  const range = kind === 'previous_meetings' ? previousRange(call) : upcomingRange(call);
  if (isAnswer(range)) return range;
  if (kind === 'previous_meetings') {
    const past = all
      .flatMap((series) => ended(series, now))
      .filter((instance) => instance.start >= range.from && instance.start < range.to)
      .toSorted((a, b) => a.start - b.start);
    return list(call, shape, past, pastRow);
  }
  const dates = all.flatMap((series) => {
    const starts = comingStarts(series, now).filter((start) => start >= range.from && start < range.to);
    const each = kind === 'upcoming_meetings' && call.switches.upcomingDates;
    return starts.slice(0, each ? undefined : 1).map((start) => ({ series, start }));
  });
  return list(call, shape, dates, ({ series, start }) => ({
    ...plannedRow(series, now),
    start_time: iso(series.plan?.moved.get(start)?.start ?? start),
  }));
}

/** At most half a year is kept (FACTS G, item 6). */
function previousRange(call: Call): { from: number; to: number } | SandboxAnswer {
  return rangeIn(call, addMonths(call.now, -6), call.now);
}

/** At most half a year ahead; what is running counts as coming. */
function upcomingRange(call: Call): { from: number; to: number } | SandboxAnswer {
  return rangeIn(call, startOfDay(call.now) - DAY, addMonths(call.now, 6));
}

/** Days are those of `timezone`; the last one counts as a whole. */
function rangeIn(call: Call, oldest: number, last: number): { from: number; to: number } | SandboxAnswer {
  const [from, to] = [call.query.get('from'), call.query.get('to')];
  const zone = call.query.get('timezone') ?? '';
  if (zone !== '' && !isZone(zone)) return invalidField('timezone');
  const start = from === null ? oldest : parseDay(from);
  const end = to === null ? last : parseDay(to);
  if (start === undefined) return invalidField('from');
  if (end === undefined) return invalidField('to');
  const local = (day: number, text: string | null): number =>
    zone === '' || text?.length !== 10 ? day : fromWall(day, zone);
  return {
    from: Math.max(local(start, from), oldest),
    to: Math.min(local(to?.length === 10 ? end + DAY : end, to), last),
  };
}

/** A planned meeting. */
export function getMeeting(call: Call): SandboxAnswer {
  const series = findMeeting(call);
  if (isAnswer(series)) return series;
  return { status: 200, json: meetingObject(call, series) };
}

/** The meeting that the path names, while Zoom still knows it. */
export function findMeeting(call: Call): Series | SandboxAnswer {
  const series = findSeries(call, 'meetingId');
  if (series?.kind === 'webinar') return zoomError(400, 3000, 'Cannot access webinar info.');
  // Ended instances need /past_meetings: this one forgets (FACTS G, item 8).
  const over = series?.type === 1 && series.plan === undefined;
  if (series === undefined || over || expired(series, call.now)) {
    return noMeeting(target(param(call, 'meetingId')).text);
  }
  const host = call.account.userAt(series.host.index);
  return (host && withoutMeetings(host)) ?? series;
}

/** The object that creating and getting a meeting answer. */
export function meetingObject(call: Call, series: Series): Record<string, unknown> {
  const { now, query, account } = call;
  const before = query.get('show_previous_occurrences') === 'true';
  const live = liveInstance(series, now);
  const password = series.plan?.password ?? '123456';
  const row = plannedRow(series, now);
  const one = occurrences(series, now, true).find(
    (date) => date['occurrence_id'] === query.get('occurrence_id'),
  );
  return {
    ...row,
    ...(one === undefined ? {} : { start_time: one['start_time'], duration: one['duration'] }),
    assistant_id: '',
    status: live !== undefined && !account.wasEnded(live.uuid) ? 'started' : 'waiting',
    chat_join_url: `https://acme.zoom.example/launch/jc/${series.id}`,
    password,
    h323_password: password,
    pstn_password: password,
    encrypted_password: password === '' ? '' : opaqueId('password', series.id, password),
    pre_schedule: false,
    ...detailRow(series, now, before),
  };
}

/** One past instance. */
export function getPastMeeting(call: Call): SandboxAnswer {
  const instance = unpaid(call) ?? findInstance(call, 'meetingId', 'meeting');
  if (isAnswer(instance)) return instance;
  const { series } = instance;
  const counts = call.world.counts(instance);
  const json = {
    uuid: instance.uuid,
    id: series.id,
    host_id: series.host.id,
    type: series.type,
    topic: series.topic,
    user_name: series.host.name,
    user_email: series.host.email,
    start_time: iso(instance.start),
    end_time: iso(instance.end),
    duration: minutes(instance),
    total_minutes: counts.totalMinutes,
    participants_count: counts.present,
    dept: series.host.dept,
    source: 'Zoom',
    has_meeting_summary: hasSummary(call.world, instance),
  };
  return { status: 200, json };
}

/** Who was in one past instance, a row per join. */
export function listPastParticipants(call: Call): SandboxAnswer {
  const instance = unpaid(call) ?? findInstance(call, 'meetingId', 'meeting');
  return isAnswer(instance) ? instance : participantList(call, instance);
}

/** Rows of one instance; none when the host was alone (FACTS G, item 16). */
export function participantList(call: Call, instance: Instance): SandboxAnswer {
  // "This field only returns if you pass registrant_id": the text of its schema in every participant list.
  const withRegistrant = call.query.get('include_fields')?.includes('registrant_id') === true;
  if (instance.alone) return list(call, { key: 'participants' }, [], () => undefined);
  const { rows, settled } = knownRows(call, instance);
  return list(call, { key: 'participants' }, rows, (row) => participantRow(row, withRegistrant, settled));
}

function participantRow(row: Row, withRegistrant: boolean, settled: boolean): Record<string, unknown> {
  const shown: Record<string, unknown> = {
    id: row.id,
    user_id: row.userId,
    name: row.name,
    user_email: row.email,
    join_time: iso(row.join),
    leave_time: iso(row.leave),
    duration: settled ? (row.leave - row.join) / SECOND : 0,
    failover: false,
    status: row.status,
    internal_user: row.internal,
  };
  if (withRegistrant) shown['registrant_id'] = row.registrantId;
  return shown;
}

/** The UUIDs that a meeting number stands for. */
export function listPastInstances(call: Call): SandboxAnswer {
  const series = findSeries(call, 'meetingId', call.world);
  const past = series?.kind === 'meeting' ? ended(series, call.now) : [];
  if (past.length === 0) return noMeeting(target(param(call, 'meetingId')).text);
  return { status: 200, json: { meetings: past.map(instanceRow) } };
}

/** How the lists of past instances show one. */
export function instanceRow(instance: Instance): Record<string, unknown> {
  return { uuid: instance.uuid, start_time: iso(instance.start) };
}

/** Who registered for a meeting, one status at a time. */
export function listMeetingRegistrants(call: Call): SandboxAnswer {
  const series = findSeries(call, 'meetingId');
  const { text } = target(param(call, 'meetingId'));
  if (series?.kind === 'webinar') return zoomError(400, 300, 'Cannot access webinar info.');
  if (series === undefined) return noMeeting(text);
  if (!series.registration) return zoomError(400, 300, `This meeting has not registration required: ${text}`);
  return registrantList(call, series, call.account.registrants(series));
}

function pastRow(instance: Instance): Record<string, unknown> {
  const { series } = instance;
  return {
    ...seriesRow(series),
    uuid: instance.uuid,
    start_time: iso(instance.start),
    duration: minutes(instance),
  };
}
