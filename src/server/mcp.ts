import type { Hono } from 'hono';
import type { App } from '../app/index.ts';
import type { Secret } from '../core/secret.ts';
import type { McpDoor } from '../mcp/http.ts';
import { isLoopbackName, tokenTest, type Variables } from './guard.ts';
import { McpAccess } from './mcp-access.ts';
import { HttpProblem } from './problem.ts';

const METADATA = '/.well-known/oauth-protected-resource';

/** `/mcp`, and the document by which clients find out where tokens come from. */
export interface McpPlace {
  app: App;
  token: Secret;
  publicUrl: string;
  stopping: AbortSignal;
}

/** Adds `/mcp` to the server. The package that speaks the protocol is read by the first who asks. */
export function addMcp(api: Hono<Variables>, { app, token, publicUrl, stopping }: McpPlace): void {
  const access = new McpAccess(app, publicUrl);
  const given = tokenTest(token);
  let door: Promise<McpDoor> | undefined;
  const open = (): Promise<McpDoor> =>
    (door ??= import('../mcp/http.ts')
      .then(({ openMcpDoor }) => openMcpDoor(app, token))
      .catch((error: unknown) => {
        door = undefined;
        throw error;
      }));
  // Streams that clients hold open would keep the server from ending.
  stopping.addEventListener('abort', () => void door?.then((one) => one.close()).catch(() => undefined));

  for (const path of [METADATA, `${METADATA}/mcp`]) {
    api.get(path, (c) => {
      const { metadata } = access;
      if (!metadata) throw new HttpProblem(404, 'not-found', 'only the admin token is good for /mcp');
      return c.json(metadata);
    });
  }
  // Who Trunkline is, for authorization servers that take the address of such a document in place of a registration.
  api.get('/oauth/client.json', (c) => c.json(clientDocument(publicUrl)));
  api.all('/mcp', async (c) => {
    refuseForeignHost(app, c.req.header('host') ?? '', publicUrl);
    const proof = c.req.header('authorization');
    const verdict = given(proof);
    if (verdict === 'missing') {
      const hint = 'Send Authorization: Bearer <token>: the admin token, or one of the authorization server.';
      throw new HttpProblem(401, 'auth', 'the token is missing', hint, access.challenge());
    }
    if (verdict === 'wrong') await access.admit(/^Bearer +(\S+)$/i.exec(proof ?? '')?.[1] ?? '');
    return (await open()).fetch(c.req.raw);
  });
}

/** Whoever asks by a name that was made to point here comes from a page that wants to use somebody else's browser. */
function refuseForeignHost({ config }: App, host: string, publicUrl: string): void {
  if (config.publicUrl === undefined || host === new URL(publicUrl).host || isLoopbackName(host)) return;
  throw new HttpProblem(
    421,
    'forbidden',
    'this server is not known by the name that it was asked for by',
    `Ask for ${publicUrl}/mcp.`,
  );
}

/**
 * A client ID metadata document (draft-ietf-oauth-client-id-metadata-document). Programs of people listen on any port of
 * their own machine (RFC 8252, 7.3); authorization servers leave the port out of the comparison.
 */
function clientDocument(publicUrl: string): Record<string, unknown> {
  return {
    client_id: `${publicUrl.replace(/\/+$/, '')}/oauth/client.json`,
    client_name: 'Trunkline',
    client_uri: publicUrl,
    redirect_uris: ['http://127.0.0.1/oauth/callback', 'http://127.0.0.1:8788/oauth/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: 'native',
  };
}
