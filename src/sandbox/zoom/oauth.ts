/** Zoom's authorization server: every grant of FACTS B, with its `{reason, error}` bodies. */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { SandboxAnswer, SandboxRequest } from '../types.ts';
import type { Credentials } from './credentials.ts';
import { DAY, MINUTE, SECOND } from './time.ts';

const ACCESS = 3600 * SECOND;
const REFRESH = 90 * DAY;
const CODE = 5 * MINUTE;
const DEVICE = 15 * MINUTE;
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** What an access token stands for. */
export interface Grant {
  expires: number;
  scopes: ReadonlySet<string>;
  /** Index of the user who consented; null for Server-to-Server and app tokens. */
  user: number | null;
}

interface Code {
  expires: number;
  redirect: string;
  challenge: string;
  method: string;
}

interface Device {
  expires: number;
  asked: number;
}

/** The five operations below `/oauth`, and the check of access tokens. */
export class OAuth {
  readonly #clock: Clock;
  readonly #credentials: Credentials;
  readonly #scopes: readonly string[];
  readonly #access = new Map<string, Grant>();
  readonly #refresh = new Map<string, number>();
  readonly #codes = new Map<string, Code>();
  readonly #devices = new Map<string, Device>();

  constructor(clock: Clock, credentials: Credentials, scopes: readonly string[]) {
    this.#clock = clock;
    this.#credentials = credentials;
    this.#scopes = scopes;
  }

  /** The grant of a live token, or why there is none. */
  check(token: string): Grant | 'unknown' | 'expired' {
    const grant = this.#access.get(token);
    if (grant === undefined) return 'unknown';
    return grant.expires > this.#clock.now() ? grant : 'expired';
  }

  /** All live access tokens become invalid at once. */
  revokeAccess(): void {
    this.#access.clear();
  }

