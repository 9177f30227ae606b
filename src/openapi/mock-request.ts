import type { FieldError } from '../core/errors.ts';
import type { Definition, JsonSchemaValue, OperationSpec, ParameterSpec } from './definition.ts';
import { resolveSchema, typesOf, type Defs } from './diff-schema.ts';
import { driftOf } from './drift.ts';
import { memberSchema } from './export-openapi.ts';
import type { MockRequest } from './mock.ts';

/** Why the mock does not do what it was asked to. */
export interface Refusal {
  status: number;
  message: string;
  fields?: FieldError[];
}

/** Everything of a request that the definition does not allow; undefined when it allows it. */
export function checkRequest(
  definition: Definition,
  operation: OperationSpec,
  values: Readonly<Record<string, string>>,
  request: MockRequest,
): Refusal | undefined {
  const fields: FieldError[] = [];
  for (const parameter of operation.parameters) {
    if (parameter.in === 'body') continue;
    const given = textsOf(parameter, definition.$defs, values, request);
    if (given === undefined) {
      if (parameter.required || parameter.in === 'path') {
        fields.push({ field: parameter.name, message: `is required in the ${parameter.in}` });
      }
    } else fields.push(...checkTexts(parameter, given, definition.$defs));
  }
  const body = checkBody(definition, operation, request);
  if (body && !Array.isArray(body)) return body;
  fields.push(...(body ?? []));
  if (fields.length === 0) return undefined;
  const list = fields.map(({ field, message }) => `${field} ${message}`).join('; ');
  return { status: 400, message: `the request is not what the definition says: ${list}`, fields };
}

/** The texts of a parameter as they came; undefined when it is not there. */
function textsOf(
  { name, in: place, explode, schema }: ParameterSpec,
  defs: Defs,
  values: Readonly<Record<string, string>>,
  { query, headers }: MockRequest,
): string[] | undefined {
  if (place === 'path') return values[name] === undefined ? undefined : [values[name]];
  if (place === 'header') {
    const text = headers[name.toLowerCase()];
    return text === undefined ? undefined : [text];
  }
  if (place === 'cookie') {
    const cookies = (headers['cookie'] ?? '').split(/; */).map((one) => one.split('='));
    const found = cookies.filter(([key]) => key === name).map(([, ...rest]) => rest.join('='));
    return found.length > 0 ? found : undefined;
  }
  if (query.has(name)) return query.getAll(name);
  if ([...query.keys()].some((key) => key.startsWith(`${name}[`))) return [];
  // Exploded, an object's members stand there by themselves, under names of their own.
  const members = Object.keys(resolveSchema(schema, defs)['properties'] ?? {});
  return explode !== false && members.some((member) => query.has(member)) ? [] : undefined;
}

/** Single values and lists are compared with their schema; objects of many styles are taken as they are. */
function checkTexts(parameter: ParameterSpec, texts: readonly string[], defs: Defs): FieldError[] {
  const { name, schema, style, content } = parameter;
  const types = typesOf(resolveSchema(schema, defs)) ?? [];
  const plain = types.length === 1 && ['string', 'integer', 'number', 'boolean'].includes(types[0] ?? '');
  if (content !== undefined || texts.length !== 1 || !plain || style === 'matrix' || style === 'label')
    return [];
  const [text = ''] = texts;
  const value = types.includes('string') ? text : scalar(text);
  return problems(value, schema, defs, name);
}

function scalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  // A number that cannot be one stays text, and is told as such.
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

function problems(value: unknown, schema: JsonSchemaValue, defs: Defs, field: string): FieldError[] {
  return (
    driftOf(value, schema, defs)
      // Formats are remarks (JSON Schema 2020-12, 7.2.1), and systems differ in how they take them.
      .filter(({ kind }) => kind !== 'unknown' && kind !== 'format')
      .map(({ at, message }) => ({ field: field + at, message }))
  );
}

function checkBody(
  definition: Definition,
  operation: OperationSpec,
  { headers, body }: MockRequest,
): FieldError[] | Refusal | undefined {
  const members = operation.parameters.filter((one) => one.in === 'body');
  const contents =
    operation.body?.contents ??
    (members.length > 0 ? [{ type: 'application/json', schema: memberSchema(members) }] : []);
  const required = operation.body?.required ?? members.some((one) => one.required);
  if (contents.length === 0) return undefined;
  if (body.byteLength === 0) return required ? [{ field: 'body', message: 'is required' }] : undefined;
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const content = contents.find((one) => covers(one.type.toLowerCase(), type));
  if (!content) {
    return {
      status: 415,
      message: `a body of ${type || 'no type'} is not taken: ${contents.map((one) => one.type).join(', ')}`,
    };
  }
  if (!/[/+]json$/.test(type)) return undefined;
  try {
    const value = JSON.parse(new TextDecoder().decode(body)) as unknown;
    return problems(value, content.schema, definition.$defs, 'body');
  } catch {
    return { status: 400, message: 'the body is not JSON' };
  }
}

function covers(taken: string, given: string): boolean {
  const plain = taken.split(';')[0]?.trim() ?? '';
  return plain === given || plain === '*/*' || (plain.endsWith('/*') && given.startsWith(plain.slice(0, -1)));
}
