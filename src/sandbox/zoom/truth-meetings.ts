/**
 * The truth about meetings, webinars and recordings by the names of the lists that a client reads: keys and main values,
 * told by the world itself. A row here is a row that a complete copy of the account has, once.
 */
import type { Row as Join } from './cast.ts';
import { FILES, recordingFileId } from './downloads.ts';
import { type Reply, pollReplies, pollsOf, pollsOff } from './forms.ts';
import { opaqueId } from './ids.ts';
import { countsOf, minutes } from './measures.ts';
import { type Registrant, TRACKING_SOURCES } from './registrants.ts';
import type { Instance, Series } from './schedule.ts';
import { expired } from './series-rows.ts';
import { SECOND, iso } from './time.ts';
import { perInstance, perSeries } from './walk.ts';
import type { World } from './world.ts';

type Row = Readonly<Record<string, unknown>>;
type Table = (world: World, now: number) => Iterable<Row>;
type Kind = Series['kind'];

/** A new table is a new line here and its rows. */
export const MEETING_TRUTH: Readonly<Record<string, Table>> = {
  history_meetings: (world, now) =>
    perInstance(
      world,
      now,
      seen((one) => [historyRow(world, one)]),
    ),
  report_meetings: (world, now) =>
    perInstance(
      world,
      now,
      seen((one) => [reportRow(world, one)]),
    ),
  past_meetings: (world, now) => perInstance(world, now, onlyOf('meeting', notInstant(pastRows))),
  meeting_instances: (world, now) => perInstance(world, now, onlyOf('meeting', instanceRows)),
  listed_meetings: (world, now) => perSeries(world, (series) => meetingRows(series, now)),
  meeting_registrants: (world) => perSeries(world, (series) => registrantRows(world, 'meeting', series)),
  meeting_polls: (world, now) => perSeries(world, (series) => pollRows(world, 'meeting', series, now)),
  meeting_poll_results: (world, now) =>
    perInstance(
      world,
      now,
      onlyOf('meeting', (one) => replyRows(world, one)),
    ),
  report_meeting_participants: (world, now) =>
    perInstance(
      world,
      now,
      onlyOf(
        'meeting',
        seen((one) => joinRows(world, one)),
      ),
    ),
  listed_webinars: (world) => perSeries(world, webinarRows),
  webinar_instances: (world, now) => perInstance(world, now, onlyOf('webinar', instanceRows)),
  webinar_registrants: (world) => perSeries(world, (series) => registrantRows(world, 'webinar', series)),
  webinar_polls: (world, now) => perSeries(world, (series) => pollRows(world, 'webinar', series, now)),
  webinar_poll_results: (world, now) =>
    perInstance(
      world,
      now,
      onlyOf('webinar', (one) => replyRows(world, one)),
    ),
  webinar_absentees: (world, now) =>
    perInstance(
      world,
      now,
      onlyOf('webinar', (one) => absenteeRows(world, one)),
    ),
  webinar_panelists: (world) => perSeries(world, (series) => panelistRows(world, series)),
  webinar_tracking_sources: (world) => perSeries(world, (series) => sourceRows(world, series)),
  webinar_participants: (world, now) =>
    perInstance(
      world,
      now,
      onlyOf('webinar', (one) => joinRows(world, one)),
    ),
  recording_files: (world, now) => perInstance(world, now, fileRows),
};

type Rows = (instance: Instance) => Row[];

function onlyOf(kind: Kind, rows: Rows): Rows {
  return (instance) => (instance.series.kind === kind ? rows(instance) : []);
}

/** Where two people or more were: reports and participant lists know nothing of the others. */
function seen(rows: Rows): Rows {
  return (instance) => (instance.alone ? [] : rows(instance));
}

/** The lists of past meetings leave instant ones out (FACTS G, item 6). */
function notInstant(rows: Rows): Rows {
  return (instance) => (instance.series.type === 1 ? [] : rows(instance));
}

function place({ series, uuid, start, end }: Instance): Record<string, unknown> {
  return { uuid, id: series.id, topic: series.topic, start_time: iso(start), end_time: iso(end) };
}

function historyRow(world: World, instance: Instance): Row {
  const { series } = instance;
  // Of the cast and not of kept numbers: a walk through the account keeps nothing.
  const { present, totalMinutes } = countsOf(world.cast(instance));
  return {
    ...place(instance),
    type: series.kind === 'meeting' ? 'Meeting' : 'Webinar',
    host_id: series.host.id,
    host_email: series.host.email,
    duration: minutes(instance),
    participants: present,
    total_participant_minutes: totalMinutes,
  };
}

