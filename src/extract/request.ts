import type { TableChange } from '../core/destination.ts';
import type { BudgetLedger } from '../core/budget.ts';
import type { Connector } from '../core/connector.ts';
import type { Loader } from '../core/destination.ts';
import type { ErrorKind } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Session } from '../http/session.ts';

/**
 * How rows reach their table. `incremental` merges what is new; `full-refresh` reads everything and swaps the table
 * when all of it is there; `append` adds what each run read and changes nothing.
 */
export type Mode = 'incremental' | 'full-refresh' | 'append';

/** A stream that somebody wants, and how. */
export interface StreamChoice {
  stream: string;
  /** Its table, with a schema before it where the destination has such. */
  table: string;
  mode: Mode;
  /** Columns to keep; the key is always kept. Without it, all. */
  select?: readonly string[];
  /** Columns that tell rows apart, in place of the stream's own. */
  primaryKey?: readonly string[];
  /** Column by which rows are new, in place of the stream's own. */
  cursor?: string;
  /** What becomes of members that the stream does not know: kept in the JSON column, or added as columns too. */
  newColumns: 'keep' | 'add';
}

export interface ExtractRequest {
  streams: readonly StreamChoice[];
  /** Reads this range of history again, or for the first time, whatever was read before. Milliseconds. */
  since?: number;
  until?: number;
  /** Where the first reading of history begins, in milliseconds. Default: as far back as the stream reaches, at most a year. */
  anchor?: number;
  /** How long, in milliseconds, things may still change after they were over. Default 3 hours. */
  lookbackMs?: number;
  /** Waits for the next day when a daily cap is used up, instead of ending. */
  wait?: boolean;
  /** Ends it early: no new calls, what is under way is landed. */
  signal?: AbortSignal;
}

export interface ExtractDeps {
  session: Session;
  connector: Connector;
  loader: Loader;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** A name for the run that no other has. */
  newRun: () => string;
  log: Log;
  /** What was used of the daily caps, by all processes. */
  budgets?: BudgetLedger;
}

/** Why part of a stream was not read; kept in the destination, in `_trunkline_slices`. */
export interface SkipNote {
  kind: ErrorKind;
  code: string;
  message: string;
  hint: string;
  /** How many parts of the stream. */
  slices: number;
  /** One of them, as an example. */
  example: string;
  /** When they are asked for again, in words. */
  retry: string;
}

export interface StreamReport {
  stream: string;
  table: string;
  mode: Mode;
  /** Read for what lies below it only; its rows were not asked for. */
  hidden: boolean;
  state: 'done' | 'incomplete' | 'failed';
  /** Rows that were read and are in the table. */
  rows: number;
  /** Those of them that were new or different. */
  written: number;
  /** Rows that do not fit: see `_trunkline_quarantine`. */
  quarantined: number;
  /** Rows that are no longer there and were marked so. */
  deleted: number;
  /** Parts that were read, skipped, and not read yet. */
  slices: { done: number; skipped: number; failed: number; waiting: number };
  calls: number;
  skips: SkipNote[];
  /** Why it failed; the first of the errors. */
  error?: { kind: ErrorKind; message: string; hint: string };
  /** Members that the stream does not know and the table has no column for. */
  newFields: string[];
  changes: TableChange[];
}

export interface LabelReport {
  label: string;
  calls: number;
  /** Calls a second that may be made; undefined without a limit. */
  perSecond?: number;
  /** Least time that these calls take at that rate, in milliseconds. */
  minimumMs: number;
}

export interface ExtractReport {
  run: string;
  /** It went on with a run that had not ended. */
  resumed: boolean;
  /**
   * `done`; `incomplete`: a daily cap ended it, run it again; `stopped`: by `signal`; `failed`: a stream or the whole of
   * it failed.
   */
  outcome: 'done' | 'incomplete' | 'stopped' | 'failed';
  error?: { kind: ErrorKind; message: string; hint: string };
  streams: StreamReport[];
  labels: LabelReport[];
  refusedForRate: number;
  wallMs: number;
  /** Least time that the calls take at the rates that the labels allow, in milliseconds. */
  minimumMs: number;
}

/** What is told while it runs. */
export interface ExtractProgress {
  streams: {
    stream: string;
    hidden: boolean;
    rows: number;
    calls: number;
    done: number;
    waiting: number;
    state: StreamReport['state'] | 'waiting' | 'running';
  }[];
  labels: { label: string; calls: number; inFlight: number; perSecond?: number; lastSecond: number }[];
  /** Milliseconds that the calls known so far will take; undefined as long as nobody can tell. */
  remainingMs?: number;
}

/** What a run would ask for, before it does. */
export interface ExtractPlan {
  streams: {
    stream: string;
    hidden: boolean;
    label: string;
    lane?: string;
    calls: number;
    rows: number;
    basis: 'known' | 'counted' | 'sampled';
  }[];
  labels: (LabelReport & { perDay?: number; usedToday: number; days: number })[];
  /** Least time of the run in milliseconds, without waiting for other days. */
  minimumMs: number;
  /** UTC days that it takes under the daily caps; 1 when it ends today. */
  days: number;
  /** Calls that were made to find this out. */
  probes: number;
  notes: string[];
}
