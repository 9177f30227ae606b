import type { Readable, Writable } from 'node:stream';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { App } from '../app/index.ts';
import type { Offer } from './offer.ts';
import { mcpFactory } from './server.ts';

/** Where the client is. */
export interface Stdio {
  stdin: Readable;
  stdout: Writable;
  signal: AbortSignal;
}

/** Serves one client over standard input and output, until it closes them or the person ends it. */
export async function serveMcp(app: App, offer: Offer, { stdin, stdout, signal }: Stdio): Promise<void> {
  const handle = serveStdio(mcpFactory(app, offer), {
    transport: new StdioServerTransport(stdin, stdout),
    onerror: (error) =>
      app.log('warn', 'a message of the MCP client was not understood', { error: error.message }),
  });
  await new Promise<void>((resolve) => {
    for (const end of ['end', 'close', 'error']) stdin.once(end, resolve);
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await handle.close();
}
