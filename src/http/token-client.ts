import type { ClientAuth } from 'oauth4webapi';
import type { Answer } from '../core/action.ts';
import type { ConsentScheme, OAuth2Scheme, TokenScheme } from '../core/auth.ts';
import type { Connection } from '../core/connector.ts';
import { ConnectorError, type ErrorTable } from '../core/errors.ts';
import { isAllowed } from '../core/private-address.ts';
import { createRedactor } from '../core/secret.ts';
import { serversOf } from '../core/server.ts';
import type { AuthContext, ProofCall } from './auth.ts';
import { USUAL_LIFE_MS, type Fetched } from './held-token.ts';
import { basic, credentialOf } from './proof.ts';
import { normalized, OAUTH_ERRORS, type TokenAnswer } from './token-answer.ts';

/** A client of an authorization server, whatever the scheme that describes it. */
export interface TokenClient {
  connector: string;
  tokenUrl: string;
  refreshUrl: string;
  revokeUrl: string | undefined;
  /** Undefined for a public client without one. */
  id: string | undefined;
  secret: string | undefined;
  proof: OAuth2Scheme['client'];
  /** Further members of every request. */
  parameters: Readonly<Record<string, string>>;
  /** How it says what is wrong; undefined when as its API does. */
  errors: ErrorTable | undefined;
  redact: (text: string) => string;
}

/** The package wants a name for the client; who it is stands in `proofOf`, as some have none. */
const KNOWN = { client_id: 'client' };

type Party = Pick<AuthContext, 'connector' | 'connection'>;

/**
 * The absolute address of something that a scheme names: an address, or a path below a server.
 * @throws ConnectorError of kind `config` when it is none, or is not https where it must be
 */
export function endpointOf({ connector, connection }: Party, place: string, server = 'api'): string {
  const base = serversOf(connector, connection)[server] ?? '';
  const url = URL.parse(place.startsWith('/') ? base.replace(/\/+$/, '') + place : place);
  const wrong = (message: string, hint: string): ConnectorError =>
    new ConnectorError(message, { kind: 'config', connector: connector.id, hint });
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw wrong(
      `'${place}' is not an address of '${connector.id}'`,
      'Give an absolute address, or a path below the server `api` that begins with /.',
    );
  }
  // Codes and secrets go there; RFC 6749, 3.1 and 3.2 demand TLS.
  if (connector.guarded && url.protocol !== 'https:' && !isAllowed(connection.allowPrivate, url.hostname)) {
    throw wrong(
      `the address ${url.origin}${url.pathname} of '${connector.id}' must begin with https://, as credentials go there`,
      `On a network of your own: --allow-private ${url.hostname}, or allow_private in trunkline.yaml.`,
    );
  }
  return url.href;
}

/** The client that a scheme and the credentials of a connection make. */
export function tokenClientOf(scheme: OAuth2Scheme | TokenScheme | ConsentScheme, party: Party): TokenClient {
  const { connection, connector } = party;
  const given = (name: string): string | undefined => connection.credentials[name]?.reveal();
  const client = {
    connector: connector.id,
    secret: given(scheme.clientSecret),
    redact: createRedactor(Object.values(connection.credentials).map((one) => one.reveal())),
  };
  if (scheme.kind === 'oauth2') {
    const tokenUrl = endpointOf(party, scheme.tokenUrl);
    const optional = scheme.client === 'none' && scheme.grant === 'password';
    const isPublic = scheme.grant === 'authorization_code' && client.secret === undefined;
    return {
      ...client,
      tokenUrl,
      refreshUrl: scheme.refreshUrl === undefined ? tokenUrl : endpointOf(party, scheme.refreshUrl),
      revokeUrl: scheme.revokeUrl === undefined ? undefined : endpointOf(party, scheme.revokeUrl),
      id: optional ? given(scheme.clientId) : credentialOf(connection, scheme.clientId).reveal(),
      proof: isPublic ? 'none' : scheme.client,
      parameters: scheme.parameters.token,
      errors: OAUTH_ERRORS,
    };
  }
  const path = scheme.kind === 'token' ? scheme.path : scheme.tokenPath;
  const tokenUrl = endpointOf(party, path, scheme.server);
  return {
    ...client,
    tokenUrl,
    refreshUrl: tokenUrl,
    revokeUrl: scheme.kind === 'token' ? undefined : endpointOf(party, scheme.revokePath, scheme.server),
    id: credentialOf(connection, scheme.clientId).reveal(),
    proof: client.secret === undefined && scheme.kind === 'oauth' ? 'none' : 'basic-raw',
    parameters: {},
    errors: undefined,
  };
}

