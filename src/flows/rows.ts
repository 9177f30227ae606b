import type { Sql } from '../store/store.ts';

export type RunState =
  | 'queued'
  | 'running'
  | 'waiting'
  | 'done'
  | 'partly'
  | 'failed'
  | 'in-doubt'
  | 'skipped'
  | 'stopped';
export type ItemState = 'sending' | 'waiting' | 'done' | 'failed' | 'in-doubt' | 'skipped';
export type RunOrigin = 'event' | 'schedule' | 'person';

/** What went wrong, as it is kept. */
export interface Trouble {
  kind: string;
  message: string;
  hint?: string;
  /** The step, and where in it: a JSON pointer. */
  step?: string;
  item?: number;
  pointer?: string;
  expression?: string;
  /** Tries that failed. */
  tries?: number;
}

export interface RunRow {
  id: string;
  flow: string;
  version: string;
  origin: RunOrigin;
  lane: string | null;
  state: RunState;
  trigger_shown: string;
  trigger_sealed: string | null;
  output: string | null;
  error: string | null;
  created_at: number;
  started_at: number | null;
  resume_at: number | null;
  finished_at: number | null;
}

export interface ItemRow {
  run: string;
  step: string;
  item: number;
  state: ItemState;
  attempts: number;
  input_shown: string | null;
  input_sealed: string | null;
  output_shown: string | null;
  output_sealed: string | null;
  output_size: number | null;
  error: string | null;
  started_at: number;
  finished_at: number | null;
}

const RUN = `id, flow, version, origin, lane, state, trigger_shown, trigger_sealed, output, error, created_at,
  started_at, resume_at, finished_at`;
const OPEN = `state IN ('queued', 'running', 'waiting')`;

/** The definition that a run began with is kept by its hash. */
export const KEEP_VERSION = `
  INSERT INTO flow_versions (hash, definition) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`;
export const GET_VERSION = `SELECT definition FROM flow_versions WHERE hash = $1`;

/** One run for each claim, however often the event or the order is handled. */
export const ADD_RUN = `
  INSERT INTO flow_runs (id, flow, version, origin, claim, lane, state, trigger_shown, trigger_sealed, error,
    created_at, finished_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
  ON CONFLICT (claim) DO NOTHING RETURNING id`;

export const GET_RUN = `SELECT ${RUN} FROM flow_runs WHERE id = $1`;
export const RUN_OF_CLAIM = `SELECT id FROM flow_runs WHERE claim = $1`;
export const GET_ITEMS = `SELECT * FROM flow_items WHERE run = $1 ORDER BY started_at, step, item`;

/** The first of a lane that is not over. */
export const NEXT_OF_LANE = `SELECT id FROM flow_runs WHERE lane = $1 AND ${OPEN} ORDER BY id LIMIT 1`;

/** queued, waiting or running (its process died) → running. */
export const TAKE_RUN = `
  UPDATE flow_runs SET state = 'running', started_at = coalesce(started_at, $2), resume_at = NULL
  WHERE id = $1 AND ${OPEN} RETURNING ${RUN}`;

/** running → waiting. */
export const HOLD_RUN = `UPDATE flow_runs SET state = 'waiting', resume_at = $2 WHERE id = $1 AND state = 'running'`;

/** running → over. */
export const END_RUN = `
  UPDATE flow_runs SET state = $2, output = $3, error = $4, finished_at = $5 WHERE id = $1 AND state = 'running'
  RETURNING id`;

/** What is over well needs its secrets no more. */
export const FORGET_TRIGGER = `UPDATE flow_runs SET trigger_sealed = NULL WHERE id = $1`;
export const FORGET_ITEMS = `UPDATE flow_items SET input_sealed = NULL, output_sealed = NULL WHERE run = $1`;

/** queued, waiting or running → stopped; what is under way ends before its next step. */
export const STOP_RUN = `
  UPDATE flow_runs SET state = 'stopped', finished_at = $2, resume_at = NULL WHERE id = $1 AND ${OPEN} RETURNING id`;

/** Over, but not well → queued. */
export const REOPEN_RUN = `
  UPDATE flow_runs SET state = 'queued', version = $2, error = NULL, finished_at = NULL
  WHERE id = $1 AND state IN ('failed', 'in-doubt', 'stopped', 'partly') RETURNING ${RUN}`;

