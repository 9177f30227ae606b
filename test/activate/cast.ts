/** Short ways to write down who was in an instance. */
import { fold, type Fact } from '../../src/activate/attendance.ts';
import type { Instance, InstancePeople, Registrant, Segment } from '../../src/core/people.ts';

/** A webinar of an hour, from ten to eleven. */
export function webinar(over: Partial<Instance> = {}): Instance {
  return {
    id: 'uuid-1',
    series: '900',
    kind: 'webinar',
    topic: 'Launch',
    startedAt: clock('10:00'),
    endedAt: clock('11:00'),
    ...over,
  };
}

/** `10:05` or `10:05:30` of the day on which everything happens. */
export function clock(time: string): string {
  return `2026-10-07T${time.length === 5 ? `${time}:00` : time}Z`;
}

let users = 0;

/** A stay; an empty `to` means that the leave is not known. */
export function stay(from: string, to: string, over: Partial<Segment> = {}): Segment {
  return {
    userId: `join-${++users}`,
    name: 'Ada Lovelace',
    joinedAt: clock(from),
    ...(to === '' ? {} : { leftAt: clock(to) }),
    waiting: false,
    ...over,
  };
}

export function registrant(email: string, over: Partial<Registrant> = {}): Registrant {
  return {
    id: `reg-${email}`,
    email,
    firstName: 'Ada',
    lastName: 'Lovelace',
    status: 'approved',
    registeredAt: '2026-10-01T08:00:00Z',
    answers: {},
    ...over,
  };
}

export function people(over: Partial<InstancePeople> = {}): InstancePeople {
  return { segments: [], registrants: [], refused: [], skips: [], ...over };
}

/** The facts of an instance by person. */
export function factsOf(
  who: Partial<InstancePeople>,
  instance: Instance = webinar(),
  accounts: Readonly<Record<string, string>> = {},
): Record<string, Fact> {
  const facts = fold(instance, people(who), new Map(Object.entries(accounts)));
  return Object.fromEntries(facts.map((fact) => [fact.person, fact]));
}
