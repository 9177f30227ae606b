import { Hono, type Context as HonoContext } from 'hono';
import type { z } from 'zod';
import { notReady, readBody, type App, type Live, type World } from '../app/index.ts';
import { ConnectorError } from '../core/errors.ts';
import { describe, fieldErrors } from '../core/schema.ts';
import type { Secret } from '../core/secret.ts';
import { Consents } from './consents.ts';
import { nameRequest, refuseForeignPages, requireToken, setSafeHeaders, type Variables } from './guard.ts';
import { createMeasure } from './measure.ts';
import { addMcp } from './mcp.ts';
import type { Metrics } from './metrics.ts';
import { API, openApiDocument } from './openapi.ts';
import { HttpProblem, problemResponse } from './problem.ts';
import type { Route } from './route.ts';
import { budgetRoutes } from './routes/budgets.ts';
import { builtConnectorRoutes } from './routes/built-connectors.ts';
import { connectorRoutes } from './routes/connectors.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { eventRoutes } from './routes/events.ts';
import { flowRoutes } from './routes/flows.ts';
import { hookRoutes } from './routes/hooks.ts';
import { newConnectionRoutes } from './routes/new-connection.ts';
import { addConsentPages, consentRoute } from './routes/oauth.ts';
import { mcpServerRoutes } from './routes/mcp-servers.ts';
import { runRoutes } from './routes/runs.ts';
import { systemRoutes } from './routes/system.ts';

/** Largest body of a request, in bytes; a replication file fits. */
const MAX_BODY = 1_000_000;
/** How long a body may take to arrive, in milliseconds. */
const BODY_MS = 10_000;

/** What the API is made of. */
export interface ApiDeps {
  app: App;
  live: Live;
  token: Secret;
  metrics: Metrics;
  /** Where browsers reach this server. */
  publicUrl: string;
  /** Bound to this machine only. */
  onLoopback: boolean;
  background: (work: Promise<unknown>) => void;
  /** Aborted when the server is to stop. */
  stopping: AbortSignal;
}

/** Everything but webhooks: health, metrics, the API and the pages of a consent. */
export function createApi(deps: ApiDeps): Hono<Variables> {
  const { app, live, token, metrics, publicUrl, onLoopback, stopping } = deps;
  const api = new Hono<Variables>();
  const consents = new Consents(app);
  const routes = [
    ...systemRoutes,
    ...runRoutes,
    ...eventRoutes,
    ...deliveryRoutes,
    ...connectorRoutes,
    ...builtConnectorRoutes,
    ...flowRoutes,
    ...hookRoutes,
    ...budgetRoutes,
    ...mcpServerRoutes,
    ...newConnectionRoutes,
    consentRoute(consents),
  ];
  const measure = createMeasure(app, live, metrics);
  const document = openApiDocument(routes, publicUrl);

  api.use(nameRequest, setSafeHeaders, observe(deps));
  api.get('/healthz', (c) => c.text('ok\n'));
  api.get('/readyz', async (c) => {
    const why = stopping.aborted ? 'the server is stopping' : await notReady(app);
    return why === undefined ? c.text('ready\n') : c.text(`${why}\n`, 503);
  });
  api.use(refuseForeignPages(onLoopback, publicUrl));
  addConsentPages(api as unknown as Hono, consents, publicUrl);
  addMcp(api, { app, token, publicUrl, stopping });
  api.use(requireToken(token));
  api.get('/metrics', async (c) => {
    await measure();
    return c.text(metrics.text(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
  api.get('/api/openapi.json', (c) => c.json(document));
  for (const route of routes) mount(api, route, deps);
  api.notFound((c) => {
    const hint = 'The routes are listed at /api/openapi.json.';
    const missing = new HttpProblem(404, 'not-found', `there is no ${c.req.method} ${c.req.path}`, hint);
    return problemResponse(missing, c.get('requestId'));
  });
  api.onError((error, c) => {
    const requestId = c.get('requestId');
    if (!(error instanceof HttpProblem) && !(error instanceof ConnectorError)) {
      app.log('error', `${c.req.method} ${c.req.path} failed`, { requestId, error });
    }
    return problemResponse(error, requestId);
  });
  return api;
}

/** Counts and logs requests. The path in a measurement is the pattern, never what a request says. */
function observe({ app, metrics }: ApiDeps) {
  return async (c: HonoContext<Variables>, next: () => Promise<void>): Promise<void> => {
    const startedAt = app.world.now();
    await next();
    const ms = app.world.now() - startedAt;
    const { method, path } = c.req;
    const { status } = c.res;
    const route = c.req.routePath.replace('/*', 'other');
    const labels = { method: METHODS.has(method) ? method : 'other', route, status: String(status) };
    metrics.add('trunkline_http_requests_total', 'Requests to the API.', labels);
    metrics.add('trunkline_http_request_seconds_total', 'Time that requests took.', { route }, ms / 1000);
    const level = status >= 500 ? 'warn' : 'verbose';
    if (app.log.enabled(level)) {
      app.log(level, `${method} ${path} ${status}`, { requestId: c.get('requestId'), ms });
    }
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

function mount(api: Hono<Variables>, route: Route, { app, background, publicUrl, stopping }: ApiDeps): void {
  const path = API + route.path.replaceAll(/\{(\w+)\}/g, ':$1');
  const { params, query, body } = route;
  api.on(route.method, path, async (c) => {
    const context = {
      app,
      background,
      publicUrl,
      stopping,
      params: params && read(params.strict(), c.req.param(), 'the path'),
      query: query && read(query.strict(), c.req.query(), 'the query'),
      body: body && read(body, await bodyOf(c, app.world, route.maxBody), 'the body'),
    };
    const answer = await route.run(context as never);
    return c.json(answer as object, route.status ?? 200);
  });
}

function read(schema: z.ZodType, value: unknown, place: string): unknown {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const fields = fieldErrors(error);
  throw new ConnectorError(`${place} is wrong: ${describe(fields)}`, {
    kind: 'input',
    fields,
    hint: 'What is expected stands in /api/openapi.json.',
  });
}

/** The body as JSON. It is read from Node itself, which gives up neither late nor in the middle of the answer. */
async function bodyOf(c: HonoContext<Variables>, { setTimer }: World, limit = MAX_BODY): Promise<unknown> {
  const { incoming } = c.env;
  const tooLarge = new HttpProblem(413, 'input', `the body has more than ${limit} bytes`);
  if (Number(c.req.header('content-length') ?? 0) > limit) throw tooLarge;
  const arrived = await readBody(incoming, { limit, timeoutMs: BODY_MS, setTimer });
  if (!arrived.ok) {
    if (arrived.reason === 'too-large') throw tooLarge;
    throw new HttpProblem(408, 'timeout', `the body did not come within ${BODY_MS / 1000} s`);
  }
  if (arrived.body.byteLength === 0) return {};
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
    throw new HttpProblem(415, 'input', 'the body is not of type application/json');
  }
  try {
    return JSON.parse(Buffer.from(arrived.body).toString()) as unknown;
  } catch {
    throw new HttpProblem(400, 'input', 'the body is not JSON');
  }
}
