import type { Connector } from '../../core/connector.ts';
import { connectorFromDefinition, parseDefinition } from '../../openapi/from-json.ts';
import { ConnectorTable } from '../../store/connectors.ts';
import type { McpTable } from '../../store/mcp-servers.ts';
import type { Store } from '../../store/store.ts';
import { connectorOfMcp, mcpSourceOf, together } from '../mcp/source.ts';
import { readVersion } from './draft.ts';
import type { ConnectorSource } from './known-connectors.ts';

/** The definitions in a store: what people built, and the MCP servers whose tools are used. */
export function sourceIn(store: Store, servers: McpTable): ConnectorSource {
  return together(sourceOf(new ConnectorTable(store)), mcpSourceOf(servers));
}

/** The connectors that people built, as the store has them. */
export function sourceOf(table: ConnectorTable): ConnectorSource {
  return {
    revisions: async () => (await table.list()).map(({ id, revision }) => ({ id, revision })),
    definition: async (id) => {
      const row = await table.get(id);
      const content = row && (await table.content(id, row.published ?? row.version));
      return content && readVersion(content).definition;
    },
  };
}

/** The connector of a definition of either kind. */
export function builtConnector(definition: unknown): Connector {
  return connectorOfMcp(definition) ?? connectorFromDefinition(parseDefinition(definition));
}
