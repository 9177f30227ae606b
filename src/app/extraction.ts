import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { ConnectorError } from '../core/errors.ts';
import type { Layout, Loader } from '../core/destination.ts';
import { planExtraction } from '../extract/forecast.ts';
import type {
  ExtractDeps,
  ExtractPlan,
  ExtractProgress,
  ExtractReport,
  ExtractRequest,
  Mode,
  StreamChoice,
} from '../extract/request.ts';
import { runExtraction } from '../extract/run.ts';
import type { Session } from '../http/session.ts';
import type { App } from './app.ts';
import { connectionNamed } from './config/connection-variables.ts';
import { ConfigError, problem } from './config/problem.ts';
import { chooseStreams, streamsOf, type Chosen } from './replication/choose.ts';
import { unchanged } from './replication/unchanged.ts';
import type { Replication } from './replication/replication.ts';
import { accessTo } from './replication/scopes.ts';
import { localPath, targetOf, type Target } from './replication/target.ts';
import { record, type LiveRun, type RunStart } from './runs.ts';

const ASK_AGAIN_MS = 100;
/** Ten seconds. */
const PATIENCE = 100;

/** What is to be extracted. What is given here stands above the replication, and that above the defaults. */
export interface ExtractionRequest {
  /** Names of streams, or patterns with `*`. Default: those of the replication, else all that the account may read. */
  streams?: readonly string[];
  /** Default: the block `extract` of the configuration, if there is one. */
  replication?: Replication;
  /** Name of a connection. Default `zoom`. */
  from?: string;
  /** URL of a destination, or the name of an environment variable that holds it. Default `sqlite:./zoom.db`. */
  to?: string;
  /** Reads this range of history again. Milliseconds since the epoch. */
  since?: number;
  until?: number;
  /** Where the first reading of history begins, in milliseconds. */
  anchor?: number;
  mode?: Mode;
  select?: readonly string[];
  newColumns?: 'keep' | 'add';
  /** Waits for the next day when a daily cap is used up. */
  wait?: boolean;
  signal?: AbortSignal;
  /** Where names of targets are looked up. Default: the environment of the process. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. Default: the working directory. */
  cwd?: string;
}

/** A stream that was not named and may not be read. */
export interface LeftOut {
  stream: string;
  /** The scope to add. */
  scope: string;
  /** The stream above it that lacks the scope, when it is not its own. */
  below?: string;
}

/** Where rows come from and go to, beside what the engine says of them. */
export interface ExtractionFrame {
  from: string;
  /** URL of the destination, without its password. */
  to: string;
  leftOut: LeftOut[];
  notes: string[];
}

export type ExtractionReport = ExtractionFrame & ExtractReport;
export type ExtractionPlan = ExtractionFrame & ExtractPlan;

/** An extraction, ready to begin. */
export interface Ready {
  frame: ExtractionFrame;
  session: Session;
  target: Target;
  request: ExtractRequest;
  cwd: string;
}

/**
 * Reads streams into a destination: what is new, or what a run that has not ended left over.
 * @throws ConnectorError of kind `config` before anything was read: for a stream, a destination or a setting that makes
 *   no sense; of other kinds when nothing could be begun. What fails later stands in the report.
 */
export async function runExtract(
  app: App,
  wanted: ExtractionRequest,
  onProgress?: (progress: ExtractProgress) => void,
  start: RunStart = {},
): Promise<ExtractionReport> {
  const ready = await prepareExtraction(app, wanted);
  const loader = await openTarget(app, ready, PATIENCE);
  const work = async ({ signal, tell }: LiveRun): Promise<ExtractionReport> => {
    const signals = [signal, ...(ready.request.signal ? [ready.request.signal] : [])];
    const request = { ...ready.request, signal: AbortSignal.any(signals) };
    const report = await runExtraction({ ...depsOf(app, ready), loader }, request, (progress) => {
      tell(progress);
      onProgress?.(progress);
    });
    for (const { stream, rows } of report.streams) {
      app.tally.rows.set(stream, (app.tally.rows.get(stream) ?? 0) + rows);
    }
    return { ...ready.frame, ...report };
  };
  try {
    const { from, to } = ready.frame;
    const { streams, mode, since, until, anchor } = wanted;
    const options = { from, to, streams, mode, since, until, anchor };
    return await record(app, { ...start, kind: 'extract', options }, work, verdictOf);
  } finally {
    await loader.close();
  }
}

/** What a daily cap ended is no failure: the next run goes on from there. */
function verdictOf({ outcome }: ExtractionReport): 'done' | 'failed' | 'stopped' {
  return outcome === 'incomplete' ? 'done' : outcome;
}

/** What `runExtract` would ask for. Nothing is written to the destination, and none is made. */
export async function planExtract(app: App, wanted: ExtractionRequest): Promise<ExtractionPlan> {
  const ready = await prepareExtraction(app, wanted);
  const path = localPath(ready.target, ready.cwd);
  // Who opens a database that is not there makes one.
  const isNew = path !== undefined && !existsSync(path);
  const loader = isNew ? undefined : unchanged(await openTarget(app, ready, PATIENCE));
  try {
    const deps = { ...depsOf(app, ready), ...(loader && { loader }) };
    const plan = await planExtraction(deps, ready.request);
    return { ...ready.frame, ...plan, notes: [...ready.frame.notes, ...plan.notes] };
  } finally {
    await loader?.close();
  }
}

