import { z } from 'zod';
import type { Action, Pages } from '../core/action.ts';
import type { AuthScheme } from '../core/auth.ts';
import { type Call, path as encode, type QueryValue } from '../core/call.ts';
import { defineConnector, type Connector } from '../core/connector.ts';
import { ConnectorError, type ErrorTable } from '../core/errors.ts';
import { describe, fieldErrors } from '../core/schema.ts';

const JsonSchema = z.record(z.string(), z.unknown());

const Parameter = z.strictObject({
  name: z.string().min(1),
  /** Where it goes; `body` makes it a member of the JSON body. */
  in: z.enum(['path', 'query', 'header', 'body']),
  /** Name of the input, when it is not that of the parameter. */
  as: z.string().min(1).optional(),
  required: z.boolean().default(false),
  description: z.string().optional(),
  schema: JsonSchema.default({}),
});

const Size = z.strictObject({ param: z.string(), max: z.number().int().positive() });
const PagesSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none'), items: z.string() }),
  z.strictObject({
    kind: z.literal('token'),
    items: z.string(),
    token: z.string(),
    param: z.string(),
    size: Size.optional(),
  }),
  z.strictObject({
    kind: z.literal('number'),
    items: z.string(),
    param: z.string(),
    count: z.string(),
    size: Size.optional(),
  }),
  z.strictObject({
    kind: z.literal('offset'),
    items: z.string(),
    param: z.string(),
    total: z.string(),
    size: Size,
  }),
]);

const Operation = z.strictObject({
  title: z.string(),
  docs: z.string().default(''),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']),
  /** Path below the server, with `{name}` for path parameters. */
  path: z.string().startsWith('/'),
  effect: z.enum(['read', 'write', 'destroy']).optional(),
  idempotent: z.boolean().optional(),
  budget: z.string().default('default'),
  scopes: z.array(z.string()).default([]),
  parameters: z.array(Parameter).default([]),
  output: JsonSchema.default({}),
  example: z.record(z.string(), z.unknown()).default({}),
  pages: PagesSchema.optional(),
});

const Window = z.strictObject({ limit: z.number().positive(), perMs: z.number().positive() });
const Rule = z.strictObject({
  status: z.union([z.number(), z.array(z.number())]).optional(),
  code: z.union([z.string(), z.array(z.string())]).optional(),
  /** A regular expression. */
  message: z.string().optional(),
  kind: z.enum([
    'auth',
    'scope',
    'plan',
    'input',
    'not-found',
    'rate',
    'quota',
    'remote',
    'network',
    'timeout',
    'contract',
    'config',
  ]),
  retry: z.enum(['never', 'later']).optional(),
  hint: z.string().default(''),
});

const Auth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('api-key'),
    in: z.enum(['header', 'query', 'cookie']),
    name: z.string(),
    credential: z.string(),
  }),
  z.strictObject({ kind: z.literal('bearer'), credential: z.string() }),
  z.strictObject({ kind: z.literal('basic'), username: z.string(), password: z.string() }),
]);

/** A connector without a line of code. */
export const ConnectorDocument = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'expected small letters, digits and -, such as acme-orders'),
  title: z.string(),
  docs: z.string().default(''),
  servers: z
    .record(z.string(), z.url({ protocol: /^https?$/ }))
    .refine((servers) => 'api' in servers, "needs the address 'api'"),
  auth: Auth.default({ kind: 'none' }),
  plan: z.string().default('default'),
  budgets: z
    .record(
      z.string(),
      z.record(
        z.string(),
        z.strictObject({
          windows: z.array(Window),
          day: z.strictObject({ name: z.string(), limit: z.number().positive() }).optional(),
        }),
      ),
    )
    .default({}),
  errors: z
    .strictObject({
      code: z.union([z.string(), z.array(z.string())]).default('code'),
      message: z.union([z.string(), z.array(z.string())]).default('message'),
      fields: z.string().optional(),
      requestId: z.string().optional(),
      inSuccess: z.boolean().optional(),
      rules: z.array(Rule).default([]),
    })
    .default({ code: 'code', message: 'message', rules: [] }),
  actions: z.record(z.string(), z.record(z.string(), Operation)),
  check: z
    .strictObject({ action: z.string(), input: z.record(z.string(), z.unknown()).default({}) })
    .optional(),
});

