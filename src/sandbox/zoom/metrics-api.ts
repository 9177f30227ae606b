/** The dashboard: who met and how well it went, of accounts with a Business plan (FACTS D, "Codes"). */
import type { SandboxAnswer } from '../types.ts';
import { hasQuestions } from './asked.ts';
import { type Call, choice, findInstance, isAnswer, list, param, target } from './call.ts';
import type { Row } from './cast.ts';
import { invalidField, zoomError } from './errors.ts';
import { pollsOf, surveyOf } from './forms.ts';
import type { Kind } from './ids.ts';
import { knownRows } from './late.ts';
import { connection, quality, samples } from './metrics.ts';
import { reportRange } from './ranges.ts';
import type { Instance } from './schedule.ts';
import { liveInstance } from './series-rows.ts';
import { SECOND, iso } from './time.ts';

/** Resource-intensive. Live ones unless told otherwise. */
export const listMetricsMeetings = (call: Call): SandboxAnswer => instances(call, 'meeting');
/** The same for webinars. */
export const listMetricsWebinars = (call: Call): SandboxAnswer => instances(call, 'webinar');
/** Who was in a meeting, a row per join; also where somebody was alone. */
export const listMetricsParticipants = (call: Call): SandboxAnswer =>
  people(call, 'meetingId', 'meeting', 'Meeting ID is invalid or has not ended.');
/** The same for webinars. */
export const listMetricsWebinarParticipants = (call: Call): SandboxAnswer =>
  people(
    call,
    'webinarId',
    'webinar',
    "This webinar's detail information is not available or the ID is not valid.",
  );

function instances(call: Call, kind: Kind): SandboxAnswer {
  const refused = withoutDashboard(call);
  if (refused !== undefined) return refused;
  const types = kind === 'meeting' ? ['past', 'pastOne', 'live'] : ['past', 'live'];
  const type = choice(call, 'type', types, 'live');
  if (typeof type !== 'string') return type;
  const edge = choice(call, 'query_date_type', ['start_time', 'end_time'], 'start_time');
  if (typeof edge !== 'string') return edge;
  const range = dashboardRange(call);
  if (isAnswer(range)) return range;
  const { world, now, switches, account } = call;
  const shape = { key: `${kind}s`, head: range.head };
  if (type === 'live') {
    const live = account.users
      .flatMap((user) => (kind === 'meeting' ? account.meetings(user) : account.webinarsOf(user)))
      .flatMap((series) => liveInstance(series, now) ?? [])
      .filter((one) => !account.wasEnded(one.uuid));
    return list(call, shape, live, (instance) => instanceRow(call, instance));
  }
  const found = world.history.between(
    edge === 'start_time' ? 'start' : 'end',
    { from: range.from, to: range.to, over: now - switches.reportLagSeconds * SECOND },
    JSON.stringify(['metrics', kind, type]),
    ({ series, alone }) => series.kind === kind && (type === 'pastOne') === alone,
  );
  return list(call, shape, found, (number) => instanceRow(call, world.history.instance(number)));
}

/** Days, or `yyyy-MM-dd HH:mm:ss`. */
function dashboardRange(call: Call): Exclude<ReturnType<typeof reportRange>, SandboxAnswer> | SandboxAnswer {
  const query = new URLSearchParams(call.query);
  for (const name of ['from', 'to']) {
    const text = query.get(name) ?? '';
    if (!/^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/.test(text)) return invalidField(name);
    query.set(name, text.slice(0, 10));
  }
  const days = reportRange({ ...call, query });
  if (isAnswer(days)) return days;
  const moment = (name: string): number | undefined => {
    const text = call.query.get(name) ?? '';
    return text.length === 10 ? undefined : Date.parse(`${text.replace(' ', 'T')}Z`);
  };
  return {
    ...days,
    from: Math.max(days.from, moment('from') ?? days.from),
    to: Math.min(days.to, moment('to') ?? days.to),
  };
}

/** Below a Business plan there is no dashboard; seen as 400 with code 200 (FACTS D). */
function withoutDashboard(call: Call): SandboxAnswer | undefined {
  if (call.plan !== 'free' && call.plan !== 'pro') return undefined;
  const message =
    'This API is only available for ZMP and Business or higher accounts that have enabled the Dashboard feature.';
  return zoomError(call.switches.http200Errors ? 200 : 400, 200, message);
}

