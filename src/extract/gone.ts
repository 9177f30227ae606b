import type { LoadTransaction } from '../core/destination.ts';
import { columnList, SEEN, SLICES, type SliceRow } from './bookkeeping.ts';
import { META } from './columns.ts';
import type { SliceRules } from './slice-table.ts';
import { readAt } from './slices.ts';
import type { Work } from './work.ts';

/** Slices that are looked at together, and parents that one statement asks for. */
const FETCH = 400;
const AT_ONCE = 64;

/**
 * Marks the rows of slices that nothing leads to any more: the list above them was read whole in this run, and no
 * longer has what they hang below. The slices are forgotten, so that nobody waits for them.
 * @param works parents first
 * @returns how many rows were marked, by stream
 */
export async function leaveGone(
  tx: LoadTransaction,
  works: readonly Work[],
  byTarget: ReadonlyMap<string, Work>,
  rules: SliceRules,
  now: number,
): Promise<Map<Work, number>> {
  const counts = new Map<Work, number>();
  const left = new Set<string>();
  for (const work of works) {
    // Where runs add to what earlier ones read, or replace it, nothing is marked.
    if (work.node.stream.kind !== 'state' || !(work.marks || work.node.hidden)) continue;
    let count = 0;
    let after = '';
    for (;;) {
      const slices = await notFound(tx, work, rules, after);
      for (const slice of await orphans(tx, slices, byTarget, left, rules)) {
        left.add(`${work.node.target} ${slice}`);
        count += await leave(tx, work, slice, rules, now);
      }
      if (slices.length < FETCH) break;
      after = slices.at(-1)?.slice ?? '';
    }
    if (count > 0) counts.set(work, count);
  }
  return counts;
}

type Found = Pick<SliceRow, 'slice' | 'parameters'>;

/** Slices that this run has not met. What is skipped for the time being was met, and not asked for. */
function notFound(tx: LoadTransaction, work: Work, rules: SliceRules, after: string): Promise<Found[]> {
  return tx.query<Found>(
    `SELECT slice, parameters FROM ${tx.name(SLICES.name)}
     WHERE connection = $1 AND target = $2 AND slice > $3 AND run <> $4 AND ended_at IS NULL AND state <> 'skipped'
     ORDER BY slice LIMIT ${FETCH}`,
    [rules.connection, work.node.target, after, rules.run],
  );
}

/** Those of them whose parent was read to its end in this run, or has just been left itself. */
async function orphans(
  tx: LoadTransaction,
  slices: readonly Found[],
  byTarget: ReadonlyMap<string, Work>,
  left: ReadonlySet<string>,
  rules: SliceRules,
): Promise<string[]> {
  const parents = new Map<string, Map<string, string[]>>();
  const gone: string[] = [];
  for (const one of slices) {
    const [target, slice = ''] = readAt(one).from ?? [];
    // Of history, a run lists what is new only.
    if (target === undefined || byTarget.get(target)?.node.stream.kind !== 'state') continue;
    if (left.has(`${target} ${slice}`)) {
      gone.push(one.slice);
      continue;
    }
    const below = parents.get(target) ?? new Map<string, string[]>();
    parents.set(target, below.set(slice, [...(below.get(slice) ?? []), one.slice]));
  }
  for (const [target, below] of parents) {
    const names = [...below.keys()];
    for (let from = 0; from < names.length; from += AT_ONCE) {
      const some = names.slice(from, from + AT_ONCE);
      const read = await tx.query<{ slice: string }>(
        `SELECT slice FROM ${tx.name(SLICES.name)}
         WHERE connection = $1 AND target = $2 AND run = $3 AND state = 'done'
           AND slice IN (${some.map((_, i) => `$${i + 4}`).join(', ')})`,
        [rules.connection, target, rules.run, ...some],
      );
      for (const { slice } of read) gone.push(...(below.get(slice) ?? []));
    }
  }
  return gone;
}

async function leave(
  tx: LoadTransaction,
  work: Work,
  slice: string,
  { connection }: SliceRules,
  now: number,
): Promise<number> {
  const { target } = work.node;
  const place = [connection, target, slice];
  for (const table of [SEEN, SLICES]) {
    await tx.query(
      `DELETE FROM ${tx.name(table.name)} WHERE connection = $1 AND target = $2 AND slice = $3`,
      place,
    );
  }
  if (!work.shaper || !work.marks) return 0;
  const marked = await tx.query(
    `UPDATE ${tx.name(work.table)} SET ${META.deletedAt} = $1
     WHERE ${META.slice} = $2 AND ${META.deletedAt} IS NULL RETURNING ${columnList([META.slice])}`,
    [new Date(now).toISOString(), `${connection}/${slice}`],
  );
  return marked.length;
}
