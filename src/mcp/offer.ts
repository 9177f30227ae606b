import { isFixed, linkNames, type App } from '../app/index.ts';
import type { Effect } from '../core/action.ts';
import { listActions, type Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import { isRaw } from '../core/raw.ts';
import type { NamedAction } from './names.ts';

/** What an assistant is offered. Reading is on; everything else is a choice of the person. */
export interface Offer {
  /** Names of connections, in the order in which they are shown. */
  connections: readonly string[];
  /** Actions that change something, too. */
  write: boolean;
  /** Actions that destroy something, each by name: `zoom.meetings.remove`. */
  destroy: readonly string[];
  /** Each allowed action is a tool of its own, beside those that answer questions. Costs many tokens. */
  everyAction: boolean;
}

/** What a person chose; the configuration decides the rest. */
export interface Choice {
  connections?: readonly string[] | undefined;
  write?: boolean | undefined;
  destroy?: readonly string[] | undefined;
  everyAction?: boolean | undefined;
}

/**
 * The offer of a choice over the configuration. Without any, the built-in connections and those of the configuration;
 * what people added is offered when it is named.
 * @throws ConnectorError of kind `config` for a connection or an action that does not exist
 */
export async function offerOf(app: App, choice: Choice = {}): Promise<Offer> {
  const { mcp } = app.config;
  const named = choice.connections ?? mcp?.connections;
  const known = (await app.listConnections()).map(({ name }) => name);
  for (const name of named ?? []) {
    if (!known.includes(name)) {
      throw new ConnectorError(`there is no connection '${name}'`, {
        kind: 'config',
        hint: `There are: ${known.join(', ')}. Add one with trunkline connections add.`,
      });
    }
  }
  const connections = named ?? linkNames(app.config);
  await app.loadConnectors();
  await refuseUnpublished(app, named ?? []);
  const destroy = choice.destroy ?? mcp?.allowDestroy ?? [];
  for (const full of destroy) {
    const dot = full.indexOf('.');
    const owner = full.slice(0, dot);
    const found =
      connections.includes(owner) &&
      listActions(app.connector(await app.stored.connectorOf(owner))).some(
        ({ name, action }) => name === full.slice(dot + 1) && action.effect === 'destroy',
      );
    if (found) continue;
    throw new ConnectorError(`'${full}' is no action of the chosen connections that destroys something`, {
      kind: 'config',
      hint: 'Write <connection>.<action>, such as zoom.meetings.remove.',
    });
  }
  return {
    connections,
    write: choice.write ?? mcp?.allowWrite ?? false,
    destroy,
    everyAction: choice.everyAction ?? mcp?.everyAction ?? false,
  };
}

/** What somebody is still building is not shown to assistants: it may do something else than it says. */
async function refuseUnpublished(app: App, named: readonly string[]): Promise<void> {
  const ids = await Promise.all(
    named.map(async (name) => ({ name, id: await app.stored.connectorOf(name) })),
  );
  const own = ids.filter(({ id }) => !isFixed(app.config.connections[id]?.connector ?? id));
  if (own.length === 0) return;
  const built = await (await app.connect()).list();
  for (const { name, id } of own) {
    const connector = app.config.connections[id]?.connector ?? id;
    const found = built.find((one) => one.id === connector);
    if (!found || found.published !== undefined) continue;
    throw new ConnectorError(`the connector of '${name}' is not published yet`, {
      kind: 'config',
      connector,
      hint: `Test it, then publish it: trunkline connectors publish ${connector}`,
    });
  }
}

/** Whether an action may be called. One whose input names the request may not: it could be anything. */
export function isOffered(offer: Offer, connection: string, { name, action }: NamedAction): boolean {
  if (!offer.connections.includes(connection) || isRaw(action)) return false;
  const may: Record<Effect, boolean> = {
    read: true,
    write: offer.write,
    destroy: offer.destroy.includes(`${connection}.${name}`),
  };
  return may[action.effect];
}

/** The connector of a connection that is offered. */
export async function offeredConnector(app: App, offer: Offer, connection: string): Promise<Connector> {
  if (offer.connections.includes(connection)) {
    return app.connector(await app.stored.connectorOf(connection));
  }
  throw new ConnectorError(`the connection '${connection}' is not offered here`, {
    kind: 'input',
    hint: `Offered: ${offer.connections.join(', ')}.`,
  });
}
