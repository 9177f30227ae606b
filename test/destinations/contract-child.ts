import { setTimeout as sleep } from 'node:timers/promises';

import type { Destination } from '../../src/core/destination.ts';
import { Secret } from '../../src/core/secret.ts';
import { manyRows, MEETINGS } from './contract-places.ts';

// A process that is killed: in the middle of its second transaction, or anywhere while it lands step after step.
const [, , module = '', name = '', url = '', mode = 'middle'] = process.argv;
const found = ((await import(module)) as Record<string, Destination>)[name];
if (!found) throw new Error(`${module} has no ${name}`);

const loader = await found.open(
  new Secret(url),
  { monthOf: () => undefined },
  { now: Date.now, sleep: (ms) => sleep(ms), cwd: process.cwd() },
);
await loader.transaction(async (tx) => {
  await tx.query('CREATE TABLE IF NOT EXISTS _trunkline_marks (name text PRIMARY KEY, n bigint NOT NULL)');
});
if (mode === 'middle') await middle();
else await steps();

async function middle(): Promise<void> {
  await loader.transaction(async (tx) => {
    await tx.query('INSERT INTO _trunkline_marks (name, n) VALUES ($1, $2)', ['committed', 1]);
    await tx.fit(MEETINGS);
    await tx.merge(MEETINGS, manyRows(100));
  });
  await loader.publish();
  await loader.transaction(async (tx) => {
    await tx.query('UPDATE _trunkline_marks SET n = $1', [2]);
    await tx.fit({ ...MEETINGS, columns: [...MEETINGS.columns, { name: 'late', type: 'text' }] });
    await tx.merge(MEETINGS, manyRows(5000, 'changed'));
    process.stdout.write('in the middle\n');
    // Killed here.
    await sleep(60_000);
  });
}

/** Each step lands its number, and rows that all have it; then it says so. */
async function steps(): Promise<void> {
  for (;;) {
    const step = await loader.transaction(async (tx) => {
      const [row] = await tx.query<{ n: number }>(
        `INSERT INTO _trunkline_marks AS m (name, n) VALUES ('step', 1)
         ON CONFLICT (name) DO UPDATE SET n = m.n + 1 RETURNING n`,
      );
      const n = row?.n ?? 0;
      await tx.fit(MEETINGS);
      await tx.merge(MEETINGS, manyRows(100 + n, `step-${n}`));
      return n;
    });
    await loader.publish();
    process.stdout.write(`${step}\n`);
  }
}
