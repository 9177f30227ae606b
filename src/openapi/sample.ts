import type { Action } from '../core/action.ts';
import { ConnectorError } from '../core/errors.ts';
import { carriedSchema } from '../core/json-schema.ts';
import { refTarget, type JsonSchema, type SchemaTable } from '../core/json-walk.ts';
import { describe, fieldErrors } from '../core/schema.ts';
import { isObject, list, own, type Raw } from './raw-value.ts';
import { intersect, sampleNumber, sampleText } from './sample-value.ts';

/** How a sample is made; ways are tried in turn until one passes. */
interface Way {
  /** Examples and defaults of the schema are used. */
  examples: boolean;
  /** Which of several forms (`oneOf`, `anyOf`) is taken. */
  branch: number;
  /** Members that may be left out are there too. */
  all: boolean;
  /** Members that only answers have are there too, where they are demanded: some documents say both. */
  readOnly: boolean;
}

const WAYS: readonly Way[] = [false, true].flatMap((readOnly) =>
  [true, false].flatMap((examples) =>
    [0, 1, 2, 3].flatMap((branch) => [false, true].map((all) => ({ examples, branch, all, readOnly }))),
  ),
);
/** Levels of references and members that a sample goes down. */
const DEEPEST = 16;

/**
 * An input that an action accepts: what it must have, from the schema's own examples where they pass.
 * @param all members that may be left out are there too, where that passes
 * @throws ConnectorError of kind `config` when none was found, with what is wrong with the nearest
 */
export function sampleInput(
  action: Action,
  { all = false }: { all?: boolean } = {},
): Record<string, unknown> {
  const carried = carriedSchema(action.input);
  if (!carried) return { ...action.example };
  const { schema, defs } = carried.source;
  let first: string | undefined;
  for (const way of ordered(all)) {
    const value = new Sampler(defs, way).of(schema, 0) ?? {};
    const fault = faultOf(action, value);
    if (fault === undefined) return value as Record<string, unknown>;
    first ??= fault;
  }
  throw new ConnectorError(`no sample could be made for ${action.title}: ${first}`, {
    kind: 'config',
    hint: 'Give an input of your own, or put one into the example of the operation.',
  });
}

/** Why a value is no input of an action, or makes no call of it. */
function faultOf(action: Action, value: unknown): string | undefined {
  const result = action.input.safeParse(value);
  if (!result.success) return describe(fieldErrors(result.error));
  try {
    action.call(value as Record<string, unknown>);
    return undefined;
  } catch (error) {
    if (error instanceof ConnectorError) return error.message;
    throw error;
  }
}

/** A value for a schema, as near as it gets. */
export function sampleOf(
  schema: JsonSchema,
  defs: SchemaTable = {},
  { all = false }: { all?: boolean } = {},
): unknown {
  return new Sampler(defs, { examples: true, branch: 0, all, readOnly: false }).of(schema, 0);
}

function ordered(all: boolean): Way[] {
  return WAYS.toSorted((a, b) => Number(b.all === all) - Number(a.all === all));
}

class Sampler {
  readonly #defs: SchemaTable;
  readonly #way: Way;

  constructor(defs: SchemaTable, way: Way) {
    this.#defs = defs;
    this.#way = way;
  }

