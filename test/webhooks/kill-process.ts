/** Receives webhooks made up by number, each told on stdout once it was answered, until it is killed. */
import { createJobs } from '../../src/jobs/jobs.ts';
import { openSqlite } from '../../src/store/store.ts';
import { ended, signed, zoomReceiver } from './stage.ts';

const [path = '', from = '0'] = process.argv.slice(2);
const store = await openSqlite({ path, now: Date.now });
const jobs = createJobs(store, { random: Math.random });
const receiver = zoomReceiver(store, jobs);
let next = Number(from);
const lane = async (): Promise<void> => {
  for (;;) {
    const n = next++;
    const { status } = await receiver.receive(signed(ended(n), Date.now()));
    if (status !== 200) throw new Error(`answered ${status}`);
    process.stdout.write(`${n}\n`);
  }
};
await Promise.all(Array.from({ length: 16 }, lane));
