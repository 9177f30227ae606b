import type { Sql } from '../store/store.ts';
import { unknownRun } from './flows.ts';
import { display } from './keeping.ts';
import {
  COUNT_RUNS,
  GET_ITEMS,
  GET_RUN,
  LIST_RUNS,
  type ItemRow,
  type ItemState,
  type RunOrigin,
  type RunRow,
  type RunState,
  type Trouble,
} from './rows.ts';

/** A line of a list; times are ISO. */
export interface FlowRunLine {
  id: string;
  flow: string;
  origin: RunOrigin;
  state: RunState;
  createdAt: string;
  startedAt: string | undefined;
  finishedAt: string | undefined;
  /** When it goes on, while it waits. */
  resumeAt: string | undefined;
  error: Trouble | undefined;
}

/** One step of a run, or one item of it, with what went in and came out; secrets are blanked. */
export interface FlowItem {
  step: string;
  item: number;
  state: ItemState;
  attempts: number;
  input: unknown;
  output: unknown;
  error: Trouble | undefined;
  startedAt: string;
  finishedAt: string | undefined;
}

export interface FlowRun extends FlowRunLine {
  /** Hash of the definition that it began with. */
  version: string;
  trigger: unknown;
  output: unknown;
  items: FlowItem[];
}

/** Which runs; all conditions that are given must hold. */
export interface FlowRunFilter {
  flow?: string;
  state?: RunState;
  /** Made at or after, in milliseconds since the epoch. */
  since?: number;
}

/** Newest first. */
export async function listFlowRuns(sql: Sql, filter: FlowRunFilter, limit: number): Promise<FlowRunLine[]> {
  const values = [filter.flow ?? null, filter.state ?? null, filter.since ?? null, limit];
  return (await sql<RunRow>(LIST_RUNS, values)).map(lineOf);
}

/** How many runs are under way, and how many somebody has to look at, by flow. */
export function countFlowRuns(sql: Sql): Promise<{ flow: string; state: RunState; count: number }[]> {
  return sql(COUNT_RUNS);
}

/** @throws ConnectorError of kind `not-found` */
export async function getFlowRun(sql: Sql, id: string): Promise<FlowRun> {
  const [row] = await sql<RunRow>(GET_RUN, [id]);
  if (!row) throw unknownRun(id);
  const items = await sql<ItemRow>(GET_ITEMS, [id]);
  return {
    ...lineOf(row),
    version: row.version,
    trigger: display(row.trigger_shown, null),
    output: display(row.output, null),
    items: items.map(itemOf),
  };
}

function lineOf(row: RunRow): FlowRunLine {
  return {
    id: row.id,
    flow: row.flow,
    origin: row.origin,
    state: row.state,
    createdAt: new Date(row.created_at).toISOString(),
    startedAt: isoOf(row.started_at),
    finishedAt: isoOf(row.finished_at),
    resumeAt: isoOf(row.resume_at),
    error: troubleOf(row.error),
  };
}

function itemOf(row: ItemRow): FlowItem {
  return {
    step: row.step,
    item: row.item,
    state: row.state,
    attempts: row.attempts,
    input: display(row.input_shown, null),
    output: display(row.output_shown, row.output_size),
    error: troubleOf(row.error),
    startedAt: new Date(row.started_at).toISOString(),
    finishedAt: isoOf(row.finished_at),
  };
}

function isoOf(ms: number | null): string | undefined {
  return ms === null ? undefined : new Date(ms).toISOString();
}

function troubleOf(text: string | null): Trouble | undefined {
  return text === null ? undefined : (JSON.parse(text) as Trouble);
}
