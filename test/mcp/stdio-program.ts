/** An MCP server over stdio that tells what environment it was given. */
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

serveStdio(() => {
  const server = new McpServer({ name: 'local', version: '1.0.0' });
  server.registerTool(
    'environment',
    { description: 'Tells its environment.', annotations: { readOnlyHint: true } },
    () => ({
      content: [{ type: 'text', text: JSON.stringify(process.env) }],
    }),
  );
  return server;
});
