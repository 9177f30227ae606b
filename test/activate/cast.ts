/** Short ways to write down who was in an instance, and what must come of it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
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

/** One golden case of folding. */
export interface Case {
  story: string;
  who: Partial<InstancePeople>;
  instance?: Partial<Instance>;
  accounts?: Record<string, string>;
  /** Everybody, each with the members of the fact that matter. */
  facts: Record<string, Partial<Fact>>;
}

/** Checks that exactly the people of each case come out, each with the members that it names. */
export function golden(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    for (const { story, who, instance, accounts, facts } of cases) {
      test(story, () => {
        const found = factsOf(who, whole(instance), accounts);
        assert.deepEqual(Object.keys(found).toSorted(), Object.keys(facts).toSorted());
        for (const [person, wanted] of Object.entries(facts)) {
          const fact = found[person] as Fact;
          const part = Object.fromEntries(Object.keys(wanted).map((key) => [key, fact[key as keyof Fact]]));
          assert.deepEqual(part, wanted, person);
        }
      });
    }
  });
}

/** An undefined end means that there is none. */
function whole(over: Partial<Instance> = {}): Instance {
  const { endedAt, ...rest } = webinar(over);
  return endedAt === undefined ? rest : { ...rest, endedAt };
}
