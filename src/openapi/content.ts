import { isObject, type JsonSchema } from '../core/json-walk.ts';

/** How a body of a media type is made: `lines` is JSON, a value a line. */
export type ContentKind = 'json' | 'lines' | 'form' | 'multipart' | 'text' | 'binary';

/** A media type without its parameters, in small letters. */
export function essence(type: string): string {
  return (type.split(';')[0] as string).trim().toLowerCase();
}

export function contentKind(type: string): ContentKind {
  const plain = essence(type);
  // Whoever takes everything takes JSON (documents made from code say `*/*` where they say nothing).
  if (plain === '*/*' || plain === 'application/*' || /[/+]json$/.test(plain)) return 'json';
  if (/[/+](?:jsonl|x-ndjson|ndjson|x-jsonlines|json-lines)$/.test(plain)) return 'lines';
  if (plain === 'application/x-www-form-urlencoded') return 'form';
  if (plain.startsWith('multipart/')) return 'multipart';
  const text = /^text\/|[/+](?:xml|yaml|x-yaml|javascript|graphql|sql|toml|x-sh|jsonpath)$/;
  return text.test(plain) ? 'text' : 'binary';
}

/** The type that is sent for one that a document names: a range such as `image/*` is none. */
export function concreteType(type: string): string {
  const kind = contentKind(type);
  if (!essence(type).includes('*')) return type;
  return { json: 'application/json', text: 'text/plain' }[kind as string] ?? 'application/octet-stream';
}

/**
 * Whether a value is sent as bytes: `format: binary` of OpenAPI 3.0; no type at all, or text of a media type that is no
 * text, in 3.1 and later (OpenAPI 3.2, "Working with Binary Data" and the table of default content types). With
 * `contentEncoding` it is text already. `bare`: nothing else says what the value is.
 */
export function isRawBinary(schema: JsonSchema | undefined, bare: boolean): boolean {
  if (schema === undefined || typeof schema === 'boolean') return bare && schema !== false;
  const { type, format, contentEncoding, contentMediaType } = schema;
  if (contentEncoding !== undefined) return false;
  if (format === 'binary') return true;
  if (type === 'file') return true;
  if (typeof contentMediaType === 'string')
    return contentKind(contentMediaType) === 'binary' && type !== 'object';
  const shapeless = ['$ref', 'enum', 'const', 'properties', 'items', 'allOf', 'anyOf', 'oneOf'].every(
    (key) => !(key in schema),
  );
  return bare && type === undefined && format === undefined && shapeless;
}

/** Something that is sent as bytes, as an input. */
export function fileSchema(description: string): Record<string, unknown> {
  const base64 = { type: 'string', contentEncoding: 'base64' };
  return {
    description: `${description.replace(/\.$/, '')}: its content in base64, or with its name and type.`,
    anyOf: [
      base64,
      {
        type: 'object',
        properties: {
          content: { ...base64, description: 'In base64.' },
          filename: { type: 'string', minLength: 1 },
          content_type: { type: 'string', minLength: 1, description: 'Media type, such as image/png.' },
        },
        required: ['content'],
        additionalProperties: false,
      },
    ],
  };
}

export interface FileValue {
  content: Uint8Array;
  filename: string | undefined;
  type: string | undefined;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The bytes that an input means; undefined when it is not base64, of either alphabet (RFC 4648, 4 and 5). */
export function readFile(value: unknown): FileValue | undefined {
  if (value instanceof Uint8Array) return { content: value, filename: undefined, type: undefined };
  if (typeof value === 'string') {
    const plain = value
      .replaceAll(/[\r\n]/g, '')
      .replaceAll('-', '+')
      .replaceAll('_', '/');
    const bare = plain.replace(/=+$/, '');
    if (!BASE64.test(plain) || bare.length % 4 === 1) return undefined;
    return { content: new Uint8Array(Buffer.from(bare, 'base64')), filename: undefined, type: undefined };
  }
  if (!isObject(value)) return undefined;
  const { content, filename, content_type: type } = value;
  const read = isObject(content) ? undefined : readFile(content);
  return (
    read && {
      content: read.content,
      filename: filename as string | undefined,
      type: type as string | undefined,
    }
  );
}
