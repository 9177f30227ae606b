import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { cli, folder, type Outcome } from './command-line.ts';

const DEFINITION = {
  id: 'acme-orders',
  title: 'Acme Orders',
  servers: { api: 'https://orders.example.com/v1' },
  auth: { kind: 'bearer', credential: 'token' },
  $defs: {
    Size: { type: 'string', enum: ['small', 'large'] },
    Buyer: {
      type: 'object',
      required: ['email'],
      properties: { email: { type: 'string', format: 'email' } },
    },
  },
  actions: {
    orders: {
      get: {
        title: 'Get an order',
        method: 'GET',
        path: '/orders/{orderId}',
        parameters: [
          { name: 'orderId', in: 'path', schema: { type: 'string' }, description: 'Number of the order.' },
          { name: 'with_lines', in: 'query', schema: { type: 'boolean' } },
        ],
        example: { orderId: '12/7' },
      },
      remove: {
        title: 'Delete an order',
        method: 'DELETE',
        path: '/orders/{orderId}',
        parameters: [{ name: 'orderId', in: 'path', schema: { type: 'string' } }],
        example: { orderId: '12' },
      },
      create: {
        title: 'Create an order',
        method: 'POST',
        path: '/orders',
        parameters: [{ name: 'notify', in: 'query', schema: { type: ['boolean', 'null'] } }],
        body: {
          spread: true,
          contents: [
            {
              type: 'application/json',
              schema: {
                type: 'object',
                required: ['buyer'],
                properties: {
                  size: { $ref: '#/$defs/Size' },
                  buyer: { $ref: '#/$defs/Buyer' },
                  id: { type: 'integer', format: 'int64' },
                  tags: { type: 'array', items: { $ref: '#/$defs/Size' } },
                  express: { type: 'boolean' },
                  either: { oneOf: [{ type: 'string' }, { $ref: '#/$defs/Buyer' }] },
                },
              },
            },
          ],
        },
        example: { buyer: { email: 'ada@example.com' } },
      },
    },
  },
};

async function shop(t: TestContext): Promise<(...argv: string[]) => Promise<Outcome & { seen: string[] }>> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}${body && ` ${body}`}`);
      response.setHeader('content-type', 'application/json').end('{"id":9007199254740993,"state":"open"}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const cwd = folder(t);
  writeFileSync(join(cwd, 'orders.json'), JSON.stringify(DEFINITION));
  writeFileSync(
    join(cwd, 'trunkline.yaml'),
    `connections:
  shop:
    connector: ./orders.json
    credentials: { token: "\${SHOP_TOKEN}" }
    servers: { api: "http://127.0.0.1:${port}/v1" }
`,
  );
  writeFileSync(join(cwd, '.env'), 'SHOP_TOKEN=from-the-env-file\n');
  return async (...argv) => {
    const outcome = await cli({ cwd }, ...argv);
    return { ...outcome, seen };
  };
}

test('a connector without code is called by the name of its connection', async (t) => {
  const run = await shop(t);
  const { code, stdout, seen } = await run(
    'call',
    'shop',
    'orders.get',
    '--order-id',
    '12/7',
    '--with-lines',
  );
  assert.equal(code, 0);
  // An id that a number cannot hold stays whole.
  assert.deepEqual(JSON.parse(stdout), { id: '9007199254740993', state: 'open' });
  assert.deepEqual(seen, ['GET /v1/orders/12%2F7?with_lines=true Bearer from-the-env-file']);
});

test('its inputs are flags by what their schemas say, through references: lists, flags, long numbers, objects as JSON', async (t) => {
  const run = await shop(t);
  const flags = [
    '--no-express',
    '--notify',
    '--size',
    'large',
    '--id',
    '9007199254740993',
    '--tags',
    'small',
  ];
  const buyer = [
    '--tags',
    'large',
    '--buyer',
    '{"email":"ada@example.com"}',
    '--either',
    '{"email":"b@example.com"}',
  ];
  const { code, seen, stderr } = await run('call', 'shop', 'orders.create', ...flags, ...buyer);
  assert.equal(code, 0, stderr);
  assert.deepEqual(seen, [
    'POST /v1/orders?notify=true Bearer from-the-env-file {"size":"large","buyer":{"email":"ada@example.com"},"id":9007199254740993,"tags":["small","large"],"express":false,"either":{"email":"b@example.com"}}',
  ]);
});

test('what is wrong with its inputs is said by the names of the flags', async (t) => {
  const run = await shop(t);
  const { code, stderr, seen } = await run('call', 'shop', 'orders.create', '--size', 'huge', '--id', 'x');
  assert.equal(code, 2);
  assert.match(stderr, /--buyer: is required; expected json/);
  assert.match(stderr, /--size: must be one of small, large/);
  assert.match(stderr, /--id: expected a whole number, received text/);
  assert.deepEqual(seen, []);
  const help = await run('call', 'shop', 'orders.create', '--help');
  assert.match(help.stdout, /--size <small\|large>/);
  assert.match(help.stdout, /--express \[true\|false\]/);
});

test('its deletions are guarded like those of any other', async (t) => {
  const run = await shop(t);
  const { code, seen } = await run('call', 'shop', 'orders.remove', '--order-id', '12');
  assert.equal(code, 2);
  assert.deepEqual(seen, []);
});

test('it is listed among connectors, connections and actions', async (t) => {
  const run = await shop(t);
  const connectors = await run('connectors', 'list', '--json');
  assert.deepEqual(
    (JSON.parse(connectors.stdout) as { name: string; id: string }[]).map(({ name, id }) => `${name} ${id}`),
    ['zoom zoom', 'brevo brevo', 'shop acme-orders'],
  );
  const connections = await run('connections', 'list');
  assert.match(connections.stdout, /^shop +acme-orders +bearer +default +ready +http:/m);
  assert.doesNotMatch(connections.stdout, /from-the-env-file/);
  const actions = await run('actions', '--json');
  const listed = JSON.parse(actions.stdout) as { connector: string; name: string }[];
  const names = new Set(listed.map(({ connector, name }) => `${connector} ${name}`));
  assert.ok(names.has('shop orders.get'));
  assert.ok(names.has('zoom users.list'));
  const shown = await run('connectors', 'show', 'shop');
  assert.match(shown.stdout, /Acme Orders \(acme-orders\)/);
  const byPath = await run('actions', './orders.json');
  assert.match(byPath.stdout, /orders\.remove +Delete an order +destroy/);
});

test('a definition that is not there is named with what is wrong', async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'trunkline.yaml'), 'connections: { shop: { connector: ./none.json } }\n');
  const { code, stderr } = await cli({ cwd }, 'call', 'shop', 'orders.get');
  assert.equal(code, 2);
  assert.match(stderr, /none\.json cannot be read/);
  const list = await cli({ cwd }, 'connections', 'list');
  assert.equal(list.code, 0);
  assert.match(list.stdout, /^shop /m);
});
