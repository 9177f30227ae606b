/**
 * Writes values into paths, queries, headers, cookies and forms, by the styles of OpenAPI 3.2 ("Style Values", "Style
 * Examples", "URL Percent-Encoding" and appendices C to E: https://spec.openapis.org/oas/v3.2.0.html#style-values),
 * which are those of URI templates (RFC 6570) and some more. What the tables leave open is decided here:
 *
 * - A value that is undefined or null, and a list or an object without members, is not sent (RFC 6570, 2.3 and 3.2.1);
 *   the empty text is. Members that are null are left out of their list or object.
 * - A list or an object inside a list or an object is written as JSON, but for `deepObject`: there members go on in
 *   brackets, however deep, and lists by index from 0: `filter[tags][0]=a`.
 * - `spaceDelimited` and `pipeDelimited` with `explode`, and a single value in them, are written as `form`; so is a
 *   single value in `deepObject`.
 * - Several cookies of one parameter are parted by `; `, the only separator that the header knows (RFC 6265, 4.2.1).
 */

export type Style =
  | 'matrix'
  | 'label'
  | 'simple'
  | 'form'
  | 'spaceDelimited'
  | 'pipeDelimited'
  | 'deepObject'
  | 'cookie';

export interface Spelling {
  style: Style;
  explode: boolean;
  allowReserved: boolean;
}

/** Writes one name or value as its place wants it. */
export type Encode = (text: string) => string;

export const asIs: Encode = (text) => text;

/** Everything but the unreserved characters of RFC 3986, 2.3. */
export const percent: Encode = (text) =>
  encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/**
 * Reserved expansion (RFC 6570, 3.2.3): reserved characters and what is percent-encoded already stay. Those that would
 * end the place that they stand in are encoded all the same, as OpenAPI asks of whoever writes the address.
 */
const RESERVED: Readonly<Record<'path' | 'query' | 'cookie', RegExp>> = {
  // Neither `/`, `?` nor `#` (OpenAPI, "Path Templating").
  path: /(%[0-9A-Fa-f]{2}|[:@!$&'()*+,;=])/,
  // Neither `#`, `[` nor `]`, which a query must not have (RFC 3986, 3.4), nor `&`, which would begin another parameter.
  query: /(%[0-9A-Fa-f]{2}|[:/?@!$'()*+,;=])/,
  // What a cookie may have (RFC 6265, 4.1.1): neither `,` nor `;`.
  cookie: /(%[0-9A-Fa-f]{2}|[:/?#[\]@!$&'()*+=])/,
};

export function encoder(place: 'path' | 'query' | 'cookie', allowReserved: boolean): Encode {
  if (!allowReserved) return percent;
  const kept = RESERVED[place];
  // Split by a group, every second piece is one that stays.
  return (text) =>
    text
      .split(kept)
      .map((piece, at) => (at % 2 === 1 ? piece : percent(piece)))
      .join('');
}

type Entry = [key: string, value: string];

/** A value by its kind, its members as text; undefined when there is nothing to send. */
type Flat = { one: string } | { list: string[] } | { members: Entry[] } | undefined;

function flat(value: unknown): Flat {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) {
    const list = value.flatMap((item: unknown) => textOf(item) ?? []);
    return list.length > 0 ? { list } : undefined;
  }
  if (typeof value === 'object') {
    const members = Object.entries(value).flatMap(([key, item]): Entry[] => {
      const text = textOf(item);
      return text === undefined ? [] : [[key, text]];
    });
    return members.length > 0 ? { members } : undefined;
  }
  return { one: textOf(value) ?? '' };
}

/** A single value as text; undefined when it is not sent. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object') return jsonText(value);
  return `${value as string | number | bigint | boolean}`;
}

/** A value as JSON, a bigint as a number with all its digits. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'bigint' ? rawJson.rawJSON(String(one)) : one,
  );
}

// Not yet in the type library of TypeScript 7.
const rawJson = JSON as unknown as { rawJSON(text: string): unknown };

/** A value in a path: `simple`, `label` or `matrix`. Empty when there is nothing to send. */
export function inPath(name: string, value: unknown, { style, explode, allowReserved }: Spelling): string {
  const encode = encoder('path', allowReserved);
  const it = flat(value);
  if (it === undefined) return '';
  if (style === 'label') return expand(it, { encode, explode, first: '.', between: explode ? '.' : ',' });
  if (style !== 'matrix') return expand(it, { encode, explode, first: '', between: ',' });
  const key = percent(name);
  // `;name`, without `=`, where the value is empty (RFC 6570, 3.2.7).
  const named = (text: string) => (text === '' ? `;${key}` : `;${key}=${text}`);
  if ('one' in it) return named(encode(it.one));
  if (!explode) return named(expand(it, { encode, explode, first: '', between: ',' }));
  if ('list' in it) return it.list.map((item) => named(encode(item))).join('');
  return it.members.map(([member, text]) => `;${encode(member)}=${encode(text)}`).join('');
}

/** A value in a header: `simple`, without any encoding (OpenAPI 3.2, "Fixed Fields for use with schema"). */
export function inHeader(value: unknown, explode: boolean): string | undefined {
  const it = flat(value);
  return it && expand(it, { encode: asIs, explode, first: '', between: ',' });
}

function expand(
  it: NonNullable<Flat>,
  how: { encode: Encode; explode: boolean; first: string; between: string },
): string {
  const { encode, explode, first, between } = how;
  if ('one' in it) return first + encode(it.one);
  if ('list' in it) return first + it.list.map(encode).join(between);
  const equals = explode ? '=' : between;
  return first + it.members.map(([key, text]) => encode(key) + equals + encode(text)).join(between);
}

/**
 * A value as pairs of name and value: a query, a form, cookies. `encode` writes both; what parts the items of a list
 * that stands in one pair is encoded with them, but for the comma of `form`.
 */
export function pairs(
  name: string,
  value: unknown,
  how: Pick<Spelling, 'style' | 'explode'>,
  encode: Encode,
): Entry[] {
  const key = encode(name);
  if (how.style === 'deepObject' && typeof value === 'object' && value !== null) {
    return deep(name, value).map(([path, text]) => [encode(path), encode(text)]);
  }
  const it = flat(value);
  if (it === undefined) return [];
  if ('one' in it) return [[key, encode(it.one)]];
  const delimiter = { spaceDelimited: encode(' '), pipeDelimited: encode('|') }[how.style as string] ?? ',';
  const together = !how.explode && how.style !== 'deepObject';
  if ('list' in it) {
    if (together) return [[key, it.list.map(encode).join(delimiter)]];
    return it.list.map((item) => [key, encode(item)]);
  }
  const members = it.members.map(([member, text]): Entry => [encode(member), encode(text)]);
  return together ? [[key, members.flat().join(delimiter)]] : members;
}

/** Pairs of a nested value, each by the way to it in brackets. */
function deep(path: string, value: unknown): Entry[] {
  if (typeof value !== 'object' || value === null) {
    const text = textOf(value);
    return text === undefined ? [] : [[path, text]];
  }
  return Object.entries(value).flatMap(([key, item]) => deep(`${path}[${key}]`, item));
}

/** Pairs as one query or form. */
export function joined(entries: readonly Entry[]): string {
  return entries.map(([key, text]) => `${key}=${text}`).join('&');
}

/** Pairs as a form (WHATWG URL, 5.2 "application/x-www-form-urlencoded serializing"): blanks as `+`. */
export const formEncode: Encode = (text) => new URLSearchParams([[text, '']]).toString().slice(0, -1);
