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

const COLUMNS = 'queue, key, state, payload, priority, run_at, again_at, attempts';

const MERGED = `
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

const enqueueText = forRows((rows) => {
  const values = Array.from({ length: rows }, (_, i) => {
    const [queue, key, payload, priority, runAt] = [1, 2, 3, 4, 5].map((n) => i * 5 + n);
    return `($${queue}, $${key}, 'waiting', $${payload}, $${priority}::bigint, $${runAt}::bigint, NULL, 0)`;
  });
  return `INSERT INTO jobs (${COLUMNS}) VALUES ${values.join(', ')} ${MERGED}`;
});

/** As many as there are, as one text of JSON: PostgreSQL plans a statement with hundreds of parameters anew each time. */
const ENQUEUE_RECORDS = `
  INSERT INTO jobs (${COLUMNS})
  SELECT queue, key, 'waiting', payload, priority, run_at, NULL, 0
  FROM json_to_recordset($1::json) AS given (queue text, key text, payload text, priority bigint, run_at bigint)
  ${MERGED}`;

/** waiting: new jobs, or such as are merged into the jobs of their keys. */
export async function enqueue(sql: Sql, jobs: readonly NewJob[], now: number): Promise<void> {
  for (const part of powersOfTwo(rowsOf(jobs, now))) await sql(enqueueText(part.length), part.flat());
}

/** The same in one statement, on PostgreSQL. */
export async function enqueueRecords(sql: Sql, jobs: readonly NewJob[], now: number): Promise<void> {
  const records = rowsOf(jobs, now).map(([queue, key, payload, priority, runAt]) => ({
    queue,
    key,
    payload,
    priority,
    run_at: runAt,
  }));
  if (records.length > 0) await sql(ENQUEUE_RECORDS, [JSON.stringify(records)]);
}

/**
 * A part of a statement of PostgreSQL: adds a wake-up for each `key` of `rows`, another of its parts. So what makes a
 * wake-up needed and the wake-up take one journey.
 * @param queue a constant of ours, as it stands in the statement
 */
export function enqueueKeysOf(rows: string, queue: string, runAt: string): string {
  return `
  INSERT INTO jobs (${COLUMNS})
  SELECT '${queue}', key, 'waiting', NULL, 0, ${runAt}, NULL, 0
  FROM (SELECT DISTINCT key FROM ${rows}) AS given ORDER BY key
  ${MERGED}`;
}

function rowsOf(jobs: readonly NewJob[], now: number): SqlValue[][] {
  return mergeSame(jobs, now).map((job) => {
    const payload = job.payload === undefined ? null : JSON.stringify(job.payload);
    return [job.queue, job.key, payload, job.priority ?? 0, Math.floor(job.runAt ?? now)];
  });
}

/** One statement cannot change a row twice. In one order, so that two who add the same keys do not block each other. */
function mergeSame(jobs: readonly NewJob[], now: number): NewJob[] {
  if (jobs.length < 2) return [...jobs];
  const merged = new Map<string, NewJob>();
  for (const job of jobs) {
    const name = `${job.queue}\n${job.key}`;
    const other = merged.get(name);
    merged.set(name, other ? merge(other, job, now) : job);
  }
  return [...merged].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, job]) => job);
}

function merge(first: NewJob, second: NewJob, now: number): NewJob {
  return {
    ...first,
    payload: second.payload ?? first.payload,
    priority: Math.max(first.priority ?? 0, second.priority ?? 0),
    runAt: Math.min(first.runAt ?? now, second.runAt ?? now),
  };
}

const LARGEST_PART = 64;

/** Parts of 64, 32, … 1, so that lists of any length need few different statements. */
export function powersOfTwo<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0, size = LARGEST_PART; at < items.length;) {
    if (size > items.length - at) size /= 2;
    else parts.push(items.slice(at, (at += size)));
  }
  return parts;
}

/** Texts by their number of rows, each made once: they are long, and a statement that is known is found by its text. */
export function forRows(make: (rows: number) => string): (rows: number) => string {
  const known = new Map<number, string>();
  return (rows) => {
    let text = known.get(rows);
    if (text === undefined) known.set(rows, (text = make(rows)));
    return text;
  };
}
