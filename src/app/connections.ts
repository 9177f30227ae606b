import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connectors as builtIn } from '../catalog.ts';
import { credentialNames, optionalCredentialNames } from '../core/auth.ts';
import type { Connection, Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import { ownHosts } from '../core/private-address.ts';
import { Secret } from '../core/secret.ts';
import { connectorFromJson } from '../openapi/from-json.ts';
import { requireBrevo, requireZoom, type Config } from './config/index.ts';

/** A connection with the connector that it is for. */
export interface Linked {
  connector: Connector;
  connection: Connection;
}

/** Every connection by name: the two that the configuration always has, and those of its `connections`. */
export function linkNames(config: Config): string[] {
  return [...new Set([...Object.keys(builtIn), ...Object.keys(config.connections)])];
}

/**
 * One connection by name.
 * @throws ConnectorError of kind `config` when there is none, or something of it is missing
 */
export function link(config: Config, name: string): Linked {
  const custom = config.connections[name];
  if (custom) {
    const connector = connectorOf(config, name);
    const { connector: _, ...settings } = custom;
    const allowPrivate = custom.allowPrivate ?? ownHosts(custom.servers ?? {});
    const credentials = spelled(connector, custom.credentials);
    const account = accountOf(connector, name, credentials);
    return {
      connector,
      connection: { ...settings, allowPrivate, credentials, name, connector: connector.id, account },
    };
  }
  if (name === 'zoom') return { connector: builtIn.zoom, connection: zoomConnection(config) };
  if (name === 'brevo') return { connector: builtIn.brevo, connection: brevoConnection(config) };
  throw new ConnectorError(`there is no connection '${name}'`, {
    kind: 'config',
    hint: `There are: ${linkNames(config).join(', ')}. Add others under 'connections' in trunkline.yaml.`,
  });
}

/** A connector by its id, by the name of a connection, or by the path of its definition; needs no credentials. */
export function connectorOf(config: Config, name: string): Connector {
  const id = config.connections[name]?.connector ?? name;
  const own = isFixed(id) ? undefined : built.get(config)?.get(id);
  if (own) return own;
  const known = made.get(config) ?? new Map<string, Connector>();
  made.set(config, known);
  // Made once: a session knows the actions of a connector by identity.
  const connector = known.get(id) ?? findConnector(config, id);
  known.set(id, connector);
  return connector;
}

const made = new WeakMap<Config, Map<string, Connector>>();
const built = new WeakMap<Config, BuiltConnectors>();

/** The connectors that people built, as this process knows them. */
export interface BuiltConnectors {
  get(id: string): Connector | undefined;
  all(): Connector[];
}

/** From now on, connectors that people built are found, too. */
export function provideBuilt(config: Config, connectors: BuiltConnectors): void {
  built.set(config, connectors);
}

export function isBuiltIn(id: string): boolean {
  return Object.hasOwn(builtIn, id);
}

/** Whether a connector is found without the store: it comes with the package, or lies in a file. */
export function isFixed(id: string): boolean {
  return isBuiltIn(id) || id.endsWith('.json');
}

/** Credentials by the names of the connector: a YAML file says `client_id` where the connector says `clientId`. */
export function spelled(
  connector: Connector,
  given: Readonly<Record<string, Secret>>,
): Record<string, Secret> {
  const wanted = new Map(knownCredentials(connector).map((name) => [plain(name), name]));
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [wanted.get(plain(name)) ?? name, value]),
  );
}

/** Names of all credentials that any way to sign in to a connector takes. */
export function knownCredentials(connector: Connector): string[] {
  const schemes = [connector.auth, ...Object.values(connector.auths ?? {})];
  const names = schemes.flatMap((scheme) => [...credentialNames(scheme), ...optionalCredentialNames(scheme)]);
  return [...new Set(names)];
}

function plain(name: string): string {
  return name.replaceAll(/[_-]/g, '').toLowerCase();
}

function findConnector(config: Config, name: string): Connector {
  if (Object.hasOwn(builtIn, name)) return builtIn[name as keyof typeof builtIn];
  if (!name.endsWith('.json')) {
    throw new ConnectorError(`there is no connector '${name}'`, {
      kind: 'config',
      hint: `There are: ${[...Object.keys(builtIn), ...(built.get(config)?.all() ?? []).map(({ id }) => id)].join(', ')}; or give the path of a connector definition in JSON. To make one of an API: trunkline connectors import <document>`,
    });
  }
  try {
    return connectorFromJson(JSON.parse(readFileSync(name, 'utf8')));
  } catch (cause) {
    if (cause instanceof ConnectorError) {
      throw new ConnectorError(`${name}: ${cause.message}`, {
        kind: 'config',
        hint: cause.hint,
        fields: cause.fields,
      });
    }
    throw new ConnectorError(
      `${name} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        kind: 'config',
        hint: 'The connector of a connection is a built-in id or the path of a definition in JSON.',
        cause,
      },
    );
  }
}

function zoomConnection(config: Config): Connection {
  const { accountId, clientId, clientSecret } = requireZoom(config);
  const { apiUrl, oauthUrl, plan, share, dailyShare } = config.zoom;
  return {
    name: 'zoom',
    connector: 'zoom',
    account: `zoom:${accountId}`,
    credentials: { accountId: new Secret(accountId), clientId: new Secret(clientId), clientSecret },
    servers: { api: apiUrl, oauth: oauthUrl },
    plan,
    share,
    dailyShare,
  };
}

function brevoConnection(config: Config): Connection {
  const { apiKey } = requireBrevo(config);
  const { apiUrl, plan } = config.brevo;
  const credentials = { apiKey };
  return {
    name: 'brevo',
    connector: 'brevo',
    account: accountOf(builtIn.brevo, 'brevo', credentials),
    credentials,
    servers: { api: apiUrl },
    plan,
  };
}

/** Budgets belong to an account: by its id when the credentials name it, else by the key itself, not readable. */
export function accountOf(
  connector: Connector,
  name: string,
  credentials: Readonly<Record<string, Secret>>,
): string {
  const named = connector.account === undefined ? undefined : credentials[connector.account];
  if (named) return `${connector.id}:${named.reveal()}`;
  const all = Object.values(credentials).map((secret) => secret.reveal());
  if (all.length === 0) return `${connector.id}:${name}`;
  return `${connector.id}:${createHash('sha256').update(all.join('\u0000')).digest('hex').slice(0, 16)}`;
}
