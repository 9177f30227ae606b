/** Zoom's authorization server: every grant of FACTS B, with its `{reason, error}` bodies. */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { SandboxAnswer, SandboxRequest } from '../types.ts';
import type { Credentials } from './credentials.ts';
import { DAY, MINUTE, SECOND } from './time.ts';

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
  /** The consent it comes from: all its tokens are revoked together. */
  family: number;
  /** Given to a client without a secret, which only names itself from then on. */
  public: boolean;
}

interface Refresh {
  expires: number;
  user: number;
  family: number;
  public: boolean;
}

interface Code {
  expires: number;
  redirect: string;
  challenge: string;
  method: string;
  user: number;
}

interface Device {
  expires: number;
  asked: number;
}

/** How the person and the app behave; see `Switches`. */
export interface Manners {
  denyConsent: boolean;
  consentUser: number;
  accessTokenSeconds: number;
  reauthorizationRevokes: boolean;
}

/** The five operations below `/oauth`, and the check of access tokens. */
export class OAuth {
  readonly #clock: Clock;
  readonly #credentials: Credentials;
  readonly #scopes: readonly string[];
  readonly #manners: Manners;
  readonly #access = new Map<string, Grant>();
  readonly #refresh = new Map<string, Refresh>();
  readonly #codes = new Map<string, Code>();
  readonly #devices = new Map<string, Device>();

  #families = 0;

