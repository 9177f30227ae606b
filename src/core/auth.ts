import { credentialsIn } from './credential-text.ts';

/** How calls prove who they are, as data. Credential names point into the connection. */
export type AuthScheme =
  | SingleScheme
  /** Several proofs on one call. */
  | { kind: 'all'; of: readonly SingleScheme[] };

export type SingleScheme =
  | { kind: 'none' }
  | {
      kind: 'api-key';
      in: ProofPlace['in'];
      name: string;
      /** Stands before the key, with its blank: `Key `. */
      prefix?: string | undefined;
      credential: string;
    }
  | { kind: 'bearer'; credential: string; prefix?: string | undefined }
  | { kind: 'basic'; username: string; password: string }
  | JwtScheme
  | OAuth2Scheme
  | LoginScheme
  | TokenScheme
  | OAuthScheme;

/** Where a proof is put, and what stands before it there. */
export interface ProofPlace {
  in: 'header' | 'query' | 'cookie';
  name: string;
  prefix: string;
}

/** A token that is signed anew for each call (RFC 7519). */
export interface JwtScheme {
  kind: 'jwt';
  /** By RFC 7518, such as `HS256`. */
  algorithm: string;
  /** Credential with the shared secret, or with the private key as PEM or JWK. */
  secret: string;
  /** The shared secret is written in base64. */
  base64: boolean;
  /** Members of the header beside `alg` and `typ`. */
  header: Readonly<Record<string, unknown>>;
  /** Claims; their texts are filled in by `fillTexts`. */
  payload: Readonly<Record<string, unknown>>;
  place: ProofPlace;
}

/** Tokens by OAuth 2.0 (RFC 6749). Addresses are absolute, or paths below the server `api`. */
export interface OAuth2Scheme {
  kind: 'oauth2';
  grant: 'authorization_code' | 'client_credentials' | 'password';
  /** Where people consent; for the authorization code only. */
  authorizeUrl?: string | undefined;
  tokenUrl: string;
  /** Where tokens are renewed, when that is not `tokenUrl`. */
  refreshUrl?: string | undefined;
  revokeUrl?: string | undefined;
  /** Who must have given the answer of a consent, where it says so (RFC 9207). */
  issuer?: string | undefined;
  scopes: readonly string[];
  /** Between scopes. */
  separator: string;
  /** How the client proves itself. `basic-raw` is for servers that do not decode what RFC 6749, 2.3.1 encodes. */
  client: 'basic' | 'basic-raw' | 'post' | 'none';
  clientId: string;
  clientSecret: string;
  /** For the grant `password`. */
  username: string;
  password: string;
  pkce: boolean;
  /** Further members of the requests. */
  parameters: { authorize: Readonly<Record<string, string>>; token: Readonly<Record<string, string>> };
  /** Where the other side says whose tokens these are, and the member of the answer (dotted) that names the person. */
  identity?: { path: string; name: string } | undefined;
  place: ProofPlace;
}

/** A first call gives a token that the others are made with. Texts are filled in by `fillTexts`. */
export interface LoginScheme {
  kind: 'login';
  method: 'POST' | 'GET' | 'PUT';
  path: string;
  /** Key in the connector's `servers`: `api` when left out. */
  server?: string | undefined;
  headers: Readonly<Record<string, string>>;
  json?: unknown;
  form?: Readonly<Record<string, string>> | undefined;
  /** Where the answer has the token: a JSON pointer, or the header or cookie that brings it. */
  token: string | { header: string } | { cookie: string };
  /** JSON pointer to how long it lives in seconds, or to when it ends. */
  expires?: string | undefined;
  /** Seconds that it lives when the answer does not say. */
  ttlSeconds: number;
  place: ProofPlace;
}

