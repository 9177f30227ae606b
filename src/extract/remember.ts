import type { LoadTransaction, Table, TableChange } from '../core/destination.ts';
import { CHANGES, put, TARGETS } from './bookkeeping.ts';
import type { Work } from './work.ts';

/** Writes down the columns of a table, and what was done to it. */
export async function rememberTable(
  tx: LoadTransaction,
  { node: { target, stream, choice } }: Work,
  table: Table,
  changes: readonly TableChange[],
  { connection, run }: { connection: string; run: string },
  now: number,
): Promise<void> {
  await put(tx, TARGETS, [
    {
      connection,
      target,
      stream: stream.name,
      key: JSON.stringify(table.key),
      selected: JSON.stringify(choice.select ?? null),
      columns: JSON.stringify(table.columns),
    },
  ]);
  await put(
    tx,
    CHANGES,
    changes.map((change) => ({
      run,
      target,
      column_name: change.column ?? '',
      change: change.change,
      from_type: change.from,
      to_type: change.to ?? '',
      changed_at: now,
    })),
  );
}
