import type { IncomingMessage, ServerResponse } from 'node:http';
import { toNodeHandler, type App, type Live, type Receiver } from '../app/index.ts';
import type { Metrics } from './metrics.ts';

const CONNECTION = /^\/webhooks\/([A-Za-z0-9][\w.-]{0,63})\/?(?:\?|$)/;
const HOOK = /^\/hooks\/([\w-]{22,64})\/?(?:\?|$)/;

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Takes what is for `/webhooks/:connection` and `/hooks/:id`; false for everything else. It stands before the framework:
 * what is signed are the raw bytes, and here every microsecond counts.
 */
export function createWebhookListener(
  { world }: App,
  live: Live,
  metrics: Metrics,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const handlers = new WeakMap<Receiver, Handler>();
  const take = (
    receiver: Receiver,
    name: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): void => {
    const handle = handlers.get(receiver) ?? toNodeHandler(receiver);
    handlers.set(receiver, handle);
    const startedAt = world.now();
    void handle(request, response).finally(() => {
      const seconds = (world.now() - startedAt) / 1000;
      metrics.observe('trunkline_webhook_seconds', 'How long webhooks took.', { connection: name }, seconds);
    });
  };
  const unknown = (request: IncomingMessage, response: ServerResponse, error: string): void => {
    refuse(request, response, 404, error);
    metrics.add('trunkline_webhooks_unknown_total', 'Webhooks for a connection that there is not.');
  };
  const takeLater = async (
    name: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const receiver = await live.find(name);
    if (receiver) take(receiver, name, request, response);
    else unknown(request, response, 'unknown-connection');
  };
  const takeHook = async (id: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const found = await live.hook(id);
    if (found === undefined) unknown(request, response, 'unknown-hook');
    else if (found === 'off') refuse(request, response, 404, 'hook-off');
    else if (found === 'gone') refuse(request, response, 410, 'gone');
    else if (found === 'busy') refuse(request, response, 503, 'overloaded');
    // Some systems look whether anybody is at home, before they send anything.
    else if (request.method === 'HEAD') response.writeHead(200).end();
    else take(found, found.connection, request, response);
  };
  return (request, response) => {
    const path = request.url ?? '';
    if (path.startsWith('/hooks/')) {
      const [, id] = HOOK.exec(path) ?? [];
      if (id === undefined) unknown(request, response, 'unknown-hook');
      else takeHook(id, request, response).catch(failed(request, response));
      return true;
    }
    if (!path.startsWith('/webhooks/')) return false;
    const [, connection = ''] = CONNECTION.exec(path) ?? [];
    const receiver = live.receiver(connection);
    if (receiver) take(receiver, connection, request, response);
    else if (connection === '') unknown(request, response, 'unknown-connection');
    else takeLater(connection, request, response).catch(failed(request, response));
    return true;
  };
}

/** The store did not say who is meant: the sender tries again. */
function failed(request: IncomingMessage, response: ServerResponse): () => void {
  return () => {
    if (!response.headersSent) refuse(request, response, 503, 'store-failed');
  };
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, error: string): void {
  // Its body is not read.
  response.once('finish', () => request.destroy());
  response
    .writeHead(status, {
      'content-type': 'application/json',
      connection: 'close',
      ...(status === 503 ? { 'retry-after': '30' } : {}),
    })
    .end(JSON.stringify({ error }));
}
