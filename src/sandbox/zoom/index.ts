/** Zoom, as far as its published documents and recorded traffic tell how it behaves. */
import { DAY } from './time.ts';
import { randomBytes } from 'node:crypto';
import type { SandboxAnswer, SandboxContext, SandboxRequest, Simulator } from '../types.ts';
import type { Attendance } from './truth.ts';
import { Budgets } from './budgets.ts';
import { Account } from './account.ts';
import type { Call } from './call.ts';
import { type Credentials, makeCredentials } from './credentials.ts';
import { DailyCaps } from './daily-caps.ts';
import { download, downloadOperation } from './downloads-api.ts';
import { drifted } from './drift.ts';
import {
  badPageToken,
  badToken,
  missingScopes,
  noToken,
  oldToken,
  unknownEndpoint,
  zoomError,
} from './errors.ts';
import { type Grant, OAuth, originOf } from './oauth.ts';
import { match } from './route-match.ts';
import { ALL_SCOPES } from './routes.ts';
import { type Switches, defaultSwitches } from './switches.ts';
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
  /** The person who consents has removed the app: that person's tokens are dead. */
  deauthorize(): void;
}

const OAUTH = new Set([
  'GET /oauth/authorize',
  'POST /oauth/token',
  'POST /oauth/revoke',
  'POST /oauth/devicecode',
]);

/** The simulator to be mounted at `/zoom`: `/oauth` and `/v2` below it. */
export function createZoom(context: SandboxContext): ZoomSimulator {
  const { options, clock } = context;
  const credentials = makeCredentials(options.seed);
  const switches = defaultSwitches(options.plan);
  const oauth = new OAuth(clock, credentials, ALL_SCOPES, switches);
  const world = new World(options, clock.now() + options.ahead * DAY);
  const account = new Account(world);
  let caps = new DailyCaps();
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
      account,
      caps,
      origin: originOf(request),
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
    const plain = lacking ? missingScopes(scopes) : handler(whole);
    const answer = switches.drift.length === 0 ? plain : drifted(plain, operation, switches.drift);
    return { ...answer, headers: { ...headers, ...answer.headers }, operation, label };
  };

  const handle = (request: SandboxRequest): SandboxAnswer => {
    const file = downloadOperation(request);
    if (file !== undefined) {
      const answer = download({ account, oauth, switches, now: clock.now() }, request);
      return { ...answer, operation: file };
    }
    const name = oauthOperation(request);
    if (name === undefined) return request.rawPath.startsWith('/v2/') ? call(request) : unknownEndpoint();
    const answers: Record<string, () => SandboxAnswer> = {
      'GET /oauth/authorize': () => oauth.authorize(request),
      'POST /oauth/token': () => oauth.token(request),
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
    deauthorize: () => oauth.deauthorize(switches.consentUser),
    handle: async (request) => dressed(handle(request)),
    operationOf: (request) =>
      downloadOperation(request) ??
      oauthOperation(request) ??
      match(request.method, request.rawPath.slice(3))?.route.operation,
    tooManyRequests(request) {
      const found = match(request.method, request.rawPath.slice(3))?.route;
      const answer = budgets.refusal(found?.label ?? 'light');
      return dressed(
        found === undefined ? answer : { ...answer, operation: found.operation, label: found.label },
      );
    },
    expiredToken: () => dressed(badPageToken()),
    serverError: () => dressed(zoomError(500, 500, 'Internal server error.')),
    reset() {
      oauth.reset();
      budgets = new Budgets(options.plan, options.window);
      caps = new DailyCaps();
      account.reset();
      Object.assign(switches, defaultSwitches(options.plan));
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
      // An answer without a body says nothing of its type (FACTS A).
      ...(answer.json !== undefined ? { 'content-type': 'application/json;charset=UTF-8' } : {}),
      'x-zm-trackingid': `v=2.0;clid=us05;rid=WEB_${rid}`,
      'x-zm-zoneid': 'VA2',
      'cache-control': 'no-cache, no-store, must-revalidate, no-transform',
      pragma: 'no-cache',
      expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
      ...answer.headers,
    },
  };
}
