import type { Server, ServerResponse } from 'node:http';
import { ConnectorError } from '../core/errors.ts';
import { isAnswerTo, type Authorization } from './oauth.ts';

const PATH = '/oauth/callback';

/** A server on this machine to which the browser brings the answer of a consent. */
export interface Loopback {
  redirectUri: string;
  /**
   * The answer to an authorization.
   * @throws ConnectorError of kind `timeout` when it does not come in time
   */
  answer(authorization: Authorization, timeoutMs: number, signal?: AbortSignal): Promise<URLSearchParams>;
  close(): Promise<void>;
}

/** Begins to listen on 127.0.0.1; port 0 takes any. */
export async function openLoopback(port: number): Promise<Loopback> {
  let expected: { authorization: Authorization; take: (answer: URLSearchParams) => void } | undefined;
  // Only who is asked for a consent pays for a server: reading this module of Node takes 15 ms.
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (request.method !== 'GET' || url.pathname !== PATH) {
      say(response, 404, 'There is nothing here.');
    } else if (!expected || !isAnswerTo(expected.authorization, url.searchParams.get('state'))) {
      // Anybody on this machine may call; only the true answer ends the waiting.
      say(response, 400, 'This answer belongs to another request.');
    } else {
      const denied = url.searchParams.has('error');
      say(response, 200, denied ? 'Nothing was connected.' : 'Done: you can close this window.');
      expected.take(url.searchParams);
    }
  });
  await listen(server, port);
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return {
    redirectUri: `http://127.0.0.1:${bound}${PATH}`,
    answer: (authorization, timeoutMs, signal) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(
            new ConnectorError(`nobody consented within ${timeoutMs / 1000} s`, {
              kind: 'timeout',
              hint: 'Run it again; --timeout gives more time. The browser must run on this machine.',
            }),
          );
        }, timeoutMs);
        const stop = (): void => {
          clearTimeout(timer);
          reject(signal?.reason as Error);
        };
        if (signal?.aborted) stop();
        else signal?.addEventListener('abort', stop, { once: true });
        const take = (answer: URLSearchParams): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', stop);
          resolve(answer);
        };
        expected = { authorization, take };
      }),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new ConnectorError(`port ${port} of this machine cannot be used: ${cause.message}`, {
          kind: 'config',
          hint: 'Choose another with --port, and add it to the redirect addresses of the app.',
          cause,
        }),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(`<!doctype html><meta charset="utf-8"><title>Trunkline</title><p>${text}</p>`);
}
