import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConnectorError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import {
  loadConfig,
  type BrevoPlan,
  type Config,
  type ListTarget,
  type LogLevel,
  type ZoomPlan,
} from './config/index.ts';
import { connectorOf, knownCredentials } from './connections.ts';

/** What a program sets itself. It wins over the configuration file, and the file over the environment. */
export interface GivenSettings {
  /** Key of Brevo's API; else `BREVO_API_KEY`. */
  brevoApiKey?: string | undefined;
  /** Secret tokens of the Zoom app, several while one is being replaced; else `ZOOM_WEBHOOK_SECRET`. */
  webhookSecret?: string | readonly string[] | undefined;
  /** Decides Zoom's rate limits; else `ZOOM_PLAN`, else `pro`. */
  zoomPlan?: ZoomPlan | undefined;
  /** Decides Brevo's rate limits; else `BREVO_PLAN`, else `general`. */
  brevoPlan?: BrevoPlan | undefined;
  /** Folder of Trunkline's own state; else `TRUNKLINE_DATA_DIR`, else `./.trunkline`. */
  dataDir?: string | undefined;
  /** Brevo's lists by id or name, or null for none, for `activate`. */
  listIds?: Partial<Config['lists']> | undefined;
  /** What is written to stderr; else `LOG_LEVEL`, else `info`. */
  logLevel?: LogLevel | undefined;
  /** Path of the configuration file; else `TRUNKLINE_CONFIG`, else `./trunkline.yaml` if there is one. */
  configPath?: string | undefined;
  /** Instead of the environment of the process. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * The configuration of a program: file and environment, with what it sets itself on top.
 * @throws ConfigError with every problem at once
 */
export function configOf(given: GivenSettings): Config {
  const { brevoApiKey, zoomPlan, brevoPlan, dataDir, logLevel, configPath, webhookSecret } = given;
  const env = {
    ...(given.env ?? process.env),
    // By way of the environment they are checked like anything that comes from there.
    ...(zoomPlan !== undefined && { ZOOM_PLAN: zoomPlan }),
    ...(brevoPlan !== undefined && { BREVO_PLAN: brevoPlan }),
    ...(dataDir !== undefined && { TRUNKLINE_DATA_DIR: dataDir }),
    ...(logLevel !== undefined && { LOG_LEVEL: logLevel }),
  };
  const config = loadConfig({ env, cwd: process.cwd(), readFile: textOf, ...(configPath && { configPath }) });
  if (zoomPlan !== undefined) config.zoom.plan = zoomPlan;
  if (brevoPlan !== undefined) config.brevo.plan = brevoPlan;
  if (logLevel !== undefined) config.logLevel = logLevel;
  if (brevoApiKey) config.brevo.apiKey = new Secret(brevoApiKey);
  if (webhookSecret !== undefined) {
    const secrets: readonly string[] = typeof webhookSecret === 'string' ? [webhookSecret] : webhookSecret;
    // An empty one would let anybody sign.
    config.zoom.webhook.secretTokens = secrets.filter((one) => one !== '').map((one) => new Secret(one));
  }
  for (const [use, list] of Object.entries(given.listIds ?? {}) as [keyof Config['lists'], ListTarget][]) {
    if (list !== undefined) config.lists[use] = list;
  }
  return config;
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Credentials by name, and addresses that replace the connector's. Those that are undefined stay as they are. */
export interface GivenConnection {
  credentials: Readonly<Record<string, string | undefined>>;
  servers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Puts the credentials of a connection into the configuration. A name that no connection has yet is a connector: a
 * built-in id, or the path of a definition in JSON.
 * @returns whether anything is other than before
 * @throws ConnectorError of kind `config` for a connector or a credential that does not exist
 */
export function giveCredentials(config: Config, name: string, given: GivenConnection): boolean {
  const connector = connectorOf(config, name);
  const credentials = Object.entries(given.credentials).filter(
    (one): one is [string, string] => one[1] !== undefined && one[1] !== '',
  );
  const wanted = knownCredentials(connector);
  const strange = credentials.map(([key]) => key).filter((key) => !wanted.includes(key));
  if (strange.length > 0) {
    throw new ConnectorError(`${connector.title} has no credential '${strange.join("', '")}'`, {
      kind: 'config',
      connector: connector.id,
      hint: `It takes: ${wanted.join(', ') || 'none'}.`,
    });
  }
  if (!config.connections[name] && (name === 'zoom' || name === 'brevo')) {
    const changed = Object.entries(given.servers ?? {}).map(([key, url]) =>
      setServer(config, name, key, url),
    );
    return [...changed, ...credentials.map(([key, value]) => setBuiltIn(config[name], key, value))].includes(
      true,
    );
  }
  const before = config.connections[name];
  const same =
    before !== undefined &&
    credentials.every(([key, value]) => before.credentials[key]?.reveal() === value) &&
    Object.entries(given.servers ?? {}).every(([key, url]) => before.servers?.[key] === url);
  if (same) return false;
  config.connections[name] = {
    ...before,
    connector: before?.connector ?? (name.endsWith('.json') ? resolve(name) : name),
    credentials: {
      ...before?.credentials,
      ...Object.fromEntries(credentials.map(([key, value]) => [key, new Secret(value)])),
    },
    ...((before?.servers ?? given.servers) && { servers: { ...before?.servers, ...given.servers } }),
  };
  return true;
}

/** Sets one credential of an account that the configuration always has. */
function setBuiltIn(account: Config['zoom'] | Config['brevo'], key: string, value: string): boolean {
  const held = account as unknown as Record<string, string | Secret | undefined>;
  const before = held[key];
  if ((before instanceof Secret ? before.reveal() : before) === value) return false;
  held[key] = PLAIN.has(key) ? value : new Secret(value);
  return true;
}

/** Credentials that are ids, not secrets. */
const PLAIN: ReadonlySet<string> = new Set(['accountId', 'clientId']);

function setServer(config: Config, name: 'zoom' | 'brevo', key: string, url: string): boolean {
  const held = config[name] as unknown as Record<string, string>;
  const member = `${key}Url`;
  if (held[member] === url) return false;
  held[member] = url;
  return true;
}
