import type { PersonEvent, PersonUpdate } from '../core/audience.ts';
import type { ConnectorError } from '../core/errors.ts';
import type { Sql, Store } from '../store/store.ts';
import type { PlannedEvent } from './person-events.ts';

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

const ROWS_OF = `
  SELECT person, instance, effect, state, hash FROM deliveries WHERE audience = $1 AND person >= $2 AND person <= $3`;

/** All rows of the people from `first` to `last`, in the order of addresses. */
export async function rowsBetween(
  store: Store,
  audience: string,
  first: string,
  last: string,
): Promise<LedgerRow[]> {
  return store.sql<LedgerRow>(ROWS_OF, [audience, first, last]);
}

const PLAN_CONTACT = `
  INSERT INTO deliveries (audience, person, instance, effect, state, hash, payload, updated_at)
  VALUES ($1, $2, '', 'contact', 'planned', $3, $4, $5)
  ON CONFLICT (audience, person, instance, effect) DO UPDATE
    SET state = 'planned', hash = excluded.hash, payload = excluded.payload, error = NULL,
        updated_at = excluded.updated_at`;

/** Notes that a person is to be brought over as he should be now. */
export async function planContact(
  sql: Sql,
  audience: string,
  update: PersonUpdate,
  hash: string,
  now: number,
): Promise<void> {
  const payload = JSON.stringify({ attributes: update.attributes, lists: update.lists });
  await sql(PLAN_CONTACT, [audience, update.email, hash, payload, now]);
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
  DELETE FROM deliveries WHERE audience = $1 AND state = 'planned' AND effect LIKE 'event:%'`;

/**
 * Takes back every event that was planned and not sent. What is still true is planned again; what is not, such as an
 * absence after late data, is gone. After a crash in between, the next run plans the events anew.
 */
export async function withdrawEvents(sql: Sql, audience: string): Promise<void> {
  await sql(WITHDRAW_EVENTS, [audience]);
}

const SETTLE = `
  UPDATE deliveries SET state = $5, error = $6, attempts = attempts + 1, updated_at = $7
  WHERE audience = $1 AND person = $2 AND instance = $3 AND effect = $4`;

/** Notes what became of an effect. */
export async function settle(
  sql: Sql,
  audience: string,
  at: { person: string; instance: string; effect: string },
  state: DeliveryState,
  error: Reason | ConnectorError | undefined,
  now: number,
): Promise<void> {
  await sql(SETTLE, [
    audience,
    at.person,
    at.instance,
    at.effect,
    state,
    error ? JSON.stringify(error) : null,
    now,
  ]);
}

/** An event of the ledger that waits, or of which we do not know whether it was sent. */
export interface OpenEvent extends PersonEvent {
  instance: string;
  updatedAt: number;
}

const EVENT_COLUMNS = 'e.person, e.instance, e.effect, e.hash, e.payload, e.at, e.updated_at';
// An event for somebody who is not there yet could be lost: his contact goes first.
const READY_EVENTS = `
  SELECT ${EVENT_COLUMNS} FROM deliveries e
  JOIN deliveries c ON c.audience = e.audience AND c.person = e.person AND c.instance = '' AND c.effect = 'contact'
  WHERE e.audience = $1 AND e.state = 'planned' AND e.effect LIKE 'event:%' AND c.state = 'done'
    AND (e.person > $2 OR (e.person = $2 AND e.effect || ' ' || e.instance > $3))
  ORDER BY e.person, e.effect || ' ' || e.instance LIMIT $4`;

/** Events that may be sent, after a place in the order of people. */
export async function readyEvents(
  store: Store,
  audience: string,
  after: { person: string; rest: string },
  limit: number,
): Promise<OpenEvent[]> {
  return (await store.sql<EventRow>(READY_EVENTS, [audience, after.person, after.rest, limit])).map(
    toOpenEvent,
  );
}

const DOUBTFUL = `
  SELECT ${EVENT_COLUMNS} FROM deliveries e
  WHERE e.audience = $1 AND e.state = 'sending' ORDER BY e.effect, e.at`;

/** Events that were being sent when nobody was left to see whether they arrived. */
export async function doubtfulEvents(store: Store, audience: string): Promise<OpenEvent[]> {
  return (await store.sql<EventRow>(DOUBTFUL, [audience])).map(toOpenEvent);
}

interface EventRow {
  person: string;
  instance: string;
  effect: string;
  hash: string;
  payload: string;
  at: string;
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
    updatedAt: row.updated_at,
  };
}
