/** Another system over real HTTP, which writes down every call that it gets and can fail in every way. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { DefinitionInput } from '../../src/openapi/definition.ts';

/** A call that it got. */
export interface Entry {
  method: string;
  path: string;
  body: Record<string, unknown>;
  /** Whether it did what it was asked for. */
  applied: boolean;
}

/** How it treats the calls to come: `after` means that it does the thing first. */
export interface Fault {
  path: RegExp;
  how: '500' | '400' | '429' | 'reset' | 'reset-after' | 'slow-after' | 'nonsense';
  /** How often; once unless told. */
  times?: number;
}

export interface Ledger extends AsyncDisposable {
  url: string;
  entries: Entry[];
  faults: Fault[];
  /** Milliseconds until it answers. */
  latency: () => number;
  applied(path: RegExp): Entry[];
  /** How many visits there are; they come in pages of 100. */
  visits: number;
  /** What each of them says. */
  remark: string;
}

const operation = (title: string, method: 'GET' | 'POST' | 'PUT', path: string) => ({ title, method, path });
const inBody = (...names: string[]) =>
  names.map((name) => ({ name, in: 'body' as const, schema: {}, required: false }));
const inPath = (name: string) => ({
  name,
  in: 'path' as const,
  schema: { type: ['string', 'integer'] },
  required: true,
});

/** The connector for it. */
export const definition: DefinitionInput = {
  id: 'ledger',
  title: 'Ledger',
  servers: { api: 'http://127.0.0.1:1' },
  actions: {
    people: { get: { ...operation('Get a person', 'GET', '/people/{id}'), parameters: [inPath('id')] } },
    orders: {
      create: {
        ...operation('Create an order', 'POST', '/orders'),
        parameters: inBody('run', 'title', 'note', 'of'),
      },
    },
    lines: {
      put: {
        ...operation('Put a line', 'PUT', '/lines/{id}'),
        idempotent: true,
        parameters: [inPath('id'), ...inBody('run', 'title')],
      },
    },
    visits: {
      list: {
        ...operation('List visits', 'GET', '/visits'),
        parameters: [{ name: 'page', in: 'query', schema: { type: 'integer' } }],
        pages: { kind: 'number', items: 'data.visits', param: 'page', count: 'pages' },
      },
    },
    notes: { create: { ...operation('Add a note', 'POST', '/notes'), parameters: inBody('run', 'title') } },
  },
};

export async function startLedger(): Promise<Ledger> {
  const server = createServer((request, response) => {
    answer(ledger, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const ledger: Ledger = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    entries: [],
    faults: [],
    latency: () => 0,
    visits: 0,
    remark: '',
    applied: (path) => ledger.entries.filter((one) => one.applied && path.test(one.path)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return ledger;
}

async function answer(ledger: Ledger, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const said = await text(request);
  const path = request.url ?? '';
  const entry: Entry = {
    method: request.method ?? '',
    path,
    body: said === '' ? {} : (JSON.parse(said) as Record<string, unknown>),
    applied: false,
  };
  ledger.entries.push(entry);
  const fault = ledger.faults.find((one) => one.path.test(path) && (one.times ??= 1) > 0);
  if (fault?.times !== undefined) fault.times--;
  const refuse = (status: number, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ code: `e${status}`, message: `refused with ${status}` }));
  };
  switch (fault?.how) {
    case 'reset':
      response.destroy();
      return;
    case '500':
      refuse(500);
      return;
    case '400':
      refuse(400);
      return;
    case '429':
      refuse(429, { 'retry-after': '1' });
      return;
    default:
  }
  entry.applied = true;
  const number = ledger.entries.length;
  if (fault?.how === 'reset-after') {
    response.destroy();
    return;
  }
  await new Promise((resolve) => setTimeout(resolve, fault?.how === 'slow-after' ? 3000 : ledger.latency()));
  response.writeHead(entry.method === 'POST' ? 201 : 200, { 'content-type': 'application/json' });
  if (path.startsWith('/visits')) {
    response.end(JSON.stringify(visitsOf(ledger, path)));
    return;
  }
  const big = '"big": 12345678901234567890, "password": "very-secret-password"';
  if (fault?.how === 'nonsense') response.end('<html>');
  else response.end(`{ "number": ${number}, "path": ${JSON.stringify(path)}, ${big} }`);
}

function visitsOf({ visits: count, remark }: Ledger, path: string): unknown {
  const page = Number(new URL(path, 'http://ledger').searchParams.get('page') ?? 1);
  const first = (page - 1) * 100;
  const visits = Array.from({ length: Math.max(0, Math.min(100, count - first)) }, (_, i) => ({
    id: first + i + 1,
    ...(remark && { remark }),
  }));
  return { data: { visits, of: 'ledger' }, page, pages: Math.ceil(count / 100) };
}
