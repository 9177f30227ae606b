import type { JsonSchemaValue } from './definition.ts';
import { resolveSchema, typesOf, type Defs } from './diff-schema.ts';
import { isObject } from './pointer.ts';
import { sampleText } from './sample-value.ts';

type Schema = Record<string, unknown>;

/** Below this, only what must be there is made; below the second, nothing. */
const DEPTH = 6;
const DEEPEST = 12;

const TEXTS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-15T09:30:00Z',
  date: '2026-01-15',
  time: '09:30:00Z',
  email: 'ada@example.com',
  uuid: '3f2b8a54-6c1d-4e0f-9a7b-1c2d3e4f5a6b',
  uri: 'https://example.com/mock',
  url: 'https://example.com/mock',
  hostname: 'mock.example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  byte: 'bW9jaw==',
  binary: 'mock',
};

/** A value that fits a schema: its example, its default, its first choice, or one of its type. The same every time. */
export function mockValue(schema: JsonSchemaValue, defs: Defs, name = 'mock'): unknown {
  return make(schema, defs, name, 0);
}

function make(given: JsonSchemaValue, defs: Defs, name: string, depth: number): unknown {
  const schema = resolveSchema(given, defs);
  const said = saidBy(schema);
  if (said !== undefined) return structuredClone(said);
  if (Array.isArray(schema['allOf'])) return makeAll(schema, defs, name, depth);
  for (const word of ['oneOf', 'anyOf']) {
    const parts = schema[word] as JsonSchemaValue[] | undefined;
    const part = parts?.find((one) => !typesOf(resolveSchema(one, defs))?.includes('null')) ?? parts?.[0];
    if (part !== undefined) {
      const { [word]: _, ...rest } = schema;
      const own = isObject(rest['properties']) ? make(rest, defs, name, depth) : undefined;
      const value = depth > DEEPEST ? null : make(part, defs, name, depth + 1);
      return isObject(own) && isObject(value) ? { ...own, ...value } : value;
    }
  }
  const type = typesOf(schema)?.find((one) => one !== 'null') ?? impliedType(schema) ?? 'string';
  switch (type) {
    case 'object':
      return makeObject(schema, defs, depth);
    case 'array':
      return makeList(schema, defs, name, depth);
    case 'integer':
    case 'number':
      return makeNumber(schema);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return makeText(schema, name);
  }
}

/** What the schema itself names as a value. */
function saidBy(schema: Schema): unknown {
  if ('const' in schema) return schema['const'];
  if (schema['example'] !== undefined) return schema['example'];
  if (Array.isArray(schema['examples']) && schema['examples'].length > 0) return schema['examples'][0];
  if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return schema['enum'][0];
  return schema['default'];
}

function impliedType(schema: Schema): string | undefined {
  if (schema['properties'] !== undefined || schema['additionalProperties'] !== undefined) return 'object';
  return schema['items'] === undefined ? undefined : 'array';
}

function makeAll(schema: Schema, defs: Defs, name: string, depth: number): unknown {
  const { allOf, ...rest } = schema;
  const parts = [...(allOf as JsonSchemaValue[]), ...(Object.keys(rest).length > 0 ? [rest] : [])];
  const values = depth > DEEPEST ? [] : parts.map((part) => make(part, defs, name, depth + 1));
  const objects = values.filter(isObject);
  return objects.length > 0 ? (Object.assign({}, ...objects) as unknown) : values[0];
}

function makeObject(schema: Schema, defs: Defs, depth: number): Schema {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchemaValue>;
  const required = new Set((schema['required'] as string[] | undefined) ?? []);
  const out: Schema = {};
  if (depth > DEEPEST) return out;
  for (const [name, one] of Object.entries(properties)) {
    // What an answer never holds.
    if (isObject(one) && one['writeOnly'] === true) continue;
    if (depth < DEPTH || required.has(name)) out[name] = make(one, defs, name, depth + 1);
  }
  const rest = schema['additionalProperties'];
  if (Object.keys(properties).length === 0 && isObject(rest)) out['key'] = make(rest, defs, 'key', depth + 1);
  return out;
}

function makeList(schema: Schema, defs: Defs, name: string, depth: number): unknown[] {
  const least = typeof schema['minItems'] === 'number' ? schema['minItems'] : 1;
  const items = (schema['items'] ?? true) as JsonSchemaValue;
  if (depth > DEPTH) return [];
  const one = make(items, defs, name, depth + 1);
  return Array.from({ length: Math.min(Math.max(1, least), 10) }, () => structuredClone(one));
}

function makeNumber(schema: Schema): number {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf } = schema;
  const whole = typesOf(schema)?.includes('integer') === true;
  let value = 1;
  if (typeof minimum === 'number') value = Math.max(value, minimum);
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) value = exclusiveMinimum + 1;
  if (typeof maximum === 'number') value = Math.min(value, maximum);
  if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum)
    value = exclusiveMaximum - (whole ? 1 : 0.5);
  if (typeof multipleOf === 'number' && multipleOf > 0) value = Math.ceil(value / multipleOf) * multipleOf;
  return whole ? Math.ceil(value) : value;
}

function makeText(schema: Schema, name: string): string {
  const { format, minLength, maxLength, pattern } = schema;
  if (typeof pattern === 'string') return sampleText(schema, 0);
  let text = (typeof format === 'string' ? TEXTS[format] : undefined) ?? name;
  if (typeof minLength === 'number') text = text.padEnd(Math.min(minLength, 10_000), 'x');
  return typeof maxLength === 'number' ? text.slice(0, maxLength) : text;
}
