import type { ErrorKind } from '../core/errors.ts';
import type { Sql, SqlValue } from '../store/store.ts';

/** A wake-up: look at this key. */
export interface NewJob {
  queue: string;
  key: string;
  /** A hint for the handler. Of merged wake-ups the last one given counts, so the truth must stand elsewhere. */
  payload?: unknown;
  /** Milliseconds since the epoch; now unless told. */
  runAt?: number;
  /** Higher goes first; 0 unless told. */
  priority?: number;
}

/** A row that was claimed. */
export interface Claimed {
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

const ENQUEUE = `
  INSERT INTO jobs (queue, key, state, payload, priority, run_at, again_at, attempts)
  VALUES ($1, $2, 'waiting', $3, $4, $5, NULL, 0)
  ON CONFLICT (queue, key) DO UPDATE SET
    payload = coalesce(excluded.payload, jobs.payload),
    priority = CASE WHEN excluded.priority > jobs.priority THEN excluded.priority ELSE jobs.priority END,
    run_at = CASE
      WHEN jobs.state = 'waiting' AND excluded.run_at < jobs.run_at THEN excluded.run_at
      ELSE jobs.run_at
    END,
    again_at = CASE
      WHEN jobs.state <> 'running' THEN NULL
      WHEN jobs.again_at < excluded.run_at THEN jobs.again_at
      ELSE excluded.run_at
    END`;

/** waiting: a new job, or one merged into the job of the same key. */
export async function enqueue(sql: Sql, job: NewJob, now: number): Promise<void> {
  const payload = job.payload === undefined ? null : JSON.stringify(job.payload);
  const runAt = Math.floor(job.runAt ?? now);
  await sql(ENQUEUE, [job.queue, job.key, payload, job.priority ?? 0, runAt]);
}

// The highest priority below a bound, and its earliest time. Going down priority by priority keeps claiming a matter of
// a few seeks, however many jobs wait for later.
const NEXT = `
  SELECT priority, run_at FROM jobs
  WHERE queue = $1 AND state <> 'running' AND priority < $2
  ORDER BY priority DESC, run_at LIMIT 1`;

const CLAIM = `
  UPDATE jobs SET state = 'running', attempts = attempts + 1, again_at = NULL
  WHERE queue = $1 AND key IN (
    SELECT key FROM jobs
    WHERE queue = $1 AND state <> 'running' AND priority = $2 AND run_at <= $3
    ORDER BY run_at LIMIT $4
  )
  RETURNING key, payload, priority, run_at, attempts`;

/** waiting, held → running: up to `room` jobs that are due; and when the next one will be, if there was room for more. */
export async function claim(
  sql: Sql,
  queue: string,
  room: number,
  now: number,
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
    const claimed = await sql<Claimed>(CLAIM, [queue, next.priority, now, room - jobs.length]);
    jobs.push(...claimed.toSorted((a, b) => a.run_at - b.run_at));
  }
  return { jobs, nextAt };
}

const FORGET = `DELETE FROM jobs WHERE queue = $1 AND key = $2 AND again_at IS NULL RETURNING key`;

const AGAIN = `
  UPDATE jobs SET state = 'waiting', run_at = again_at, again_at = NULL, attempts = 0
  WHERE queue = $1 AND key = $2 AND again_at IS NOT NULL`;

/**
 * running → gone, or → waiting when a wake-up came meanwhile (true then).
 * A crash between the two statements leaves the row running: at the next start it waits again.
 */
export async function finish(sql: Sql, queue: string, key: string): Promise<boolean> {
  const gone = await sql(FORGET, [queue, key]);
  if (gone.length > 0) return false;
  await sql(AGAIN, [queue, key]);
  return true;
}

const HOLD = `
  UPDATE jobs SET state = 'held', run_at = $3, attempts = $4, again_at = NULL
  WHERE queue = $1 AND key = $2 AND state = 'running'`;

/** running → held until `runAt`. A wake-up that came meanwhile is covered by the retry. */
export async function hold(
  sql: Sql,
  queue: string,
  key: string,
  runAt: number,
  attempts: number,
): Promise<void> {
  await sql(HOLD, [queue, key, Math.round(runAt), attempts]);
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
  const { kind, message, hint, cause } = failure;
  const who: SqlValue[] = [`${queue}/${job.key}`, queue, job.key, job.payload, job.priority, job.attempts];
  await sql(BURY, [...who, kind ?? null, message, hint, cause, Math.round(now)]);
  return finish(sql, queue, job.key);
}

const RELEASE = `
  UPDATE jobs SET state = 'waiting', attempts = attempts - 1, again_at = NULL
  WHERE queue = $1 AND key = $2 AND state = 'running'`;

/** running → waiting, as if it had not been claimed. */
export async function release(sql: Sql, queue: string, key: string): Promise<void> {
  await sql(RELEASE, [queue, key]);
}

const RECOVER = `UPDATE jobs SET state = 'waiting', again_at = NULL WHERE queue = $1 AND state = 'running'`;

/** running → waiting, for what a former owner of the store left behind when it was killed; the attempt counts. */
export async function recover(sql: Sql, queue: string): Promise<void> {
  await sql(RECOVER, [queue]);
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
  await sql(ENQUEUE, [dead.queue, dead.key, dead.payload, dead.priority, Math.round(now)]);
  return dead.queue;
}

const BUSY = `SELECT key FROM jobs WHERE queue = $1 AND key >= $2 AND key < $3 LIMIT 1`;

/** Whether any key with this prefix waits or runs. */
export async function busy(sql: Sql, queue: string, keyPrefix: string): Promise<boolean> {
  const rows = await sql(BUSY, [queue, keyPrefix, `${keyPrefix}\u{10FFFF}`]);
  return rows.length > 0;
}
