import type { ErrorKind } from '../core/errors.ts';
import { enqueue, forRows, powersOfTwo } from './enqueue.ts';
import type { Sql, SqlValue, StoreAbilities } from '../store/store.ts';

/** Who claims: a process, and a number that it uses once. */
export interface Claim {
  owner: string;
  claim: number;
}

/** A row that was claimed. */
export interface Claimed extends Claim {
  key: string;
  payload: string | null;
  priority: number;
  run_at: number;
  attempts: number;
}

/** Why a job is not tried again. */
export interface Failure {
  kind: ErrorKind | undefined;
  message: string;
  hint: string;
  cause: string;
}

// The highest priority below a bound, and its earliest time. Going down priority by priority keeps claiming a matter of
// a few seeks, however many jobs wait for later.
const NEXT = `
  SELECT priority, run_at FROM jobs
  WHERE queue = $1 AND state <> 'running' AND priority < $2
  ORDER BY priority DESC, run_at LIMIT 1`;

// A process that others took for dead is no longer in the table: what it claimed now, nobody would ever put back. The
// lock makes those who bury it wait until they can see what it has claimed.
const claimText = (open: string, close: string): string => `
  UPDATE jobs SET state = 'running', attempts = attempts + 1, again_at = NULL, owner = $5, claim = $6
  WHERE queue = $1 AND key ${open}
    SELECT key FROM jobs
    WHERE queue = $1 AND state <> 'running' AND priority = $2 AND run_at <= $3
    ORDER BY run_at LIMIT $4 FOR UPDATE SKIP LOCKED
  ${close} AND EXISTS (SELECT 1 FROM job_workers WHERE id = $5 FOR KEY SHARE)
  RETURNING key, payload, priority, run_at, attempts, owner, claim`;

const CLAIM = claimText('IN (', ')');
// What the planner knows of a queue is always out of date, and it may read all of it to find a few keys. An array, as a
// list, leaves it nothing but to look up each key: with joins, 10,000 jobs were claimed and finished at 1,500/s instead
// of 23,000/s.
const CLAIM_BY_ARRAY = claimText('= ANY (ARRAY (', '))');

/** waiting, held → running: up to `room` jobs that are due; and when the next one will be, if there was room for more. */
export async function claim(
  sql: Sql,
  queue: string,
  room: number,
  now: number,
  by: Claim,
  { arrays }: Pick<StoreAbilities, 'arrays'>,
): Promise<{ jobs: Claimed[]; nextAt: number }> {
  const jobs: Claimed[] = [];
  let nextAt = Infinity;
  let bound = Number.MAX_SAFE_INTEGER;
  while (jobs.length < room) {
    const [next] = await sql<{ priority: number; run_at: number }>(NEXT, [queue, bound]);
    if (!next) break;
    if (next.run_at > now) {
      nextAt = Math.min(nextAt, next.run_at);
      bound = next.priority;
      continue;
    }
    const left = room - jobs.length;
    const claimed = await sql<Claimed>(arrays ? CLAIM_BY_ARRAY : CLAIM, [
      queue,
      next.priority,
      now,
      left,
      by.owner,
      by.claim,
    ]);
    jobs.push(...claimed.toSorted((a, b) => a.run_at - b.run_at));
    // Fewer than there was room for: the rest is not due, or others are claiming it just now.
    if (claimed.length === 0) {
      bound = next.priority;
      nextAt = Math.min(nextAt, now + RIVALS_MS);
    }
  }
  return { jobs, nextAt };
}

// What rivals had locked is theirs, or will be free again, in a moment.
const RIVALS_MS = 50;

const forgetText = forRows(
  (rows) => `DELETE FROM jobs WHERE again_at IS NULL AND ${stillHeld(rows)} RETURNING key`,
);

const againText = forRows(
  (rows) => `
  UPDATE jobs SET state = 'waiting', run_at = again_at, again_at = NULL, attempts = 0, owner = NULL, claim = NULL
  WHERE again_at IS NOT NULL AND ${stillHeld(rows)} RETURNING key`,
);

/** The list of keys is for the index; the claims say that they are still the rows that were given to the owner. */
function stillHeld(rows: number): string {
  const list = (first: number) => Array.from({ length: rows }, (_, i) => `$${first + i}`).join(', ');
  return `queue = $1 AND owner = $2 AND key IN (${list(3)}) AND claim || ' ' || key IN (${list(3 + rows)})`;
}

type Held = Claim & { key: string };

/**
 * running → gone, or → waiting when a wake-up came meanwhile. All of one owner. Gives those that were still its own.
 * A crash between the two statements leaves a row running: it waits again once its process is known to be dead.
 */
export async function finish(
  sql: Sql,
  queue: string,
  jobs: readonly Held[],
): Promise<{ gone: Set<Held>; waiting: Set<Held> }> {
  const gone = await each(sql, forgetText, queue, jobs);
  const rest = jobs.filter((job) => !gone.has(job));
  return { gone, waiting: await each(sql, againText, queue, rest) };
}

