/** A receiver of webhooks in a process of its own: `empty`, `bare`, `trunkline` (on a file or on PostgreSQL), `express`. Says its port. */
import { createHmac } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { events } from '../src/connectors/zoom/webhooks.ts';
import { Secret } from '../src/core/secret.ts';
import { verify } from '../src/core/signature.ts';
import { createJobs } from '../src/jobs/jobs.ts';
import { openSqlite, type Store } from '../src/store/store.ts';
import { toNodeHandler } from '../src/webhooks/mount.ts';
import { createReceiver } from '../src/webhooks/receiver.ts';

const [kind = 'empty', secret = '', path = ':memory:'] = process.argv.slice(2);

const makers: Readonly<Record<string, () => Promise<RequestListener>>> = {
  /** Reads the body, looks at nothing, stores nothing. */
  empty: async () => (request, response) => {
    readAll(request, () => response.writeHead(200, { 'content-length': 0 }).end());
  },
  /** Verifies and parses, stores nothing. */
  bare: async () => (request, response) => {
    readAll(request, (body) => {
      const verdict = verify(events.verify, [secret], request.headers, body, Date.now());
      const parsed = JSON.parse(body.toString()) as { event: string };
      const status = verdict.ok && parsed.event !== '' ? 200 : 401;
      response.writeHead(status, { 'content-length': 0 }).end();
    });
  },
  trunkline: async () => trunklineOn(await openSqlite({ path, now: Date.now })),
  postgres: async () => {
    const { openPostgres } = await import('../src/store/postgres.ts');
    return trunklineOn(await openPostgres({ url: path, now: Date.now }));
  },
  /** As receivers are written in tutorials: parsed JSON, written again to be signed; stores nothing. */
  express: async () => {
    const app = express();
    app.use(express.json());
    app.post('/webhooks/zoom', (request, response) => {
      const message = `v0:${String(request.headers['x-zm-request-timestamp'])}:${JSON.stringify(request.body)}`;
      const hash = createHmac('sha256', secret).update(message).digest('hex');
      if (request.headers['x-zm-signature'] !== `v0=${hash}`) {
        response.status(401).send('Unauthorized');
        return;
      }
      response.status(200).send('OK');
    });
    return app;
  },
};

function trunklineOn(store: Store): RequestListener {
  const jobs = createJobs(store, { random: Math.random });
  const receiver = createReceiver({
    trigger: events,
    connection: 'zoom',
    secrets: () => [new Secret(secret)],
    store,
    jobs,
    now: Date.now,
    setTimer: (ms, fn) => {
      const timer = setTimeout(fn, ms);
      return () => clearTimeout(timer);
    },
  });
  const handle = toNodeHandler(receiver);
  return (request, response) => void handle(request, response);
}

function readAll(request: Parameters<RequestListener>[0], done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => done(Buffer.concat(chunks)));
}

const listener = await makers[kind]?.();
const server: Server = createServer(listener);
const atStart = process.cpuUsage();
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
// Ends with the process that started it, and tells what it took.
process.stdin.resume();
process.stdin.on('end', () => {
  const { user, system } = process.cpuUsage(atStart);
  const rssMb = Math.round(process.memoryUsage().rss / 1e6);
  process.stdout.write(`${JSON.stringify({ cpuMs: (user + system) / 1000, rssMb })}\n`, () =>
    process.exit(0),
  );
});
