import type { Reader } from './reader.ts';

export type AttributeType = 'text' | 'number' | 'boolean' | 'date' | 'category' | 'multiple-choice' | 'other';

export interface AttributeInfo {
  type: AttributeType;
  /** The values that a category or multiple-choice attribute takes. */
  options?: readonly string[];
}

/** What the account on the other side can hold. */
export interface AudienceSchema {
  /** By name, as the system spells it. */
  attributes: ReadonlyMap<string, AttributeInfo>;
  lists: readonly { id: number; name: string }[];
}

export type AttributeValue = string | number | boolean | readonly string[];

/** One person as he should be on the other side. Attributes that are not named stay as they are. */
export interface PersonUpdate {
  /** Lower case. */
  email: string;
  attributes: Readonly<Record<string, AttributeValue>>;
  /** To be added to; never a list he has left. */
  lists: readonly number[];
  /** To be taken off, because what put him there is no longer true. Only for people who are there already. */
  leaves?: readonly number[];
}

/** What the other side already knows of a person. */
export interface KnownPerson {
  /** Said no to mail: goes on no list, gets no event. */
  optedOut: boolean;
  /** Lists that the person has left. */
  leftLists: readonly number[];
}

export interface PersonOutcome {
  email: string;
  state: 'done' | 'refused';
  /** Why it was refused. */
  reason?: string;
  /** Which of the values was at fault. */
  field?: string;
}

/** One way to bring people over. The planner chooses among them by what they cost. */
export interface PeopleLane {
  name: string;
  /** Works for people who are there already, and only for them. */
  knownOnly: boolean;
  /** All people of one submission go on the same lists, and at least on one. */
  sharedLists: boolean;
  maxPeople: number;
  /** Bytes of JSON for all people of one submission. */
  maxBytes: number;
  /** Calls of one submission, by budget label. */
  calls: Readonly<Record<string, number>>;
  /** Resolves when the people are there. Safe to repeat. Throws when the submission fails as a whole. */
  submit(reader: Reader, people: readonly PersonUpdate[]): Promise<PersonOutcome[]>;
}

/** Something that happened to a person. */
export interface PersonEvent {
  name: string;
  email: string;
  /** When it happened; ISO 8601, UTC. */
  at: string;
  properties: Readonly<Record<string, string | number>>;
  /** Our own key, kept in the properties, by which the event is found again. */
  key: string;
}

export interface EventLane {
  name: string;
  maxEvents: number;
  maxBytes: number;
  calls: Readonly<Record<string, number>>;
  /** NOT safe to repeat. Outcomes stand in the order of the events. */
  submit(
    reader: Reader,
    events: readonly PersonEvent[],
  ): Promise<{ state: 'done' | 'refused'; reason?: string }[]>;
}

/** How to bring people to a system. A connector that has one can be fed by an activation. */
export interface Audience {
  schema(reader: Reader): Promise<AudienceSchema>;
  /** The types that `createAttribute` can make. */
  createAttribute(reader: Reader, name: string, type: 'text' | 'number' | 'date'): Promise<void>;
  /** Makes a list and gives its id. */
  createList(reader: Reader, name: string): Promise<number>;
  /** What is known of these people; those who are not there are missing from the answer. */
  known(reader: Reader, emails: readonly string[]): Promise<Map<string, KnownPerson>>;
  people: readonly PeopleLane[];
  events: readonly EventLane[];
  /** Keys of the events that arrived, among those of one name and span of time. */
  findEvents: (reader: Reader, name: string, since: string, until: string) => Promise<Set<string>>;
}
