import type { JsonSchemaValue } from './definition.ts';
import type { Place } from './faults.ts';
import { type Faults } from './faults.ts';
import { LIMITS } from './limits.ts';
import { isObject, kindOf, type Raw } from './raw-value.ts';
import type { References } from './references.ts';
import { openParts, overlap, type Composition } from './schema-closed.ts';
import { cleanKeywords } from './schema-keywords.ts';

export type Dialect = '2.0' | '3.0' | '3.1' | '3.2';

/** A schema of the document that others refer to. */
export interface Shared {
  name: string;
  place: Place;
  schema: JsonSchemaValue;
}

const ONE = [
  'items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames', 'unevaluatedItems',
  'unevaluatedProperties', 'contentSchema', 'additionalItems',
]; // prettier-ignore
const MANY: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const NAMED: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'dependentSchemas']);
const SINGLE: ReadonlySet<string> = new Set(ONE);
/** What says the same beside a reference: in 2.0 and 3.0 everything else there is to be ignored. */
const BESIDE: ReadonlySet<string> = new Set([
  'title', 'description', 'deprecated', 'readOnly', 'writeOnly', 'nullable', 'x-nullable', 'default', 'example',
]); // prettier-ignore

/**
 * Rewrites schemas of every version of OpenAPI into JSON Schema 2020-12. What `$ref` leads to is kept once, in `$defs`,
 * and rewritten when it is first met: what nothing refers to costs nothing, and cycles stay cycles.
 */
export class Schemas {
  readonly #refs: References;
  readonly #faults: Faults;
  readonly #dialect: Dialect;
  readonly #shared = new Map<string, Shared>();
  readonly #byName = new Map<string, Shared>();
  readonly #waiting: { shared: Shared; value: unknown; place: Place }[] = [];
  readonly #compositions: Composition[] = [];
  #converted = 0;

  constructor(refs: References, faults: Faults, dialect: Dialect) {
    this.#refs = refs;
    this.#faults = faults;
    this.#dialect = dialect;
  }

  /** Schemas that were met. */
  get count(): number {
    return this.#converted;
  }

  /** Everything that references lead to. */
  get defs(): Record<string, JsonSchemaValue> {
    return Object.fromEntries([...this.#shared.values()].map(({ name, schema }) => [name, schema]));
  }

  /** Where they stand in the document. */
  get places(): Map<string, Place> {
    return new Map([...this.#shared.values()].map(({ name, place }) => [name, place]));
  }

  /** The schema that stands at a place; one that accepts everything when there is none. */
  convert(value: unknown, place: Place): JsonSchemaValue {
    const schema = value === undefined ? {} : this.#schema(value, place, 0);
    for (let next = this.#waiting.pop(); next; next = this.#waiting.pop()) {
      next.shared.schema = this.#schema(next.value, next.place, 0);
    }
    return schema;
  }

  /** What can only be seen when all schemas are there. */
  finish(): void {
    for (const { schema, place } of this.#compositions) {
      if (!openParts(schema, (one) => this.follow(one))) continue;
      this.#faults.warning(
        place,
        'no value can satisfy this: a part of allOf allows no other members, and the other parts have others; they are allowed',
      );
    }
  }

  /** A schema without `$ref` at its top. */
  follow(schema: JsonSchemaValue): JsonSchemaValue {
    let here = schema;
    for (let i = 0; i < LIMITS.schemaDepth; i++) {
      const ref = isObject(here) ? here['$ref'] : undefined;
      if (typeof ref !== 'string') return here;
      const next = this.#byName.get(ref.slice('#/$defs/'.length))?.schema;
      if (next === undefined) return {};
      here = next;
    }
    return {};
  }

  #schema(value: unknown, place: Place, depth: number): JsonSchemaValue {
    if (typeof value === 'boolean') return value;
    if (!isObject(value)) {
      this.#faults.error(
        place,
        `expected a schema, an object, but this is ${kindOf(value)}; any value is accepted here`,
      );
      return {};
    }
    if (depth > LIMITS.schemaDepth) {
      this.#faults.error(
        place,
        `the schema is nested more than ${LIMITS.schemaDepth} levels deep; any value is accepted below`,
      );
      return {};
    }
    this.#converted += 1;
    const { $ref: ref, $dynamicRef: dynamic } = value;
    if (typeof ref === 'string') return this.#reference(ref, value, place, depth);
    if (typeof dynamic === 'string') return this.#reference(dynamic, value, place, depth);
    return this.#keywords(value, place, depth);
  }

