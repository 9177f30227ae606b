/** What was planned and when it took place: series (one numeric id) and their instances (one UUID each). */
import { type Random, random } from '../random.ts';
import { cycle } from './cycle.ts';
import { type Kind, instanceUuid, seriesNumber } from './ids.ts';
import { TOPICS, WEBINAR_TOPICS } from './names.ts';
import type { WorldUser } from './people.ts';
import { DAY, HOUR, MINUTE, SECOND } from './time.ts';

/** One time that a series took place. */
export interface Instance {
  series: Series;
  /** Running number within the owner (a user, or a webinar). */
  position: number;
  uuid: string;
  /** When it was planned; null for instant meetings and recurring ones without fixed time. */
  planned: number | null;
  start: number;
  end: number;
  /** How many different people should come. */
  people: number;
  /** Only the host came: hidden from reports and participant lists (FACTS F, gotcha 6). */
  alone: boolean;
  recorded: boolean;
}

/** One meeting or webinar number. */
export interface Series {
  kind: Kind;
  /** Index of the user for meetings, of the webinar for webinars. */
  owner: number;
  index: number;
  id: number;
  /** UUID of the planned series itself, which is not that of any past instance. */
  uuid: string;
  host: WorldUser;
  /**
   * Zoom's numbers: 1 instant, 2 scheduled, 3 no fixed time, 8 recurring, 10 screen share only; 5 webinar, 6 and 9
   * recurring webinars without and with fixed time.
   */
  type: 1 | 2 | 3 | 5 | 6 | 8 | 9 | 10;
  topic: string;
  agenda: string;
  minutes: number;
  registration: boolean;
  created: number;
  /** In order of time. */
  instances: Instance[];
  /** Planned starts of type 8 and 9, past and future; the one start of what was planned through the API. */
  occurrences: number[];
  /** What the API was told about it; nothing about what the world made. */
  plan?: Plan;
}

/** The part of a meeting or webinar that only clients write. */
export interface Plan {
  timezone: string;
  password: string;
  /** Those that were sent; the rest is as it is by default. */
  settings: Readonly<Record<string, unknown>>;
  recurrence: Readonly<Record<string, unknown>> | undefined;
  /** Dates that were given another start or length, by their original start. */
  moved: ReadonlyMap<number, { start: number; minutes: number }>;
  /** Fields that come back as they were sent. */
  echo: Readonly<Record<string, unknown>>;
  /** Made by the API, and not by the world. */
  made: boolean;
}

/** The sizes and the origin of a world. */
export interface Ground {
  seed: number;
  /** 00:00 UTC of the day on which the sandbox started. */
  day: number;
  meetings: number;
  participants: number;
  distinct: boolean;
}

type Pattern = 'weekly' | 'registered' | 'instant' | 'restart' | 'alone' | 'open' | 'scheduled';

/** Each host begins at another place of this ring, so that a small account has all of them. */
const RING: readonly Pattern[] = ['weekly', 'registered', 'instant', 'restart', 'alone', 'open', 'scheduled'];
const TAKES: Readonly<Record<Pattern, number>> = {
  weekly: 3,
  registered: 1,
  instant: 1,
  restart: 2,
  alone: 1,
  open: 2,
  scheduled: 1,
};
const TYPES: Readonly<Record<Pattern, Series['type']>> = {
  weekly: 8,
  registered: 2,
  instant: 1,
  restart: 2,
  alone: 2,
  open: 3,
  scheduled: 2,
};
/** Instance positions from here on stand for a series' own UUID. */
export const SERIES_POSITION = 1 << 20;

/** All past meetings of one user, `ground.meetings` of them, plus one to come for the first user. */
export function meetingSchedule(ground: Ground, host: WorldUser): Series[] {
  if (host.status === 'pending') return [];
  const all: Series[] = [];
  let position = 0;
  for (let turn = host.index; position < ground.meetings; turn++) {
    const pattern = cycle(RING, turn);
    const stream = random(ground.seed, 'series', host.index, all.length);
    const series = emptySeries(ground, 'meeting', host.index, all.length, host, TYPES[pattern], stream);
    const times = Math.min(TAKES[pattern], ground.meetings - position);
    for (const planned of plannedStarts(ground, pattern, times, stream)) {
      addInstance(ground, series, position++, planned, stream, pattern === 'alone' && !ground.distinct);
    }
    series.registration = pattern === 'registered' && !ground.distinct;
    if (pattern === 'restart') restart(series, stream);
    finish(series);
    all.push(series);
  }
  if (host.index === 0 && !ground.distinct) all.push(comingMeeting(ground, host, all.length, position));
  return all;
}

