/** Zoom, as far as its published documents and recorded traffic tell how it behaves. */
import { randomBytes } from 'node:crypto';
import type { SandboxAnswer, SandboxContext, SandboxRequest, Simulator } from '../types.ts';
import type { Attendance } from './truth.ts';
import { Budgets } from './budgets.ts';
import type { Call, Switches } from './call.ts';
import { type Credentials, makeCredentials } from './credentials.ts';
import { badToken, missingScopes, noToken, oldToken, unknownEndpoint, zoomError } from './errors.ts';
import { type Grant, OAuth } from './oauth.ts';
import { ALL_SCOPES, match } from './routes.ts';
import { TRUTH } from './truth.ts';
import { World } from './world.ts';

/** Zoom in the sandbox, with the levers that only tests pull. */
export interface ZoomSimulator extends Simulator {
  credentials: Credentials;
  switches: Switches;
  world: World;
  /** Names of the truth tables. */
  tables: readonly string[];
  /** Rows of the truth, one after the other; undefined when there is no such table. */
  truth(table: string): Iterable<Record<string, unknown> | Attendance> | undefined;
  revokeTokens(): void;
}

const OAUTH = new Set([
  'GET /oauth/authorize',
  'POST /oauth/token',
  'POST /oauth/revoke',
  'POST /oauth/devicecode',
]);

const SWITCHES: Readonly<Switches> = {
  missingScopes: [],
  http200Errors: false,
  denyConsent: false,
  serverToServerMe: true,
};

/** The simulator to be mounted at `/zoom`: `/oauth` and `/v2` below it. */
export function createZoom(context: SandboxContext): ZoomSimulator {
  const { options, clock } = context;
  const credentials = makeCredentials(options.seed);
  const oauth = new OAuth(clock, credentials, ALL_SCOPES);
  const switches: Switches = structuredClone(SWITCHES);
  const world = new World(options, clock.now());
  let budgets = new Budgets(options.plan, options.window);

  const call = (request: SandboxRequest): SandboxAnswer => {
    const found = match(request.method, request.rawPath.slice(3));
    if (found === undefined) return unknownEndpoint();
    const { operation, label, scopes, handler } = found.route;
    const now = clock.now();
    const grant = authenticate(request, oauth);
    if (isRefusal(grant)) return { ...grant, operation };
    const { headers, refusal } = budgets.charge(label, now);
    if (refusal !== undefined) return { ...refusal, operation, label };
    const { query, body } = request;
    const whole: Call = {
      operation,
      world,
      plan: options.plan,
      switches,
      grant,
      params: found.params,
      query,
      body,
      now,
    };
    const lacking = !scopes.some(
      (scope) => grant.scopes.has(scope) && !switches.missingScopes.includes(scope),
    );
    const answer = lacking ? missingScopes(scopes) : handler(whole);
    return { ...answer, headers: { ...headers, ...answer.headers }, operation, label };
  };

  const handle = (request: SandboxRequest): SandboxAnswer => {
    const name = oauthOperation(request);
    if (name === undefined) return request.rawPath.startsWith('/v2/') ? call(request) : unknownEndpoint();
    const answers: Record<string, () => SandboxAnswer> = {
      'GET /oauth/authorize': () => oauth.authorize(request, switches.denyConsent),
      'POST /oauth/token': () => oauth.token(request, switches.denyConsent),
      'POST /oauth/revoke': () => oauth.revoke(request),
      'POST /oauth/devicecode': () => oauth.deviceCode(request),
    };
    return { ...(answers[name]?.() ?? unknownEndpoint()), operation: name };
  };

  return {
    credentials,
    switches,
    world,
    tables: Object.keys(TRUTH),
    truth: (table) => (Object.hasOwn(TRUTH, table) ? TRUTH[table]?.(world, clock.now()) : undefined),
    revokeTokens: () => oauth.revokeAccess(),
    handle: async (request) => dressed(handle(request)),
    operationOf: (request) =>
      oauthOperation(request) ?? match(request.method, request.rawPath.slice(3))?.route.operation,
    tooManyRequests(request) {
      const found = match(request.method, request.rawPath.slice(3))?.route;
      const answer = budgets.refusal(found?.label ?? 'light');
      return dressed(
        found === undefined ? answer : { ...answer, operation: found.operation, label: found.label },
      );
    },
    serverError: () => dressed(zoomError(500, 500, 'Internal server error.')),
    reset() {
      oauth.reset();
      budgets = new Budgets(options.plan, options.window);
      Object.assign(switches, structuredClone(SWITCHES));
    },
  };
}

function oauthOperation({ method, rawPath }: SandboxRequest): string | undefined {
  const name = `${method} ${rawPath}`;
  return OAUTH.has(name) ? name : undefined;
}

/** Tokens in the query string stopped working in 2023 (FACTS A). */
function authenticate(request: SandboxRequest, oauth: OAuth): Grant | SandboxAnswer {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined || token === '') return noToken();
  const grant = oauth.check(token);
  if (grant === 'unknown') return badToken();
  return grant === 'expired' ? oldToken() : grant;
}

function isRefusal(found: Grant | SandboxAnswer): found is SandboxAnswer {
  return 'status' in found;
}

/** The headers that every answer of Zoom carries (FACTS A). */
function dressed(answer: SandboxAnswer): SandboxAnswer {
  const rid = randomBytes(16).toString('hex');
  return {
    ...answer,
    headers: {
      ...(answer.raw === undefined ? { 'content-type': 'application/json;charset=UTF-8' } : {}),
      'x-zm-trackingid': `v=2.0;clid=us05;rid=WEB_${rid}`,
      'x-zm-zoneid': 'VA2',
      'cache-control': 'no-cache, no-store, must-revalidate, no-transform',
      pragma: 'no-cache',
      expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
      ...answer.headers,
    },
  };
}
