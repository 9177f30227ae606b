import { createBudgetLedger } from '../store/budget-ledger.ts';
import { countRows } from '../extract/pushed-queue.ts';
import { countFlowRuns } from '../flows/history.ts';
import type { QueueCount } from '../jobs/jobs.ts';
import { countHooks } from '../webhooks/hooks/rows.ts';
import { countEvents } from '../webhooks/inbox.ts';
import type { App } from './app.ts';
import { countDeliveries } from './deliveries.ts';
import { listRuns, type RunLine } from './runs.ts';
import { VERSION } from './version.ts';

/** How things stand, in one look; times are ISO. */
export interface Status {
  version: string;
  engine: 'sqlite' | 'postgres';
  now: string;
  /** Since when the process that answers serves; undefined when it does not. */
  servingSince: string | undefined;
  /** Events that wait, and those that failed. */
  inbox: { connection: string; state: string; count: number; oldestAt: string }[];
  deliveries: { audience: string; state: string; count: number }[];
  /** Rows that events told of, on their way to their tables. */
  rowsWaiting: number;
  /** Runs of flows that are under way, and those that somebody has to look at. */
  flowRuns: { flow: string; state: string; count: number }[];
  hooks: { state: string; count: number }[];
  jobs: QueueCount[];
  schedules: { name: string; rule: string; nextAt: string }[];
  /** Those under way. */
  runs: RunLine[];
  /** Calls of this UTC day, by account and label. */
  budgets: Record<string, number>;
}

const SCHEDULES = 'SELECT name, rule, next_at FROM schedules ORDER BY next_at, name';

export async function statusOf(app: App): Promise<Status> {
  const store = await app.store();
  const schedules = await store.sql<{ name: string; rule: string; next_at: number }>(SCHEDULES);
  const { servingSince } = app;
  return {
    version: VERSION,
    engine: store.engine,
    now: isoOf(store.now()),
    servingSince: servingSince === undefined ? undefined : isoOf(servingSince),
    inbox: (await countEvents(store.sql)).map(({ oldestAt, ...count }) => ({
      ...count,
      oldestAt: isoOf(oldestAt),
    })),
    deliveries: await countDeliveries(store),
    rowsWaiting: await countRows(store),
    flowRuns: await countFlowRuns(store.sql),
    hooks: await countHooks(store.sql),
    jobs: await (await app.jobs()).counts(),
    schedules: schedules.map(({ name, rule, next_at }) => ({ name, rule, nextAt: isoOf(next_at) })),
    runs: await listRuns(store, { state: 'running' }, 100),
    budgets: await createBudgetLedger(store).usedToday(''),
  };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
