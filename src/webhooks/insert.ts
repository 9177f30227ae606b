import { ConnectorError } from '../core/errors.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { enqueueKeysOf, forRows, powersOfTwo } from '../jobs/enqueue.ts';
import type { Sql, SqlValue, Store } from '../store/store.ts';
import type { Arrival } from './arrival.ts';

/** Queue of the wake-ups that say "look at this event", or "look at this lane". */
export const INBOX_QUEUE = 'inbox';

/** Arrivals of so many requests share a transaction at most, so that one commit does not keep the others waiting. */
const MOST_TOGETHER = 512;

/** How often a statement is sent whose connection breaks. */
const MAX_TRIES = 3;

interface Waiting {
  arrival: Arrival;
  resolve: (outcome: 'stored' | 'duplicate') => void;
  reject: (error: unknown) => void;
}

/**
 * Puts arrivals into the inbox. Those that come while the store is busy share its next transaction, so the more there
 * are the less each costs; nobody waits for company. One transaction at a time where the store has one writer, two where
 * it is across a wire: the second is on its way while the first is being written.
 */
export class InboxWriter {
  readonly #store: Store;
  readonly #jobs: Pick<Jobs, 'enqueue' | 'added'>;
  readonly #lanes: number;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #inFlight = 0;

  constructor(store: Store, jobs: Pick<Jobs, 'enqueue' | 'added'>) {
    this.#store = store;
    this.#jobs = jobs;
    this.#lanes = store.engine === 'postgres' ? 2 : 1;
  }

  /** Arrivals that no transaction has taken yet, and their bytes. */
  get backlog(): { count: number; bytes: number } {
    return { count: this.#waiting.length, bytes: this.#bytes };
  }

  /** Resolves when the event is durable, or was already. */
  add(arrival: Arrival): Promise<'stored' | 'duplicate'> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ arrival, resolve, reject });
      this.#bytes += arrival.body.byteLength;
      if (this.#inFlight < this.#lanes) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#inFlight++;
    let batch: Waiting[] = [];
    try {
      // Taken when it is written and not before: what arrived while it waited for its turn comes along.
      const take = (): Arrival[] => {
        batch = this.#take();
        return inOrder(batch.map(({ arrival }) => arrival));
      };
      const stored = await (this.#store.engine === 'postgres' ? this.#amongMany(take) : this.#alone(take));
      // A crash before this line: the sender hears nothing and tries again. After it: the event and its wake-up are
      // on the disk.
      for (const { arrival, resolve } of batch) resolve(stored.delete(arrival.id) ? 'stored' : 'duplicate');
    } catch (error) {
      // Those that no transaction took fail with it, or they would wait for the next request to come.
      const untaken = this.#waiting.splice(0);
      this.#bytes = 0;
      for (const { reject } of [...batch, ...untaken]) reject(error);
    }
    this.#inFlight--;
    if (this.#waiting.length > 0 && this.#inFlight < this.#lanes) void this.#write();
  }

  #take(): Waiting[] {
    const batch = this.#waiting.splice(0, MOST_TOGETHER);
    for (const { arrival } of batch) this.#bytes -= arrival.body.byteLength;
    return batch;
  }

  /**
   * Ids of those that were not there yet. Others may insert the same at the same moment, and each statement is a journey:
   * one for all rows and their wake-ups, which says what it did.
   */
  async #amongMany(take: () => Arrival[]): Promise<Set<string>> {
    // After the requests that came in the same turn.
    await new Promise((resolve) => setImmediate(resolve));
    const arrivals = take();
    // The other one took all, or failed and all that waited with it.
    if (arrivals.length === 0) return new Set();
    const rows = await this.#insertRecords([...recordsOf(arrivals), this.#store.now()]);
    this.#jobs.added(INBOX_QUEUE);
    return new Set(rows.map(({ id }) => id));
  }

  /** Done once more where a connection broke meanwhile: what the first did, the second finds done. */
  async #insertRecords(parameters: readonly SqlValue[]): Promise<{ id: string }[]> {
    for (let tried = 1; ; tried++) {
      try {
        return await this.#store.sql<{ id: string }>(INSERT_RECORDS, parameters);
      } catch (error) {
        const inDoubt = error instanceof ConnectorError && error.outcome === 'unknown';
        if (!inDoubt || tried >= MAX_TRIES) throw error;
      }
    }
  }

  /**
   * Ids of those that were not there yet. Nobody else writes meanwhile, so that can be asked first. A row costs SQLite
   * 6 µs this way, 15 µs with RETURNING, which makes it keep a journal for each statement.
   */
  #alone(take: () => Arrival[]): Promise<Set<string>> {
    return this.#store.tx(async (sql) => {
      const arrivals = take();
      const fresh = await unknown(sql, arrivals);
      const rows = arrivals.filter(({ id }) => fresh.has(id)).map(valuesOf);
      for (const part of powersOfTwo(rows)) await sql(insertText(part.length), part.flat());
      await wake(sql, this.#jobs, wakeKeys(arrivals, fresh));
      return fresh;
    });
  }
}

