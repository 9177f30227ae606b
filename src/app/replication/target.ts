import { resolve as resolvePath } from 'node:path';
import { destinations } from '../../catalog.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Destination } from '../../core/destination.ts';
import { Secret } from '../../core/secret.ts';
import { isRecord, readDocument } from '../config/document.ts';
import { nearest } from '../config/nearest.ts';
import { ConfigError, oneOf, problem, show } from '../config/problem.ts';
import { Variables } from '../config/variables.ts';
import type { Place } from './replication.ts';

/** A destination and where it is. */
export interface Target {
  destination: Destination;
  url: Secret;
  /** The URL as it may be shown. */
  shown: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The destination that a text means: a URL, or the name of an environment variable that holds one, or that holds the
 * parts of one as YAML or JSON.
 * @param place where the text stands; undefined for the command line
 * @throws ConnectorError of kind `config` when it means none
 */
export function targetOf(text: string, env: Env, place?: Place): Target {
  const found = resolve(text, env);
  if ('destination' in found) return found;
  if (place) throw new ConfigError([problem({ ...place, ...found, example: `target: ${found.example}` })]);
  throw new ConnectorError(`--to: expected ${found.expected}, got ${found.got}`, {
    kind: 'config',
    hint: `Example: --to ${found.example}\nThere are: ${schemes().join(', ')}.`,
  });
}

interface Misfit {
  expected: string;
  got: string;
  reason?: string;
  example: string;
}

function resolve(text: string, env: Env): Target | Misfit {
  if (isUrl(text)) return ofUrl(text);
  const name = [text, text.toUpperCase()].find((one) => env[one]?.trim());
  if (name !== undefined) return ofVariable(name, env[name]?.trim() ?? '', env);
  const scheme = schemes().find((one) => one === `${text.toLowerCase()}:`);
  const path = /[./\\]/.test(text);
  const example = scheme ? exampleOf(scheme) : path ? `sqlite:${text}` : 'sqlite:./zoom.db';
  return {
    expected: 'the URL of a destination, or the name of an environment variable that holds it',
    got: show(text),
    ...(path || scheme ? {} : { reason: 'no such variable is set' }),
    example,
  };
}

function ofUrl(url: string): Target | Misfit {
  const scheme = url.slice(0, url.indexOf(':')).toLowerCase();
  const destination = byScheme(scheme);
  if (destination) return { destination, url: new Secret(url), shown: shownUrl(url) };
  const known = schemes().map((one) => one.slice(0, -1));
  const near = nearest(scheme, known) ?? '';
  return {
    expected: `${near}: or another of ${oneOf(schemes())}`,
    got: show(`${scheme}:`),
    reason: 'no such destination',
    example: exampleOf(`${near}:`),
  };
}

function byScheme(scheme: string): Destination | undefined {
  // A destination is loaded when it is named: their packages are large.
  if (Object.hasOwn(destinations, scheme)) return destinations[scheme as keyof typeof destinations];
  return Object.values(destinations).find((one) => one.schemes.includes(scheme));
}

/** `DB=postgres://…`, or `DB={type: postgres, host: db.example.com, user: zoom, database: zoom}`. */
function ofVariable(name: string, value: string, env: Env): Target | Misfit {
  if (isUrl(value)) return ofUrl(value);
  const example = `${name}=postgres://user@host/database in the environment`;
  const { root, problems } = readDocument(value, name, new Variables(env), () => undefined);
  if (problems.length > 0 || !isRecord(root)) {
    return { expected: `the URL of a destination in the variable ${name}`, got: 'something else', example };
  }
  const url = root['url'];
  if (typeof url === 'string' && isUrl(url)) return ofUrl(url);
  const given = root['type'];
  const type = typeof given === 'string' ? given.toLowerCase() : '';
  const built = urlOfParts(type, root);
  if (built) return ofUrl(built);
  return {
    expected: `url, or type with the parts of one, in the variable ${name}`,
    got: type === '' ? 'no type' : show(type),
    example,
  };
}

function urlOfParts(type: string, parts: Readonly<Record<string, unknown>>): string | undefined {
  const part = (...names: string[]): string => {
    const value = names.map((name) => parts[name]).find((one) => one !== undefined && one !== null);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  if (type === 'sqlite' || type === 'duckdb' || type === 'file') {
    const path = part('instance', 'path', 'database');
    return path === '' ? undefined : `${type}:${path}`;
  }
  const host = part('host');
  if ((type !== 'postgres' && type !== 'postgresql') || host === '') return undefined;
  const user = encodeURIComponent(part('user', 'username'));
  const password = part('password') === '' ? '' : `:${encodeURIComponent(part('password'))}`;
  const port = part('port') === '' ? '' : `:${part('port')}`;
  const options = [
    ['schema', part('schema')],
    ['sslmode', part('sslmode')],
  ].filter(([, value]) => value !== '') as [string, string][];
  const query = options.length > 0 ? `?${new URLSearchParams(options).toString()}` : '';
  const account = user === '' ? '' : `${user}${password}@`;
  return `postgres://${account}${host}${port}/${encodeURIComponent(part('database', 'dbname'))}${query}`;
}

/** A scheme has two letters or more: `C:\data` is a path. After the colon of YAML there is a space. */
function isUrl(text: string): boolean {
  return /^[a-z][a-z\d+.-]+:\S/i.test(text);
}

/** Absolute path of a destination on this machine; undefined for one that has a host. */
export function localPath({ url }: Target, cwd: string): string | undefined {
  const path = /^[a-z][a-z\d+.-]*:(?:\/\/(?=\/))?((?!\/\/)[^?]+)/i.exec(url.reveal())?.[1];
  return path === undefined ? undefined : resolvePath(cwd, decoded(path));
}

// A lone % is part of a name.
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A URL without its password. */
export function shownUrl(url: string): string {
  if (!/^[a-z][\w+.-]*:\/\//i.test(url)) return url;
  return url
    .replace(/(:\/\/[^:@/]*):.*@/s, '$1:[secret]@')
    .replaceAll(/([?&](?:password|sslpassword|sslkey)=)[^&]*/gi, '$1[secret]');
}

function schemes(): string[] {
  return Object.keys(destinations).map((scheme) => `${scheme}:`);
}

function exampleOf(scheme: string): string {
  const own = destinations[scheme.slice(0, -1) as keyof typeof destinations];
  return own.example;
}
