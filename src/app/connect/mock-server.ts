import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConnectorError } from '../../core/errors.ts';
import type { Definition } from '../../openapi/definition.ts';
import { answerAsMock, mockServers } from './mock-fetch.ts';

/** A system that a definition describes, on this machine. */
export interface MockServer {
  url: string;
  /** Addresses by name, to be set in a connection. */
  servers: Record<string, string>;
  close(): Promise<void>;
}

/** Largest request, in bytes. */
const MAX_BODY = 10_000_000;

/**
 * Serves the mock of a definition over HTTP, on loopback only.
 * @param onRequest is told each request and how it was answered
 */
export async function startMockServer(
  definition: Definition,
  port: number,
  onRequest: (line: string, status: number) => void = () => undefined,
): Promise<MockServer> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of request) {
      size += (piece as Buffer).byteLength;
      if (size > MAX_BODY) {
        response.writeHead(413).end();
        return;
      }
      pieces.push(piece as Buffer);
    }
    const { method = 'GET', url = '/' } = request;
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    );
    const body = Buffer.concat(pieces);
    const given = new Request(new URL(url, 'http://mock.invalid'), {
      method,
      headers: headers.filter(
        ([name]) =>
          !['connection', 'transfer-encoding', 'content-length', 'expect', 'upgrade', 'keep-alive'].includes(
            name,
          ),
      ),
      ...(body.byteLength > 0 && method !== 'GET' && method !== 'HEAD' ? { body } : {}),
    });
    const made = await answerAsMock(definition, given, true);
    onRequest(`${method} ${url}`, made.status);
    response.writeHead(made.status, Object.fromEntries(made.headers));
    response.end(Buffer.from(await made.arrayBuffer()));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(400);
      response.end();
    });
  });
  server.listen(port, '127.0.0.1');
  await Promise.race([
    once(server, 'listening'),
    once(server, 'error').then(([error]) => {
      throw new ConnectorError(`port ${port} cannot be used: ${(error as Error).message}`, {
        kind: 'config',
        hint: 'Choose another: --port 0',
      });
    }),
  ]);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    servers: mockServers(definition, url),
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
