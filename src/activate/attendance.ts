import type { Instance, InstancePeople, Registrant, Segment } from '../core/people.ts';
import { span, union, type Interval } from './intervals.ts';

export type Status = 'attended' | 'absent' | 'registered' | 'pending' | 'denied' | 'unclear';

/** What is known of one person in one instance. */
export interface Fact {
  /** Lower-case address; or a made-up key for somebody who has none. */
  person: string;
  /** Absent when the system does not show who it was. */
  email?: string;
  name: string;
  firstName: string;
  lastName: string;
  status: Status;
  /** How often the person came in. */
  joins: number;
  /** Length of the union of the stays: two devices at once count once. */
  seconds: number;
  /** Of the instance, from 0 to 100, one decimal. */
  percent: number;
  firstJoin?: string;
  lastLeave?: string;
  registrantStatus?: Registrant['status'];
  registeredAt?: string;
  /** Where the registration came from. */
  registeredFrom?: string;
  answers: Readonly<Record<string, string>>;
}

/**
 * Zoom needs "some time" after the end until all stays are there, and does not say how long (Zoom FACTS F 8). Read
 * sooner than this, in milliseconds, a missing stay does not mean an absence; our choice. Where events told of the end,
 * the instance is watched until it has settled, and this does not matter.
 */
const SETTLING = 3600_000;

/**
 * Folds the stays and registrations of one instance into one fact a person.
 *
 * A person is known by the registration, then by the address shown, then by the account; never by name alone
 * (Zoom FACTS F). Waiting-room stays do not count.
 *
 * @param accounts addresses by account id
 * @param readAt when the people were read, in milliseconds since the epoch; long after the end when not given, and
 * -Infinity when more is to be expected
 */
export function fold(
  instance: Instance,
  people: InstancePeople,
  accounts: ReadonlyMap<string, string>,
  readAt = Number.POSITIVE_INFINITY,
): Fact[] {
  // Nothing may hang on the order in which the rows came.
  const segments = people.segments.toSorted(byJoin);
  const identify = identifier(segments, people.registrants, accounts);
  const stays = new Map<string, Segment[]>();
  for (const segment of segments) {
    if (segment.waiting) continue;
    const { person } = identify(segment);
    const list = stays.get(person);
    if (list) list.push(segment);
    else stays.set(person, [segment]);
  }
  const registrants = byEmail(people.registrants.toSorted(byRegistration));
  const length = span(instance.startedAt, instance.endedAt, [...stays.values()].flat().map(toInterval));
  const facts: Fact[] = [];
  for (const [person, own] of stays) {
    const email = identify(own[0] as Segment).email;
    facts.push(attended(person, email, own, email ? registrants.get(email) : undefined, length));
  }
  // While a stay may be missing, nobody is known to be absent but those whom the other system lists as such.
  const certain = !people.incomplete && readAt >= length.end + SETTLING;
  const absentees = people.absentees || !certain ? new Set(people.absentees) : undefined;
  for (const registrant of registrants.values()) {
    if (!stays.has(registrant.email)) facts.push(notAttended(registrant, length.end, absentees));
  }
  return facts;
}

/** Finds out who a stay belongs to. */
function identifier(
  segments: readonly Segment[],
  registrants: readonly Registrant[],
  accounts: ReadonlyMap<string, string>,
) {
  const byRegistrant = new Map(registrants.map(({ id, email }) => [id, email]));
  const byAccount = new Map<string, string>();
  // One of a person's stays may show the address, or the registration, that the others hide.
  for (const { registrant, account, email } of segments) {
    if (email && registrant && !byRegistrant.has(registrant)) byRegistrant.set(registrant, email);
    const known = (registrant && byRegistrant.get(registrant)) || email;
    if (known && account && !byAccount.has(account)) byAccount.set(account, known);
  }
  return ({ registrant, account, email: shown, userId }: Segment): { person: string; email?: string } => {
    const email =
      (registrant && byRegistrant.get(registrant)) ||
      shown ||
      (account && (accounts.get(account) ?? byAccount.get(account))) ||
      undefined;
    if (email) return { person: email, email };
    if (registrant) return { person: `registrant:${registrant}` };
    return { person: account ? `account:${account}` : `guest:${userId}` };
  };
}

