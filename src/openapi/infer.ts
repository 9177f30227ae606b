import type { JsonSchemaValue } from './definition.ts';
import { typeOf } from './diff-schema.ts';
import { isObject } from './pointer.ts';

type Schema = Record<string, unknown>;

/** How deep answers are looked into; what is below may be anything. */
const DEPTH = 60;
/** Items of one list that are looked at: the first ones, as lists are of one kind. */
const ITEMS = 200;
/** Members from which an object may be a map from ids to values of one kind. */
const MAP_FROM = 3;

/**
 * The schema of one or several real answers. A member is required only when every sample has it; an object whose members
 * are named by ids is a map; texts that all have one format have it in the schema.
 */
export function inferSchema(samples: readonly unknown[]): JsonSchemaValue {
  return infer(samples, 0);
}

function infer(samples: readonly unknown[], depth: number): Schema {
  if (samples.length === 0 || depth > DEPTH) return {};
  const types = [...new Set(samples.map(typeOf))];
  // Whole numbers among others are numbers.
  const kinds = types.includes('number') ? types.filter((type) => type !== 'integer') : types;
  const type = kinds.length === 1 ? kinds[0] : kinds.toSorted();
  const texts = samples.filter((one): one is string => typeof one === 'string');
  const lists = samples.filter((one): one is unknown[] => Array.isArray(one));
  const objects = samples.filter(isObject);
  const format = formatOf(texts);
  return {
    type,
    ...(format === undefined ? {} : { format }),
    ...(lists.length > 0 ? itemsOf(lists, depth) : {}),
    ...(objects.length > 0 ? membersOf(objects, depth) : {}),
  };
}

function itemsOf(lists: readonly unknown[][], depth: number): Schema {
  const items = lists.flatMap((list) => list.slice(0, ITEMS));
  // Nothing can be said of what is in an empty list.
  return items.length === 0 ? {} : { items: infer(items, depth + 1) };
}

function membersOf(objects: readonly Schema[], depth: number): Schema {
  const names = [...new Set(objects.flatMap((one) => Object.keys(one)))];
  const map = asMap(objects, names, depth);
  if (map) return { additionalProperties: map };
  const properties = names.map((name) => {
    const values = objects.filter((one) => Object.hasOwn(one, name)).map((one) => one[name]);
    return [name, infer(values, depth + 1)] as const;
  });
  const required = names.filter((name) => objects.every((one) => Object.hasOwn(one, name)));
  return {
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
  };
}

// Names that machines give: numbers, UUIDs, hashes, and words that end in a long number.
const ID =
  /^(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|(?=.*\d)[A-Za-z0-9_-]{20,}|[A-Za-z]{1,8}[_-]?\d{3,})$/i;

/** The schema of the values, when the objects are maps from ids to values of one kind. */
function asMap(objects: readonly Schema[], names: readonly string[], depth: number): Schema | undefined {
  if (names.length < MAP_FROM || !names.every((name) => ID.test(name))) return undefined;
  const values = objects.flatMap((one) => Object.values(one));
  const kinds = new Set(values.map(typeOf));
  kinds.delete('null');
  return kinds.size === 1 ? infer(values.slice(0, ITEMS), depth + 1) : undefined;
}

const FORMATS: readonly (readonly [string, RegExp])[] = [
  ['date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/],
  ['date', /^\d{4}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])$/],
  ['uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i],
  ['email', /^[^\s@"<>]+@[^\s@"<>]+\.[^\s@"<>]{2,}$/],
  ['uri', /^[a-z][a-z0-9+.-]*:\/\/[^\s"<>]+$/i],
];

/** The format that all texts have; undefined when they have none in common. */
function formatOf(texts: readonly string[]): string | undefined {
  if (texts.length === 0) return undefined;
  return FORMATS.find(([, pattern]) => texts.every((text) => text.length < 2000 && pattern.test(text)))?.[0];
}

/** Whether a text has a format; one that is not known here is believed. */
export function hasFormat(text: string, format: string): boolean {
  const known = FORMATS.find(([name]) => name === format);
  return known === undefined || known[1].test(text);
}
