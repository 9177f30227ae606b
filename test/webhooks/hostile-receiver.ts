/** A receiver in a process of its own, to be attacked. Says its port; asked on stdin, tells what it holds. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { Log } from '../../src/core/log.ts';
import { createJobs } from '../../src/jobs/jobs.ts';
import { openSqlite } from '../../src/store/store.ts';
import { toNodeHandler } from '../../src/webhooks/mount.ts';
import { zoomReceiver } from './stage.ts';

const store = await openSqlite({ path: process.argv[2] ?? ':memory:', now: Date.now });
const jobs = createJobs(store, { random: Math.random });
let lines = 0;
const log: Log = Object.assign(() => void lines++, { enabled: () => true });
const receiver = zoomReceiver(store, jobs, { log, limits: { bodyBytes: 100_000, bodyMs: 300 } });
const handle = toNodeHandler(receiver);
const server = createServer((request, response) => void handle(request, response));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});
createInterface({ input: process.stdin })
  .on('line', () => void tell())
  .on('close', () => process.exit(0));

async function tell(): Promise<void> {
  const [inbox] = await store.sql<{ n: number }>('SELECT count(*) AS n FROM inbox');
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const told = { counts: receiver.counts(), inbox: inbox?.n, lines, heap: heapUsed + external, rss };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
