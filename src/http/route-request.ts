import { z } from 'zod';
import { defineAction, type Action, type Effect, type Pages } from '../core/action.ts';
import type { Call, QueryValue } from '../core/call.ts';
import type { Connector } from '../core/connector.ts';
import { ConnectorError, type FieldError } from '../core/errors.ts';
import { fillRoute, readRoute, type PathNames, type Route, type RouteMethod } from '../core/route.ts';
import { describe } from '../core/schema.ts';

/** A value of a path parameter. */
export type PathValue = string | number | bigint;

/**
 * Input of a route: its path parameters, and beside them the query of a GET, HEAD or DELETE or the JSON body of
 * everything else. `query`, `body` and `headers` say it outright.
 */
export type RouteInput<R extends string> = { readonly [Name in PathNames<R>]: PathValue } & {
  readonly query?: unknown;
  readonly body?: unknown;
  readonly headers?: unknown;
  readonly [name: string]: unknown;
};

/** The input may be left out where the path needs nothing. */
export type RouteArguments<R extends string, Rest extends unknown[]> = [PathNames<R>] extends [never]
  ? [input?: RouteInput<R>, ...rest: Partial<Rest>]
  : [input: RouteInput<R>, ...rest: Partial<Rest>];

/** Where a list has its rows, and how it goes on. */
export interface RoutePages {
  /** Member of the answer that holds the rows, such as `users`. */
  items: string;
  /** Member of the answer with the token of the next page. Default `next_page_token`. */
  token?: string;
  /** Input that takes it. Default: the same name. */
  param?: string;
}

const EFFECT: Readonly<Record<RouteMethod, Effect>> = {
  GET: 'read',
  HEAD: 'read',
  POST: 'write',
  PUT: 'write',
  PATCH: 'write',
  DELETE: 'destroy',
};

// RFC 9110, 9.2.2: doing these twice ends in the same state as doing them once.
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/** A route as an action, so that it is charged, retried, paged and explained like every other. */
export function actionOfRoute(connector: Connector, route: Route, pages?: RoutePages): Action {
  const read = readRoute(route);
  if (!read) {
    throw refusal(connector, route, [
      { field: 'route', message: 'expected a method and a path, such as GET /users/{userId}/meetings' },
    ]);
  }
  const { method } = read;
  return defineAction<z.ZodObject, z.ZodType, Pages | undefined>({
    title: route,
    docs: connector.docs,
    effect: EFFECT[method],
    idempotent: IDEMPOTENT.has(method),
    // The label follows from the path that is called; a system without labels has no budget of this name.
    budget: 'default',
    scopes: [],
    input: z.looseObject({}),
    output: z.unknown(),
    example: {},
    ...(pages ? { pages: tokenPages(pages) } : {}),
    call: (input) => callOf(connector, route, read, input),
  });
}

function tokenPages({ items, token = 'next_page_token', param = token }: RoutePages): Pages {
  return { kind: 'token', items, token, param };
}

function callOf(
  connector: Connector,
  route: Route,
  { method, template, names }: NonNullable<ReturnType<typeof readRoute>>,
  input: Readonly<Record<string, unknown>>,
): Call {
  const values: Record<string, string> = {};
  const faults: FieldError[] = [];
  for (const name of names) {
    const value = input[name];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') {
      values[name] = String(value);
    }
    if (values[name] === undefined || values[name] === '') {
      faults.push({ field: name, message: 'is required: it stands in the path' });
    }
  }
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !names.includes(name)));
  const query = take(rest, 'query');
  const headers = take(rest, 'headers');
  const inQuery = method === 'GET' || method === 'HEAD' || method === 'DELETE';
  const body = method === 'GET' || method === 'HEAD' ? undefined : take(rest, 'body');
  const beside = Object.keys(rest);
  if (body !== undefined && !inQuery && beside.length > 0) {
    faults.push({
      field: 'body',
      message: `give \`body\` or the members of it (${beside.join(', ')}), not both`,
    });
  }
  if (faults.length > 0) throw refusal(connector, route, faults);
  const json = body ?? (inQuery || beside.length === 0 ? undefined : rest);
  const path = pathOf(connector, route, template, values);
  const budget = connector.labelOf?.(method, path);
  return {
    method,
    path,
    ...(budget === undefined ? {} : { budget }),
    query: {
      ...(query as Record<string, QueryValue>),
      ...(inQuery ? (rest as Record<string, QueryValue>) : {}),
    },
    ...(headers === undefined ? {} : { headers: headers as Record<string, string> }),
    ...(json === undefined ? {} : { json }),
  };
}

/** Takes a part that was given outright; a scalar of that name is a member like any other. */
function take(rest: Record<string, unknown>, name: string): object | undefined {
  const value = rest[name];
  if (typeof value !== 'object' || value === null) return undefined;
  delete rest[name];
  return value;
}

function pathOf(
  connector: Connector,
  route: Route,
  template: string,
  values: Readonly<Record<string, string>>,
): string {
  try {
    return fillRoute(template, values, connector.segment);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw refusal(connector, route, [{ field: 'path', message: error.message }]);
  }
}

function refusal(connector: Connector, route: string, fields: readonly FieldError[]): ConnectorError {
  return new ConnectorError(`${route}: ${describe(fields)}`, {
    kind: 'input',
    connector: connector.id,
    action: route,
    fields,
    hint: `Compare it with the documentation: ${connector.docs}`,
  });
}
