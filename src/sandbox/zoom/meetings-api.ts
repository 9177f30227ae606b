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
import { invalidField, noMeeting, zoomError } from './errors.ts';
import type { Cast, Row } from './cast.ts';
import { opaqueId } from './ids.ts';
import { registrantList } from './registrants-api.ts';
import type { SandboxAnswer } from '../types.ts';
import type { Instance, Series } from './schedule.ts';
import {
  detailRow,
  expired,
  liveInstance,
  nextStart,
  occurrences,
  plannedRow,
  seriesRow,
} from './series-rows.ts';
import { DAY, MINUTE, addMonths, iso, parseDay } from './time.ts';
import { ended } from './world.ts';

const KINDS = ['scheduled', 'live', 'upcoming', 'upcoming_meetings', 'previous_meetings'] as const;

/** A user's meetings; instant ones are in none of the lists. */
export function listMeetings(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  const kind = choice(call, 'type', KINDS, 'scheduled');
  if (typeof kind !== 'string') return kind;
  const { now } = call;
  const all = call.account.meetings(user).filter((series) => series.type !== 1);
  const shape = { key: 'meetings', counts: 'when asked' } as const;
  if (kind === 'previous_meetings') {
    const range = previousRange(call);
    if (isAnswer(range)) return range;
    const past = all
      .flatMap((series) => ended(series, now))
      .filter((instance) => instance.start >= range.from && instance.start < range.to)
      .toSorted((a, b) => a.start - b.start);
    return list(call, shape, past, pastRow);
  }
  if (kind === 'live') {
    const live = all
      .flatMap((series) => liveInstance(series, now) ?? [])
      .filter((one) => !call.account.wasEnded(one.uuid));
    return list(call, shape, live, pastRow);
  }
  const planned = all.filter((series) =>
    kind === 'scheduled' ? !expired(series, now) : nextStart(series, now) !== undefined,
  );
  return list(call, shape, planned, (series) => plannedRow(series, now));
}

/** At most half a year is kept (FACTS G, item 6). */
function previousRange(call: Call): { from: number; to: number } | SandboxAnswer {
  const [from, to] = [call.query.get('from'), call.query.get('to')];
  const oldest = addMonths(call.now, -6);
  const start = from === null ? oldest : parseDay(from);
  const end = to === null ? call.now : parseDay(to);
  if (start === undefined) return invalidField('from');
  if (end === undefined) return invalidField('to');
  return { from: Math.max(start, oldest), to: to?.length === 10 ? end + DAY : end };
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
  return series;
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
  const cast = call.world.cast(instance);
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
    total_minutes: totalMinutes(cast),
    participants_count: cast.present,
    dept: series.host.dept,
    source: 'Zoom',
    has_meeting_summary: hasSummary(instance),
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
  const rows = instance.alone ? [] : call.world.cast(instance).rows;
  return list(call, { key: 'participants' }, rows, (row) => participantRow(row, withRegistrant));
}

function participantRow(row: Row, withRegistrant: boolean): Record<string, unknown> {
  const shown: Record<string, unknown> = {
    id: row.id,
    user_id: row.userId,
    name: row.name,
    user_email: row.email,
    join_time: iso(row.join),
    leave_time: iso(row.leave),
    duration: (row.leave - row.join) / 1000,
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

/** Where the host was not alone there was something to sum up. */
export function hasSummary(instance: Instance): boolean {
  return !instance.alone;
}

/** Whole minutes, the last one begun. */
export function minutes(instance: Instance): number {
  return Math.ceil((instance.end - instance.start) / MINUTE);
}

/** All rows added up, as the reports do it. */
export function totalMinutes(cast: Cast): number {
  return Math.ceil(cast.attended / MINUTE);
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
