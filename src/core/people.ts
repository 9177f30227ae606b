import type { Action } from './action.ts';
import type { Reader, RefusedRow } from './reader.ts';

/** Someone who may have held meetings: where the search for instances begins. */
export interface Host {
  /** Id in the system; absent for people who never signed in. */
  id: string;
  email: string;
  name: string;
}

/** One time that a meeting or webinar was held. */
export interface Instance {
  /** Id of this one time (Zoom: uuid). */
  id: string;
  /** Id shared by all times of a recurring meeting (Zoom: the numeric id), as text. */
  series: string;
  kind: 'meeting' | 'webinar';
  topic: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** ISO 8601, UTC; absent when the system did not say. */
  endedAt?: string;
  hostEmail?: string;
}

/** One stay of one person, from one join to one leave. */
export interface Segment {
  /** Per-join id; changes when the person joins again. */
  userId: string;
  name: string;
  /** Id of the person's registration. */
  registrant?: string;
  email?: string;
  /** Id of the person's account with the system. */
  account?: string;
  /** ISO 8601, UTC. */
  joinedAt: string;
  /** ISO 8601, UTC. */
  leftAt?: string;
  /** In the waiting room, not in the meeting. */
  waiting: boolean;
}

export interface Registrant {
  id: string;
  email: string;
  firstName: string;
  lastName: string;
  status: 'approved' | 'pending' | 'denied';
  /** ISO 8601, UTC. */
  registeredAt?: string;
  /** Where the registration came from, such as the name of a tracked link. */
  source?: string;
  /** Answers to the questions of the form, by question. */
  answers: Record<string, string>;
}

/** A part that could not be read for a reason that is not our fault: recorded, not failed. */
export interface Skip {
  /** What was skipped, such as `webinars of ada@example.com`. */
  what: string;
  code: string;
  message: string;
  hint: string;
}

export interface InstancePeople {
  segments: Segment[];
  /** A stay may be missing: part of the list could not be read, or a row was not as documented. */
  incomplete?: boolean;
  registrants: Registrant[];
  /** Lower-case addresses that the system itself lists as absent; absent when it does not say. */
  absentees?: string[];
  refused: RefusedRow[];
  skips: Skip[];
}

/** A range of time, in milliseconds since the epoch; `until` is not included. */
export interface TimeRange {
  since: number;
  until: number;
}

/** A registration, as an event tells of it. */
export interface PushedRegistration {
  /** Id shared by all times of what it is for. */
  series: string;
  kind: Instance['kind'];
  topic: string;
  /** When the first time begins that it is for; ISO 8601, UTC. Absent when the event does not say. */
  startsAt?: string;
  /** Lower case. */
  email: string;
  firstName: string;
  lastName: string;
  status: Registrant['status'] | 'cancelled';
  source?: string;
  answers: Record<string, string>;
  /** Which of two events of one moment counts: the higher. */
  rank: number;
}

/** One end of a stay, or both, as an event tells of it. */
export type PushedStay = Omit<Segment, 'joinedAt' | 'waiting'> & { joinedAt?: string };

/** A file of a recording. */
export interface RecordingFile {
  id: string;
  type: string;
  status: string;
  startedAt?: string;
  endedAt?: string;
  bytes?: number;
}

/** What a pushed event tells, in words that hold for any system. */
export type Happening =
  | { kind: 'started' | 'ended'; instance: Instance; hostId?: string }
  | { kind: 'stay'; instance: Instance; hostId?: string; stay: PushedStay }
  | { kind: 'registration'; registration: PushedRegistration }
  | { kind: 'recording'; instance: Instance; hostId?: string; url?: string; files: RecordingFile[] }
  | { kind: 'account'; id: string; email: string; gone: boolean };

/** How to find the people of a system's meetings. A connector that has one can feed an activation. */
export interface PeopleSource {
  /** Every action that it calls: their scopes are what the credentials need. */
  uses: readonly Action[];
  /** Everybody who may have been a host, and every account by id. */
  hosts(reader: Reader): AsyncIterable<{ rows: Host[]; refused: RefusedRow[] }>;
  /** What one host held in the range and what has ended. Complete: from all the lists that the system has. */
  instances(
    reader: Reader,
    host: Host,
    range: TimeRange,
    kinds: readonly Instance['kind'][],
  ): Promise<{ instances: Instance[]; refused: RefusedRow[]; skips: Skip[] }>;
  /** One instance by its id, or the latest of a series by the series' id; undefined when there is none. */
  instance?(reader: Reader, id: string): Promise<Instance | undefined>;
  /** Everybody who was, or registered to be, in one instance. */
  people(reader: Reader, instance: Instance, wanted: { sources: boolean }): Promise<InstancePeople>;
  /** By the name of a pushed event: what it tells; undefined when it is nothing of this. Pure. */
  pushes?: Readonly<Record<string, (event: unknown) => Happening | undefined>>;
}
