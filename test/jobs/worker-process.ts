// Starts jobs that never end, prints each one it starts, and waits to be killed. Argument: database.
import { createJobs } from '../../src/jobs/jobs.ts';
import { openSqlite } from '../../src/store/store.ts';

const [path = ''] = process.argv.slice(2);
const store = await openSqlite({ path, now: Date.now });
const jobs = createJobs(store, { random: Math.random });
jobs.work('people', { concurrency: 3, maxAttempts: 3 }, async ({ key, attempt }) => {
  process.stdout.write(`${key} ${attempt}\n`);
  if (key.startsWith('stuck')) await new Promise(() => setInterval(() => undefined, 1000));
});
process.stdout.write('open\n');
