import { type AuthSpec, Auth } from './definition-auth.ts';
import type { Faults, Place } from './faults.ts';
import { camelCase } from './naming.ts';
import { isObject, members, own, text, type Raw } from './raw-value.ts';

type Single = Exclude<AuthSpec, { kind: 'all' }>;

/** One way to sign in by a scheme: OAuth schemes may have several. Without `spec` it is one that we cannot do. */
export interface Way {
  name: string;
  spec: Single | undefined;
}

/** Flows of OAuth, the one that suits a person at a browser first. */
const GRANTS = [
  ['authorizationCode', 'authorization_code'],
  ['accessCode', 'authorization_code'],
  ['clientCredentials', 'client_credentials'],
  ['application', 'client_credentials'],
  ['password', 'password'],
] as const;

/** Schemes of `Authorization` that are a word and a token. */
const LIKE_BEARER: ReadonlySet<string> = new Set([
  'token',
  'apikey',
  'api-key',
  'key',
  'jwt',
  'oauth',
  'privatetoken',
  'apitoken',
]);

/** @param credentials names that are in use already; those of this scheme are added */
export function readScheme(
  name: string,
  scheme: Raw,
  place: Place,
  credentials: Set<string>,
  faults: Faults,
): Way[] {
  const key = camelCase(name) || 'auth';
  /** The plain name for the first scheme of a kind, the scheme's own for others. */
  const credential = (plain: string): string => {
    let taken = credentials.has(plain) ? `${key}${plain.slice(0, 1).toUpperCase()}${plain.slice(1)}` : plain;
    for (let i = 2; credentials.has(taken); i++) taken = `${key}${i}`;
    credentials.add(taken);
    return taken;
  };
  const one = (spec: Single): Way[] => [{ name: key, spec }];
  const token = (why: string): Way[] => {
    faults.warning(place, `${why}; a connection takes a token that you have from elsewhere`);
    return one({ kind: 'bearer', credential: credential('token') });
  };
  switch (scheme['type']) {
    case 'apiKey': {
      const where = scheme['in'];
      const header = text(scheme['name']);
      if ((where !== 'header' && where !== 'query' && where !== 'cookie') || header === undefined) {
        faults.error(
          place,
          `expected 'in' (header, query or cookie) and 'name' of the key; this way to sign in is left out`,
        );
        return [{ name: key, spec: undefined }];
      }
      return one({ kind: 'api-key', in: where, name: header, credential: credential('apiKey') });
    }
    case 'basic':
      return one({ kind: 'basic', username: credential('username'), password: credential('password') });
    case 'http':
      return http(scheme, place, faults, one, credential, key);
    case 'oauth2':
      return (
        oauth(key, scheme, place, credential, faults) ??
        token('this OAuth scheme has no flow that can be used')
      );
    case 'openIdConnect':
      return token('OpenID Connect needs its settings from another address, which an import does not fetch');
    case 'mutualTLS':
      faults.warning(
        place,
        'client certificates (mutualTLS) are not supported; this way to sign in is left out',
      );
      return [{ name: key, spec: undefined }];
    default:
      faults.error(
        place.at('type'),
        'expected apiKey, http, oauth2, openIdConnect or mutualTLS; this way to sign in is left out',
      );
      return [{ name: key, spec: undefined }];
  }
}

function http(
  raw: Raw,
  place: Place,
  faults: Faults,
  one: (spec: Single) => Way[],
  credential: (plain: string) => string,
  key: string,
): Way[] {
  const scheme = text(raw['scheme']) ?? '';
  const plain = scheme.toLowerCase();
  if (plain === 'basic')
    return one({ kind: 'basic', username: credential('username'), password: credential('password') });
  if (plain === 'bearer') return one({ kind: 'bearer', credential: credential('token') });
  if (LIKE_BEARER.has(plain.replaceAll(/[^a-z-]/g, '')))
    return one({ kind: 'bearer', credential: credential('token'), prefix: `${scheme} ` });
  faults.warning(
    place.at('scheme'),
    `the HTTP scheme '${scheme}' is not supported; this way to sign in is left out`,
  );
  return [{ name: key, spec: undefined }];
}

/** One way for each flow that we can do; undefined when there is none. */
function oauth(
  key: string,
  scheme: Raw,
  place: Place,
  credential: (plain: string) => string,
  faults: Faults,
): Way[] | undefined {
  // Swagger 2.0 has one flow, whose members stand in the scheme itself.
  const old = text(scheme['flow']);
  const flows = isObject(scheme['flows']) ? scheme['flows'] : old === undefined ? {} : { [old]: scheme };
  let names: { clientId: string; clientSecret: string } | undefined;
  const ways: Way[] = [];
  for (const [flow, grant] of GRANTS) {
    const raw = own(flows, flow);
    if (raw === undefined) continue;
    const at = old === undefined ? place.at('flows', flow) : place;
    const tokenUrl = address(own(raw, 'tokenUrl'));
    const authorizeUrl = address(own(raw, 'authorizationUrl'));
    const missing =
      tokenUrl === undefined
        ? 'tokenUrl'
        : grant === 'authorization_code' && authorizeUrl === undefined
          ? 'authorizationUrl'
          : undefined;
    if (missing !== undefined || tokenUrl === undefined) {
      faults.error(at, `expected '${missing ?? 'tokenUrl'}', an address; this way to sign in is left out`);
      continue;
    }
    names ??= { clientId: credential('clientId'), clientSecret: credential('clientSecret') };
    const refreshUrl = address(own(raw, 'refreshUrl'));
    const parsed = Auth.parse({
      kind: 'oauth2',
      grant,
      tokenUrl,
      ...(grant === 'authorization_code' ? { authorizeUrl } : {}),
      ...(refreshUrl === undefined || refreshUrl === tokenUrl ? {} : { refreshUrl }),
      scopes: members(own(raw, 'scopes')).map(([scope]) => scope),
      ...names,
    });
    ways.push({ name: ways.length === 0 ? key : camelCase(`${key} ${flow}`), spec: parsed as Single });
  }
  for (const flow of ['implicit', 'deviceAuthorization']) {
    if (own(flows, flow) !== undefined && ways.length > 0) {
      faults.warning(
        place.at('flows', flow),
        `the OAuth flow '${flow}' is not supported; another of this scheme is used`,
      );
    }
  }
  return ways.length > 0 ? ways : undefined;
}

/** Absolute, or a path below the server. */
function address(value: unknown): string | undefined {
  const url = text(value)?.trim();
  if (url === undefined) return undefined;
  if (/^https?:\/\//i.test(url)) return URL.canParse(url) || url.includes('{') ? url : undefined;
  return url.startsWith('/') ? url : `/${url.replace(/^\.\//, '')}`;
}
