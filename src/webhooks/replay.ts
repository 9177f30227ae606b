import { ConnectorError } from '../core/errors.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Sql, Store } from '../store/store.ts';
import { conditions, WHERE, type EventFilter } from './inbox.ts';
import { wake, wakeKey } from './insert.ts';

/** So many events share a transaction. */
const TOGETHER = 500;

const PUT_BACK = `
  UPDATE inbox SET state = 'received', attempts = 0, done = '[]', error = NULL, settled_at = NULL, replays = replays + 1
  WHERE id = $1 AND state <> 'received'
  RETURNING id, lane`;

const SETTLED = `
  SELECT id, received_us FROM inbox
  WHERE ${WHERE} AND state <> 'received' AND (received_us > $9 OR (received_us = $9 AND id > $10))
  ORDER BY received_us, id LIMIT $11`;

/**
 * Puts events back, so that the handlers of today see them again, in the order in which they came. Those that still
 * wait are left alone. Gives how many.
 *
 * @throws ConnectorError of kind `not-found` when an id is not there
 */
export async function replayEvents(
  store: Store,
  jobs: Pick<Jobs, 'enqueue'>,
  filter: EventFilter,
): Promise<number> {
  let replayed = 0;
  let from = { id: '', received_us: -1 };
  for (;;) {
    const page: readonly { id: string; received_us: number }[] = filter.ids
      ? await known(store.sql, filter.ids)
      : await store.sql(SETTLED, [...conditions(filter), from.received_us, from.id, TOGETHER]);
    for (let i = 0; i < page.length; i += TOGETHER) {
      replayed += await putBack(store, jobs, page.slice(i, i + TOGETHER));
    }
    const last = page.at(-1);
    if (filter.ids || !last || page.length < TOGETHER) return replayed;
    from = last;
  }
}

async function putBack(
  store: Store,
  jobs: Pick<Jobs, 'enqueue'>,
  events: readonly { id: string }[],
): Promise<number> {
  return store.tx(async (sql) => {
    const keys: string[] = [];
    for (const { id } of events) {
      const [row] = await sql<{ id: string; lane: string | null }>(PUT_BACK, [id]);
      if (row) keys.push(wakeKey(row));
    }
    await wake(sql, jobs, new Set(keys));
    return keys.length;
  });
}

async function known(sql: Sql, ids: readonly string[]): Promise<{ id: string; received_us: number }[]> {
  const found: { id: string; received_us: number }[] = [];
  for (const id of new Set(ids)) {
    const [row] = await sql<{ id: string; received_us: number }>(
      'SELECT id, received_us FROM inbox WHERE id = $1',
      [id],
    );
    if (!row) {
      throw new ConnectorError(`There is no event ${id}. Nothing was replayed.`, {
        kind: 'not-found',
        hint: 'List the events first: it may have been pruned.',
      });
    }
    found.push(row);
  }
  return found.toSorted((a, b) => a.received_us - b.received_us);
}

const WAITING = `
  SELECT id, lane, received_us FROM inbox WHERE state = 'received' AND (received_us > $1 OR (received_us = $1 AND id > $2))
  ORDER BY received_us, id LIMIT $3`;

/** Wakes up all that waits: for a store that was copied without its queue. Gives how many. */
export async function rewakeEvents(store: Store, jobs: Pick<Jobs, 'enqueue'>): Promise<number> {
  let woken = 0;
  let from = { id: '', received_us: -1 };
  for (;;) {
    const page = await store.tx(async (sql) => {
      type Waiting = { id: string; lane: string | null; received_us: number };
      const rows = await sql<Waiting>(WAITING, [from.received_us, from.id, TOGETHER]);
      await wake(sql, jobs, new Set(rows.map(wakeKey)));
      return rows;
    });
    woken += page.length;
    const last = page.at(-1);
    if (!last || page.length < TOGETHER) return woken;
    from = last;
  }
}
