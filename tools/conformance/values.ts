import type { Action } from '../../src/core/action.ts';
import { toJsonSchema } from '../../src/core/schema.ts';
import { asRecord } from './openapi.ts';
import { isSchema, type OpenApiSchema } from './schema.ts';

/**
 * Texts that people write, one of each known kind. A field gets the first that its pattern and format take; a kind
 * that is missing here shows as a field that no request could set.
 */
const TEXTS = [
  'text',
  'TEXT',
  '1',
  '2026-10-05',
  '2026-10-05T10:00:00Z',
  '2026-10-05T10:00:00',
  '10:00',
  'ada@example.com',
  'https://example.com/a',
  '5f0d6f3a-8f57-4b0e-9d8b-0c4a2f3b8a11',
  '+4930123456',
  '#2E8CFF',
  'Europe/Berlin',
  'DE',
  '5551234567',
  'https://www.linkedin.com/in/ada',
];

/** Values of fields whose schema says less than their name: every shape of it, so that each meets the document. */
const BY_NAME: Readonly<Record<string, readonly unknown[]>> = {
  meetingId: ['85746065432', '/ajXp112QmuoKj4854875==', 'ajXp1//QmuoKj4854875==', 'a/Xp+12QmuoKj4854875=='],
  webinarId: ['91234567890', '/ajXp112QmuoKj4854875==', 'ajXp1//QmuoKj4854875==', 'a/Xp+12QmuoKj4854875=='],
  userId: ['ada@example.com', 'z8yCxjabcdEFGHfp8uQGHA'],
  event_date: ['2026-10-05T10:00:00Z'],
  modifiedSince: ['2026-10-05T10:00:00.000Z'],
  createdSince: ['2026-10-05T10:00:00.000Z'],
  startDate: ['2026-10-05'],
  endDate: ['2026-10-06'],
  scheduledAt: ['2026-10-05T10:00:00.000Z'],
  start_time: ['2026-10-05T10:00:00Z'],
  end_date_time: ['2026-11-05T10:00:00Z'],
  manager: ['ada@example.com'],
  pmi: ['5551234567', 5_551_234_567],
  // Any setting that the documents have stands for one that is newer than our list.
  settings_extra_fields: [{ allow_multiple_devices: true }],
};

/** What has to stand or must not stand beside a field that goes with others or excludes them. */
const BESIDE: Readonly<Record<string, Input>> = {
  end_date_time: { end_times: undefined },
  monthly_week: { monthly_week_day: 2 },
  monthly_week_day: { monthly_week: -1 },
  search_key: { search_type: 'file' },
  search_type: { search_key: 'text' },
  // Of a mention; without a contact only for everybody.
  start_position: { at_type: 2 },
  end_position: { at_type: 2 },
};

type Input = Record<string, unknown>;

/** Inputs that together set every field of an action, and the fields that none of them could set. */
export interface Coverage {
  inputs: Input[];
  unset: string[];
}

/** Makes them from the action's own input schema: all fields at once, then each value of each field. */
export function coveringInputs(action: Action): Coverage {
  const schema = toJsonSchema(action.input, 'input');
  const example = asRecord(action.example);
  const bases = [example, requiredOnly(schema, example)];
  const passing = (input: Input): boolean => action.input.safeParse(input).success;
  const inputs = [example];
  const whole = { ...(full(schema, '') as Input) };
  const all = passing(whole);
  if (all) inputs.push(whole);
  const unset: string[] = [];
  for (const { path, values } of leaves(schema, [])) {
    // A field that excludes another cannot be put beside it: then the least input is its ground.
    const beside = BESIDE[path.at(-1) ?? ''];
    const made = values.flatMap((value) =>
      bases
        .flatMap((base) => [
          place(schema, base, path, value),
          ...(beside ? [place(schema, base, path, value, beside)] : []),
        ])
        .map((input) => input as Input)
        .filter((input) => passing(input))
        .slice(0, 1),
    );
    inputs.push(...made);
    if (made.length === 0 && !all) unset.push(path.join('.'));
  }
  return { inputs, unset };
}

interface Leaf {
  /** `[]` stands for the one item of a list. */
  path: string[];
  values: unknown[];
}

