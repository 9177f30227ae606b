import type { PersonEvent, PersonUpdate } from '../core/audience.ts';
import type { ConnectorError } from '../core/errors.ts';
import type { Sql, Store } from '../store/store.ts';
import type { PlannedEvent } from './person-events.ts';

/**
 * `sending` is in the hands of its owner. An event without a living owner in this state is in doubt: it may have
 * arrived.
 */
export type DeliveryState = 'planned' | 'sending' | 'done' | 'refused' | 'skipped';

/** One effect on one person, as the ledger has it. */
export interface LedgerRow {
  person: string;
  instance: string;
  effect: string;
  state: DeliveryState;
  hash: string;
}

/** Effect of the contact itself; those of events begin with `event:`. */
export const CONTACT = 'contact';
export const eventEffect = (name: string): string => `event:${name}`;

/** Why something was not sent, for people. */
export interface Reason {
  kind: string;
  message: string;
  hint?: string;
}

/** One row of the ledger. */
export interface Place {
  person: string;
  instance: string;
  effect: string;
}

const ROWS_OF = `
  SELECT person, instance, effect, state, hash FROM deliveries WHERE audience = $1 AND person >= $2 AND person <= $3`;

/** All rows of the people from `first` to `last`, in the order of addresses. */
export async function rowsBetween(
  sql: Sql,
  audience: string,
  first: string,
  last: string,
): Promise<LedgerRow[]> {
  return sql<LedgerRow>(ROWS_OF, [audience, first, last]);
}

// Whoever has planned or sent something else meanwhile knew more than we did: his plan stands.
const PLAN_CONTACT = `
  INSERT INTO deliveries (audience, person, instance, effect, state, hash, payload, updated_at)
  VALUES ($1, $2, '', 'contact', 'planned', $3, $4, $5)
  ON CONFLICT (audience, person, instance, effect) DO UPDATE
    SET state = 'planned', hash = excluded.hash, payload = excluded.payload, error = NULL,
        updated_at = excluded.updated_at
    WHERE deliveries.hash = $6 AND deliveries.state = $7`;

/** Notes that a person is to be brought over as he should be now; `before` is what the ledger said when that was found out. */
export async function planContact(
  sql: Sql,
  audience: string,
  update: PersonUpdate,
  hash: string,
  before: LedgerRow | undefined,
  now: number,
): Promise<void> {
  const { attributes, lists, leaves } = update;
  const payload = JSON.stringify({ attributes, lists, ...(leaves?.length ? { leaves } : {}) });
  const seen = [before?.hash ?? null, before?.state ?? null];
  await sql(PLAN_CONTACT, [audience, update.email, hash, payload, now, ...seen]);
}

const PLAN_EVENT = `
  INSERT INTO deliveries (audience, person, instance, effect, state, hash, payload, at, error, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (audience, person, instance, effect) DO UPDATE
    SET state = excluded.state, payload = excluded.payload, at = excluded.at, error = excluded.error,
        updated_at = excluded.updated_at
    WHERE deliveries.state IN ('planned', 'refused')`;

/** Notes that an event is to be sent, or why it is not; one that was sent or may have been stays as it is. */
export async function planEvent(
  sql: Sql,
  audience: string,
  event: PlannedEvent,
  skipped: Reason | undefined,
  now: number,
): Promise<void> {
  await sql(PLAN_EVENT, [
    audience,
    event.email,
    event.instance,
    eventEffect(event.name),
    skipped ? 'skipped' : 'planned',
    event.key,
    JSON.stringify(event.properties),
    event.at,
    skipped ? JSON.stringify(skipped) : null,
    now,
  ]);
}

const WITHDRAW_EVENTS = `
  DELETE FROM deliveries WHERE audience = $1 AND state = 'planned' AND effect LIKE 'event:%' AND updated_at <= $2`;
