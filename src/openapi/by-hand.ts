import { z } from 'zod';
import { ConnectorError } from '../core/errors.ts';
import { describe, fieldErrors } from '../core/schema.ts';
import { Operation, type OperationSpec } from './definition.ts';
import { inferSchema } from './infer.ts';
import { namesInPath } from './inputs.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** What people write of an operation in place of a whole one: values and examples, from which the schemas follow. */
const Short = z.looseObject({
  method: z.string().default('GET'),
  /** Path, or whole address; with `:name` or `{name}` for parameters, and defaults in its query. */
  path: z.string().min(1),
  title: z.string().optional(),
  /** Query parameters with their default values; null for none. */
  query: z.record(z.string(), scalar).optional(),
  /** Headers with their values; null for one that is given with each call. */
  headers: z.record(z.string(), scalar).optional(),
  /** An example of the JSON body, when `body` is not written out. */
  bodyExample: z.unknown().optional(),
  /** An example of the answer, when `output` is not written out. */
  answerExample: z.unknown().optional(),
});

export interface ByHand {
  operation: OperationSpec;
  /** Address that the path was written with. */
  server: string | undefined;
  /** A name made of method and path. */
  name: string;
}

/**
 * An operation as people write it, by flags or in JSON.
 * @throws ConnectorError of kind `input` with everything that is wrong with it
 */
export function operationByHand(value: unknown): ByHand {
  const short = check(Short, value);
  const { method: given, path: address, query, headers, bodyExample, answerExample, ...rest } = short;
  const method = given.toUpperCase();
  const { server, path, defaults } = splitAddress(address);
  const known = (rest['parameters'] as { name?: string; in?: string }[] | undefined) ?? [];
  const isKnown = (name: string, place: string): boolean =>
    known.some((one) => one.name === name && one.in === place);
  const parameters = [
    ...namesInPath(path)
      .filter((name) => !isKnown(name, 'path'))
      .map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...Object.entries({ ...defaults, ...query })
      .filter(([name]) => !isKnown(name, 'query'))
      .map(([name, one]) => parameter(name, 'query', one)),
    ...Object.entries(headers ?? {})
      .filter(([name]) => !isKnown(name, 'header'))
      .map(([name, one]) => parameter(name, 'header', one)),
    ...known,
  ];
  const operation = check(Operation, {
    ...rest,
    method,
    path,
    title: short.title ?? titleOf(method, path),
    parameters,
    ...(bodyExample === undefined ? {} : { body: bodyOf(bodyExample) }),
    ...(answerExample === undefined ? {} : { output: inferSchema([answerExample]) }),
  });
  return { operation, server, name: nameFor(method, path) };
}

/** `:name` becomes `{name}`; address and query are split off. */
export function splitAddress(address: string): {
  server: string | undefined;
  path: string;
  defaults: Record<string, string>;
} {
  const match = /^(https?:\/\/[^/?#]+)?([^?#]*)(?:\?([^#]*))?/.exec(address.trim());
  const [, server, rawPath = '', query = ''] = match ?? [];
  const path = rawPath === '' ? '/' : rawPath.startsWith('/') ? rawPath : `/${rawPath}`;
  const defaults = Object.fromEntries(new URLSearchParams(query));
  // A colon that is not the first of its segment is part of the path, as in /items:batch.
  return { server, path: path.replaceAll(/\/:([A-Za-z_]\w*)/g, '/{$1}'), defaults };
}

function parameter(
  name: string,
  place: 'query' | 'header',
  value: z.output<typeof scalar>,
): Record<string, unknown> {
  const type = typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? 'number' : 'string';
  return { name, in: place, schema: { type }, ...(value === null || value === '' ? {} : { value }) };
}

function bodyOf(example: unknown): Record<string, unknown> {
  const isObject = typeof example === 'object' && example !== null && !Array.isArray(example);
  const schema = inferSchema([example]) as Record<string, unknown>;
  // One example does not say what must be there.
  const { required: _, ...open } = schema;
  return { required: true, contents: [{ type: 'application/json', schema: open }], spread: isObject };
}

function titleOf(method: string, path: string): string {
  return `${method} ${path}`;
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'replace',
  PATCH: 'update',
  DELETE: 'remove',
};

/** Such as `orders.get` of GET /v1/orders/{id}. */
export function nameFor(method: string, path: string): string {
  const words = path
    .split('/')
    .filter((part) => part !== '' && !/^v\d+(?:\.\d+)*$/.test(part))
    .filter((part) => !part.includes('{'))
    .map((part) => part.replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, ''))
    .filter((part) => /^[A-Za-z]/.test(part));
  const [area = 'root', ...rest] = words;
  const one = path.endsWith('}');
  const verb = VERBS[method] ?? (method === 'GET' ? (one ? 'get' : 'list') : method.toLowerCase());
  return `${area}.${[verb, ...rest].join('_')}`;
}

function check<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const fields = fieldErrors(error);
  throw new ConnectorError(`this is no operation: ${describe(fields)}`, {
    kind: 'input',
    fields,
    hint: 'It needs a method and a path, such as {"method": "GET", "path": "/orders/:id"}; see docs/connect.md.',
  });
}
