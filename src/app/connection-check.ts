import { consentOf, type AuthScheme, type OAuth2Scheme } from '../core/auth.ts';
import { findAction, schemeOf, type Connection, type Connector } from '../core/connector.ts';
import { identityOf } from '../http/grants.ts';
import { Session, type HttpDeps } from '../http/session.ts';

/** How a test ended. */
export interface Tested {
  scopes: readonly string[] | undefined;
  /** What was called, `sign-in` when that was all; undefined when there is nothing to call that proves a connection. */
  called: string | undefined;
}

/** Whose tokens they turned out to be, where the other side can be asked. */
interface Owner {
  account: unknown;
  user: unknown;
}

/**
 * Signs in, asks whose tokens they are where the way to sign in says how, and makes the connector's check.
 * @throws ConnectorError when something of it does not work
 */
export async function tryOut(
  connector: Connector,
  connection: Connection,
  deps: HttpDeps,
): Promise<Tested & { owner?: Owner }> {
  const scheme = schemeOf(connector, connection);
  const session = new Session(connector, connection, deps);
  const identity = identityIn(scheme);
  const who = identity && (await identityOf(connector, identity, connection, deps));
  const { scopes } = who ?? (await session.signIn());
  const consent = consentOf(scheme);
  const whoami = consent?.kind === 'oauth' ? consent.whoami : undefined;
  const check = whoami ?? connector.check;
  const action = check && findAction(connector, check.action);
  const answer: unknown = action && (await session.call(action, check.input));
  const signedIn = asksToSignIn(scheme) ? 'sign-in' : undefined;
  const called = action ? check.action : (identity?.path ?? signedIn);
  const said = Object(answer) as Record<string, unknown>;
  const owner = whoami
    ? { account: said[whoami.account], user: said[whoami.user] }
    : who && { account: who.identity, user: who.identity };
  return { scopes, called, ...(owner && { owner }) };
}

/** Whether signing in asks the other side, so that credentials that are wrong show. */
function asksToSignIn(scheme: AuthScheme): boolean {
  if (scheme.kind === 'all') return scheme.of.some(asksToSignIn);
  return ['token', 'oauth', 'oauth2', 'login'].includes(scheme.kind);
}

/** Where a scheme says that one can ask whose tokens they are. */
function identityIn(scheme: AuthScheme): OAuth2Scheme['identity'] {
  const [found] = (scheme.kind === 'all' ? scheme.of : [scheme]).flatMap((one) =>
    one.kind === 'oauth2' && one.identity ? [one.identity] : [],
  );
  return found;
}