/**
 * Everything that can be wrong is found here, before anything is written.
 * @throws ConnectorError
 */
export async function prepareExtraction(app: App, wanted: ExtractionRequest): Promise<Ready> {
  const { config } = app;
  const { env = process.env, cwd = process.cwd() } = wanted;
  const replication = wanted.replication ?? config.extract;
  const from = await sourceOf(app, wanted, replication);
  const fileTarget = replication?.target?.reveal();
  const target =
    wanted.to === undefined && fileTarget !== undefined
      ? targetOf(fileTarget, env, replication?.place('target'))
      : targetOf(wanted.to ?? 'sqlite:./zoom.db', env);
  const { mode, select, newColumns } = wanted;
  const chosen = chooseStreams({
    connector: app.connector(await app.stored.connectorOf(from)),
    source: from,
    names: wanted.streams ?? [],
    replication,
    ...(mode && { mode }),
    ...(select && { select }),
    ...(newColumns && { newColumns }),
    schemas: target.destination.can.schemas,
  });
  const session = await app.signIn(from);
  const { choices, leftOut } = await withinScopes(session, chosen);
  const range = wanted.since === undefined && wanted.until === undefined ? chosen.range : wanted;
  const anchor = wanted.anchor ?? replication?.anchor ?? config.anchors?.[from];
  return {
    frame: { from, to: target.shown, leftOut, notes: chosen.notes },
    session,
    target,
    cwd,
    request: {
      streams: choices,
      ...(range?.since !== undefined && { since: range.since }),
      ...(range?.until !== undefined && { until: range.until }),
      ...(anchor !== undefined && { anchor }),
      ...(wanted.wait && { wait: true }),
      ...(wanted.signal && { signal: wanted.signal }),
    },
  };
}

/** Name of the connection that is read. */
export async function sourceOf(
  app: App,
  wanted: Pick<ExtractionRequest, 'from'>,
  replication?: Replication,
): Promise<string> {
  const name = wanted.from ?? replication?.source ?? 'zoom';
  const found = connectionNamed(app.config, name);
  if (found !== undefined) return found;
  if (await app.stored.has(name)) return name;
  if (wanted.from === undefined && replication) {
    throw new ConfigError([
      problem({
        ...replication.place('source'),
        expected: 'the name of a connection',
        got: JSON.stringify(name),
        reason: 'there is none',
        example: 'source: zoom',
      }),
    ]);
  }
  throw new ConnectorError(`--from: there is no connection '${name}'`, {
    kind: 'config',
    hint: 'See them with: trunkline connections list\nExample: --from zoom',
  });
}

/** Leaves out what may not be read and was not asked for by name; what was, fails where it is read. */
async function withinScopes(
  session: Session,
  { streams }: Chosen,
): Promise<{ choices: StreamChoice[]; leftOut: LeftOut[] }> {
  const { scopes } = await session.signIn();
  const all = streamsOf(session.connector);
  const leftOut: LeftOut[] = [];
  const choices = streams.flatMap(({ stream, choice, named }) => {
    const { readable, missing = '', below } = accessTo(stream, all, scopes);
    if (named || readable !== 'no') return [choice];
    leftOut.push({ stream: stream.name, scope: missing, ...(below && { below }) });
    return [];
  });
  if (choices.length > 0) return { choices, leftOut };
  throw new ConnectorError(`the app at ${session.connector.title} has no scope for any of these streams`, {
    kind: 'scope',
    connector: session.connector.id,
    hint: `Add scopes to the app, such as ${[...new Set(leftOut.map(({ scope }) => scope))].slice(0, 3).join(', ')}; see trunkline streams --check.`,
  });
}

/**
 * Opens the destination.
 * @param patience how often to ask again when somebody else loads into it: rows of webhooks are loaded in seconds
 */
export async function openTarget(app: App, ready: Ready, patience = 0): Promise<Loader> {
  const { target, request, cwd, session } = ready;
  const { now, sleep } = app.world;
  for (let left = patience; ; left--) {
    try {
      return await target.destination.open(target.url, layoutOf(session, request), { now, sleep, cwd });
    } catch (error) {
      if (!isInUse(error) || left <= 0) throw error;
      await sleep(ASK_AGAIN_MS);
    }
  }
}

/** Somebody else loads into the destination. */
export function isInUse(error: unknown): boolean {
  return error instanceof ConnectorError && error.code === 'in-use';
}

/** Files of what happened are divided by month; what is there now is one file. */
function layoutOf(session: Session, { streams }: ExtractRequest): Layout {
  const all = streamsOf(session.connector);
  const months = new Map(
    streams.flatMap(({ stream, table, cursor, select, primaryKey }) => {
      const known = all.get(stream);
      const column = cursor ?? known?.cursor;
      const kept = [...(select ?? []), ...(primaryKey ?? known?.primaryKey ?? [])];
      return column !== undefined && (!select || kept.includes(column)) ? [[table, column] as const] : [];
    }),
  );
  return { monthOf: (table) => months.get(table) };
}

function depsOf({ world, log }: App, { session }: Ready): Omit<ExtractDeps, 'loader'> {
  return {
    session,
    connector: session.connector,
    now: world.now,
    sleep: world.sleep,
    newRun: () => randomUUID(),
    log,
  };
}
