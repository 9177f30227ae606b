import type { IncomingMessage, ServerResponse } from 'node:http';
import { toNodeHandler, type App, type Live } from '../app/index.ts';
import type { Metrics } from './metrics.ts';

const PATH = /^\/webhooks\/([A-Za-z0-9][\w.-]{0,63})\/?(?:\?|$)/;

/**
 * Takes what is for `/webhooks/:connection`; false for everything else. It stands before the framework: what is signed
 * are the raw bytes, and here every microsecond counts.
 */
export function createWebhookListener(
  { world }: App,
  live: Live,
  metrics: Metrics,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const handlers = new Map<string, ReturnType<typeof toNodeHandler>>();
  return (request, response) => {
    const path = request.url ?? '';
    if (!path.startsWith('/webhooks/')) return false;
    const [, connection = ''] = PATH.exec(path) ?? [];
    const receiver = live.receiver(connection);
    if (!receiver) {
      refuse(request, response);
      metrics.add('trunkline_webhooks_unknown_total', 'Webhooks for a connection that there is not.');
      return true;
    }
    const handle = handlers.get(connection) ?? toNodeHandler(receiver);
    handlers.set(connection, handle);
    const startedAt = world.now();
    void handle(request, response).finally(() => {
      const seconds = (world.now() - startedAt) / 1000;
      metrics.observe('trunkline_webhook_seconds', 'How long webhooks took.', { connection }, seconds);
    });
    return true;
  };
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  // Its body is not read.
  response.once('finish', () => request.destroy());
  response
    .writeHead(404, { 'content-type': 'application/json', connection: 'close' })
    .end('{"error":"unknown-connection"}');
}
