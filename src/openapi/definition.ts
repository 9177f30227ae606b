import { z } from 'zod';
import { Auth } from './definition-auth.ts';
import { Webhook } from './definition-webhook.ts';

/** JSON Schema 2020-12. `{ "$ref": "#/$defs/Name" }` leads into the `$defs` of the whole definition. */
export const JsonSchema = z.union([z.boolean(), z.record(z.string(), z.unknown())]);

/**
 * How a value is written into its place, by OpenAPI's words. Without them: `simple` in a path and a header, `form`
 * with `explode` in a query and a cookie.
 */
const serialization = {
  style: z
    .enum(['matrix', 'label', 'simple', 'form', 'spaceDelimited', 'pipeDelimited', 'deepObject', 'cookie'])
    .optional(),
  explode: z.boolean().optional(),
  /** Reserved characters (RFC 3986, 2.2) are sent as they are. */
  allowReserved: z.boolean().optional(),
};

const Parameter = z.strictObject({
  name: z.string().min(1),
  /**
   * Where it goes; `body` makes it a member of the JSON body. `querystring` is the whole query, written as its
   * `content`. Headers that the client sets itself (`host`, `content-length` and the like) are no inputs.
   */
  in: z.enum(['path', 'query', 'querystring', 'header', 'cookie', 'body']),
  /** Name of the input, when it is not that of the parameter. */
  as: z.string().min(1).optional(),
  /** Name for people, when it is not that of the input. */
  title: z.string().optional(),
  required: z.boolean().default(false),
  deprecated: z.boolean().optional(),
  description: z.string().optional(),
  schema: JsonSchema.default({}),
  /** Sent when no value is given. What the schema calls `default` is documentation and is never sent. */
  value: z.unknown().optional(),
  ...serialization,
  /** The value is written as a document of this type, such as `application/json`, in place of a style. */
  content: z.string().optional(),
});

/** How a member of a form is written. */
const Encoding = z.strictObject({
  contentType: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  ...serialization,
});

const Content = z.strictObject({
  /** Media type, such as `application/json`. */
  type: z.string().min(1),
  schema: JsonSchema.default({}),
  encoding: z.record(z.string(), Encoding).optional(),
});

const Body = z.strictObject({
  required: z.boolean().default(false),
  description: z.string().optional(),
  /** The types that are taken, best first. With several, the input `content_type` chooses. */
  contents: z.array(Content).min(1),
  /**
   * The members of the first content's object are inputs of their own, without those that are readOnly; else the body
   * is one input. A member with the name of a parameter becomes the input `body_<name>`.
   */
  spread: z.boolean().default(false),
  /** Name of that input. */
  as: z.string().min(1).default('body'),
});

const Size = z.strictObject({ param: z.string(), max: z.number().int().positive() });
const Pages = z.discriminatedUnion('kind', [
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
  z.strictObject({
    kind: z.literal('link'),
    items: z.string(),
    /** Members of the query of the address that the header `link` gives (RFC 8288), and the inputs that they go into. */
    params: z.record(z.string(), z.string()),
    size: Size.optional(),
  }),
]);

/**
 * The values that an input may have: those that another action lists, or those that stand here.
 */
const Link = z.union([
  z.strictObject({
    /** The action that lists the values, such as `projects.list`. */
    action: z.string().min(1),
    /** Its input. A text `{name}` stands for the input of that name of the action that is linked from. */
    input: z.record(z.string(), z.unknown()).default({}),
    /** Where the answer has the list, as a JSON pointer; by the action's `pages` when left out. */
    items: z.string().optional(),
    /** Where an item has the value, as a JSON pointer. */
    value: z.string(),
    /** What people see, such as `{name} ({key})`; the value when left out. */
    label: z.string().optional(),
    /** Input of the action that takes what a person types to search. */
    search: z.string().optional(),
    /** A value that is not listed may be sent all the same. */
    open: z.boolean().default(false),
  }),
  z.strictObject({
    choices: z.array(z.strictObject({ value: z.unknown(), label: z.string().optional() })).min(1),
    open: z.boolean().default(false),
  }),
]);

