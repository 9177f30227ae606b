import { resolve } from 'node:path';
import type { App } from '../app/index.ts';
import type { Connector } from '../core/connector.ts';

/** A connector, and the name by which `call` and `actions` find it. */
export interface NamedConnector {
  name: string;
  connector: Connector;
}

/** A connector by its id, by the name of a connection of the configuration, or by its path. */
export function findConnector(app: App, name: string, cwd: string): NamedConnector {
  const path = name.endsWith('.json') && !app.config.connections[name] ? resolve(cwd, name) : name;
  return { name, connector: app.connector(path) };
}

/** A connector by all that may stand on the command line: the name of a stored connection, too. */
export async function findLinked(app: App, name: string, cwd: string): Promise<NamedConnector> {
  await app.loadConnectors();
  const { connector } = findConnector(app, await app.stored.connectorOf(name), cwd);
  return { name, connector };
}

/** Everything by whose name a connector is found: the built-in ones, and all connections. */
export async function knownNames(app: App): Promise<string[]> {
  const { linkNames } = await import('../app/index.ts');
  const stored = await app.stored.list();
  await app.loadConnectors();
  const built = app.connectors().map(({ id }) => id);
  return [...new Set([...linkNames(app.config), ...stored.map(({ name }) => name), ...built])];
}

/** The named connector, or each one once: the built-in, and those that connections of the configuration bring. */
export async function chooseConnectors(
  app: App,
  name: string | undefined,
  cwd: string,
): Promise<NamedConnector[]> {
  if (name !== undefined) return [await findLinked(app, name, cwd)];
  const { linkNames } = await import('../app/index.ts');
  const { connectors: builtIn } = await import('../catalog.ts');
  const found = new Map<string, NamedConnector>(
    Object.entries(builtIn).map(([id, connector]) => [id, { name: id, connector }]),
  );
  for (const link of linkNames(app.config)) {
    const of = app.config.connections[link]?.connector ?? link;
    if (!found.has(of)) found.set(of, { name: link, connector: app.connector(link) });
  }
  await app.loadConnectors();
  for (const connector of app.connectors()) {
    const known = [...found.values()].some((one) => one.connector === connector);
    if (!known) found.set(connector.id, { name: connector.id, connector });
  }
  return [...found.values()];
}