function instanceRow(call: Call, instance: Instance): Record<string, unknown> {
  const { world, now } = call;
  const { series, uuid, start, end, recorded } = instance;
  const { host } = series;
  const over = end <= now;
  return {
    uuid,
    id: series.id,
    topic: series.topic,
    host: host.name,
    email: host.email,
    user_type: host.type === 2 ? 'Licensed' : 'Basic',
    dept: host.dept,
    start_time: iso(start),
    ...(over ? { end_time: iso(end) } : {}),
    duration: clockText((over ? end : now) - start),
    participants: over ? world.counts(instance).present : present(call, instance),
    has_pstn: false,
    has_voip: true,
    has_3rd_party_audio: false,
    has_video: true,
    has_screen_share: true,
    has_recording: recorded,
    has_sip: false,
    has_archiving: false,
    has_manual_captions: false,
    has_automated_captions: false,
    has_poll: pollsOf(world, series).length > 0,
    has_survey: surveyOf(world, series) !== undefined,
    ...(series.kind === 'meeting' ? { has_qa: hasQuestions(world, instance), session_key: '' } : {}),
    audio_quality: 'good',
    video_quality: 'good',
    screen_share_quality: 'good',
    custom_keys: [],
    ...(call.query.get('include_fields') === 'tracking_fields' ? { tracking_fields: [] } : {}),
  };
}

function present({ world, now }: Call, instance: Instance): number {
  const inside = world.cast(instance).rows.filter((row) => row.join <= now && row.status === 'in_meeting');
  return new Set(inside.map((row) => row.person)).size;
}

/** `16:08`, or `01:16:08`. */
function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts
    .slice(seconds < 3600 ? 1 : 0)
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

function people(call: Call, name: string, kind: Kind, missing: string): SandboxAnswer {
  const found = joins(call, name, kind, missing);
  if (isAnswer(found)) return found;
  const { instance, rows } = found;
  const head = { [`${kind}_number`]: String(instance.series.id) };
  const withRegistrant = call.query.get('include_fields')?.includes('registrant_id') === true;
  return list(call, { key: 'participants', head }, rows, (row) => ({
    ...connection(instance, row),
    ...quality(instance, row),
    ...personRow(call, instance, row),
    role: row.id === instance.series.host.id ? 'host' : 'attendee',
    ...(row.leave <= call.now ? { leave_reason: `${row.name} left the ${kind}.` } : {}),
    customer_key: '',
    from_sip_uri: '',
    sip_uri: '',
    audio_call: [],
    ...(kind === 'meeting'
      ? { status: row.status, in_room_participants: 1, groupId: '', camera: 'Built-in' }
      : {}),
    ...(row.breakout === '' ? {} : { bo_mtg_id: row.breakout }),
    ...(withRegistrant ? { registrant_id: row.registrantId } : {}),
  }));
}

/** How good each line was, minute by minute: ten people a page at most. */
export function listMetricsQuality(call: Call): SandboxAnswer {
  const missing =
    "This meeting's detail info is not available.<br>The meeting ID is not valid or the meeting has not ended yet.";
  const found = joins(call, 'meetingId', 'meeting', missing);
  if (isAnswer(found)) return found;
  const { instance, rows } = found;
  const head = { meeting_number: String(instance.series.id) };
  return list(call, { key: 'participants', max: 10, size: 1, head }, rows, (row) => ({
    ...connection(instance, row),
    ...personRow(call, instance, row),
    health: 'Good',
    issue_list: [],
    user_qos: samples(instance, row),
  }));
}

/** Ids of people outside the account are hidden here (FACTS F). */
function personRow(call: Call, instance: Instance, row: Row): Record<string, unknown> {
  const id = row.internal ? row.id : '';
  return {
    id,
    ...(call.operation.endsWith('/qos') ? {} : { participant_user_id: id }),
    user_id: row.userId,
    user_name: row.name,
    email: row.email,
    join_time: iso(row.join),
    ...(row.leave <= call.now ? { leave_time: iso(row.leave) } : {}),
  };
}

function joins(
  call: Call,
  name: string,
  kind: Kind,
  missing: string,
): { instance: Instance; rows: readonly Row[] } | SandboxAnswer {
  const refused = withoutDashboard(call);
  if (refused !== undefined) return refused;
  const type = choice(call, 'type', ['past', 'pastOne', 'live'], 'live');
  if (typeof type !== 'string') return type;
  if (type !== 'live') {
    const instance = findInstance(call, name, kind);
    if (!isAnswer(instance)) return { instance, rows: knownRows(call, instance).rows };
    return instance.status === 404 ? zoomError(404, 3001, missing) : instance;
  }
  const { id, uuid } = target(param(call, name));
  const { world, now } = call;
  const series = id === undefined ? uuid && world.instance(uuid)?.series : world.series(id);
  const live = series ? liveInstance(series, now) : undefined;
  if (live === undefined || live.series.kind !== kind || (uuid !== undefined && live.uuid !== uuid)) {
    return zoomError(404, 3001, missing);
  }
  return { instance: live, rows: world.cast(live).rows.filter((row) => row.join <= now) };
}
