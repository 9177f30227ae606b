import { Ajv2019, type ErrorObject, type ValidateFunction } from 'ajv/dist/2019.js';
import { brief } from './finding.ts';

/** A schema of an OpenAPI 3.0 document, as it stands there. */
export type OpenApiSchema = Readonly<Record<string, unknown>>;

/** What a value has that its schema does not allow. */
export interface Mismatch {
  /** Where: `users[].type`; empty for the whole. */
  member: string;
  expected: string;
  got: string;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})$/;

/** The formats that both documents use with their standard meaning; all others are only hints and not looked at. */
const FORMATS = {
  date: DATE,
  'date-time': DATE_TIME,
  email: /^[^\s@]+@[^\s@]+$/,
  uri: /^[a-z][a-z0-9+.-]*:/i,
};

/** Keywords that OpenAPI 3.0 shares with JSON Schema and that hold plain values. */
const PLAIN = [
  'type',
  'enum',
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minimum',
  'maximum',
  'multipleOf',
  'minProperties',
  'maxProperties',
  'required',
] as const;

/** Checks values against the schemas of one OpenAPI document. */
export class Schemas {
  readonly #ajv = new Ajv2019({
    strict: false,
    allErrors: true,
    verbose: true,
    logger: false,
    formats: FORMATS,
  });
  readonly #defs: Record<string, unknown> = {};
  readonly #open = new WeakMap<OpenApiSchema, ValidateFunction>();
  readonly #closed = new WeakMap<OpenApiSchema, ValidateFunction>();

  /** @param components the document's `components.schemas` */
  constructor(components: Readonly<Record<string, OpenApiSchema>> = {}) {
    for (const [name, schema] of Object.entries(components)) {
      this.#defs[name] = convert(schema, false);
      this.#defs[`${name}!`] = convert(schema, true);
    }
  }

  /** What is wrong with an answer: members that the document does not know are allowed. */
  check(schema: OpenApiSchema, value: unknown): Mismatch[] {
    return this.#run(this.#open, schema, value, false);
  }

  /** What is wrong with a request body: members that the document does not know are refused. */
  checkClosed(schema: OpenApiSchema, value: unknown): Mismatch[] {
    return this.#run(this.#closed, schema, value, true);
  }

  #run(
    compiled: WeakMap<OpenApiSchema, ValidateFunction>,
    schema: OpenApiSchema,
    value: unknown,
    closed: boolean,
  ): Mismatch[] {
    let validate = compiled.get(schema);
    if (!validate) {
      validate = this.#ajv.compile({ ...convert(schema, closed), $defs: this.#defs });
      compiled.set(schema, validate);
    }
    return validate(value) ? [] : mismatches(validate.errors ?? []);
  }
}

/**
 * OpenAPI 3.0 to JSON Schema 2019-09. `closed` refuses members that no part of the schema names; the parts of a
 * composition stay open, as each of them names only some.
 */
function convert(schema: OpenApiSchema, closed: boolean): Record<string, unknown> {
  const { $ref } = schema;
  if (typeof $ref === 'string') {
    return { $ref: $ref.replace('#/components/schemas/', '#/$defs/') + (closed ? '!' : '') };
  }
  const out: Record<string, unknown> = {};
  for (const key of PLAIN) if (schema[key] !== undefined) out[key] = schema[key];
  if (typeof out['type'] === 'string') {
    // A member that says nullable may be null whatever else it says; an enum would refuse null again.
    if (schema['nullable'] === true) {
      out['type'] = [out['type'], 'null'];
      if (Array.isArray(out['enum'])) out['enum'] = [...(out['enum'] as unknown[]), null];
    }
    // Both documents write the members of some enums as text although the type is a number.
    if (Array.isArray(out['enum'])) out['enum'] = typed(out['type'], out['enum'] as unknown[]);
  }
  for (const [limit, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (schema[exclusive] !== true) continue;
    out[exclusive] = out[limit];
    delete out[limit];
  }
  const { properties, items, additionalProperties: more } = schema;
  if (isSchema(properties)) {
    out['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, member]) => [
        name,
        isSchema(member) ? convert(member, closed) : {},
      ]),
    );
  }
  if (isSchema(items)) out['items'] = convert(items, closed);
  if (isSchema(more)) out['additionalProperties'] = convert(more, closed);
  else if (more === false) out['additionalProperties'] = false;
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const) {
    const parts = schema[key];
    // Several branches may fit one value where the writer meant one: only that one fits matters.
    if (Array.isArray(parts))
      out[key === 'oneOf' ? 'anyOf' : key] = parts.map((part) => openPart(part, closed));
  }
  if (isSchema(schema['not'])) out['not'] = convert(schema['not'], false);
  const names = properties !== undefined || 'allOf' in out || 'anyOf' in out;
  if (closed && names && more === undefined) out['unevaluatedProperties'] = false;
  return out;
}

/** Open itself, while the objects inside it are closed as asked. */
function openPart(part: unknown, closed: boolean): Record<string, unknown> {
  if (!isSchema(part)) return {};
  if (typeof part['$ref'] === 'string') return convert(part, false);
  const { unevaluatedProperties: _, ...rest } = convert(part, closed);
  return rest;
}

function typed(type: unknown, values: readonly unknown[]): unknown[] {
  const numeric = type === 'integer' || type === 'number';
  return values.map((value) =>
    numeric && typeof value === 'string' && value !== '' && !Number.isNaN(Number(value))
      ? Number(value)
      : value,
  );
}

export function isSchema(value: unknown): value is OpenApiSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Ajv's errors, without those of the branches of a choice that failed as a whole. */
function mismatches(errors: readonly ErrorObject[]): Mismatch[] {
  const choices = errors
    .filter(({ keyword }) => keyword === 'anyOf')
    .map(({ schemaPath }) => `${schemaPath}/`);
  return errors
    .filter(({ schemaPath }) => !choices.some((choice) => schemaPath.startsWith(choice)))
    .map((error) => {
      const member = memberOf(error.instancePath);
      const params = error.params as Record<string, unknown>;
      const extra = params['unevaluatedProperty'] ?? params['additionalProperty'];
      if (typeof extra === 'string') {
        const got = (error.data as Record<string, unknown> | undefined)?.[extra];
        return { member: join(member, extra), expected: 'a member that the document names', got: brief(got) };
      }
      const missing = params['missingProperty'];
      if (typeof missing === 'string') {
        return { member: join(member, missing), expected: 'a member', got: 'nothing' };
      }
      return { member, expected: expectation(error, params), got: brief(error.data) };
    });
}

function expectation(error: ErrorObject, params: Record<string, unknown>): string {
  if (error.keyword === 'enum')
    return `one of ${(params['allowedValues'] as unknown[]).map(String).join(', ')}`;
  if (error.keyword === 'type') return [params['type']].flat().join(' or ');
  return (error.message ?? error.keyword).replace(/^must /, '');
}

/** `/users/3/type` is `users[].type`, so that all rows with one fault are one deviation. */
function memberOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[]` : join(path, part)), '');
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
