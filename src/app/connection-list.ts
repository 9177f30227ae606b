import { credentialNames } from '../core/auth.ts';
import { schemeOf, type Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { StoredConnection } from '../store/vault.ts';
import type { App } from './app.ts';
import { ConfigError } from './config/index.ts';
import { linkNames } from './connections.ts';

/** A connection as it may be shown: never its credentials. */
export interface ConnectionView {
  name: string;
  connector: string;
  /** The kind of its sign-in, such as `oauth2`; of several, the one that was chosen. */
  signIn?: string;
  ready: boolean;
  /** Credentials that are not set, or the variables that they come from. */
  missing: string[];
  servers: Record<string, string>;
  plan: string;
  /** Where it is kept: in the configuration, or encrypted in Trunkline's own state. */
  source: 'configuration' | 'stored';
  /** Why it cannot be used. */
  problem?: string;
  state?: 'active' | 'disabled';
  /** When it was tested last, in ISO, and how that ended. */
  checkedAt?: string;
  checkResult?: string;
}

/** All connections: those of the configuration, then those that people added. */
export async function listConnections(app: App): Promise<ConnectionView[]> {
  await app.loadConnectors();
  const stored = await app.stored.list();
  const taken = new Set(stored.map(({ name }) => name).filter((name) => !app.config.connections[name]));
  const configured = linkNames(app.config).filter((name) => !taken.has(name));
  const views = await Promise.all(configured.map((name) => configuredView(app, name)));
  const added = stored.filter(({ name }) => taken.has(name));
  return [...views, ...added.map((one) => storedView(app, one) ?? orphanView(one))];
}

/** Its connector is gone, or cannot be read now. */
function orphanView({ name, connector }: StoredConnection): ConnectionView {
  const problem = `there is no connector '${connector}'`;
  return { name, connector, ready: false, missing: [], servers: {}, plan: '-', source: 'stored', problem };
}

function storedView(app: App, stored: StoredConnection): ConnectionView | undefined {
  const { name, state, checkedAt, checkResult, settings } = stored;
  const connector = connectorOrNone(app, stored.connector);
  if (!connector) return undefined;
  const ready = state === 'active' && (checkResult === null || checkResult === 'ok');
  const scheme = stored.auth === '' ? connector.auth : connector.auths?.[stored.auth];
  return {
    name,
    connector: connector.id,
    ...(scheme && { signIn: scheme.kind }),
    ready,
    missing: [],
    servers: { ...connector.servers, ...settings.servers },
    plan: settings.plan ?? connector.plan,
    source: 'stored',
    state,
    ...(ready ? {} : { problem: `${state === 'disabled' ? 'disabled' : 'failed'}: ${checkResult ?? ''}` }),
    ...(checkedAt === null ? {} : { checkedAt: new Date(checkedAt).toISOString() }),
    ...(checkResult === null ? {} : { checkResult }),
  };
}

function connectorOrNone(app: App, id: string): Connector | undefined {
  try {
    return app.connector(id);
  } catch (error) {
    if (error instanceof ConnectorError) return undefined;
    throw error;
  }
}

async function configuredView(app: App, name: string): Promise<ConnectionView> {
  try {
    const { connector, connection } = await app.link(name);
    const scheme = schemeOf(connector, connection);
    const missing = credentialNames(scheme).filter((one) => !connection.credentials[one]);
    return {
      name,
      connector: connector.id,
      signIn: scheme.kind,
      ready: missing.length === 0,
      missing: [...new Set(missing)],
      servers: { ...connector.servers, ...connection.servers },
      plan: connection.plan ?? connector.plan,
      source: 'configuration',
    };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    // What a built-in connection lacks is named by its variable.
    const missing = error instanceof ConfigError ? error.problems.map(({ where }) => where) : [];
    return {
      name,
      connector: app.config.connections[name]?.connector ?? name,
      ready: false,
      missing,
      servers: {},
      plan: '-',
      source: 'configuration',
      problem: error.message,
    };
  }
}
