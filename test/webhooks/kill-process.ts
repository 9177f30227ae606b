/** Receives webhooks made up by number, each told on stdout once it was answered, until it is killed. */
import { events } from '../../src/connectors/zoom/webhooks.ts';
import { Secret } from '../../src/core/secret.ts';
import { createJobs } from '../../src/jobs/jobs.ts';
import { openSqlite } from '../../src/store/store.ts';
import { createReceiver } from '../../src/webhooks/receiver.ts';
import { ended, realTimer, SECRET, signed } from './stage.ts';

const [path = '', from = '0'] = process.argv.slice(2);
const store = await openSqlite({ path, now: Date.now });
const jobs = createJobs(store, { random: Math.random });
const receiver = createReceiver({
  trigger: events,
  connection: 'zoom',
  secrets: () => [new Secret(SECRET)],
  store,
  jobs,
  now: Date.now,
  setTimer: realTimer,
});
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
