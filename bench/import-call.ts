/**
 * What it costs to build a call of an operation that a document describes, beside the same operation written by hand:
 * checked input in, request out. And how soon a connector of 1,200 operations is there, since nobody waits for what he
 * does not call.
 */
import { z } from 'zod';
import { defineAction, type Action } from '../src/core/action.ts';
import { path } from '../src/core/call.ts';
import { findAction } from '../src/core/connector.ts';
import { toWire } from '../src/http/request.ts';
import { connectorFromDefinition, connectorFromJson, parseDefinition } from '../src/openapi/from-json.ts';
import { median, round } from './processes.ts';

const RUNS = 7;
const MAX_TIMES = 3;
const MAX_LOAD_MS = 100;
const OPERATIONS = 1200;
const API = 'https://api.example.com/v1';

const ADDRESS = {
  type: 'object',
  required: ['street'],
  properties: { street: { type: 'string' }, city: { type: 'string' } },
};
const LINE = {
  type: 'object',
  required: ['sku', 'count'],
  properties: { sku: { type: 'string' }, count: { type: 'integer', minimum: 1 } },
};

const operation = {
  title: 'Create an order',
  method: 'POST',
  path: '/shops/{shop}/orders',
  parameters: [
    { name: 'shop', in: 'path', schema: { type: 'string' } },
    { name: 'notify', in: 'query', schema: { type: 'boolean' } },
    { name: 'tags', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
    { name: 'X-Request', in: 'header', as: 'request', schema: { type: 'string' } },
  ],
  body: {
    required: true,
    spread: true,
    contents: [
      {
        type: 'application/json',
        schema: {
          type: 'object',
          required: ['email', 'lines'],
          properties: {
            email: { type: 'string', maxLength: 100 },
            lines: { type: 'array', items: { $ref: '#/$defs/Line' } },
            address: { $ref: '#/$defs/Address' },
            note: { type: 'string' },
          },
        },
      },
    ],
  },
};
const document = {
  id: 'shop',
  title: 'Shop',
  servers: { api: API },
  $defs: { Line: LINE, Address: ADDRESS },
  actions: { orders: { create: operation } },
};

const byHand = defineAction({
  title: 'Create an order',
  docs: 'https://example.com',
  effect: 'write',
  idempotent: false,
  budget: 'default',
  scopes: [],
  input: z.strictObject({
    shop: z.string(),
    notify: z.boolean().optional(),
    tags: z.array(z.string()).optional(),
    request: z.string().optional(),
    email: z.string().max(100),
    lines: z.array(z.looseObject({ sku: z.string(), count: z.number().int().min(1) })),
    address: z.looseObject({ street: z.string(), city: z.string().optional() }).optional(),
    note: z.string().optional(),
  }),
  output: z.unknown(),
  example: { shop: 's', email: 'a@example.com', lines: [] },
  call: ({ shop, notify, tags, request, ...json }) => ({
    method: 'POST',
    path: path`/shops/${shop}/orders`,
    query: { notify, tags },
    headers: { 'X-Request': request },
    json,
  }),
});

const input = {
  shop: 'north west',
  notify: true,
  tags: ['new', 'b2b'],
  request: 'r-1',
  email: 'ada@example.com',
  lines: [
    { sku: 'A-1', count: 2 },
    { sku: 'B-7', count: 1 },
  ],
  address: { street: 'Main St 1', city: 'Springfield' },
  note: 'Leave it at the door.',
};

export async function benchImportCall(): Promise<unknown> {
  const imported = findAction(connectorFromJson(document), 'orders.create') as Action;
  if (bodyOf(imported) !== bodyOf(byHand)) throw new Error('the two do not send the same');
  const perSecond = { byHand: rate(byHand), imported: rate(imported) };
  const times = round(perSecond.byHand / perSecond.imported);
  const large = parseDefinition({
    ...document,
    actions: {
      orders: Object.fromEntries(Array.from({ length: OPERATIONS }, (_, at) => [`create${at}`, operation])),
    },
  });
  const loads = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    connectorFromDefinition(large);
    return performance.now() - started;
  });
  const load = { operations: OPERATIONS, firstMs: round(loads[0] ?? 0), ms: round(median(loads)) };
  return {
    bench: 'import-call',
    perSecond,
    timesByHand: times,
    load,
    bounds: { timesByHand: MAX_TIMES, loadMs: MAX_LOAD_MS },
    holds: times <= MAX_TIMES && load.ms <= MAX_LOAD_MS,
  };
}

function bodyOf(action: Action): unknown {
  return toWire(action.call(action.input.parse(input)), API, 'bench').body;
}

/** How often a second an input is checked and made a request; the median of several rounds, after one to warm up. */
function rate(action: Action): number {
  const rounds: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const started = performance.now();
    let done = 0;
    // The clock is read seldom, so that reading it does not count.
    for (; performance.now() - started < 300; done += 500) {
      for (let i = 0; i < 500; i++) toWire(action.call(action.input.parse(input)), API, 'bench');
    }
    if (run > 0) rounds.push((done * 1000) / (performance.now() - started));
  }
  return round(median(rounds));
}