function leaves(schema: OpenApiSchema, path: string[]): Leaf[] {
  const properties = asRecord(schema['properties']);
  if (Object.keys(properties).length > 0) {
    return Object.entries(properties).flatMap(([name, member]) => leaves(asRecord(member), [...path, name]));
  }
  const { items } = schema;
  if (isSchema(items) && isSchema(items['properties'])) return leaves(items, [...path, '[]']);
  const name = path.findLast((part) => part !== '[]') ?? '';
  return path.length === 0 ? [] : [{ path, values: valuesOf(schema, name) }];
}

/** Every value that is worth a request of its own: all members of an enum, both ends of a range. */
function valuesOf(schema: OpenApiSchema, name: string): unknown[] {
  if ('const' in schema) return [schema['const']];
  if (Array.isArray(schema['enum'])) return schema['enum'] as unknown[];
  const choices = schema['anyOf'] ?? schema['oneOf'];
  const named = BY_NAME[name];
  if (named && !isSchema(schema['properties'])) return [...named];
  if (Array.isArray(choices)) {
    return choices.flatMap((choice) =>
      asRecord(choice)['type'] === 'null' ? [] : valuesOf(asRecord(choice), name),
    );
  }
  switch (schema['type']) {
    case 'boolean':
      return [true, false];
    case 'integer':
    case 'number':
      return ends(schema);
    case 'array':
      return [valuesOf(asRecord(schema['items']), name).slice(0, 1)];
    case 'object':
      return [full(schema, name)];
    case 'string':
      return [text(schema)];
    default:
      return ['text'];
  }
}

function ends(schema: OpenApiSchema): number[] {
  const { minimum, maximum, exclusiveMinimum } = schema;
  const low = typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : minimum;
  const known = [low, maximum].filter(
    // The ends of what JavaScript can count are no limit that anybody set.
    (end): end is number => typeof end === 'number' && Math.abs(end) < Number.MAX_SAFE_INTEGER,
  );
  return known.length > 0 ? known : [1];
}

function text(schema: OpenApiSchema): string {
  const { pattern, minLength } = schema;
  const short = typeof minLength === 'number' ? minLength : 0;
  const wanted = typeof pattern === 'string' ? new RegExp(pattern, 'u') : undefined;
  const kinds: Record<string, string> = {
    'date-time': '2026-10-05T10:00:00Z',
    date: '2026-10-05',
    uri: TEXTS[8] ?? '',
  };
  const byFormat = kinds[String(schema['format'])];
  if (byFormat !== undefined) return byFormat;
  return TEXTS.find((one) => one.length >= short && (!wanted || wanted.test(one))) ?? 'x'.repeat(short || 1);
}

/** A value with everything set. */
function full(schema: OpenApiSchema, name: string): unknown {
  const properties = asRecord(schema['properties']);
  const [named] = BY_NAME[name] ?? [];
  if (named !== undefined && Object.keys(properties).length === 0) return named;
  if (schema['type'] === 'object') {
    const more = schema['additionalProperties'];
    const entries = Object.entries(properties).map(([key, member]) => [key, full(asRecord(member), key)]);
    if (entries.length === 0 && isSchema(more))
      return { [text(asRecord(schema['propertyNames']))]: full(more, '') };
    return Object.fromEntries(entries);
  }
  if (schema['type'] === 'array' && isSchema(schema['items'])) return [full(schema['items'], name)];
  return valuesOf(schema, name)[0];
}

/** The base with one leaf set, and beside it on its way what its parents require. */
function place(
  schema: OpenApiSchema,
  base: unknown,
  path: readonly string[],
  value: unknown,
  beside: Input = {},
): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (key === '[]')
    return [place(asRecord(schema['items']), (base as unknown[] | undefined)?.[0], rest, value, beside)];
  const properties = asRecord(schema['properties']);
  const ground = isSchema(base) ? base : requiredOnly(schema, {});
  const placed = place(asRecord(properties[key]), ground[key], rest, value, beside);
  return { ...ground, ...(rest.length === 0 ? beside : {}), [key]: placed };
}

function requiredOnly(schema: OpenApiSchema, example: Input): Input {
  const properties = asRecord(schema['properties']);
  const names = Array.isArray(schema['required']) ? (schema['required'] as string[]) : [];
  return Object.fromEntries(
    names.map((name) => [name, example[name] ?? full(asRecord(properties[name]), name)]),
  );
}
