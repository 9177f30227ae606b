import { ConnectorError } from '../../core/errors.ts';
import type { PushedEvent } from '../../core/trigger.ts';
import { Dispatch } from '../../webhooks/dispatch.ts';
import { createReceiver, type Receiver } from '../../webhooks/receiver.ts';
import type { App } from '../app.ts';
import { laneOf, pushingConnections } from './connections.ts';

/**
 * Takes the webhooks of a connection for a program that handles them itself: proven, kept in the program's own store,
 * answered, and then handled, again and again until that is done. Ends with the app.
 * @param handle called for each event at least once, those about one meeting in the order of arrival
 * @throws ConnectorError of kind `config` for a connection that pushes nothing or has no secret
 */
export async function receiveFor(
  app: App,
  connection: string,
  handle: (event: PushedEvent) => Promise<unknown>,
): Promise<Receiver> {
  const found = (await pushingConnections(app)).get(connection);
  if (!found) throw pushesNothing(connection);
  if (found.secrets.length === 0) throw noSecret(connection);
  const { trigger, secrets, token } = found;
  const store = await app.store();
  const jobs = await app.jobs();
  const { log, redact, world } = app;
  const dispatch = new Dispatch({
    store,
    jobs,
    now: () => store.now(),
    redact,
    log,
    triggerOf: (name) => (name === connection ? trigger : undefined),
  });
  dispatch.on(trigger, '*', async (event: PushedEvent) => void (await handle(event)));
  await dispatch.start();
  return createReceiver({
    trigger,
    connection,
    secrets: () => secrets,
    ...(token && { token: { values: () => [token] } }),
    store,
    jobs,
    now: world.now,
    setTimer: world.setTimer,
    laneOf,
    log,
  });
}

function pushesNothing(name: string): ConnectorError {
  return new ConnectorError(`the connection '${name}' pushes no events`, {
    kind: 'config',
    hint: 'Name one that does, such as zoom.',
  });
}

function noSecret(name: string): ConnectorError {
  return new ConnectorError(`there is no webhook secret for '${name}', so nothing could be proven`, {
    kind: 'config',
    hint: 'Set ZOOM_WEBHOOK_SECRET to the Secret Token of the app: marketplace.zoom.us → the app → Feature.',
  });
}
