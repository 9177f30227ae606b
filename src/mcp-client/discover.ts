import type { OAuth2Scheme } from '../core/auth.ts';
import { ConnectorError } from '../core/errors.ts';
import { statusOf } from './carry.ts';
import { McpLink, NoProgram, type LinkDeps, type ServerFacts } from './link.ts';
import type { RemoteTool } from './remote-tool.ts';
import type { McpTarget } from './target.ts';

/** What a look at a server gives: what it is, or what it wants before it says so. */
export type Found =
  | { kind: 'open'; facts: ServerFacts; tools: RemoteTool[] }
  | { kind: 'closed'; wants: OAuthWants | undefined };

/** How tokens for a server are had. */
export interface OAuthWants {
  /** The authorization server that credentials belong to: those of one are never shown to another (RFC 6749, 2.2). */
  issuer: string;
  /** Who we are is left out: that is for the registration. */
  scheme: OAuth2Scheme;
  scopes: readonly string[];
  /** What the tokens are made for (RFC 8707). */
  resource: string | undefined;
  /** It takes the address of a document in place of a registration. */
  takesDocuments: boolean;
  /** It lets clients register themselves. */
  registrationEndpoint: string | undefined;
  authMethods: readonly string[];
  metadata: Readonly<Record<string, unknown>> | undefined;
}

/** The first answer that asked for a token, or for more than the token has. */
interface Challenge {
  response: Response;
}

/**
 * Looks at a server: connects, and finds out which tokens it wants when it wants any.
 * @param proof an authorization header, for who has one
 * @throws ConnectorError when there is no MCP server, or its authorization server is not to be trusted
 */
export async function lookAt(target: McpTarget, deps: LinkDeps, proof?: string): Promise<Found> {
  let challenge: Challenge | undefined;
  const watching: typeof fetch = async (input, init) => {
    const response = await deps.fetch(input, init);
    if (response.status === 401 || response.status === 403) challenge ??= { response: response.clone() };
    return response;
  };
  const link = new McpLink(target, { ...deps, fetch: watching });
  try {
    return await link.use(proof, {}, async ({ facts, tools }) => ({
      kind: 'open' as const,
      facts,
      tools: [...tools.values()].map(({ tool }) => tool),
    }));
  } catch (error) {
    const status = statusOf(error);
    if (target.kind === 'http' && (status === 401 || status === 403) && challenge) {
      return { kind: 'closed', wants: await wantsOf(target.url, challenge.response, deps.fetch) };
    }
    throw unreached(target, error);
  } finally {
    await link.close();
  }
}

