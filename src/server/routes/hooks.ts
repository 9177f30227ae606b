import { z } from 'zod';
import { WebhookJson } from '../../app/index.ts';
import { defineRoute, type Route } from '../route.ts';

const nameParams = z.object({ name: z.string().describe('Name of the hook, such as shop%2Forders.') });

const problem = z.object({ kind: z.string(), message: z.string(), hint: z.string(), at: z.iso.datetime() });

const view = z.object({
  name: z.string(),
  title: z.string(),
  kind: z.enum(['static', 'resthook']),
  connection: z.string().optional(),
  webhook: z.string().optional(),
  events: z.array(z.string()).readonly().optional(),
  wanted: z.enum(['on', 'off', 'gone']),
  state: z.enum(['pending', 'active', 'off', 'failed']),
  inbox: z.string().describe('The `connection` of its events, also for the trigger of a flow.'),
  auth: z.enum(['signature', 'value', 'none', 'unknown']),
  secrets: z.int().describe('How many secrets are valid.'),
  subscription: z.string().optional(),
  expiresAt: z.iso.datetime().optional(),
  dueAt: z.iso.datetime().optional(),
  problem: problem.optional(),
  warnings: z.array(z.string()).readonly(),
  createdAt: z.iso.datetime(),
});

const detail = view.extend({ url: z.url().describe('The address to be given to the other system.') });

const made = detail.extend({
  secret: z.string().optional().describe('To be given to the other system; shown this once.'),
});

const list = defineRoute({
  method: 'get',
  path: '/hooks',
  id: 'listHooks',
  summary: 'Addresses at which systems push events, without the addresses themselves.',
  tag: 'Hooks',
  answer: z.array(view),
  run: async ({ app }) => (await app.hooks()).list(),
});

const show = defineRoute({
  method: 'get',
  path: '/hooks/{name}',
  id: 'getHook',
  summary: 'One hook with its address.',
  tag: 'Hooks',
  params: nameParams,
  answer: detail,
  run: async ({ app, params }) => (await app.hooks()).show(params.name),
});

const add = defineRoute({
  method: 'post',
  path: '/hooks',
  id: 'addHook',
  summary: 'Makes a hook: of a connection (which may subscribe by itself), or by settings or a preset.',
  tag: 'Hooks',
  body: z.strictObject({
    name: z.string().optional(),
    connection: z.string().optional(),
    webhook: z.string().optional(),
    settings: WebhookJson.optional(),
    secrets: z.array(z.string()).optional(),
    events: z.array(z.string()).optional(),
  }),
  answer: made,
  run: async ({ app, body }) => (await app.hooks()).add(body),
});

const enable = defineRoute({
  method: 'post',
  path: '/hooks/{name}/enable',
  id: 'enableHook',
  summary: 'Takes events again; subscribes where that is done by operations.',
  tag: 'Hooks',
  params: nameParams,
  answer: made,
  run: async ({ app, params }) => (await app.hooks()).enable(params.name),
});

const disable = defineRoute({
  method: 'post',
  path: '/hooks/{name}/disable',
  id: 'disableHook',
  summary: 'Takes no more events; unsubscribes where that is done by operations.',
  tag: 'Hooks',
  params: nameParams,
  answer: view,
  run: async ({ app, params }) => (await app.hooks()).disable(params.name),
});

const rotate = defineRoute({
  method: 'post',
  path: '/hooks/{name}/rotate',
  id: 'rotateHook',
  summary: 'Replaces the secret, the address, or both; the old ones are taken a while longer.',
  tag: 'Hooks',
  params: nameParams,
  body: z.strictObject({
    what: z.enum(['secret', 'address', 'both']).optional(),
    secret: z.string().min(1).optional().describe('Where the other system made it.'),
    keepMs: z.number().min(0).optional().describe('Milliseconds; a day unless told.'),
  }),
  answer: made,
  run: async ({ app, params, body }) => (await app.hooks()).rotate(params.name, body),
});

const test = defineRoute({
  method: 'post',
  path: '/hooks/{name}/test',
  id: 'testHook',
  summary: 'Signs a sample and sends it to the address of the hook.',
  tag: 'Hooks',
  params: nameParams,
  body: z.strictObject({
    event: z.string().optional(),
    body: z.record(z.string(), z.unknown()).optional(),
  }),
  answer: z.object({
    url: z.url(),
    event: z.string(),
    status: z.int(),
    answer: z.string(),
    ok: z.boolean(),
    hint: z.string().optional(),
  }),
  run: async ({ app, params, body }) => (await app.hooks()).test(params.name, body),
});

const sweep = defineRoute({
  method: 'post',
  path: '/hooks/sweep',
  id: 'sweepHooks',
  summary: 'Ends subscriptions at other systems that lead here and that no hook knows.',
  tag: 'Hooks',
  answer: z.array(z.object({ connection: z.string(), id: z.string() })),
  run: async ({ app }) => (await app.hooks()).sweep(),
});

const remove = defineRoute({
  method: 'delete',
  path: '/hooks/{name}',
  id: 'removeHook',
  summary: 'Ends a hook for good: its address answers 410 from then on.',
  tag: 'Hooks',
  params: nameParams,
  query: z.object({ force: z.enum(['true', 'false']).optional() }),
  answer: z.object({ removed: z.boolean() }),
  run: async ({ app, params, query }) => (await app.hooks()).remove(params.name, query.force === 'true'),
});

// The sweep stands before the routes by name.
export const hookRoutes: readonly Route[] = [list, sweep, add, show, enable, disable, rotate, test, remove];
