import { ConnectorError } from '../core/errors.ts';
import type { BodySpec, Definition, OperationSpec, ParameterSpec } from './definition.ts';
import { componentName, exportSchema, usedDefs, type ExportNote } from './export-schema.ts';
import { exportSecurity, type Security } from './export-security.ts';
import { operationsOf, type NamedOperation } from './overlay.ts';
import { secretPlaces } from './secret-places.ts';

export interface OpenApiOptions {
  /** Default `3.1`. */
  version?: '3.1' | '3.0';
  /** Only these actions, by full name. */
  actions?: readonly string[];
}

export interface Exported {
  document: Record<string, unknown>;
  /** What could not be said in it. */
  notes: ExportNote[];
}

/** Members of an operation that OpenAPI has no word for: they stand in `x-trunkline`. */
const OWN = ['effect', 'idempotent', 'budget', 'scopes', 'pages', 'links', 'answer'] as const;

/**
 * A definition as an OpenAPI document.
 * @throws ConnectorError of kind `config` when the definition holds a secret
 */
export function exportOpenApi(definition: Definition, options: OpenApiOptions = {}): Exported {
  refuseSecrets(definition);
  const { version = '3.1' } = options;
  const writing: Writing = { definition, version, notes: [], security: exportSecurity(definition) };
  const chosen = chooseOperations(definition, options.actions);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of chosen) writeOperation(paths, one, writing);
  const used = usedDefs([paths], definition.$defs ?? {});
  // In the paths, references have the names of the document already.
  const byName = new Map(Object.keys(definition.$defs ?? {}).map((name) => [componentName(name), name]));
  const names = componentsIn(paths, byName, definition.$defs ?? {});
  const schemas = Object.fromEntries(
    [...new Set([...Object.keys(used), ...names])].map((name) => [
      componentName(name),
      exportSchema(definition.$defs?.[name] ?? {}, version, lostIn(writing)),
    ]),
  );
  const webhooks = version === '3.1' ? webhooksOf(definition) : {};
  if (version === '3.0' && Object.keys(definition.webhooks ?? {}).length > 0) {
    writing.notes.push({ message: 'OpenAPI 3.0 has no webhooks: they are left out' });
  }
  const document = {
    openapi: version === '3.1' ? '3.1.1' : '3.0.4',
    info: {
      title: definition.title,
      version: definition.version ?? '1.0.0',
      ...(definition.description === undefined ? {} : { description: definition.description }),
    },
    ...(definition.docs === '' ? {} : { externalDocs: { url: definition.docs } }),
    servers: [serverObject(definition.servers['api'])],
    ...(writing.security.requirement.length > 0 ? { security: writing.security.requirement } : {}),
    paths,
    ...(Object.keys(webhooks).length > 0 ? { webhooks } : {}),
    components: {
      ...(Object.keys(schemas).length > 0 ? { schemas } : {}),
      ...(Object.keys(writing.security.schemes).length > 0
        ? { securitySchemes: writing.security.schemes }
        : {}),
    },
  };
  return { document, notes: writing.notes };
}

interface Writing {
  definition: Definition;
  version: '3.1' | '3.0';
  notes: ExportNote[];
  security: Security;
}

function lostIn({ notes, version }: Writing, action?: string): (what: string) => void {
  const seen = new Set<string>();
  return (what) => {
    if (seen.has(what)) return;
    seen.add(what);
    notes.push({
      ...(action === undefined ? {} : { action }),
      message: `OpenAPI ${version} cannot say ${what}: it is left out`,
    });
  };
}

/**
 * The operations to export.
 * @throws ConnectorError of kind `input` with the names that there are not
 */
export function chooseOperations(
  definition: Definition,
  names: readonly string[] | undefined,
): NamedOperation[] {
  const all = operationsOf(definition);
  if (!names) return all;
  const wanted = new Set(names);
  const chosen = all.filter(({ name }) => wanted.delete(name));
  if (wanted.size === 0) return chosen;
  throw new ConnectorError(`${definition.id} has no action ${[...wanted].join(', ')}`, {
    kind: 'input',
    hint: `See trunkline actions ${definition.id}`,
  });
}

/** @throws ConnectorError of kind `config` that names every place, never its value */
export function refuseSecrets(definition: Definition): void {
  const places = secretPlaces(definition);
  if (places.length === 0) return;
  const list = places.map(
    ({ action, pointer, message }) => `${action ? `${action} ` : ''}${pointer}: ${message}`,
  );
  throw new ConnectorError(`the definition of ${definition.id} holds a secret: ${list.join('; ')}`, {
    kind: 'config',
    hint: 'Take it out and describe it by the auth of the connector: its value belongs into a connection.',
    fields: places.map(({ action, pointer, message }) => ({ field: `${action ?? ''}${pointer}`, message })),
  });
}

