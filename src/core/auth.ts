/** How calls prove who they are, as data. Credential names point into the connection. */
export type AuthScheme =
  | { kind: 'none' }
  | { kind: 'api-key'; in: 'header' | 'query' | 'cookie'; name: string; credential: string }
  | { kind: 'bearer'; credential: string }
  | { kind: 'basic'; username: string; password: string }
  | TokenScheme
  | OAuthScheme;

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

/** Names of the credentials that a scheme needs. */
export function credentialNames(auth: AuthScheme): string[] {
  switch (auth.kind) {
    case 'none':
      return [];
    case 'api-key':
    case 'bearer':
      return [auth.credential];
    case 'basic':
      return [auth.username, auth.password];
    case 'token':
      return [...Object.values(auth.parameters), auth.clientId, auth.clientSecret];
    case 'oauth':
      return [auth.clientId];
  }
}