  /** @param turn which of several values, where they must differ */
  of(given: JsonSchema | undefined, depth: number, turn = 0): unknown {
    if (given === undefined || given === true) return 'text';
    if (given === false || depth > DEEPEST) return undefined;
    const schema = this.#whole(given, 0);
    if (Object.hasOwn(schema, 'const')) return schema['const'];
    const values = list(schema['enum']);
    const example = this.#example(schema, turn);
    if (example !== undefined && (values.length === 0 || values.includes(example))) return example;
    if (values.length > 0) return values.filter((value) => value !== null)[turn] ?? values[turn];
    switch (typeOf(schema)) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return this.#array(schema, depth);
      case 'integer':
      case 'number':
        return sampleNumber(schema, turn);
      case 'boolean':
        return turn % 2 === 0;
      case 'null':
        return null;
      default:
        return sampleText(schema, turn);
    }
  }

  /** The schema with its references, `allOf` and one of its forms in one. */
  #whole(given: JsonSchema, depth: number): Raw {
    if (!isObject(given) || depth > DEEPEST) return {};
    const { $ref: ref, allOf, oneOf, anyOf, ...plain } = given;
    let schema: Raw = plain;
    if (typeof ref === 'string')
      schema = intersect(this.#whole(refTarget(ref, this.#defs) ?? true, depth + 1), schema);
    for (const part of list(allOf)) schema = intersect(schema, this.#whole(part as JsonSchema, depth + 1));
    for (const forms of [oneOf, anyOf]) {
      const form = this.#form(list(forms) as JsonSchema[]);
      if (form !== undefined)
        schema = this.#discriminated(intersect(schema, this.#whole(form, depth + 1)), given, form);
    }
    return schema;
  }

  #form(forms: readonly JsonSchema[]): JsonSchema | undefined {
    const real = forms.filter((form) => !(isObject(form) && form['type'] === 'null'));
    return real[this.#way.branch % Math.max(real.length, 1)] ?? forms[0];
  }

  /** The member that tells the forms apart names the one that was taken. */
  #discriminated(schema: Raw, given: Raw, form: JsonSchema): Raw {
    const name = own(given['discriminator'], 'propertyName');
    const ref = own(form, '$ref');
    const known =
      own(own(schema['properties'], String(name)), 'const') ??
      own(own(schema['properties'], String(name)), 'enum');
    if (typeof name !== 'string' || typeof ref !== 'string' || known !== undefined) return schema;
    const mapping = own(given['discriminator'], 'mapping');
    const key = isObject(mapping) ? Object.keys(mapping).find((one) => mapping[one] === ref) : undefined;
    const value = key ?? ref.split('/').at(-1);
    return {
      ...schema,
      properties: { ...(schema['properties'] as Raw | undefined), [name]: { const: value } },
      required: [...new Set([...list(schema['required']), name])],
    };
  }

  #example(schema: Raw, turn: number): unknown {
    if (!this.#way.examples || turn > 0) return undefined;
    const examples = schema['examples'];
    const named = isObject(examples)
      ? Object.values(examples).map((one) => own(one, 'value'))
      : list(examples);
    return [schema['example'], named[0], schema['default']].find(
      (value) => value !== undefined && value !== null,
    );
  }

  #object(schema: Raw, depth: number): Record<string, unknown> {
    const properties = isObject(schema['properties']) ? schema['properties'] : {};
    const required = new Set(list(schema['required']) as string[]);
    const least = Number(schema['minProperties'] ?? 0);
    const made = new Map<string, unknown>();
    for (const [name, member] of Object.entries(properties)) {
      const wanted = required.has(name) || made.size < least || (this.#way.all && depth < 4);
      const readOnly = own(member, 'readOnly') === true && !(this.#way.readOnly && required.has(name));
      if (!wanted || readOnly) continue;
      const value = this.of(member as JsonSchema, depth + 1);
      if (value !== undefined) made.set(name, value);
    }
    const rest = schema['additionalProperties'] as JsonSchema | undefined;
    for (const name of required)
      if (!Object.hasOwn(properties, name)) made.set(name, this.of(rest, depth + 1));
    for (const [name, needs] of Object.entries((schema['dependentRequired'] as Raw | undefined) ?? {})) {
      if (!made.has(name)) continue;
      for (const other of list(needs) as string[])
        if (!made.has(other)) made.set(other, this.of(properties[other] as JsonSchema, depth + 1));
    }
    if (rest !== false) {
      for (let i = 1; made.size < least && i <= least; i++) made.set(`member${i}`, this.of(rest, depth + 1));
    }
    return Object.fromEntries(made);
  }

  #array(schema: Raw, depth: number): unknown[] {
    const least = Number(schema['minItems'] ?? 0);
    const most = Number(schema['maxItems'] ?? Infinity);
    const tuple = list(schema['prefixItems']) as JsonSchema[];
    const items = schema['items'] as JsonSchema | undefined;
    const count = Math.min(Math.max(least, tuple.length, depth < 6 && items !== false ? 1 : 0), most, 1000);
    const unique = schema['uniqueItems'] === true;
    const made = Array.from({ length: count }, (_, i) =>
      this.of(tuple[i] ?? items, depth + 1, unique ? i : 0),
    );
    const known = made.filter((value) => value !== undefined);
    return known.length < made.length && least === 0 ? [] : known;
  }
}

function typeOf(schema: Raw): string {
  const type = [schema['type']].flat().find((one) => one !== 'null') ?? [schema['type']].flat()[0];
  if (typeof type === 'string') return type;
  const has = (...keys: string[]) => keys.some((key) => Object.hasOwn(schema, key));
  if (has('properties', 'required', 'additionalProperties', 'minProperties')) return 'object';
  if (has('items', 'prefixItems', 'minItems')) return 'array';
  if (has('minimum', 'maximum', 'multipleOf', 'exclusiveMinimum')) return 'number';
  return 'string';
}
