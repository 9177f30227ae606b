import type { JsonSchemaValue } from './definition.ts';
import type { Place } from './faults.ts';
import { isObject, list, type Raw } from './raw-value.ts';

type Follow = (schema: JsonSchemaValue) => JsonSchemaValue;

/**
 * Opens parts of an `allOf` that allow no other members than their own, where the other parts have others: taken at its
 * word, no value could satisfy such a schema, though its author sees all members together.
 * @returns whether it was one
 */
export function openParts(schema: Record<string, unknown>, follow: Follow): boolean {
  const parts = list(schema['allOf']) as JsonSchemaValue[];
  const names = new Set([schema, ...parts].flatMap((part) => [...namesOf(part, follow, 0)]));
  let changed = false;
  schema['allOf'] = parts.map((part) => {
    const opened = open(part, names, follow, 0);
    if (opened !== part) changed = true;
    return opened;
  });
  if (schema['additionalProperties'] === false && lacks(schema, names)) {
    delete schema['additionalProperties'];
    changed = true;
  }
  return changed;
}

const DEEPEST = 8;

function namesOf(schema: JsonSchemaValue, follow: Follow, depth: number): Set<string> {
  const whole = follow(schema);
  if (!isObject(whole) || depth > DEEPEST) return new Set();
  const inner = (list(whole['allOf']) as JsonSchemaValue[]).flatMap((part) => [
    ...namesOf(part, follow, depth + 1),
  ]);
  return new Set([...inner, ...Object.keys(isObject(whole['properties']) ? whole['properties'] : {})]);
}

function lacks(schema: Raw, names: ReadonlySet<string>): boolean {
  const own = isObject(schema['properties']) ? schema['properties'] : {};
  return [...names].some((name) => !Object.hasOwn(own, name));
}

/** The same schema, or a copy that allows the members of its neighbours. */
function open(
  schema: JsonSchemaValue,
  names: ReadonlySet<string>,
  follow: Follow,
  depth: number,
): JsonSchemaValue {
  const whole = follow(schema);
  if (!isObject(whole) || depth > DEEPEST) return schema;
  const closed = whole['additionalProperties'] === false && lacks(whole, names);
  const parts = list(whole['allOf']) as JsonSchemaValue[];
  const opened = parts.map((part) => open(part, names, follow, depth + 1));
  const inside = opened.some((part, i) => part !== parts[i]);
  if (!closed && !inside) return schema;
  const copy: Record<string, unknown> = { ...whole, ...(inside ? { allOf: opened } : {}) };
  if (closed) delete copy['additionalProperties'];
  return copy;
}

/** Compositions that were met while schemas were rewritten. */
export interface Composition {
  schema: Record<string, unknown>;
  place: Place;
}

const WORDS: ReadonlySet<string> = new Set(['title', 'description', 'example', 'examples', 'default', 'deprecated', 'format', 'externalDocs', 'x-ms-summary']); // prettier-ignore

/** Whether of two forms of a `oneOf` one accepts everything that the other does: then a value of it fits none. */
export function overlap(forms: readonly JsonSchemaValue[]): boolean {
  const bare = forms.map((form) =>
    isObject(form) ? Object.entries(form).filter(([key]) => !WORDS.has(key)) : [],
  );
  const plain = new Set(
    bare.flatMap((form) =>
      form.length === 1 && form[0]?.[0] === 'type' && PLAIN.has(form[0][1]) ? [form[0][1]] : [],
    ),
  );
  const types = bare.map((form) => Object.fromEntries(form)['type']);
  return [...plain].some(
    (type) => types.filter((one) => one === type || (type === 'number' && one === 'integer')).length > 1,
  );
}

const PLAIN: ReadonlySet<unknown> = new Set(['string', 'number', 'integer', 'boolean']);
