import type { JsonSchemaValue } from './definition.ts';
import { resolveSchema, typeOf, typesOf, type Defs } from './diff-schema.ts';
import { hasFormat } from './infer.ts';
import { isObject, same } from './pointer.ts';

/** One way in which a real answer is not what is known of it. */
export interface Drift {
  /** JSON pointer into the answer; `/*` is any item, so that a thousand rows say a thing once. */
  at: string;
  kind: 'unknown' | 'missing' | 'type' | 'value' | 'format';
  message: string;
}

/** How many differences are told of one answer. */
const MOST = 50;
const ITEMS = 200;
const DEPTH = 60;

/**
 * How an answer differs from its schema: members that nobody knows, required ones that are missing, other types and
 * values. Each kind of difference is told once for each place.
 */
export function driftOf(answer: unknown, schema: JsonSchemaValue, defs: Defs): Drift[] {
  const found = new Map<string, Drift>();
  look(
    answer,
    schema,
    { defs, tell: (one) => void (found.size < MOST && found.set(`${one.at} ${one.kind}`, one)) },
    '',
    0,
  );
  return [...found.values()];
}

/** Whether a value fits a schema, as far as types, values and members say. */
export function fits(value: unknown, schema: JsonSchemaValue, defs: Defs): boolean {
  return driftOf(value, schema, defs).every(({ kind }) => kind === 'unknown' || kind === 'format');
}

interface Looking {
  defs: Defs;
  tell: (drift: Drift) => void;
}

function look(value: unknown, given: JsonSchemaValue, looking: Looking, at: string, depth: number): void {
  if (depth > DEPTH) return;
  const schema = resolveSchema(given, looking.defs);
  const type = typeOf(value);
  const types = typesOf(schema);
  if (types && !types.includes(type) && !(type === 'integer' && types.includes('number'))) {
    // OpenAPI's own word for it, which documents of 3.0 leave behind.
    if (value === null && schema['nullable'] === true) return;
    looking.tell({ at, kind: 'type', message: `is ${type}, expected ${types.join(' or ')}` });
    return;
  }
  const values = 'const' in schema ? [schema['const']] : (schema['enum'] as unknown[] | undefined);
  if (values && !values.some((one) => same(one, value))) {
    looking.tell({
      at,
      kind: 'value',
      message: `is ${short(value)}, expected ${values.slice(0, 6).map(short).join(', ')}`,
    });
  }
  const { format } = schema;
  if (typeof value === 'string' && typeof format === 'string' && !hasFormat(value, format)) {
    looking.tell({ at, kind: 'format', message: `is ${short(value)}, expected the format ${format}` });
  }
  const members = choices(value, schema, looking, at, depth);
  if (Array.isArray(value) && schema['items'] !== undefined) {
    for (const item of value.slice(0, ITEMS))
      look(item, schema['items'] as JsonSchemaValue, looking, `${at}/*`, depth + 1);
  }
  if (isObject(value)) lookAtMembers(value, schema, members, looking, at, depth);
}

/** Goes into allOf, and into the alternative that fits; gives the members that these know. */
function choices(
  value: unknown,
  schema: Record<string, unknown>,
  looking: Looking,
  at: string,
  depth: number,
): Set<string> | undefined {
  const parts = (word: string): JsonSchemaValue[] => (schema[word] as JsonSchemaValue[] | undefined) ?? [];
  const [all, any] = [parts('allOf'), [...parts('oneOf'), ...parts('anyOf')]];
  const alternative = any.find((one) => fits(value, one, looking.defs));
  if (any.length > 0 && alternative === undefined) {
    looking.tell({ at, kind: 'type', message: `is none of the ${any.length} alternatives` });
    return undefined;
  }
  const known = new Set<string>();
  let open = false;
  for (const part of alternative === undefined ? all : [...all, alternative]) {
    const quiet = { ...looking, tell: (one: Drift) => void (one.kind !== 'unknown' && looking.tell(one)) };
    look(value, part, quiet, at, depth + 1);
    const names = memberNames(part, looking.defs, 0);
    if (names === undefined) open = true;
    else for (const name of names) known.add(name);
  }
  return open ? undefined : known;
}

/** All members that a schema names; undefined when it names none, or allows others by a schema. */
function memberNames(given: JsonSchemaValue, defs: Defs, depth: number): string[] | undefined {
  const schema = resolveSchema(given, defs);
  if (depth > 10 || isObject(schema['additionalProperties'])) return undefined;
  const own = isObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  const parts = ['allOf', 'oneOf', 'anyOf'].flatMap(
    (word) => (schema[word] as JsonSchemaValue[] | undefined) ?? [],
  );
  const inner = parts.map((part) => memberNames(part, defs, depth + 1));
  if (inner.includes(undefined) || (own.length === 0 && parts.length === 0)) return undefined;
  return [...own, ...inner.flatMap((names) => names ?? [])];
}

function lookAtMembers(
  value: Record<string, unknown>,
  schema: Record<string, unknown>,
  inherited: ReadonlySet<string> | undefined,
  looking: Looking,
  at: string,
  depth: number,
): void {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const rest = schema['additionalProperties'];
  const place = (name: string): string => `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const says = Object.keys(properties).length > 0 || (inherited?.size ?? 0) > 0;
  for (const [name, member] of Object.entries(value)) {
    if (Object.hasOwn(properties, name))
      look(member, properties[name] as JsonSchemaValue, looking, place(name), depth + 1);
    else if (isObject(rest)) look(member, rest, looking, `${at}/*`, depth + 1);
    else if (says && inherited !== undefined && !inherited.has(name)) {
      looking.tell({
        at: place(name),
        kind: 'unknown',
        message: `is not in the definition (${typeOf(member)})`,
      });
    }
  }
  for (const name of (schema['required'] as string[] | undefined) ?? []) {
    if (!Object.hasOwn(value, name))
      looking.tell({ at: place(name), kind: 'missing', message: 'is missing' });
  }
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