/** What an MCP server wants for tokens, by its challenge and the documents that this leads to (RFC 9728, RFC 8414). */
async function wantsOf(url: string, response: Response, send: typeof fetch): Promise<OAuthWants | undefined> {
  const { checkResourceAllowed, discoverOAuthServerInfo, extractWWWAuthenticateParams } =
    await import('@modelcontextprotocol/client');
  const asked = extractWWWAuthenticateParams(response);
  const { resourceMetadataUrl } = asked;
  const info = await discoverOAuthServerInfo(url, {
    ...(resourceMetadataUrl ? { resourceMetadataUrl } : {}),
    fetchFn: (address, init) => send(address, init),
  }).catch((cause: unknown) => {
    throw new ConnectorError(
      `what ${url} says of its authorization server is not to be trusted: ${messageOf(cause)}`,
      {
        kind: 'contract',
        hint: 'Tell whoever runs it. Nothing was sent there.',
        cause,
      },
    );
  });
  const metadata = info.authorizationServerMetadata as Record<string, unknown> | undefined;
  const own = info.resourceMetadata;
  const resource = own?.resource;
  if (
    resource !== undefined &&
    !checkResourceAllowed({ requestedResource: url, configuredResource: resource })
  ) {
    throw new ConnectorError(
      `${url} says that its tokens are made for ${resource}, which is something else`,
      {
        kind: 'contract',
        hint: 'A token for it would be of use elsewhere. Tell whoever runs the server.',
      },
    );
  }
  const methods = textsIn(metadata, 'code_challenge_methods_supported');
  if (metadata && methods && !methods.includes('S256')) {
    throw new ConnectorError(
      `the authorization server of ${url} knows no code verifier of kind S256 (RFC 7636)`,
      {
        kind: 'contract',
        hint: 'Without it, a stolen code is as good as a token. Tell whoever runs it.',
      },
    );
  }
  const base = info.authorizationServerUrl;
  const issuer = typeof metadata?.['issuer'] === 'string' ? metadata['issuer'] : base;
  const endpoint = (name: string, path: string): string =>
    typeof metadata?.[name] === 'string' ? metadata[name] : new URL(path, base).href;
  const scopes = scopesOf(asked.scope, own?.scopes_supported, textsIn(metadata, 'scopes_supported'));
  return {
    issuer,
    scopes,
    resource,
    takesDocuments: metadata?.['client_id_metadata_document_supported'] === true,
    // Before 2025-06-18, servers without metadata had it at a fixed place.
    registrationEndpoint: metadata
      ? (metadata['registration_endpoint'] as string | undefined)
      : endpoint('', '/register'),
    authMethods: textsIn(metadata, 'token_endpoint_auth_methods_supported') ?? [],
    metadata,
    scheme: {
      kind: 'oauth2',
      grant: 'authorization_code',
      authorizeUrl: endpoint('authorization_endpoint', '/authorize'),
      tokenUrl: endpoint('token_endpoint', '/token'),
      ...(typeof metadata?.['revocation_endpoint'] === 'string'
        ? { revokeUrl: metadata['revocation_endpoint'] }
        : {}),
      issuer,
      scopes,
      separator: ' ',
      client: 'basic',
      clientId: 'clientId',
      clientSecret: 'clientSecret',
      username: 'username',
      password: 'password',
      pkce: true,
      parameters: {
        authorize: resource === undefined ? {} : { resource },
        token: resource === undefined ? {} : { resource },
      },
      place: { in: 'header', name: 'authorization', prefix: 'Bearer ' },
    },
  };
}

/**
 * The scopes to ask for: those of the challenge, else those of the resource, else none (MCP specification 2025-11-25,
 * scope selection). Where the authorization server knows `offline_access`, that too, for a refresh token.
 */
function scopesOf(
  asked: string | undefined,
  resource: readonly string[] | undefined,
  supported: readonly string[] | undefined,
): string[] {
  const scopes = asked?.split(' ').filter(Boolean) ?? [...(resource ?? [])];
  const offline =
    scopes.length > 0 && supported?.includes('offline_access') && !scopes.includes('offline_access');
  return offline ? [...scopes, 'offline_access'] : scopes;
}

function textsIn(
  metadata: Readonly<Record<string, unknown>> | undefined,
  name: string,
): string[] | undefined {
  const list = metadata?.[name];
  return Array.isArray(list) ? list.map(String) : undefined;
}

function unreached(target: McpTarget, error: unknown): Error {
  if (error instanceof ConnectorError) return error;
  for (let here = error; here instanceof Error; here = here.cause)
    if (here instanceof ConnectorError) return here;
  if (error instanceof NoProgram) {
    return new ConnectorError(error.message, {
      kind: 'config',
      hint: `Programs are started only when trunkline.yaml names them: mcp: { servers: { ${error.program}: { command: npx, args: [...] } } }`,
    });
  }
  const what = target.kind === 'http' ? target.url : `the program '${target.name}'`;
  return new ConnectorError(`${what} is no MCP server that can be used: ${messageOf(error)}`, {
    kind: 'network',
    hint:
      target.kind === 'http'
        ? 'Give the whole address of its endpoint, such as https://example.com/mcp. Servers with SSE alone (before 2025-03-26) are not supported.'
        : 'Run the program by hand and see what it says.',
    cause: error,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
