/**
 * An MCP server of somebody else behind OAuth, made with the official package: for tests of our client. Tokens live as
 * long as the test says, refresh tokens work once, and the tools can be changed under everybody's eyes.
 */
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createMcpHandler, fromJsonSchema, McpServer } from '@modelcontextprotocol/server';

export interface RemoteOptions {
  /** Seconds that an access token lives. */
  ttl?: number;
  /** Scope that the tool `add` needs beside those asked for at first. */
  stepUp?: string;
  /** Answers of the authorization server name it (RFC 9207); false leaves the name out although it is promised. */
  namesIssuer?: boolean;
  /** Needs no token at all. */
  open?: boolean;
}

export interface Remote extends AsyncDisposable {
  url: string;
  /** What the tool `search` says of itself; a change is told to whoever listens. */
  describe(text: string): void;
  /** Calls of tools that arrived, by name. */
  readonly calls: Record<string, number>;
  readonly granted: { grant: string; resource: string | null }[];
  readonly registered: number;
  /** No token that was given out so far is good any more; refresh tokens are. */
  expireAll(): void;
}

export async function openRemote(options: RemoteOptions = {}): Promise<Remote> {
  const { ttl = 3600, stepUp, namesIssuer = true, open = false } = options;
  let description = 'Searches the notes.';
  const calls: Record<string, number> = {};
  const granted: Remote['granted'] = [];
  const clients = new Set<string>();
  const codes = new Map<string, { challenge: string; scope: string; redirect: string; client: string }>();
  const tokens = new Map<string, { scope: string; until: number }>();
  const refreshes = new Map<string, string>();
  let base = '';

  const handler = createMcpHandler(() => {
    const server = new McpServer(
      { name: 'notes', title: 'Team notes', version: '2.1.0' },
      { capabilities: { tools: { listChanged: true } } },
    );
    server.registerTool(
      'search',
      {
        description,
        inputSchema: fromJsonSchema<{ query: string; large?: boolean }>({
          type: 'object',
          properties: { query: { type: 'string' }, large: { type: 'boolean' } },
          required: ['query'],
        }),
        outputSchema: fromJsonSchema({
          type: 'object',
          properties: { found: { type: 'array', items: { type: 'string' } } },
          required: ['found'],
        }),
        annotations: { readOnlyHint: true },
      },
      ({ query, large }) => {
        calls['search'] = (calls['search'] ?? 0) + 1;
        const found = large ? ['x'.repeat(6_000_000)] : [`a note on ${query}`];
        return { content: [{ type: 'text', text: found.join() }], structuredContent: { found } };
      },
    );
    server.registerTool(
      'add',
      {
        description: 'Adds a note.',
        inputSchema: fromJsonSchema<{ text: string }>({
          type: 'object',
          properties: { text: { type: 'string' } },
          required: ['text'],
        }),
      },
      ({ text }) => {
        calls['add'] = (calls['add'] ?? 0) + 1;
        if (text === '')
          return { content: [{ type: 'text', text: 'a note must not be empty' }], isError: true };
        return { content: [{ type: 'text', text: 'added' }] };
      },
    );
    return server;
  });

  const mcp = getRequestListener((request) => handler.fetch(request), { overrideGlobalObjects: false });
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', base);
    const json = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    };
    switch (url.pathname) {
      case '/.well-known/oauth-protected-resource/mcp':
        return json(200, {
          resource: `${base}/mcp`,
          authorization_servers: [base],
          scopes_supported: ['notes:read'],
        });
      case '/.well-known/oauth-authorization-server':
        return json(200, {
          issuer: base,
          authorization_endpoint: `${base}/authorize`,
          token_endpoint: `${base}/token`,
          registration_endpoint: `${base}/register`,
          response_types_supported: ['code'],
          code_challenge_methods_supported: ['S256'],
          token_endpoint_auth_methods_supported: ['none'],
          authorization_response_iss_parameter_supported: true,
        });
      case '/register': {
        const { redirect_uris: uris } = JSON.parse(await bodyOf(request)) as { redirect_uris: string[] };
        const client = randomUUID();
        clients.add(client);
        return json(201, { client_id: client, redirect_uris: uris, token_endpoint_auth_method: 'none' });
      }
      case '/authorize': {
        const q = url.searchParams;
        const code = randomUUID();
        const redirect = q.get('redirect_uri') ?? '';
        codes.set(code, {
          challenge: q.get('code_challenge') ?? '',
          scope: q.get('scope') ?? '',
          redirect,
          client: q.get('client_id') ?? '',
        });
        const back = new URL(redirect);
        back.searchParams.set('code', code);
        back.searchParams.set('state', q.get('state') ?? '');
        if (namesIssuer) back.searchParams.set('iss', base);
        response.writeHead(302, { location: back.href }).end();
        return;
      }
      case '/token':
        return token(new URLSearchParams(await bodyOf(request)), json);
      case '/mcp':
        return guarded(request, response, json);
      default:
        return json(404, {});
    }
  }

  type Json = (status: number, body: unknown, headers?: Record<string, string>) => void;

  function token(form: URLSearchParams, json: Json): void {
    const grant = form.get('grant_type') ?? '';
    granted.push({ grant, resource: form.get('resource') });
    let scope: string | undefined;
    if (grant === 'authorization_code') {
      const code = codes.get(form.get('code') ?? '');
      codes.delete(form.get('code') ?? '');
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (code?.challenge === challenge && clients.has(form.get('client_id') ?? '')) scope = code.scope;
    } else if (grant === 'refresh_token') {
      const used = form.get('refresh_token') ?? '';
      scope = refreshes.get(used);
      refreshes.delete(used);
    }
    if (scope === undefined) return json(400, { error: 'invalid_grant' });
    const [access, refresh] = [randomUUID(), randomUUID()];
    tokens.set(access, { scope, until: Date.now() + ttl * 1000 });
    refreshes.set(refresh, scope);
    json(200, { access_token: access, token_type: 'Bearer', expires_in: ttl, refresh_token: refresh, scope });
  }

  async function guarded(request: IncomingMessage, response: ServerResponse, json: Json): Promise<void> {
    if (open) return mcp(request, response);
    const held = tokens.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
    const metadata = `resource_metadata="${base}/.well-known/oauth-protected-resource/mcp"`;
    if (!held || held.until < Date.now()) {
      return json(
        401,
        { error: 'invalid_token' },
        { 'www-authenticate': `Bearer ${metadata}, scope="notes:read"` },
      );
    }
    if (stepUp === undefined || request.method !== 'POST') return mcp(request, response);
    const body = await bodyOf(request);
    const called = JSON.parse(body) as { method?: string; params?: { name?: string } };
    if (
      called.method === 'tools/call' &&
      called.params?.name === 'add' &&
      !held.scope.split(' ').includes(stepUp)
    ) {
      const challenge = `Bearer error="insufficient_scope", scope="notes:read ${stepUp}", ${metadata}`;
      return json(403, { error: 'insufficient_scope' }, { 'www-authenticate': challenge });
    }
    const headers = new Headers(request.headers as Record<string, string>);
    headers.delete('content-length');
    const result = await handler.fetch(new Request(`${base}/mcp`, { method: 'POST', headers, body }));
    response.writeHead(result.status, Object.fromEntries(result.headers));
    // A subscription stays open: its head must not wait for its end.
    response.flushHeaders();
    for await (const chunk of result.body ?? []) response.write(chunk);
    response.end();
  }

  return {
    url: `${base}/mcp`,
    describe: (text) => {
      description = text;
      handler.notify.toolsChanged();
    },
    calls,
    granted,
    get registered() {
      return clients.size;
    },
    expireAll: () => tokens.clear(),
    [Symbol.asyncDispose]: async () => {
      await handler.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
