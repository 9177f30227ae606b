import { ConnectorError } from '../core/errors.ts';
import type { AuthSpec } from './definition-auth.ts';
import type { Definition, LinkSpec, OperationSpec, ParameterSpec } from './definition.ts';
import { chooseOperations, memberSchema, refuseSecrets, type Exported } from './export-openapi.ts';
import { componentName, exportSchema, usedDefs, type ExportNote } from './export-schema.ts';
import { absoluteUrl } from './export-security.ts';
import { operationsOf, type NamedOperation } from './overlay.ts';

/** A custom connector of Power Platform has at most so many operations. */
export const POWER_PLATFORM_OPERATIONS = 256;
const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

export interface PowerPlatformOptions {
  actions?: readonly string[];
}

/**
 * A definition as the Swagger 2.0 that custom connectors of Power Platform are made from.
 * @throws ConnectorError of kind `input` when there are too many operations, or the address cannot be said
 */
export function exportPowerPlatform(definition: Definition, options: PowerPlatformOptions = {}): Exported {
  refuseSecrets(definition);
  const chosen = chooseOperations(definition, options.actions);
  if (chosen.length > POWER_PLATFORM_OPERATIONS) {
    const message = `are ${chosen.length}, and Power Platform takes ${POWER_PLATFORM_OPERATIONS} at most`;
    throw new ConnectorError(`operations ${message}`, {
      kind: 'input',
      fields: [{ field: 'operations', message }],
      hint: 'Choose those that you need with --action.',
    });
  }
  const address = addressOf(definition);
  const notes: ExportNote[] = [];
  const writing: Writing = { definition, notes, ids: idsOf(definition) };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of chosen) writeOperation(paths, one, writing);
  const security = securityOf(definition, notes);
  const all = definition.$defs ?? {};
  const roots = chosen.map(({ operation }) => [operation.parameters, operation.body, operation.output]);
  const lost = lostIn(notes);
  const definitions = Object.fromEntries(
    Object.entries(usedDefs(roots, all)).map(([name, schema]) => [
      componentName(name),
      exportSchema(schema, '2.0', lost),
    ]),
  );
  const document = {
    swagger: '2.0',
    info: {
      title: definition.title,
      description: definition.description ?? definition.title,
      version: definition.version ?? '1.0',
    },
    ...address,
    consumes: [],
    produces: [],
    paths,
    definitions,
    ...security,
  };
  return { document, notes };
}

interface Writing {
  definition: Definition;
  notes: ExportNote[];
  /** Action → operation id: letters and digits only, each once. */
  ids: ReadonlyMap<string, string>;
}

function lostIn(notes: ExportNote[], action?: string): (what: string) => void {
  const seen = new Set<string>();
  return (what) => {
    if (seen.has(what)) return;
    seen.add(what);
    notes.push({
      ...(action === undefined ? {} : { action }),
      message: `Swagger 2.0 cannot say ${what}: it is left out`,
    });
  };
}

function addressOf(definition: Definition): Record<string, unknown> {
  const server = definition.servers['api'];
  const url =
    server === undefined || typeof server === 'string'
      ? (server ?? '')
      : server.url.replaceAll(/\{([^}]+)\}/g, (all, name: string) => server.variables[name]?.default ?? all);
  const parsed = URL.parse(url);
  if (!parsed || /[{}]/.test(url)) {
    throw new ConnectorError(`the address ${url} cannot be said in Swagger 2.0`, {
      kind: 'input',
      hint: 'Set it to one absolute address: trunkline connectors edit <id> --set /servers/api=https://…',
    });
  }
  return {
    host: parsed.host,
    basePath: parsed.pathname === '' ? '/' : parsed.pathname.replace(/(.)\/$/, '$1'),
    schemes: [parsed.protocol.replace(':', '')],
  };
}

function idsOf(definition: Definition): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    operationsOf(definition).map(({ name }) => {
      const words = name.split(/[^A-Za-z0-9]+/).filter(Boolean);
      const id = words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('') || 'Operation';
      let free = id;
      for (let n = 2; taken.has(free); n++) free = `${id}${n}`;
      taken.add(free);
      return [name, free];
    }),
  );
}

