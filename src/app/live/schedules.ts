import { ConnectorError } from '../../core/errors.ts';
import { pruneFlowRuns } from '../../flows/rows.ts';
import type { Job } from '../../jobs/jobs.ts';
import type { App } from '../app.ts';
import { pruneTold } from '../../activate/prune.ts';
import { pruneRuns } from '../runs.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;

/** How far back an activation by schedule looks; what was complete when it was read is not read again. */
const LOOK_BACK_MS = 7 * DAY;
/** Runs and dead jobs are kept for so long, and what was used of budgets. */
const KEEP_MS = 90 * DAY;
/** Registrations and files of recordings that events told of are kept for so long after what they are about. */
const TOLD_MS = 400 * DAY;
/** A refresh token dies after 90 days without use. */
const RENEW_AFTER_DAYS = 30;

const ACTIVATE = 'activate';
const EXTRACT = 'extract';
const RENEW = 'renew-tokens';
const PRUNE = 'prune';

/** Begins to do what comes round by itself. All processes declare it; each time one of them does it. */
export async function startSchedules(app: App): Promise<void> {
  const jobs = await app.jobs();
  const { schedules, zoom, brevo } = app.config;
  const once = { concurrency: 1, maxAttempts: 5 };
  jobs.work(RENEW, once, async () => void (await app.stored.renewIfOlderThan(RENEW_AFTER_DAYS)));
  jobs.work(PRUNE, once, () => prune(app));
  await jobs.schedule('renew tokens', 6 * HOUR, RENEW, 'all');
  await jobs.schedule('prune records', DAY, PRUNE, 'all');
  const ready = zoom.accountId !== undefined && brevo.apiKey !== undefined;
  jobs.work(ACTIVATE, once, () => activate(app));
  if (schedules.activate !== null && ready) {
    await jobs.schedule('activate', schedules.activate, ACTIVATE, 'all');
  }
  jobs.work(EXTRACT, once, (job) => extract(app, job));
  if (schedules.extract !== null) await jobs.schedule('extract', schedules.extract, EXTRACT, 'all');
}

/** Reads what webhooks did not bring, and sends what waits. */
async function activate(app: App): Promise<void> {
  const until = app.world.now();
  const request = { since: until - LOOK_BACK_MS, until };
  const summary = await app.activate(request, () => undefined, { origin: 'schedule' });
  const { contacts, events, failed, refused } = summary;
  app.log(failed.length > 0 ? 'warn' : 'info', 'activation by schedule', {
    contacts,
    events: events.sent,
    refused: refused.length,
    failed: failed.length,
  });
}

async function extract(app: App, { signal }: Job): Promise<void> {
  const report = await app.extract({ signal }, undefined, { origin: 'schedule' });
  // Handed back when the process stops: another one, or the next, goes on from there.
  signal.throwIfAborted();
  const rows = report.streams.reduce((sum, stream) => sum + stream.rows, 0);
  app.log(report.outcome === 'failed' ? 'warn' : 'info', 'extraction by schedule', {
    outcome: report.outcome,
    rows,
    error: report.error,
  });
}

const PRUNE_DAYS = 'DELETE FROM budget_days WHERE day < $1';
const PRUNE_DEAD = 'DELETE FROM dead_jobs WHERE died_at < $1';

async function prune(app: App): Promise<void> {
  const store = await app.store();
  const before = store.now() - KEEP_MS;
  await pruneRuns(store, before);
  await pruneTold(store, store.now() - TOLD_MS);
  await pruneFlowRuns(store.sql, before);
  await store.sql(PRUNE_DAYS, [new Date(before).toISOString().slice(0, 10)]);
  await store.sql(PRUNE_DEAD, [before]);
}

/** @throws ConnectorError of kind `config` when what a schedule needs is not set */
export function requireSchedulable({ config }: App): void {
  const { schedules, extract: replication } = config;
  if (schedules.extract === null || replication?.target) return;
  throw new ConnectorError('schedules.extract is set, but nothing says where the rows go', {
    kind: 'config',
    hint: 'Add extract: { target: sqlite:./zoom.db } to trunkline.yaml, or remove the schedule.',
  });
}