type OperationSpec = z.output<typeof Operation>;

/**
 * Makes a connector from plain JSON.
 * @throws ConnectorError of kind `config` with everything that is wrong with the document
 */
export function connectorFromJson(document: unknown): Connector {
  const parsed = ConnectorDocument.safeParse(document);
  if (!parsed.success) {
    const fields = fieldErrors(parsed.error);
    throw new ConnectorError(`this is not a connector: ${describe(fields)}`, {
      kind: 'config',
      fields,
      hint: 'See docs/connectors.md for the members of a connector document.',
    });
  }
  const { actions, errors, auth, budgets, check, ...rest } = parsed.data;
  return defineConnector({
    ...rest,
    auth: auth satisfies AuthScheme,
    budgets: budgets as Connector['budgets'],
    errors: toErrorTable(errors),
    actions: Object.fromEntries(
      Object.entries(actions).map(([area, operations]) => [
        area,
        Object.fromEntries(
          Object.entries(operations).map(([name, operation]) => [name, toAction(operation)]),
        ),
      ]),
    ),
    ...(check ? { check } : {}),
  });
}

function toErrorTable(errors: z.output<typeof ConnectorDocument>['errors']): ErrorTable {
  return {
    ...errors,
    rules: errors.rules.map(({ message, ...rule }) => ({
      ...rule,
      ...(message === undefined ? {} : { message: new RegExp(message, 'i') }),
    })),
  } as ErrorTable;
}

/** The interpreter: an operation's parameter list, as an action. */
function toAction(operation: OperationSpec): Action {
  const { method, parameters, output, pages, path: _, ...rest } = operation;
  const shape = parameters.map((parameter) => {
    const { description, required, schema } = parameter;
    const field = z.fromJSONSchema({ ...schema, ...(description ? { description } : {}) });
    return [inputOf(parameter), required || parameter.in === 'path' ? field : field.optional()] as const;
  });
  return Object.freeze({
    ...rest,
    effect:
      operation.effect ??
      (method === 'GET' || method === 'HEAD' ? 'read' : method === 'DELETE' ? 'destroy' : 'write'),
    // HTTP's own words for it (RFC 9110, 9.2.2); POST and PATCH only when the document says so.
    idempotent: operation.idempotent ?? (method !== 'POST' && method !== 'PATCH'),
    input: z.strictObject(Object.fromEntries(shape)),
    output: z.fromJSONSchema(output),
    pages: pages as Pages | undefined,
    call: (input: Record<string, unknown>) => toCall(operation, input),
  }) as Action;
}

function toCall({ method, path, parameters }: OperationSpec, input: Readonly<Record<string, unknown>>): Call {
  const values = {
    path: new Map<string, string>(),
    query: new Map<string, unknown>(),
    header: new Map<string, string>(),
    body: new Map<string, unknown>(),
  };
  for (const parameter of parameters) {
    const value = input[inputOf(parameter)];
    if (value === undefined) continue;
    if (parameter.in === 'path' || parameter.in === 'header') {
      values[parameter.in].set(parameter.name, typeof value === 'string' ? value : JSON.stringify(value));
    } else values[parameter.in].set(parameter.name, value);
  }
  return {
    method,
    path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encode`${values.path.get(name) ?? ''}`),
    query: Object.fromEntries(values.query) as Record<string, QueryValue>,
    headers: Object.fromEntries(values.header),
    ...(values.body.size > 0 ? { json: Object.fromEntries(values.body) } : {}),
  };
}

function inputOf(parameter: z.output<typeof Parameter>): string {
  return parameter.as ?? parameter.name;
}