function writeOperation(
  paths: Record<string, Record<string, unknown>>,
  one: NamedOperation,
  writing: Writing,
): void {
  const { name, operation } = one;
  const { notes } = writing;
  const tell = (message: string): void => void notes.push({ action: name, message });
  if (!METHODS.has(operation.method)) {
    tell(`Swagger 2.0 has no method ${operation.method}: it is left out`);
    return;
  }
  if (operation.server !== undefined && operation.server !== 'api') {
    tell(`is on the address '${operation.server}', and Swagger 2.0 knows one: it is left out`);
    return;
  }
  const path = (paths[operation.path] ??= {});
  const method = operation.method.toLowerCase();
  if (method in path) {
    tell(`${operation.method} ${operation.path} stands there already: it is left out`);
    return;
  }
  const lost = lostIn(notes, name);
  const plain = operation.parameters.filter((parameter) => parameter.in !== 'body');
  const parameters = plain.flatMap((parameter) => parameterOf(parameter, one, writing, lost) ?? []);
  const body = bodyOf(operation, writing, tell, lost);
  const type = { json: 'application/json', text: 'text/plain', bytes: 'application/octet-stream' }[
    operation.answer ?? 'json'
  ];
  path[method] = {
    operationId: writing.ids.get(name),
    summary: operation.title,
    description: operation.description ?? operation.title,
    ...(operation.deprecated ? { deprecated: true } : {}),
    'x-ms-visibility': 'important',
    ...(body.consumes ? { consumes: [body.consumes] } : {}),
    produces: [type],
    parameters: [...parameters, ...body.parameters],
    responses: {
      default: { description: 'The answer.', schema: exportSchema(operation.output, '2.0', lost) },
    },
  };
}

const COLLECTIONS: Readonly<Record<string, string>> = { spaceDelimited: 'ssv', pipeDelimited: 'pipes' };

function parameterOf(
  parameter: ParameterSpec,
  { name: action, operation }: NamedOperation,
  writing: Writing,
  lost: (what: string) => void,
): Record<string, unknown> | undefined {
  const { name, in: place, as, title, description, value, schema, style, explode } = parameter;
  if (place === 'cookie') {
    lost(`the cookie ${name}`);
    return undefined;
  }
  const flat = exportSchema(schema, '2.0', lost) as Record<string, unknown>;
  const simple = flat['$ref'] === undefined && flat['allOf'] === undefined && flat['type'] !== 'object';
  if (!simple) lost(`the shape of ${name}, which is not a plain value`);
  const { type = 'string', ...rest } = simple ? flat : { type: 'string' };
  const list =
    type === 'array'
      ? {
          collectionFormat:
            COLLECTIONS[style ?? ''] ?? (place === 'query' && explode !== false ? 'multi' : 'csv'),
        }
      : {};
  const link = operation.links?.[`/${as ?? name}`];
  return {
    name,
    in: place,
    required: parameter.required || place === 'path',
    type,
    ...rest,
    ...list,
    ...(description === undefined ? {} : { description }),
    'x-ms-summary': title ?? as ?? name,
    ...(value === undefined ? {} : { default: value, 'x-ms-visibility': 'internal' }),
    ...(link ? linkOf(link, action, writing) : {}),
  };
}

