import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import type { Connector } from '../../src/core/connector.ts';
import type { ConnectorError } from '../../src/core/errors.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Session } from '../../src/http/session.ts';
import { connectorFromJson } from '../../src/openapi/from-json.ts';
import { createBudgetLedger } from '../../src/store/budget-ledger.ts';
import { openSqlite } from '../../src/store/store.ts';
import { json, serve, sessionOf, type Script } from '../http/server.ts';

/** Two operations with inputs in every place, token paging, a budget and error rules; nothing but JSON. */
const document = {
  id: 'acme-orders',
  title: 'Acme Orders',
  servers: { api: 'https://acme.invalid' },
  auth: { kind: 'api-key', in: 'header', name: 'x-api-key', credential: 'key' },
  budgets: { default: { calls: { windows: [{ limit: 5, perMs: 1000 }] } } },
  errors: {
    code: 'error.code',
    message: 'error.message',
    rules: [
      {
        code: 'locked',
        message: 'by (\\w+)',
        kind: 'remote',
        retry: 'never',
        hint: 'Ask $1 to close the order.',
      },
    ],
  },
  actions: {
    orders: {
      list: {
        title: 'List orders',
        method: 'GET',
        path: '/{tenant}/orders',
        budget: 'calls',
        parameters: [
          { name: 'tenant', in: 'path', schema: { type: 'string' } },
          { name: 'state', in: 'query', schema: { type: 'string', enum: ['open', 'paid'] } },
          { name: 'cursor', in: 'query', schema: { type: 'string' } },
          { name: 'limit', in: 'query', schema: { type: 'integer' } },
          { name: 'x-trace', in: 'header', as: 'trace', schema: { type: 'string' } },
        ],
        output: {
          type: 'object',
          properties: {
            orders: {
              type: 'array',
              items: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
            },
          },
        },
        example: { tenant: 'north', state: 'open' },
        pages: {
          kind: 'token',
          items: 'orders',
          token: 'next',
          param: 'cursor',
          size: { param: 'limit', max: 2 },
        },
      },
      note: {
        title: 'Add a note',
        method: 'POST',
        path: '/{tenant}/orders/{order}/notes',
        budget: 'calls',
        parameters: [
          { name: 'tenant', in: 'path', schema: { type: 'string' } },
          { name: 'order', in: 'path', schema: { type: 'string' } },
          { name: 'text', in: 'body', required: true, schema: { type: 'string', maxLength: 20 } },
          { name: 'tags', in: 'body', schema: { type: 'array', items: { type: 'string' } } },
        ],
        example: { tenant: 'north', order: 'A/1', text: 'paid' },
      },
    },
  },
};

const shop: Script = ({ url, method, body }, response) => {
  if (method === 'POST') {
    if (body.includes('locked'))
      return json(response, 423, { error: { code: 'locked', message: 'held by Grace' } });
    return json(response, 201, { noted: JSON.parse(body) as unknown });
  }
  const cursor = new URL(url, 'http://x').searchParams.get('cursor');
  return json(
    response,
    200,
    cursor ? { orders: [{ id: '3' }] } : { orders: [{ id: '1' }, { id: '2' }], next: 'c2' },
  );
};

const connector: Connector = connectorFromJson(document);
const list = connector.actions['orders']?.['list'] as NonNullable<(typeof connector.actions)[string][string]>;
const note = connector.actions['orders']?.['note'] as NonNullable<(typeof connector.actions)[string][string]>;

function session(url: string): Session {
  return sessionOf(
    url,
    {},
    { connector: 'acme-orders', credentials: { key: new Secret('acme-key-123') } },
    connector,
  );
}

test('a connector made of JSON alone sends path, query, header and body where they belong', async () => {
  await using server = await serve(shop);
  const client = session(server.url);
  await client.call(list, { tenant: 'a/b', state: 'open', trace: 't-1' });
  assert.deepEqual(await client.call(note, { tenant: 'north', order: 'A/1', text: 'paid', tags: ['x'] }), {
    noted: { text: 'paid', tags: ['x'] },
  });
  const [first, second] = server.seen;
  assert.equal(first?.url, '/a%2Fb/orders?state=open');
  assert.equal(first?.headers['x-trace'], 't-1');
  assert.equal(first?.headers['x-api-key'], 'acme-key-123');
  assert.equal(second?.url, '/north/orders/A%2F1/notes');
});

