import { ConnectorTable } from '../../store/connectors.ts';
import type { App } from '../app.ts';
import { isBuiltIn, linkNames } from '../connections.ts';
import type { ConnectHouse } from './house.ts';

/** What the work on built connectors needs, of the house as it is. */
export async function houseOf(app: App): Promise<ConnectHouse> {
  return {
    table: new ConnectorTable(await app.store()),
    fetch: app.world.fetch,
    now: app.world.now,
    log: app.log,
    taken: isBuiltIn,
    changed: () => app.connectorsChanged(),
    connections: async () => {
      const stored = await app.stored.list();
      const names = new Set([...linkNames(app.config), ...stored.map(({ name }) => name)]);
      return Promise.all(
        [...names].map(async (name) => {
          const connector = app.config.connections[name]?.connector ?? (await app.stored.connectorOf(name));
          return { name, connector };
        }),
      );
    },
    link: (name) => app.link(name),
    openSession: (linked, fetch) => app.openSession(linked, fetch),
    nobody: (connector, servers) => ({
      connector,
      connection: {
        name: 'mock',
        connector: connector.id,
        account: `mock:${connector.id}`,
        credentials: {},
        servers,
      },
    }),
  };
}
