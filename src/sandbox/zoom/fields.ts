/** What Zoom's documents allow in a request body, and the `errors[]` of what does not fit (FACTS D). */
import { isRecord } from '../record.ts';
import type { SandboxAnswer } from '../types.ts';
import { zoomError } from './errors.ts';
import { numberOf } from './json-body.ts';

/** One member of a body. */
export type Field =
  | { is: 'text'; min?: number; max?: number; like?: RegExp; oneOf?: readonly string[] }
  | { is: 'number'; min?: number; max?: number; oneOf?: readonly number[] }
  | { is: 'flag' }
  | { is: 'list'; of: Field; max?: number }
  | { is: 'object'; fields: Fields; required?: readonly string[] };

/** Members by name; what is not named passes, as Zoom ignores what it does not know. */
export type Fields = Readonly<Record<string, Field>>;

/** Any text, or one of at most that many characters. */
export const text = (max?: number): Field => ({ is: 'text', ...(max === undefined ? {} : { max }) });
/** True or false. */
export const flag: Field = { is: 'flag' };
/** A whole number within limits. */
export const whole = (min?: number, max?: number): Field => ({
  is: 'number',
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});
/** One of some numbers. */
export const among = (...oneOf: readonly number[]): Field => ({ is: 'number', oneOf });
/** One of some words. */
export const word = (...oneOf: readonly string[]): Field => ({ is: 'text', oneOf });
/** An address such as `ada@example.com`. */
export const email: Field = { is: 'text', max: 128, like: /^[^\s@]+@[^\s@]+\.[^\s@]+$/ };
/** `2026-05-13T10:00:00Z`, or without `Z` in local time (FACTS A). */
export const moment: Field = {
  is: 'text',
  like: /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/,
};
/** A list. */
export const listOf = (of: Field, max?: number): Field => ({
  is: 'list',
  of,
  ...(max === undefined ? {} : { max }),
});
/** A nested object. */
export const object = (fields: Fields, ...required: readonly string[]): Field => ({
  is: 'object',
  fields,
  required,
});

/** One line of `errors[]`. */
export interface Fault {
  field: string;
  message: string;
}

/** Everything that does not fit; `null` counts as left out. */
export function faultsIn(
  body: Readonly<Record<string, unknown>>,
  fields: Fields,
  required: readonly string[] = [],
  path = '',
): Fault[] {
  const faults = required
    .filter((name) => body[name] === undefined || body[name] === null || body[name] === '')
    .map((name) => fault(`${path}${name}`));
  for (const [name, field] of Object.entries(fields)) {
    const value = body[name];
    if (value !== undefined && value !== null) faults.push(...faultsOf(value, field, `${path}${name}`));
  }
  return faults;
}

/** The wording that recorded refusals have. */
export function fault(field: string, message = 'Invalid field.'): Fault {
  return { field, message };
}

/** The answer to a body with such faults; undefined when there are none. */
export function refuse(faults: readonly Fault[]): SandboxAnswer | undefined {
  // A field that is missing and wrong is named once.
  const once = faults.filter((one, i) => faults.findIndex(({ field }) => field === one.field) === i);
  return once.length === 0 ? undefined : zoomError(400, 300, 'Validation Failed.', once);
}

function faultsOf(value: unknown, field: Field, path: string): Fault[] {
  switch (field.is) {
    case 'text':
      return isText(value, field) ? [] : [fault(path)];
    case 'number':
      return isNumber(value, field) ? [] : [fault(path)];
    case 'flag':
      return typeof value === 'boolean' ? [] : [fault(path)];
    case 'list':
      if (!Array.isArray(value) || value.length > (field.max ?? Infinity)) return [fault(path)];
      return value.flatMap((item: unknown, i) => faultsOf(item, field.of, `${path}[${i}]`));
    default:
      if (!isRecord(value)) return [fault(path)];
      return faultsIn(value, field.fields, field.required, `${path}.`);
  }
}

function isText(value: unknown, { min = 0, max = Infinity, like, oneOf }: Field & { is: 'text' }): boolean {
  if (typeof value !== 'string') return false;
  // JSON Schema counts code points; an emoji is one of them.
  const length = max === Infinity && min === 0 ? 0 : Array.from(value).length;
  if (length > max || length < min) return false;
  return (like?.test(value) ?? true) && (oneOf?.includes(value) ?? true);
}

function isNumber(
  value: unknown,
  { min = -Infinity, max = Infinity, oneOf }: Field & { is: 'number' },
): boolean {
  const number = numberOf(value);
  if (number === undefined || !Number.isInteger(number) || number < min || number > max) return false;
  return oneOf?.includes(number) ?? true;
}