// Only the contact itself has no instance; saying so leads the database to the rows of the one person.
const WITHDRAW_EVENTS_OF = `
  DELETE FROM deliveries
  WHERE audience = $1 AND person = $3 AND instance > '' AND state = 'planned' AND updated_at <= $2`;

/**
 * Takes back every event that was planned until then and not sent, of one person or of all. What is still true is
 * planned again; what is not, such as an absence after late data, is gone. After a crash in between, the next run plans
 * the events anew.
 */
export async function withdrawEvents(
  sql: Sql,
  audience: string,
  until: number,
  person?: string,
): Promise<void> {
  if (person === undefined) await sql(WITHDRAW_EVENTS, [audience, until]);
  else await sql(WITHDRAW_EVENTS_OF, [audience, until, person]);
}

const EVENT_COLUMNS = 'e.person, e.instance, e.effect, e.hash, e.payload, e.at, e.attempts, e.updated_at';

/** An event of the ledger that waits, or of which we do not know whether it was sent. */
export interface OpenEvent extends PersonEvent {
  instance: string;
  attempts: number;
  updatedAt: number;
}

// An event for somebody who is not there yet could be lost: his contact goes first.
const READY = `
  SELECT ${EVENT_COLUMNS} FROM deliveries e
  JOIN deliveries c ON c.audience = e.audience AND c.person = e.person AND c.instance = '' AND c.effect = 'contact'
  WHERE e.audience = $1 AND e.state = 'planned' AND e.effect LIKE 'event:%' AND c.state = 'done'`;
const READY_EVENTS = `
  ${READY} AND (e.person, e.instance, e.effect) > ($2, $3, $4)
  ORDER BY e.person, e.instance, e.effect LIMIT $5`;
// Of one person in the order in which it happened.
const READY_OF_ONE = `${READY} AND e.person = $2 AND e.instance > '' ORDER BY e.at, e.effect`;

/** Events that may be sent, after a place in the ledger. */
export async function readyEvents(
  store: Store,
  audience: string,
  { person, instance, effect }: Place,
  limit: number,
): Promise<OpenEvent[]> {
  const after = [person, instance, effect];
  return (await store.sql<EventRow>(READY_EVENTS, [audience, ...after, limit])).map(toOpenEvent);
}

/** Events of one person that may be sent, as they happened. */
export async function readyEventsOf(store: Store, audience: string, person: string): Promise<OpenEvent[]> {
  return (await store.sql<EventRow>(READY_OF_ONE, [audience, person])).map(toOpenEvent);
}

const DOUBTFUL = `
  SELECT ${EVENT_COLUMNS} FROM deliveries e
  WHERE e.audience = $1 AND e.state = 'sending' AND e.effect LIKE 'event:%'
    AND (e.owner IS NULL OR NOT EXISTS (SELECT 1 FROM senders s WHERE s.id = e.owner AND s.alive_until >= $2))
  ORDER BY e.effect, e.at`;

/** Events that were being sent, and nobody saw whether they arrived. */
export async function doubtfulEvents(store: Store, audience: string): Promise<OpenEvent[]> {
  return (await store.sql<EventRow>(DOUBTFUL, [audience, store.now()])).map(toOpenEvent);
}

interface EventRow {
  person: string;
  instance: string;
  effect: string;
  hash: string;
  payload: string;
  at: string;
  attempts: number;
  updated_at: number;
}

function toOpenEvent(row: EventRow): OpenEvent {
  return {
    name: row.effect.slice('event:'.length),
    email: row.person,
    at: row.at,
    key: row.hash,
    instance: row.instance,
    properties: JSON.parse(row.payload) as PersonEvent['properties'],
    attempts: row.attempts,
    updatedAt: row.updated_at,
  };
}

/** The row of an event. */
export function placeOf(event: OpenEvent): Place {
  return { person: event.email, instance: event.instance, effect: eventEffect(event.name) };
}

/** What a failure says of itself in the ledger. */
export type Cause = Reason | ConnectorError | undefined;
