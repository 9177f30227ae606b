import { consentOf, type OAuth2Scheme } from '../../core/auth.ts';
import { ConnectorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { lookAt, type OAuthWants } from '../../mcp-client/discover.ts';
import { becomeClient, type OAuthClient } from '../../mcp-client/register.ts';
import type { App } from '../app.ts';
import { connectByConsent } from '../consent.ts';
import type { ConsentDoor, NewServer, OpenDoor } from './new-server.ts';
import {
  getServer,
  keepServer,
  keptServer,
  linkDeps,
  noteLook,
  wantsConsent,
  type KeptServer,
  type ServerView,
} from './servers.ts';

/** Consents that one command asks a person for: the first, and one for scopes that turned out to be missing. */
const MOST_CONSENTS = 3;

/**
 * Has a person consent again, to more scopes when they are given, and looks at the server with what came of it.
 * @throws ConnectorError of kind `contract` when the server now names another authorization server
 */
export async function consentAgain(
  app: App,
  id: string,
  request: Pick<NewServer, 'scopes' | 'client' | 'register' | 'documentUrl'>,
  openDoor: OpenDoor,
): Promise<ServerView> {
  const server = await keptServer(app, id);
  const found = await lookAt(server.target, linkDeps(app, server.allowPrivate));
  if (found.kind === 'open') return getServer(app, id);
  if (!found.wants) throw wantsConsent(id);
  const { issuer } = server.consent;
  if (issuer !== undefined && issuer !== found.wants.issuer) {
    throw new ConnectorError(`${id} now sends people to ${found.wants.issuer}; they consented at ${issuer}`, {
      kind: 'contract',
      hint: `If that is right, remove it and add it again: trunkline connectors remove-mcp ${id}`,
    });
  }
  const before = consentOf(server.auth);
  const known = before?.kind === 'oauth2' ? before.scopes : [];
  const scopes = union(known, found.wants.scopes, request.scopes ?? []);
  await consented(app, server, found.wants, { ...request, scopes }, openDoor);
  return getServer(app, id);
}

/** Consents, and again while the server says that scopes are missing. */
export async function consented(
  app: App,
  server: KeptServer,
  wants: OAuthWants,
  request: Pick<NewServer, 'client' | 'machine' | 'register' | 'documentUrl' | 'scopes'>,
  openDoor: OpenDoor,
): Promise<void> {
  if (request.machine) {
    await asMachine(app, server, wants, request);
    return;
  }
  const { id, allowPrivate } = server;
  const stored = await storedClient(app, server, wants);
  const door = await openDoor(stored ? server.consent.port : undefined);
  try {
    let scopes = request.scopes ?? wants.scopes;
    const client = await becomeClient(
      { ...wants, scopes },
      {
        given: request.client && {
          clientId: request.client.id,
          clientSecret: request.client.secret?.reveal(),
        },
        stored,
        documentUrl: request.documentUrl ?? documentUrlOf(app),
        register: request.register ?? false,
        redirectUri: door.redirectUri,
      },
      linkDeps(app, allowPrivate).fetch,
    );
    const namesIssuer = wants.metadata?.['authorization_response_iss_parameter_supported'] === true;
    const consent = { issuer: wants.issuer, port: door.port, namesIssuer };
    for (let asked = 1; ; asked++) {
      const scheme: OAuth2Scheme = { ...wants.scheme, scopes, client: client.proof };
      const kept: KeptServer = { ...server, auth: scheme, consent };
      await keepServer(app, kept);
      await askOnce(app, kept, client, scopes, door, namesIssuer);
      try {
        await noteLook(app, id);
        return;
      } catch (error) {
        const wider = union(scopes, missingScopes(error));
        // Asking the same again, or for ever, would only annoy the person.
        if (wider.length === scopes.length || asked === MOST_CONSENTS) throw error;
        scopes = wider;
      }
    }
  } finally {
    await door.close();
  }
}

/** Becomes a client that acts for itself (RFC 6749, 4.4): its tokens are had without anybody. */
async function asMachine(
  app: App,
  server: KeptServer,
  wants: OAuthWants,
  { client, scopes = wants.scopes }: Pick<NewServer, 'client' | 'scopes'>,
): Promise<void> {
  const { id, allowPrivate } = server;
  if (!client?.secret) {
    throw new ConnectorError('a client that acts for itself needs --client-id and --client-secret', {
      kind: 'config',
      hint: `Register it at ${wants.issuer} for the grant client_credentials.`,
    });
  }
  const methods = wants.authMethods;
  const proof = methods.length === 0 || methods.includes('client_secret_basic') ? 'basic' : 'post';
  const scheme: OAuth2Scheme = { ...wants.scheme, grant: 'client_credentials', scopes, client: proof };
  await keepServer(app, { ...server, auth: scheme, consent: { issuer: wants.issuer } });
  const credentials = { clientId: new Secret(client.id), clientSecret: client.secret };
  const settings = allowPrivate.length > 0 ? { allowPrivate: [...allowPrivate] } : {};
  await app.stored.add({ name: id, connector: id, credentials, settings });
  await noteLook(app, id);
}

/** The scopes that a refusal asks for (RFC 6750, 3.1). */
export function missingScopes(error: unknown): string[] {
  if (!(error instanceof ConnectorError) || error.code !== 'insufficient_scope') return [];
  return /scopes: (.+)$/.exec(error.message)?.[1]?.split(', ') ?? [];
}

async function askOnce(
  app: App,
  { id, allowPrivate }: KeptServer,
  client: OAuthClient,
  scopes: readonly string[],
  door: ConsentDoor,
  namesIssuer: boolean,
): Promise<void> {
  const settings = allowPrivate.length > 0 ? { allowPrivate: [...allowPrivate] } : {};
  await connectByConsent(
    app,
    {
      name: id,
      connector: id,
      clientId: new Secret(client.clientId),
      ...(client.clientSecret === undefined ? {} : { clientSecret: new Secret(client.clientSecret) }),
      redirectUri: door.redirectUri,
      scopes,
      settings,
    },
    async (authorization) => {
      const answer = await door.ask(authorization);
      if (namesIssuer && !answer.has('iss')) {
        throw new ConnectorError(
          'the answer does not say who gave it, although the authorization server says that its answers do',
          {
            kind: 'auth',
            hint: 'Somebody may be after the code (RFC 9207). Begin anew.',
          },
        );
      }
      return answer;
    },
  );
}

/** The client of an earlier consent, where the authorization server is the same. */
async function storedClient(app: App, { id, consent }: KeptServer, wants: OAuthWants) {
  if (consent.issuer !== wants.issuer || !(await app.stored.has(id))) return undefined;
  const found = await (await app.stored.vault()).get(id);
  const clientId = found?.credentials['clientId']?.reveal();
  if (clientId === undefined) return undefined;
  return { clientId, clientSecret: found?.credentials['clientSecret']?.reveal() };
}

/** Where our own server tells who we are; authorization servers fetch it by https only. */
export function documentUrlOf({ config }: App): string | undefined {
  const { publicUrl } = config;
  return publicUrl?.startsWith('https://') ? `${publicUrl.replace(/\/+$/, '')}/oauth/client.json` : undefined;
}

function union(...lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())];
}