async function each(
  sql: Sql,
  text: (rows: number) => string,
  queue: string,
  jobs: readonly Held[],
): Promise<Set<Held>> {
  const byKey = new Map(jobs.map((job) => [job.key, job]));
  const changed = new Set<Held>();
  for (const part of powersOfTwo(jobs)) {
    const keys = part.map(({ key }) => key);
    const claims = part.map((job) => `${job.claim} ${job.key}`);
    const values = [queue, part[0]?.owner ?? '', ...keys, ...claims];
    const rows = await sql<{ key: string }>(text(part.length), values);
    for (const { key } of rows) {
      const job = byKey.get(key);
      if (job) changed.add(job);
    }
  }
  return changed;
}

const MINE = `queue = $1 AND key = $2 AND owner = $3 AND claim = $4 AND state = 'running'`;

const HOLD = `
  UPDATE jobs SET state = 'held', run_at = $5, attempts = $6, again_at = NULL, owner = NULL, claim = NULL
  WHERE ${MINE}`;

/** running → held until `runAt`. A wake-up that came meanwhile is covered by the retry. */
export async function hold(
  sql: Sql,
  queue: string,
  job: Held,
  runAt: number,
  attempts: number,
): Promise<void> {
  await sql(HOLD, [queue, job.key, job.owner, job.claim, Math.round(runAt), attempts]);
}

const BURY = `
  INSERT INTO dead_jobs (id, queue, key, payload, priority, attempts, kind, message, hint, cause, died_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (id) DO UPDATE SET
    payload = excluded.payload, priority = excluded.priority, attempts = excluded.attempts, kind = excluded.kind,
    message = excluded.message, hint = excluded.hint, cause = excluded.cause, died_at = excluded.died_at`;

/** running → dead letter; true when a wake-up came meanwhile, which makes the key wait again. Needs a transaction. */
export async function bury(
  sql: Sql,
  queue: string,
  job: Claimed,
  failure: Failure,
  now: number,
): Promise<boolean> {
  const { gone, waiting } = await finish(sql, queue, [job]);
  if (gone.size + waiting.size === 0) return false; // others have it now, and its fate with it
  const { kind, message, hint, cause } = failure;
  const who: SqlValue[] = [`${queue}/${job.key}`, queue, job.key, job.payload, job.priority, job.attempts];
  await sql(BURY, [...who, kind ?? null, message, hint, cause, Math.round(now)]);
  return waiting.size > 0;
}

const RELEASE = `
  UPDATE jobs SET state = 'waiting', attempts = attempts - 1, again_at = NULL, owner = NULL, claim = NULL
  WHERE ${MINE}`;

/** running → waiting, as if it had not been claimed. */
export async function release(sql: Sql, queue: string, job: Held): Promise<void> {
  await sql(RELEASE, [queue, job.key, job.owner, job.claim]);
}

const RELEASE_CLAIM = `
  UPDATE jobs SET state = 'waiting', attempts = attempts - 1, again_at = NULL, owner = NULL, claim = NULL
  WHERE owner = $1 AND claim = $2 AND state = 'running'`;

/** running → waiting, for a claim of which nobody knows whether it was made. */
export async function releaseClaim(sql: Sql, by: Claim): Promise<void> {
  await sql(RELEASE_CLAIM, [by.owner, by.claim]);
}

const EXHUME = `DELETE FROM dead_jobs WHERE id = $1 RETURNING queue, key, payload, priority`;

const REVIVE = `
  UPDATE jobs SET state = 'waiting', run_at = $3, attempts = 0
  WHERE queue = $1 AND key = $2 AND state = 'held'`;

/** dead letter → waiting, now, whatever backoff the key was in; its queue, or undefined when there is no such letter. */
export async function revive(sql: Sql, id: string, now: number): Promise<string | undefined> {
  type Dead = { queue: string; key: string; payload: string | null; priority: number };
  const [dead] = await sql<Dead>(EXHUME, [id]);
  if (!dead) return undefined;
  await sql(REVIVE, [dead.queue, dead.key, Math.round(now)]);
  const { payload, ...job } = dead;
  await enqueue(sql, [payload === null ? job : { ...job, payload: JSON.parse(payload) as unknown }], now);
  return dead.queue;
}

const BUSY = `SELECT key FROM jobs WHERE queue = $1 AND key >= $2 AND key < $3 LIMIT 1`;

/** Whether any key with this prefix waits or runs. */
export async function busy(sql: Sql, queue: string, keyPrefix: string): Promise<boolean> {
  const rows = await sql(BUSY, [queue, keyPrefix, `${keyPrefix}\u{10FFFF}`]);
  return rows.length > 0;
}
