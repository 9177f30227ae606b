import type { Column, Loader, LoadTransaction } from '../core/destination.ts';
import { ConnectorError } from '../core/errors.ts';
import { allOf, columnList, fitBookkeeping, put, RUNS, TARGETS } from './bookkeeping.ts';
import { pushedKeys } from './pushed-table.ts';
import type { ExtractDeps, ExtractRequest } from './request.ts';
import { addSlices, countWaiting, forgetSlices, wakeSlices, type SliceRules } from './slice-table.ts';
import { rootSlices } from './slices.ts';
import type { Work } from './work.ts';

const HOUR = 3600_000;
/** Things may still change for so long after they were over, in milliseconds: late reports, late participants. */
export const LOOKBACK = 3 * HOUR;
/** A run that has not ended is gone on with for so long, in milliseconds: older, what it read of the present is stale. */
const RESUMABLE = 48 * HOUR;

interface RunRow {
  run: string;
  connection: string;
  wanted: string;
  started_at: number;
  active_at: number;
  ended_at: number | null;
  outcome: string | null;
  report: string | null;
}

/** What a run is, once its rows stand in the destination. */
export interface Prepared {
  rules: SliceRules;
  resumed: boolean;
  row: RunRow;
}

/** Creates tables, finds the run that has not ended or begins another, and makes the first slices wait. */
export function prepare(
  loader: Loader,
  works: readonly Work[],
  deps: ExtractDeps,
  request: ExtractRequest,
): Promise<Prepared> {
  return loader.transaction(async (tx) => {
    await fitBookkeeping(tx);
    const now = deps.now();
    const connection = deps.session.connection.name;
    const wanted = signatureOf(request);
    const open = await unfinished(tx, connection, wanted, now - RESUMABLE);
    const row: RunRow = open ?? {
      run: deps.newRun(),
      connection,
      wanted,
      started_at: now,
      active_at: now,
      ended_at: null,
      outcome: null,
      report: null,
    };
    await put(tx, RUNS, [{ ...row, active_at: now, ended_at: null, outcome: null }]);
    const again = request.since !== undefined || request.streams.some(({ mode }) => mode === 'full-refresh');
    const rules: SliceRules = {
      connection,
      run: row.run,
      now,
      lookbackMs: request.lookbackMs ?? LOOKBACK,
      again,
      since: request.since ?? null,
      until: request.until ?? (request.since === undefined ? null : now),
    };
    for (const work of works) {
      await prepareTable(tx, work, rules, open !== undefined);
      if (work.hears) work.pushed = await pushedKeys(tx, connection, work.node.target);
      await wakeSlices(tx, work, rules);
      if (work.node.parents.length === 0) await addSlices(tx, work, rootSlices(work.node), rules);
      work.waiting = await countWaiting(tx, work, rules);
    }
    return { rules, resumed: open !== undefined, row };
  });
}

/** What was wanted, so that the same wish goes on where it ended. */
function signatureOf({ streams, since, until }: ExtractRequest): string {
  const sorted = streams.toSorted((a, b) => (a.table < b.table ? -1 : 1));
  return JSON.stringify({ streams: sorted, since: since ?? null, until: until ?? null });
}

async function unfinished(
  tx: LoadTransaction,
  connection: string,
  wanted: string,
  since: number,
): Promise<RunRow | undefined> {
  const [run] = await tx.query<RunRow>(
    `SELECT ${allOf(RUNS)} FROM ${tx.name(RUNS.name)}
     WHERE connection = $1 AND wanted = $2 AND active_at > CAST($3 AS bigint)
     ORDER BY started_at DESC, run DESC LIMIT 1`,
    [connection, wanted, since],
  );
  return run && run.outcome !== 'done' ? run : undefined;
}

/** Makes the table of a stream what it has to be, and forgets what was read when all rows are needed once more. */
export async function prepareTable(
  tx: LoadTransaction,
  work: Work,
  { connection }: SliceRules,
  resumed: boolean,
): Promise<void> {
  const { shaper, node } = work;
  if (!shaper) return;
  const { target, stream, choice } = node;
  const [known] = await tx.query<{ key: string; selected: string; columns: string }>(
    `SELECT ${columnList(['key', 'selected', 'columns'])} FROM ${tx.name(TARGETS.name)}
     WHERE connection = $1 AND target = $2 AND stream = $3`,
    [connection, target, stream.name],
  );
  const key = JSON.stringify(shaper.table.key);
  const refresh = choice.mode === 'full-refresh';
  if (known && known.key !== key && !refresh) throw otherKey(target, known.key, key);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own table
  if (known) shaper.adopt(JSON.parse(known.columns) as Column[]);
  if (refresh && !resumed) await tx.drop(shaper.table.name);
  const changes = await tx.fit(shaper.table);
  work.fitted = shaper.version;
  work.changes.push(...changes);
  const selected = JSON.stringify(choice.select ?? null);
  const created = changes.some(({ change }) => change === 'created');
  // A table that was removed, or has other columns now, needs all rows once more.
  if (!refresh && !resumed && (created || (known && known.selected !== selected))) {
    await forgetSlices(tx, work, connection);
  }
  const columns = JSON.stringify(shaper.table.columns);
  await put(tx, TARGETS, [{ connection, target, stream: stream.name, key, selected, columns }]);
}

function otherKey(table: string, was: string, is: string): ConnectorError {
  return new ConnectorError(
    `the table '${table}' was filled with rows that are told apart by ${namesIn(was)}, and now by ${namesIn(is)}`,
    {
      kind: 'config',
      hint: 'Choose another table for it (object), fill it anew (--full-refresh), or go back to the key of before. Nothing was changed.',
    },
  );
}

function namesIn(key: string): string {
  return (JSON.parse(key) as string[]).join(', ');
}

/** Writes down that a run has ended, and how. */
export async function finish(
  tx: LoadTransaction,
  { row }: Prepared,
  outcome: string,
  report: unknown,
  now: number,
): Promise<void> {
  await put(tx, RUNS, [{ ...row, active_at: now, ended_at: now, outcome, report: JSON.stringify(report) }]);
}
