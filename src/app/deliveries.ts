import type { DeliveryState, Reason } from '../activate/ledger.ts';
import { ConnectorError } from '../core/errors.ts';
import type { SqlValue, Store } from '../store/store.ts';

/** One effect on one person, and what became of it. */
export interface Delivery {
  id: string;
  audience: string;
  /** Address, lower case. */
  person: string;
  /** Instance or series that it came of; empty for the contact itself. */
  instance: string;
  /** `contact`, or `event:` and the name of the event. */
  effect: string;
  state: DeliveryState;
  /** When what it tells of happened; ISO. */
  at: string | undefined;
  attempts: number;
  error: Reason | undefined;
  /** ISO. */
  updatedAt: string;
  payload: unknown;
}

/** Which deliveries; all conditions that are given must hold. */
export interface DeliveryFilter {
  ids?: readonly string[];
  person?: string;
  state?: DeliveryState;
  effect?: string;
  /** Kind of the error that it has. */
  kind?: string;
  /** Changed at or after, in milliseconds since the epoch. */
  since?: number;
}

const COLUMNS = 'audience, person, instance, effect, state, at, attempts, error, updated_at, payload';
const FILTER = `
  ($1::text IS NULL OR person = $1::text) AND ($2::text IS NULL OR state = $2::text)
  AND ($3::text IS NULL OR effect = $3::text) AND ($4::text IS NULL OR error LIKE $4::text)
  AND ($5::bigint IS NULL OR updated_at >= $5::bigint)`;
const LIST = `SELECT ${COLUMNS} FROM deliveries WHERE ${FILTER} ORDER BY updated_at DESC, person, effect LIMIT $6`;
const KEY = `audience = $1 AND person = $2 AND instance = $3 AND effect = $4`;
const GET = `SELECT ${COLUMNS} FROM deliveries WHERE ${KEY}`;
const COUNT = `SELECT audience, state, count(*) AS count FROM deliveries GROUP BY audience, state`;
// What was refused is planned anew; what waits after a failure is due at once either way.
const RETRY = `
  UPDATE deliveries SET state = 'planned', error = NULL, updated_at = $6
  WHERE state = 'refused' AND ${FILTER} RETURNING person`;
const RETRY_ONE = `
  UPDATE deliveries SET state = 'planned', error = NULL, updated_at = $5
  WHERE ${KEY} AND state = 'refused' RETURNING person`;

/** Last changed first. */
export async function listDeliveries(
  store: Store,
  filter: DeliveryFilter,
  limit: number,
): Promise<Delivery[]> {
  if (filter.ids) return Promise.all(filter.ids.map((id) => getDelivery(store, id)));
  return (await store.sql<Row>(LIST, [...conditions(filter), limit])).map(deliveryOf);
}

/** @throws ConnectorError of kind `not-found` */
export async function getDelivery(store: Store, id: string): Promise<Delivery> {
  const [row] = await store.sql<Row>(GET, keyOf(id));
  if (!row) throw unknown(id);
  return deliveryOf(row);
}

/** How many there are in each state, by audience. */
export async function countDeliveries(
  store: Store,
): Promise<{ audience: string; state: DeliveryState; count: number }[]> {
  return store.sql(COUNT);
}

/**
 * Takes back refusals, so that they are sent again; gives whose they were, one for each.
 * @throws ConnectorError of kind `not-found` for an id that there is not; nothing is taken back then
 */
export async function retryDeliveries(store: Store, filter: DeliveryFilter): Promise<string[]> {
  const now = store.now();
  if (!filter.ids) return peopleOf(await store.sql(RETRY, [...conditions(filter), now]));
  const keys = filter.ids.map((id) => [id, keyOf(id)] as const);
  return store.tx(async (sql) => {
    for (const [id, key] of keys) if ((await sql(GET, key)).length === 0) throw unknown(id);
    const people: string[] = [];
    for (const [, key] of keys) people.push(...peopleOf(await sql(RETRY_ONE, [...key, now])));
    return people;
  });
}

function peopleOf(rows: readonly object[]): string[] {
  return (rows as { person: string }[]).map(({ person }) => person);
}

function conditions({ person, state, effect, kind, since }: DeliveryFilter): SqlValue[] {
  return [
    person?.trim().toLowerCase() ?? null,
    state ?? null,
    effect ?? null,
    kind === undefined ? null : `%"kind":"${kind}"%`,
    since ?? null,
  ];
}

interface Row {
  audience: string;
  person: string;
  instance: string;
  effect: string;
  state: DeliveryState;
  at: string | null;
  attempts: number;
  error: string | null;
  updated_at: number;
  payload: string;
}

function deliveryOf(row: Row): Delivery {
  const { audience, person, instance, effect, state, attempts } = row;
  return {
    id: Buffer.from(JSON.stringify([audience, person, instance, effect])).toString('base64url'),
    audience,
    person,
    instance,
    effect,
    state,
    at: row.at ?? undefined,
    attempts,
    error: row.error === null ? undefined : (JSON.parse(row.error) as Reason),
    updatedAt: new Date(row.updated_at).toISOString(),
    payload: JSON.parse(row.payload) as unknown,
  };
}

/** An id is its row's key, written so that it fits into a path. */
function keyOf(id: string): string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(id, 'base64url').toString());
    if (Array.isArray(key) && key.length === 4 && key.every((part) => typeof part === 'string')) return key;
  } catch {
    // Not one of ours.
  }
  throw unknown(id);
}

function unknown(id: string): ConnectorError {
  return new ConnectorError(`there is no delivery ${id}`, {
    kind: 'not-found',
    hint: 'List them: trunkline deliveries list --json',
  });
}
