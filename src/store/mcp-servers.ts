import type { Sql, Store } from './store.ts';

/** An MCP server as it is kept. What stands in it as text is JSON. */
export interface McpServerRow {
  id: string;
  target: string;
  facts: string;
  auth: string;
  consent: string;
  allow_private: string;
  revision: number;
  created_at: number;
  looked_at: number | null;
}

/** A tool as a person has approved it, and as the server showed it last. */
export interface McpToolRow {
  server: string;
  name: string;
  approved: string | null;
  seen: string | null;
  effect: string | null;
}

const SERVERS = 'SELECT * FROM mcp_servers ORDER BY id';
const TOOLS = 'SELECT * FROM mcp_tools WHERE server = $1 ORDER BY name';
const PUT = `
  INSERT INTO mcp_servers (id, target, facts, auth, consent, allow_private, revision, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, 1, $7)
  ON CONFLICT (id) DO UPDATE SET target = excluded.target, facts = excluded.facts, auth = excluded.auth,
    consent = excluded.consent, allow_private = excluded.allow_private, revision = mcp_servers.revision + 1`;
const SEEN = `
  INSERT INTO mcp_tools (server, name, seen) VALUES ($1, $2, $3)
  ON CONFLICT (server, name) DO UPDATE SET seen = excluded.seen`;
const GONE = 'UPDATE mcp_tools SET seen = NULL WHERE server = $1';
const FORGET = 'DELETE FROM mcp_tools WHERE server = $1 AND seen IS NULL AND approved IS NULL';
const LOOKED = 'UPDATE mcp_servers SET facts = $2, looked_at = $3 WHERE id = $1';
// What is approved is the text that the person was shown: the server may have shown another since.
const APPROVE = `
  UPDATE mcp_tools SET approved = $3, effect = $4 WHERE server = $1 AND name = $2 AND (seen = $3 OR approved = $3)
  RETURNING name`;
const DROP = 'DELETE FROM mcp_tools WHERE server = $1 AND name = $2 AND seen IS NULL RETURNING name';
const RAISE = 'UPDATE mcp_servers SET revision = revision + 1 WHERE id = $1';
const REMOVE_TOOLS = 'DELETE FROM mcp_tools WHERE server = $1';
const REMOVE = 'DELETE FROM mcp_servers WHERE id = $1 RETURNING id';

/** Where MCP servers are kept: the store, or the server that owns it. */
export type McpTable = Pick<McpServerTable, 'list' | 'tools' | 'put' | 'see' | 'approve' | 'remove'>;

/** The MCP servers of the store. */
export class McpServerTable {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  list(): Promise<McpServerRow[]> {
    return this.#store.sql<McpServerRow>(SERVERS);
  }

  tools(server: string): Promise<McpToolRow[]> {
    return this.#store.sql<McpToolRow>(TOOLS, [server]);
  }

  /** Adds a server, or changes how one is reached. */
  async put(
    row: Pick<McpServerRow, 'id' | 'target' | 'facts' | 'auth' | 'consent' | 'allow_private'>,
  ): Promise<void> {
    const { id, target, facts, auth, consent, allow_private: allow } = row;
    await this.#store.sql(PUT, [id, target, facts, auth, consent, allow, this.#store.now()]);
  }

  /** Notes what a server shows now; what a person approved stays. */
  async see(id: string, facts: string, tools: readonly { name: string; text: string }[]): Promise<void> {
    await this.#store.tx(async (sql) => {
      await sql(GONE, [id]);
      for (const { name, text } of tools) await sql(SEEN, [id, name, text]);
      await sql(FORGET, [id]);
      await sql(LOOKED, [id, facts, this.#store.now()]);
    });
  }

  /** Approves tools as they were shown; gives the names of those that the server has changed meanwhile. */
  async approve(
    id: string,
    tools: readonly { name: string; text: string | null; effect: string | null }[],
  ): Promise<string[]> {
    return this.#store.tx(async (sql) => {
      const missed: string[] = [];
      for (const tool of tools) if (!(await approveOne(sql, id, tool))) missed.push(tool.name);
      await sql(RAISE, [id]);
      return missed;
    });
  }

  /** Forgets a server with its tools; false when there was none. */
  async remove(id: string): Promise<boolean> {
    return this.#store.tx(async (sql) => {
      await sql(REMOVE_TOOLS, [id]);
      return (await sql(REMOVE, [id])).length > 0;
    });
  }
}

async function approveOne(
  sql: Sql,
  id: string,
  { name, text, effect }: { name: string; text: string | null; effect: string | null },
): Promise<boolean> {
  const rows = text === null ? await sql(DROP, [id, name]) : await sql(APPROVE, [id, name, text, effect]);
  return rows.length > 0;
}
