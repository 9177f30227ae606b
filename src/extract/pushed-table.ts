import type { LoadTransaction } from '../core/destination.ts';
import type { PushedRow } from '../core/pushed-rows.ts';
import { allOf, PUSHED, put } from './bookkeeping.ts';

/** What events have told of one row, until the API has told it too; a row of `_trunkline_pushed`. */
export interface PushedEntry {
  connection: string;
  target: string;
  /** Values of the members by which events tell rows apart. */
  subject: string;
  /** Values of the row's key as one text; empty as long as it is not in the table. */
  row_key: string | null;
  /** The slice by which the API would bring it. */
  slice: string | null;
  /** See `Word`, as JSON. */
  told: string;
  /** When the last of it happened, in milliseconds. */
  told_at: number;
}

/**
 * The last word on each member of a row: events come in any order and more than once, and each of them tells a part.
 * Whatever the order, what stands here in the end is the same.
 */
export interface Word {
  /** Members with when they were told, in milliseconds, and the value. */
  members: Record<string, readonly [at: number, value: unknown]>;
  /** Whether the row is there. */
  there?: readonly [at: number, there: boolean];
  slice?: readonly [at: number, slice: string];
  /** The event that told something last. */
  event?: readonly [at: number, id: string];
}

/** Keys of one statement: well below the number of parameters that any of the databases takes. */
const AT_ONCE = 64;

/** Adds what an event told to what is known. */
export function hear(
  word: Word,
  { row, gone = false }: PushedRow,
  slice: string | undefined,
  at: number,
  event: string,
): void {
  for (const [name, value] of Object.entries(row)) {
    if (value === undefined) continue;
    if (isNews(word.members[name], at)) word.members[name] = [at, value];
  }
  if (isNews(word.there, at)) word.there = [at, !gone];
  if (slice !== undefined && isNews(word.slice, at)) word.slice = [at, slice];
  if (isNews(word.event, at)) word.event = [at, event];
}

function isNews(known: readonly [number, unknown] | undefined, at: number): boolean {
  return known === undefined || known[0] <= at;
}

/** What is known of these subjects. */
export async function entriesOf(
  tx: LoadTransaction,
  connection: string,
  target: string,
  subjects: readonly string[],
): Promise<Map<string, PushedEntry>> {
  const found = new Map<string, PushedEntry>();
  for (let from = 0; from < subjects.length; from += AT_ONCE) {
    const some = subjects.slice(from, from + AT_ONCE);
    const rows = await tx.query<PushedEntry>(
      `SELECT ${allOf(PUSHED)} FROM ${tx.name(PUSHED.name)}
       WHERE connection = $1 AND target = $2 AND subject IN (${some.map((_, i) => `$${i + 3}`).join(', ')})`,
      [connection, target, ...some],
    );
    for (const row of rows) found.set(row.subject, row);
  }
  return found;
}

export function keepEntries(tx: LoadTransaction, entries: readonly PushedEntry[]): Promise<void> {
  return put(tx, PUSHED, entries);
}

/** Keys of the rows of a table that only events have told of so far. */
export async function pushedKeys(
  tx: LoadTransaction,
  connection: string,
  target: string,
): Promise<Set<string>> {
  const rows = await tx.query<{ row_key: string }>(
    `SELECT row_key FROM ${tx.name(PUSHED.name)}
     WHERE connection = $1 AND target = $2 AND row_key IS NOT NULL`,
    [connection, target],
  );
  return new Set(rows.map(({ row_key }) => row_key));
}

/** The API has told of these rows: its word is all that counts now. */
export async function confirm(
  tx: LoadTransaction,
  connection: string,
  target: string,
  keys: readonly string[],
): Promise<void> {
  for (let from = 0; from < keys.length; from += AT_ONCE) {
    const some = keys.slice(from, from + AT_ONCE);
    await tx.query(
      `DELETE FROM ${tx.name(PUSHED.name)}
       WHERE connection = $1 AND target = $2 AND row_key IN (${some.map((_, i) => `$${i + 3}`).join(', ')})`,
      [connection, target, ...some],
    );
  }
}
