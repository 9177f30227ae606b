import { randomUUID } from 'node:crypto';
import { ConnectorError } from '../core/errors.ts';
import type { Store } from '../store/store.ts';
import type { App } from './app.ts';

export type RunKind = 'activate' | 'extract';
/** `lost`: the process that did it ended without a word. `stopped`: somebody asked it to end. */
export type RunState = 'running' | 'done' | 'failed' | 'stopped' | 'lost';

/** One execution that a person asked for or a schedule started. */
export interface Run {
  id: string;
  kind: RunKind;
  origin: RunOrigin;
  state: RunState;
  /** ISO. */
  startedAt: string;
  finishedAt: string | undefined;
  options: unknown;
  /** How far it is; undefined before its first word and for what ended long ago. */
  progress: unknown;
  /** What came of it. */
  summary: unknown;
  /** Why it failed. */
  error: unknown;
}

/** A line of a list. */
export type RunLine = Omit<Run, 'progress' | 'summary'>;

export type RunOrigin = 'command' | 'server' | 'schedule';

/** How a run begins. */
export interface RunStart {
  /** A name that no other run has; made when not given. */
  id?: string;
  /** Default `command`. */
  origin?: RunOrigin;
  /** Told the id once it is on record: everything that can be wrong beforehand was found to be right. */
  onStart?: (id: string) => void;
}

/** A run under way, as the work that it does sees it. */
export interface LiveRun {
  id: string;
  /** Aborted when somebody asks it to end. */
  signal: AbortSignal;
  tell: (progress: unknown) => void;
}

/** What is written down of a run when it begins. */
export interface RunPlan extends RunStart {
  kind: RunKind;
  options: unknown;
  /** Of the runs with the same text here, one goes on at a time. */
  alone?: string;
}

/** How often a run writes how far it is and looks whether it is to end, in milliseconds. */
const BEAT_MS = 1000;
/** A run that was silent for so long has lost its process. */
const LOST_MS = 30_000;

const START = `
  INSERT INTO runs (id, kind, origin, options, state, started_at, alive_at, alone)
  VALUES ($1, $2, $3, $4, 'running', $5, $5, $6)
  ON CONFLICT DO NOTHING
  RETURNING id`;
const BEAT = `UPDATE runs SET alive_at = $2, progress = $3 WHERE id = $1 RETURNING stop_at`;
const FINISH = `
  UPDATE runs SET state = $2, finished_at = $3, progress = $4, summary = $5, error = $6 WHERE id = $1`;
const RUNNING = `SELECT id, alive_at FROM runs WHERE state = 'running'`;
const LOSE = `
  UPDATE runs SET state = 'lost', finished_at = alive_at WHERE id = $1 AND state = 'running' AND alive_at <= $2`;
// Only an extraction can end in its middle and say what it did.
const ASK_TO_STOP = `
  UPDATE runs SET stop_at = $2 WHERE id = $1 AND kind = 'extract' AND state = 'running' RETURNING id`;
const LINES = `id, kind, origin, state, started_at, finished_at, options, error`;
const LIST = `
  SELECT ${LINES} FROM runs
  WHERE ($1::text IS NULL OR kind = $1::text) AND ($2::text IS NULL OR state = $2::text)
    AND ($3::bigint IS NULL OR started_at >= $3::bigint)
  ORDER BY started_at DESC, id LIMIT $4`;
const GET = `SELECT ${LINES}, progress, summary FROM runs WHERE id = $1`;
const PRUNE = `DELETE FROM runs WHERE state <> 'running' AND started_at < $1`;

/** Ids of the runs that this process does; on a store with one owner, all others are lost. */
const own = new Set<string>();

/**
 * Does work that is kept as a run: its options, how far it is, what came of it. It ends early when somebody asks.
 * @param verdict what the result means
 * @throws ConnectorError with code `busy` when it must not go on beside another that is under way
 */
