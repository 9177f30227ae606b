import { z } from 'zod';

/** Names of credentials: the values stand in the connection. */
const credential = z.string().min(1);

/** Where a proof is put: `authorization` with `Bearer ` before it when nothing is said. */
const Place = z.strictObject({
  in: z.enum(['header', 'query', 'cookie']).default('header'),
  name: z.string().min(1).default('authorization'),
  prefix: z.string().default('Bearer '),
});

const OAuth2 = z.strictObject({
  kind: z.literal('oauth2'),
  grant: z.enum(['authorization_code', 'client_credentials', 'password']),
  /** Where people consent; for the authorization code only. Absolute, or a path below the server `api`. */
  authorizeUrl: z.string().optional(),
  tokenUrl: z.string(),
  /** Where tokens are renewed, when that is not `tokenUrl`. */
  refreshUrl: z.string().optional(),
  revokeUrl: z.string().optional(),
  /** What the answer of a consent names as its giver, where it names one (RFC 9207) and it is not the origin of these. */
  issuer: z.string().optional(),
  scopes: z.array(z.string()).default([]),
  /** Between scopes; a blank by RFC 6749. */
  separator: z.string().default(' '),
  /**
   * How the client proves itself: a Basic header, members of the form, or not at all (a public client). `basic-raw` is
   * for servers that do not decode what RFC 6749, 2.3.1 encodes in id and secret.
   */
  client: z.enum(['basic', 'basic-raw', 'post', 'none']).default('basic'),
  clientId: credential.default('clientId'),
  clientSecret: credential.default('clientSecret'),
  /** For the grant `password`. */
  username: credential.default('username'),
  password: credential.default('password'),
  /** The authorization proves with a code verifier (S256) that it ends where it began. */
  pkce: z.boolean().default(true),
  /** Further members of the two requests. */
  parameters: z
    .strictObject({
      authorize: z.record(z.string(), z.string()).default({}),
      token: z.record(z.string(), z.string()).default({}),
    })
    .default({ authorize: {}, token: {} }),
  /**
   * Where the other side says whose tokens these are, an address or a path below the server `api`, and the member of
   * the answer (dotted when nested) that names the person.
   */
  identity: z
    .strictObject({ path: z.string().regex(/^(\/|https?:\/\/)/), name: z.string().min(1) })
    .optional(),
  place: Place.default({ in: 'header', name: 'authorization', prefix: 'Bearer ' }),
});

const Jwt = z.strictObject({
  kind: z.literal('jwt'),
  algorithm: z.enum([
    'HS256',
    'HS384',
    'HS512',
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
  ]),
  /** Credential with the shared secret, or the private key as PEM or JWK. */
  secret: credential.default('secret'),
  /** The shared secret is written in base64. */
  base64: z.boolean().default(false),
  /** Members of the header beside `alg`, such as `kid`. */
  header: z.record(z.string(), z.unknown()).default({}),
  /**
   * Claims. In texts, `{name}` stands for a credential; `{now}` and `{now+300}` for the time in seconds (as a number
   * when it is the whole text), `{uuid}` for a new one.
   */
  payload: z.record(z.string(), z.unknown()).default({}),
  place: Place.default({ in: 'header', name: 'authorization', prefix: 'Bearer ' }),
});

/** A first call gives a token that the others are made with. */
const Login = z.strictObject({
  kind: z.literal('login'),
  method: z.enum(['POST', 'GET', 'PUT']).default('POST'),
  path: z.string().startsWith('/'),
  server: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  /** In texts of all three, `{name}` stands for a credential. */
  json: z.unknown().optional(),
  form: z.record(z.string(), z.string()).optional(),
  /** Where the answer has the token: a JSON pointer, empty for the whole; or the header or cookie that brings it. */
  token: z.union([
    z.string().regex(/^(\/|$)/, 'expected a JSON pointer such as /token'),
    z.strictObject({ header: z.string() }),
    z.strictObject({ cookie: z.string() }),
  ]),
  /** Where the answer says how long it lives: a JSON pointer to seconds, or to a time. */
  expires: z.string().startsWith('/').optional(),
  /** Seconds that it lives when the answer does not say. */
  ttlSeconds: z.number().int().positive().default(3600),
  place: Place.default({ in: 'header', name: 'authorization', prefix: 'Bearer ' }),
});

const Single = [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('api-key'),
    in: z.enum(['header', 'query', 'cookie']),
    name: z.string(),
    prefix: z.string().optional(),
    credential,
  }),
  z.strictObject({ kind: z.literal('bearer'), credential, prefix: z.string().optional() }),
  z.strictObject({ kind: z.literal('basic'), username: credential, password: credential }),
  Jwt,
  OAuth2,
  Login,
] as const;

/** How calls prove who they are. `all` puts several proofs on one call. */
export const Auth = z.discriminatedUnion('kind', [
  ...Single,
  z.strictObject({ kind: z.literal('all'), of: z.array(z.discriminatedUnion('kind', [...Single])).min(2) }),
]);

export type AuthSpec = z.output<typeof Auth>;
