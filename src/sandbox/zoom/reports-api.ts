/** Reports: heavy, a month at a time, half a year back (FACTS G, items 27 to 29). */
import { type Call, choice, findInstance, findUser, isAnswer, list, param, target } from './call.ts';
import type { Row } from './cast.ts';
import { zoomError } from './errors.ts';
import type { Kind } from './ids.ts';
import { knownRows } from './late.ts';
import { minutes } from './measures.ts';
import type { SandboxAnswer } from '../types.ts';
import type { Instance } from './schedule.ts';
import { reportRange } from './ranges.ts';
import { SECOND, iso, reportTime } from './time.ts';
import { ended } from './world.ts';

/** A user's past meetings and webinars that had two people or more. */
export function reportUserMeetings(call: Call): SandboxAnswer {
  const user = findUser(call);
  const unpaid = paidReport(call, 'This is only available for paid account');
  if (unpaid !== undefined) return unpaid;
  if (isAnswer(user) || user.status === 'pending') {
    return zoomError(
      404,
      1001,
      `User ${target(param(call, 'userId')).text} not exist or not belong to this account.`,
    );
  }
  const type = choice(call, 'type', ['past', 'pastOne', 'pastJoined'], 'past');
  if (typeof type !== 'string') return type;
  const range = reportRange(call);
  if (isAnswer(range)) return range;
  const { world, now } = call;
  const found = [...world.meetings(user), ...world.webinarsOf(user)]
    .flatMap((series) => ended(series, now - call.switches.reportLagSeconds * SECOND))
    .filter((one) => !one.alone && one.start >= range.from && one.start < range.to)
    .filter((one) => type !== 'pastOne' || world.counts(one).present === 2)
    .toSorted((a, b) => a.start - b.start);
  return list(call, { key: 'meetings', head: range.head }, found, (one) => reportRow(call, one));
}

function reportRow(call: Call, instance: Instance): Record<string, unknown> {
  const { series, planned } = instance;
  const counts = call.world.counts(instance);
  return {
    uuid: instance.uuid,
    id: series.id,
    type: series.type,
    topic: series.topic,
    user_name: series.host.name,
    user_email: series.host.email,
    host_name: series.host.name,
    host_organization: '',
    start_time: iso(instance.start),
    end_time: iso(instance.end),
    duration: minutes(instance),
    total_minutes: counts.totalMinutes,
    participants_count: counts.present,
    participants_count_my_account: counts.internal,
    source: 'Zoom',
    session_key: '',
    ...(planned === null ? {} : { schedule_time: reportTime(planned) }),
    join_time: reportTime(instance.start),
    leave_time: reportTime(instance.end),
    has_recording: instance.recorded,
    has_screen_share: true,
    has_chat: false,
    meeting_encryption_status: 1,
  };
}

/** The report on one meeting instance. */
export const reportMeeting = (call: Call): SandboxAnswer => reportDetails(call, 'meetingId', 'meeting');
/** The report on one webinar instance. */
export const reportWebinar = (call: Call): SandboxAnswer => reportDetails(call, 'webinarId', 'webinar');
/** The report on the people of one meeting instance. */
export const reportMeetingParticipants = (call: Call): SandboxAnswer =>
  reportParticipants(call, 'meetingId', 'meeting');
/** The report on the people of one webinar instance. */
export const reportWebinarParticipants = (call: Call): SandboxAnswer =>
  reportParticipants(call, 'webinarId', 'webinar');

function reportDetails(call: Call, name: string, kind: Kind): SandboxAnswer {
  const instance = findReported(call, name, kind);
  if (isAnswer(instance)) return instance;
  const { series } = instance;
  const counts = call.world.counts(instance);
  const json = {
    uuid: instance.uuid,
    id: series.id,
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
  };
  return { status: 200, json };
}

function reportParticipants(call: Call, name: string, kind: Kind): SandboxAnswer {
  const instance = findReported(call, name, kind);
  if (isAnswer(instance)) return instance;
  const withRegistrant = call.query.get('include_fields')?.includes('registrant_id') === true;
  const { rows, settled } = knownRows(call, instance);
  return list(call, { key: 'participants' }, rows, (row) => reportedRow(row, withRegistrant, settled));
}

/** Ids of people outside the account have been hidden here since March 2023 (FACTS F). */
function reportedRow(row: Row, withRegistrant: boolean, settled: boolean): Record<string, unknown> {
  const id = row.internal ? row.id : '';
  return {
    id,
    participant_user_id: id,
    user_id: row.userId,
    name: row.name,
    user_email: row.email,
    join_time: iso(row.join),
    leave_time: iso(row.leave),
    duration: settled ? (row.leave - row.join) / SECOND : 0,
    failover: false,
    status: row.status,
    customer_key: '',
    ...(row.breakout === '' ? {} : { bo_mtg_id: row.breakout }),
    ...(withRegistrant ? { registrant_id: row.registrantId } : {}),
  };
}

/** The instance of a report path; none where the host was alone, and none for accounts without a paid plan. */
export function findReported(call: Call, name: string, kind: Kind): Instance | SandboxAnswer {
  const unpaid = paidReport(call, 'Only available for paid account');
  if (unpaid !== undefined) return unpaid;
  const instance = findInstance(call, name, kind);
  if (isAnswer(instance) || !instance.alone) return instance;
  const { text } = target(param(call, name));
  return zoomError(404, 3001, `Meeting ${text} not found or has expired.`);
}

function paidReport(call: Call, text: string): SandboxAnswer | undefined {
  return call.plan === 'free' ? zoomError(400, 200, `${text}: ${call.world.accountId}.`) : undefined;
}
