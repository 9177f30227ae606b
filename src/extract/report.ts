import type { ConnectorError } from '../core/errors.ts';
import type { Pool } from './pools.ts';
import type { ExtractProgress, ExtractReport, LabelReport, StreamReport } from './request.ts';
import type { Prepared } from './setup.ts';
import type { Work } from './work.ts';

/** How a run stands. */
export function makeProgress(works: readonly Work[], pools: ReadonlyMap<string, Pool>): ExtractProgress {
  const remaining = [...pools.values()].map((pool) => {
    const waiting = works
      .filter((work) => !work.dead && work.labels.includes(pool.label))
      .reduce((sum, work) => sum + work.waiting / work.labels.length, 0);
    return pool.perSecond === undefined ? 0 : (waiting / pool.perSecond) * 1000;
  });
  return {
    streams: works.map((work) => ({
      stream: work.name,
      hidden: work.node.hidden,
      rows: work.rows,
      calls: work.calls,
      done: work.done + work.skipped + work.failed,
      waiting: work.waiting,
      state:
        work.dead || work.failed > 0
          ? 'failed'
          : work.waiting > 0
            ? work.calls > 0
              ? 'running'
              : 'waiting'
            : 'done',
    })),
    labels: [...pools.values()].map(({ label, calls, active, perSecond, lastSecond }) => ({
      label,
      calls,
      inFlight: active,
      ...(perSecond === undefined ? {} : { perSecond }),
      lastSecond,
    })),
    remainingMs: Math.max(0, ...remaining),
  };
}

interface Facts {
  prepared: Prepared;
  works: readonly Work[];
  pools: ReadonlyMap<string, Pool>;
  /** Requests on the wire by label, the tries that failed among them. */
  calls: Readonly<Record<string, number>>;
  refusedForRate: number;
  wallMs: number;
  stopped: boolean;
  fatal: ConnectorError | undefined;
}

/** What a run has done. */
export function makeReport(facts: Facts): ExtractReport {
  const { prepared, works, pools, calls, refusedForRate, wallMs, stopped, fatal } = facts;
  const streams = works.map(streamReport);
  const labels: LabelReport[] = [...pools.values()]
    .map(({ label, perSecond }) => labelReport(label, calls[label] ?? 0, perSecond))
    .filter((label) => label.calls > 0);
  const failed = fatal !== undefined || streams.some(({ state }) => state === 'failed');
  const incomplete = streams.some(({ slices }) => slices.waiting > 0);
  return {
    run: prepared.row.run,
    resumed: prepared.resumed,
    outcome: failed ? 'failed' : stopped ? 'stopped' : incomplete ? 'incomplete' : 'done',
    ...(fatal ? { error: plain(fatal) } : {}),
    streams,
    labels,
    refusedForRate,
    wallMs,
    minimumMs: Math.max(0, ...labels.map(({ minimumMs }) => minimumMs)),
  };
}

/** Calls of a label, with the least time that they take. */
export function labelReport(label: string, calls: number, perSecond: number | undefined): LabelReport {
  return {
    label,
    calls,
    ...(perSecond === undefined ? {} : { perSecond }),
    minimumMs: perSecond === undefined ? 0 : (calls / perSecond) * 1000,
  };
}

function streamReport(work: Work): StreamReport {
  const { node, shaper, error } = work;
  return {
    stream: work.name,
    table: node.choice.table,
    mode: node.choice.mode,
    hidden: node.hidden,
    state: work.dead || work.failed > 0 ? 'failed' : work.waiting > 0 ? 'incomplete' : 'done',
    rows: work.rows,
    written: work.written,
    quarantined: work.quarantined,
    deleted: work.deleted,
    slices: { done: work.done, skipped: work.skipped, failed: work.failed, waiting: work.waiting },
    calls: work.calls,
    skips: [...work.skips.values()],
    ...(error ? { error: plain(error) } : {}),
    newFields: [...(shaper?.unknown.keys() ?? [])],
    changes: work.changes,
  };
}

function plain({ kind, message, hint }: ConnectorError): {
  kind: ConnectorError['kind'];
  message: string;
  hint: string;
} {
  return { kind, message, hint };
}
