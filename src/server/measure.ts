import type { App, Live } from '../app/index.ts';
import type { Labels, Metrics } from './metrics.ts';

/** Counting rows of large tables for every scrape would be work for nothing. */
const FRESH_MS = 10_000;

/** Brings measurements up to date with what others count. What stands in the store is looked at every ten seconds. */
export function createMeasure(app: App, live: Live, metrics: Metrics): () => Promise<void> {
  let measuredAt = -Infinity;
  return async () => {
    measureProcess(app, metrics);
    measureReceivers(live, metrics);
    await measureCalls(app, metrics);
    if (app.world.now() - measuredAt < FRESH_MS) return;
    measuredAt = app.world.now();
    await measureStore(app, metrics);
  };
}

function measureProcess(app: App, metrics: Metrics): void {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  metrics.gauge('process_resident_memory_bytes', 'Memory of the process.', [[{}, rss]]);
  metrics.gauge('nodejs_heap_used_bytes', 'Memory in use by objects.', [[{}, heapUsed]]);
  metrics.count('process_cpu_seconds_total', 'Processor time used.', [[{}, (user + system) / 1e6]]);
  const since = (app.servingSince ?? 0) / 1000;
  metrics.gauge('process_start_time_seconds', 'When the process began to serve.', [[{}, since]]);
  metrics.count(
    'trunkline_extract_rows_total',
    'Rows read into destinations by this process.',
    [...app.tally.rows].map(([stream, rows]) => [{ stream }, rows]),
  );
  metrics.count(
    'trunkline_runs_total',
    'Runs that ended in this process.',
    [...app.tally.runs].map(([name, count]) => {
      const [kind = '', state = ''] = name.split(' ');
      return [{ kind, state }, count];
    }),
  );
}

function measureReceivers(live: Live, metrics: Metrics): void {
  const lines = [...live.receivers()].flatMap(([connection, receiver]) =>
    Object.entries(receiver.counts()).map(([verdict, count]): [Labels, number] => [
      { connection, verdict },
      count,
    ]),
  );
  metrics.count('trunkline_webhooks_total', 'Webhook requests by what became of them.', lines);
  metrics.count(
    'trunkline_webhooks_proven_total',
    'Webhooks proven by each secret, by its place.',
    [...live.receivers()].flatMap(([connection, receiver]) =>
      receiver.provenBy().map((n, i): [Labels, number] => [{ connection, secret: String(i + 1) }, n ?? 0]),
    ),
  );
}

async function measureCalls(app: App, metrics: Metrics): Promise<void> {
  const all = [...(await app.callStats())];
  metrics.count(
    'trunkline_calls_total',
    'Calls to other systems by connection and label of the budget.',
    all.flatMap(([connection, { calls }]) =>
      Object.entries(calls).map(([label, count]): [Labels, number] => [{ connection, label }, count]),
    ),
  );
  metrics.count(
    'trunkline_calls_refused_for_rate_total',
    'Answers of status 429.',
    all.map(([connection, { refusedForRate }]) => [{ connection }, refusedForRate]),
  );
  metrics.count(
    'trunkline_call_retries_total',
    'Calls that were tried again.',
    all.map(([connection, { retries }]) => [{ connection }, retries]),
  );
}

async function measureStore(app: App, metrics: Metrics): Promise<void> {
  const { inbox, deliveries, rowsWaiting, flowRuns, hooks, jobs, budgets, now } = await (
    await app.records()
  ).status();
  metrics.gauge(
    'trunkline_inbox_events',
    'Events in the inbox that wait, and those that failed.',
    inbox.map(({ connection, state, count }) => [{ connection, state }, count]),
  );
  const waiting = inbox.filter(({ state }) => state === 'received');
  const oldest = Math.min(...waiting.map(({ oldestAt }) => Date.parse(oldestAt)), Date.parse(now));
  metrics.gauge('trunkline_inbox_oldest_waiting_seconds', 'Age of the event that waits longest.', [
    [{}, (Date.parse(now) - oldest) / 1000],
  ]);
  metrics.gauge('trunkline_rows_waiting', 'Rows that events told of, on their way to their tables.', [
    [{}, rowsWaiting],
  ]);
  metrics.gauge(
    'trunkline_flow_runs',
    'Runs of flows under way, and those that somebody has to look at.',
    flowRuns.map(({ flow, state, count }) => [{ flow, state }, count]),
  );
  metrics.gauge(
    'trunkline_hooks',
    'Incoming hooks by state.',
    hooks.map(({ state, count }) => [{ state }, count]),
  );
  metrics.gauge(
    'trunkline_jobs',
    'Jobs by queue and state.',
    jobs.flatMap(({ queue, waiting: due, held, running, dead }) =>
      Object.entries({ waiting: due, held, running, dead }).map(([state, count]): [Labels, number] => [
        { queue, state },
        count,
      ]),
    ),
  );
  metrics.gauge(
    'trunkline_job_lag_seconds',
    'How long the job that is due longest has waited.',
    jobs.map(({ queue, lagMs }) => [{ queue }, lagMs / 1000]),
  );
  metrics.gauge(
    'trunkline_deliveries',
    'Deliveries by state.',
    deliveries.map(({ audience, state, count }) => [{ audience, state }, count]),
  );
  metrics.gauge(
    'trunkline_budget_used_today',
    'Calls of this UTC day, by account and label.',
    Object.entries(budgets).map(([key, used]) => [{ key }, used]),
  );
}