function writeOperation(
  paths: Record<string, Record<string, unknown>>,
  one: NamedOperation,
  writing: Writing,
): void {
  const { name, operation } = one;
  const { definition, notes } = writing;
  const method = operation.method.toLowerCase();
  if (method === 'query') {
    notes.push({ action: name, message: `OpenAPI ${writing.version} has no method QUERY: it is left out` });
    return;
  }
  const path = (paths[operation.path] ??= {});
  if (method in path) {
    notes.push({
      action: name,
      message: `${operation.method} ${operation.path} stands there already: it is left out`,
    });
    return;
  }
  const own = Object.fromEntries(
    OWN.flatMap((word) => {
      const value = operation[word];
      const said =
        word === 'budget'
          ? value !== 'default'
          : Array.isArray(value)
            ? value.length > 0
            : value !== undefined;
      return said ? [[word, value] as const] : [];
    }),
  );
  const requestBody = bodyOf(operation, name, writing);
  path[method] = {
    operationId: name,
    summary: operation.title,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    tags: [name.slice(0, name.indexOf('.'))],
    ...(operation.docs === '' ? {} : { externalDocs: { url: operation.docs } }),
    ...(operation.deprecated ? { deprecated: true } : {}),
    ...(operation.server === undefined
      ? {}
      : { servers: [serverObject(definition.servers[operation.server])] }),
    ...(operation.auth === undefined ? {} : { security: writing.security.of(operation.auth) }),
    parameters: operation.parameters
      .filter((parameter) => parameter.in !== 'body')
      .map((parameter) => parameterOf(parameter, name, writing)),
    ...(requestBody ? { requestBody } : {}),
    responses: { '200': answerOf(operation, name, writing) },
    ...(Object.keys(own).length > 0 ? { 'x-trunkline': own } : {}),
  };
}

function parameterOf(parameter: ParameterSpec, action: string, writing: Writing): Record<string, unknown> {
  const { name, in: place, as, title, required, value, content, schema, ...rest } = parameter;
  const { description, deprecated, style, explode, allowReserved } = rest;
  const made = exportSchema(schema, writing.version, lostIn(writing, action));
  const own = {
    ...(as === undefined ? {} : { as }),
    ...(title === undefined ? {} : { title }),
    ...(value === undefined ? {} : { value }),
  };
  return {
    name,
    in: place,
    ...(description === undefined ? {} : { description }),
    ...(required || place === 'path' ? { required: true } : {}),
    ...(deprecated ? { deprecated: true } : {}),
    ...(content === undefined
      ? {
          ...(style === undefined ? {} : { style }),
          ...(explode === undefined ? {} : { explode }),
          ...(allowReserved ? { allowReserved: true } : {}),
          schema: made,
        }
      : { content: { [content]: { schema: made } } }),
    ...(Object.keys(own).length > 0 ? { 'x-trunkline': own } : {}),
  };
}

/** The body, of contents or of parameters that are its members. */
function bodyOf(
  operation: OperationSpec,
  action: string,
  writing: Writing,
): Record<string, unknown> | undefined {
  const { body } = operation;
  const members = operation.parameters.filter((parameter) => parameter.in === 'body');
  const schemaOf = (schema: unknown): unknown =>
    exportSchema(schema, writing.version, lostIn(writing, action));
  if (!body && members.length === 0) return undefined;
  if (!body) {
    const schema = memberSchema(members);
    return {
      required: members.some((one) => one.required),
      content: { 'application/json': { schema: schemaOf(schema) } },
    };
  }
  return {
    ...(body.description === undefined ? {} : { description: body.description }),
    required: body.required,
    content: Object.fromEntries(body.contents.map((one) => [one.type, contentOf(one, schemaOf)])),
  };
}

/** The object whose members are parameters of the body. */
export function memberSchema(members: readonly ParameterSpec[]): Record<string, unknown> {
  const required = members.filter((one) => one.required).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(
      members.map(({ name, schema, description }) => [
        name,
        typeof schema === 'object' && description !== undefined ? { ...schema, description } : schema,
      ]),
    ),
    ...(required.length > 0 ? { required } : {}),
  };
}

function contentOf(
  content: BodySpec['contents'][number],
  schemaOf: (schema: unknown) => unknown,
): Record<string, unknown> {
  const { schema, encoding } = content;
  const parts = Object.entries(encoding ?? {}).map(([name, { headers, ...rest }]) => [
    name,
    {
      ...rest,
      ...(headers === undefined
        ? {}
        : {
            headers: Object.fromEntries(
              Object.entries(headers).map(([header, value]) => [
                header,
                { schema: { type: 'string', enum: [value] } },
              ]),
            ),
          }),
    },
  ]);
  return {
    schema: schemaOf(schema),
    ...(parts.length > 0 ? { encoding: Object.fromEntries(parts) as unknown } : {}),
  };
}

const ANSWER_TYPES = {
  json: 'application/json',
  text: 'text/plain',
  bytes: 'application/octet-stream',
} as const;

function answerOf(operation: OperationSpec, action: string, writing: Writing): Record<string, unknown> {
  const schema = exportSchema(operation.output, writing.version, lostIn(writing, action));
  return { description: 'The answer.', content: { [ANSWER_TYPES[operation.answer ?? 'json']]: { schema } } };
}

function webhooksOf(definition: Definition): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(definition.webhooks ?? {}).map(([name, { title, description }]) => [
      name,
      {
        post: {
          summary: title,
          ...(description === undefined ? {} : { description }),
          requestBody: { content: { 'application/json': { schema: {} } } },
          responses: { '200': { description: 'Taken.' } },
        },
      },
    ]),
  );
}

function serverObject(server: Definition['servers'][string] | undefined): Record<string, unknown> {
  return typeof server === 'string' ? { url: server } : { ...server };
}

/** The shared schemas that a written document refers to, and those that they refer to. */
function componentsIn(
  paths: unknown,
  byName: ReadonlyMap<string, string>,
  defs: Readonly<Record<string, unknown>>,
): string[] {
  const direct = [...JSON.stringify(paths).matchAll(/"#\/components\/schemas\/([A-Za-z0-9._-]+)"/g)].flatMap(
    ([, name = '']) => byName.get(name) ?? [],
  );
  const roots = Object.fromEntries([...new Set(direct)].map((name) => [name, defs[name]]));
  return [...Object.keys(roots), ...Object.keys(usedDefs(Object.values(roots), defs))];
}
