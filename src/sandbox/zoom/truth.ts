/**
 * What really happened, told by the world itself and not read off its answers.
 *
 * Writes do not reach it: who was deleted is still in `users`, who registered through the API is not in `registrants`,
 * and a recording in the trash is still in `recordings`. It says what clients have to find out, not what they did.
 */
import type { Appearance } from './cast.ts';
import { FILES, recordingFileId } from './downloads.ts';
import { type Registrant, TRACKING_SOURCES } from './registrants.ts';
import type { Instance, Series } from './schedule.ts';
import { covered, iso } from './time.ts';
import { ACCOUNT_TRUTH } from './truth-account.ts';
import { MEETING_TRUTH } from './truth-meetings.ts';
import { perInstance, perSeries } from './walk.ts';
import { type World, ended } from './world.ts';

/** One person in one instance, or a registrant who stayed away. */
export interface Attendance {
  kind: 'meeting' | 'webinar';
  instance: string;
  series: string;
  topic: string;
  instance_start: string;
  instance_end: string;
  person: string;
  /** Lower case; null when Zoom's answers give nobody away. */
  email: string | null;
  name: string;
  status: 'attended' | 'absent';
  /** Rows of being in the meeting, breakout rooms and second devices included. */
  joins: number;
  /** Length of the union of those rows. */
  seconds: number;
  /** Of the instance's length, with one decimal. */
  percent: number;
  first_join: string | null;
  last_leave: string | null;
  registered: boolean;
  registrant_status: Registrant['status'] | null;
  source: string | null;
  /** False when Zoom's participant lists never show it. */
  visible: boolean;
  reason: string | null;
}

type Row = Record<string, unknown>;

/** The tables, each made row by row: at `now`, only what has ended counts. */
export const TRUTH: Readonly<Record<string, (world: World, now: number) => Iterable<Row | Attendance>>> = {
  users: (world) => world.users.map(userRow),
  meetings: (world, now) => perInstance(world, now, (instance) => [meetingRow(world, instance)]),
  participants: (world, now) => perInstance(world, now, (instance) => participantRows(world, instance)),
  registrants: (world) => perSeries(world, (series) => registrantRows(world, series)),
  absentees: (world, now) => perInstance(world, now, (instance) => absenteeRows(world, instance)),
  attendance: (world, now) => perInstance(world, now, (instance) => attendance(world, instance)),
  webinars: (world, now) => perSeries(world, (series) => webinarRows(world, series, now)),
  recordings: (world, now) => perInstance(world, now, recordingRows),
  ...MEETING_TRUTH,
  ...ACCOUNT_TRUTH,
};

/** The truth about one instance. */
export function attendance(world: World, instance: Instance): Attendance[] {
  const rows = world
    .cast(instance)
    .appearances.filter((one) => one.rows.some((row) => row.status === 'in_meeting'))
    .map((one) => attended(instance, one));
  if (!instance.series.registration) return rows;
  return [...rows, ...world.absentees(instance).map((one) => absent(instance, one))];
}

function attended(instance: Instance, one: Appearance): Attendance {
  const rows = one.rows.filter((row) => row.status === 'in_meeting');
  const ms = covered(rows.map((row) => ({ from: row.join, to: row.leave })));
  return {
    ...about(instance),
    person: one.person,
    email: one.email,
    name: one.name,
    status: 'attended',
    joins: rows.length,
    seconds: ms / 1000,
    percent: Math.round((1000 * ms) / (instance.end - instance.start)) / 10,
    first_join: iso(Math.min(...rows.map((row) => row.join))),
    last_leave: iso(Math.max(...rows.map((row) => row.leave))),
    ...registration(one.registrant),
    visible: !instance.alone,
    reason: one.reason,
  };
}

function absent(instance: Instance, one: Registrant): Attendance {
  return {
    ...about(instance),
    person: `person-${one.person.n}`,
    email: one.email.toLowerCase(),
    name: one.person.name,
    status: 'absent',
    joins: 0,
    seconds: 0,
    percent: 0,
    first_join: null,
    last_leave: null,
    ...registration(one),
    visible: true,
    reason: null,
  };
}

function about({ series, uuid, start, end }: Instance) {
  return {
    kind: series.kind,
    instance: uuid,
    series: String(series.id),
    topic: series.topic,
    instance_start: iso(start),
    instance_end: iso(end),
  };
}

function registration(one: Registrant | null) {
  const source = one === null ? undefined : TRACKING_SOURCES[one.source];
  return { registered: one !== null, registrant_status: one?.status ?? null, source: source ?? null };
}

function userRow(user: World['users'][number]): Row {
  const { email, first, last, name, status, type, webinars } = user;
  const id = status === 'pending' ? null : user.id;
  return { id, email, first_name: first, last_name: last, name, status, type, webinar_licence: webinars };
}

function meetingRow(world: World, instance: Instance): Row {
  const { series } = instance;
  return {
    ...about(instance),
    type: series.type,
    host_id: series.host.id,
    host_email: series.host.email,
    planned: instance.planned === null ? null : iso(instance.planned),
    participants: world.counts(instance).present,
    registration: series.registration,
    visible: !instance.alone,
  };
}

function webinarRows(world: World, series: Series, now: number): Row[] {
  if (series.kind !== 'webinar') return [];
  const row = {
    series: String(series.id),
    topic: series.topic,
    type: series.type,
    host_id: series.host.id,
    registration: series.registration,
    registrants: world.registrants(series).length,
    instances: ended(series, now).map((instance) => instance.uuid),
  };
  return [row];
}

function recordingRows(instance: Instance): Row[] {
  if (!instance.recorded) return [];
  const { series, uuid, start } = instance;
  const { kind, id, host } = series;
  const files = FILES.map((_, i) => recordingFileId(uuid, i));
  return [{ kind, instance: uuid, series: String(id), host_id: host.id, start_time: iso(start), files }];
}

function participantRows(world: World, instance: Instance): Row[] {
  const { series, uuid, alone } = instance;
  return world.cast(instance).rows.map((row) => ({
    kind: series.kind,
    instance: uuid,
    series: String(series.id),
    person: row.person,
    user_id: row.userId,
    id: row.id,
    name: row.name,
    user_email: row.email,
    registrant_id: row.registrantId,
    join_time: iso(row.join),
    leave_time: iso(row.leave),
    duration: (row.leave - row.join) / 1000,
    status: row.status,
    visible: !alone,
  }));
}

function registrantRows(world: World, series: Series): Row[] {
  return world.registrants(series).map((one) => ({
    kind: series.kind,
    series: String(series.id),
    registrant_id: one.id,
    person: `person-${one.person.n}`,
    email: one.email.toLowerCase(),
    name: one.person.name,
    status: one.status,
    create_time: iso(one.created),
    source: TRACKING_SOURCES[one.source] ?? null,
    visible: one.status !== 'cancelled',
  }));
}

function absenteeRows(world: World, instance: Instance): Row[] {
  if (instance.series.kind !== 'webinar') return [];
  const place = { instance: instance.uuid, series: String(instance.series.id) };
  return world.absentees(instance).map((one) => {
    const { person, email, name } = absent(instance, one);
    return { ...place, registrant_id: one.id, person, email, name };
  });
}
