import { isObject, refTarget, type JsonSchema, type SchemaTable } from '../core/json-walk.ts';

export interface Members {
  properties: Record<string, JsonSchema>;
  required: string[];
  rest?: JsonSchema;
}

/** Deepest nesting of `$ref` and `allOf` in one another. */
const DEEPEST = 30;

/** The members of an object schema, through `$ref` and `allOf`; undefined when it is no object. */
export function membersOf(schema: JsonSchema | undefined, defs: SchemaTable): Members | undefined {
  const all = gathered(schema, defs, 0);
  if (!all) return undefined;
  // OpenAPI, "Fixed Fields" of the Schema Object: what is readOnly is not sent in a request, required or not.
  const written = Object.entries(all.properties).filter(([, member]) => !isReadOnly(member, defs));
  const names = new Set(written.map(([name]) => name));
  return {
    ...all,
    properties: Object.fromEntries(written),
    required: [...new Set(all.required)].filter((name) => names.has(name)),
  };
}

/** One part of an `allOf` may require what another part describes: names are compared when all parts are known. */
function gathered(schema: JsonSchema | undefined, defs: SchemaTable, depth: number): Members | undefined {
  if (!isObject(schema) || depth > DEEPEST) return undefined;
  const { $ref: ref, allOf, properties, additionalProperties: rest } = schema;
  const pieces = [
    ...(typeof ref === 'string' ? [refTarget(ref, defs)] : []),
    ...(Array.isArray(allOf) ? (allOf as JsonSchema[]) : []),
  ];
  const read = pieces.map((part) => gathered(part, defs, depth + 1));
  const parts = read.filter((part) => part !== undefined);
  if (!isObject(properties) && parts.length === 0 && schema['type'] !== 'object') return undefined;
  const own = (isObject(properties) ? properties : {}) as Record<string, JsonSchema>;
  const open = rest ?? parts.find((part) => part.rest !== undefined)?.rest;
  return {
    properties: Object.assign({}, ...parts.map((part) => part.properties), own) as Record<string, JsonSchema>,
    required: [
      ...parts.flatMap((part) => part.required),
      // A part with nothing but names (`{ required: [a] }`) describes no object by itself.
      ...pieces.flatMap((part, i) => (read[i] ? [] : namesOf(part))),
      ...namesOf(schema),
    ],
    ...(open === undefined || open === false ? {} : { rest: open as JsonSchema }),
  };
}

function namesOf(schema: JsonSchema | undefined): string[] {
  const required = isObject(schema) ? schema['required'] : undefined;
  return Array.isArray(required) ? (required as string[]) : [];
}

function isReadOnly(member: JsonSchema, defs: SchemaTable): boolean {
  const whole = resolved(member, defs);
  return (isObject(member) && member['readOnly'] === true) || (isObject(whole) && whole['readOnly'] === true);
}

/** The schema that a chain of references ends in. */
export function resolved(schema: JsonSchema | undefined, defs: SchemaTable): JsonSchema | undefined {
  let here = schema;
  for (let depth = 0; depth < DEEPEST && isObject(here) && typeof here['$ref'] === 'string'; depth++) {
    here = refTarget(here['$ref'], defs);
  }
  return here;
}
