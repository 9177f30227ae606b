import { type Faults, type Place } from './faults.ts';
import { isObject, kindOf, type Raw } from './raw-value.ts';
import type { Dialect } from './schemas.ts';

const TYPES: ReadonlySet<unknown> = new Set([
  'string',
  'number',
  'integer',
  'boolean',
  'array',
  'object',
  'null',
]);
const NUMBERS: ReadonlySet<string> = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
]);
const COUNTS: ReadonlySet<string> = new Set([
  'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'minContains', 'maxContains',
]); // prettier-ignore
/** Says nothing about values, or means something else outside the document. */
const DROPPED: ReadonlySet<string> = new Set([
  '$id', 'id', '$schema', '$anchor', '$dynamicAnchor', '$vocabulary', '$comment', '$defs', 'definitions', '$ref',
  '$dynamicRef', 'xml', 'externalDocs', 'nullable', '__proto__', '$recursiveRef', '$recursiveAnchor',
]); // prettier-ignore
/** Extensions of schemas that mean something to us. */
const KNOWN: ReadonlySet<string> = new Set([
  'x-ms-summary', 'x-ms-visibility', 'x-ms-dynamic-values', 'x-ms-dynamic-list', 'x-enum-names', 'x-enumNames',
  'x-enum-varnames', 'x-enum-descriptions', 'x-ms-enum',
]); // prettier-ignore

/** The keywords of one schema in the words of 2020-12; what cannot be meant is left out with a fault. */
export function cleanKeywords(
  raw: Raw,
  place: Place,
  faults: Faults,
  dialect: Dialect,
): Record<string, unknown> {
  const schema: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    if (DROPPED.has(key) || (key.startsWith('x-') && !KNOWN.has(key))) continue;
    if (value === undefined) continue;
    if (NUMBERS.has(key) || COUNTS.has(key)) number(schema, key, value, place, faults);
    else schema[key] = value;
  }
  typeOf(schema, raw, place, faults);
  enumeration(schema, place, faults);
  bounds(schema, raw, place, faults);
  pattern(schema, place, faults);
  required(schema, place, faults);
  if (raw['nullable'] === true || raw['x-nullable'] === true) nullable(schema, dialect);
  return schema;
}

function number(
  schema: Record<string, unknown>,
  key: string,
  value: unknown,
  place: Place,
  faults: Faults,
): void {
  if (typeof value === 'boolean' && key.startsWith('exclusive')) schema[key] = value;
  else if (value === null) return;
  else {
    const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    const fits =
      typeof read === 'number' &&
      Number.isFinite(read) &&
      (!COUNTS.has(key) || (read >= 0 && Number.isInteger(read)));
    if (read !== value || !fits) {
      const rest = fits ? `${String(read)} is taken` : 'it is left out';
      faults.error(
        place.at(key),
        `expected ${COUNTS.has(key) ? 'a whole number from 0' : 'a number'}, but this is ${kindOf(value)}; ${rest}`,
      );
    }
    if (fits && !(key === 'multipleOf' && read <= 0)) schema[key] = read;
  }
}

function typeOf(schema: Record<string, unknown>, raw: Raw, place: Place, faults: Faults): void {
  const { type } = raw;
  if (type === undefined) return;
  if (type === 'file') {
    Object.assign(schema, { type: 'string', format: 'binary' });
    return;
  }
  const names = Array.isArray(type) ? type : [type];
  const known = [...new Set(names.filter((name) => TYPES.has(name)))];
  if (known.length < names.length) {
    const wrong = names.find((name) => !TYPES.has(name));
    faults.error(
      place.at('type'),
      `${kindOf(wrong)} is no type; expected ${[...TYPES].join(', ')}; any type is accepted here`,
    );
  }
  if (known.length === 0 || known.length < names.length) delete schema['type'];
  else schema['type'] = Array.isArray(type) ? known : known[0];
}

function enumeration(schema: Record<string, unknown>, place: Place, faults: Faults): void {
  const values = schema['enum'];
  if (values === undefined) return;
  if (!Array.isArray(values) || values.length === 0) {
    delete schema['enum'];
    faults.error(
      place.at('enum'),
      `expected a list with at least one value, but this is ${Array.isArray(values) ? 'empty' : kindOf(values)}; any value is accepted here`,
    );
    return;
  }
  const seen = new Set(values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))));
  if (seen.size < values.length) schema['enum'] = [...new Set(values as unknown[])];
}

const PAIRS = [
  ['minimum', 'maximum'],
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
  ['minProperties', 'maxProperties'],
] as const;

