import {
  innerSchemas,
  isObject,
  type JsonSchema,
  mapInner,
  refTarget,
  type SchemaTable,
} from './json-walk.ts';

export interface Checking {
  defs: SchemaTable;
  /** What only the other side may write is not asked for in an input; what it never tells, not in an output. */
  direction: 'input' | 'output';
  /** References are followed when a value gets there (the keyword `lazyRef`), not when the schema is compiled. */
  lazy: boolean;
  /** Takes a sentence on what cannot be checked, and why. */
  note(reason: string): void;
}

const TYPES = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);

const number = (value: unknown) => typeof value === 'number' && Number.isFinite(value);
const count = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
const names = (value: unknown) => Array.isArray(value) && value.every((name) => typeof name === 'string');
const schema = (value: unknown) => typeof value === 'boolean' || isObject(value);
const schemas = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(schema);
const table = (value: unknown) => isObject(value) && Object.values(value).every(schema);

/** The keywords that are checked, with what each must be (JSON Schema 2020-12); all others are documentation. */
const KEYWORDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  $ref: (value) => typeof value === 'string',
  type: (value) => [value].flat().every((one) => TYPES.has(one as string)),
  enum: (value) => Array.isArray(value) && value.length > 0,
  const: () => true,
  multipleOf: (value) => number(value) && (value as number) > 0,
  maximum: number,
  minimum: number,
  exclusiveMaximum: number,
  exclusiveMinimum: number,
  maxLength: count,
  minLength: count,
  pattern: isPattern,
  format: (value) => typeof value === 'string',
  maxItems: count,
  minItems: count,
  uniqueItems: (value) => typeof value === 'boolean',
  maxContains: count,
  minContains: count,
  contains: schema,
  items: schema,
  prefixItems: schemas,
  maxProperties: count,
  minProperties: count,
  required: names,
  properties: table,
  patternProperties: (value) => table(value) && Object.keys(value as object).every(isPattern),
  additionalProperties: schema,
  propertyNames: schema,
  dependentRequired: (value) => isObject(value) && Object.values(value).every(names),
  dependentSchemas: table,
  allOf: schemas,
  anyOf: schemas,
  oneOf: schemas,
  not: schema,
  if: schema,
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: schema,
  else: schema,
  unevaluatedItems: schema,
  unevaluatedProperties: schema,
};

/**
 * The schema as far as values can be checked against it: without documentation, without parts that are not well formed,
 * and with whole numbers of any length accepted as text.
 */
export function checkable(from: JsonSchema, about: Checking): JsonSchema {
  if (!isObject(from)) return from;
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(modern(from))) {
    const fits = Object.hasOwn(KEYWORDS, key) ? KEYWORDS[key] : undefined;
    if (fits === undefined) continue;
    if (fits(value)) kept[key] = value;
    // Draft 4 had `required: true` beside a member; it says nothing about the member itself.
    else if (key !== 'required' || typeof value !== 'boolean') {
      about.note(
        `${key} ${JSON.stringify(value)?.slice(0, 80)} is not as JSON Schema has it: it is not checked`,
      );
    }
  }
  if (typeof kept['$ref'] === 'string' && refTarget(kept['$ref'], about.defs) === undefined) {
    about.note(`${kept['$ref']} leads to nothing: what stands there is not checked`);
    delete kept['$ref'];
  }
  if (about.lazy && typeof kept['$ref'] === 'string') {
    const target = refTarget(kept['$ref'], about.defs) ?? true;
    if (isSmall(target)) kept['allOf'] = [...((kept['allOf'] as JsonSchema[] | undefined) ?? []), target];
    else kept['lazyRef'] = kept['$ref'];
    delete kept['$ref'];
  }
  relax(kept, about);
  return numbers(mapInner(kept, (inner) => checkable(inner, about)));
}

/** Schemas in one another, the outer one counted, up to which a definition is checked where it is referred to. */
const SMALL = 12;

/** Whether a definition leads nowhere else and is soon read. */
function isSmall(definition: JsonSchema): boolean {
  let seen = 0;
  const waiting = [definition];
  for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
    if (++seen > SMALL || (isObject(here) && '$ref' in here)) return false;
    waiting.push(...innerSchemas(here));
  }
  return true;
}

/** Words of older drafts, and of OpenAPI 3.0, in those of today. */
function modern(from: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const made: Record<string, unknown> = { ...from };
  if (Array.isArray(made['items'])) {
    made['prefixItems'] = made['items'];
    delete made['items'];
    if (made['additionalItems'] !== undefined) made['items'] = made['additionalItems'];
  }
  for (const [flag, limit] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof made[flag] !== 'boolean') continue;
    const exclusive = made[flag];
    delete made[flag];
    if (!exclusive || made[limit] === undefined) continue;
    made[flag] = made[limit];
    delete made[limit];
  }
  if (made['nullable'] === true) {
    if (made['type'] !== undefined) made['type'] = [...new Set([made['type'], 'null'].flat())];
    if (Array.isArray(made['enum']) && !made['enum'].includes(null)) made['enum'] = [...made['enum'], null];
  }
  return made;
}

/** Takes members off `required` that only the other side writes (OpenAPI: readOnly), or never tells (writeOnly). */
function relax(kept: Record<string, unknown>, { defs, direction }: Checking): void {
  const { required, properties } = kept;
  if (!Array.isArray(required) || !isObject(properties)) return;
  const mark = direction === 'input' ? 'readOnly' : 'writeOnly';
  kept['required'] = (required as string[]).filter((name) => {
    const member = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return !isMarked(member, mark, defs);
  });
}

function isMarked(member: unknown, mark: string, defs: SchemaTable): boolean {
  if (!isObject(member)) return false;
  if (member[mark] === true) return true;
  const target = typeof member['$ref'] === 'string' ? refTarget(member['$ref'], defs) : undefined;
  return isObject(target) && target[mark] === true;
}

/** A whole number that a double cannot hold may come as text, whether its schema says integer or number. */
function numbers(made: Record<string, unknown>): Record<string, unknown> {
  const types = [made['type'] ?? []].flat();
  if (types.includes('string') || !(types.includes('integer') || types.includes('number'))) return made;
  return { ...made, type: [...types, 'string'], wholeNumberText: true };
}

function isPattern(value: unknown): boolean {
  try {
    return typeof value === 'string' && Boolean(toRegExp(value));
  } catch {
    return false;
  }
}

/** With the flag u, which JSON Schema asks for, or without it, as most patterns are written. */
export function toRegExp(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return new RegExp(pattern);
  }
}
