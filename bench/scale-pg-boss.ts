/** pg-boss on the same server: the queue that docs/postgres.md compares ours with. */
import { Client } from 'pg';
import { PgBoss } from 'pg-boss';

import { measure, type Rates } from './scale-rates.ts';

/** One waiting and one running job for each key, as our own queue has it; settings as quick as pg-boss allows. */
export async function benchPgBoss(connectionString: string, schema: string): Promise<Rates> {
  const boss = new PgBoss({ connectionString, schema, superviseIntervalSeconds: 5, useListenNotify: true });
  boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
  await boss.start();
  for (const queue of ['rates', 'busy']) {
    await boss.createQueue(queue, { policy: 'stately', heartbeatSeconds: 10, notify: true });
  }
  const client = new Client({ connectionString });
  await client.connect();
  const left = `SELECT count(*)::int AS n FROM ${schema}.job WHERE name = 'rates' AND state < 'completed'`;
  const job = (key: string) => ({ data: { key }, singletonKey: key });
  const rates = await measure({
    add: (queue, key) => boss.send(queue, { key }, { singletonKey: key }),
    addTogether: (keys) => boss.insert('rates', keys.map(job)),
    work: (queue, handler) =>
      boss.work<{ key: string }>(
        queue,
        {
          // A batch is done as a whole: large ones drain best, and several share the hundred where one may be held up.
          ...(queue === 'rates' ? { batchSize: 100 } : { batchSize: 25, localConcurrency: 4 }),
          perJobResults: true,
          burstWhenBatchFull: true,
          pollingIntervalSeconds: 0.5,
          notifyPollingIntervalSeconds: 0.5,
        },
        async (jobs) => {
          await Promise.all(jobs.map(({ data }) => handler(data.key)));
          return jobs.map(({ id }) => ({ id, status: 'completed' as const }));
        },
      ),
    left: async () => (await client.query<{ n: number }>(left)).rows[0]?.n ?? 0,
  });
  await boss.stop();
  await client.end();
  return rates;
}