/** One operation of an API. */
export const Operation = z.strictObject({
  title: z.string(),
  description: z.string().optional(),
  docs: z.string().default(''),
  deprecated: z.boolean().optional(),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY']),
  /** Path below the server, with `{name}` for path parameters. */
  path: z.string().startsWith('/'),
  /** Key in `servers`: `api` when left out. */
  server: z.string().optional(),
  /** Keys in `auths` of which any one will do; an empty list needs none. Without it, the connector's own. */
  auth: z.array(z.string()).optional(),
  effect: z.enum(['read', 'write', 'destroy']).optional(),
  idempotent: z.boolean().optional(),
  budget: z.string().default('default'),
  scopes: z.array(z.string()).default([]),
  parameters: z.array(Parameter).default([]),
  body: Body.optional(),
  output: JsonSchema.default({}),
  /**
   * How the answer is read. Left out, it is taken as it comes: JSON, else text, else bytes; an HTML page is then an
   * error, as it comes from a proxy or a login: an API that answers with pages says `text`. Bytes come as base64.
   */
  answer: z.enum(['json', 'text', 'bytes']).optional(),
  /** The header `accept`, when it is not to follow from `answer`: such as `application/vnd.acme+json`. */
  accept: z.string().min(1).optional(),
  example: z.record(z.string(), z.unknown()).default({}),
  pages: Pages.optional(),
  /** Values of inputs, by JSON pointer into the input, such as `/project` or `/fields/type`. */
  links: z.record(z.string().startsWith('/'), Link).optional(),
});

function isRegExp(text: string): boolean {
  try {
    return Boolean(new RegExp(text, 'i'));
  } catch {
    return false;
  }
}

const Window = z.strictObject({ limit: z.number().positive(), perMs: z.number().positive() });
const Rule = z.strictObject({
  status: z.union([z.number(), z.array(z.number())]).optional(),
  code: z.union([z.string(), z.array(z.string())]).optional(),
  /** A regular expression. */
  message: z.string().refine(isRegExp, 'is no regular expression').optional(),
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

const address = z.url({ protocol: /^https?$/ });

/** An address, or one with parts in braces that each connection fills. */
const Server = z.union([
  address,
  z.strictObject({
    url: z.string().regex(/^https?:\/\/|^\{/, 'expected an address that begins with https://'),
    description: z.string().optional(),
    variables: z.record(
      z.string(),
      z.strictObject({
        default: z.string(),
        enum: z.array(z.string()).optional(),
        description: z.string().optional(),
      }),
    ),
  }),
]);

/** Two parameters of one name, such as an id in the path and one in the query, are two inputs. */
function noInputTwice(
  { actions }: { actions: Record<string, Record<string, z.output<typeof Operation>>> },
  context: z.core.$RefinementCtx,
): void {
  for (const [area, operations] of Object.entries(actions)) {
    for (const [name, { parameters }] of Object.entries(operations)) {
      const seen = new Set<string>();
      for (const [at, one] of parameters.entries()) {
        const input = one.as ?? one.name;
        if (seen.has(input)) {
          const path = ['actions', area, name, 'parameters', at];
          const message = `another parameter is the input '${input}' already: give this one another name with 'as'`;
          context.addIssue({ code: 'custom', path, message });
        }
        seen.add(input);
      }
    }
  }
}

/** A connector without a line of code: what people write by hand, and what an OpenAPI document becomes. */
export const ConnectorDocument = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'expected small letters, digits and -, such as acme-orders'),
    title: z.string(),
    description: z.string().optional(),
    docs: z.string().default(''),
    /** Of the API that it describes. */
    version: z.string().optional(),
    servers: z.record(z.string(), Server).refine((servers) => 'api' in servers, "needs the address 'api'"),
    auth: Auth.default({ kind: 'none' }),
    /** Other ways to sign in, by name: a connection chooses one, or an operation demands it. */
    auths: z.record(z.string(), Auth).optional(),
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
        fields: z.union([z.string(), z.array(z.string())]).optional(),
        requestId: z.string().optional(),
        inSuccess: z.boolean().optional(),
        rules: z.array(Rule).default([]),
      })
      .default({ code: 'code', message: 'message', rules: [] }),
    /** Schemas that several operations share. */
    $defs: z.record(z.string(), JsonSchema).optional(),
    actions: z.record(z.string(), z.record(z.string(), Operation)),
    check: z
      .strictObject({ action: z.string(), input: z.record(z.string(), z.unknown()).default({}) })
      .optional(),
    /** What the system pushes to us, by name. */
    webhooks: z.record(z.string(), Webhook).optional(),
  })
  .superRefine(noInputTwice);

/** A connector as plain JSON, as people write it. */
export type DefinitionInput = z.input<typeof ConnectorDocument>;
/** The same with all defaults filled in. */
export type Definition = z.output<typeof ConnectorDocument>;
export type OperationSpec = z.output<typeof Operation>;
export type ParameterSpec = z.output<typeof Parameter>;
export type BodySpec = z.output<typeof Body>;
export type ContentSpec = z.output<typeof Content>;
export type LinkSpec = z.output<typeof Link>;
export type JsonSchemaValue = z.output<typeof JsonSchema>;
