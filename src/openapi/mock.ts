import type { Definition, OperationSpec } from './definition.ts';
import { fits } from './drift.ts';
import { mockValue } from './mock-value.ts';
import { checkRequest, type Refusal } from './mock-request.ts';
import { operationsOf, type NamedOperation } from './overlay.ts';
import { isObject, partsOf } from './pointer.ts';

/** A request to the mock, as it came over the wire. */
export interface MockRequest {
  method: string;
  /** Encoded path below the address of the server. */
  path: string;
  /** Key in `servers`. */
  server: string;
  query: URLSearchParams;
  /** Names in small letters. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Uint8Array;
}

export interface MockAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Full name of the action that was called; undefined when there is none. */
  action?: string;
}

export interface MockOptions {
  /** Requests without the proof that the operation wants are refused. Default true. */
  auth?: boolean;
}

/**
 * Answers as the system would that the definition describes: from its examples and schemas, the same every time. A
 * request that the definition does not allow is refused, with all that is wrong with it.
 */
export function mockAnswer(
  definition: Definition,
  request: MockRequest,
  options: MockOptions = {},
): MockAnswer {
  const token = tokenAnswer(definition, request);
  if (token) return token;
  const found = findOperation(definition, request);
  if ('status' in found) return refuse(found);
  const { name, operation, values } = found;
  const refusal =
    (options.auth === false ? undefined : missingProof(definition, operation, request)) ??
    checkRequest(definition, operation, values, request);
  if (refusal) return { ...refuse(refusal), action: name };
  return { ...answerOf(definition, operation, values, request), action: name };
}

