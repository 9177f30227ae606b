/** The shop's authorization server: client credentials, and authorization code with PKCE and rotating refresh tokens. */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { SandboxAnswer } from '../../types.ts';
import { isLoopback } from '../deliveries.ts';
import { formOf, headerOf, type Visit } from '../routes.ts';

export const SCOPES = [
  'products:read',
  'products:write',
  'customers:read',
  'customers:write',
  'orders:read',
  'orders:write',
  'webhooks:manage',
] as const;

const CODE_MS = 60_000;

export interface ShopClient {
  id: string;
  secret: string;
}

/** What a token stands for. */
export interface Grant {
  scopes: ReadonlySet<string>;
  /** Address of the person who consented; undefined for the client itself. */
  user: string | undefined;
  /** All tokens of one consent die together. */
  family: string;
  expires: number;
}

interface Code {
  redirect: string;
  challenge: string;
  scopes: ReadonlySet<string>;
  expires: number;
}

/** What tests turn. */
export interface Manners {
  /** Seconds that access tokens live. */
  tokenSeconds: number;
  /** The person at the consent page says no. */
  denyConsent: boolean;
}

/** Codes and tokens. */
export class OAuth {
  readonly #clock: Clock;
  readonly #client: ShopClient;
  readonly #manners: Manners;
  readonly #codes = new Map<string, Code>();
  readonly #access = new Map<string, Grant>();
  readonly #refresh = new Map<string, Grant>();
  /** Refresh tokens that were used: who sends one again has stolen it, or was stolen from. */
  readonly #used = new Map<string, string>();

  constructor(clock: Clock, client: ShopClient, manners: Manners) {
    this.#clock = clock;
    this.#client = client;
    this.#manners = manners;
  }

  /** The grant of a live access token. */
  check(token: string): Grant | undefined {
    const grant = this.#access.get(token);
    return grant !== undefined && grant.expires > this.#clock.now() ? grant : undefined;
  }

  /** All access tokens end now; refresh tokens stay. */
  revokeAccess(): void {
    this.#access.clear();
  }

