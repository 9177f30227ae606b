import { resolve } from 'node:path';
import type { App } from '../app/index.ts';
import type { Connector } from '../core/connector.ts';
import type { Secret } from '../core/secret.ts';
import type { ConnectionSettings } from '../store/vault.ts';
import type { Invocation } from './invocation.ts';
import { usageError } from './report-error.ts';

/** Options of `connections add`. */
export interface AddOptions {
  name?: string;
  credential?: string[];
  plan?: string;
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
  cwd: string,
  args: readonly string[],
  options: AddOptions,
): Promise<Wanted> {
  const { checkName, defaultSettings } = await import('../app/connection-defaults.ts');
  const { knownCredentials, spelled } = await import('../app/connections.ts');
  const [first, ...rest] = args;
  if (!first || first.startsWith('-')) {
    throw usageError('the connector is missing', 'Example: trunkline connections add zoom --oauth');
  }
  const configured = ofConfiguration(app, first, options);
  const reference = configured?.connector ?? (first.endsWith('.json') ? resolve(cwd, first) : first);
  const connector = app.connector(reference);
  const name = options.name ?? (configured ? first : connector.id);
  if (!configured) checkName(app.config, name);
  if (options.plan !== undefined && !Object.hasOwn(connector.budgets, options.plan)) {
    throw usageError(
      `${connector.title} has no plan '${options.plan}'`,
      `Plans: ${Object.keys(connector.budgets).join(', ')}`,
    );
  }
  const settings = {
    ...defaultSettings(app.config, connector),
    ...(configured?.servers && { servers: configured.servers }),
    ...(options.plan === undefined ? {} : { plan: options.plan }),
  };
  const given = {
    ...revealed(spelled(connector, configured?.credentials ?? {})),
    ...readCredentials(knownCredentials(connector), options.credential ?? [], rest),
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

/** Credentials from `--credential key=value` and `--key value`; a message never repeats a value. */
function readCredentials(
  known: readonly string[],
  pairs: readonly string[],
  rest: readonly string[],
): Record<string, string> {
  const given: Record<string, string> = {};
  const add = (key: string, value: string, written: string): void => {
    const name = known.find((one) => plain(one) === plain(key));
    if (name === undefined) {
      throw usageError(`there is no credential or option '${written}'`, `Credentials: ${known.join(', ')}`);
    }
    given[name] = value;
  };
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 1) throw usageError('--credential wants key=value', `Credentials: ${known.join(', ')}`);
    add(pair.slice(0, equals), pair.slice(equals + 1), pair.slice(0, equals));
  }
  for (let i = 0; i < rest.length; i++) {
    const [, key, inline] = /^--([\w-]+)(?:=(.*))?$/s.exec(rest[i] ?? '') ?? [];
    if (key === undefined) throw usageError('one argument too many', 'Options begin with --.');
    const value = inline ?? rest[++i];
    if (value === undefined) throw usageError(`--${key} wants a value`);
    add(key, value, `--${key}`);
  }
  return given;
}

function plain(name: string): string {
  return name.replaceAll(/[_-]/g, '').toLowerCase();
}

/** The credentials wanted: as given, else from the environment, else asked for without showing them. */
export async function completeCredentials(
  invocation: Invocation,
  { connector, given }: Wanted,
  required: readonly string[],
  optional: readonly string[] = [],
): Promise<Record<string, Secret>> {
  const { Secret } = await import('../core/secret.ts');
  const { variableOf } = await import('../app/connection-defaults.ts');
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
