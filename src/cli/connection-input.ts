import { resolve } from 'node:path';
import { variableOf } from '../app/connection-defaults.ts';
import type { App } from '../app/index.ts';
import type { Connector } from '../core/connector.ts';
import type { Secret } from '../core/secret.ts';
import type { ConnectionSettings } from '../store/vault.ts';
import { readCredentials } from './credential-input.ts';
import type { Invocation } from './invocation.ts';
import type { Io } from './io.ts';
import { usageError } from './report-error.ts';

/** Options of `connections add`. */
export interface AddOptions {
  name?: string;
  credential?: string[];
  credentialsFrom?: string;
  auth?: string;
  server?: string[];
  variable?: string[];
  allowPrivate?: true | string[];
  plan?: string;
  scope?: string[];
  oauth?: boolean;
  port: string;
  timeout: string;
  browser: boolean;
  check: boolean;
}

/** What is to be added, as far as the command line says. */
export interface Wanted {
  connector: Connector;
  /** What is stored: an id, or the absolute path of a definition. */
  reference: string;
  name: string;
  settings: ConnectionSettings;
  given: Record<string, string>;
}

/** Reads a command line of `connections add`. */
export async function readWanted(
  app: App,
  io: Pick<Io, 'cwd' | 'stdin'>,
  args: readonly string[],
  options: AddOptions,
): Promise<Wanted> {
  const { checkName, defaultSettings } = await import('../app/connection-defaults.ts');
  const { settingsFor } = await import('../app/new-connection.ts');
  const { knownCredentials, spelled } = await import('../app/connections.ts');
  const [first, ...rest] = args;
  if (!first || first.startsWith('-')) {
    throw usageError('the connector is missing', 'Example: trunkline connections add zoom --oauth');
  }
  const configured = ofConfiguration(app, first, options);
  const reference = configured?.connector ?? (first.endsWith('.json') ? resolve(io.cwd, first) : first);
  await app.loadConnectors();
  const connector = app.connector(reference);
  const name = options.name ?? (configured ? first : connector.id);
  if (!configured) checkName(app.config, name);
  const usual = defaultSettings(app.config, connector);
  const place = settingsFor(connector, {
    servers: pairsOf('--server', options.server, 'api=https://api.example.com'),
    variables: pairsOf('--variable', options.variable, 'region=eu'),
    plan: options.plan,
    allowPrivate: options.allowPrivate ?? configured?.allowPrivate,
  });
  const settings = {
    ...usual,
    ...(configured?.variables && { variables: configured.variables }),
    ...place,
    ...((usual.servers ?? configured?.servers ?? place.servers) && {
      servers: { ...usual.servers, ...configured?.servers, ...place.servers },
    }),
  };
  const given = {
    ...revealed(spelled(connector, configured?.credentials ?? {})),
    ...(await readCredentials(knownCredentials(connector), options, rest, io)),
  };
  return { connector, reference, name, settings, given };
}

/** The connection of the configuration to which a person is to consent: by its own name, or as `--name`. */
function ofConfiguration(
  { config }: App,
  first: string,
  { name = first, oauth }: AddOptions,
): App['config']['connections'][string] | undefined {
  const found = oauth ? config.connections[name] : undefined;
  return found?.auth !== undefined && [name, found.connector].includes(first) ? found : undefined;
}

function revealed(credentials: Readonly<Record<string, Secret>>): Record<string, string> {
  return Object.fromEntries(Object.entries(credentials).map(([name, secret]) => [name, secret.reveal()]));
}

/** Options that say `name=value`, as a map. */
function pairsOf(
  option: string,
  given: readonly string[] | undefined,
  example: string,
): Record<string, string> {
  return Object.fromEntries(
    (given ?? []).map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw usageError(`${option} wants name=value`, `Example: ${option} ${example}`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

/** Whether a credential was given, or stands in the environment. */
export function isAtHand(invocation: Invocation, { connector, given }: Wanted, name: string): boolean {
  return Boolean(given[name] ?? invocation.env()[variableOf(connector, name)]?.trim());
}

/** The credentials wanted: as given, else from the environment, else asked for without showing them. */
export async function completeCredentials(
  invocation: Invocation,
  { connector, given }: Wanted,
  required: readonly string[],
  optional: readonly string[] = [],
): Promise<Record<string, Secret>> {
  const { Secret } = await import('../core/secret.ts');
  const env = invocation.env();
  const found: Record<string, Secret> = {};
  const missing: string[] = [];
  for (const name of new Set([...required, ...optional])) {
    const value = given[name] ?? env[variableOf(connector, name)]?.trim();
    if (value) found[name] = new Secret(value);
    else if (required.includes(name)) missing.push(name);
  }
  const { io } = invocation;
  if (missing.length > 0 && !(io.isTTY.stdin && io.isTTY.stderr)) {
    const ways = missing.map(
      (name) => `${variableOf(connector, name)} in the environment, or --${kebab(name)}`,
    );
    throw usageError(`not given: ${missing.join(', ')}`, `Set ${ways.join('\nSet ')}`);
  }
  for (const name of missing) {
    const { isCancel, password } = await import('@clack/prompts');
    const answer = await password({
      message: `${connector.title}: ${name}`,
      input: io.stdin,
      output: io.stderr,
      signal: invocation.signal,
    });
    if (isCancel(answer) || !answer) throw usageError(`not given: ${name}`);
    found[name] = new Secret(answer.trim());
  }
  return found;
}

function kebab(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}