  #reference(ref: string, value: Raw, place: Place, depth: number): JsonSchemaValue {
    const target = this.#share(ref, place);
    const modern = this.#dialect !== '2.0' && this.#dialect !== '3.0';
    const beside = Object.entries(value).filter(
      ([key]) => key !== '$ref' && key !== '$dynamicRef' && (modern || BESIDE.has(key)),
    );
    if (target === undefined)
      return beside.length > 0 ? this.#keywords(Object.fromEntries(beside), place, depth) : {};
    const reference = { $ref: `#/$defs/${target.name}` };
    if (beside.length === 0) return reference;
    const more = this.#keywords(Object.fromEntries(beside), place, depth);
    if (value['nullable'] !== true && value['x-nullable'] !== true) return { ...reference, ...(more as Raw) };
    return { ...(more as Raw), anyOf: [reference, { type: 'null' }] };
  }

  #share(ref: string, place: Place): Shared | undefined {
    const found = this.#refs.resolve(ref);
    if (typeof found === 'string') {
      this.#faults.error(place.at('$ref'), `${found}; any value is accepted here`);
      return undefined;
    }
    const pointer = found.place.toString();
    let shared = this.#shared.get(pointer);
    if (!shared) {
      shared = { name: this.#nameOf(found.place), place: found.place, schema: {} };
      this.#shared.set(pointer, shared);
      this.#byName.set(shared.name, shared);
      this.#waiting.push({ shared, value: found.value, place: found.place });
    }
    return shared;
  }

  /** The schema's own name, as far as it can stand in a reference. */
  #nameOf(place: Place): string {
    const parts = place.parts;
    const named = parts.length <= 3 ? parts.slice(-1) : parts.filter((part) => !STEPS.has(part)).slice(-3);
    const plain =
      named
        .join('.')
        .replaceAll(/[^\w.-]+/g, '_')
        .replaceAll(/^_+|_+$/g, '') || 'Schema';
    let name = plain.slice(-LIMITS.title);
    for (let i = 2; this.#byName.has(name); i++) name = `${plain.slice(-LIMITS.title)}${i}`;
    return name;
  }

  #keywords(raw: Raw, place: Place, depth: number): Record<string, unknown> {
    const schema = cleanKeywords(raw, place, this.#faults, this.#dialect);
    for (const [key, value] of Object.entries(schema)) {
      const at = place.at(key);
      const inner = (one: unknown, ...keys: (string | number)[]) =>
        this.#schema(one, at.at(...keys), depth + 1);
      if (SINGLE.has(key)) {
        if (key === 'items' && Array.isArray(value)) {
          delete schema['items'];
          schema['prefixItems'] = value.map((one, i) => inner(one, i));
        } else schema[key] = inner(value);
      } else if (MANY.has(key)) {
        if (Array.isArray(value) && value.length > 0) schema[key] = value.map((one, i) => inner(one, i));
        else this.#drop(schema, key, at, 'expected a list of schemas');
      } else if (NAMED.has(key)) {
        if (!isObject(value)) this.#drop(schema, key, at, 'expected schemas by name');
        else {
          if (Object.hasOwn(value, '__proto__'))
            this.#faults.warning(at.at('__proto__'), "a member '__proto__' is left out");
          schema[key] = Object.fromEntries(
            Object.entries(value)
              .filter(([name]) => name !== '__proto__')
              .map(([name, one]) => [name, inner(one, name)]),
          );
        }
      } else if (key === 'discriminator') this.#discriminator(schema, at);
    }
    this.#compose(schema, place);
    return schema;
  }

  #compose(schema: Record<string, unknown>, place: Place): void {
    const { allOf, oneOf, anyOf } = schema;
    if (allOf !== undefined) this.#compositions.push({ schema, place: place.at('allOf') });
    if (anyOf !== undefined || !Array.isArray(oneOf) || !overlap(oneOf as JsonSchemaValue[])) return;
    delete schema['oneOf'];
    schema['anyOf'] = oneOf;
    this.#faults.warning(
      place.at('oneOf'),
      'one of these accepts every value of another, so that such a value fits two and is refused; read as anyOf',
    );
  }

  #drop(schema: Record<string, unknown>, key: string, place: Place, message: string): void {
    delete schema[key];
    this.#faults.error(place, `${message}; '${key}' is left out`);
  }

  #discriminator(schema: Record<string, unknown>, place: Place): void {
    const value = schema['discriminator'];
    if (typeof value === 'string') schema['discriminator'] = { propertyName: value };
    if (!isObject(value) || !isObject(value['mapping'])) return;
    const mapping = Object.entries(value['mapping']).flatMap(([key, target]) => {
      if (typeof target !== 'string') return [];
      // A name stands for a schema of the components.
      const folder = this.#dialect === '2.0' ? '#/definitions/' : '#/components/schemas/';
      const ref =
        /^[\w.-]+$/.test(target) && typeof this.#refs.resolve(folder + target) !== 'string'
          ? folder + target
          : target;
      const shared = this.#share(ref, place.at('mapping', key));
      return shared ? [[key, `#/$defs/${shared.name}`]] : [];
    });
    schema['discriminator'] = { ...value, mapping: Object.fromEntries(mapping) as Raw };
  }
}

/** Parts of a pointer that say nothing about what it leads to. */
const STEPS: ReadonlySet<string> = new Set([
  'components', 'schemas', 'definitions', 'paths', 'properties', 'schema', 'content', 'responses', 'parameters',
  'requestBodies', 'application/json', '$defs', 'get', 'put', 'post', 'delete', 'patch', 'requestBody',
]); // prettier-ignore