function byJoin(a: Segment, b: Segment): number {
  return (
    Date.parse(a.joinedAt) - Date.parse(b.joinedAt) ||
    compare(a.userId, b.userId) ||
    compare(a.email ?? '', b.email ?? '') ||
    compare(a.name, b.name)
  );
}

function byRegistration(a: Registrant, b: Registrant): number {
  return compare(a.registeredAt ?? '', b.registeredAt ?? '') || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One registration an address; an approved one stands before others, then the earliest. */
function byEmail(registrants: readonly Registrant[]): Map<string, Registrant> {
  const rank = { approved: 0, pending: 1, denied: 2 } as const;
  const result = new Map<string, Registrant>();
  for (const registrant of registrants) {
    const other = result.get(registrant.email);
    if (!other || rank[registrant.status] < rank[other.status]) result.set(registrant.email, registrant);
  }
  return result;
}

function attended(
  person: string,
  email: string | undefined,
  segments: readonly Segment[],
  registrant: Registrant | undefined,
  length: Interval,
): Fact {
  const intervals = segments.map(toInterval);
  const ms = union(intervals);
  const whole = length.end - length.start;
  const name = segments.find((segment) => segment.name !== '')?.name ?? '';
  return {
    person,
    ...(email ? { email } : {}),
    ...named(registrant, name),
    status: 'attended',
    joins: segments.length,
    seconds: Math.round(ms / 1000),
    percent: whole > 0 ? Math.round((ms / whole) * 1000) / 10 : 100,
    firstJoin: iso(Math.min(...intervals.map(({ start }) => start))),
    lastLeave: iso(Math.max(...intervals.map(({ end }) => end))),
    ...registration(registrant),
  };
}

function notAttended(
  registrant: Registrant,
  endedAt: number,
  absentees: ReadonlySet<string> | undefined,
): Fact {
  const late = registrant.registeredAt !== undefined && Date.parse(registrant.registeredAt) >= endedAt;
  let status: Status = registrant.status === 'approved' ? 'absent' : registrant.status;
  if (status === 'absent' && late) status = 'registered';
  // Zoom does not list him as absent and shows no stay of his: he may have come in without saying who he is.
  else if (status === 'absent' && absentees && !absentees.has(registrant.email)) status = 'unclear';
  return {
    person: registrant.email,
    email: registrant.email,
    ...named(registrant, ''),
    status,
    joins: 0,
    seconds: 0,
    percent: 0,
    ...registration(registrant),
  };
}

/** Names as the person gave them at registration, else the name shown in the meeting. */
function named(
  registrant: Registrant | undefined,
  shown: string,
): Pick<Fact, 'name' | 'firstName' | 'lastName'> {
  const full = registrant ? `${registrant.firstName} ${registrant.lastName}`.trim() : '';
  if (registrant && full !== '') {
    return { name: full, firstName: registrant.firstName, lastName: registrant.lastName };
  }
  const words = shown.trim().split(/\s+/);
  return { name: shown, firstName: words[0] ?? '', lastName: words.slice(1).join(' ') };
}

function registration(registrant: Registrant | undefined) {
  if (!registrant) return { answers: {} };
  return {
    registrantStatus: registrant.status,
    ...(registrant.registeredAt ? { registeredAt: registrant.registeredAt } : {}),
    ...(registrant.source ? { registeredFrom: registrant.source } : {}),
    answers: registrant.answers,
  };
}

function toInterval({ joinedAt, leftAt }: Segment): Interval {
  const start = Date.parse(joinedAt);
  // Somebody whose leaving is not known yet was there at least for a moment.
  const end = leftAt ? Date.parse(leftAt) : start;
  return { start, end: Math.max(start, end) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