  /** `manners` are read at every call: a test turns them meanwhile. */
  constructor(clock: Clock, credentials: Credentials, scopes: readonly string[], manners: Manners) {
    this.#clock = clock;
    this.#credentials = credentials;
    this.#scopes = scopes;
    this.#manners = manners;
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

  /** A person has removed the app: every token of that person is dead. */
  deauthorize(user: number): void {
    this.#kill((grant) => grant.user === user);
  }

  authorize(request: SandboxRequest): SandboxAnswer {
    const { query } = request;
    const { denyConsent, consentUser } = this.#manners;
    const redirect = query.get('redirect_uri') ?? '';
    if (query.get('client_id') !== this.#credentials.clientId) return invalidClient();
    if (!URL.canParse(redirect) || query.get('response_type') !== 'code') return badRequest();
    const method = query.get('code_challenge_method') ?? 'plain';
    if (method !== 'S256' && method !== 'plain') return badRequest();
    const to = new URL(redirect);
    const state = query.get('state');
    if (state !== null) to.searchParams.set('state', state);
    if (denyConsent) to.searchParams.set('error', 'access_denied');
    else {
      const code = randomBytes(24).toString('base64url');
      const challenge = query.get('code_challenge') ?? '';
      const expires = this.#clock.now() + CODE;
      this.#codes.set(code, { expires, redirect, challenge, method, user: consentUser });
      to.searchParams.set('code', code);
    }
    return { status: 302, headers: { location: to.href }, raw: '' };
  }

  /** Parameters come in the form body or in the query string: both work at Zoom. */
  token(request: SandboxRequest): SandboxAnswer {
    const params = parameters(request);
    const grant = params.get('grant_type') ?? '';
    const code = this.#codes.get(params.get('code') ?? '');
    // Public clients prove themselves by the code verifier instead of a secret (FACTS B), and afterwards by the
    // tokens that came of it: the refresh token of a client with a secret is of no use without the secret.
    const isPublic =
      (grant === 'authorization_code' && code !== undefined && code.challenge !== '') ||
      (grant === 'refresh_token' && this.#refresh.get(params.get('refresh_token') ?? '')?.public === true);
    if (!this.#knows(request) && !(isPublic && this.#isNamed(params))) return invalidClient();
    if (grant === 'account_credentials') {
      return params.get('account_id') === this.#credentials.accountId
        ? this.#issue(request, null, this.#newFamily())
        : badRequest();
    }
    if (grant === 'client_credentials') {
      return this.#issue(request, null, this.#newFamily(), ['imchat:bot']);
    }
    if (grant === 'authorization_code') return this.#exchange(request, params, code);
    if (grant === 'refresh_token') return this.#rotate(request, params.get('refresh_token') ?? '');
    if (grant === DEVICE_GRANT) return this.#poll(request, params.get('device_code') ?? '');
    return failure('unsupported grant type', 'unsupported_grant_type');
  }

  revoke(request: SandboxRequest): SandboxAnswer {
    const params = parameters(request);
    const token = params.get('token') ?? '';
    const found = this.#access.get(token) ?? this.#refresh.get(token);
    if (!this.#knows(request) && !(found?.public && this.#isNamed(params))) return invalidClient();
    const family = found?.family;
    // The other token of the pair is dead as well: nobody can go on by refreshing.
    if (family !== undefined) this.#kill((grant) => grant.family === family);
    return { status: 200, json: { status: 'success' } };
  }

  deviceCode(request: SandboxRequest): SandboxAnswer {
    if (parameters(request).get('client_id') !== this.#credentials.clientId) return invalidClient();
    const device_code = randomBytes(24).toString('base64url');
    const user_code = randomBytes(4).toString('hex').toUpperCase();
    this.#devices.set(device_code, { expires: this.#clock.now() + DEVICE, asked: 0 });
    const verification_uri = `${originOf(request)}/zoom/oauth_device`;
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
    return this.#consented(request, code.user);
  }

  /**
   * The old one is dead before the new one is sent: two holders lose (FACTS B). Using a dead one kills nothing else,
   * and access tokens that are out live on.
   */
  #rotate(request: SandboxRequest, old: string): SandboxAnswer {
    const found = this.#refresh.get(old);
    this.#refresh.delete(old);
    if (found === undefined || found.expires <= this.#clock.now()) {
      return { ...invalidGrant(), tally: 'refusedRefreshes' };
    }
    return {
      ...this.#issue(request, found.user, found.family, this.#scopes, found.public),
      tally: 'refreshes',
    };
  }

  #consented(request: SandboxRequest, user: number): SandboxAnswer {
    if (this.#manners.reauthorizationRevokes) this.deauthorize(user);
    return this.#issue(request, user, this.#newFamily(), this.#scopes, !this.#knows(request));
  }

  #newFamily(): number {
    return ++this.#families;
  }

  #kill(dead: (grant: Pick<Grant, 'user' | 'family'>) => boolean): void {
    for (const [token, grant] of this.#access) if (dead(grant)) this.#access.delete(token);
    for (const [token, grant] of this.#refresh) if (dead(grant)) this.#refresh.delete(token);
  }

  /** The first poll is always too early; then the person has consented. */
  #poll(request: SandboxRequest, code: string): SandboxAnswer {
    const device = this.#devices.get(code);
    if (device === undefined) return invalidGrant();
    if (device.expires <= this.#clock.now()) return failure('The device code has expired', 'expired_token');
    if (this.#manners.denyConsent) return failure('The user denied the request', 'access_denied');
    if (device.asked++ === 0) return failure('The user has not consented yet', 'authorization_pending');
    this.#devices.delete(code);
    return this.#consented(request, this.#manners.consentUser);
  }

  #issue(
    request: SandboxRequest,
    user: number | null,
    family: number,
    scopes: readonly string[] = this.#scopes,
    isPublic = false,
  ): SandboxAnswer {
    const now = this.#clock.now();
    const seconds = this.#manners.accessTokenSeconds;
    const expires = now + seconds * SECOND;
    for (const [token, grant] of this.#access) if (grant.expires < now - DAY) this.#access.delete(token);
    const access_token = this.#jwt(now, expires);
    this.#access.set(access_token, { expires, scopes: new Set(scopes), user, family, public: isPublic });
    const json = { access_token, token_type: 'bearer', expires_in: seconds, scope: scopes.join(' ') };
    const api_url = `${originOf(request)}/zoom`;
    if (user === null) return { status: 200, json: { ...json, api_url } };
    const refresh_token = this.#jwt(now, now + REFRESH);
    this.#refresh.set(refresh_token, { expires: now + REFRESH, user, family, public: isPublic });
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

  #isNamed(params: URLSearchParams): boolean {
    return params.get('client_id') === this.#credentials.clientId;
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

/** Where a client reaches the sandbox. */
export function originOf(request: SandboxRequest): string {
  return `http://${request.headers.host ?? '127.0.0.1'}`;
}

function failure(reason: string, error: string): SandboxAnswer {
  return { status: 400, json: { reason, error } };
}

const invalidClient = (): SandboxAnswer => failure('Invalid client_id or client_secret', 'invalid_client');
const invalidGrant = (): SandboxAnswer => failure('Invalid Token!', 'invalid_grant');
const badRequest = (): SandboxAnswer => failure('Bad Request', 'invalid_request');