/** Each once, and in one order everywhere, or two transactions with the same deliveries could wait for each other. */
function inOrder(arrivals: readonly Arrival[]): Arrival[] {
  const byId = new Map(arrivals.toReversed().map((arrival) => [arrival.id, arrival]));
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

async function unknown(sql: Sql, arrivals: readonly Arrival[]): Promise<Set<string>> {
  const ids = new Set(arrivals.map(({ id }) => id));
  for (const part of powersOfTwo([...ids])) {
    for (const { id } of await sql<{ id: string }>(knownText(part.length), part)) ids.delete(id);
  }
  return ids;
}

function wakeKeys(arrivals: readonly Arrival[], fresh: ReadonlySet<string>): Set<string> {
  return new Set(arrivals.filter(({ id, error }) => error === null && fresh.has(id)).map(wakeKey));
}

/** What the wake-up of an event is called: its lane, or itself. */
export function wakeKey(row: { id: string; lane: string | null }): string {
  return row.lane === null ? row.id : `lane:${row.lane}`;
}

/** Wakes up whoever looks at these keys, in the transaction that gave them something to look at. */
export async function wake(sql: Sql, jobs: Pick<Jobs, 'enqueue'>, keys: Iterable<string>): Promise<void> {
  await jobs.enqueue(
    sql,
    Array.from(keys, (key) => ({ queue: INBOX_QUEUE, key })),
  );
}

const COLUMNS = [
  'id text',
  'connection text',
  'event text',
  'account text',
  'happened_at bigint',
  'received_us bigint',
  'dedupe_key text',
  'verdict text',
  'headers text',
  'body bytea',
  'state text',
  'lane text',
  'error text',
  'settled_at bigint',
] as const;
const BODY = COLUMNS.indexOf('body bytea');
const NAMES = COLUMNS.map((column) => column.replace(/ .*/, ''));
const INTO = `INSERT INTO inbox (${NAMES.join(', ')}, attempts, done, replays)`;

const insertText = forRows((rows) => {
  let place = 0;
  const values = Array.from({ length: rows }, () => {
    const places = NAMES.map(() => `$${++place}`);
    return `(${places.join(', ')}, 0, '[]', 0)`;
  });
  return `${INTO} VALUES ${values.join(', ')}`;
});

const knownText = forRows((rows) => {
  const places = Array.from({ length: rows }, (_, i) => `$${i + 1}`);
  return `SELECT id FROM inbox WHERE id IN (${places.join(', ')})`;
});

/**
 * For PostgreSQL, which plans a statement with hundreds of parameters anew each time: all rows as one text of JSON, and
 * their bodies as one piece, as JSON has no bytes. The keys are those of `wakeKey`.
 */
const INSERT_RECORDS = `
  WITH fresh AS (
  ${INTO}
  SELECT ${NAMES.map((name) => (name === 'body' ? 'substring($2::bytea FROM start FOR size)' : name)).join(', ')}, 0, '[]', 0
  FROM json_to_recordset($1::json)
    AS given (${COLUMNS.filter((_, i) => i !== BODY).join(', ')}, start integer, size integer)
  ON CONFLICT (id) DO NOTHING
  RETURNING id, lane, error
  ), keys AS (
    SELECT coalesce('lane:' || lane, id) AS key FROM fresh WHERE error IS NULL
  ), woken AS (${enqueueKeysOf('keys', INBOX_QUEUE, '$3::bigint')})
  SELECT id FROM fresh`;

function recordsOf(arrivals: readonly Arrival[]): [string, Uint8Array] {
  let start = 1;
  const records = arrivals.map((arrival) => {
    const values = valuesOf(arrival).map((value, i) => [NAMES[i], i === BODY ? undefined : value]);
    const size = arrival.body.byteLength;
    const record = { ...Object.fromEntries(values), start, size };
    start += size;
    return record;
  });
  return [JSON.stringify(records), Buffer.concat(arrivals.map(({ body }) => body))];
}

function valuesOf(arrival: Arrival): SqlValue[] {
  const { id, connection, event, account, happenedAt, receivedUs, dedupeKey, verdict, headers, body } =
    arrival;
  const unreadable = arrival.error !== null;
  const state = unreadable ? 'failed' : 'received';
  const settledAt = unreadable ? Math.floor(receivedUs / 1000) : null;
  const told = [id, connection, event, account, happenedAt, receivedUs, dedupeKey, verdict, headers, body];
  return [...told, state, arrival.lane, arrival.error, settledAt];
}
