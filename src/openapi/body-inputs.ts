import { isObject, type JsonSchema, type SchemaTable } from '../core/json-walk.ts';
import { contentKind, fileSchema, isRawBinary } from './content.ts';
import type { BodySpec, ContentSpec, OperationSpec } from './definition.ts';
import { membersOf, resolved } from './members.ts';

type Properties = Record<string, JsonSchema>;

/** A schema with what its place says of it. */
export function described(
  schema: JsonSchema,
  about: { title?: string | undefined; description?: string | undefined; deprecated?: boolean | undefined },
): JsonSchema {
  const { title, description, deprecated } = about;
  if (!title && !description && !deprecated) return schema;
  return {
    ...(isObject(schema) ? schema : schema ? {} : { not: {} }),
    ...(title ? { title } : {}),
    ...(description ? { description } : {}),
    ...(deprecated ? { deprecated } : {}),
  };
}

/** What a body adds to the inputs of an operation. */
export interface BodyInputs {
  properties: Properties;
  required: string[];
  /** What further inputs must be, when there may be any. */
  rest?: JsonSchema;
  rules?: JsonSchema[];
  /** Input that is the whole body. */
  whole: string | undefined;
  /** Inputs that are members of the body, with the names they have there; those not known go there too when `open`. */
  spread: { names: readonly (readonly [input: string, member: string])[]; open: boolean } | undefined;
  /** Input that chooses among the types of the body: `content_type`. */
  choice: string | undefined;
}

/** The inputs that make the body; `taken` are the names that parameters have. */
export function bodyInputs(
  body: BodySpec,
  method: OperationSpec['method'],
  taken: ReadonlySet<string>,
  defs: SchemaTable,
): BodyInputs {
  // A member, or the body, with the name of a parameter gets another one.
  const free = (name: string): string => (taken.has(name) ? free(`body_${name}`) : name);
  const types = body.contents.map(({ type }) => type);
  const first = body.contents[0] as ContentSpec;
  // Nothing can be demanded that may not be sent (fetch standard: no body with GET and HEAD).
  const needed = body.required && method !== 'GET' && method !== 'HEAD';
  const members = body.spread ? membersOf(bodySchema(first, defs), defs) : undefined;
  const names = Object.keys(members?.properties ?? {}).map((name) => [free(name), name] as const);
  const whole = members ? undefined : free(body.as);
  const inputs = members
    ? new Map(names.map(([input, name]) => [name, input]))
    : new Map([[body.as, whole as string]]);
  const chooser =
    types.length > 1
      ? [...inputs.values()].includes('content_type') || taken.has('content_type')
        ? 'body_content_type'
        : 'content_type'
      : undefined;
  const choice: Properties =
    chooser === undefined
      ? {}
      : {
          [chooser]: {
            type: 'string',
            enum: types,
            description: `Type of the body; ${types[0]} when not given.`,
          },
        };
  if (members) {
    const required = members.required.map((name) => inputs.get(name) ?? name);
    return {
      properties: {
        ...Object.fromEntries(names.map(([input, name]) => [input, members.properties[name] ?? true])),
        ...choice,
      },
      required: needed ? required : [],
      // A body may be left out as a whole; whoever gives a part of it gives what it must have.
      ...(needed || required.length === 0
        ? {}
        : {
            rules: [
              wholeOrNothing(
                names.map(([input]) => input),
                required,
              ),
            ],
          }),
      ...(members.rest === undefined ? {} : { rest: members.rest }),
      whole,
      spread: { names, open: members.rest !== undefined },
      choice: chooser,
    };
  }
  const input = whole as string;
  const schemas = body.contents.map((content) => bodySchema(content, defs));
  const forms = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  const one = forms.length === 1 ? (forms[0] as JsonSchema) : { anyOf: forms };
  return {
    properties: { [input]: described(one, body), ...choice },
    required: needed ? [input] : [],
    // Which form the body must have follows from its type.
    ...(forms.length > 1 && chooser !== undefined ? { rules: rulesOf(input, chooser, types, schemas) } : {}),
    whole,
    spread: undefined,
    choice: chooser,
  };
}

function wholeOrNothing(names: readonly string[], required: readonly string[]): JsonSchema {
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  return { if: { anyOf: names.map((name) => ({ required: [name] })) }, then: { required } };
}

function rulesOf(
  input: string,
  chooser: string,
  types: readonly string[],
  schemas: readonly JsonSchema[],
): JsonSchema[] {
  return types.map((type, at) => {
    const chosen = { properties: { [chooser]: { const: type } }, required: [chooser] };
    const given = at === 0 ? { anyOf: [chosen, { not: { required: [chooser] } }] } : chosen;
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    return { if: given, then: { properties: { [input]: schemas[at] ?? true } } };
  });
}

/** The input of a body: as the document has it, but for what is sent as bytes or text, which comes as text. */
function bodySchema(content: ContentSpec, defs: SchemaTable): JsonSchema {
  const kind = contentKind(content.type);
  const { schema } = content;
  if (kind === 'json' || kind === 'form' || kind === 'lines') return schema;
  if (kind === 'multipart') return withFiles(schema, content, defs);
  const whole = resolved(schema, defs);
  if (kind === 'text') {
    return isObject(whole) && whole['type'] === 'string'
      ? schema
      : { type: 'string', description: `A document of type ${content.type}, as text.` };
  }
  return isRawBinary(whole, true) ? fileSchema(`Content of type ${content.type}`) : schema;
}

/** The object of a multipart body, its files as base64. */
function withFiles(schema: JsonSchema, { encoding }: ContentSpec, defs: SchemaTable): JsonSchema {
  const members = membersOf(schema, defs);
  if (!members) return schema;
  let changed = false;
  const properties = Object.fromEntries(
    Object.entries(members.properties).map(([name, member]) => {
      const whole = resolved(member, defs);
      const items =
        isObject(whole) && whole['type'] === 'array'
          ? resolved(whole['items'] as JsonSchema, defs)
          : undefined;
      const bare = encoding?.[name]?.contentType === undefined;
      const about =
        isObject(whole) && typeof whole['description'] === 'string' ? whole['description'] : 'A file';
      if (items !== undefined && isRawBinary(items, bare)) {
        changed = true;
        return [name, { ...(whole as object), items: fileSchema(about) }];
      }
      if (!isRawBinary(whole, bare)) return [name, member];
      changed = true;
      return [name, fileSchema(about)];
    }),
  );
  if (!changed) return schema;
  return {
    type: 'object',
    properties,
    ...(members.required.length > 0 ? { required: members.required } : {}),
    ...(members.rest === undefined ? {} : { additionalProperties: members.rest }),
  };
}
