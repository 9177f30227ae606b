import type { CurlRequest } from './curl-flags.ts';
import { inferSchema } from './infer.ts';
import { isObject } from './raw-value.ts';

/** The body of a cURL command line, and the input that gives the same body. */
export function bodyOf(
  request: CurlRequest,
  type: string | undefined,
): { spec: object; example: Record<string, unknown> } | undefined {
  if (request.form.length > 0) return multipart(request);
  if (request.upload !== undefined)
    return whole(type ?? 'application/octet-stream', { type: 'string', format: 'binary' }, undefined);
  const isJson = request.data.some((part) => part.json);
  // A body that stands in a file is there all the same.
  const fromFile = request.notes.some((note) => note.startsWith('the file '));
  if (request.data.length === 0 && !fromFile) return undefined;
  const text = isJson ? request.data.map((part) => part.text).join('') : request.data.map(encoded).join('&');
  const sent = type ?? (isJson ? 'application/json' : undefined);
  const value = sent === undefined || /json/i.test(sent) ? parsed(text) : undefined;
  if (value !== undefined) return json(sent ?? 'application/json', value);
  if (sent === undefined || sent.startsWith('application/x-www-form-urlencoded')) {
    return text === '' ? whole(sent ?? 'application/json', {}, undefined) : form(text);
  }
  return whole(sent, /json/i.test(sent) ? {} : { type: 'string' }, text === '' ? undefined : text);
}

function whole(type: string, schema: object, value: unknown) {
  return {
    spec: { required: true, contents: [{ type, schema }] },
    example: value === undefined ? {} : { body: value },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function json(type: string, value: unknown) {
  if (!isObject(value) || Object.keys(value).length === 0)
    return whole(type, inferSchema([value]) as object, value);
  const properties = Object.entries(value).map(([name, member]) => [name, inferSchema([member])]);
  const schema = { type: 'object', properties: Object.fromEntries(properties) as object };
  return { spec: { required: true, spread: true, contents: [{ type, schema }] }, example: { ...value } };
}

function form(text: string) {
  const fields = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text))
    fields.set(name, [...(fields.get(name) ?? []), value]);
  const properties = [...fields].map(([name, values]) => [
    name,
    values.length > 1 ? { type: 'array', items: { type: 'string' } } : { type: 'string' },
  ]);
  const schema = { type: 'object', properties: Object.fromEntries(properties) as object };
  const contents = [{ type: 'application/x-www-form-urlencoded', schema }];
  const example = [...fields].map(([name, values]) => [name, values.length > 1 ? values : values[0]]);
  return {
    spec: { required: true, spread: true, contents },
    example: Object.fromEntries(example) as Record<string, unknown>,
  };
}

function multipart(request: CurlRequest) {
  const properties = request.form.map(({ name, isFile }) => [
    name,
    isFile ? { type: 'string', format: 'binary' } : { type: 'string' },
  ]);
  const encoding = request.form.flatMap(({ name, type }) =>
    type === undefined ? [] : [[name, { contentType: type }]],
  );
  const content = {
    type: 'multipart/form-data',
    schema: { type: 'object', properties: Object.fromEntries(properties) as object },
    ...(encoding.length > 0 ? { encoding: Object.fromEntries(encoding) as object } : {}),
  };
  const example = request.form.filter(({ isFile }) => !isFile).map(({ name, value }) => [name, value]);
  return {
    spec: { required: true, spread: true, contents: [content] },
    example: Object.fromEntries(example) as Record<string, unknown>,
  };
}

/** A part of `-d` as it is sent; `--data-urlencode` encodes what stands behind the first `=`. */
function encoded({ text, encode }: CurlRequest['data'][number]): string {
  if (!encode) return text;
  const at = text.indexOf('=');
  const name = at > 0 ? `${text.slice(0, at)}=` : '';
  return name + encodeURIComponent(at === -1 ? text : text.slice(at + 1));
}
