import { isObject, type JsonSchema, refTarget, type SchemaTable } from './json-walk.ts';

/** Whole numbers as text that a double cannot hold: ids of 64 bits and more. */
export function isLongWhole(text: string): boolean {
  return /^-?\d{16,}$/.test(text) && !Number.isSafeInteger(Number(text));
}

/**
 * The value as JSON has it, for what only code can bring: a bigint as a number, or as its digits where a number cannot
 * hold it, and bytes as base64. The value itself when there is nothing of both in it.
 */
export function plainJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  return mapMembers(value, (inner) => plainJson(inner));
}

/**
 * The value with each long whole number that came as text as a bigint, where its schema asks for a number: it then goes
 * out as a number with all its digits. Texts stay texts where the schema takes texts too.
 */
export function rawIntegers(value: unknown, schema: JsonSchema, defs: SchemaTable): unknown {
  return hasLongWhole(value) ? raise(value, [schema], defs) : value;
}

function hasLongWhole(value: unknown): boolean {
  if (typeof value === 'string') return isLongWhole(value);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  return Object.values(value).some(hasLongWhole);
}

function raise(value: unknown, schemas: readonly JsonSchema[], defs: SchemaTable): unknown {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') {
    return isLongWhole(value) && asksForNumber(flatten(schemas, defs)) ? BigInt(value) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const all = flatten(schemas, defs);
  return mapMembers(value, (inner, key) => raise(inner, membersOf(all, key), defs));
}

/** The schemas that may say something of a value: those given, and all that they are made of. */
function flatten(schemas: readonly JsonSchema[], defs: SchemaTable): Readonly<Record<string, unknown>>[] {
  const seen = new Set<JsonSchema>();
  const waiting = [...schemas];
  for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
    if (!isObject(here) || seen.has(here)) continue;
    seen.add(here);
    const { $ref: ref, allOf, anyOf, oneOf, then, else: otherwise } = here;
    const target = typeof ref === 'string' ? refTarget(ref, defs) : undefined;
    if (target !== undefined) waiting.push(target);
    for (const list of [allOf, anyOf, oneOf])
      if (Array.isArray(list)) waiting.push(...(list as JsonSchema[]));
    for (const one of [then, otherwise]) if (isObject(one)) waiting.push(one);
  }
  return [...seen] as Readonly<Record<string, unknown>>[];
}

function asksForNumber(schemas: readonly Readonly<Record<string, unknown>>[]): boolean {
  const types = new Set(schemas.flatMap(({ type }) => type as string | string[] | undefined));
  return (types.has('integer') || types.has('number')) && !types.has('string');
}

interface Keywords {
  properties: SchemaTable;
  additionalProperties: JsonSchema;
  items: JsonSchema;
  prefixItems: readonly JsonSchema[];
}

function membersOf(
  schemas: readonly Readonly<Record<string, unknown>>[],
  key: string | number,
): JsonSchema[] {
  return schemas.flatMap((schema) => {
    const { properties, additionalProperties, items, prefixItems } = schema as Partial<Keywords>;
    if (typeof key === 'number') {
      return [prefixItems?.[key] ?? items ?? true];
    }
    const named = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
    return [named ?? additionalProperties ?? true];
  });
}

/** A list or an object with its members replaced; itself when none of them changed. */
function mapMembers(value: unknown, replace: (inner: unknown, key: string | number) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  let changed = false;
  const note = (inner: unknown, key: string | number) => {
    const made = replace(inner, key);
    if (made !== inner) changed = true;
    return made;
  };
  const made = Array.isArray(value)
    ? value.map((inner, at) => note(inner, at))
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, note(inner, key)]));
  return changed ? made : value;
}
