import type { ConsentScheme } from '../core/auth.ts';
import type { Connection } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import type { TokenPair } from '../core/token-vault.ts';
import { USUAL_LIFE_MS } from './held-token.ts';
import type { TokenAnswer } from './token-answer.ts';

const DAY_MS = 86_400_000;

/**
 * What a token answer is worth.
 * @param tokenUrl where it came from
 * @param before the refresh token that it was got with, which stays good where the answer brings no other (RFC 6749, 6)
 * @throws ConnectorError of kind `contract` when a refresh token is missing that there must be
 */
export function readPair(
  scheme: ConsentScheme,
  connection: Connection,
  answer: TokenAnswer,
  now: number,
  tokenUrl: string,
  before?: Secret,
): TokenPair {
  const { access_token: access, refresh_token: given, expires_in: seconds, scope } = answer;
  const refresh = given === undefined ? before : new Secret(given);
  if (scheme.kind === 'oauth' && given === undefined) {
    throw new ConnectorError(
      `the token endpoint of '${connection.connector}' answered without a pair of tokens`,
      {
        kind: 'contract',
        connector: connection.connector,
        hint: 'The app must be one that users consent to, not a Server-to-Server app.',
      },
    );
  }
  // One that cannot be renewed and does not say when it ends is good until it is refused, as GitHub's are.
  const life = seconds === undefined ? (refresh ? USUAL_LIFE_MS : undefined) : seconds * 1000;
  const expiresAt = life === undefined ? Number.MAX_SAFE_INTEGER : now + life;
  const apiUrl = apiUrlIn(scheme, answer, tokenUrl);
  return {
    access: new Secret(access),
    ...(refresh && { refresh }),
    issuedAt: now,
    expiresAt,
    refreshExpiresAt: scheme.kind === 'oauth' ? now + scheme.refreshDays * DAY_MS : endOfRefresh(answer, now),
    ...(scope === undefined ? {} : { scope }),
    ...(apiUrl === undefined ? {} : { apiUrl }),
  };
}

/** Some say how long a refresh token lives, in seconds; nobody has to. */
function endOfRefresh(answer: TokenAnswer, now: number): number {
  const given = answer['refresh_token_expires_in'] ?? answer['refresh_expires_in'];
  return typeof given === 'number' && given > 0 ? now + given * 1000 : Number.MAX_SAFE_INTEGER;
}

/** Our token goes there: by https, or to where it came from. */
function apiUrlIn(scheme: ConsentScheme, answer: TokenAnswer, tokenUrl: string): string | undefined {
  if (scheme.kind !== 'oauth' || !scheme.api) return undefined;
  const given = answer[scheme.api.field];
  const url = typeof given === 'string' ? URL.parse(given) : null;
  if (!url || url.username !== '') return undefined;
  if (url.protocol !== 'https:' && url.origin !== new URL(tokenUrl).origin) return undefined;
  return url.href.replace(/\/+$/, '') + scheme.api.path;
}
