import type { LoadTransaction } from '../core/destination.ts';
import { META } from './columns.ts';
import { PUSHED, quoted, SLICES } from './bookkeeping.ts';
import type { SliceRules } from './slice-table.ts';
import type { Work } from './work.ts';

/** Lists of what happened may be so late, in milliseconds. */
export const LATE = 48 * 3600_000;

/**
 * Takes back rows that events told of and that the API, asked later, does not have: of what is there now they are
 * marked as gone, of history they are removed, as Zoom may spell the key otherwise than its event. To be called at the
 * end of a run that has read them.
 * @param whole everything of the stream, and of what it hangs below, was read
 * @returns how many rows
 */
export async function takeBack(
  tx: LoadTransaction,
  work: Work,
  rules: SliceRules,
  startedAt: number,
  whole: boolean,
): Promise<number> {
  if (!work.hears || !work.shaper) return 0;
  const keys = await unconfirmed(tx, work, rules, startedAt, whole);
  const { rowKey, table } = work.shaper;
  const what = work.marks
    ? {
        does: `UPDATE ${tx.name(table.name)} SET ${META.deletedAt} = $1 WHERE ${META.deletedAt} IS NULL AND`,
        first: [new Date(rules.now).toISOString()],
      }
    : { does: `DELETE FROM ${tx.name(table.name)} WHERE`, first: [] };
  const is = rowKey.map((name, i) => `${quoted(name)} = $${i + 1 + what.first.length}`).join(' AND ');
  let taken = 0;
  for (const { subject, row_key } of keys) {
    if (row_key !== null) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own table
      const values = JSON.parse(row_key) as string[];
      const rows = await tx.query(
        `${what.does} ${META.source} = 'webhook' AND ${is} RETURNING ${META.source}`,
        [...what.first, ...values],
      );
      taken += rows.length;
    }
    await tx.query(
      `DELETE FROM ${tx.name(PUSHED.name)} WHERE connection = $1 AND target = $2 AND subject = $3`,
      [rules.connection, work.node.target, subject],
    );
  }
  return taken;
}

interface Unconfirmed {
  subject: string;
  row_key: string | null;
}

async function unconfirmed(
  tx: LoadTransaction,
  work: Work,
  { connection, lookbackMs, again }: SliceRules,
  startedAt: number,
  whole: boolean,
): Promise<Unconfirmed[]> {
  const { target } = work.node;
  const pushed = tx.name(PUSHED.name);
  // A run over a range, or for a new table, has not looked at everything that there is.
  const before = whole && !again ? (work.marks ? startedAt : startedAt - LATE) : 0;
  const found = await tx.query<Unconfirmed>(
    `SELECT subject, row_key FROM ${pushed}
     WHERE connection = $1 AND target = $2 AND told_at < CAST($3 AS bigint)`,
    [connection, target, before],
  );
  if (work.marks) return found;
  // What lies below an instance that is over, and was read when nothing could change any more.
  const final = await tx.query<Unconfirmed>(
    `SELECT p.subject AS subject, p.row_key AS row_key FROM ${pushed} p
     JOIN ${tx.name(SLICES.name)} s ON s.connection = p.connection AND s.target = p.target AND s.slice = p.slice
     WHERE p.connection = $1 AND p.target = $2 AND s.state = 'done' AND s.read_at > p.told_at
       AND s.read_at >= s.ended_at + CAST($3 AS bigint)`,
    [connection, target, lookbackMs],
  );
  return [...new Map([...found, ...final].map((one) => [one.subject, one])).values()];
}