export const OPEN_RUNS = `SELECT id, lane, resume_at FROM flow_runs WHERE ${OPEN} ORDER BY id`;

export const COUNT_RUNS = `
  SELECT flow, state, count(*) AS count FROM flow_runs
  WHERE state IN ('queued', 'running', 'waiting', 'partly', 'failed', 'in-doubt')
  GROUP BY flow, state ORDER BY flow, state`;

export const LIST_RUNS = `
  SELECT ${RUN} FROM flow_runs
  WHERE ($1::text IS NULL OR flow = $1::text) AND ($2::text IS NULL OR state = $2::text)
    AND ($3::bigint IS NULL OR created_at >= $3::bigint)
  ORDER BY id DESC LIMIT $4`;

export const LAST_RUNS = `
  SELECT flow, state, count(*) AS count, max(created_at) AS last FROM flow_runs GROUP BY flow, state`;

const PRUNE_ITEMS = `
  DELETE FROM flow_items WHERE run IN (SELECT id FROM flow_runs WHERE NOT (${OPEN}) AND created_at < $1)`;
const PRUNE_RUNS = `DELETE FROM flow_runs WHERE NOT (${OPEN}) AND created_at < $1`;
const PRUNE_VERSIONS = `DELETE FROM flow_versions WHERE hash NOT IN (SELECT version FROM flow_runs)`;

/** Forgets runs that are over and were made before a time. */
export async function pruneFlowRuns(sql: Sql, before: number): Promise<void> {
  await sql(PRUNE_ITEMS, [before]);
  await sql(PRUNE_RUNS, [before]);
  await sql(PRUNE_VERSIONS);
}

/** An item that ends before any call: left out, or its input could not be made. */
export const ADD_ENDED_ITEM = `
  INSERT INTO flow_items (run, step, item, state, attempts, error, started_at, finished_at)
  VALUES ($1, $2, $3, $4, 0, $5, $6, $6) ON CONFLICT (run, step, item) DO NOTHING RETURNING step`;

/** → sending, for the first time. Only one process can do it. */
export const ADD_SENDING_ITEM = `
  INSERT INTO flow_items (run, step, item, state, attempts, input_shown, input_sealed, started_at)
  VALUES ($1, $2, $3, 'sending', 1, $4, $5, $6) ON CONFLICT (run, step, item) DO NOTHING RETURNING attempts`;

/** waiting, or sending by a process that died → sending. The number of attempts tells whether another was faster. */
export const SEND_ITEM_AGAIN = `
  UPDATE flow_items SET state = 'sending', attempts = attempts + 1, finished_at = NULL
  WHERE run = $1 AND step = $2 AND item = $3 AND attempts = $4 AND state IN ('sending', 'waiting')
  RETURNING attempts`;

/** sending → what came of it. A call that was in doubt, and whose answer came after all, is no longer. */
export const SETTLE_ITEM = `
  UPDATE flow_items SET state = $5, output_shown = $6, output_sealed = $7, output_size = $8, error = $9,
    finished_at = $10
  WHERE run = $1 AND step = $2 AND item = $3 AND attempts = $4 AND state IN ('sending', 'in-doubt')
  RETURNING state`;

/** failed → to be tried again with the same input, or to be made anew when there is none. */
export const DROP_UNSENT = `DELETE FROM flow_items WHERE run = $1 AND state = 'failed' AND input_shown IS NULL`;
export const DROP_FAILED = `DELETE FROM flow_items WHERE run = $1 AND state = 'failed'`;
export const RETRY_FAILED = `
  UPDATE flow_items SET state = 'waiting', error = NULL, finished_at = NULL WHERE run = $1 AND state = 'failed'`;
/** in-doubt → by what a person found out. */
export const REPEAT_DOUBTFUL = `
  UPDATE flow_items SET state = 'waiting', error = NULL, finished_at = NULL WHERE run = $1 AND state = 'in-doubt'`;
export const ACCEPT_DOUBTFUL = `
  UPDATE flow_items SET state = 'done', error = NULL, output_shown = $2, output_sealed = $3, output_size = $4,
    finished_at = $5
  WHERE run = $1 AND state = 'in-doubt'`;
