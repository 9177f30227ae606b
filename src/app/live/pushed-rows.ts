import { connectors } from '../../catalog.ts';
import type { Connector } from '../../core/connector.ts';
import type { Loader } from '../../core/destination.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Stream } from '../../core/stream.ts';
import type { PushedEvent } from '../../core/trigger.ts';
import { streamGraph } from '../../extract/graph.ts';
import { landPushed } from '../../extract/land-pushed.ts';
import { forgetRows, keepRows, nextRows, type WaitingRow } from '../../extract/pushed-queue.ts';
import { grantedBy } from '../../extract/scopes.ts';
import type { SliceRules } from '../../extract/slice-table.ts';
import { Work } from '../../extract/work.ts';
import type { Job } from '../../jobs/jobs.ts';
import type { Sql } from '../../store/store.ts';
import type { EventHandler } from '../../webhooks/handlers.ts';
import type { App } from '../app.ts';
import { isInUse, openTarget, prepareExtraction, sourceOf, type Ready } from '../extraction.ts';
import { streamsOf } from '../replication/choose.ts';
import { targetOf } from '../replication/target.ts';
import type { LiveHandler } from './handlers.ts';

const QUEUE = 'extract.pushed';

/** Rows of one transaction. */
const AT_ONCE = 1000;
/** What comes within so many milliseconds goes together; files are written anew each time, so they wait longer. */
const GATHER_MS = 1000;
const GATHER_FILES_MS = 60_000;
/** The destination is let go after so many milliseconds, so that an extraction that waits for it gets it. */
const HOLD_MS = 3000;
/** An extraction loads into it: it may take hours. */
const IN_USE_MS = 2000;

/** One for each event that tells of rows of streams. */
export function pushedRowHandlers(): LiveHandler[] {
  return Object.values<Connector>(connectors).flatMap((connector) =>
    [...feedsOf(connector)].map(([pattern, feeds]) => ({
      name: 'bring rows to the destination',
      connector: connector.id,
      pattern,
      handle: (app) => handlerOf(app, feeds),
    })),
  );
}

type Feed = { stream: string; read: NonNullable<Stream['pushes']>['events'][string] };

function feedsOf(connector: Connector): Map<string, Feed[]> {
  const feeds = new Map<string, Feed[]>();
  for (const [stream, { pushes }] of streamsOf(connector)) {
    for (const [event, read] of Object.entries(pushes?.events ?? {})) {
      feeds.set(event, [...(feeds.get(event) ?? []), { stream, read }]);
    }
  }
  return feeds;
}

function handlerOf(app: App, feeds: readonly Feed[]): EventHandler<PushedEvent> {
  return async (event, { id, connection, happenedAt, receivedAt }) => {
    const { extract } = app.config;
    if (!extract?.target || connection !== (await sourceOf(app, {}, extract))) return;
    const rows = feeds.flatMap(({ stream, read }) => read(event).map((row) => ({ ...row, stream })));
    if (rows.length === 0) return;
    const store = await app.store();
    await store.tx(async (sql) => {
      await keepRows(sql, connection, id, happenedAt ?? receivedAt, rows);
      await wake(app, sql);
    });
  };
}

/** Begins to bring rows into the destination, in this process; one process at a time does it. */
export async function startPushedRows(app: App): Promise<void> {
  if (!app.config.extract?.target) return;
  const jobs = await app.jobs();
  // A destination may be away for days; what is for it waits.
  const options = { concurrency: 1, maxAttempts: Number.MAX_SAFE_INTEGER };
  jobs.work(QUEUE, options, (job) => land(app, job));
  const store = await app.store();
  // What waited when the last process ended.
  await store.tx((sql) => wake(app, sql));
}

async function land(app: App, { signal }: Job): Promise<void> {
  const store = await app.store();
  let rows = await nextRows(store, AT_ONCE);
  if (rows.length === 0) return;
  try {
    const ready = await prepareExtraction(app, {});
    const loader = await openTarget(app, ready);
    try {
      const letGoAt = store.now() + HOLD_MS;
      while (rows.length > 0 && !signal.aborted) {
        await landAll(app, ready, loader, rows);
        await loader.publish();
        // A crash before this line: the same rows are landed once more, which changes nothing.
        await forgetRows(store, rows);
        rows = store.now() < letGoAt ? await nextRows(store, AT_ONCE) : [];
      }
    } finally {
      await loader.close();
    }
  } catch (error) {
    throw patient(error);
  }
  if ((await nextRows(store, 1)).length > 0) await store.tx((sql) => wake(app, sql));
}

/** Rows of streams that are not brought there are dropped, as is what the API may not read: nobody would check them. */
async function landAll(
  app: App,
  { session, request }: Ready,
  loader: Loader,
  rows: readonly WaitingRow[],
): Promise<void> {
  const { connector, connection } = session;
  const { scopes } = await session.signIn();
  const granted = grantedBy(scopes);
  const nodes = streamGraph(streamsOf(connector), request.streams, granted);
  for (const [stream, told] of Map.groupBy(rows, (row) => row.stream)) {
    const node = nodes.find((one) => one.stream.name === stream && !one.hidden);
    // Other modes fill the table anew, or have a row for each run.
    if (node?.choice.mode !== 'incremental') continue;
    const ours = told.filter((row) => row.connection === connection.name);
    const work = new Work(node, { connector }, granted);
    const written = await landPushed(loader, work, ours, rulesOf(connection.name, app.world.now()));
    app.tally.rows.set(stream, (app.tally.rows.get(stream) ?? 0) + written);
    app.log('verbose', 'rows of webhooks', { stream, told: ours.length, written });
  }
}

function rulesOf(connection: string, now: number): SliceRules {
  return { connection, run: 'webhook', now, lookbackMs: 0, again: false, since: null, until: null };
}

/** Whatever is wrong with the destination, its rows wait for it. */
function patient(error: unknown): unknown {
  if (!(error instanceof ConnectorError)) return error;
  const { kind, message, hint, code } = error;
  const more = { hint, cause: error, ...(code === undefined ? {} : { code }) };
  if (isInUse(error))
    return new ConnectorError(message, { ...more, kind: 'rate', retry: { afterMs: IN_USE_MS } });
  return error.retry === 'never' ? new ConnectorError(message, { ...more, kind, retry: 'later' }) : error;
}

async function wake(app: App, sql: Sql): Promise<void> {
  const { store, jobs } = { store: await app.store(), jobs: await app.jobs() };
  await jobs.enqueue(sql, { queue: QUEUE, key: 'all', runAt: store.now() + gatherMs(app) });
}

function gatherMs({ config: { extract } }: App): number {
  const target = extract?.target?.reveal();
  if (target === undefined) return GATHER_MS;
  return targetOf(target, process.env).destination.can.live ? GATHER_MS : GATHER_FILES_MS;
}
