import { createHash, randomUUID } from 'node:crypto';
import { json, serve, type Seen } from './server.ts';

/** How this authorization server behaves where servers differ. All can be changed while it runs. */
export interface Manners {
  /** How the client must prove itself; anything else is refused. */
  client: 'basic' | 'post' | 'none';
  clientId: string;
  clientSecret: string;
  /** Each refresh token works once. */
  rotating: boolean;
  /** Give a refresh token at all. */
  refresh: boolean;
  /** Of token answers. */
  status: number;
  seconds: number | string | undefined;
  tokenType: string | undefined;
  scope: unknown;
  /** Members added to each token answer. */
  more: Record<string, unknown>;
  /** Write token answers as a form. */
  form: boolean;
  /** Refuse token requests with this answer; all of them, or so many. */
  refuse: { status: number; body: unknown; times?: number } | undefined;
  /** What the browser brings back beside the state, in place of a code. */
  answer: Record<string, string> | undefined;
  iss: string | undefined;
}

const USER = { name: 'ada', password: 'pass word+1' };

/** A small authorization server with one API behind it, over real HTTP. */
export async function oauthServer(manners: Partial<Manners> = {}) {
  const on: Manners = {
    client: 'basic',
    clientId: 'client-1',
    clientSecret: 'client-secret-1',
    rotating: true,
    refresh: true,
    status: 200,
    seconds: 3600,
    tokenType: 'Bearer',
    scope: undefined,
    more: {},
    form: false,
    refuse: undefined,
    answer: undefined,
    iss: undefined,
    ...manners,
  };
  const codes = new Map<string, { challenge: string | null; redirectUri: string | null }>();
  const access = new Set<string>();
  const refresh = new Set<string>();
  const tally = { issued: 0, refreshes: 0, refusedRefreshes: 0, refusedCalls: 0, revoked: 0 };
  const forms: URLSearchParams[] = [];
  const paths: string[] = [];

  const server = await serve((seen, response) => {
    const url = new URL(seen.url, 'http://x');
    paths.push(`${seen.method} ${url.pathname}`);
    if (url.pathname === '/authorize') {
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      const code = randomUUID();
      codes.set(code, {
        challenge: url.searchParams.get('code_challenge'),
        redirectUri: url.searchParams.get('redirect_uri'),
      });
      const answer = on.answer ?? { code };
      for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value);
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      if (on.iss !== undefined) back.searchParams.set('iss', on.iss);
      response.writeHead(302, { location: back.href }).end();
    } else if (['/token', '/renew/', '/revoke'].includes(url.pathname)) {
      const form = new URLSearchParams(seen.body);
      forms.push(form);
      const { refuse } = on;
      if (refuse?.times !== undefined && --refuse.times === 0) on.refuse = undefined;
      if (refuse) return json(response, refuse.status, refuse.body);
      if (!isClient(seen, form)) {
        return json(response, 401, { error: 'invalid_client', error_description: 'who is that?' });
      }
      if (url.pathname === '/revoke') {
        tally.revoked++;
        refresh.delete(form.get('token') ?? '');
        return json(response, 200, {});
      }
      const wrong = grant(form, url.pathname);
      if (wrong !== undefined)
        return json(response, 400, { error: wrong, error_description: `no: ${wrong}` });
      const answer = issue(form);
      if (!on.form) return json(response, on.status, answer);
      response.writeHead(200, { 'content-type': 'application/x-www-form-urlencoded' });
      response.end(new URLSearchParams(answer as Record<string, string>).toString());
    } else {
      const sent = /^(?:Bearer|Token) (.+)$/.exec(seen.headers.authorization ?? '')?.[1];
      const token = sent ?? url.searchParams.get('access_token') ?? '';
      if (!access.has(token)) {
        tally.refusedCalls++;
        return json(response, 401, { code: 'unauthorized', message: 'token is no good' });
      }
      if (url.pathname === '/me') return json(response, 200, { data: { email: 'ada@example.com' } });
      return json(response, 200, { id: url.pathname, url: seen.url });
    }
    return undefined;
  });

  function isClient({ headers }: Seen, form: URLSearchParams): boolean {
    if (on.client === 'none') {
      return (
        (form.get('client_id') ?? '') === on.clientId &&
        !form.has('client_secret') &&
        headers.authorization === undefined
      );
    }
    if (on.client === 'post') {
      return form.get('client_id') === on.clientId && form.get('client_secret') === on.clientSecret;
    }
    if (form.has('client_secret')) return false;
    const [id = '', secret = ''] = Buffer.from((headers.authorization ?? '').replace(/^Basic /, ''), 'base64')
      .toString()
      .split(':')
      // As RFC 6749, 2.3.1 wants it.
      .map((part) => new URLSearchParams(`x=${part}`).get('x') ?? '');
    return id === on.clientId && secret === on.clientSecret;
  }

  /** What is wrong with a token request; undefined when it is good. */
  function grant(form: URLSearchParams, path: string): string | undefined {
    switch (form.get('grant_type')) {
      case 'client_credentials':
        return undefined;
      case 'password':
        return form.get('username') === USER.name && form.get('password') === USER.password
          ? undefined
          : 'invalid_grant';
      case 'authorization_code': {
        const known = codes.get(form.get('code') ?? '');
        codes.delete(form.get('code') ?? '');
        if (!known || known.redirectUri !== form.get('redirect_uri')) return 'invalid_grant';
        const verifier = form.get('code_verifier');
        if (known.challenge === null) return verifier === null ? undefined : 'invalid_grant';
        const made = createHash('sha256')
          .update(verifier ?? '')
          .digest('base64url');
        return made === known.challenge ? undefined : 'invalid_grant';
      }
      case 'refresh_token': {
        const token = form.get('refresh_token') ?? '';
        if (!refresh.has(token)) {
          tally.refusedRefreshes++;
          return 'invalid_grant';
        }
        if (on.rotating) refresh.delete(token);
        tally.refreshes++;
        return path === '/token' || path === '/renew/' ? undefined : 'invalid_request';
      }
      default:
        return 'unsupported_grant_type';
    }
  }

  function issue(form: URLSearchParams): Record<string, unknown> {
    const token = `access-${++tally.issued}-${randomUUID()}`;
    access.add(token);
    const renewing = form.get('grant_type') === 'refresh_token';
    const next = on.refresh && (on.rotating || !renewing) ? `refresh-${randomUUID()}` : undefined;
    if (next !== undefined) refresh.add(next);
    return {
      access_token: token,
      ...(on.tokenType === undefined ? {} : { token_type: on.tokenType }),
      ...(on.seconds === undefined ? {} : { expires_in: on.seconds }),
      ...(next === undefined ? {} : { refresh_token: next }),
      ...(on.scope === undefined ? {} : { scope: on.scope }),
      ...on.more,
    };
  }

  return {
    ...server,
    on,
    tally,
    forms,
    paths,
    user: USER,
    /** All access tokens are refused from now on. */
    expire: () => access.clear(),
    /** All refresh tokens too: the person has taken back the consent. */
    end: () => {
      access.clear();
      refresh.clear();
    },
    /** What the browser of a person brings back who consents at once. */
    consent: async (address: string) => {
      const answer = await fetch(address, { redirect: 'manual' });
      return new URL(answer.headers.get('location') ?? '').searchParams;
    },
  };
}

export type TestOAuthServer = Awaited<ReturnType<typeof oauthServer>>;

/** A definition whose one action needs what `auth` says. */
export function thingsWith(auth: unknown, more: Record<string, unknown> = {}) {
  const things = { get: { title: 'Get', method: 'GET', path: '/things' } };
  return {
    id: 'acme',
    title: 'Acme',
    servers: { api: 'https://acme.invalid' },
    auth,
    actions: { things },
    ...more,
  };
}
