import type { AttributeInfo, AttributeValue, AudienceSchema } from '../core/audience.ts';
import type { FieldError } from '../core/errors.ts';

/** Attribute values as a program gives them; undefined ones are left out. */
export type GivenAttributes = Readonly<Record<string, AttributeValue | undefined>>;

/** Values that fit the other side, and what is wrong with the others. */
export interface FittedAttributes {
  attributes: Record<string, AttributeValue>;
  problems: FieldError[];
}

/**
 * Fits values to the attributes of the account: a time that is meant for a date gives its day. Whatever else is not of
 * the attribute's type is a problem, because Brevo would drop it and still answer success (Brevo FACTS 6).
 */
export function fitGiven(given: GivenAttributes, schema: AudienceSchema): FittedAttributes {
  const attributes: Record<string, AttributeValue> = {};
  const problems: FieldError[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const info = schema.attributes.get(name);
    const fitted = info ? fit(info, value, name) : { wrong: unknownText(name, schema) };
    if ('wrong' in fitted) problems.push({ field: `attributes.${name}`, message: fitted.wrong });
    else attributes[name] = fitted.value;
  }
  return { attributes, problems };
}

type Fit = { value: AttributeValue } | { wrong: string };

function fit(info: AttributeInfo, value: AttributeValue, name: string): Fit {
  // Changing the address of somebody who opted out would lift the block (Brevo FACTS 10).
  if (name.toUpperCase() === 'EMAIL') {
    return { wrong: 'an address is never changed: the person is the one of `email`' };
  }
  if (info.type === 'other') return { wrong: 'the attribute cannot be set' };
  // An empty text takes the value away, whatever the type.
  if (value === '') return { value };
  const fitted = FITS[info.type](value, info.options ?? []);
  return fitted === undefined
    ? { wrong: `expected ${wanted(info)}, got ${shown(value)}` }
    : { value: fitted };
}

type Typed = Exclude<AttributeInfo['type'], 'other'>;

const FITS: Readonly<
  Record<Typed, (value: AttributeValue, options: readonly string[]) => AttributeValue | undefined>
> = {
  text: (value) => (typeof value === 'string' ? value : undefined),
  number: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  date: (value) => (typeof value === 'string' ? dayOf(value) : undefined),
  category: (value, options) => (typeof value === 'string' && options.includes(value) ? value : undefined),
  'multiple-choice': (value, options) =>
    Array.isArray(value) && value.every((one) => options.includes(one as string)) ? value : undefined,
};

/** The day of a date or of a time, as it is written; undefined when it is neither. */
function dayOf(text: string): string | undefined {
  const [, day = ''] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}[\d:.]*(?:Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text) ?? [];
  const time = Date.parse(`${day}T00:00Z`);
  // JavaScript takes February 30 for a day in March.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day ? undefined : day;
}

function wanted({ type, options = [] }: AttributeInfo): string {
  const named = options.map((option) => `'${option}'`).join(', ');
  switch (type) {
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'date':
      return 'a day such as 2026-11-21, or an ISO time';
    case 'category':
      return `one of ${named || 'the options, of which there are none'}`;
    case 'multiple-choice':
      return `a list out of ${named || 'the options, of which there are none'}`;
    default:
      return 'a text';
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return `${typeof value === 'number' ? 'the number ' : ''}${text.length > 60 ? `${text.slice(0, 57)}...` : text}`;
}

function unknownText(name: string, { attributes }: AudienceSchema): string {
  const near = [...attributes.keys()].find((one) => one.toUpperCase() === name.toUpperCase());
  return near === undefined
    ? 'the account has no such attribute'
    : `the account has no such attribute; did you mean ${near}?`;
}
