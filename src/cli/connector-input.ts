import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import type { Io } from './io.ts';
import { usageError } from './report-error.ts';

/** For options that may be repeated. */
export function collect(one: string, all: string[] | undefined): string[] {
  return [...(all ?? []), one];
}

/** The text that an option names: itself, `@` and a file, or `-` for stdin. */
export async function textOf(given: string, io: Io): Promise<string> {
  if (given === '-') return readAll(io.stdin);
  return given.startsWith('@') ? readFile(given.slice(1), io) : given;
}

export function readFile(path: string, io: Io): string {
  try {
    return readFileSync(resolve(io.cwd, path), 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(`${path} cannot be read: ${reason}`);
  }
}

/** JSON that an option names. */
export async function jsonOf(option: string, given: string, io: Io): Promise<unknown> {
  const text = await textOf(given, io);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(`${option}: this is not JSON: ${reason}`, `Give JSON, @ and a file, or - for stdin.`);
  }
}

/** `name=value` pairs; the value is JSON where it reads as such, else text. */
export function pairsOf(
  option: string,
  given: readonly string[] | undefined,
  separator = '=',
): [string, unknown][] {
  return (given ?? []).map((one) => {
    const at = one.indexOf(separator);
    if (at < 1) throw usageError(`${option} ${one}: expected name${separator}value`);
    return [one.slice(0, at).trim(), valueOf(one.slice(at + 1).trim())];
  });
}

/** JSON where a text reads as such; else the text. */
export function valueOf(text: string): unknown {
  if (!/^(?:[[{"]|-?\d|true$|false$|null$)/.test(text)) return text;
  try {
    const value = JSON.parse(text) as unknown;
    // A number that loses digits is an id, and ids are texts.
    return typeof value === 'number' && String(value) !== text ? text : value;
  } catch {
    return text;
  }
}

/** A whole number of an option. */
export function wholeOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= 0) return value;
  throw usageError(`${option} wants a whole number`);
}

/** Options of an operation's fields, as `add` and `edit` take them. */
export interface FieldOptions {
  method?: string;
  path?: string;
  title?: string;
  description?: string;
  query?: string[];
  header?: string[];
  body?: string;
  response?: string;
}

/** The fields that were given; undefined ones were not. */
export async function fieldsOf(options: FieldOptions, io: Io) {
  const { method, path, title, description, query, header, body, response } = options;
  const headers = (header ?? []).map((one): [string, unknown] => {
    const at = one.search(/[:=]/);
    return at < 1 ? [one.trim(), null] : [one.slice(0, at).trim(), one.slice(at + 1).trim() || null];
  });
  const queries = (query ?? []).map((one): [string, unknown] => {
    const at = one.indexOf('=');
    return at < 1 ? [one.trim(), null] : [one.slice(0, at), valueOf(one.slice(at + 1))];
  });
  return {
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(queries.length === 0 ? {} : { query: Object.fromEntries(queries) }),
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
    ...(body === undefined ? {} : { body: await jsonOf('--body', body, io) }),
    ...(response === undefined ? {} : { response: await jsonOf('--response', response, io) }),
  };
}
