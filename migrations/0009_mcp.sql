-- MCP servers of others whose tools are used as actions.
CREATE TABLE mcp_servers (
  -- Of the connector, and of the connection that comes with it.
  id TEXT PRIMARY KEY,
  -- An address, or stdio:<name of a program of the configuration>.
  target TEXT NOT NULL,
  -- JSON: what the server says of itself.
  facts TEXT NOT NULL,
  -- JSON: how calls prove who we are. No secret: those lie with the connection.
  auth TEXT NOT NULL,
  -- JSON: what a consent needs beside that: the port of the redirect address, whether answers must name their issuer.
  consent TEXT NOT NULL,
  -- JSON: hosts of one's own network that may be reached.
  allow_private TEXT NOT NULL,
  -- Rises with every change of what calls use, so that other processes see that there was one.
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  -- When its tools were last compared.
  looked_at BIGINT
);

-- A tool as a person has approved it, and as the server showed it last.
CREATE TABLE mcp_tools (
  server TEXT NOT NULL REFERENCES mcp_servers (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  -- JSON; null for one that nobody has looked at yet.
  approved TEXT,
  -- JSON; null for one that the server no longer has.
  seen TEXT,
  -- What it does, where a person knows better than its hints: read | write | destroy.
  effect TEXT,
  PRIMARY KEY (server, name)
);
