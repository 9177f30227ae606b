import { isSchema, type OpenApiSchema } from './schema.ts';

/** A member of a specimen, and what the document says about it. */
export interface Leaf {
  /** `participants[].join_time`. */
  path: string;
  name: string;
  schema: OpenApiSchema;
}

/**
 * A value that has every member of a schema, each with a value that nothing else in it has. Whoever makes rows of it is
 * found out: a value tells which member of the document it was.
 */
export class Specimen {
  readonly value: unknown;
  readonly #byText = new Map<unknown, Leaf>();
  readonly #byIdentity = new WeakMap<object, Leaf>();
  readonly #byName = new Map<string, Leaf[]>();
  #count = 0;

  constructor(schema: OpenApiSchema) {
    this.value = this.#grow(schema, '', '');
  }

  /** The member that a value was; for what has no value of its own, such as a yes or no, the one of that name. */
  leafOf(name: string, value: unknown): Leaf | undefined {
    const own =
      typeof value === 'object' && value !== null ? this.#byIdentity.get(value) : this.#byText.get(value);
    if (own) return own;
    if (typeof value !== 'object' && typeof value !== 'boolean') return undefined;
    const kind = Array.isArray(value) ? 'array' : typeof value;
    return this.#byName
      .get(name)
      ?.find(({ schema }) => kind === typeOf(schema) || typeOf(schema) === undefined);
  }

  #grow(schema: OpenApiSchema, path: string, name: string): unknown {
    const leaf: Leaf = { path, name, schema };
    const all = this.#byName.get(name);
    if (all) all.push(leaf);
    else this.#byName.set(name, [leaf]);
    const value = this.#value(schema, path);
    if (typeof value === 'object' && value !== null) this.#byIdentity.set(value, leaf);
    else if (typeof value !== 'boolean') this.#byText.set(value, leaf);
    return value;
  }

  #value(schema: OpenApiSchema, path: string): unknown {
    const n = ++this.#count;
    switch (typeOf(schema)) {
      case 'boolean':
        return true;
      case 'integer':
        return 1_000_000 + n;
      case 'number':
        return n + 0.5;
      case 'array':
        return [
          this.#grow(
            isSchema(schema['items']) ? schema['items'] : {},
            `${path}[]`,
            path.split('.').at(-1) ?? '',
          ),
        ];
      case 'object':
        return Object.fromEntries(
          [...propertiesOf(schema)].map(([name, member]) => [
            name,
            this.#grow(member, path === '' ? name : `${path}.${name}`, name),
          ]),
        );
      default:
        return textOf(schema, n);
    }
  }
}

function textOf(schema: OpenApiSchema, n: number): string {
  // Days and seconds that lie apart, so that each is another text.
  if (schema['format'] === 'date') return new Date(n * 86_400_000).toISOString().slice(0, 10);
  if (schema['format'] === 'date-time') return `${new Date(n * 1000).toISOString().slice(0, 19)}Z`;
  return `text ${n}`;
}

/** The members of an object, those of all branches of a choice together. */
export function propertiesOf(schema: OpenApiSchema): Map<string, OpenApiSchema> {
  const found = new Map<string, OpenApiSchema>();
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const) {
    const parts = schema[key];
    if (!Array.isArray(parts)) continue;
    for (const part of parts) {
      if (isSchema(part)) for (const [name, member] of propertiesOf(part)) found.set(name, member);
    }
  }
  const { properties } = schema;
  if (isSchema(properties)) {
    for (const [name, member] of Object.entries(properties)) if (isSchema(member)) found.set(name, member);
  }
  return found;
}

/** The type that a schema names, or that its parts give away. */
export function typeOf(schema: OpenApiSchema): string | undefined {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (propertiesOf(schema).size > 0) return 'object';
  if (isSchema(schema['items'])) return 'array';
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const) {
    const [first] = Array.isArray(schema[key]) ? (schema[key] as unknown[]) : [];
    if (isSchema(first)) return typeOf(first);
  }
  return undefined;
}

/** The schema at a dotted path; of a list, that of its items. */
export function schemaAt(schema: OpenApiSchema, path: string): OpenApiSchema | undefined {
  let here: OpenApiSchema | undefined = schema;
  for (const name of path === '' ? [] : path.split('.')) here = here && propertiesOf(here).get(name);
  if (here && typeOf(here) === 'array') return isSchema(here['items']) ? here['items'] : {};
  return here;
}
