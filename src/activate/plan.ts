import { createHash } from 'node:crypto';
import type { KnownPerson, PersonUpdate } from '../core/audience.ts';
import type { Store } from '../store/store.ts';
import {
  CONTACT,
  dropPlanned,
  eventEffect,
  planContact,
  planEvent,
  rowsBetween,
  type LedgerRow,
  type Reason,
} from './ledger.ts';
import type { PlannedPerson } from './lanes.ts';
import type { Mapping } from './mapping.ts';
import { eventsOf, type PlannedEvent } from './person-events.ts';
import { listsOf, type ListIds, type PersonState } from './person-state.ts';
import { people } from './store-facts.ts';

/** What has to be done so that the other side shows what is known. */
export interface Plan {
  people: PlannedPerson[];
  events: PlannedEvent[];
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
  retryRefused: boolean;
  excluded(email: string): boolean;
}

interface Draft {
  update: PersonUpdate;
  hash: string;
  contact: boolean;
  events: PlannedEvent[];
  stale: LedgerRow[];
}

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
    events: [],
    creates: 0,
    updates: 0,
    unchanged: 0,
    refused: [],
    optedOut: 0,
    eventsSkipped: 0,
  };
  const drafts: Draft[] = [];
  for await (const part of people(options.store, options.source)) {
    const rows = await ledgerOf(options, part);
    for (const person of part) {
      if (options.excluded(person.email)) continue;
      const draft = draftOf(options, person, rows.get(person.email) ?? [], plan);
      if (draft) drafts.push(draft);
    }
  }
  const known = await options.known(drafts.map(({ update }) => update.email));
  for (let i = 0; i < drafts.length; i += 500) {
    const part = drafts.slice(i, i + 500).map((draft) => decide(draft, known.get(draft.update.email), plan));
    if (write) await keep(options, part);
  }
  return plan;
}

async function ledgerOf(
  { store, audience }: PlanOptions,
  part: readonly PersonState[],
): Promise<Map<string, LedgerRow[]>> {
  const byPerson = new Map<string, LedgerRow[]>();
  const first = part[0]?.email ?? '';
  const last = part.at(-1)?.email ?? '';
  for (const row of await rowsBetween(store, audience, first, last)) {
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
  plan: Plan,
): Draft | undefined {
  const update: PersonUpdate = {
    email: person.email,
    attributes: options.mapping(person),
    lists: listsOf(person, options.lists),
  };
  const hash = hashOf(update);
  const before = rows.find(({ effect }) => effect === CONTACT);
  const refused = before?.state === 'refused' && before.hash === hash && !options.retryRefused;
  const contact = !(before?.hash === hash && before.state === 'done') && !refused;
  if (refused) plan.refused.push({ email: person.email, reason: REFUSED_BEFORE });
  else if (!contact) plan.unchanged++;
  const wanted = options.sendEvents ? eventsOf(person, options.audience) : [];
  const states = new Map(rows.map((row) => [`${row.effect} ${row.instance}`, row.state]));
  const events = refused
    ? []
    : wanted.filter((event) => {
        const state = states.get(`${eventEffect(event.name)} ${event.instance}`);
        return state === undefined || state === 'planned' || (state === 'refused' && options.retryRefused);
      });
  const still = new Set(wanted.map((event) => `${eventEffect(event.name)} ${event.instance}`));
  const stale = rows.filter(
    (row) => row.state === 'planned' && row.effect !== CONTACT && !still.has(`${row.effect} ${row.instance}`),
  );
  return contact || events.length > 0 || stale.length > 0
    ? { update, hash, contact, events, stale }
    : undefined;
}

/** Applies what the person said himself on the other side: who left a list is not put on it again. */
function decide(draft: Draft, known: KnownPerson | undefined, plan: Plan): Draft & { skipped: boolean } {
  const optedOut = known?.optedOut === true;
  const left = new Set(known?.leftLists);
  const lists = optedOut ? [] : draft.update.lists.filter((id) => !left.has(id));
  const update = { ...draft.update, lists };
  if (draft.contact) {
    plan.people.push({ update, known: known !== undefined });
    if (known) plan.updates++;
    else plan.creates++;
  }
  if (optedOut) {
    plan.optedOut++;
    plan.eventsSkipped += draft.events.length;
  } else plan.events.push(...draft.events);
  return { ...draft, update, skipped: optedOut };
}

async function keep(
  { store, audience }: PlanOptions,
  part: readonly (Draft & { skipped: boolean })[],
): Promise<void> {
  // Planned before sent: whatever happens from here on, the next run knows what was intended.
  await store.tx(async (sql) => {
    const now = store.now();
    for (const { update, hash, contact, events, stale, skipped } of part) {
      if (contact) await planContact(sql, audience, update, hash, now);
      for (const event of events) await planEvent(sql, audience, event, skipped ? OPTED_OUT : undefined, now);
      for (const row of stale) await dropPlanned(sql, audience, row);
    }
  });
}

function hashOf({ attributes, lists }: PersonUpdate): string {
  const members = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([members, lists]))
    .digest('hex')
    .slice(0, 32);
}
