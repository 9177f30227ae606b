import { createHash } from 'node:crypto';
import type { KnownPerson, PersonUpdate } from '../core/audience.ts';
import type { Store } from '../store/store.ts';
import {
  CONTACT,
  eventEffect,
  planContact,
  planEvent,
  rowsBetween,
  withdrawEvents,
  type LedgerRow,
  type Reason,
} from './ledger.ts';
import type { PlannedPerson } from './lanes.ts';
import type { Mapping } from './mapping.ts';
import { eventsOf, type PlannedEvent } from './person-events.ts';
import { leavesOf, listsOf, type ListIds, type PersonState } from './person-state.ts';
import { people, personState } from './store-facts.ts';

/** What has to be done so that the other side shows what is known. */
export interface Plan {
  people: PlannedPerson[];
  /** Events to be sent, by name. They stand in the ledger; a plan of a large account does not hold them all. */
  events: Record<string, number>;
  creates: number;
  updates: number;
  unchanged: number;
  /** Refused before with the same values, or bound to be refused: not sent. */
  refused: { email: string; reason: Reason }[];
  /** People who said no to mail: attributes only. */
  optedOut: number;
  eventsSkipped: number;
}

export interface PlanOptions {
  store: Store;
  source: string;
  audience: string;
  mapping: Mapping;
  lists: ListIds;
  /** Looks people up on the other side. */
  known(emails: readonly string[]): Promise<Map<string, KnownPerson>>;
  sendEvents: boolean;
  /** Also say that a recording is ready. */
  recordings: boolean;
  retryRefused: boolean;
  excluded(email: string): boolean;
  /** These people only; everybody when not given. */
  only?: readonly string[];
  /** Told of every event that is to be sent. */
  onEvent?: (event: PlannedEvent) => void;
}

interface Draft {
  update: PersonUpdate;
  hash: string;
  /** What the ledger said of the contact. */
  before: LedgerRow | undefined;
  contact: boolean;
  events: PlannedEvent[];
}

/** People who are worked out together. */
const PART = 200;

const OPTED_OUT: Reason = {
  kind: 'consent',
  message: 'the person said no to mail, so no event was sent that could start one',
  hint: 'Only the person can change that.',
};

const REFUSED_BEFORE: Reason = {
  kind: 'input',
  message: 'refused in an earlier run, and nothing has changed since',
  hint: 'See `trunkline explain` for the reason; --retry-refused sends it again.',
};

/**
 * Compares what is known of people with what the ledger says they got. With `write`, the outcome stands in the ledger
 * when the promise resolves; without it, nothing is changed.
 */
export async function makePlan(options: PlanOptions, write: boolean): Promise<Plan> {
  const plan: Plan = {
    people: [],
    events: {},
    creates: 0,
    updates: 0,
    unchanged: 0,
    refused: [],
    optedOut: 0,
    eventsSkipped: 0,
  };
  const { store, audience, only } = options;
  const startedAt = store.now();
  // Two passes: the first finds out who has changed, so that all of them are looked up on the other side at once; the
  // second makes their drafts part by part. Nothing but addresses is held for everybody.
  const changed = new Set<string>();
  for await (const drafts of draftParts(options, plan)) {
    for (const { update } of drafts) changed.add(update.email);
  }
  // Whoever is excluded by now, or gone, must not get what an earlier run had planned for him.
  if (write) {
    await store.tx(async (sql) => {
      if (!only) await withdrawEvents(sql, audience, startedAt);
      else for (const email of only) await withdrawEvents(sql, audience, startedAt, email);
    });
  }
  if (changed.size === 0) return plan;
  const known = await options.known([...changed]);
  for await (const drafts of draftParts(options)) {
    const decided = drafts.flatMap(
      (draft) => decide(draft, known.get(draft.update.email), plan, options) ?? [],
    );
    if (write) await keep(options, decided);
  }
  return plan;
}

/** What is new about people, in parts; counts into `count` those of whom nothing is. */
async function* draftParts(options: PlanOptions, count?: Plan): AsyncGenerator<Draft[]> {
  for await (const part of parts(options)) {
    const rows = await ledgerOf(options, part);
    yield part
      .filter(({ email }) => !options.excluded(email))
      .flatMap((person) => draftOf(options, person, rows.get(person.email) ?? [], count) ?? []);
  }
}

