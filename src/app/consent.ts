import type { Connection } from '../core/connector.ts';
import type { Secret } from '../core/secret.ts';
import { createBudgetLedger } from '../store/budget-ledger.ts';
import { openSqlite } from '../store/store.ts';
import type { ConnectionSettings } from '../store/vault.ts';
import type { App } from './app.ts';
import { beginAuthorization, finishAuthorization, oauthOf, type Authorization } from './oauth.ts';

/** A connection that comes of the consent of a person. */
export interface ConsentRequest {
  name: string;
  /** Id of the connector. */
  connector: string;
  clientId: Secret;
  /** Public clients have none. */
  clientSecret?: Secret;
  redirectUri: string;
  scopes?: readonly string[];
  settings: ConnectionSettings;
}

/**
 * Asks for a consent and keeps what comes of it as a connection. `ask` brings the person there and the answer back.
 * @throws ConnectorError when the person declines, or the answer is not to be trusted; nothing is kept then
 */
export async function connectByConsent(
  app: App,
  request: ConsentRequest,
  ask: (authorization: Authorization) => Promise<URLSearchParams>,
): Promise<void> {
  const { name, redirectUri, scopes, settings, clientId, clientSecret } = request;
  const connector = app.connector(request.connector);
  const { scheme } = oauthOf(connector);
  const { servers } = settings;
  const authorization = beginAuthorization({
    connector,
    clientId: clientId.reveal(),
    redirectUri,
    ...(scopes && { scopes }),
    ...(servers && { servers }),
  });
  const answer = await ask(authorization);
  const credentials = {
    [scheme.clientId]: clientId,
    ...(clientSecret && { [scheme.clientSecret]: clientSecret }),
  };
  const connection: Connection = {
    name,
    connector: connector.id,
    account: `${connector.id}:${name}`,
    credentials,
    ...(servers && { servers }),
  };
  const { fetch, now, sleep, random, timeoutMs } = app.world;
  await using memory = await openSqlite({ path: ':memory:', now });
  const budgets = createBudgetLedger(memory);
  const deps = { fetch, now, sleep, random, timeoutMs, log: app.log, budgets, userAgent: 'trunkline' };
  const pair = await finishAuthorization(authorization, answer, connector, connection, deps);
  await app.stored.add({ name, connector: request.connector, credentials, settings, pair });
}
