import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { App, Live } from '../app/index.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import { createApi } from './api.ts';
import { Metrics } from './metrics.ts';
import { createWebhookListener } from './webhooks.ts';

/** How long a request may take to arrive with its body, in milliseconds, and its headers alone. */
const REQUEST_MS = 30_000;
const HEADERS_MS = 10_000;
/** Longer than proxies keep a connection idle (60 s is usual), so that it is they who close it. */
const KEEP_ALIVE_MS = 65_000;
/** How long requests under way may go on once the server stops, in milliseconds. */
const LAST_REQUESTS_MS = 5000;
const TIDY_MS = 50;

/** Where and for whom. */
export interface ServerOptions {
  app: App;
  live: Live;
  token: Secret;
}

/** A server that listens. */
export interface RunningServer {
  /** Where this machine reaches it. */
  url: string;
  /** Takes nothing new; resolves when every request and run under way has been seen to. */
  stop(): Promise<void>;
}

/**
 * Begins to listen where the configuration says.
 * @throws ConnectorError of kind `config` when the port cannot be used
 */
export async function startServer({ app, live, token }: ServerOptions): Promise<RunningServer> {
  const { host, port } = app.config;
  const metrics = new Metrics();
  const work = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  const server = createServer({
    requestTimeout: REQUEST_MS,
    headersTimeout: HEADERS_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: 2000,
  });
  // What comes before the address is known waits for it.
  await listen(server, host, port);
  const url = urlOf(server, host);
  const api = createApi({
    app,
    live,
    token,
    metrics,
    publicUrl: app.config.publicUrl ?? url,
    onLoopback: isLoopback(host),
    background: (one) => {
      const entry = one.finally(() => work.delete(entry));
      work.add(entry);
    },
    stopping: stopping.signal,
  });
  const rest = getRequestListener(api.fetch, { overrideGlobalObjects: false });
  const webhooks = createWebhookListener(app, live, metrics);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // A connection that is kept would keep the server from ending.
    if (stopping.signal.aborted) response.setHeader('connection', 'close');
    if (!webhooks(request, response)) void rest(request, response);
  });
  return {
    url,
    stop: async () => {
      stopping.abort(new Error('the server stops'));
      await close(app, server);
      // Runs need the queue, so it stops after them.
      await Promise.allSettled(work);
      await live.stop();
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'another program uses it' : cause.message;
      reject(
        new ConnectorError(`port ${port} of ${host} cannot be used: ${why}`, {
          kind: 'config',
          hint: 'Choose another: PORT=8788, or PORT=0 for a free one.',
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}

async function close({ world }: App, server: Server): Promise<void> {
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  // Connections whose request was under way become idle one by one.
  let cancel: (() => void) | undefined;
  const tidy = (): void => {
    server.closeIdleConnections();
    cancel = world.setTimer(TIDY_MS, tidy);
  };
  tidy();
  const cancelLast = world.setTimer(LAST_REQUESTS_MS, () => server.closeAllConnections());
  await closed.promise;
  cancel?.();
  cancelLast();
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  // Who listens everywhere is reached here, too.
  const name =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