function bounds(schema: Record<string, unknown>, raw: Raw, place: Place, faults: Faults): void {
  // 3.0 wrote a flag beside the bound where 2020-12 has the bound itself.
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof schema[flag] !== 'boolean') continue;
    const exclusive = raw[flag] === true && schema[bound] !== undefined;
    if (exclusive) {
      schema[flag] = schema[bound];
      delete schema[bound];
    } else delete schema[flag];
  }
  for (const [least, most] of PAIRS) {
    if (Number(schema[least]) > Number(schema[most])) {
      faults.error(
        place.at(least),
        `no value can satisfy this: ${least} ${String(schema[least])} is more than ${most} ${String(schema[most])}; both are left out`,
      );
      delete schema[least];
      delete schema[most];
    }
  }
  const values = schema['enum'];
  const type = schema['type'];
  if (Array.isArray(values) && type !== undefined && !values.some((value) => isOf(value, type))) {
    const numbers = (type === 'integer' || type === 'number') && values.every(isNumeric);
    const ofItems = type === 'array' && (schema['items'] === undefined || isObject(schema['items']));
    const types = ([type].flat() as unknown[]).map(String).join(' or ');
    const done = numbers
      ? 'they are read as numbers'
      : ofItems
        ? 'they are taken as those of its items'
        : 'the type is left out';
    faults.error(
      place.at('enum'),
      `no value can satisfy this: none of the values is of the type ${types}; ${done}`,
    );
    if (numbers) schema['enum'] = values.map(Number);
    else if (ofItems) {
      schema['items'] = { ...(schema['items'] as Raw | undefined), enum: values as unknown[] };
      delete schema['enum'];
    } else delete schema['type'];
  }
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
}

function isOf(value: unknown, type: unknown): boolean {
  return [type].flat().some((name) => {
    if (name === 'null') return value === null;
    if (name === 'array') return Array.isArray(value);
    if (name === 'integer') return Number.isInteger(value);
    if (name === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
    return typeof value === name;
  });
}

function pattern(schema: Record<string, unknown>, place: Place, faults: Faults): void {
  const { pattern: source } = schema;
  if (source === undefined) return;
  const readable = typeof source === 'string' ? unicodePattern(source) : undefined;
  if (readable === undefined) {
    delete schema['pattern'];
    faults.error(
      place.at('pattern'),
      `${kindOf(source)} is no regular expression of JavaScript (ECMA-262); any text is accepted here`,
    );
  } else schema['pattern'] = readable;
}

/**
 * A pattern as JSON Schema reads it, with the flag `u`; undefined when it is none. Many are written for engines that let
 * needless backslashes pass, such as `\_`, or in the words of Python and Perl.
 */
export function unicodePattern(source: string): string | undefined {
  const plain = withoutNeedless(source);
  const foreign = plain
    .replaceAll('\\A', '^')
    .replaceAll(/\\[zZ]/g, '$')
    .replace(/^\(\?[isu]+\)/, '')
    .replaceAll('(?P<', '(?<');
  return (
    [source, plain, foreign].find((one) => compiles(one, 'u')) ??
    [source, foreign].find((one) => compiles(one, ''))
  );
}

function compiles(source: string, flags: string): boolean {
  try {
    return new RegExp(source, flags) instanceof RegExp;
  } catch {
    return false;
  }
}

/** Backslashes and hyphens as the flag `u` wants them: `\-` outside of a set is `-`, and `[\w-.]` is `[\w\-.]`. */
function withoutNeedless(source: string): string {
  let made = '';
  let inSet = false;
  for (let i = 0; i < source.length; i++) {
    const char = source.charAt(i);
    const next = source.charAt(i + 1);
    if (char === '\\') {
      const needed = /[\w^$\\.*+?()[\]{}|/]/.test(next) && next !== '_';
      made += needed || (inSet && next === '-') ? char + next : next;
      i += 1;
      // A hyphen beside a class of characters is no range.
      if (inSet && /[dDwWsS]/.test(next) && source.charAt(i + 1) === '-' && source.charAt(i + 2) !== ']') {
        made += '\\-';
        i += 1;
      }
      continue;
    }
    if (char === '[') inSet = true;
    else if (char === ']') inSet = false;
    made += inSet && char === '-' && /^\\[dDwWsS]/.test(source.slice(i + 1)) ? '\\-' : char;
  }
  return made;
}

function required(schema: Record<string, unknown>, place: Place, faults: Faults): void {
  const names = schema['required'];
  if (names === undefined) return;
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) {
    if (names.length === 0) delete schema['required'];
    else if (new Set(names).size < names.length) schema['required'] = [...new Set(names)];
    return;
  }
  delete schema['required'];
  faults.error(
    place.at('required'),
    `expected a list of names, but this is ${kindOf(names)}; it is left out`,
  );
}

function nullable(schema: Record<string, unknown>, dialect: Dialect): void {
  if (dialect === '3.1' || dialect === '3.2') return;
  const { type, enum: values, allOf } = schema;
  if (type !== undefined) schema['type'] = [...new Set([type, 'null'].flat())];
  else if (Array.isArray(allOf)) {
    delete schema['allOf'];
    schema['anyOf'] = [allOf.length === 1 ? allOf[0] : { allOf }, { type: 'null' }] as unknown[];
  }
  if (Array.isArray(values) && !values.includes(null)) schema['enum'] = [...(values as unknown[]), null];
}
