import { z } from 'zod';
import type { AuthScheme } from '../../core/auth.ts';
import type { Connector } from '../../core/connector.ts';
import type { ServerFacts } from '../../mcp-client/link.ts';
import type { RemoteTool } from '../../mcp-client/remote-tool.ts';
import { targetOf } from '../../mcp-client/target.ts';
import type { McpTable } from '../../store/mcp-servers.ts';
import type { ConnectorSource } from '../connect/known-connectors.ts';
import { connectorOfTools } from './connector.ts';
import { toolView } from './servers.ts';

/** The connector of an MCP server as plain data: what other processes make it of. Holds no secret. */
const McpDocument = z.object({
  carrier: z.literal('mcp'),
  id: z.string(),
  title: z.string(),
  target: z.string(),
  auth: z.custom<AuthScheme>(),
  tools: z.array(z.object({ tool: z.custom<RemoteTool>(), effect: z.enum(['read', 'write', 'destroy']) })),
});

/** The connector that plain data of this kind makes; undefined for data of another kind. */
export function connectorOfMcp(document: unknown): Connector | undefined {
  const { data } = McpDocument.safeParse(document);
  const target = data && targetOf(data.target);
  return target && connectorOfTools({ ...data, target });
}

/** The connectors of the store's MCP servers, with the tools that a person has approved. */
export function mcpSourceOf(table: McpTable): ConnectorSource {
  return {
    revisions: async () => (await table.list()).map(({ id, revision }) => ({ id, revision })),
    definition: async (id) => {
      const row = (await table.list()).find((one) => one.id === id);
      if (!row) return undefined;
      const tools = (await table.tools(id)).map(toolView);
      return {
        carrier: 'mcp',
        id,
        title: (JSON.parse(row.facts) as ServerFacts | null)?.title || id,
        target: row.target,
        auth: JSON.parse(row.auth) as AuthScheme,
        tools: tools.flatMap(({ approved: tool, effect }) => (tool ? [{ tool, effect }] : [])),
      } satisfies z.input<typeof McpDocument>;
    },
  };
}

/** Several sources as one. An id is of the first that has it. */
export function together(...sources: readonly ConnectorSource[]): ConnectorSource {
  return {
    revisions: async () => {
      const all = (await Promise.all(sources.map((source) => source.revisions()))).flat();
      return all.filter(({ id }, i) => all.findIndex((other) => other.id === id) === i);
    },
    definition: async (id) => {
      for (const source of sources) {
        const found = await source.definition(id);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}
