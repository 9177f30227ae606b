import type { McpServerRow, McpTable, McpToolRow } from '../store/mcp-servers.ts';
import type { ApiClient } from './remote.ts';

/** The MCP servers that a running server keeps. */
export function remoteMcpTable(client: ApiClient): McpTable {
  const all = (): Promise<{ server: McpServerRow; tools: McpToolRow[] }[]> => client.get('/mcp/records');
  const order = (body: object): Promise<{ missed?: string[]; removed?: boolean }> =>
    client.post('/mcp/records', body);
  return {
    list: async () => (await all()).map(({ server }) => server),
    tools: async (id) => (await all()).find(({ server }) => server.id === id)?.tools ?? [],
    put: async (server) => void (await order({ do: 'put', server })),
    see: async (id, facts, tools) => void (await order({ do: 'see', id, facts, tools })),
    approve: async (id, tools) => (await order({ do: 'approve', id, tools })).missed ?? [],
    remove: async (id) => (await order({ do: 'remove', id })).removed === true,
  };
}
