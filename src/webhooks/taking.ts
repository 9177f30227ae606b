import type { Sql } from '../store/store.ts';
import type { EventState } from './inbox.ts';

/** An event in its handlers' hands. */
export interface Taken {
  id: string;
  connection: string;
  event: string;
  account: string | undefined;
  /** Milliseconds since the epoch. */
  happenedAt: number | undefined;
  receivedAt: number;
  /** This one included. */
  attempts: number;
  replays: number;
  /** Names of the handlers that have done their part. */
  done: readonly string[];
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

interface Row {
  id: string;
  connection: string;
  event: string;
  account: string | null;
  happened_at: number | null;
  received_us: number;
  attempts: number;
  replays: number;
  done: string;
  headers: string;
  body: Uint8Array;
}

// The attempt is written down before it is made: an event that ends the process does not do so for ever.
const TAKE = 'UPDATE inbox SET attempts = attempts + 1';

const TAKEN = `
  RETURNING id, connection, event, account, happened_at, received_us, attempts, replays, done, headers, body`;

const TAKE_ONE = `${TAKE} WHERE id = $1 AND state = 'received' ${TAKEN}`;

const TAKE_NEXT = `
  ${TAKE} WHERE id = (
    SELECT id FROM inbox WHERE lane = $1 AND state = 'received' ORDER BY received_us, id LIMIT 1
  ) ${TAKEN}`;

/** received, for one more attempt; undefined when it does not wait (any more). */
export async function takeEvent(sql: Sql, id: string): Promise<Taken | undefined> {
  const [row] = await sql<Row>(TAKE_ONE, [id]);
  return row && takenOf(row);
}

/** The event of a lane that came first among those that wait. */
export async function takeNext(sql: Sql, lane: string): Promise<Taken | undefined> {
  const [row] = await sql<Row>(TAKE_NEXT, [lane]);
  return row && takenOf(row);
}

const SETTLE = `
  UPDATE inbox SET state = $2, done = $3, error = $4, attempts = attempts - $5, settled_at = $6
  WHERE id = $1 AND state = 'received'`;

/** received → handled, ignored, failed, or received again. An attempt that does not count is given back. */
export async function settle(
  sql: Sql,
  id: string,
  what: { state: EventState; done: Iterable<string>; error: string | null; counts: boolean; at: number },
): Promise<void> {
  const settledAt = what.state === 'received' ? null : Math.floor(what.at);
  const done = JSON.stringify([...what.done]);
  await sql(SETTLE, [id, what.state, done, what.error, what.counts ? 0 : 1, settledAt]);
}

function takenOf(row: Row): Taken {
  return {
    id: row.id,
    connection: row.connection,
    event: row.event,
    account: row.account ?? undefined,
    happenedAt: row.happened_at ?? undefined,
    receivedAt: Math.floor(row.received_us / 1000),
    attempts: row.attempts,
    replays: row.replays,
    done: JSON.parse(row.done) as string[],
    headers: JSON.parse(row.headers) as Record<string, string>,
    body: row.body,
  };
}
