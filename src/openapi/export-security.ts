import type { Definition } from './definition.ts';
import type { AuthSpec } from './definition-auth.ts';

/** Security schemes of an OpenAPI 3 document, and how calls name them. */
export interface Security {
  schemes: Record<string, Record<string, unknown>>;
  /** Requirement of the document; an empty list needs none. */
  requirement: Record<string, string[]>[];
  /** Requirement of an operation that names keys of `auths`. */
  of(names: readonly string[]): Record<string, string[]>[];
}

/** The ways to sign in, as OpenAPI says them; what it has no word for stands in `x-trunkline-auth`. */
export function exportSecurity(definition: Definition): Security {
  const schemes: Record<string, Record<string, unknown>> = {};
  const add = (name: string, auth: AuthSpec): Record<string, string[]> => {
    if (auth.kind === 'none') return {};
    if (auth.kind === 'all') {
      return Object.assign({}, ...auth.of.map((one, i) => add(`${name}_${i + 1}`, one))) as Record<
        string,
        string[]
      >;
    }
    schemes[name] = schemeOf(auth, definition);
    return { [name]: auth.kind === 'oauth2' ? auth.scopes : [] };
  };
  const named = new Map(
    Object.entries(definition.auths ?? {}).map(([name, auth]) => [name, add(name, auth)] as const),
  );
  const own = add(named.has('default') ? 'main' : 'default', definition.auth);
  return {
    schemes,
    requirement: Object.keys(own).length > 0 ? [own] : [],
    of: (names) => names.map((name) => named.get(name) ?? {}),
  };
}

function schemeOf(
  auth: Exclude<AuthSpec, { kind: 'none' | 'all' }>,
  definition: Definition,
): Record<string, unknown> {
  switch (auth.kind) {
    case 'api-key':
      return {
        type: 'apiKey',
        in: auth.in,
        name: auth.name,
        ...(auth.prefix
          ? { description: `The value begins with '${auth.prefix}'.`, 'x-trunkline-auth': auth }
          : {}),
      };
    case 'bearer':
      return { type: 'http', scheme: 'bearer' };
    case 'basic':
      return { type: 'http', scheme: 'basic' };
    case 'oauth2':
      return { type: 'oauth2', flows: flowsOf(auth, definition), 'x-trunkline-auth': auth };
    case 'jwt':
      return {
        ...placed(auth.place, { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }),
        'x-trunkline-auth': auth,
      };
    case 'login':
      return { ...placed(auth.place, { type: 'http', scheme: 'bearer' }), 'x-trunkline-auth': auth };
  }
}

function placed(
  place: { in: string; name: string },
  bearer: Record<string, unknown>,
): Record<string, unknown> {
  const usual = place.in === 'header' && place.name.toLowerCase() === 'authorization';
  return usual ? bearer : { type: 'apiKey', in: place.in, name: place.name };
}

function flowsOf(
  auth: Extract<AuthSpec, { kind: 'oauth2' }>,
  definition: Definition,
): Record<string, unknown> {
  const common = {
    tokenUrl: absoluteUrl(auth.tokenUrl, definition),
    ...(auth.refreshUrl === undefined ? {} : { refreshUrl: absoluteUrl(auth.refreshUrl, definition) }),
    scopes: Object.fromEntries(auth.scopes.map((scope) => [scope, ''])),
  };
  if (auth.grant === 'client_credentials') return { clientCredentials: common };
  if (auth.grant === 'password') return { password: common };
  return {
    authorizationCode: { authorizationUrl: absoluteUrl(auth.authorizeUrl ?? '', definition), ...common },
  };
}

/** An address of the sign-in: absolute, or below the server `api`. */
export function absoluteUrl(url: string, definition: Pick<Definition, 'servers'>): string {
  if (/^https?:/.test(url)) return url;
  const api = definition.servers['api'];
  return (typeof api === 'string' ? api : (api?.url ?? '')).replace(/\/$/, '') + url;
}
