import { z } from 'zod';
import { addServer } from '../../app/mcp/add.ts';
import { approveTools, getServer, listServers, refreshServer, removeServer } from '../../app/mcp/servers.ts';
import { ConnectorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { HttpProblem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';

const params = z.object({ id: z.string().describe('Connector of an MCP server.') });
const effect = z.enum(['read', 'write', 'destroy']);
const shown = z.record(z.string(), z.unknown());

const tool = z
  .object({
    name: z.string(),
    title: z.string(),
    state: z
      .enum(['approved', 'changed', 'new', 'gone'])
      .describe(
        'Only approved tools are called; one that the server changed is not, until somebody approves it.',
      ),
    effect,
    hash: z.string().optional().describe('Names what the server shows now; to be given when it is approved.'),
    approved: shown.optional().describe('As calls use it.'),
    seen: shown.optional().describe('As the server shows it now.'),
  })
  .meta({ id: 'McpTool' });

const server = z
  .object({
    id: z.string(),
    target: z.string().describe('An address, or stdio:<name> of a program of the configuration.'),
    facts: shown.optional().describe('What the server says of itself.'),
    auth: z.string().describe('How calls prove who we are: none, bearer or oauth2.'),
    issuer: z.string().optional().describe('Authorization server that tokens come from.'),
    allowPrivate: z.array(z.string()),
    tools: z.array(tool),
    lookedAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'McpServer' });

const list = defineRoute({
  method: 'get',
  path: '/mcp/servers',
  id: 'listMcpServers',
  summary: 'The MCP servers whose tools are used, with how each tool stands.',
  tag: 'MCP',
  answer: z.array(server),
  run: async ({ app }) => (await listServers(app)) as never,
});

const show = defineRoute({
  method: 'get',
  path: '/mcp/servers/{id}',
  id: 'getMcpServer',
  summary: 'One MCP server.',
  tag: 'MCP',
  params,
  answer: server,
  run: async ({ app, params: { id } }) => (await getServer(app, id)) as never,
});

const add = defineRoute({
  method: 'post',
  path: '/mcp/servers',
  id: 'addMcpServer',
  summary: 'Uses the tools of an MCP server that wants no consent, or takes a token or a client of its own.',
  tag: 'MCP',
  body: z
    .strictObject({
      target: z.string().describe('An address, or stdio:<name> of a program of the configuration.'),
      id: z.string().optional().describe('Of the connector; made from the address when left out.'),
      token: z.string().min(1).optional(),
      clientId: z.string().min(1).optional().describe('Of a client that acts for itself.'),
      clientSecret: z.string().min(1).optional(),
      scopes: z.array(z.string()).optional(),
      allowPrivate: z.array(z.string()).optional().describe('Hosts of the own network that it may be on.'),
      effects: z
        .record(z.string(), effect)
        .optional()
        .describe('What tools do, where their hints are wrong.'),
    })
    .meta({ id: 'NewMcpServer' }),
  answer: server,
  run: async ({ app, body: { token, clientId, clientSecret, ...rest } }) => {
    const client =
      clientId === undefined
        ? undefined
        : { id: clientId, ...(clientSecret && { secret: new Secret(clientSecret) }) };
    const request = {
      ...rest,
      ...(token && { token: new Secret(token) }),
      ...(client && { client, machine: true }),
    };
    return (await addServer(app, request, () => Promise.reject(needsPerson(rest.target)))) as never;
  },
});

function needsPerson(target: string): ConnectorError {
  return new ConnectorError(`${target} wants the consent of a person`, {
    kind: 'auth',
    hint: `Have the person run: trunkline connectors add-mcp ${target} (it works beside this server).`,
  });
}

const refresh = defineRoute({
  method: 'post',
  path: '/mcp/servers/{id}/refresh',
  id: 'refreshMcpServer',
  summary: 'Asks a server what tools it has now. What changed is not called until somebody approves it.',
  tag: 'MCP',
  params,
  answer: server,
  run: async ({ app, params: { id } }) => (await refreshServer(app, id)) as never,
});

const approve = defineRoute({
  method: 'post',
  path: '/mcp/servers/{id}/approvals',
  id: 'approveMcpTools',
  summary: 'Approves tools as they were shown; one that is gone is let go.',
  tag: 'MCP',
  params,
  body: z
    .strictObject({
      tools: z.array(
        z.strictObject({
          name: z.string(),
          hash: z.string().optional().describe('Of what was shown; left out for a tool that is gone.'),
          effect: effect.optional(),
        }),
      ),
    })
    .meta({ id: 'McpApprovals' }),
  answer: server,
  run: async ({ app, params: { id }, body: { tools } }) =>
    (await approveTools(
      app,
      id,
      tools.map(({ name, hash, effect: known }) => ({ name, hash, effect: known })),
    )) as never,
});

const remove = defineRoute({
  method: 'delete',
  path: '/mcp/servers/{id}',
  id: 'removeMcpServer',
  summary: 'Forgets an MCP server, its tools and its tokens.',
  tag: 'MCP',
  params,
  answer: z.object({ removed: z.literal(true) }),
  run: async ({ app, params: { id } }) => {
    if (await removeServer(app, id)) return { removed: true as const };
    throw new HttpProblem(404, 'not-found', `there is no MCP server '${id}'`);
  },
});

const row = z
  .strictObject({
    id: z.string(),
    target: z.string(),
    facts: z.string(),
    auth: z.string(),
    consent: z.string(),
    allow_private: z.string(),
    revision: z.int(),
    created_at: z.int(),
    looked_at: z.int().nullable(),
  })
  .meta({ id: 'McpRecord' });
const toolRow = z.strictObject({
  server: z.string(),
  name: z.string(),
  approved: z.string().nullable(),
  seen: z.string().nullable(),
  effect: z.string().nullable(),
});

const records = defineRoute({
  method: 'get',
  path: '/mcp/records',
  id: 'listMcpRecords',
  summary: 'The servers as they are kept, for commands beside this server. Holds no secret.',
  tag: 'MCP',
  answer: z.array(z.object({ server: row, tools: z.array(toolRow) })),
  run: async ({ app }) => {
    const table = await app.mcpTable();
    return Promise.all(
      (await table.list()).map(async (one) => ({ server: one, tools: await table.tools(one.id) })),
    );
  },
});

const keep = defineRoute({
  method: 'post',
  path: '/mcp/records',
  id: 'keepMcpRecord',
  summary:
    'Keeps what a command beside this server found out: how a server is reached, what it shows, what was approved.',
  tag: 'MCP',
  body: z
    .union([
      z.strictObject({
        do: z.literal('put'),
        server: row.omit({ revision: true, created_at: true, looked_at: true }),
      }),
      z.strictObject({
        do: z.literal('see'),
        id: z.string(),
        facts: z.string(),
        tools: z.array(z.strictObject({ name: z.string(), text: z.string() })),
      }),
      z.strictObject({
        do: z.literal('approve'),
        id: z.string(),
        tools: z.array(
          z.strictObject({ name: z.string(), text: z.string().nullable(), effect: effect.nullable() }),
        ),
      }),
      z.strictObject({ do: z.literal('remove'), id: z.string() }),
    ])
    .meta({ id: 'McpOrder' }),
  answer: z.object({ missed: z.array(z.string()).optional(), removed: z.boolean().optional() }),
  run: async ({ app, body: order }) => {
    const table = await app.mcpTable();
    const work = async () => {
      switch (order.do) {
        case 'put':
          await table.put(order.server);
          return {};
        case 'see':
          await table.see(order.id, order.facts, order.tools);
          return {};
        case 'approve':
          return { missed: await table.approve(order.id, order.tools) };
        case 'remove':
          return { removed: await table.remove(order.id) };
      }
    };
    const done = await work();
    app.connectorsChanged();
    return done;
  },
});

export const mcpServerRoutes: readonly Route[] = [list, show, add, refresh, approve, remove, records, keep];
