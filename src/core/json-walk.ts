/** A JSON Schema 2020-12. */
export type JsonSchema = boolean | Readonly<Record<string, unknown>>;
export type SchemaTable = Readonly<Record<string, JsonSchema>>;

// Where schemas stand in schemas (JSON Schema 2020-12, core 10 and validation 6); all else is data.
const BY_NAME = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const SINGLE = [
  'items',
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contentSchema',
];

/** The schemas that stand directly inside a schema. */
export function* innerSchemas(schema: JsonSchema): Generator<JsonSchema> {
  if (!isObject(schema)) return;
  for (const key of BY_NAME) if (isObject(schema[key])) yield* Object.values(schema[key]) as JsonSchema[];
  for (const key of LISTS) if (Array.isArray(schema[key])) yield* schema[key] as JsonSchema[];
  for (const key of SINGLE) {
    const inner = schema[key];
    // A list here is a tuple of older drafts.
    if (Array.isArray(inner)) yield* inner as JsonSchema[];
    else if (isObject(inner)) yield inner;
  }
}

/** The schema with every schema inside it replaced. */
export function mapInner(
  schema: Readonly<Record<string, unknown>>,
  replace: (inner: JsonSchema) => JsonSchema,
): Record<string, unknown> {
  const made: Record<string, unknown> = { ...schema };
  for (const key of BY_NAME) {
    if (!isObject(schema[key])) continue;
    made[key] = Object.fromEntries(
      Object.entries(schema[key]).map(([name, inner]) => [name, replace(inner as JsonSchema)]),
    );
  }
  for (const key of [...LISTS, ...SINGLE]) {
    const inner = schema[key];
    if (Array.isArray(inner)) made[key] = (inner as JsonSchema[]).map(replace);
    else if (isObject(inner) && !LISTS.includes(key)) made[key] = replace(inner);
  }
  return made;
}

/** Name of the definition that a reference leads into: `Order` of `#/$defs/Order` and of `#/$defs/Order/properties/id`. */
export function refName(ref: string): string | undefined {
  if (!ref.startsWith('#/$defs/')) return undefined;
  return segments(ref)[1];
}

/** What a reference leads to; undefined when there is nothing. */
export function refTarget(ref: string, defs: SchemaTable): JsonSchema | undefined {
  if (!ref.startsWith('#/$defs/')) return undefined;
  let here: unknown = { $defs: defs };
  for (const key of segments(ref)) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return typeof here === 'boolean' || isObject(here) ? here : undefined;
}

// A JSON pointer in a fragment (RFC 6901, 6).
function segments(ref: string): string[] {
  let pointer = ref.slice(2);
  try {
    pointer = decodeURIComponent(pointer);
  } catch {
    // Not percent-encoded: a name with a bare `%` means itself.
  }
  return pointer.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Names of the definitions that a schema needs, directly and through others, in the order in which they are met. */
export function reachable(schema: JsonSchema, defs: SchemaTable): string[] {
  const names = new Set<string>();
  const waiting: JsonSchema[] = [schema];
  // No recursion: documents nest as deep as they like.
  for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
    if (!isObject(here)) continue;
    // `lazyRef` stands for it in schemas that are made for checks.
    const ref = here['$ref'] ?? here['lazyRef'];
    const name = typeof ref === 'string' ? refName(ref) : undefined;
    if (name !== undefined && !names.has(name) && Object.hasOwn(defs, name)) {
      names.add(name);
      waiting.push(defs[name] as JsonSchema);
    }
    for (const inner of innerSchemas(here)) waiting.push(inner);
  }
  return [...names];
}

/** The schema with everything that it needs in its own `$defs`. */
export function bundle(schema: JsonSchema, defs: SchemaTable): Record<string, unknown> {
  const whole = isObject(schema) ? schema : schema ? {} : { not: {} };
  const names = reachable(whole, defs);
  if (names.length === 0) return { ...whole };
  return { ...whole, $defs: Object.fromEntries(names.map((name) => [name, defs[name]])) };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
