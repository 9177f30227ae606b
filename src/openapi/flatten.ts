import type { JsonSchemaValue } from './definition.ts';
import { isObject, list, type Raw } from './raw-value.ts';
import type { Schemas } from './schemas.ts';

/** Keywords with which an object is more than a list of members. */
const COMPOSING = ['oneOf', 'anyOf', 'not', 'if', 'allOf', 'patternProperties', 'propertyNames', 'enum', 'const', 'dependentSchemas', 'minProperties', 'unevaluatedProperties']; // prettier-ignore

/** An object with members of known names and nothing else. */
function isPlainObject(schema: JsonSchemaValue): boolean {
  if (
    !isObject(schema) ||
    COMPOSING.some((key) => Object.hasOwn(schema, key)) ||
    Object.hasOwn(schema, '$ref')
  )
    return false;
  const { type, properties, additionalProperties } = schema;
  if (type !== undefined && type !== 'object') return false;
  // With `true` or a schema, members of other names are meant to be sent: they would have no input.
  if (additionalProperties !== undefined && additionalProperties !== false) return false;
  return isObject(properties) && Object.keys(properties).length > 0;
}

/**
 * The schema of a body as one plain object, through references and `allOf` of plain objects with different members;
 * undefined when it is more than that.
 */
export function flatten(schemas: Schemas, schema: JsonSchemaValue, depth = 0): Raw | undefined {
  const whole = schemas.follow(schema);
  if (isPlainObject(whole)) return whole as Raw;
  if (!isObject(whole) || depth > 8) return undefined;
  const { allOf, ...own } = whole;
  if (list(allOf).length === 0) return undefined;
  const parts = [own, ...list(allOf)].filter((part) => isObject(part) && !says(part)) as Raw[];
  const flat = parts.map((part) => flatten(schemas, part, depth + 1));
  const properties = new Map<string, unknown>();
  const required = new Set<unknown>(list(own['required']));
  for (const part of flat) {
    if (part === undefined || part['additionalProperties'] === false) return undefined;
    for (const [name, member] of Object.entries(part['properties'] as Raw)) {
      if (properties.has(name)) return undefined;
      properties.set(name, member);
    }
    for (const name of list(part['required'])) required.add(name);
  }
  for (const part of list(allOf))
    if (isObject(part)) for (const name of list(part['required'])) required.add(name);
  if (properties.size === 0) return undefined;
  return {
    ...(typeof own['title'] === 'string' ? { title: own['title'] } : {}),
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.size > 0
      ? { required: [...required].filter((name) => properties.has(name as string)) }
      : {}),
  };
}

/** Whether a part of `allOf` has nothing but words, a type and names of required members. */
function says(part: Raw): boolean {
  return Object.keys(part).every((key) =>
    [
      'title',
      'description',
      'type',
      'required',
      'deprecated',
      'discriminator',
      'example',
      'examples',
    ].includes(key),
  );
}