function refuse({ status, message, fields }: Refusal): MockAnswer {
  const body = {
    code: `mock-${status}`,
    message,
    ...(fields && fields.length > 0 ? { errors: fields } : {}),
  };
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

interface Found extends NamedOperation {
  /** Decoded path parameters. */
  values: Record<string, string>;
}

/** The operation that a request means: of several, the one with the most fixed segments. */
function findOperation(definition: Definition, { method, path, server }: MockRequest): Found | Refusal {
  const matches = operationsOf(definition).flatMap((one) => {
    if ((one.operation.server ?? 'api') !== server) return [];
    const values = matchPath(one.operation.path, path);
    return values ? [{ ...one, values }] : [];
  });
  const found = matches
    .filter(({ operation }) => operation.method === method)
    .toSorted((a, b) => Object.keys(a.values).length - Object.keys(b.values).length)[0];
  if (found) return found;
  const methods = [...new Set(matches.map(({ operation }) => operation.method))];
  if (methods.length > 0)
    return { status: 405, message: `${path} takes ${methods.join(', ')}, not ${method}` };
  return { status: 404, message: `there is no ${method} ${path} in ${definition.id}` };
}

function matchPath(template: string, path: string): Record<string, string> | undefined {
  // Only what stands before the question mark is a path.
  const [wanted, given] = [template.split('?')[0]?.split('/') ?? [], path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const text = given[i] ?? '';
    const names = [...part.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name);
    const pattern = part
      .split(/\{[^}]*\}/)
      .map((fixed) => fixed.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join('(.+?)');
    const match = new RegExp(`^${pattern}$`).exec(text);
    if (!match) return undefined;
    for (const [n, name] of names.entries()) {
      try {
        values[name] = decodeURIComponent(match[n + 1] ?? '');
      } catch {
        return undefined;
      }
    }
  }
  return values;
}

/** Where tokens are fetched, any proof gives one. */
function tokenAnswer(definition: Definition, { method, path, server }: MockRequest): MockAnswer | undefined {
  for (const auth of [definition.auth, ...Object.values(definition.auths ?? {})]) {
    const one = auth.kind === 'all' ? auth.of : [auth];
    for (const scheme of one) {
      if (scheme.kind === 'oauth2' && method === 'POST' && pathOf(scheme.tokenUrl) === path) {
        return json({ access_token: 'mock-token', token_type: 'Bearer', expires_in: 3600 });
      }
      if (scheme.kind !== 'login' || scheme.method !== method || scheme.path !== path) continue;
      if ((scheme.server ?? 'api') !== server) continue;
      if (typeof scheme.token === 'string') return json(nested(partsOf(scheme.token), 'mock-token'));
      return 'header' in scheme.token
        ? {
            ...json({}),
            headers: { 'content-type': 'application/json', [scheme.token.header]: 'mock-token' },
          }
        : {
            ...json({}),
            headers: {
              'content-type': 'application/json',
              'set-cookie': `${scheme.token.cookie}=mock-token`,
            },
          };
    }
  }
  return undefined;
}

function pathOf(url: string): string {
  return URL.parse(url)?.pathname ?? url;
}

function nested(parts: readonly string[], value: string): unknown {
  return parts.reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
}

function json(body: unknown): MockAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function missingProof(
  definition: Definition,
  operation: OperationSpec,
  request: MockRequest,
): Refusal | undefined {
  const named = operation.auth?.map((name) => definition.auths?.[name]);
  const ways = named ?? [definition.auth];
  if (ways.length === 0 || ways.some((way) => !way || way.kind === 'none')) return undefined;
  const proven = ways.some((way) => {
    const all = way?.kind === 'all' ? way.of : [way];
    return all.every((one) => {
      if (!one || one.kind === 'none') return true;
      const place =
        one.kind === 'api-key'
          ? one
          : 'place' in one
            ? one.place
            : { in: 'header' as const, name: 'authorization' };
      if (place.in === 'query') return request.query.has(place.name);
      if (place.in === 'header') return request.headers[place.name.toLowerCase()] !== undefined;
      return new RegExp(`(?:^|; *)${place.name}=`).test(request.headers['cookie'] ?? '');
    });
  });
  return proven
    ? undefined
    : { status: 401, message: `the proof is missing: ${ways.map((way) => way?.kind).join(' or ')}` };
}

function answerOf(
  definition: Definition,
  operation: OperationSpec,
  values: Readonly<Record<string, string>>,
  request: MockRequest,
): MockAnswer {
  const { answer = 'json', output } = operation;
  if (answer !== 'json') {
    const type = answer === 'text' ? 'text/plain; charset=utf-8' : 'application/octet-stream';
    const made = mockValue(output, definition.$defs, operation.title);
    return {
      status: 200,
      headers: { 'content-type': type },
      body: typeof made === 'string' ? made : JSON.stringify(made),
    };
  }
  if (!operation.pages && (output === true || (isObject(output) && Object.keys(output).length === 0))) {
    return operation.method === 'GET' ? json({}) : { status: 204, headers: {}, body: '' };
  }
  const made = mockValue(output, definition.$defs);
  const body = isObject(made) ? echo(made, values, request, operation, definition) : made;
  return json(operation.pages ? lastPage(body, operation) : body);
}

/** What was sent comes back where the answer has a member of the same name that it fits. */
function echo(
  made: Record<string, unknown>,
  values: Readonly<Record<string, string>>,
  request: MockRequest,
  operation: OperationSpec,
  definition: Definition,
): Record<string, unknown> {
  const sent: Record<string, unknown> = { ...values };
  if (/\bjson\b/.test(request.headers['content-type'] ?? '')) {
    const body = JSON.parse(new TextDecoder().decode(request.body) || '{}') as unknown;
    if (isObject(body)) Object.assign(sent, body);
  }
  const out = { ...made };
  const known = isObject(operation.output) ? operation.output['properties'] : undefined;
  for (const [name, value] of Object.entries(sent)) {
    if (!Object.hasOwn(out, name)) continue;
    const schema = isObject(known) ? known[name] : undefined;
    const told = typeof out[name] === 'number' && typeof value === 'string' ? Number(value) : value;
    if (schema === undefined || fits(told, schema as never, definition.$defs)) out[name] = told;
  }
  return out;
}

/** A mock has one page: what would lead to the next leads nowhere. */
function lastPage(body: unknown, { pages }: OperationSpec): unknown {
  if (!pages) return body;
  if (pages.items === '') return Array.isArray(body) ? body : [];
  const out = isObject(body) ? body : {};
  const items = pages.items.split('.');
  const list = items.reduce<unknown>((here, key) => (isObject(here) ? here[key] : undefined), out);
  if (!Array.isArray(list)) put(out, items, []);
  if (pages.kind === 'token') put(out, pages.token.split('.'), '');
  if (pages.kind === 'number') put(out, pages.count.split('.'), 1);
  if (pages.kind === 'offset') put(out, pages.total.split('.'), Array.isArray(list) ? list.length : 0);
  return out;
}

function put(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let here = root;
  for (const key of path.slice(0, -1)) {
    const next = here[key];
    here = isObject(next) ? next : (here[key] = {});
  }
  here[path.at(-1) ?? ''] = value;
}
