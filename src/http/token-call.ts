import type { OAuthScheme } from '../core/auth.ts';
import type { Call } from '../core/call.ts';
import type { Connection } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import type { TokenPair } from '../core/token-vault.ts';
import { basic, credentialOf } from './proof.ts';

const DAY_MS = 86_400_000;

/** A request to the token endpoint, with the client's proof; a public client only names itself. */
export function tokenCall(scheme: OAuthScheme, connection: Connection, form: Record<string, string>): Call {
  return {
    method: 'POST',
    server: scheme.server,
    path: scheme.tokenPath,
    ...clientProof(scheme, connection, form),
  };
}

/** What proves which client it is, beside the form. */
export function clientProof(
  scheme: OAuthScheme,
  connection: Connection,
  form: Record<string, string>,
): Pick<Call, 'form' | 'headers'> {
  const id = credentialOf(connection, scheme.clientId).reveal();
  const secret = connection.credentials[scheme.clientSecret]?.reveal();
  if (secret === undefined) return { form: { ...form, client_id: id } };
  return { form, headers: { authorization: basic(id, secret) } };
}

/**
 * The pair in an answer of the token endpoint.
 * @throws ConnectorError of kind `contract` when there is none in it
 */
export function readPair(
  scheme: OAuthScheme,
  connection: Connection,
  answer: unknown,
  now: number,
  authServer: string | undefined,
): TokenPair {
  const body = (typeof answer === 'object' ? (answer ?? {}) : {}) as Record<string, unknown>;
  const { access_token: access, refresh_token: refresh, expires_in: seconds, scope } = body;
  if (typeof access !== 'string' || access === '' || typeof refresh !== 'string' || refresh === '') {
    throw new ConnectorError(
      `the token endpoint of '${connection.connector}' answered without a pair of tokens`,
      {
        kind: 'contract',
        connector: connection.connector,
        hint: 'The app must be one that users consent to, not a Server-to-Server app.',
      },
    );
  }
  const lifetime = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 3_600_000;
  const apiUrl = apiUrlIn(scheme, body, authServer);
  return {
    access: new Secret(access),
    refresh: new Secret(refresh),
    issuedAt: now,
    expiresAt: now + lifetime,
    refreshExpiresAt: now + scheme.refreshDays * DAY_MS,
    ...(typeof scope === 'string' ? { scope } : {}),
    ...(apiUrl === undefined ? {} : { apiUrl }),
  };
}

/** Our token goes there: by https, or to where it came from. */
function apiUrlIn(
  { api }: OAuthScheme,
  body: Readonly<Record<string, unknown>>,
  authServer: string | undefined,
): string | undefined {
  const given = api && body[api.field];
  if (!api || typeof given !== 'string') return undefined;
  const url = URL.parse(given);
  const known = authServer === undefined ? undefined : URL.parse(authServer)?.origin;
  if (!url || url.username !== '' || (url.protocol !== 'https:' && url.origin !== known)) return undefined;
  return url.href.replace(/\/+$/, '') + api.path;
}
