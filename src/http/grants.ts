import { z } from 'zod';
import { defineAction } from '../core/action.ts';
import type { OAuthScheme } from '../core/auth.ts';
import type { Call } from '../core/call.ts';
import type { Connection, Connector } from '../core/connector.ts';
import type { Secret } from '../core/secret.ts';
import type { TokenPair, TokenVault } from '../core/token-vault.ts';
import { OAuthAuthorizer } from './oauth.ts';
import { Session, type HttpDeps } from './session.ts';
import { clientProof, readPair, tokenCall } from './token-call.ts';

/** Where a person's consent came back to, and what belongs to it. */
export interface CodeGrant {
  code: string;
  verifier: string;
  redirectUri: string;
}

/** Exchanges the code of a consent for the first pair. A code works once, so this is not tried again. */
export async function exchangeCode(
  connector: Connector,
  scheme: OAuthScheme,
  connection: Connection,
  grant: CodeGrant,
  deps: HttpDeps,
): Promise<TokenPair> {
  const form = {
    grant_type: 'authorization_code',
    code: grant.code,
    redirect_uri: grant.redirectUri,
    code_verifier: grant.verifier,
  };
  const answer = await sendBare(connector, connection, tokenCall(scheme, connection, form), 'code', deps);
  const server = connection.servers?.[scheme.server] ?? connector.servers[scheme.server];
  return readPair(scheme, connection, answer, deps.now(), server);
}

/** Tells the other side that a token, and with it the whole consent, is no longer wanted. */
export async function revokeToken(
  connector: Connector,
  scheme: OAuthScheme,
  connection: Connection,
  token: Secret,
  deps: HttpDeps,
): Promise<void> {
  const call: Call = {
    method: 'POST',
    server: scheme.server,
    path: scheme.revokePath,
    ...clientProof(scheme, connection, { token: token.reveal() }),
  };
  await sendBare(connector, connection, call, 'revoke', deps);
}

/** Refreshes the pair of a connection once it is so many milliseconds old; false when it is younger. */
export async function renewIfOlderThan(
  connector: Connector,
  scheme: OAuthScheme,
  connection: Connection,
  ageMs: number,
  deps: HttpDeps & { tokens: TokenVault },
): Promise<boolean> {
  const { tokens: vault, sleep, now } = deps;
  const fetchToken = (call: Call) => sendBare(connector, connection, call, 'token', deps);
  return new OAuthAuthorizer(scheme, connection, { vault, sleep, now, fetchToken }).renewIfOlderThan(ageMs);
}

/** One call that brings its own proof, through the same door as all others. */
function sendBare(
  connector: Connector,
  connection: Connection,
  call: Call,
  title: string,
  deps: HttpDeps,
): Promise<unknown> {
  const action = defineAction({
    title,
    docs: connector.docs,
    effect: 'write',
    idempotent: false,
    budget: '',
    scopes: [],
    input: z.strictObject({}),
    output: z.unknown(),
    example: {},
    call: () => call,
  });
  const { auth: _, ...bare } = connection;
  return new Session({ ...connector, auth: { kind: 'none' } }, bare, deps).call(action, {});
}