/** Asks a token endpoint for tokens; `send` has the limits, the retries and the guard of any other call. */
export async function requestTokens(
  client: TokenClient,
  url: string,
  grant: string,
  parameters: Readonly<Record<string, string>>,
  send: (call: ProofCall) => Promise<Answer>,
): Promise<TokenAnswer> {
  // Only who asks for tokens pays for reading it.
  const oauth = await import('oauth4webapi');
  const server = { issuer: new URL(url).origin, token_endpoint: url };
  const form = { ...client.parameters, ...parameters };
  const response = await oauth.genericTokenEndpointRequest(server, KNOWN, proofOf(client), grant, form, {
    // That it is https is checked with the rest of the address, by who may allow it otherwise.
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (_, { body, headers }) => {
      const answer = await send(formCall(client, url, body, headers));
      const text = typeof answer.body === 'string' ? answer.body : '';
      return Response.json(normalized(text, client.connector, client.redact));
    },
  });
  return oauth.processGenericTokenEndpointResponse(server, KNOWN, response);
}

/** Tells an authorization server that a token is no longer wanted (RFC 7009). */
export async function revoke(
  client: TokenClient,
  token: string,
  send: (call: ProofCall) => Promise<Answer>,
): Promise<void> {
  const { revokeUrl: url } = client;
  if (url === undefined) return;
  const oauth = await import('oauth4webapi');
  const server = { issuer: new URL(url).origin, revocation_endpoint: url };
  await oauth.revocationRequest(server, KNOWN, proofOf(client), token, {
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (_, { body, headers }) => {
      // Whatever it says with 2xx, it is done; everything else is thrown.
      await send(formCall(client, url, body, headers));
      return new Response();
    },
  });
}

function formCall(
  { errors }: TokenClient,
  url: string,
  body: URLSearchParams,
  headers: Readonly<Record<string, string>>,
): ProofCall {
  const { origin, pathname, search } = new URL(url);
  const { authorization } = headers;
  return {
    method: 'POST',
    origin,
    path: pathname + search,
    headers: { accept: 'application/json', ...(authorization === undefined ? {} : { authorization }) },
    form: Object.fromEntries(body),
    accept: 'text',
    ...(errors ? { errors } : {}),
  };
}

function proofOf({ id = '', secret = '', proof }: TokenClient): ClientAuth {
  return (_server, _client, body, headers) => {
    if (proof === 'basic-raw') headers.set('authorization', basic(id, secret));
    else if (proof === 'basic') headers.set('authorization', basic(encoded(id), encoded(secret)));
    else {
      if (id !== '') body.set('client_id', id);
      if (proof === 'post') body.set('client_secret', secret);
    }
  };
}

/** As RFC 6749, 2.3.1 has it: letters, digits, `-`, `_` and `.` stay, so that most servers need not decode it. */
function encoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

/** Fetches a token that needs no person: by the credentials, or by what came with the token before. */
export function grantedToken(
  scheme: OAuth2Scheme | TokenScheme,
  context: AuthContext,
): (before: Fetched | undefined) => Promise<Fetched> {
  return async (before) => {
    const client = tokenClientOf(scheme, context);
    const grant = scheme.kind === 'token' ? scheme.grantType : scheme.grant;
    if (before?.refresh !== undefined) {
      const form = { refresh_token: before.refresh };
      try {
        return fetchedOf(
          await requestTokens(client, client.refreshUrl, 'refresh_token', form, context.send),
          before,
        );
      } catch (error) {
        // What has ended is asked for anew.
        if (!(error instanceof ConnectorError) || error.kind !== 'auth') throw error;
      }
    }
    const form = formOf(scheme, context.connection);
    return fetchedOf(await requestTokens(client, client.tokenUrl, grant, form, context.send));
  };

  function fetchedOf(answer: TokenAnswer, before?: Fetched): Fetched {
    const { access_token: token, refresh_token: refresh = before?.refresh, expires_in: seconds } = answer;
    if (refresh !== undefined) context.learn(refresh);
    return {
      token,
      until: context.now() + (seconds === undefined ? USUAL_LIFE_MS : seconds * 1000),
      scopes: scopesIn(answer.scope),
      // The other kinds of grant need none: their credentials are at hand.
      ...(scheme.kind === 'oauth2' && scheme.grant === 'password' ? { refresh } : {}),
    };
  }
}

/** Scopes as they are written in one text. */
export function scopesIn(scope: string | undefined): string[] | undefined {
  return scope?.split(/[ ,]+/).filter((name) => name !== '');
}

function formOf(scheme: OAuth2Scheme | TokenScheme, connection: Connection): Record<string, string> {
  const credential = (name: string): string => credentialOf(connection, name).reveal();
  if (scheme.kind === 'token') {
    return Object.fromEntries(
      Object.entries(scheme.parameters).map(([field, name]) => [field, credential(name)]),
    );
  }
  return {
    ...(scheme.grant === 'password'
      ? { username: credential(scheme.username), password: credential(scheme.password) }
      : {}),
    ...(scheme.scopes.length > 0 ? { scope: scheme.scopes.join(scheme.separator) } : {}),
  };
}
