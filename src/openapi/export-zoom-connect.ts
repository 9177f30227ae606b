import { ConnectorError } from '../core/errors.ts';
import type { Definition, OperationSpec } from './definition.ts';
import type { AuthSpec } from './definition-auth.ts';
import {
  chooseOperations,
  exportOpenApi,
  memberSchema,
  refuseSecrets,
  type Exported,
} from './export-openapi.ts';
import { usedDefs, type ExportNote } from './export-schema.ts';
import { absoluteUrl } from './export-security.ts';
import type { NamedOperation } from './overlay.ts';

/** What the upload of Zoom's Connect takes at most; its page also says 150 in another place, so the lower one counts. */
export const ZOOM_CONNECT_ENDPOINTS = 50;
const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

export interface ZoomConnectOptions {
  /** Default `3.1`. */
  version?: '3.1' | '3.0';
  /** The actions to take, by full name; needed when there are more than the limit. */
  actions?: readonly string[];
  /** Replaces the address, where the definition's own cannot be used. */
  baseUrl?: string;
}

export interface ZoomConnectExport extends Exported {
  /** The `connect` block of an app manifest, as far as it is documented. */
  manifest: { connect: Record<string, unknown> };
}

/**
 * A document that the upload of Zoom's Connect accepts, and the `connect` block of an app manifest.
 * @throws ConnectorError of kind `input` with every limit that is not kept, each with what to do
 */
export function exportZoomConnect(
  definition: Definition,
  options: ZoomConnectOptions = {},
): ZoomConnectExport {
  refuseSecrets(definition);
  const chosen = chooseOperations(definition, options.actions);
  const problems = [...countProblems(chosen), ...methodProblems(chosen)];
  const server = baseUrl(definition, options.baseUrl, problems);
  const auth = authProblems(definition.auth, problems);
  for (const { name, operation } of chosen) {
    if (operation.server !== undefined && operation.server !== 'api') {
      problems.push({
        field: name,
        message: `is on the address '${operation.server}': Zoom's Connect has one base URL. Leave it out`,
      });
    }
    if (operation.auth !== undefined && !(operation.auth.length === 0 && definition.auth.kind === 'none')) {
      problems.push({
        field: name,
        message:
          "signs in otherwise than the rest: Zoom's Connect knows one way for all. Leave it out, or take the auth away",
      });
    }
  }
  if (problems.length > 0) {
    throw new ConnectorError(
      `this is not what Zoom's Connect takes: ${problems.map(({ field, message }) => `${field} ${message}`).join('; ')}`,
      {
        kind: 'input',
        fields: problems,
        hint: 'Choose endpoints with --action, and an address with --base-url.',
      },
    );
  }
  const only: Definition = { ...definition, servers: { api: server } };
  const { document, notes } = exportOpenApi(only, {
    version: options.version ?? '3.1',
    actions: chosen.map(({ name }) => name),
  });
  delete document['webhooks'];
  const manifest = { connect: connectBlock(only, server, chosen, auth) };
  return { document, manifest, notes: [...notes, ...UNVERIFIED, ...webhookNotes(definition)] };
}

interface Problem {
  field: string;
  message: string;
}

function countProblems(chosen: readonly NamedOperation[]): Problem[] {
  if (chosen.length === 0) return [{ field: 'endpoints', message: 'are none: choose at least one' }];
  if (chosen.length <= ZOOM_CONNECT_ENDPOINTS) return [];
  const message = `are ${chosen.length}, and ${ZOOM_CONNECT_ENDPOINTS} at most are taken: choose those that you need`;
  return [{ field: 'endpoints', message }];
}

function methodProblems(chosen: readonly NamedOperation[]): Problem[] {
  return chosen
    .filter(({ operation }) => !METHODS.has(operation.method))
    .map(({ name, operation }) => ({
      field: name,
      message: `has the method ${operation.method}: only ${[...METHODS].join(', ')} are taken. Leave it out`,
    }));
}

/** One absolute https address without variables. */
function baseUrl(definition: Definition, given: string | undefined, problems: Problem[]): string {
  const server = definition.servers['api'];
  const url = given ?? filled(server);
  const parsed = URL.parse(url);
  if (!parsed || parsed.protocol !== 'https:' || /[{}]/.test(url)) {
    problems.push({
      field: 'base URL',
      message: `is ${url}: an absolute address that begins with https:// is needed`,
    });
  } else if (parsed.search !== '' || parsed.hash !== '' || parsed.username !== '' || parsed.password !== '') {
    problems.push({ field: 'base URL', message: 'must have neither query, fragment nor user name' });
  }
  return url;
}

