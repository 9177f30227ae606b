// A process that shares a PostgreSQL with others. Arguments: role, address, JSON of what the role wants.
import { setTimeout as sleep } from 'node:timers/promises';

import { createJobs } from '../../src/jobs/jobs.ts';
import { createBudgetLedger } from '../../src/store/budget-ledger.ts';
import { openPostgres } from '../../src/store/postgres.ts';

const [role = '', url = '', json = '{}'] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
interface Wish {
  /** Milliseconds that the clock of this machine is wrong by. */
  skewMs?: number;
  concurrency?: number;
  leaseMs?: number;
  /** Milliseconds that a job takes. */
  takesMs?: number;
}
const { skewMs = 0, concurrency = 10, leaseMs = 1500, takesMs = 3 } = JSON.parse(json) as Wish;
const HANDLED = 'INSERT INTO handled (key, n) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET n = excluded.n';
const store = await openPostgres({ url, now: () => Date.now() + skewMs });
const jobs = createJobs(store, { random: Math.random, leaseMs });
process.on('SIGTERM', () => void jobs.stop().then(() => store.close()));

switch (role) {
  case 'open':
    await store.close();
    break;
  case 'budget': {
    const ledger = createBudgetLedger(store);
    for (let i = 0; i < 60; i++) {
      const wait = await ledger.reserve({ key: 'zoom', intervalMs: 10, burst: 5, n: 1 });
      say(`grant ${Math.round(store.now() + wait)}`);
      if (await ledger.spend('zoom', 1, 70)) say('spent');
    }
    await store.close();
    break;
  }
  case 'work':
    jobs.work('people', { concurrency, backoff: () => 100 }, async ({ key, attempt, signal }) => {
      const [alone] = await store.sql(
        'INSERT INTO at_work (key) VALUES ($1) ON CONFLICT DO NOTHING RETURNING key',
        [key],
      );
      if (!alone && attempt === 1) say(`twice ${key}`);
      const [seen] = await store.sql<{ n: number }>('SELECT n FROM wanted WHERE key = $1', [key]);
      say(`run ${key} ${attempt}`);
      try {
        await sleep(takesMs);
        signal.throwIfAborted();
        await store.sql(HANDLED, [key, seen?.n ?? 0]);
      } finally {
        await store.sql('DELETE FROM at_work WHERE key = $1', [key]);
      }
    });
    break;
  case 'tick':
    jobs.work('ticks', { concurrency: 1 }, async () => {
      await store.sql('INSERT INTO ticks (at) VALUES ($1)', [store.now()]);
    });
    await jobs.schedule('tick', 200, 'ticks', 'tick');
    break;
  default:
    throw new Error(`There is no role ${role}.`);
}
say('ready');
