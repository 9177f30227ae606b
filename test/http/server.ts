import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { defineAction } from '../../src/core/action.ts';
import type { BudgetLedger } from '../../src/core/budget.ts';
import { path } from '../../src/core/call.ts';
import { defineConnector, type Connection } from '../../src/core/connector.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import { silentLog } from '../../src/core/log.ts';
import { Secret } from '../../src/core/secret.ts';
import { type HttpDeps, Session } from '../../src/http/session.ts';

export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Script = (seen: Seen, response: ServerResponse, nth: number) => void;

/** A real server on loopback that answers by a script and remembers what it was asked. */
export async function serve(script: Script) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
      seen.push(one);
      script(one, response, seen.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url, seen, [Symbol.asyncDispose]: close };
}

export function json(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

const Row = z.looseObject({ id: z.string() });
const common = { docs: 'https://example.com', budget: 'calls', scopes: [] as string[] };

/** A small system: a thing to read, one to write, one to write safely, and lists of every kind. */
export const shop = defineConnector({
  id: 'shop',
  title: 'Shop',
  docs: 'https://example.com',
  servers: { api: 'http://127.0.0.1:1' },
  auth: { kind: 'bearer', credential: 'token' },
  plan: 'standard',
  budgets: { standard: {} },
  errors: {
    code: 'code',
    message: 'message',
    fields: 'errors',
    requestId: 'x-request',
    inSuccess: true,
    rules: [
      { code: '77', message: /scope \[(\w+)\]/, kind: 'scope', hint: 'Add the scope $1.' },
      { status: 429, message: /daily/, kind: 'quota', retry: 'later', hint: 'Tomorrow.' },
    ],
  },
  actions: {
    things: {
      get: defineAction({
        ...common,
        title: 'Get a thing',
        effect: 'read',
        idempotent: true,
        input: z.strictObject({
          id: z.string().describe('Id of the thing.'),
          tags: z.array(z.string()).optional(),
        }),
        output: Row,
        example: { id: '1' },
        call: ({ id, tags }) => ({ method: 'GET', path: path`/things/${id}`, query: { tag: tags } }),
      }),
      add: defineAction({
        ...common,
        title: 'Add a thing',
        effect: 'write',
        idempotent: false,
        input: z.strictObject({ name: z.string(), size: z.bigint().optional(), key: z.string().optional() }),
        output: z.unknown(),
        example: { name: 'a' },
        call: ({ key, ...thing }) => ({
          method: 'POST',
          path: '/things',
          json: thing,
          ...(key ? { idempotencyKey: key } : {}),
        }),
      }),
      put: defineAction({
        ...common,
        title: 'Put a thing',
        effect: 'write',
        idempotent: true,
        input: z.strictObject({ name: z.string() }),
        output: z.unknown(),
        example: { name: 'a' },
        call: (thing) => ({ method: 'PUT', path: '/things', json: thing }),
      }),
      list: defineAction({
        ...common,
        title: 'List things',
        effect: 'read',
        idempotent: true,
        input: z.strictObject({ size: z.number().optional(), token: z.string().optional() }),
        output: z.looseObject({ things: z.array(Row), next: z.string().optional() }),
        example: {},
        pages: {
          kind: 'token',
          items: 'things',
          token: 'next',
          param: 'token',
          size: { param: 'size', max: 50 },
        },
        call: (query) => ({ method: 'GET', path: '/things', query }),
      }),
      numbered: defineAction({
        ...common,
        title: 'List things by number',
        effect: 'read',
        idempotent: true,
        input: z.strictObject({ page: z.number().optional() }),
        output: z.looseObject({ things: z.array(Row), pages: z.number() }),
        example: {},
        pages: { kind: 'number', items: 'things', param: 'page', count: 'pages' },
        call: (query) => ({ method: 'GET', path: '/things', query }),
      }),
    },
  },
});

/** A ledger that lets everybody go. */
export const freeLedger: BudgetLedger = {
  reserve: async () => 0,
  spend: async () => true,
  block: async () => undefined,
  blockedFor: async () => 0,
  usedToday: async () => ({}),
};

export function sessionOf(
  url: string,
  deps: Partial<HttpDeps> = {},
  connection: Partial<Connection> = {},
  connector = shop as Session['connector'],
): Session {
  return new Session(
    connector,
    {
      name: 'shop',
      connector: 'shop',
      account: 'one',
      credentials: {
        token: new Secret('secret-token-123'),
        clientId: new Secret('id-of-client'),
        clientSecret: new Secret('very-secret-value'),
      },
      servers: { api: url, oauth: url },
      allowPrivate: true,
      ...connection,
    },
    {
      fetch: (...args) => fetch(...args),
      now: Date.now,
      // Waits are made short, not skipped, so that the order of things stays.
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
      random: () => 0.5,
      log: silentLog,
      budgets: freeLedger,
      userAgent: 'test',
      timeoutMs: 2000,
      ...deps,
    },
  );
}

/** The error that a call ends with. */
export async function failing(work: Promise<unknown>): Promise<ConnectorError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof ConnectorError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'it should have failed' });
}
