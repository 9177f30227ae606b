import { ConnectorError, type ErrorTable } from '../core/errors.ts';
import { parseJson } from './body.ts';

/** How token endpoints say what is wrong (RFC 6749, 5.2), with the other shapes that are seen. */
export const OAUTH_ERRORS: ErrorTable = {
  code: ['error.code', 'error'],
  message: ['error_description', 'error.message', 'message', 'error'],
  rules: [
    {
      code: ['invalid_client', 'unauthorized_client'],
      kind: 'auth',
      hint: 'Check client id and secret, and whether the client proves itself by a header or by the body (`client` in the definition).',
    },
    {
      code: 'invalid_grant',
      kind: 'auth',
      hint: 'What it was asked with is wrong, has ended or was used before: check user name and password, or consent again.',
    },
    { code: 'invalid_scope', kind: 'scope', hint: 'Ask only for scopes that the app has.' },
    {
      code: ['unsupported_grant_type', 'invalid_request'],
      kind: 'config',
      hint: 'Compare grant, `client` and `parameters` in the definition with the documentation of the token endpoint.',
    },
  ],
};

/** A token answer as far as it is looked at. What else it says stays with it. */
export interface TokenAnswer {
  access_token: string;
  refresh_token?: string;
  /** Seconds. */
  expires_in?: number;
  scope?: string;
  [other: string]: unknown;
}

/**
 * The answer of a token endpoint as RFC 6749, 5.1 wants it. Seen otherwise: status 201, no or a made-up `token_type`,
 * scopes as a list, seconds as text, empty members, a form in place of JSON, and errors with status 200.
 * @throws ConnectorError when it has no token
 */
export function normalized(text: string, connector: string, redact: (text: string) => string): TokenAnswer {
  const body = { ...parsed(text) };
  const { access_token: token, error } = body;
  if (typeof token !== 'string' || token === '') throw withoutToken(body, error, connector, redact);
  const type = typeof body['token_type'] === 'string' ? body['token_type'].toLowerCase() : '';
  // DPoP asks for more than a token; everything else means: put it where the definition says.
  body['token_type'] = type === 'dpop' ? type : 'bearer';
  const seconds = Number(body['expires_in'] ?? Number.NaN);
  if (seconds > 0) body['expires_in'] = seconds;
  else delete body['expires_in'];
  if (Array.isArray(body['scope'])) body['scope'] = body['scope'].join(' ');
  if (typeof body['scope'] !== 'string') delete body['scope'];
  if (typeof body['refresh_token'] !== 'string' || body['refresh_token'] === '') delete body['refresh_token'];
  // Nobody here asks who the person is by it, and its issuer need not be known.
  delete body['id_token'];
  return body as TokenAnswer;
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value = parseJson(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Not JSON: perhaps the form that GitHub answers with when it is not asked for JSON.
  }
  return /^\w+=/.test(text) ? Object.fromEntries(new URLSearchParams(text.trim())) : {};
}

function withoutToken(
  body: Readonly<Record<string, unknown>>,
  error: unknown,
  connector: string,
  redact: (text: string) => string,
): ConnectorError {
  if (typeof error === 'string' && error !== '') {
    const said = body['error_description'];
    const why = typeof said === 'string' ? `${error}: ${said}` : error;
    return new ConnectorError(redact(`the token endpoint of '${connector}' refused: ${why}`), {
      kind: 'auth',
      connector,
      code: error,
      hint: 'Check the credentials of the connection, or consent again.',
    });
  }
  return new ConnectorError(`the token endpoint of '${connector}' answered without a token`, {
    kind: 'contract',
    connector,
    hint: 'Check the address of the token endpoint.',
  });
}
