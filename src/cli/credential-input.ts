import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Io } from './io.ts';
import { usageError } from './report-error.ts';

/** Credentials as the command line gives them. */
interface Given {
  credential?: readonly string[];
  /** File with a JSON object, or `-` for standard input. */
  credentialsFrom?: string;
}

/**
 * Credentials from `--credential key=value`, `--key value` and `--credentials-from`; a message never repeats a value.
 * @param known names of all that the connector takes
 * @param rest what the parser did not know
 */
export async function readCredentials(
  known: readonly string[],
  { credential = [], credentialsFrom }: Given,
  rest: readonly string[],
  io: Pick<Io, 'cwd' | 'stdin'>,
): Promise<Record<string, string>> {
  const given: Record<string, string> = {};
  const there = `Credentials: ${known.join(', ') || 'none'}`;
  const add = (key: string, value: string, written: string): void => {
    const name = known.find((one) => plain(one) === plain(key));
    if (name === undefined) throw usageError(`there is no credential or option '${written}'`, there);
    given[name] = value;
  };
  if (credentialsFrom !== undefined) {
    for (const [key, value] of Object.entries(await readObject(credentialsFrom, io))) add(key, value, key);
  }
  for (const pair of credential) {
    const equals = pair.indexOf('=');
    if (equals < 1) throw usageError('--credential wants key=value', there);
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

async function readObject(from: string, io: Pick<Io, 'cwd' | 'stdin'>): Promise<Record<string, string>> {
  let value: unknown;
  try {
    value = JSON.parse(from === '-' ? await text(io.stdin) : await readFile(resolve(io.cwd, from), 'utf8'));
  } catch {
    // What it holds is secret, so the message says nothing of it.
    value = undefined;
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = isObject ? Object.entries(value as Record<string, unknown>) : [];
  // A key as JWK is an object; its text is the credential.
  const texts = entries.map(([key, one]) => [key, typeof one === 'string' ? one : JSON.stringify(one)]);
  if (isObject) return Object.fromEntries(texts) as Record<string, string>;
  const where = from === '-' ? 'standard input' : from;
  throw usageError(
    `--credentials-from: ${where} holds no JSON object`,
    'Example: echo \'{"token":"..."}\' | trunkline connections add acme --credentials-from -',
  );
}

function plain(name: string): string {
  return name.replaceAll(/[_-]/g, '').toLowerCase();
}