test('its lists are read page by page with the same paging', async () => {
  await using server = await serve(shop);
  const ids: unknown[] = [];
  for await (const { rows } of session(server.url).pages(list, { tenant: 'north' })) {
    ids.push(...(rows as { id: string }[]).map(({ id }) => id));
  }
  assert.deepEqual(ids, ['1', '2', '3']);
  assert.deepEqual(
    server.seen.map(({ url }) => url),
    ['/north/orders?limit=2', '/north/orders?cursor=c2&limit=2'],
  );
});

test('its inputs are checked before anything is sent, and its errors have kinds and hints', async () => {
  await using server = await serve(shop);
  const client = session(server.url);
  await assert.rejects(
    client.call(list, { tenant: 'n', state: 'lost', colour: 1 }),
    (error: ConnectorError) => {
      assert.deepEqual(error.fields.map(({ field }) => field).toSorted(), ['colour', 'state']);
      return error.kind === 'input';
    },
  );
  await assert.rejects(client.call(note, { tenant: 'n', order: '1', text: 'locked' }), {
    kind: 'remote',
    code: 'locked',
    hint: 'Ask Grace to close the order.',
  });
  assert.equal(server.seen.length, 1);
});

test('its budget is kept like any other', async () => {
  await using server = await serve(shop);
  await using store = await openSqlite({ path: ':memory:', now: Date.now });
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const client = sessionOf(
    server.url,
    { budgets: createBudgetLedger(store), sleep },
    { connector: 'acme-orders', credentials: { key: new Secret('acme-key-123') } },
    connector,
  );
  const started = Date.now();
  await Promise.all(Array.from({ length: 6 }, () => client.call(list, { tenant: 'north' })));
  assert.ok(Date.now() - started >= 1000, 'five a second: the sixth waits');
});

test('the command line calls it, and pages through it', async () => {
  await using server = await serve(shop);
  const dir = await mkdtemp(join(tmpdir(), 'trunkline-json-'));
  try {
    await writeFile(join(dir, 'acme.json'), JSON.stringify(document));
    await writeFile(
      join(dir, 'trunkline.yaml'),
      `connections:\n  orders:\n    connector: ./acme.json\n    credentials: { key: "\${ACME_KEY}" }\n    servers: { api: "${server.url}" }\n`,
    );
    const one = await trunkline(dir, [
      'call',
      'orders',
      'orders.note',
      '--tenant',
      'n',
      '--order',
      '7',
      '--text',
      'hi',
      '--json',
    ]);
    assert.deepEqual(JSON.parse(one.out), { noted: { text: 'hi' } });
    const all = await trunkline(dir, ['call', 'orders', 'orders.list', '--tenant', 'n', '--all', '--json']);
    assert.deepEqual(
      all.out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: string }).id),
      ['1', '2', '3'],
    );
    const wrong = await trunkline(dir, [
      'call',
      'orders',
      'orders.list',
      '--tenant',
      'n',
      '--state',
      'lost',
      '--json',
    ]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.out, /must be one of open, paid/);
  } finally {
    await rm(dir, { recursive: true });
  }
});

test('the example of the documentation is a connector, and each of its example inputs passes', async () => {
  const text = await readFile(new URL('../../docs/connectors.md', import.meta.url), 'utf8');
  const example = /```json\n([\s\S]*?)\n```/.exec(text)?.[1] ?? '';
  const made = connectorFromJson(JSON.parse(example));
  for (const action of Object.values(made.actions).flatMap((area) => Object.values(area))) {
    assert.equal(action.input.safeParse(action.example).success, true, action.title);
  }
});

test('everything that is wrong with a document is said at once', () => {
  const broken = {
    id: 'No Good',
    title: 5,
    servers: {},
    actions: { a: { b: { title: 'x', method: 'FETCH', path: 'y' } } },
  };
  assert.throws(
    () => connectorFromJson(broken),
    (error: ConnectorError) => {
      const fields = error.fields.map(({ field }) => field);
      for (const field of ['id', 'title', 'servers', 'actions.a.b.method', 'actions.a.b.path']) {
        assert.ok(fields.includes(field), `${field} in ${fields.join()}`);
      }
      return error.kind === 'config';
    },
  );
});

async function trunkline(cwd: string, args: string[]): Promise<{ code: number | null; out: string }> {
  const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;
  const env = { ...process.env, ACME_KEY: 'acme-key-123', TRUNKLINE_DATA_DIR: join(cwd, 'state') };
  const child = spawn(process.execPath, [main, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, out };
}
