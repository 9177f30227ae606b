import type { PushedRow } from '../core/pushed-rows.ts';
import type { Sql, Store } from '../store/store.ts';
import type { ToldRow } from './land-pushed.ts';

/** A row on its way to its table. */
export interface WaitingRow extends ToldRow {
  id: string;
  connection: string;
  stream: string;
}

/** What an event tells of one row of a stream. */
export interface StreamRow extends PushedRow {
  stream: string;
}

interface Row {
  id: string;
  connection: string;
  stream: string;
  event: string;
  happened_at: number;
  content: string;
}

const KEEP = `
  INSERT INTO pushed_rows (id, connection, stream, event, happened_at, content)
  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`;

const NEXT = `
  SELECT id, connection, stream, event, happened_at, content FROM pushed_rows
  ORDER BY happened_at, id LIMIT $1`;

/**
 * Keeps what an event tells until it stands in its tables. A crash behind it: the rows wait; the event is handled once
 * more, and they are the same.
 */
export async function keepRows(
  sql: Sql,
  connection: string,
  event: string,
  at: number,
  rows: readonly StreamRow[],
): Promise<void> {
  for (const [place, { stream, ...content }] of rows.entries()) {
    const id = `${event} ${stream} ${place}`;
    await sql(KEEP, [id, connection, stream, event, Math.floor(at), JSON.stringify(content)]);
  }
}

/** The first ones in the order in which they happened. */
export async function nextRows({ sql }: Store, limit: number): Promise<WaitingRow[]> {
  const rows = await sql<Row>(NEXT, [limit]);
  return rows.map(({ id, connection, stream, event, happened_at: at, content }) => ({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own table
    ...(JSON.parse(content) as PushedRow),
    id,
    connection,
    stream,
    event,
    at,
  }));
}

/** They stand in their tables, or there is none for them. */
export async function forgetRows(store: Store, rows: readonly WaitingRow[]): Promise<void> {
  await store.tx(async (sql) => {
    for (const { id } of rows) await sql('DELETE FROM pushed_rows WHERE id = $1', [id]);
  });
}

/** How many wait. */
export async function countRows({ sql }: Store): Promise<number> {
  const [row] = await sql<{ n: number }>('SELECT count(*) AS n FROM pushed_rows');
  return row?.n ?? 0;
}
