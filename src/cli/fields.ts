import { isObject, refTarget, type SchemaTable } from '../core/json-walk.ts';
import { parseJson } from '../http/body.ts';

/** One input of an action as a flag of the command line. */
export interface Field {
  /** Name of the input. */
  name: string;
  /** Flag without the dashes. */
  flag: string;
  required: boolean;
  description: string;
  /** `any` is text, or an object or a list as JSON. */
  kind: 'text' | 'number' | 'boolean' | 'list' | 'json' | 'any';
  /** What each item of a list is. */
  item?: Field['kind'];
  choices: readonly string[];
}

/** Choices are listed after the flag when they take no more columns than this. */
const WIDEST = 24;

type Schema = Readonly<Record<string, unknown>>;

/** The fields of an input, required ones first, from its JSON Schema. */
export function fieldsOf(input: Schema, reserved: ReadonlySet<string>): Field[] {
  const properties = (input['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const required = new Set((input['required'] ?? []) as readonly string[]);
  const taken = new Set(reserved);
  const defs = (input['$defs'] ?? {}) as SchemaTable;
  return Object.entries(properties)
    .map(([name, given]) => {
      const schema = flattened(given, defs);
      const field: Field = {
        name,
        flag: freeFlag(kebab(name), taken),
        required: required.has(name),
        description: typeof schema['description'] === 'string' ? schema['description'] : '',
        kind: kindOf(schema),
        choices: choicesOf(schema),
      };
      const items = schema['items'];
      return field.kind === 'list' ? { ...field, item: kindOf(flattened(items ?? {}, defs)) } : field;
    })
    .toSorted((a, b) => Number(b.required) - Number(a.required));
}

/** Schemas that are looked through for one input. */
const MOST = 200;

/** A schema with what it refers to, and what all of it says, in one: enough to tell what kind of text it takes. */
function flattened(given: unknown, defs: SchemaTable, seen = new Set<unknown>()): Schema {
  // Each once: a schema that leads back to itself says nothing new.
  if (!isObject(given) || seen.has(given) || seen.size > MOST) return {};
  seen.add(given);
  const { $ref: ref, allOf, ...own } = given;
  const parts = [
    ...(typeof ref === 'string' ? [refTarget(ref, defs)] : []),
    ...(Array.isArray(allOf) ? (allOf as unknown[]) : []),
  ];
  const inner = (key: 'anyOf' | 'oneOf') =>
    Array.isArray(own[key]) ? { [key]: own[key].map((one: unknown) => flattened(one, defs, seen)) } : {};
  const items = isObject(own['items']) ? { items: flattened(own['items'], defs, seen) } : {};
  return Object.assign(
    {},
    ...parts.map((part) => flattened(part, defs, seen)),
    own,
    inner('anyOf'),
    inner('oneOf'),
    items,
  ) as Schema;
}

/** A field may be called as one of our own options, as the negation of another, or as another but for its spelling. */
function freeFlag(plain: string, taken: Set<string>): string {
  let flag = plain.startsWith('no-') ? `input-${plain}` : plain;
  while (taken.has(flag)) flag = `input-${flag}`;
  taken.add(flag);
  return flag;
}

/** `meetingId` and `meeting_id` are both `meeting-id`. */
export function kebab(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .toLowerCase();
}

/** What stands after the flag in help. */
export function placeholder({ kind, item, choices }: Field): string {
  const of = {
    text: 'text',
    number: 'number',
    boolean: 'true|false',
    json: 'json',
    any: 'text|json',
    list: 'item',
  };
  const list = choices.join('|');
  if (choices.length > 0 && list.length <= WIDEST) return kind === 'list' ? `${list}...` : list;
  return kind === 'list' ? `${of[item ?? 'text']}...` : of[kind];
}

/** The value that a text on the command line stands for; one that does not fit stays text, so that the check names it. */
export function parseField(field: Pick<Field, 'kind' | 'item'>, text: string): unknown {
  switch (field.kind) {
    case 'text':
      return text;
    case 'any':
      return /^\s*[[{]/.test(text) ? fromJson(text) : text;
    case 'number':
      return parseNumber(text);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'json':
      return fromJson(text);
    case 'list': {
      const whole = text.trimStart().startsWith('[') ? fromJson(text) : text;
      return Array.isArray(whole) ? whole : [parseField({ kind: field.item ?? 'text' }, text)];
    }
  }
}

function parseNumber(text: string): unknown {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) return text;
  // A whole number that a double cannot hold must not lose its digits.
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
}

function fromJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

function kindOf(schema: Schema): Field['kind'] {
  const types = typesOf(schema);
  // A number in quotes is as good as one without where both are accepted, and loses no digits.
  if (types.has('string')) {
    // Text that says itself what it is, such as a body that is sent as it was typed, is not taken apart here.
    const bare = schema['contentMediaType'] !== undefined || !(types.has('object') || types.has('array'));
    return bare ? 'text' : 'any';
  }
  if (types.size === 0) return 'json';
  if (types.has('array')) return 'list';
  if (types.has('number') || types.has('integer')) return 'number';
  return types.has('boolean') && types.size === 1 ? 'boolean' : 'json';
}

function typesOf(schema: Schema): Set<unknown> {
  const alternatives = [schema['anyOf'], schema['oneOf']].flat().filter(Boolean) as Schema[];
  const types = new Set([schema['type']].flat().filter(Boolean));
  for (const one of alternatives) for (const type of typesOf(one)) types.add(type);
  types.delete('null');
  if (types.size > 0) return types;
  // Without a type, the values or the members tell it.
  const values = 'const' in schema ? [schema['const']] : Array.isArray(schema['enum']) ? schema['enum'] : [];
  for (const value of values) if (value !== null) types.add(Array.isArray(value) ? 'array' : typeof value);
  if (schema['properties'] !== undefined) types.add('object');
  if (schema['items'] !== undefined) types.add('array');
  return types;
}

function choicesOf(schema: Schema): string[] {
  const items = schema['items'] as Schema | undefined;
  const values = schema['enum'] ?? items?.['enum'];
  return Array.isArray(values) ? values.map(String) : [];
}
