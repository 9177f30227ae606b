import { z } from 'zod';
import { VERSION } from '../app/index.ts';
import { problemSchema } from './problem.ts';
import type { Route } from './route.ts';

/** Below this stand all routes of the API. */
export const API = '/api/v1';

type Json = Record<string, unknown>;

/** The API as an OpenAPI 3.1 document. */
export function openApiDocument(routes: readonly Route[], serverUrl: string): Json {
  const schemas: Json = {};
  const use = (schema: z.ZodType, io: 'input' | 'output'): Json => reference(schema, io, schemas);
  const failure = {
    description: 'What went wrong, and what to do about it (RFC 9457).',
    content: { 'application/problem+json': { schema: use(problemSchema, 'output') } },
  };
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const item = (paths[route.path] ??= {});
    item[route.method] = {
      operationId: route.id,
      summary: route.summary,
      tags: [route.tag],
      parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
      ...(route.body && {
        requestBody: {
          required: !route.body.safeParse({}).success,
          content: { 'application/json': { schema: use(route.body, 'input') } },
        },
      }),
      responses: {
        [route.status ?? 200]: {
          description: 'Done.',
          content: { 'application/json': { schema: use(route.answer, 'output') } },
        },
        default: failure,
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Trunkline',
      version: VERSION,
      description: 'Zoom joined to everything else: runs, events, deliveries, connections and actions.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: `${serverUrl}${API}` }],
    security: [{ adminToken: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        adminToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'TRUNKLINE_ADMIN_TOKEN, or the token in admin.token of the data directory.',
        },
      },
    },
  };
}

/** A schema that has a name stands once among the components. */
function reference(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const whole = jsonSchema(schema, io);
  const { $defs = {}, ...rest } = whole as { $defs?: Json };
  for (const [name, definition] of Object.entries($defs)) schemas[name] ??= repointed(definition);
  const name = schema.meta()?.id;
  if (name === undefined) return repointed(rest) as Json;
  const { id: _, ...named } = repointed(rest) as Json;
  schemas[name] ??= named;
  return { $ref: `#/components/schemas/${name}` };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return rest;
}

function repointed(value: unknown): unknown {
  const text = JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/');
  return JSON.parse(text, (key, one: unknown) => (key === '$defs' ? undefined : one)) as unknown;
}

function parameters(schema: z.ZodObject | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...one }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: one,
  }));
}
