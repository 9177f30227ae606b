import type { Store } from '../store/store.ts';

/** What is in a queue. */
export interface QueueCount {
  queue: string;
  /** Of those that wait, how many could run now. */
  due: number;
  waiting: number;
  /** Waiting for the end of a backoff. */
  held: number;
  running: number;
  dead: number;
  /** Milliseconds that the one that is due longest has waited; 0 when none is. */
  lagMs: number;
}

const COUNTS = `
  SELECT queue, sum(CASE WHEN state <> 'running' AND run_at <= $1 THEN 1 ELSE 0 END) AS due,
    sum(CASE state WHEN 'waiting' THEN 1 ELSE 0 END) AS waiting, sum(CASE state WHEN 'held' THEN 1 ELSE 0 END) AS held,
    sum(CASE state WHEN 'running' THEN 1 ELSE 0 END) AS running,
    min(CASE WHEN state <> 'running' THEN run_at END) AS oldest
  FROM jobs GROUP BY queue`;
const DEAD_COUNTS = `SELECT queue, count(*) AS dead FROM dead_jobs GROUP BY queue`;

/** Counts what waits, runs and was given up. */
export async function countJobs(store: Store): Promise<QueueCount[]> {
  const now = store.now();
  const rows = await store.sql<Omit<QueueCount, 'dead' | 'lagMs'> & { oldest: number | null }>(COUNTS, [now]);
  const dead = await store.sql<{ queue: string; dead: number }>(DEAD_COUNTS);
  const counts = new Map(
    dead.map((row) => [row.queue, { due: 0, waiting: 0, held: 0, running: 0, lagMs: 0, ...row }]),
  );
  for (const { oldest, ...row } of rows) {
    const lagMs = Math.max(0, now - (oldest ?? now));
    counts.set(row.queue, { ...row, lagMs, dead: counts.get(row.queue)?.dead ?? 0 });
  }
  return [...counts.values()].toSorted((a, b) => (a.queue < b.queue ? -1 : 1));
}
