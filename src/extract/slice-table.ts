import type { LoadTransaction, Value } from '../core/destination.ts';
import { allOf, SLICES, type SliceRow } from './bookkeeping.ts';
import type { NewSlice } from './slices.ts';
import type { Work } from './work.ts';

/** What decides about slices that are known already. */
export interface SliceRules {
  connection: string;
  run: string;
  now: number;
  lookbackMs: number;
  /** Reads them again whatever became of them. */
  again: boolean;
  /** Range of time that was asked for. */
  since: number | null;
  until: number | null;
}

/** Rows of one statement: well below the number of parameters that any of the databases takes. */
const AT_ONCE = 64;

/** Tables that a stream's rows give slices to, each between spaces. */
export function feedsOf(work: Work): string {
  const targets = work.node.children.map(({ node }) => node.target);
  return targets.length === 0 ? '' : ` ${targets.toSorted().join('  ')} `;
}

/**
 * Makes slices wait for this run. One that is known already waits again when its rows may have changed, when it failed,
 * or when something hangs below it now that did not before.
 * @returns how many wait that did not
 */
export async function addSlices(
  tx: LoadTransaction,
  work: Work,
  slices: readonly NewSlice[],
  rules: SliceRules,
): Promise<number> {
  // A key twice in one statement would be refused.
  const unique = [...new Map(slices.map((one) => [one.slice, one])).values()];
  let added = 0;
  for (let from = 0; from < unique.length; from += AT_ONCE) {
    added += await addSome(tx, work, unique.slice(from, from + AT_ONCE), rules);
  }
  return added;
}

async function addSome(
  tx: LoadTransaction,
  work: Work,
  slices: readonly NewSlice[],
  rules: SliceRules,
): Promise<number> {
  const params: Value[] = [];
  const param = (value: Value): string => {
    params.push(value);
    return `$${params.length}`;
  };
  const { connection, run, now, lookbackMs, again } = rules;
  const ranged = work.node.stream.window !== undefined && rules.since !== null;
  const range: [number | null, number | null] = ranged ? [rules.since, rules.until] : [null, null];
  const rows = slices.map(({ slice, at, endedAt }) => {
    const key = ranged ? `${slice} ${isoDay(range[0])}..${isoDay(range[1])}` : slice;
    const values = [connection, work.node.target, key, run, 'waiting', JSON.stringify(at)];
    return `(${[...values.map(param), ...[endedAt, ...range].map((ms) => wide(param(ms)))].join(', ')}, '', 0)`;
  });
  // A parameter that no statement uses is an error.
  const missing = (again ? '' : feedsOf(work))
    .split(' ')
    .filter((target) => target !== '')
    .map((target) => `s.feeds NOT LIKE ${param(`% ${target} %`)}`);
  // Of what is there now, all is read each time.
  const anew = again || work.node.stream.kind === 'state';
  const lacks = missing.length === 0 ? '1 = 0' : `(${missing.join(' OR ')})`;
  // Of several times at which it is known to have been over, the first one is the nearest to the truth.
  const ended = 'CASE WHEN s.ended_at < excluded.ended_at THEN s.ended_at ELSE excluded.ended_at END';
  const wanted = again
    ? '1 = 1'
    : `(s.state IN ('waiting', 'failed')
        OR (s.state = 'done' AND (excluded.ended_at IS NULL OR ${lacks} OR s.read_at < ${ended} + ${wide(param(lookbackMs))}))
        OR (s.state = 'skipped' AND s.retry_at <= ${wide(param(now))}))`;
  const found = await tx.query<{ slice: string }>(
    `INSERT INTO ${tx.name(SLICES.name)} AS s
       (connection, target, slice, run, state, parameters, ended_at, from_at, until_at, feeds, rows)
     VALUES ${rows.join(', ')}
     ON CONFLICT (connection, target, slice) DO UPDATE SET
       run = excluded.run, state = 'waiting', parameters = excluded.parameters, ended_at = ${ended}, next_page = NULL,
       covered = CASE WHEN ${anew ? '1 = 1' : lacks} THEN NULL ELSE s.covered END
     WHERE s.run <> excluded.run AND ${wanted}
     RETURNING slice`,
    params,
  );
  return found.length;
}