export async function record<T>(
  app: App,
  plan: RunPlan,
  work: (run: LiveRun) => Promise<T>,
  verdict: (result: T) => 'done' | 'failed' | 'stopped',
): Promise<T> {
  const store = await app.store();
  const { id = randomUUID(), origin = 'command', kind, options, alone } = plan;
  await markLost(store);
  const values = [id, kind, origin, JSON.stringify(options), store.now(), alone ?? null];
  if ((await store.sql(START, values)).length === 0) throw busy(kind);
  own.add(id);
  plan.onStart?.(id);
  const stop = new AbortController();
  let progress: unknown;
  const beat = async (): Promise<void> => {
    const [row] = await store.sql<{ stop_at: number | null }>(BEAT, [id, store.now(), jsonOf(progress)]);
    if (row?.stop_at) stop.abort(new Error('somebody asked this run to end'));
  };
  // A beat that fails is no reason to end the work; the next one may do.
  const timer = setInterval(() => void beat().catch(() => undefined), BEAT_MS);
  const finish = async (state: RunState, summary: unknown, error: unknown): Promise<void> => {
    clearInterval(timer);
    const name = `${kind} ${state}`;
    app.tally.runs.set(name, (app.tally.runs.get(name) ?? 0) + 1);
    await store.sql(FINISH, [id, state, store.now(), jsonOf(progress), jsonOf(summary), jsonOf(error)]);
  };
  try {
    const tell = (news: unknown): void => void (progress = news);
    const result = await work({ id, signal: stop.signal, tell });
    await finish(verdict(result), result, undefined);
    return result;
  } catch (error) {
    const known = error instanceof ConnectorError ? error : { message: String(error) };
    await finish(stop.signal.aborted ? 'stopped' : 'failed', undefined, known);
    throw error;
  } finally {
    clearInterval(timer);
    own.delete(id);
  }
}

function jsonOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function busy(kind: RunKind): ConnectorError {
  const what = kind === 'activate' ? 'an activation' : 'an extraction';
  return new ConnectorError(`${what} is under way already`, {
    kind: 'rate',
    retry: 'later',
    code: 'busy',
    hint: 'Wait until it has ended: trunkline runs list',
  });
}

/** Runs whose process ended without a word must not keep others from beginning. */
async function markLost(store: Store): Promise<void> {
  const running = await store.sql<{ id: string; alive_at: number | null }>(RUNNING);
  const silentSince = store.now() - LOST_MS;
  for (const { id, alive_at } of running) {
    if (own.has(id)) continue;
    if (!store.can.manyOwners || (alive_at ?? 0) < silentSince) {
      await store.sql(LOSE, [id, alive_at ?? 0]);
    }
  }
}

/** Which runs; all conditions that are given must hold. */
export interface RunFilter {
  kind?: RunKind;
  state?: RunState;
  /** Started at or after, in milliseconds since the epoch. */
  since?: number;
}

/** Newest first. */
export async function listRuns(store: Store, filter: RunFilter, limit: number): Promise<RunLine[]> {
  await markLost(store);
  const values = [filter.kind ?? null, filter.state ?? null, filter.since ?? null, limit];
  return (await store.sql<Row>(LIST, values)).map(lineOf);
}

/** @throws ConnectorError of kind `not-found` */
export async function getRun(store: Store, id: string): Promise<Run> {
  await markLost(store);
  const [row] = await store.sql<Row>(GET, [id]);
  if (!row) throw unknown(id);
  return { ...lineOf(row), progress: parsed(row.progress), summary: parsed(row.summary) };
}

/**
 * Asks an extraction to end; it does so within seconds, whichever process does it.
 * @throws ConnectorError of kind `not-found` when none of that id is under way
 */
export async function stopRun(store: Store, id: string): Promise<void> {
  if ((await store.sql(ASK_TO_STOP, [id, store.now()])).length > 0) return;
  throw new ConnectorError(`no extraction ${id} is under way`, {
    kind: 'not-found',
    hint: 'It may have ended: trunkline runs list. An activation cannot be stopped, and does no harm when it goes on.',
  });
}

/** Forgets runs that began before a time. */
export async function pruneRuns(store: Store, before: number): Promise<void> {
  await store.sql(PRUNE, [before]);
}

function unknown(id: string): ConnectorError {
  return new ConnectorError(`there is no run ${id}`, {
    kind: 'not-found',
    hint: 'List them: trunkline runs list',
  });
}

interface Row {
  id: string;
  kind: RunKind;
  origin: RunOrigin;
  state: RunState;
  started_at: number;
  finished_at: number | null;
  options: string;
  error: string | null;
  progress: string | null;
  summary: string | null;
}

function lineOf(row: Row): RunLine {
  return {
    id: row.id,
    kind: row.kind,
    origin: row.origin,
    state: row.state,
    startedAt: new Date(row.started_at).toISOString(),
    finishedAt: row.finished_at === null ? undefined : new Date(row.finished_at).toISOString(),
    options: parsed(row.options),
    error: parsed(row.error),
  };
}

function parsed(text: string | null): unknown {
  return text === null ? undefined : (JSON.parse(text) as unknown);
}
