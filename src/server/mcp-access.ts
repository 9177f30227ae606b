import { createRemoteJWKSet, customFetch, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { App } from '../app/index.ts';
import { HttpProblem } from './problem.ts';

/** Clocks of two machines may differ by this, in seconds. */
const TOLERANCE_S = 30;
const METADATA_MS = 10_000;
/** Of the algorithms that JWKS can carry, those that a public key verifies: nobody who reads the key can sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Lets those in who have a token of the authorization server that the configuration names (RFC 9068). */
export class McpAccess {
  readonly #app: App;
  readonly #resource: string;
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(app: App, publicUrl: string) {
    this.#app = app;
    this.#resource = `${publicUrl.replace(/\/+$/, '')}/mcp`;
  }

  /** The document that tells clients where tokens come from (RFC 9728); undefined when only the admin token counts. */
  get metadata(): Record<string, unknown> | undefined {
    const oauth = this.#app.config.mcp?.oauth;
    if (!oauth) return undefined;
    return {
      resource: oauth.audience ?? this.#resource,
      resource_name: 'Trunkline',
      authorization_servers: [oauth.issuer],
      bearer_methods_supported: ['header'],
      ...(oauth.scopes.length > 0 ? { scopes_supported: oauth.scopes } : {}),
    };
  }

  /** What a client is told that has no token, or a wrong one. */
  challenge(error?: 'invalid_token' | 'insufficient_scope'): Record<string, string> {
    const oauth = this.#app.config.mcp?.oauth;
    const url = new URL(this.#resource);
    const parts = [
      ...(oauth
        ? [`resource_metadata="${url.origin}/.well-known/oauth-protected-resource${url.pathname}"`]
        : []),
      ...(oauth && oauth.scopes.length > 0 ? [`scope="${oauth.scopes.join(' ')}"`] : []),
      ...(error ? [`error="${error}"`] : []),
    ];
    return { 'www-authenticate': `Bearer ${['realm="trunkline"', ...parts].join(', ')}` };
  }

  /** @throws HttpProblem for a token that is not good here */
  async admit(token: string): Promise<void> {
    const oauth = this.#app.config.mcp?.oauth;
    if (!oauth) throw this.#refused('the token is wrong');
    let payload: JWTPayload;
    try {
      const keys = await (this.#keys ??= this.#findKeys(oauth.issuer));
      ({ payload } = await jwtVerify(token, keys, {
        issuer: [oauth.issuer, `${oauth.issuer}/`],
        audience: oauth.audience ?? this.#resource,
        algorithms: ALGORITHMS,
        clockTolerance: TOLERANCE_S,
        currentDate: new Date(this.#app.world.now()),
        requiredClaims: ['exp'],
      }));
    } catch (error) {
      if (error instanceof HttpProblem) throw error;
      throw this.#refused(
        `the token is not good here: ${error instanceof Error ? error.message : 'unknown'}`,
      );
    }
    const held = new Set(scopesIn(payload));
    const missing = oauth.scopes.filter((scope) => !held.has(scope));
    if (missing.length === 0) return;
    throw new HttpProblem(
      403,
      'scope',
      `the token lacks the scope ${missing.join(', ')}`,
      'Ask the authorization server for it.',
      this.challenge('insufficient_scope'),
    );
  }

  #refused(message: string): HttpProblem {
    return new HttpProblem(401, 'auth', message, 'Get a new one.', this.challenge('invalid_token'));
  }

  async #findKeys(issuer: string): Promise<JWTVerifyGetKey> {
    const { fetch: send } = this.#app.world;
    try {
      const jwksUri = await this.#jwksUri(issuer);
      return createRemoteJWKSet(new URL(jwksUri), { [customFetch]: (url, init) => send(url, init) });
    } catch (cause) {
      // Looked for anew by the next request: the authorization server may be back then.
      this.#keys = undefined;
      this.#app.log('warn', 'the keys of the authorization server of /mcp cannot be had', {
        issuer,
        error: cause,
      });
      throw new HttpProblem(
        503,
        'network',
        'the authorization server cannot be asked for its keys',
        'Try again later.',
      );
    }
  }

  /** The address of the keys, by RFC 8414, then by OpenID Connect. */
  async #jwksUri(issuer: string): Promise<string> {
    const { origin, pathname } = new URL(issuer);
    const path = pathname.replace(/\/+$/, '');
    const places = [
      `${origin}/.well-known/oauth-authorization-server${path}`,
      `${origin}${path}/.well-known/openid-configuration`,
    ];
    const { fetch: send } = this.#app.world;
    for (const place of places) {
      const response = await send(place, { signal: AbortSignal.timeout(METADATA_MS), redirect: 'error' });
      if (!response.ok) continue;
      const metadata = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
      const same =
        typeof metadata.issuer === 'string' &&
        metadata.issuer.replace(/\/+$/, '') === issuer.replace(/\/+$/, '');
      if (same && typeof metadata.jwks_uri === 'string') return metadata.jwks_uri;
    }
    throw new Error(`${issuer} publishes no metadata with jwks_uri`);
  }
}

function scopesIn({ scope, scp }: JWTPayload & { scope?: unknown; scp?: unknown }): string[] {
  if (Array.isArray(scp)) return scp.map(String);
  const text = typeof scope === 'string' ? scope : typeof scp === 'string' ? scp : '';
  return text.split(' ').filter(Boolean);
}