/** A list of values as Power Platform knows it. */
function linkOf(
  link: LinkSpec,
  action: string,
  { ids, notes, definition }: Writing,
): Record<string, unknown> {
  if ('choices' in link) return { enum: link.choices.map(({ value }) => value) };
  const operationId = ids.get(link.action);
  if (operationId === undefined) {
    notes.push({ action, message: `the list of ${link.action} is left out, as it is not there` });
    return {};
  }
  if (link.search !== undefined)
    notes.push({ action, message: 'Power Platform does not search in lists: they are shown whole' });
  const listed = operationsOf(definition).find(({ name }) => name === link.action)?.operation;
  const items = (link.items ?? (listed?.pages ? `/${listed.pages.items.replaceAll('.', '/')}` : '')).replace(
    /^\//,
    '',
  );
  const title = /\{([^}]+)\}/.exec(link.label ?? '')?.[1];
  const parameters = Object.entries(link.input).map(([name, value]) => {
    const from = typeof value === 'string' ? /^\{([^}]+)\}$/.exec(value)?.[1] : undefined;
    return [name, from === undefined ? value : { parameter: from }];
  });
  return {
    'x-ms-dynamic-values': {
      operationId,
      'value-path': link.value.replace(/^\//, ''),
      'value-title': title ?? link.value.replace(/^\//, ''),
      ...(items === '' ? {} : { 'value-collection': items }),
      ...(parameters.length > 0 ? { parameters: Object.fromEntries(parameters) as unknown } : {}),
    },
  };
}

interface OldBody {
  consumes?: string;
  parameters: Record<string, unknown>[];
}

function bodyOf(
  operation: OperationSpec,
  { definition }: Writing,
  tell: (message: string) => void,
  lost: (what: string) => void,
): OldBody {
  const members = operation.parameters.filter((one) => one.in === 'body');
  const { body } = operation;
  if (!body) {
    if (members.length === 0) return { parameters: [] };
    const schema = exportSchema(memberSchema(members), '2.0', lost);
    return {
      consumes: 'application/json',
      parameters: [{ name: 'body', in: 'body', required: members.some((one) => one.required), schema }],
    };
  }
  const [content] = body.contents;
  if (!content) return { parameters: [] };
  if (body.contents.length > 1) tell(`Swagger 2.0 describes one body: only ${content.type} is taken`);
  if (!/^(?:multipart\/form-data|application\/x-www-form-urlencoded)$/.test(content.type)) {
    const schema = exportSchema(content.schema, '2.0', lost);
    return {
      consumes: content.type,
      parameters: [{ name: 'body', in: 'body', required: body.required, schema }],
    };
  }
  return { consumes: content.type, parameters: formOf(content.schema, definition, content.type, lost) };
}

function formOf(
  schema: unknown,
  definition: Definition,
  type: string,
  lost: (what: string) => void,
): Record<string, unknown>[] {
  const ref = (schema as { $ref?: string }).$ref;
  const whole = (ref === undefined ? schema : definition.$defs?.[ref.replace('#/$defs/', '')]) as {
    properties?: Record<string, Record<string, unknown>>;
    required?: string[];
  };
  return Object.entries(whole.properties ?? {}).map(([name, one]) => {
    const flat = exportSchema(one, '2.0', lost) as Record<string, unknown>;
    const file =
      type === 'multipart/form-data' &&
      (flat['format'] === 'binary' || one['contentMediaType'] !== undefined);
    if (!file && (flat['type'] === 'object' || flat['$ref'] !== undefined))
      lost(`the shape of ${name} in a form`);
    const { type: kind = 'string', description, enum: values } = flat;
    return {
      name,
      in: 'formData',
      required: whole.required?.includes(name) ?? false,
      type: file ? 'file' : kind === 'object' ? 'string' : kind,
      ...(kind === 'array' ? { items: { type: 'string' }, collectionFormat: 'multi' } : {}),
      ...(description === undefined ? {} : { description }),
      ...(Array.isArray(values) ? { enum: values as unknown[] } : {}),
    };
  });
}

/** Power Platform takes one way to sign in. */
function securityOf(definition: Definition, notes: ExportNote[]): Record<string, unknown> {
  const made = schemeOf(definition.auth, definition);
  if (definition.auths && Object.keys(definition.auths).length > 0) {
    notes.push({
      message: `Power Platform takes one way to sign in: ${definition.auth.kind}; the others are left out`,
    });
  }
  if (made === undefined) {
    if (definition.auth.kind !== 'none')
      notes.push({
        message: `Swagger 2.0 has no word for signing in by ${definition.auth.kind}: describe it in apiProperties.json`,
      });
    return {};
  }
  const scopes = definition.auth.kind === 'oauth2' ? definition.auth.scopes : [];
  return { securityDefinitions: { default: made }, security: [{ default: scopes }] };
}

const FLOWS = {
  authorization_code: 'accessCode',
  client_credentials: 'application',
  password: 'password',
} as const;

function schemeOf(auth: AuthSpec, definition: Definition): Record<string, unknown> | undefined {
  switch (auth.kind) {
    case 'basic':
      return { type: 'basic' };
    case 'api-key':
      return auth.in === 'cookie' ? undefined : { type: 'apiKey', in: auth.in, name: auth.name };
    case 'bearer':
      return { type: 'apiKey', in: 'header', name: 'Authorization' };
    case 'oauth2':
      return {
        type: 'oauth2',
        flow: FLOWS[auth.grant],
        ...(auth.grant === 'authorization_code'
          ? { authorizationUrl: absoluteUrl(auth.authorizeUrl ?? '', definition) }
          : {}),
        tokenUrl: absoluteUrl(auth.tokenUrl, definition),
        scopes: Object.fromEntries(auth.scopes.map((scope) => [scope, scope])),
      };
    default:
      return undefined;
  }
}