/** A short-lived token fetched with long-lived credentials; one at a time per connection, renewed before it ends. */
export interface TokenScheme {
  kind: 'token';
  /** Key in the connector's `servers` and the path below it. */
  server: string;
  path: string;
  grantType: string;
  /** Form field → credential name. */
  parameters: Readonly<Record<string, string>>;
  /** Credential names of the client; sent as a Basic header. */
  clientId: string;
  clientSecret: string;
  /** Answers that mean: this token is no longer good, although its time is not over. */
  expired: { status: readonly number[]; codes: readonly string[] };
}

/**
 * A person consents in the browser; what comes of it is a pair of tokens that is replaced as a whole at each refresh.
 * The pair lies in the vault, not in the connection.
 */
export interface OAuthScheme {
  kind: 'oauth';
  /** Key in the connector's `servers`; the three paths are below it. */
  server: string;
  authorizePath: string;
  tokenPath: string;
  revokePath: string;
  /** Every authorization proves with a code verifier (S256) that it ends where it began. */
  pkce: true;
  /** Credential names of the client. A public client has no secret: the code verifier is its proof. */
  clientId: string;
  clientSecret: string;
  /** Answers that mean: this token is no longer good, although its time is not over. */
  expired: { status: readonly number[]; codes: readonly string[] };
  /** Codes of the token endpoint that mean: this refresh token will never work again. */
  dead: readonly string[];
  /** Days that a refresh token lives, by the documentation. */
  refreshDays: number;
  /** Where the token answer names the address of the API, and what follows it there. */
  api?: { field: string; path: string };
  /** Action that says whose tokens these are, with the members of its output. It proves that they work. */
  whoami: { action: string; input: Readonly<Record<string, unknown>>; account: string; user: string };
}

/** A way to sign in that begins with the consent of a person. */
export type ConsentScheme = OAuthScheme | (OAuth2Scheme & { grant: 'authorization_code' });

/** The part of a scheme for which a person consents in the browser; undefined when it has none. */
export function consentOf(auth: AuthScheme): ConsentScheme | undefined {
  if (auth.kind === 'all') return auth.of.map(consentOf).find((one) => one !== undefined);
  if (auth.kind === 'oauth') return auth;
  return isCodeGrant(auth) ? auth : undefined;
}

function isCodeGrant(auth: SingleScheme): auth is OAuth2Scheme & { grant: 'authorization_code' } {
  return auth.kind === 'oauth2' && auth.grant === 'authorization_code';
}

/** Names of the credentials that a scheme needs. */
export function credentialNames(auth: AuthScheme): string[] {
  return [...new Set(needed(auth))];
}

function needed(auth: AuthScheme): string[] {
  switch (auth.kind) {
    case 'none':
      return [];
    case 'api-key':
    case 'bearer':
      return [auth.credential];
    case 'basic':
      return [auth.username, auth.password];
    case 'jwt':
      return [auth.secret, ...credentialsIn([auth.header, auth.payload])];
    case 'login':
      return credentialsIn([auth.path, auth.headers, auth.json, auth.form]);
    case 'token':
      return [...Object.values(auth.parameters), auth.clientId, auth.clientSecret];
    case 'oauth':
      return [auth.clientId];
    case 'oauth2':
      return neededByGrant(auth);
    case 'all':
      return auth.of.flatMap(needed);
  }
}

function neededByGrant({
  grant,
  client,
  clientId,
  clientSecret,
  username,
  password,
}: OAuth2Scheme): string[] {
  // Many apps that people consent to are public clients: the code verifier is their proof (RFC 7636).
  if (grant === 'authorization_code') return [clientId];
  const proof = client === 'none' ? [] : [clientId, clientSecret];
  return grant === 'password' ? [username, password, ...proof] : [clientId, ...proof];
}

/** Names of the credentials that a scheme takes where they are given, and does without. */
export function optionalCredentialNames(auth: AuthScheme): string[] {
  if (auth.kind === 'all') return auth.of.flatMap(optionalCredentialNames);
  if (auth.kind !== 'oauth' && auth.kind !== 'oauth2') return [];
  const required = credentialNames(auth);
  return [auth.clientId, auth.clientSecret].filter((name) => !required.includes(name));
}
