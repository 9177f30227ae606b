import { z } from 'zod';
import { createCheck, type Check, type SchemaFault } from './json-check.ts';
import { bundle, refTarget, type JsonSchema, type SchemaTable } from './json-walk.ts';

/** A JSON Schema 2020-12 together with what it refers to. */
export interface SchemaSource {
  schema: JsonSchema;
  /** What `{ "$ref": "#/$defs/Name" }` leads to. */
  defs: SchemaTable;
  /**
   * Schema that values are checked against, where that says more than what people see (an input whose form depends on
   * another input). Default: `schema`.
   */
  strict?: JsonSchema;
}

/** What a zod type made of a JSON Schema knows. */
export interface CarriedSchema {
  /** The schema as it was written, with everything that it refers to in its `$defs`. */
  json(): Record<string, unknown>;
  /** Everything that is wrong with a value. */
  check(value: unknown): SchemaFault[];
  /** What of the schema cannot be checked, with the reason; such parts accept every value. */
  unchecked(): string[];
  readonly source: SchemaSource;
}

const carried = new WeakMap<object, CarriedSchema>();

/** The JSON Schema that a zod type was made of; undefined when it was written in zod. */
export function carriedSchema(schema: object): CarriedSchema | undefined {
  return carried.get(schema);
}

/**
 * An input as zod type, made of a JSON Schema of an object. Nothing is read, let alone compiled, before the first value
 * is checked. Values stay as they are: nothing is converted and no default filled in.
 */
export function jsonInput(source: SchemaSource): z.ZodObject {
  const schema = carry(source, 'input');
  const type = z.looseObject({}).check(({ value, issues }) => {
    for (const { path, message, unknown } of schema.check(value)) {
      if (unknown === undefined) issues.push({ code: 'custom', path, message, input: value });
      else issues.push({ code: 'unrecognized_keys', keys: [unknown], path, message: '', input: value });
    }
  }) as z.ZodObject;
  carried.set(type, schema);
  return type;
}

/**
 * An output as zod type. It accepts every value: what an API sends is delivered even when its description is wrong. Who
 * tests the connector is told how the two differ.
 */
export function jsonOutput(source: SchemaSource): z.ZodType {
  const type = z.unknown().meta({});
  carried.set(type, carry(source, 'output'));
  return type;
}

function carry(source: SchemaSource, direction: 'input' | 'output'): CarriedSchema {
  let check: Check | undefined;
  const compiled = () => (check ??= createCheck(source.strict ?? source.schema, source.defs, direction));
  return {
    source,
    json: () => bundle(source.schema, source.defs),
    check: (value) => compiled().faults(value),
    unchecked: () => compiled().unchecked(),
  };
}

/** The type of what lies at a dotted path below a carried schema, with its schema when that says so. */
export function jsonMember(type: z.ZodType, path: readonly string[], item: boolean): z.ZodType {
  const source = carried.get(type)?.source;
  if (!source) return z.unknown();
  let here: JsonSchema | undefined = source.schema;
  for (const key of path) here = memberOf(here, key, source.defs, 0);
  if (item && here !== undefined) here = itemOf(here, source.defs, 0);
  return here === undefined ? z.unknown() : jsonOutput({ schema: here, defs: source.defs });
}

/** Deepest nesting of `$ref` and `allOf` that is looked through for a member. */
const DEEPEST = 20;

function memberOf(
  schema: JsonSchema | undefined,
  key: string,
  defs: SchemaTable,
  depth: number,
): JsonSchema | undefined {
  if (typeof schema !== 'object' || depth > DEEPEST) return undefined;
  const properties = schema['properties'] as SchemaTable | undefined;
  if (properties && Object.hasOwn(properties, key)) return properties[key];
  return through(schema, defs, (inner) => memberOf(inner, key, defs, depth + 1));
}

function itemOf(schema: JsonSchema, defs: SchemaTable, depth: number): JsonSchema | undefined {
  if (typeof schema !== 'object' || depth > DEEPEST) return undefined;
  const items = schema['items'] as JsonSchema | undefined;
  if (items !== undefined) return items;
  return through(schema, defs, (inner) => itemOf(inner, defs, depth + 1));
}

function through<T>(
  schema: Readonly<Record<string, unknown>>,
  defs: SchemaTable,
  look: (inner: JsonSchema) => T | undefined,
): T | undefined {
  const { $ref: ref, allOf } = schema;
  const inner = typeof ref === 'string' ? [refTarget(ref, defs)] : [];
  for (const one of [...inner, ...(Array.isArray(allOf) ? (allOf as JsonSchema[]) : [])]) {
    const found = one === undefined ? undefined : look(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