async function* parts({ store, source, only }: PlanOptions): AsyncGenerator<PersonState[]> {
  if (!only) yield* people(store, source, PART);
  else for (const email of only) yield [await personState(store.sql, source, email)];
}

async function ledgerOf(
  { store, audience }: PlanOptions,
  part: readonly PersonState[],
): Promise<Map<string, LedgerRow[]>> {
  const byPerson = new Map<string, LedgerRow[]>();
  const first = part[0]?.email ?? '';
  const last = part.at(-1)?.email ?? '';
  for (const row of await rowsBetween(store.sql, audience, first, last)) {
    const rows = byPerson.get(row.person);
    if (rows) rows.push(row);
    else byPerson.set(row.person, [row]);
  }
  return byPerson;
}

/** What is new about a person; undefined when nothing is. */
function draftOf(
  options: PlanOptions,
  person: PersonState,
  rows: readonly LedgerRow[],
  count: Plan | undefined,
): Draft | undefined {
  const before = rows.find(({ effect }) => effect === CONTACT);
  // Who took back the only thing that he did is not brought over for it.
  if (person.facts.length === 0 && !before) return undefined;
  const leaves = leavesOf(person, options.lists);
  const update: PersonUpdate = {
    email: person.email,
    attributes: options.mapping(person),
    lists: listsOf(person, options.lists),
    ...(leaves.length > 0 ? { leaves } : {}),
  };
  const hash = hashOf(update);
  const refused = before?.state === 'refused' && before.hash === hash && !options.retryRefused;
  const contact = !(before?.hash === hash && before.state === 'done') && !refused;
  if (refused) count?.refused.push({ email: person.email, reason: REFUSED_BEFORE });
  else if (!contact && count) count.unchanged++;
  const states = new Map(rows.map((row) => [`${row.effect} ${row.instance}`, row.state]));
  const wanted = options.sendEvents ? eventsOf(person, options.audience, options.recordings) : [];
  const events = refused
    ? []
    : wanted.filter((event) => {
        const state = states.get(`${eventEffect(event.name)} ${event.instance}`);
        return state === undefined || state === 'planned' || (state === 'refused' && options.retryRefused);
      });
  return contact || events.length > 0 ? { update, hash, before, contact, events } : undefined;
}

/** Applies what the person said himself on the other side: who left a list is not put on it again. */
function decide(
  draft: Draft,
  known: KnownPerson | undefined,
  plan: Plan,
  { onEvent }: PlanOptions,
): (Draft & { skipped: boolean }) | undefined {
  const { email, attributes, leaves, ...rest } = draft.update;
  // Gone from the other side, and nothing to be said of him but that he took something back.
  if (!known && leaves && rest.lists.length === 0 && Object.keys(attributes).length === 0) return undefined;
  const optedOut = known?.optedOut === true;
  const left = new Set(known?.leftLists);
  const lists = optedOut ? [] : draft.update.lists.filter((id) => !left.has(id));
  const update = { email, attributes, lists, ...(known && leaves ? { leaves } : {}) };
  if (draft.contact) {
    plan.people.push({ update, known: known !== undefined, hash: draft.hash });
    if (known) plan.updates++;
    else plan.creates++;
  }
  if (optedOut) {
    plan.optedOut++;
    plan.eventsSkipped += draft.events.length;
  } else {
    for (const event of draft.events) {
      plan.events[event.name] = (plan.events[event.name] ?? 0) + 1;
      onEvent?.(event);
    }
  }
  return { ...draft, update, skipped: optedOut };
}

async function keep(
  { store, audience }: PlanOptions,
  part: readonly (Draft & { skipped: boolean })[],
): Promise<void> {
  // Planned before sent: whatever happens from here on, the next run knows what was intended.
  await store.tx(async (sql) => {
    const now = store.now();
    for (const { update, hash, before, contact, events, skipped } of part) {
      if (contact) await planContact(sql, audience, update, hash, before, now);
      for (const event of events) await planEvent(sql, audience, event, skipped ? OPTED_OUT : undefined, now);
    }
  });
}

function hashOf({ attributes, lists, leaves }: PersonUpdate): string {
  const members = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify(leaves ? [members, lists, leaves] : [members, lists]))
    .digest('hex')
    .slice(0, 32);
}