  reset(): void {
    for (const tokens of [this.#access, this.#refresh, this.#codes, this.#devices]) tokens.clear();
  }

  authorize(request: SandboxRequest, deny: boolean): SandboxAnswer {
    const { query } = request;
    const redirect = query.get('redirect_uri') ?? '';
    if (query.get('client_id') !== this.#credentials.clientId) return invalidClient();
    if (!URL.canParse(redirect) || query.get('response_type') !== 'code') return badRequest();
    const to = new URL(redirect);
    const state = query.get('state');
    if (state !== null) to.searchParams.set('state', state);
    if (deny) to.searchParams.set('error', 'access_denied');
    else {
      const code = randomBytes(24).toString('base64url');
      const challenge = query.get('code_challenge') ?? '';
      const method = query.get('code_challenge_method') ?? 'plain';
      this.#codes.set(code, { expires: this.#clock.now() + CODE, redirect, challenge, method });
      to.searchParams.set('code', code);
    }
    return { status: 302, headers: { location: to.href }, raw: '' };
  }

  /** Parameters come in the form body or in the query string: both work at Zoom. */
  token(request: SandboxRequest, deny: boolean): SandboxAnswer {
    const params = parameters(request);
    const grant = params.get('grant_type') ?? '';
    const code = this.#codes.get(params.get('code') ?? '');
    // Public clients prove themselves by the code verifier instead of a secret.
    const isPublic = grant === 'authorization_code' && code !== undefined && code.challenge !== '';
    const named = isPublic && params.get('client_id') === this.#credentials.clientId;
    if (!this.#knows(request) && !named) return invalidClient();
    if (grant === 'account_credentials') {
      return params.get('account_id') === this.#credentials.accountId
        ? this.#issue(request, null)
        : badRequest();
    }
    if (grant === 'client_credentials') return this.#issue(request, null, ['imchat:bot']);
    if (grant === 'authorization_code') return this.#exchange(request, params, code);
    if (grant === 'refresh_token') return this.#rotate(request, params.get('refresh_token') ?? '');
    if (grant === DEVICE_GRANT) return this.#poll(request, params.get('device_code') ?? '', deny);
    return failure('unsupported grant type', 'unsupported_grant_type');
  }

  revoke(request: SandboxRequest): SandboxAnswer {
    if (!this.#knows(request)) return invalidClient();
    const token = parameters(request).get('token') ?? '';
    this.#access.delete(token);
    this.#refresh.delete(token);
    return { status: 200, json: { status: 'success' } };
  }

  deviceCode(request: SandboxRequest): SandboxAnswer {
    if (parameters(request).get('client_id') !== this.#credentials.clientId) return invalidClient();
    const device_code = randomBytes(24).toString('base64url');
    const user_code = randomBytes(4).toString('hex').toUpperCase();
    this.#devices.set(device_code, { expires: this.#clock.now() + DEVICE, asked: 0 });
    const verification_uri = `${origin(request)}/zoom/oauth_device`;
    const complete = { verification_uri_complete: `${verification_uri}/complete/${user_code}` };
    const json = { device_code, user_code, verification_uri, ...complete, expires_in: 900, interval: 5 };
    return { status: 200, json };
  }

  #exchange(request: SandboxRequest, params: URLSearchParams, code: Code | undefined): SandboxAnswer {
    // A code works once, whatever comes of it.
    this.#codes.delete(params.get('code') ?? '');
    if (code === undefined || code.expires <= this.#clock.now()) return invalidGrant();
    if (code.redirect !== params.get('redirect_uri')) return invalidGrant();
    const verifier = params.get('code_verifier') ?? '';
    const proof =
      code.method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;
    if (code.challenge !== '' && (proof !== code.challenge || !/^[\w.~-]{43,128}$/.test(verifier))) {
      return invalidGrant();
    }
    return this.#issue(request, 0);
  }

  /** The old one is dead before the new one is sent: two holders lose (FACTS B). */
  #rotate(request: SandboxRequest, old: string): SandboxAnswer {
    const expires = this.#refresh.get(old);
    this.#refresh.delete(old);
    return expires !== undefined && expires > this.#clock.now() ? this.#issue(request, 0) : invalidGrant();
  }

  /** The first poll is always too early; then the person has consented. */
  #poll(request: SandboxRequest, code: string, deny: boolean): SandboxAnswer {
    const device = this.#devices.get(code);
    if (device === undefined) return invalidGrant();
    if (device.expires <= this.#clock.now()) return failure('The device code has expired', 'expired_token');
    if (deny) return failure('The user denied the request', 'access_denied');
    if (device.asked++ === 0) return failure('The user has not consented yet', 'authorization_pending');
    this.#devices.delete(code);
    return this.#issue(request, 0);
  }

  #issue(request: SandboxRequest, user: number | null, scopes = this.#scopes): SandboxAnswer {
    const now = this.#clock.now();
    for (const [token, grant] of this.#access) if (grant.expires < now - DAY) this.#access.delete(token);
    const access_token = this.#jwt(now, now + ACCESS);
    this.#access.set(access_token, { expires: now + ACCESS, scopes: new Set(scopes), user });
    const json = { access_token, token_type: 'bearer', expires_in: 3600, scope: scopes.join(' ') };
    const api_url = `${origin(request)}/zoom`;
    if (user === null) return { status: 200, json: { ...json, api_url } };
    const refresh_token = this.#jwt(now, now + REFRESH);
    this.#refresh.set(refresh_token, now + REFRESH);
    return { status: 200, json: { ...json, refresh_token, api_url } };
  }

  /** Shaped like Zoom's, with a made-up signature: to be treated as opaque (FACTS B). */
  #jwt(now: number, expires: number): string {
    const { accountId, clientId } = this.#credentials;
    const head = { sv: '000001', alg: 'HS512', v: '2.0', kid: randomBytes(12).toString('hex') };
    const body = {
      ver: 9,
      auid: randomBytes(16).toString('hex'),
      iss: `zm:cid:${clientId}`,
      aud: 'https://oauth.zoom.us',
      aid: accountId,
      exp: Math.floor(expires / 1000),
      iat: Math.floor(now / 1000),
      gno: 0,
      type: 3,
    };
    return `${jwtPart(head)}.${jwtPart(body)}.${randomBytes(32).toString('base64url')}`;
  }

  #knows(request: SandboxRequest): boolean {
    const [scheme, secret] = (request.headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'basic' || secret === undefined) return false;
    const { clientId, clientSecret } = this.#credentials;
    return Buffer.from(secret, 'base64').toString() === `${clientId}:${clientSecret}`;
  }
}

function jwtPart(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function parameters(request: SandboxRequest): URLSearchParams {
  const params = new URLSearchParams(request.query);
  for (const [name, value] of new URLSearchParams(request.body.toString())) params.set(name, value);
  return params;
}

function origin(request: SandboxRequest): string {
  return `http://${request.headers.host ?? '127.0.0.1'}`;
}

function failure(reason: string, error: string): SandboxAnswer {
  return { status: 400, json: { reason, error } };
}

const invalidClient = (): SandboxAnswer => failure('Invalid client_id or client_secret', 'invalid_client');
const invalidGrant = (): SandboxAnswer => failure('Invalid Token!', 'invalid_grant');
const badRequest = (): SandboxAnswer => failure('Bad Request', 'invalid_request');
