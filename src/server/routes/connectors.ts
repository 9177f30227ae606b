import { z } from 'zod';
import type { App } from '../../app/index.ts';
import { findAction, listActions, type Connector } from '../../core/connector.ts';
import { HttpProblem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { action, connection, connector, stream } from '../schemas.ts';

const named = z.object({ connector: z.string().describe('Id of a connector, or name of a connection.') });

const listAll = defineRoute({
  method: 'get',
  path: '/connectors',
  id: 'listConnectors',
  summary: 'The systems that can be joined.',
  tag: 'Connectors',
  answer: z.array(connector),
  run: async ({ app }) => {
    await app.loadConnectors();
    return app.connectors().map((one) => ({
      id: one.id,
      title: one.title,
      docs: one.docs,
      actions: listActions(one).length,
      streams: Object.keys(one.streams ?? {}).length,
      triggers: Object.keys(one.triggers ?? {}).length,
    }));
  },
});

const listConnections = defineRoute({
  method: 'get',
  path: '/connections',
  id: 'listConnections',
  summary: 'The accounts, and what is missing for their use. Secrets are not shown.',
  tag: 'Connectors',
  answer: z.array(connection),
  run: async ({ app, publicUrl }) => {
    const views = await app.listConnections();
    return views.map((view) => {
      const pushes =
        Object.keys((connectorOrNone(app, view.name) ?? connectorOrNone(app, view.connector))?.triggers ?? {})
          .length > 0;
      return { ...view, ...(pushes && { webhooks: `${publicUrl}/webhooks/${view.name}` }) };
    });
  },
});

const testConnection = defineRoute({
  method: 'post',
  path: '/connections/{name}/test',
  id: 'testConnection',
  summary: 'Signs in to an account and makes one call.',
  tag: 'Connectors',
  params: z.object({ name: z.string().describe('Name of a connection.') }),
  answer: z.object({
    scopes: z.array(z.string()).readonly().optional(),
    called: z.string().optional().describe('What was called; left out when there is nothing that proves it.'),
  }),
  run: async ({ app, params }) => app.stored.test(await app.link(params.name)),
});

const listOperations = defineRoute({
  method: 'get',
  path: '/connectors/{connector}/actions',
  id: 'listActions',
  summary: 'The operations of a system, with JSON Schema of what they take and give.',
  tag: 'Connectors',
  params: named,
  answer: z.array(action),
  run: async ({ app, params }) => {
    const { actionViews } = await import('../../app/catalog-view.ts');
    return actionViews(params.connector, await connectorOf(app, params.connector));
  },
});

const callAction = defineRoute({
  method: 'post',
  path: '/connectors/{connector}/actions/{action}',
  id: 'callAction',
  summary: 'Runs one operation. What destroys something needs confirm: true.',
  tag: 'Connectors',
  params: named.extend({ action: z.string().describe('Such as users.list.') }),
  body: z
    .strictObject({
      input: z.record(z.string(), z.unknown()).default({}),
      confirm: z.boolean().default(false).describe('Destroy it, although that cannot be undone.'),
    })
    .meta({ id: 'ActionCall' }),
  answer: z.object({ output: z.unknown() }),
  run: async ({ app, params, body }) => {
    const owner = await connectorOf(app, params.connector);
    const found = findAction(owner, params.action);
    if (!found) {
      throw new HttpProblem(
        404,
        'not-found',
        `${params.connector} has no action '${params.action}'`,
        `They are listed at /api/v1/connectors/${params.connector}/actions.`,
      );
    }
    if (found.effect === 'destroy' && !body.confirm) {
      throw new HttpProblem(400, 'input', `${found.title} cannot be undone`, 'Add "confirm": true to do it.');
    }
    const session = await app.session(params.connector);
    return { output: await session.call(found, body.input) };
  },
});

const listStreams = defineRoute({
  method: 'get',
  path: '/connectors/{connector}/streams',
  id: 'listStreams',
  summary: 'The kinds of rows that can be read from a system.',
  tag: 'Connectors',
  params: named,
  answer: z.array(stream),
  run: async ({ app, params }) => {
    const { streamView } = await import('../../app/catalog-view.ts');
    const { streams = {} } = await connectorOf(app, params.connector);
    return Object.values(streams).map((one) => ({
      ...streamView(params.connector, one, { readable: 'unknown' }),
    }));
  },
});

/** By a name that came over the network: never a path. */
async function connectorOf(app: App, name: string): Promise<Connector> {
  if (!/^[A-Za-z0-9][\w.-]{0,63}$/.test(name) || name.endsWith('.json')) {
    throw new HttpProblem(404, 'not-found', 'there is no connector or connection of this name');
  }
  await app.loadConnectors();
  const known = connectorOrNone(app, await app.stored.connectorOf(name));
  if (known) return known;
  throw new HttpProblem(
    404,
    'not-found',
    `there is no connector or connection '${name}'`,
    'They are listed at /api/v1/connectors and /api/v1/connections.',
  );
}

function connectorOrNone(app: App, name: string): Connector | undefined {
  const inConfig = app.config.connections[name] !== undefined;
  return inConfig || app.connectors().some(({ id }) => id === name) ? app.connector(name) : undefined;
}

export const connectorRoutes: readonly Route[] = [
  listAll,
  listOperations,
  callAction,
  listStreams,
  listConnections,
  testConnection,
];
