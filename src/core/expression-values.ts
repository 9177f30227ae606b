import { cel } from './cel.ts';

/**
 * JSON as expressions see it: whole numbers are CEL's `int` (a bigint), others its `double`. Without this, `1` of JSON
 * would be a double, and `n + 1` an error.
 */
export function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value ?? null;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [[key, toCel(one)]])),
  );
}

/** What an expression gives when the value is to be left out: an empty optional. */
export const LEFT_OUT = Symbol('left out');

/**
 * The value of an expression as JSON. A whole number past 2^53 becomes the text of its digits, as ids are everywhere in
 * Trunkline; a time becomes ISO 8601 in UTC; an empty optional becomes `LEFT_OUT`.
 * @throws TypeError for what JSON cannot say
 */
export function fromCel(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new TypeError(`${value} is no number that JSON has`);
  }
  if (value === undefined) return LEFT_OUT;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(fromCel).filter((one) => one !== LEFT_OUT);
  if (value instanceof cel().Optional) return value.hasValue() ? fromCel(value.value()) : LEFT_OUT;
  if (value instanceof Date) return isoOf(value);
  if (value instanceof cel().Duration) return `${Number(value.seconds) + value.nanos / 1e9}s`;
  if (value instanceof cel().UnsignedInt) return fromCel(value.valueOf());
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  const entries = value instanceof Map ? [...value] : plainEntries(value);
  return Object.fromEntries(
    entries.flatMap(([key, one]) => {
      const member = fromCel(one);
      return member === LEFT_OUT ? [] : [[typeof key === 'string' ? key : String(fromCel(key)), member]];
    }),
  );
}

/** Whole seconds without the zeros that some systems refuse. */
export function isoOf(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z');
}

/** What kind of value it is, in the words of the documentation. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'bigint') return 'a whole number';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'true or false';
  if (Array.isArray(value)) return value.length === 1 ? 'a list of 1' : `a list of ${value.length}`;
  if (value instanceof Date) return 'a time';
  if (value instanceof cel().Optional) return 'an optional value';
  return 'a map';
}

function plainEntries(value: unknown): [unknown, unknown][] {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return Object.entries(value as object);
  throw new TypeError('a type is no value that JSON has');
}
