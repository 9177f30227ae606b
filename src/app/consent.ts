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
  /** Key in the connector's `auths`; the first way with a consent when left out. */
  auth?: string;
  clientId: Secret;
  /** Public clients have none. */
  clientSecret?: Secret;
  redirectUri: string;
  scopes?: readonly string[];
  /** What the way to sign in wants beside the client, and what other ways want. */
  credentials?: Readonly<Record<string, Secret>>;
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
  const { name: auth, scheme } = oauthOf(connector, request.auth);
  const { servers, allowPrivate, variables } = settings;
  const place = {
    ...(auth !== '' && { auth }),
    ...(servers && { servers }),
    ...(allowPrivate !== undefined && { allowPrivate }),
    ...(variables && { variables }),
  };
  const authorization = beginAuthorization({
    connector,
    clientId: clientId.reveal(),
    redirectUri,
    ...(scopes && { scopes }),
    ...place,
  });
  const answer = await ask(authorization);
  const credentials = {
    ...request.credentials,
    [scheme.clientId]: clientId,
    ...(clientSecret && { [scheme.clientSecret]: clientSecret }),
  };
  const connection: Connection = {
    name,
    connector: connector.id,
    account: `${connector.id}:${name}`,
    credentials,
    ...place,
  };
  const { fetch, lookup, now, sleep, random, timeoutMs } = app.world;
  await using memory = await openSqlite({ path: ':memory:', now });
  const budgets = createBudgetLedger(memory);
  const world = { fetch, ...(lookup && { lookup }), now, sleep, random, timeoutMs };
  const deps = { ...world, log: app.log, budgets, userAgent: 'trunkline' };
  const pair = await finishAuthorization(authorization, answer, connector, connection, deps);
  await app.stored.add({ name, connector: request.connector, auth, credentials, settings, pair });
}
