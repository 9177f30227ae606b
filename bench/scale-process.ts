// A worker of the scale benchmark: runs jobs that wait until it is killed. Arguments: address, jobs at once, their wait.
import { setTimeout as sleep } from 'node:timers/promises';

import { createJobs } from '../src/jobs/jobs.ts';
import { openPostgres } from '../src/store/postgres.ts';

const [url = '', concurrency = '1', waitMs = '0'] = process.argv.slice(2);
const store = await openPostgres({ url, now: Date.now });
const jobs = createJobs(store, { random: Math.random });
let done = 0;
jobs.work('network', { concurrency: Number(concurrency) }, async () => {
  await sleep(Number(waitMs));
  // Warm: its pool is open and the others are probably there.
  if (++done === 3 * Number(concurrency)) process.stdout.write('working\n');
});
