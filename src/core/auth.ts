/** How calls prove who they are, as data. Credential names point into the connection. */
export type AuthScheme =
  | { kind: 'none' }
  | { kind: 'api-key'; in: 'header' | 'query' | 'cookie'; name: string; credential: string }
  | { kind: 'bearer'; credential: string }
  | { kind: 'basic'; username: string; password: string }
  | TokenScheme;

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
  }
}