/** PostgreSQL takes a bare parameter for a text or a short integer, by what stands around it. */
function wide(text: string): string {
  return `CAST(${text} AS bigint)`;
}

function isoDay(ms: number | null): string {
  return ms === null ? '' : new Date(ms).toISOString().slice(0, 10);
}

/** Slices of a table that wait, in the order of their keys, from behind `after` on. */
export function waitingSlices(
  tx: LoadTransaction,
  work: Work,
  rules: SliceRules,
  after: string,
  limit: number,
): Promise<SliceRow[]> {
  // What is over is read whenever there is time for it; anything else only while its parent still shows it.
  const ours = rules.again ? 'run = $4' : '(run = $4 OR ended_at IS NOT NULL)';
  return tx.query<SliceRow>(
    `SELECT ${allOf(SLICES)} FROM ${tx.name(SLICES.name)}
     WHERE connection = $1 AND target = $2 AND slice > $3 AND state = 'waiting' AND ${ours}
     ORDER BY slice LIMIT ${limit}`,
    [rules.connection, work.node.target, after, rules.run],
  );
}

/** How many of them there are. */
export async function countWaiting(tx: LoadTransaction, work: Work, rules: SliceRules): Promise<number> {
  const ours = rules.again ? 'run = $3' : '(run = $3 OR ended_at IS NOT NULL)';
  const [found] = await tx.query<{ n: number }>(
    `SELECT count(*) AS n FROM ${tx.name(SLICES.name)}
     WHERE connection = $1 AND target = $2 AND state = 'waiting' AND ${ours}`,
    [rules.connection, work.node.target, rules.run],
  );
  return found?.n ?? 0;
}

/**
 * What failed, and what was skipped until now, waits again. What is not over waits only when it is found again, unless
 * its parents are not listed again: then its own slices are all that is known of them.
 */
export async function wakeSlices(tx: LoadTransaction, work: Work, rules: SliceRules): Promise<void> {
  const slices = tx.name(SLICES.name);
  const { stream, target, parents } = work.node;
  // They belong to this run from now on, so that they do not count twice when their parents are listed.
  const [ours, states] = rules.again ? ['', ''] : [', run = $4', `state = 'waiting' OR `];
  await tx.query(
    `UPDATE ${slices} SET state = 'waiting'${ours}
     WHERE connection = $1 AND target = $2
       AND (${states}state = 'failed' OR (state = 'skipped' AND retry_at <= CAST($3 AS bigint)))
       AND (ended_at IS NOT NULL OR run = $4)`,
    [rules.connection, target, rules.now, rules.run],
  );
  const listedOnce = parents.length > 0 && parents.every(({ node }) => node.stream.kind === 'history');
  if (!listedOnce || rules.again) return;
  await tx.query(
    `UPDATE ${slices} SET state = 'waiting', run = $3, next_page = NULL${stream.kind === 'state' ? ', covered = NULL' : ''}
     WHERE connection = $1 AND target = $2 AND run <> $3 AND ended_at IS NULL
       AND (state <> 'skipped' OR retry_at <= CAST($4 AS bigint))`,
    [rules.connection, target, rules.run, rules.now],
  );
}

/** Forgets what was read of a table, so that what it hangs below is listed for it once more. */
export async function forgetSlices(tx: LoadTransaction, work: Work, connection: string): Promise<void> {
  const slices = tx.name(SLICES.name);
  const { target, parents } = work.node;
  await tx.query(`DELETE FROM ${slices} WHERE connection = $1 AND target = $2`, [connection, target]);
  for (const { node } of parents) {
    await tx.query(
      `UPDATE ${slices} SET feeds = replace(feeds, $3, '') WHERE connection = $1 AND target = $2`,
      [connection, node.target, ` ${target} `],
    );
  }
}
