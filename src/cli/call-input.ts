import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import type { Action } from '../core/action.ts';
import { ConnectorError, type FieldError } from '../core/errors.ts';
import { fieldErrors } from '../core/schema.ts';
import { parseJson } from '../http/body.ts';
import { kebab, parseField, placeholder, type Field } from './fields.ts';
import type { Io } from './io.ts';
import { usageError } from './report-error.ts';

const EXPECTED = `--input: expected a JSON object, @ and the path of a file that holds one, or - to read it from stdin`;

/** Reads what `--input` names. */
export async function readInput(given: string, io: Io): Promise<Record<string, unknown>> {
  const source =
    given === '-' ? await readAll(io.stdin) : given.startsWith('@') ? readNamed(given, io) : given;
  let value: unknown;
  try {
    value = parseJson(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(`${EXPECTED}; this is not JSON: ${reason}`, `Example: --input '{"page_size": 5}'`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw usageError(
    `${EXPECTED}; got ${Array.isArray(value) ? 'a list' : JSON.stringify(value)}`,
    `Example: --input '{"page_size": 5}'`,
  );
}

function readNamed(given: string, io: Io): string {
  try {
    return readFileSync(resolve(io.cwd, given.slice(1)), 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(`--input ${given} cannot be read: ${reason}`);
  }
}

/** What the parser makes of a flag: a list for one that may be repeated. */
type FlagValue = boolean | string | readonly string[];

/** The values of the flags, by the names of the inputs. */
export function readFlags(
  fields: readonly Field[],
  options: Readonly<Record<string, FlagValue | undefined>>,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const field of fields) {
    const value = options[field.flag];
    if (typeof value === 'boolean') input[field.name] = value;
    else if (typeof value === 'string') input[field.name] = parseField(field, value);
    else if (value !== undefined) input[field.name] = value.flatMap((one) => parseField(field, one));
  }
  return input;
}

/** Checks an input before anything is opened, so that a mistake costs nothing. */
export function checkInput(
  place: { connector: string; name: string; action: Action },
  fields: readonly Field[],
  input: Readonly<Record<string, unknown>>,
): void {
  const { connector, name, action } = place;
  const parsed = action.input.safeParse(input);
  if (parsed.success) return;
  const wrong = fieldErrors(parsed.error).map((error) => sharpen(error, fields, input));
  const lines = wrong.map(({ field, message }) => `${labelOf(field, fields)}: ${message}`);
  throw new ConnectorError(
    `the input of ${connector} ${name} is not right:\n${[...new Set(lines)].join('\n')}`,
    {
      kind: 'input',
      connector,
      action: name,
      fields: wrong,
      hint: `Example: ${exampleLine(connector, name, action, fields)}\nAll fields: trunkline call ${connector} ${name} --help`,
    },
  );
}

/** Says what the schema's words leave out: that it is missing, and what was expected. */
function sharpen(
  error: FieldError,
  fields: readonly Field[],
  input: Readonly<Record<string, unknown>>,
): FieldError {
  const field = fields.find(({ name }) => name === error.field);
  if (!field) return error;
  const expected = `expected ${placeholder(field)}${field.description ? ` (${field.description})` : ''}`;
  if (input[field.name] === undefined) return { field: field.name, message: `is required; ${expected}` };
  const vague = error.message === 'Invalid input';
  return { field: field.name, message: vague ? expected : `${error.message}${description(field)}` };
}

function description(field: Field): string {
  return field.description ? ` (${field.description})` : '';
}

function labelOf(name: string, fields: readonly Field[]): string {
  const field = fields.find((one) => one.name === name);
  return field ? `--${field.flag}` : name;
}

/** A command line that passes, made from the action's own example. */
export function exampleLine(
  connector: string,
  name: string,
  action: Action,
  fields: readonly Field[],
): string {
  const flags = Object.entries(action.example).flatMap(([key, value]) => {
    const field = fields.find((one) => one.name === key);
    return field ? [flagText(field, value)] : [`--${kebab(key)} ${quote(JSON.stringify(value))}`];
  });
  return [
    'trunkline call',
    connector,
    name,
    ...flags,
    ...(action.effect === 'destroy' ? ['--yes'] : []),
  ].join(' ');
}

function flagText(field: Field, value: unknown): string {
  if (value === true) return `--${field.flag}`;
  if (value === false) return `--no-${field.flag}`;
  const values = Array.isArray(value) && field.item !== 'json' ? (value as unknown[]) : [value];
  return values
    .map((one) => `--${field.flag} ${quote(typeof one === 'string' ? one : JSON.stringify(one))}`)
    .join(' ');
}

/** For a POSIX shell. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
