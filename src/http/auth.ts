import type { AuthScheme, TokenScheme } from '../core/auth.ts';
import type { Call } from '../core/call.ts';
import type { Connection } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { TokenVault } from '../core/token-vault.ts';
import { OAuthAuthorizer } from './oauth.ts';
import { basic, credentialOf, RENEW_BEFORE_MS, withHeader } from './proof.ts';

/** Adds to a call what proves who we are. */
export interface Authorizer {
  /** The call with its proof. */
  authorize(call: Call): Promise<Call>;
  /** Scopes that the other side says were granted; undefined when it does not say, or was not asked yet. */
  readonly granted: readonly string[] | undefined;
  /** The proof on this call was refused. True when a new one can be had, so that the call is worth sending again. */
  renew(refused: Call): boolean;
}

/** Sends a token request, with the retries and limits of any other call; gives the parsed answer. */
export type FetchToken = (call: Call) => Promise<unknown>;

/** Where rotating tokens lie, and how to wait for another process that replaces them. */
export interface TokenKeeping {
  tokens?: TokenVault;
  sleep: (ms: number) => Promise<void>;
}

export function createAuthorizer(
  auth: AuthScheme,
  connection: Connection,
  now: () => number,
  fetchToken: FetchToken,
  keeping?: TokenKeeping,
): Authorizer {
  const credential = (name: string) => credentialOf(connection, name).reveal();
  switch (auth.kind) {
    case 'none':
      return fixed((call) => call);
    case 'bearer':
      return fixed((call) => withHeader(call, 'authorization', `Bearer ${credential(auth.credential)}`));
    case 'basic':
      return fixed((call) =>
        withHeader(call, 'authorization', basic(credential(auth.username), credential(auth.password))),
      );
    case 'api-key':
      return fixed((call) => {
        const value = credential(auth.credential);
        if (auth.in === 'query') return { ...call, query: { ...call.query, [auth.name]: value } };
        if (auth.in === 'cookie')
          return withHeader(call, 'cookie', `${auth.name}=${encodeURIComponent(value)}`);
        return withHeader(call, auth.name, value);
      });
    case 'token':
      return new TokenAuthorizer(auth, connection, now, fetchToken);
    case 'oauth': {
      const { tokens: vault, sleep } = keeping ?? {};
      if (!vault || !sleep) {
        throw new ConnectorError(`the connection '${connection.name}' has no place for its tokens`, {
          kind: 'config',
          connector: connection.connector,
          hint: `Add it with: trunkline connections add ${connection.connector} --oauth --name ${connection.name}`,
        });
      }
      return new OAuthAuthorizer(auth, connection, { vault, sleep, now, fetchToken });
    }
  }
}

/** Proof that never changes, so that there is nothing to renew. */
function fixed(add: (call: Call) => Call): Authorizer {
  return { authorize: async (call) => add(call), granted: undefined, renew: () => false };
}

/** One token for all calls of a connection; however many ask at once, it is fetched once. */
class TokenAuthorizer implements Authorizer {
  readonly #auth: TokenScheme;
  readonly #connection: Connection;
  readonly #now: () => number;
  readonly #fetchToken: FetchToken;
  #token: { header: string; until: number } | undefined;
  #pending: Promise<string> | undefined;
  granted: readonly string[] | undefined;

  constructor(auth: TokenScheme, connection: Connection, now: () => number, fetchToken: FetchToken) {
    this.#auth = auth;
    this.#connection = connection;
    this.#now = now;
    this.#fetchToken = fetchToken;
  }

  async authorize(call: Call): Promise<Call> {
    const token = this.#token;
    const header =
      token && token.until - this.#now() > RENEW_BEFORE_MS
        ? token.header
        : await (this.#pending ??= this.#fetch());
    return withHeader(call, 'authorization', header);
  }

  renew(refused: Call): boolean {
    // Another call may have renewed it meanwhile: only the token that was refused is thrown away.
    if (this.#token?.header === refused.headers?.['authorization']) this.#token = undefined;
    return true;
  }

  async #fetch(): Promise<string> {
    try {
      const { grantType, parameters, clientId, clientSecret, server, path } = this.#auth;
      const credential = (name: string) => credentialOf(this.#connection, name).reveal();
      const form: Record<string, string> = { grant_type: grantType };
      for (const [field, name] of Object.entries(parameters)) form[field] = credential(name);
      const answer = await this.#fetchToken({
        method: 'POST',
        server,
        path,
        form,
        headers: { authorization: basic(credential(clientId), credential(clientSecret)) },
      });
      const { access_token: token, expires_in: seconds, scope } = (answer ?? {}) as Record<string, unknown>;
      if (typeof token !== 'string' || token === '') {
        throw new ConnectorError(
          `the token endpoint of '${this.#connection.connector}' answered without a token`,
          {
            kind: 'contract',
            connector: this.#connection.connector,
            hint: 'Check the address of the token endpoint.',
          },
        );
      }
      this.granted = typeof scope === 'string' ? scope.split(' ').filter((name) => name !== '') : undefined;
      const lifetime = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 3_600_000;
      this.#token = { header: `Bearer ${token}`, until: this.#now() + lifetime };
      return this.#token.header;
    } finally {
      this.#pending = undefined;
    }
  }
}