function filled(server: Definition['servers'][string] | undefined): string {
  if (server === undefined || typeof server === 'string') return server ?? '';
  return server.url.replaceAll(/\{([^}]+)\}/g, (all, name: string) => server.variables[name]?.default ?? all);
}

/** Zoom's Connect knows seven ways to sign in; what is not among them is a problem. */
function authProblems(auth: AuthSpec, problems: Problem[]): AuthSpec {
  const refuse = (message: string): void => void problems.push({ field: 'auth', message });
  if (auth.kind === 'login') refuse("is a login that gives a token: there is no such way in Zoom's Connect");
  if (auth.kind === 'all') refuse("needs several proofs at once: Zoom's Connect sends one");
  if (auth.kind === 'api-key' && auth.in === 'cookie')
    refuse('puts its key into a cookie: only header and query are taken');
  return auth;
}

/** The members that are documented. */
function connectBlock(
  definition: Definition,
  url: string,
  chosen: readonly NamedOperation[],
  auth: AuthSpec,
): Record<string, unknown> {
  return {
    enable: true,
    url: url.endsWith('/') ? url : `${url}/`,
    security: auth.kind === 'oauth2' ? { oauth_config: oauthConfig(auth, definition) } : {},
    routes: chosen.map((one) => routeOf(one, definition)),
  };
}

/** Client id and secret are entered in the app's own pages: a definition holds none. */
function oauthConfig(
  auth: Extract<AuthSpec, { kind: 'oauth2' }>,
  definition: Definition,
): Record<string, unknown> {
  return {
    ...(auth.authorizeUrl === undefined ? {} : { authorize_url: absoluteUrl(auth.authorizeUrl, definition) }),
    access_token_url: absoluteUrl(auth.tokenUrl, definition),
    ...(auth.refreshUrl === undefined ? {} : { refresh_url: absoluteUrl(auth.refreshUrl, definition) }),
    scope: auth.scopes.join(auth.separator),
  };
}

function routeOf({ name, operation }: NamedOperation, definition: Definition): Record<string, unknown> {
  const schemaOf = (schema: unknown): unknown => withDefs(schema, definition);
  const parameters = operation.parameters
    .filter((one) => one.in !== 'body')
    .map((one) => ({
      name: one.name,
      displayName: one.title ?? one.as ?? one.name,
      description: one.description ?? '',
      in: one.in,
      required: one.required || one.in === 'path',
      schema: schemaOf(one.schema),
    }));
  const body = bodySchema(operation);
  return {
    name: operation.title,
    path: operation.path,
    method: operation.method,
    key: name,
    description: operation.description ?? operation.title,
    parameters:
      body === undefined
        ? parameters
        : [
            ...parameters,
            {
              name: 'body',
              displayName: 'Body',
              description: operation.body?.description ?? '',
              in: 'body',
              required: operation.body?.required ?? false,
              schema: schemaOf(body),
            },
          ],
    response: schemaOf(operation.output),
  };
}

function bodySchema(operation: OperationSpec): unknown {
  if (operation.body) return operation.body.contents[0]?.schema;
  const members = operation.parameters.filter((one) => one.in === 'body');
  return members.length > 0 ? memberSchema(members) : undefined;
}

/** A schema that stands for itself: what it refers to goes along as its own `$defs`. */
function withDefs(schema: unknown, definition: Definition): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const used = usedDefs([schema], definition.$defs ?? {});
  return Object.keys(used).length === 0 ? schema : { ...schema, $defs: used };
}

const UNVERIFIED: readonly ExportNote[] = [
  {
    message:
      'connect.security.type is a number whose values are not documented: choose the way to sign in on the page of the app',
  },
  {
    message: 'the members of connect.incoming_webhooks and connect.mcp are not documented: both are left out',
  },
  { message: 'client id and client secret are not exported: enter them on the page of the app' },
];

function webhookNotes(definition: Definition): ExportNote[] {
  const names = Object.keys(definition.webhooks ?? {});
  return names.length === 0
    ? []
    : [{ message: `enter these incoming webhooks by hand: ${names.join(', ')}` }];
}
