import { consentOf, type AuthScheme, type ConsentScheme, type SingleScheme } from '../core/auth.ts';
import type { Answer } from '../core/action.ts';
import type { Call } from '../core/call.ts';
import type { Connection, Connector } from '../core/connector.ts';
import { ConnectorError, type ErrorTable } from '../core/errors.ts';
import type { TokenVault } from '../core/token-vault.ts';
import { HeldToken } from './held-token.ts';
import { createJwt } from './jwt.ts';
import { loginToken } from './login.ts';
import { OAuthAuthorizer } from './oauth.ts';
import { basic, BEARER, credentialOf, withHeader, withProof } from './proof.ts';
import { grantedToken } from './token-client.ts';

/** Adds to a call what proves who we are. */
export interface Authorizer {
  /** The call with its proof. */
  authorize(call: Call): Promise<Call>;
  /** Scopes that the other side says were granted; undefined when it does not say, or was not asked yet. */
  readonly granted: readonly string[] | undefined;
  /** The proof on this call was refused. True when a new one can be had, so that the call is worth sending again. */
  renew(refused: Call, error: ConnectorError): boolean;
}

/** A request that gets a proof, and so has none itself but what stands in it. */
export interface ProofCall extends Call {
  /** Where it goes in place of a server of the connector. */
  origin?: string;
  /** How the other side says there what is wrong, where that is not how its API does. */
  errors?: ErrorTable;
}

/** What an authorizer works with. */
export interface AuthContext {
  connector: Connector;
  connection: Connection;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Sends it with the limits of any other call, again where that makes sense; at most so many times where it is said. */
  send: (call: ProofCall, tries?: number) => Promise<Answer>;
  /** Is told each new token, so that no message shows it. */
  learn: (secret: string) => void;
  /** Where the tokens of consents lie. */
  tokens?: TokenVault | undefined;
}

/** The authorizer of a scheme. */
export function createAuthorizer(auth: AuthScheme, context: AuthContext): Authorizer {
  return auth.kind === 'all' ? inTurn(auth.of.map((one) => single(one, context))) : single(auth, context);
}

function single(auth: SingleScheme, context: AuthContext): Authorizer {
  const { connection } = context;
  const credential = (name: string) => credentialOf(connection, name).reveal();
  switch (auth.kind) {
    case 'none':
      return fixed((call) => call);
    case 'bearer':
      return fixed((call) =>
        withProof(call, { ...BEARER, prefix: auth.prefix ?? BEARER.prefix }, credential(auth.credential)),
      );
    case 'basic':
      return fixed((call) =>
        withHeader(call, 'authorization', basic(credential(auth.username), credential(auth.password))),
      );
    case 'api-key':
      return fixed((call) =>
        withProof(call, { ...auth, prefix: auth.prefix ?? '' }, credential(auth.credential)),
      );
    case 'jwt':
      return createJwt(auth, context);
    case 'login':
      return new HeldToken(auth.place, loginToken(auth, context), isUnauthorized, context);
    case 'token':
      return new HeldToken(BEARER, grantedToken(auth, context), isOneOf(auth.expired), context);
    case 'oauth':
      return consented(auth, context, isOneOf(auth.expired));
    case 'oauth2': {
      const code = consentOf(auth);
      if (code) return consented(code, context, isUnauthorized);
      return new HeldToken(auth.place, grantedToken(auth, context), isUnauthorized, context);
    }
  }
}

/** Proof that never changes, so that there is nothing to renew. */
export function fixed(add: (call: Call) => Call): Authorizer {
  return { authorize: async (call) => add(call), granted: undefined, renew: () => false };
}

/** Several proofs on one call. */
function inTurn(authorizers: readonly Authorizer[]): Authorizer {
  const steps = new WeakMap<Call, readonly Call[]>();
  return {
    authorize: async (call) => {
      const made: Call[] = [];
      for (const one of authorizers) made.push(await one.authorize(made.at(-1) ?? call));
      // A copy: one that adds nothing gives back the call that it was given, which may be sent more than once.
      const last = { ...(made.at(-1) ?? call) };
      steps.set(last, made);
      return last;
    },
    get granted() {
      return authorizers.map((one) => one.granted).find((scopes) => scopes !== undefined);
    },
    // Which of them was refused, nobody says: whatever can be renewed is.
    renew: (refused, error) =>
      authorizers
        .map((one, i) => one.renew(steps.get(refused)?.[i] ?? refused, error))
        .some((renewed) => renewed),
  };
}

function consented(
  auth: ConsentScheme,
  context: AuthContext,
  isExpired: (error: ConnectorError) => boolean,
): Authorizer {
  const { connection, tokens: vault } = context;
  if (vault) return new OAuthAuthorizer(auth, { ...context, vault }, isExpired);
  throw new ConnectorError(`the connection '${connection.name}' has no place for its tokens`, {
    kind: 'config',
    connector: connection.connector,
    hint: `Add it with: trunkline connections add ${connection.connector} --oauth --name ${connection.name}`,
  });
}

/** RFC 6750, 3.1: an expired, revoked or malformed token is answered with 401. */
function isUnauthorized({ status }: ConnectorError): boolean {
  return status === 401;
}

function isOneOf(expired: { status: readonly number[]; codes: readonly string[] }) {
  return ({ status, code }: ConnectorError): boolean =>
    status !== undefined && expired.status.includes(status) && expired.codes.includes(code ?? '');
}