function reportRow(world: World, instance: Instance): Row {
  const { series } = instance;
  const { present, totalMinutes } = countsOf(world.cast(instance));
  return {
    ...place(instance),
    type: series.type,
    host_id: series.host.id,
    user_email: series.host.email,
    duration: minutes(instance),
    participants_count: present,
    total_minutes: totalMinutes,
    has_recording: instance.recorded,
  };
}

function pastRows(instance: Instance): Row[] {
  const { series } = instance;
  return [{ ...place(instance), host_id: series.host.id, type: series.type, duration: minutes(instance) }];
}

function instanceRows(instance: Instance): Row[] {
  return [place(instance)];
}

/** What the list of planned meetings shows: neither instant ones nor those that are a month old. */
function meetingRows(series: Series, now: number): Row[] {
  if (series.kind !== 'meeting' || series.type === 1 || expired(series, now)) return [];
  const { id, host, topic, type, minutes: duration, created } = series;
  return [{ id, host_id: host.id, topic, type, duration, created_at: iso(created) }];
}

function webinarRows(series: Series): Row[] {
  if (series.kind !== 'webinar') return [];
  const { id, host, topic, type, minutes: duration, created } = series;
  return [{ id, host_id: host.id, topic, type, duration, created_at: iso(created) }];
}

/** Who cancelled is in no list. */
function registrantRows(world: World, kind: Kind, series: Series): Row[] {
  if (series.kind !== kind || !series.registration) return [];
  return world
    .registrants(series)
    .filter((one) => one.status !== 'cancelled')
    .map((one) => ({ [`${kind}_id`]: series.id, status: one.status, ...registrant(one) }));
}

function registrant({ id, email, person, created }: Registrant): Row {
  return { id, email, first_name: person.first, last_name: person.last, create_time: iso(created) };
}

function pollRows(world: World, kind: Kind, series: Series, now: number): Row[] {
  if (series.kind !== kind || pollsOff(series.host) || (kind === 'meeting' && expired(series, now)))
    return [];
  return pollsOf(world, series).map(({ id, title, anonymous, questions }) => ({
    [`${kind}_id`]: series.id,
    id,
    title,
    anonymous,
    questions: questions.map((question) => question.name),
  }));
}

function replyRows(world: World, instance: Instance): Row[] {
  const { uuid, series } = instance;
  return pollReplies(world, instance).map((reply) => ({ uuid, id: series.id, ...replied(reply) }));
}

function replied({ person, email, name, form, question, answer, at }: Reply): Row {
  return {
    person,
    email,
    name,
    polling_id: form.id,
    question: question.name,
    answer,
    date_time: iso(at),
  };
}

function joinRows(world: World, instance: Instance): Row[] {
  const { uuid, series } = instance;
  return world.cast(instance).rows.map((row) => ({ uuid, id: series.id, ...joined(row) }));
}

function joined(row: Join): Row {
  const { person, userId, name, email, registrantId, join, leave, status, internal } = row;
  return {
    person,
    user_id: userId,
    // The report hides whose Zoom id it is outside the account; the other list shows it.
    participant_user_id: internal ? row.id : '',
    past_id: row.id,
    name,
    user_email: email,
    registrant_id: registrantId,
    join_time: iso(join),
    leave_time: iso(leave),
    duration: (leave - join) / SECOND,
    status,
  };
}

function absenteeRows(world: World, instance: Instance): Row[] {
  const { uuid, series } = instance;
  return world.absentees(instance).map((one) => ({ uuid, webinar_id: series.id, ...registrant(one) }));
}

function panelistRows(world: World, series: Series): Row[] {
  return world.panelists(series).map(({ n, name, email }) => ({
    webinar_id: series.id,
    id: opaqueId(world.ground.seed, 'panelist', series.id, n),
    name,
    email,
  }));
}

function sourceRows(world: World, series: Series): Row[] {
  if (series.kind !== 'webinar' || !series.registration) return [];
  const all = world.registrants(series);
  return TRACKING_SOURCES.map((source_name, i) => ({
    webinar_id: series.id,
    source_name,
    registration_count: all.filter((one) => one.source === i).length,
  }));
}

function fileRows(instance: Instance): Row[] {
  if (!instance.recorded) return [];
  return FILES.map(({ file_type, file_extension, recording_type }, i) => ({
    uuid: instance.uuid,
    id: recordingFileId(instance.uuid, i),
    file_type,
    file_extension,
    recording_type,
  }));
}
