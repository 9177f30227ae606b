import { z } from 'zod';
import { at, defineAction, type Answer } from '../core/action.ts';
import type { ConsentScheme, OAuth2Scheme } from '../core/auth.ts';
import type { Connection, Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import type { TokenPair, TokenVault } from '../core/token-vault.ts';
import type { ProofCall } from './auth.ts';
import { OAuthAuthorizer } from './oauth.ts';
import { Session, type HttpDeps } from './session.ts';
import { endpointOf, requestTokens, revoke, tokenClientOf } from './token-client.ts';
import { readPair } from './token-pair.ts';

/** Where a person's consent came back to, and what belongs to it. */
export interface CodeGrant {
  code: string;
  /** Undefined where the consent was asked for without one. */
  verifier: string | undefined;
  redirectUri: string;
}

/** The address at which people consent, without what is asked for. */
export function consentUrlOf(scheme: ConsentScheme, connector: Connector, connection: Connection): string {
  const party = { connector, connection };
  if (scheme.kind === 'oauth') return endpointOf(party, scheme.authorizePath, scheme.server);
  if (scheme.authorizeUrl !== undefined) return endpointOf(party, scheme.authorizeUrl);
  throw new ConnectorError(`the connector '${connector.id}' does not say where people consent`, {
    kind: 'config',
    connector: connector.id,
    hint: 'Add `authorizeUrl` to its way to sign in.',
  });
}

/** Exchanges the code of a consent for the first tokens. A code works once, so this is not tried again. */
export async function exchangeCode(
  connector: Connector,
  scheme: ConsentScheme,
  connection: Connection,
  grant: CodeGrant,
  deps: HttpDeps,
): Promise<TokenPair> {
  const client = tokenClientOf(scheme, { connector, connection });
  const { code, verifier, redirectUri } = grant;
  const form = {
    code,
    redirect_uri: redirectUri,
    ...(verifier === undefined ? {} : { code_verifier: verifier }),
  };
  const send = once(connector, connection, deps);
  const answer = await requestTokens(client, client.tokenUrl, 'authorization_code', form, send);
  return readPair(scheme, connection, answer, deps.now(), client.tokenUrl);
}

/** Tells the other side that a token, and with it the whole consent, is no longer wanted; where it can be told. */
export async function revokeToken(
  connector: Connector,
  scheme: ConsentScheme,
  connection: Connection,
  token: Secret,
  deps: HttpDeps,
): Promise<void> {
  const client = tokenClientOf(scheme, { connector, connection });
  await revoke(client, token.reveal(), once(connector, connection, deps));
}

/** Refreshes the pair of a connection once it is so many milliseconds old; false when it is younger. */
export async function renewIfOlderThan(
  connector: Connector,
  scheme: ConsentScheme,
  connection: Connection,
  ageMs: number,
  deps: HttpDeps & { tokens: TokenVault },
): Promise<boolean> {
  const session = new Session(connector, connection, deps);
  const context = { ...session.authContext(), vault: deps.tokens };
  return new OAuthAuthorizer(scheme, context).renewIfOlderThan(ageMs);
}

/**
 * Whose tokens they are, as the other side says, and the scopes that they have.
 * @throws ConnectorError of kind `contract` when the answer does not name the person
 */
export async function identityOf(
  connector: Connector,
  identity: NonNullable<OAuth2Scheme['identity']>,
  connection: Connection,
  deps: HttpDeps,
): Promise<{ identity: string; scopes: readonly string[] | undefined }> {
  const { origin, pathname, search } = new URL(endpointOf({ connector, connection }, identity.path));
  const servers = { ...connector.servers, [IDENTITY]: origin };
  const session = new Session({ ...connector, servers }, connection, deps);
  const action = defineAction({
    title: 'identity',
    docs: connector.docs,
    effect: 'read',
    idempotent: true,
    budget: '',
    scopes: [],
    input: z.strictObject({}),
    output: z.unknown(),
    example: {},
    call: () => ({ method: 'GET', server: IDENTITY, path: pathname + search }),
  });
  const { scopes } = await session.signIn();
  const name = at(await session.call(action, {}), identity.name);
  if (typeof name === 'string' || typeof name === 'number') return { identity: String(name), scopes };
  throw new ConnectorError(`'${identity.path}' of '${connector.id}' answered without '${identity.name}'`, {
    kind: 'contract',
    connector: connector.id,
    hint: 'Compare its answer with `identity` in the definition of the connector.',
  });
}

const IDENTITY = 'identity';

/** One try, by a session of its own, for what must not be sent twice. */
function once(connector: Connector, connection: Connection, deps: HttpDeps) {
  const { send } = new Session(connector, connection, deps).authContext();
  return (call: ProofCall): Promise<Answer> => send(call, 1);
}
