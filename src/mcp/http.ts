import { createHash } from 'node:crypto';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { App } from '../app/index.ts';
import type { Secret } from '../core/secret.ts';
import { offerOf } from './offer.ts';
import { mcpFactory } from './server.ts';

/** Serves MCP over HTTP: requests in, answers out. */
export interface McpDoor {
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/**
 * Serves what the configuration offers. Each request stands for itself, so any number of servers may answer.
 * @param secret is the same on all of them: what one asked to be confirmed, another may do
 */
export async function openMcpDoor(app: App, secret: Secret): Promise<McpDoor> {
  const key = createHash('sha256').update('trunkline.mcp').update(secret.reveal()).digest();
  const handler = createMcpHandler(mcpFactory(app, await offerOf(app), key), {
    onerror: (error) => app.log('verbose', 'a request to /mcp was refused', { error: error.message }),
  });
  return { fetch: (request) => handler.fetch(request), close: () => handler.close() };
}
