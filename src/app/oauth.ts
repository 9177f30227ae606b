import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { consentOf, type ConsentScheme } from '../core/auth.ts';
import { schemeOf, type Connection, type Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { TokenPair } from '../core/token-vault.ts';
import { consentUrlOf, exchangeCode } from '../http/grants.ts';
import type { HttpDeps } from '../http/session.ts';
import type { ConnectionSettings } from '../store/vault.ts';

/** A consent that was asked for. State and verifier stay here: they prove that the answer belongs to it. */
export interface Authorization {
  /** Where the person consents. */
  url: string;
  state: string;
  /** Undefined for a way to sign in without PKCE. */
  verifier: string | undefined;
  redirectUri: string;
  /** Who may say in the answer that he gave it: that issuer, or one of these origins where none is known. */
  issuer: string | readonly string[];
}

/** What a consent is asked for with. */
export interface AuthorizationRequest extends Pick<
  ConnectionSettings,
  'servers' | 'allowPrivate' | 'variables'
> {
  connector: Connector;
  /** Key in the connector's `auths`; the first way with a consent when left out. */
  auth?: string;
  clientId: string;
  /** Must be the same, letter by letter, as in the settings of the app. */
  redirectUri: string;
  /** Those of the definition when not given, else those of the app; Zoom's older apps refuse the parameter (Zoom FACTS B). */
  scopes?: readonly string[];
}

/**
 * The way of a connector by which people consent: its name and the scheme.
 * @param auth key in the connector's `auths`; the first that there is when left out
 */
export function oauthOf(connector: Connector, auth?: string): { name: string; scheme: ConsentScheme } {
  const all = [['', connector.auth] as const, ...Object.entries(connector.auths ?? {})];
  const ways = auth === undefined ? all : [[auth, schemeOf(connector, { name: '', auth })] as const];
  for (const [name, way] of ways) {
    const scheme = consentOf(way);
    if (scheme) return { name, scheme };
  }
  throw new ConnectorError(`${connector.title} is not connected by the consent of a person`, {
    kind: 'config',
    connector: connector.id,
    hint: 'Leave out --oauth and give its credentials.',
  });
}

/** Makes the address at which a person consents, with state and PKCE (S256). */
export function beginAuthorization(request: AuthorizationRequest): Authorization {
  const { connector, auth, clientId, redirectUri, scopes, servers, allowPrivate, variables } = request;
  const { scheme } = oauthOf(connector, auth);
  const connection: Connection = {
    name: '',
    connector: connector.id,
    account: '',
    credentials: {},
    ...(servers && { servers }),
    ...(allowPrivate !== undefined && { allowPrivate }),
    ...(variables && { variables }),
  };
  const url = new URL(consentUrlOf(scheme, connector, connection));
  const state = randomBytes(32).toString('base64url');
  const verifier = scheme.pkce ? randomBytes(48).toString('base64url') : undefined;
  const scope = scopeText(scheme, scopes);
  const query = {
    ...(scheme.kind === 'oauth2' ? scheme.parameters.authorize : {}),
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    ...(verifier === undefined
      ? {}
      : {
          code_challenge: createHash('sha256').update(verifier).digest('base64url'),
          code_challenge_method: 'S256',
        }),
    ...(scope === '' ? {} : { scope }),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const tokenOrigin = scheme.kind === 'oauth2' ? URL.parse(scheme.tokenUrl)?.origin : undefined;
  const issuer = scheme.kind === 'oauth2' ? scheme.issuer : undefined;
  const origins = tokenOrigin === undefined ? [url.origin] : [url.origin, tokenOrigin];
  return { url: url.href, state, verifier, redirectUri, issuer: issuer ?? origins };
}

function scopeText(scheme: ConsentScheme, given: readonly string[] | undefined): string {
  if (scheme.kind === 'oauth') return (given ?? []).join(' ');
  return (given ?? scheme.scopes).join(scheme.separator);
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
 * @throws ConnectorError of kind `auth` when the person declined, or the answer is not to be trusted
 */
export function codeIn(authorization: Authorization, answer: URLSearchParams): string {
  // RFC 6749, 3.1: no parameter may come twice; of two, each reader may take another.
  const twice = ['state', 'code', 'iss', 'error'].find((name) => answer.getAll(name).length > 1);
  if (!isAnswerTo(authorization, answer.get('state')) || twice !== undefined) {
    throw new ConnectorError('the answer does not belong to this request: its state is another one', {
      kind: 'auth',
      hint: 'Begin anew, and open the address in one browser only.',
    });
  }
  checkIssuer(authorization.issuer, answer.get('iss'));
  const refusal = answer.get('error');
  const code = answer.get('code');
  if (refusal === 'access_denied') {
    throw new ConnectorError(`the access was declined${said(answer)}`, {
      kind: 'auth',
      code: refusal,
      hint: 'Run it again and consent, or ask an administrator to allow the app.',
    });
  }
  if (refusal !== null || !code) {
    throw new ConnectorError(`the answer holds no code: ${refusal ?? 'nothing was given'}${said(answer)}`, {
      kind: 'auth',
      ...(refusal === null ? {} : { code: refusal }),
      hint: 'Compare client id, redirect address and scopes with the settings of the app.',
    });
  }
  return code;
}

/** What the other side adds to its refusal, for the person who reads it (RFC 6749, 4.1.2.1). */
function said(answer: URLSearchParams): string {
  const text = answer.get('error_description') ?? '';
  const plain = text.replaceAll(/[^\P{C}]+/gu, ' ').trim();
  return plain === '' ? '' : ` (${plain.slice(0, 300)})`;
}

/** An answer that names another issuer than ours may carry a code that is to be lured to a wrong place (RFC 9207). */
function checkIssuer(expected: Authorization['issuer'], given: string | null): void {
  if (given === null) return;
  const fits =
    typeof expected === 'string' ? given === expected : expected.includes(URL.parse(given)?.origin ?? '');
  if (fits) return;
  const known = typeof expected === 'string' ? expected : expected.join(' or ');
  throw new ConnectorError(`the answer was given by '${given.slice(0, 200)}', not by ${known}`, {
    kind: 'auth',
    hint: 'If that is the authorization server: name it as `issuer` in the definition. Else somebody may be after the code.',
  });
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
  const { scheme } = oauthOf(connector, connection.auth);
  return exchangeCode(connector, scheme, connection, { code, verifier, redirectUri }, deps);
}
