import type { JsonSchemaValue } from './definition.ts';
import { resolveSchema, typeOf, typesOf, type Defs } from './diff-schema.ts';
import { driftOf } from './drift.ts';
import { hasFormat, inferSchema } from './infer.ts';
import { isObject, pointerOf, same } from './pointer.ts';

type Schema = Record<string, unknown>;

/** How deep answers are looked into. */
const DEPTH = 60;
/** Items of one list that are learnt from. */
const ITEMS = 200;

/**
 * What is known of an answer, and what real answers show beside it: new members, other types, further values; what was
 * required and is missing is so no longer. Whatever fitted before still fits, but where nothing at all was known.
 * @param kept places (JSON pointers into the schema) that a person wrote: what says "anything" there stays so
 */
export function learn(
  known: JsonSchemaValue,
  samples: readonly unknown[],
  defs: Defs,
  kept: readonly string[] = [],
): JsonSchemaValue {
  return learnAt(known, samples, { defs, kept }, [], 0);
}

const WHOLES = ['$ref', 'allOf', 'oneOf', 'anyOf', 'not'];

interface Learning {
  defs: Defs;
  kept: readonly string[];
}

function learnAt(
  known: JsonSchemaValue,
  samples: readonly unknown[],
  learning: Learning,
  at: readonly string[],
  depth: number,
): JsonSchemaValue {
  if (samples.length === 0 || depth > DEPTH) return known;
  if (known === true || (isObject(known) && saysNothing(known))) {
    const place = pointerOf(at);
    const written = learning.kept.some((one) => place === one || place.startsWith(`${one}/`));
    const seen = inferSchema(samples) as Schema;
    return written ? known : isObject(known) ? { ...known, ...seen } : seen;
  }
  const { defs } = learning;
  // A reference, and a choice among several, stay as they are while answers fit them.
  const isWhole = isObject(known) && WHOLES.some((word) => word in known);
  if (isWhole && samples.every((one) => driftOf(one, known, defs).length === 0)) return known;
  if (known === false) return inferSchema(samples);
  const left = resolveSchema(known, defs);
  if (['oneOf', 'anyOf', 'not', 'allOf'].some((word) => word in left))
    return learnChoice(known, left, samples, defs);
  const out: Schema = { ...left };
  learnTypes(out, samples);
  learnBounds(out, samples);
  const objects = samples.filter(isObject);
  if (objects.length > 0) learnMembers(out, objects, learning, at, depth);
  const items = samples.flatMap((one) => (Array.isArray(one) ? one.slice(0, ITEMS) : []));
  if (items.length > 0) {
    const before = (left['items'] as JsonSchemaValue | undefined) ?? true;
    out['items'] = learnAt(before, items, learning, [...at, 'items'], depth + 1);
  }
  return out;
}

/** Alternatives and unions stay as they are: what does not fit them is one more alternative. */
function learnChoice(known: Schema, left: Schema, samples: readonly unknown[], defs: Defs): Schema {
  const strange = samples.filter((one) => driftOf(one, known, defs).some(({ kind }) => kind !== 'unknown'));
  const fresh = inferSchema(strange.length > 0 ? strange : samples);
  const only = Object.keys(left).every(
    (word) => word === 'anyOf' || word === 'description' || word === 'title',
  );
  if (only && Array.isArray(left['anyOf']))
    return { ...left, anyOf: [...(left['anyOf'] as unknown[]), fresh] };
  return { anyOf: [known, fresh] };
}

const SAYING_NOTHING = new Set([
  'title',
  'description',
  'example',
  'examples',
  '$comment',
  'default',
  'deprecated',
]);

function saysNothing(schema: Schema): boolean {
  return Object.keys(schema).every((word) => SAYING_NOTHING.has(word));
}

function learnTypes(out: Schema, samples: readonly unknown[]): void {
  const types = typesOf(out);
  if (types === undefined) return;
  const seen = samples.map(typeOf).filter((type) => type !== 'integer' || !types.includes('number'));
  const all = [...new Set([...types, ...seen])];
  const plain = all.includes('number') ? all.filter((type) => type !== 'integer') : all;
  out['type'] = plain.length === 1 ? plain[0] : plain;
}

/** A bound that a real answer broke is no bound. */
function learnBounds(out: Schema, samples: readonly unknown[]): void {
  const { format } = out;
  if (
    typeof format === 'string' &&
    samples.some((one) => typeof one === 'string' && !hasFormat(one, format))
  ) {
    delete out['format'];
  }
  const values = 'const' in out ? [out['const']] : (out['enum'] as unknown[] | undefined);
  const fresh = samples.filter((one) => values && !values.some((other) => same(one, other)));
  if (!values || fresh.length === 0) return;
  delete out['const'];
  const plain = fresh.filter((one, i) => fresh.findIndex((other) => same(one, other)) === i);
  // So many that it was no list of choices.
  if (plain.length > 20 || plain.some((one) => typeof one === 'object' && one !== null)) delete out['enum'];
  else out['enum'] = [...values, ...plain];
}

function learnMembers(
  out: Schema,
  objects: readonly Schema[],
  learning: Learning,
  at: readonly string[],
  depth: number,
): void {
  const properties = isObject(out['properties'])
    ? { ...(out['properties'] as Record<string, JsonSchemaValue>) }
    : undefined;
  const rest = out['additionalProperties'];
  if (properties === undefined && (rest === undefined || rest === true)) {
    const { type: _, ...seen } = inferSchema(objects) as Schema;
    Object.assign(out, seen);
    return;
  }
  const others: unknown[] = [];
  const known: Record<string, JsonSchemaValue> = { ...properties };
  for (const name of new Set(objects.flatMap((one) => Object.keys(one)))) {
    const values = objects.filter((one) => Object.hasOwn(one, name)).map((one) => one[name]);
    if (!Object.hasOwn(known, name) && isObject(rest)) others.push(...values);
    else
      known[name] = learnAt(
        Object.hasOwn(known, name) ? (known[name] ?? true) : true,
        values,
        learning,
        [...at, 'properties', name],
        depth + 1,
      );
  }
  if (Object.keys(known).length > 0) out['properties'] = known;
  if (others.length > 0) {
    out['additionalProperties'] = learnAt(
      rest as Schema,
      others,
      learning,
      [...at, 'additionalProperties'],
      depth + 1,
    );
  }
  if (!Array.isArray(out['required'])) return;
  const required = (out['required'] as string[]).filter((name) =>
    objects.every((one) => Object.hasOwn(one, name)),
  );
  if (required.length > 0) out['required'] = required;
  else delete out['required'];
}
