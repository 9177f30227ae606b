import type { Call, Part } from '../core/call.ts';
import { rawIntegers } from '../core/json-numbers.ts';
import { isObject, type JsonSchema, type SchemaTable } from '../core/json-walk.ts';
import { concreteType, contentKind, essence, type FileValue, isRawBinary, readFile } from './content.ts';
import type { ContentSpec } from './definition.ts';
import { membersOf, resolved } from './members.ts';
import { asIs, encoder, formEncode, joined, jsonText, pairs, textOf } from './serialize.ts';

/** The part of a call that is its body. */
export type BodyOf = Pick<Call, 'json' | 'text' | 'bytes' | 'multipart'> & { type?: string };

/** An input that cannot be written as its media type wants it. */
export class Unwritable extends Error {
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

type Encoding = NonNullable<ContentSpec['encoding']>[string];

/**
 * A value as the body of a media type.
 * @throws Unwritable when it cannot be; `field` is the member that it is about
 */
export function bodyOf(content: ContentSpec, value: unknown, defs: SchemaTable): BodyOf {
  const type = concreteType(content.type);
  switch (contentKind(content.type)) {
    case 'json':
      return { type, json: rawIntegers(value, content.schema, defs) };
    case 'lines':
      return {
        type,
        text: (Array.isArray(value) ? value : [value]).map((one) => `${jsonText(one)}\n`).join(''),
      };
    case 'form':
      return { type, text: formOf(content, value) };
    case 'multipart':
      return { multipart: { type, parts: partsOf(content, value, defs) } };
    case 'text':
      if (typeof value !== 'string') throw new Unwritable('', `must be a document of type ${type}, as text`);
      return { type, text: value };
    case 'binary': {
      const schema = resolved(content.schema, defs);
      if (!isRawBinary(schema, true) && typeof value === 'string') return { type, text: value };
      const file = fileOf('', value);
      return { type: file.type ?? type, bytes: file.content };
    }
  }
}

function fileOf(field: string, value: unknown): FileValue {
  const file = readFile(value);
  if (file) return file;
  throw new Unwritable(field, 'must be base64, or an object with `content` in base64');
}

/** Whether an encoding writes by styles: then its content type does not count (OpenAPI 3.2, "Encoding Object"). */
function byStyle(encoding: Encoding | undefined): boolean {
  return (
    encoding !== undefined &&
    (encoding.style !== undefined || encoding.explode !== undefined || encoding.allowReserved !== undefined)
  );
}

function spellingOf({ style = 'form', explode }: Encoding) {
  return { style, explode: explode ?? style === 'form' };
}

/**
 * A form. With neither `style`, `explode` nor `allowReserved`, texts and numbers are written as they are, each item of a
 * list as a pair of its own, and everything else as JSON.
 */
export function formOf({ encoding, type }: ContentSpec, value: unknown): string {
  if (typeof value === 'string') return value;
  if (!isObject(value)) throw new Unwritable('', `must be an object, to be written as ${type}`);
  return joined(
    Object.entries(value).flatMap(([name, member]): [string, string][] => {
      const how = encoding?.[name];
      if (how && byStyle(how))
        return pairs(name, member, spellingOf(how), encoder('query', how.allowReserved ?? false));
      const items: readonly unknown[] = Array.isArray(member) ? member : [member];
      return items.flatMap((item): [string, string][] => {
        const text = plainText(item, how?.contentType);
        return text === undefined ? [] : [[formEncode(name), formEncode(text)]];
      });
    }),
  );
}

/** A value as text of a content type: JSON where that is asked for, or where it is no single value. */
function plainText(value: unknown, type: string | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return type !== undefined && contentKind(type) === 'json' ? jsonText(value) : textOf(value);
}

/** The parts of a form with files. Members that are null are not sent. */
function partsOf({ schema, encoding, type }: ContentSpec, value: unknown, defs: SchemaTable): Part[] {
  if (!isObject(value)) throw new Unwritable('', `must be an object, to be written as ${type}`);
  const known = membersOf(schema, defs)?.properties ?? {};
  return Object.entries(value).flatMap(([name, member]): Part[] => {
    const how = encoding?.[name];
    const headers = how?.headers && Object.keys(how.headers).length > 0 ? { headers: how.headers } : {};
    if (how && byStyle(how)) {
      // Percent-encoding must not be applied here (OpenAPI 3.2, "Fixed Fields for RFC6570-style Serialization").
      return pairs(name, member, spellingOf(how), asIs).map(([key, content]) => ({
        name: key,
        content,
        ...headers,
      }));
    }
    const whole = resolved(Object.hasOwn(known, name) ? known[name] : undefined, defs);
    if (!Array.isArray(member)) return partOf({ name, schema: whole, how, headers, defs }, member);
    const items = isObject(whole) ? resolved(whole['items'] as JsonSchema | undefined, defs) : undefined;
    // One part for each item, all of one name (RFC 7578, 4.3).
    return member.flatMap((item, at) => partOf({ name, schema: items, how, headers, defs }, item, at));
  });
}

/** A field of a form with files. */
interface Field {
  name: string;
  schema: JsonSchema | undefined;
  how: Encoding | undefined;
  headers: Pick<Part, 'headers'>;
  defs: SchemaTable;
}

function partOf({ name, schema, how, headers, defs }: Field, value: unknown, at?: number): Part[] {
  if (value === undefined || value === null) return [];
  const field = at === undefined ? name : `${name}.${at}`;
  const wanted = firstType(how?.contentType);
  const declared = how?.contentType;
  const binary =
    value instanceof Uint8Array ||
    (schema !== undefined && isRawBinary(schema, declared === undefined)) ||
    (declared !== undefined && contentKind(wanted ?? declared) === 'binary' && !isEncoded(schema));
  if (binary) {
    const file = fileOf(field, value);
    const type = file.type ?? wanted ?? 'application/octet-stream';
    // Without a file name, servers take a part for a text.
    return [{ name, filename: file.filename ?? name, type, ...headers, content: file.content }];
  }
  const kind = declared === undefined ? undefined : contentKind(wanted ?? declared);
  if (kind === 'json' || (kind === undefined && typeof value === 'object')) {
    const json = rawIntegers(value, schema ?? true, defs);
    return [{ name, type: wanted ?? 'application/json', ...headers, content: jsonText(json) }];
  }
  if (typeof value === 'object')
    throw new Unwritable(field, `must be a document of type ${declared}, as text`);
  const type = wanted ?? (isEncoded(schema) ? 'application/octet-stream' : undefined);
  return [{ name, ...(type === undefined ? {} : { type }), ...headers, content: textOf(value) ?? '' }];
}

/** Text that stands for bytes already, such as base64. */
function isEncoded(schema: JsonSchema | undefined): boolean {
  return isObject(schema) && schema['contentEncoding'] !== undefined;
}

/** The first of the types in a list that is one, and no range. */
function firstType(list: string | undefined): string | undefined {
  return list
    ?.split(',')
    .map((type) => type.trim())
    .find((type) => type !== '' && !essence(type).includes('*'));
}
