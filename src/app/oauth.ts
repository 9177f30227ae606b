import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { OAuthScheme } from '../core/auth.ts';
import type { Connection, Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { TokenPair } from '../core/token-vault.ts';
import { exchangeCode } from '../http/grants.ts';
import type { HttpDeps } from '../http/session.ts';

/** A consent that was asked for. State and verifier stay here: they prove that the answer belongs to it. */
export interface Authorization {
  /** Where the person consents. */
  url: string;
  state: string;
  verifier: string;
  redirectUri: string;
}

/** What a consent is asked for with. */
export interface AuthorizationRequest {
  connector: Connector;
  clientId: string;
  /** Must be the same, letter by letter, as in the settings of the app. */
  redirectUri: string;
  /** Those of the app when not given; Zoom's older apps refuse the parameter (Zoom FACTS B). */
  scopes?: readonly string[];
  /** Replace the connector's addresses. */
  servers?: Readonly<Record<string, string>>;
}

/** The way of a connector by which people consent: its name and the scheme. */
export function oauthOf(connector: Connector): { name: string; scheme: OAuthScheme } {
  const ways = [['', connector.auth] as const, ...Object.entries(connector.auths ?? {})];
  for (const [name, scheme] of ways) if (scheme.kind === 'oauth') return { name, scheme };
  throw new ConnectorError(`${connector.title} is not connected by the consent of a person`, {
    kind: 'config',
    connector: connector.id,
    hint: 'Leave out --oauth and give its credentials.',
  });
}

/** Makes the address at which a person consents, with state and PKCE (S256). */
export function beginAuthorization(request: AuthorizationRequest): Authorization {
  const { connector, clientId, redirectUri, scopes, servers } = request;
  const { scheme } = oauthOf(connector);
  const state = randomBytes(32).toString('base64url');
  const verifier = randomBytes(48).toString('base64url');
  const server = { ...connector.servers, ...servers }[scheme.server] ?? '';
  const url = new URL(server.replace(/\/+$/, '') + scheme.authorizePath);
  const query = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(scopes && scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return { url: url.href, state, verifier, redirectUri };
}

/** Whether an answer belongs to this authorization; takes the same time however wrong it is. */
export function isAnswerTo(authorization: Authorization, state: string | null): boolean {
  return timingSafeEqual(digest(authorization.state), digest(state ?? ''));
}

/** Of the same length for every text. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * The code in the answer of a consent.
 * @throws ConnectorError of kind `auth` when the person declined, or the answer belongs to another request
 */
export function codeIn(authorization: Authorization, answer: URLSearchParams): string {
  if (!isAnswerTo(authorization, answer.get('state'))) {
    throw new ConnectorError('the answer does not belong to this request: its state is another one', {
      kind: 'auth',
      hint: 'Begin anew, and open the address in one browser only.',
    });
  }
  const refusal = answer.get('error');
  const code = answer.get('code');
  if (refusal === 'access_denied') {
    throw new ConnectorError('the access was declined', {
      kind: 'auth',
      code: refusal,
      hint: 'Run it again and consent, or ask an administrator to allow the app.',
    });
  }
  if (refusal !== null || !code) {
    throw new ConnectorError(`the answer holds no code: ${refusal ?? 'nothing was given'}`, {
      kind: 'auth',
      ...(refusal === null ? {} : { code: refusal }),
      hint: 'Compare client id and redirect address with the settings of the app.',
    });
  }
  return code;
}

/** Ends an authorization: checks the answer and exchanges its code for tokens. */
export function finishAuthorization(
  authorization: Authorization,
  answer: URLSearchParams,
  connector: Connector,
  connection: Connection,
  deps: HttpDeps,
): Promise<TokenPair> {
  const code = codeIn(authorization, answer);
  const { verifier, redirectUri } = authorization;
  const { scheme } = oauthOf(connector);
  return exchangeCode(connector, scheme, connection, { code, verifier, redirectUri }, deps);
}
