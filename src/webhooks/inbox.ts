import type { FieldError } from '../core/errors.ts';
import type { Sql, SqlValue } from '../store/store.ts';

/** `received` waits for its handlers; `ignored` had none; `failed` is not tried again by itself. */
export type EventState = 'received' | 'handled' | 'ignored' | 'failed';

/** What went wrong with an event the last time. */
export interface EventFailure {
  kind: string;
  message: string;
  hint: string;
  /** Name of the handler, when it has one. */
  handler?: string;
  /** What the other system refused, field by field. */
  fields?: readonly FieldError[];
  cause?: string;
}

/** A received webhook and what became of it. */
export interface InboxEvent {
  id: string;
  connection: string;
  /** Empty when the body is not JSON or does not say. */
  event: string;
  account: string | undefined;
  /** When it happened, by the sender: milliseconds since the epoch. */
  happenedAt: number | undefined;
  /** Milliseconds since the epoch. */
  receivedAt: number;
  dedupeKey: string;
  verdict: string;
  headers: Readonly<Record<string, string>>;
  /** As it came, but for secrets. */
  body: Uint8Array;
  state: EventState;
  lane: string | undefined;
  attempts: number;
  error: EventFailure | undefined;
  /** Milliseconds since the epoch. */
  settledAt: number | undefined;
  /** How often it was put back. */
  replays: number;
}

/** Which events; all conditions that are given must hold. */
export interface EventFilter {
  ids?: readonly string[];
  connection?: string;
  state?: EventState;
  /** A name, or a pattern such as `meeting.*`. */
  event?: string;
  account?: string;
  /** Received at or after, in milliseconds since the epoch. */
  since?: number;
  /** Received before. */
  until?: number;
}

/** A line of a list: all but headers and body. */
export type EventLine = Omit<InboxEvent, 'headers' | 'body'>;

interface Row {
  id: string;
  connection: string;
  event: string;
  account: string | null;
  happened_at: number | null;
  received_us: number;
  dedupe_key: string;
  verdict: string;
  headers: string;
  body: Uint8Array;
  state: EventState;
  lane: string | null;
  attempts: number;
  error: string | null;
  settled_at: number | null;
  replays: number;
}

const LINE = `id, connection, event, account, happened_at, received_us, dedupe_key, verdict, state, lane, attempts,
  error, settled_at, replays`;

/** Every condition is off while its parameter is null, so that there is one text for all filters: $1 to $8. */
export const WHERE = `
  ($1::text IS NULL OR connection = $1::text) AND ($2::text IS NULL OR state = $2::text)
  AND ($3::text IS NULL OR event = $3::text)
  AND ($4::text IS NULL OR (event >= $4::text AND event < $5::text))
  AND ($6::text IS NULL OR account = $6::text)
  AND ($7::bigint IS NULL OR received_us >= $7::bigint) AND ($8::bigint IS NULL OR received_us < $8::bigint)`;

const LIST = `SELECT ${LINE} FROM inbox WHERE ${WHERE} ORDER BY received_us DESC, id LIMIT $9`;

const GET = `SELECT ${LINE}, headers, body FROM inbox WHERE id = $1`;

/** Newest first. */
export async function listEvents(
  sql: Sql,
  filter: Omit<EventFilter, 'ids'>,
  limit: number,
): Promise<EventLine[]> {
  const rows = await sql<Row>(LIST, [...conditions(filter), limit]);
  return rows.map(lineOf);
}

/** One event with its bytes; undefined when there is none. */
export async function getEvent(sql: Sql, id: string): Promise<InboxEvent | undefined> {
  const [row] = await sql<Row>(GET, [id]);
  return row && eventOf(row);
}

/**
 * How many events of each connection wait or have failed, and the age of the oldest. Those that are done are not
 * counted: to count a million of them takes seconds.
 */
export async function countEvents(
  sql: Sql,
): Promise<{ connection: string; state: 'received' | 'failed'; count: number; oldestAt: number }[]> {
  type Count = { connection: string; state: 'received' | 'failed'; count: number; oldest: number };
  const rows = await sql<Count>(COUNT);
  return rows.map(({ oldest, ...row }) => ({ ...row, oldestAt: Math.floor(oldest / 1000) }));
}

// Two parts, as each has an index of its own.
const COUNT = `
  SELECT connection, 'received' AS state, count(*) AS count, min(received_us) AS oldest FROM inbox
  WHERE state = 'received' GROUP BY connection
  UNION ALL
  SELECT connection, 'failed' AS state, count(*) AS count, min(received_us) AS oldest FROM inbox
  WHERE state = 'failed' GROUP BY connection
  ORDER BY connection, state`;

/** The parameters of `WHERE`. */
export function conditions(filter: Omit<EventFilter, 'ids'>): SqlValue[] {
  const { connection, state, event, account, since, until } = filter;
  const area = event?.endsWith('*') === true ? event.slice(0, -1) : undefined;
  return [
    connection ?? null,
    state ?? null,
    area === undefined ? (event ?? null) : null,
    area ?? null,
    area === undefined ? null : `${area}\u{10FFFF}`,
    account ?? null,
    since === undefined ? null : Math.floor(since) * 1000,
    until === undefined ? null : Math.floor(until) * 1000,
  ];
}

function lineOf(row: Row): EventLine {
  return {
    id: row.id,
    connection: row.connection,
    event: row.event,
    account: row.account ?? undefined,
    happenedAt: row.happened_at ?? undefined,
    receivedAt: Math.floor(row.received_us / 1000),
    dedupeKey: row.dedupe_key,
    verdict: row.verdict,
    state: row.state,
    lane: row.lane ?? undefined,
    attempts: row.attempts,
    error: row.error === null ? undefined : (JSON.parse(row.error) as EventFailure),
    settledAt: row.settled_at ?? undefined,
    replays: row.replays,
  };
}

function eventOf(row: Row): InboxEvent {
  return { ...lineOf(row), headers: JSON.parse(row.headers) as Record<string, string>, body: row.body };
}