/** Webinar number `index` of the account. */
export function webinarSchedule(ground: Ground, index: number, host: WorldUser): Series {
  const stream = random(ground.seed, 'webinar', index);
  const recurring = index % 4 === 1 && !ground.distinct;
  const series = emptySeries(ground, 'webinar', index, 0, host, recurring ? 9 : 5, stream);
  series.registration = ground.distinct || index % 4 !== 2;
  const starts = plannedStarts(ground, recurring ? 'weekly' : 'scheduled', recurring ? 3 : 1, stream);
  for (const [position, planned] of starts.entries()) {
    addInstance(ground, series, position, planned, stream, false);
  }
  finish(series);
  return series;
}

function emptySeries(
  ground: Ground,
  kind: Kind,
  owner: number,
  index: number,
  host: WorldUser,
  type: Series['type'],
  stream: Random,
): Series {
  return {
    kind,
    owner,
    index,
    id: seriesNumber(ground.seed, kind, owner, index),
    uuid: instanceUuid(ground.seed, kind, owner, SERIES_POSITION + index),
    host,
    type,
    topic: stream.pick(kind === 'meeting' ? TOPICS : WEBINAR_TOPICS),
    agenda: stream.chance(0.5) ? 'Bring your numbers, please.' : '',
    minutes: stream.pick([30, 45, 60, 90]),
    registration: false,
    created: 0,
    instances: [],
    occurrences: [],
  };
}

function plannedStarts(ground: Ground, pattern: Pattern, times: number, stream: Random): number[] {
  // What has registrations stays within the last four weeks, as Zoom forgets ended meetings after 30 days.
  const recent = pattern === 'registered' || stream.chance(0.75);
  const last = recent ? stream.int(1, 28) : stream.int(29, 120);
  const clock = stream.int(6, 18) * HOUR + stream.int(0, 11) * 5 * MINUTE;
  const starts: number[] = [];
  for (let i = times - 1; i >= 0; i--) {
    const back = pattern === 'weekly' ? i * 7 : pattern === 'open' ? i * 3 : 0;
    starts.push(ground.day - (last + back) * DAY + clock);
  }
  return starts;
}

function addInstance(
  ground: Ground,
  series: Series,
  position: number,
  planned: number,
  stream: Random,
  alone: boolean,
): void {
  const { seed, participants, distinct } = ground;
  const start = planned + stream.int(-240, 120) * SECOND;
  const average = Math.max(2, participants);
  const many = distinct ? average : stream.int(Math.ceil(average / 2), Math.floor(average * 1.5));
  series.instances.push({
    series,
    position,
    uuid: instanceUuid(seed, series.kind, series.owner, position),
    planned: series.type === 1 || series.type === 3 ? null : planned,
    start,
    end: start + series.minutes * MINUTE + stream.int(-300, 300) * SECOND,
    people: alone ? 1 : Math.max(2, many),
    alone,
    recorded: stream.chance(0.35),
  });
}

/** The host's machine died: the same number, a second UUID some minutes after the first. */
function restart(series: Series, stream: Random): void {
  const [first, second] = series.instances;
  if (first === undefined || second === undefined) return;
  first.end = first.start + stream.int(8, 15) * MINUTE;
  const length = second.end - second.start;
  second.start = first.end + stream.int(2, 6) * MINUTE;
  second.end = second.start + length;
}

function finish(series: Series): void {
  series.instances.sort((a, b) => a.start - b.start);
  const [first] = series.instances;
  const last = series.instances.at(-1);
  if (first === undefined || last === undefined) return;
  series.created = first.start - (series.type === 1 ? 0 : 20 * DAY);
  if (series.type !== 8 && series.type !== 9) return;
  const planned = series.instances.map((instance) => instance.planned ?? instance.start);
  const tail = last.planned ?? last.start;
  // The plan goes on for half a year; what is past and has no instance was cancelled.
  series.occurrences = [...planned, ...Array.from({ length: 26 }, (_, i) => tail + (i + 1) * 7 * DAY)];
}

/** It ends three to 27 hours after the start of the sandbox, so that moving the clock makes it appear. */
function comingMeeting(ground: Ground, host: WorldUser, index: number, position: number): Series {
  const stream = random(ground.seed, 'coming');
  const series = emptySeries(ground, 'meeting', host.index, index, host, 2, stream);
  series.topic = 'Tomorrow’s stand-up';
  addInstance(ground, series, position, ground.day + 26 * HOUR, stream, false);
  finish(series);
  for (const instance of series.instances) instance.end = ground.day + 27 * HOUR;
  return series;
}