  /** `GET /oauth/authorize`: the person consents at once, or not at all. */
  authorize({ request: { query } }: Visit): SandboxAnswer {
    const redirect = query.get('redirect_uri');
    if (query.get('client_id') !== this.#client.id) return plain(400, 'unknown client_id');
    if (!isLoopback(redirect)) return plain(400, `redirect_uri must be on this machine, not ${redirect}`);
    const back = new URL(redirect);
    const state = query.get('state');
    const answer = (members: Record<string, string>): SandboxAnswer => {
      for (const [name, value] of Object.entries(members)) back.searchParams.set(name, value);
      if (state !== null) back.searchParams.set('state', state);
      return { status: 302, headers: { location: back.href } };
    };
    if (query.get('response_type') !== 'code') return answer({ error: 'unsupported_response_type' });
    const challenge = query.get('code_challenge');
    if (challenge === null || query.get('code_challenge_method') !== 'S256') {
      return answer({ error: 'invalid_request', error_description: 'PKCE with S256 is required' });
    }
    const scopes = scopesOf(query.get('scope'));
    if (scopes === undefined) return answer({ error: 'invalid_scope' });
    if (this.#manners.denyConsent) return answer({ error: 'access_denied' });
    const code = randomBytes(24).toString('base64url');
    this.#codes.set(code, { redirect, challenge, scopes, expires: this.#clock.now() + CODE_MS });
    return answer({ code });
  }

  /** `POST /oauth/token`. */
  async token(visit: Visit): Promise<SandboxAnswer> {
    const form = await formOf(visit.request);
    if (form === undefined) return error(400, 'invalid_request', 'expected a form');
    if (!this.#proven(visit, form)) return error(401, 'invalid_client', 'wrong client_id or client_secret');
    switch (form.get('grant_type')) {
      case 'client_credentials': {
        const scopes = scopesOf(text(form, 'scope') ?? null);
        if (scopes === undefined) return error(400, 'invalid_scope', `there are ${SCOPES.join(' ')}`);
        return this.#give({ scopes, user: undefined, family: randomBytes(8).toString('hex') }, false);
      }
      case 'authorization_code':
        return this.#redeem(form);
      case 'refresh_token':
        return this.#renew(text(form, 'refresh_token') ?? '');
      default:
        return error(400, 'unsupported_grant_type', 'client_credentials, authorization_code, refresh_token');
    }
  }

  /** `POST /oauth/revoke` (RFC 7009): an unknown token is no error. */
  async revoke(visit: Visit): Promise<SandboxAnswer> {
    const form = await formOf(visit.request);
    if (form === undefined || !this.#proven(visit, form)) return error(401, 'invalid_client', '');
    const token = text(form, 'token') ?? '';
    const grant = this.#access.get(token) ?? this.#refresh.get(token);
    if (grant) this.#end(grant.family);
    return { status: 200, json: {} };
  }

  #redeem(form: FormData): SandboxAnswer {
    const key = text(form, 'code') ?? '';
    const code = this.#codes.get(key);
    // A code is good for one try, also for a wrong one.
    this.#codes.delete(key);
    const verifier = createHash('sha256')
      .update(text(form, 'code_verifier') ?? '')
      .digest('base64url');
    if (code === undefined || code.expires <= this.#clock.now()) {
      return error(400, 'invalid_grant', 'the code is not valid any more');
    }
    if (code.redirect !== text(form, 'redirect_uri'))
      return error(400, 'invalid_grant', 'other redirect_uri');
    if (code.challenge !== verifier) return error(400, 'invalid_grant', 'the code verifier does not fit');
    const family = randomBytes(8).toString('hex');
    return this.#give({ scopes: code.scopes, user: 'owner@shop.example', family }, true);
  }

  #renew(token: string): SandboxAnswer {
    const stolen = this.#used.get(token);
    if (stolen !== undefined) this.#end(stolen);
    const grant = this.#refresh.get(token);
    if (grant === undefined) {
      return { ...error(400, 'invalid_grant', 'the refresh token is not valid'), tally: 'refused refreshes' };
    }
    this.#refresh.delete(token);
    this.#used.set(token, grant.family);
    return { ...this.#give(grant, true), tally: 'refreshes' };
  }

  #give({ scopes, user, family }: Omit<Grant, 'expires'>, renewable: boolean): SandboxAnswer {
    const seconds = this.#manners.tokenSeconds;
    const grant = { scopes, user, family, expires: this.#clock.now() + seconds * 1000 };
    const token = randomBytes(24).toString('base64url');
    this.#access.set(token, grant);
    const answer = {
      access_token: token,
      token_type: 'Bearer',
      expires_in: seconds,
      scope: [...scopes].join(' '),
    };
    if (!renewable) return fresh(answer);
    const refresh = randomBytes(24).toString('base64url');
    this.#refresh.set(refresh, grant);
    return fresh({ ...answer, refresh_token: refresh });
  }

  #end(family: string): void {
    for (const tokens of [this.#access, this.#refresh]) {
      for (const [token, grant] of tokens) if (grant.family === family) tokens.delete(token);
    }
  }

  /** By a Basic header or by members of the form. */
  #proven({ request }: Visit, form: FormData): boolean {
    const [, basic] = /^Basic (.+)$/i.exec(headerOf(request, 'authorization') ?? '') ?? [];
    const pair = basic === undefined ? undefined : Buffer.from(basic, 'base64').toString().split(':');
    // RFC 6749, 2.3.1: both are form-encoded before they are joined.
    const [id, secret] = pair
      ? pair.map(formDecoded)
      : [text(form, 'client_id'), text(form, 'client_secret')];
    return id === this.#client.id && secret === this.#client.secret;
  }
}

function formDecoded(value: string): string {
  return new URLSearchParams(`v=${value}`).get('v') ?? '';
}

function text(form: FormData, name: string): string | undefined {
  const value = form.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** All scopes when none is named; undefined when one is unknown. */
function scopesOf(value: string | null): ReadonlySet<string> | undefined {
  const named = (value ?? '').split(' ').filter((scope) => scope !== '');
  if (named.some((scope) => !SCOPES.some((known) => known === scope))) return undefined;
  return new Set(named.length > 0 ? named : SCOPES);
}

function fresh(json: unknown): SandboxAnswer {
  return { status: 200, headers: { 'cache-control': 'no-store' }, json };
}

function error(status: number, code: string, description: string): SandboxAnswer {
  return { status, json: { error: code, error_description: description } };
}

function plain(status: number, raw: string): SandboxAnswer {
  return { status, headers: { 'content-type': 'text/plain' }, raw };
}
