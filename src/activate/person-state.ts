import type { Instance } from '../core/people.ts';
import type { Fact } from './attendance.ts';

/** A fact with the instance that it belongs to. */
export interface PlacedFact extends Fact {
  instance: Instance;
  /** The lists of the other system may still change: nothing is told of it yet that cannot be taken back. */
  settling?: boolean;
  recording?: Recording;
}

/** Where the recording of an instance can be seen, and since when. */
export interface Recording {
  url: string;
  at: string;
}

/** A registration that was taken back: by the person (cancelled) or by the host (denied). */
export interface Withdrawn {
  series: string;
  kind: Instance['kind'];
  topic: string;
  status: 'cancelled' | 'denied';
  startsAt: string;
  /** When it was taken back. */
  at: string;
}

/** All that is known of one person, oldest first. */
export interface PersonState {
  email: string;
  facts: readonly PlacedFact[];
  withdrawn?: readonly Withdrawn[];
}

/** Statuses that bring a person over; somebody who waits for approval or was denied stays where he is. */
export const DELIVERED: ReadonlySet<Fact['status']> = new Set([
  'attended',
  'absent',
  'registered',
  'unclear',
]);

/** The question of `answers.<question>`; undefined for other names. */
export function nameOfQuestion(from: string): string | undefined {
  return from.startsWith('answers.') ? from.slice('answers.'.length) : undefined;
}

/**
 * The value of one source field: that of the latest instance that has one. So a person who missed the last webinar
 * keeps the minutes of the one before, and gets the status of the last.
 */
export function valueOf({ email, facts }: PersonState, from: string): string | number | undefined {
  if (from === 'email') return email;
  const read = READERS[from];
  const question = nameOfQuestion(from);
  for (let i = facts.length - 1; i >= 0; i--) {
    const fact = facts[i] as PlacedFact;
    const value = question === undefined ? read?.(fact) : fact.answers[question];
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

const was = <T>(fact: PlacedFact, value: T): T | undefined =>
  fact.status === 'attended' ? value : undefined;
const minutes = (fact: PlacedFact) => was(fact, Math.round(fact.seconds / 60));

/** Source fields by name, as the configuration names them. */
const READERS: Readonly<Record<string, (fact: PlacedFact) => string | number | undefined>> = {
  name: (fact) => fact.name,
  first_name: (fact) => fact.firstName,
  last_name: (fact) => fact.lastName,
  join_time: (fact) => fact.firstJoin,
  leave_time: (fact) => fact.lastLeave,
  duration: minutes,
  minutes,
  seconds: (fact) => was(fact, fact.seconds),
  percent: (fact) => was(fact, fact.percent),
  joins: (fact) => was(fact, fact.joins),
  webinar_title: ({ instance }) => (instance.kind === 'webinar' ? instance.topic : undefined),
  meeting_title: ({ instance }) => (instance.kind === 'meeting' ? instance.topic : undefined),
  title: ({ instance }) => instance.topic,
  meeting_id: ({ instance }) => instance.series,
  host_email: ({ instance }) => instance.hostEmail,
  // Of somebody whose presence is unclear, the registration is certain.
  attendance_status: ({ status }) => (status === 'unclear' ? 'registered' : status),
  registration_source: (fact) => fact.registeredFrom,
  registration_time: (fact) => fact.registeredAt,
};

/** Which lists a person belongs on, by what the lists are for. */
export interface ListIds {
  meetingParticipants: number | null;
  webinarAttendees: number | null;
  webinarRegistrants: number | null;
}

/** Lists of a person: everything he ever did counts. */
export function listsOf({ facts }: PersonState, lists: ListIds): number[] {
  const ids = new Set<number>();
  for (const { status, instance, registrantStatus } of facts) {
    const attended = status === 'attended';
    if (attended && instance.kind === 'meeting') add(ids, lists.meetingParticipants);
    if (attended && instance.kind === 'webinar') add(ids, lists.webinarAttendees);
    if (instance.kind === 'webinar' && registrantStatus === 'approved') add(ids, lists.webinarRegistrants);
  }
  return [...ids].toSorted((a, b) => a - b);
}

/** Lists that somebody is to be taken off: he registered, took it back, and nothing else of his would put him there. */
export function leavesOf(person: PersonState, lists: ListIds): number[] {
  const { webinarRegistrants: list } = lists;
  const withdrew = person.withdrawn?.some(({ kind }) => kind === 'webinar') === true;
  return withdrew && list !== null && !listsOf(person, lists).includes(list) ? [list] : [];
}

function add(ids: Set<number>, id: number | null): void {
  if (id !== null) ids.add(id);
}
