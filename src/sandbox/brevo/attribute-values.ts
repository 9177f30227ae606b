/** An attribute of the account, in the shape that GET /contacts/attributes answers. */
export interface AttributeDefinition {
  name: string;
  category: 'normal' | 'transactional' | 'category' | 'calculated' | 'global';
  type?: 'text' | 'date' | 'float' | 'boolean' | 'id' | 'category' | 'multiple-choice' | 'user';
  enumeration?: { label: string; value: number }[];
  multiCategoryOptions?: string[];
  calculatedValue?: string;
}

/** A value as it is kept on a contact. */
export type AttributeValue = string | number | boolean | string[];

/**
 * What becomes of a value: kept, erased, dropped in silence (Brevo answers 2xx to a value of the wrong type), or
 * refused together with the whole contact (a phone number without country code).
 */
export type Fit = { kind: 'keep'; value: AttributeValue } | { kind: 'clear' | 'drop' | 'refuse' };

/** Attributes that hold phone numbers: country code mandatory, unique over contacts, read back as digits only. */
export const PHONES: readonly string[] = ['SMS', 'WHATSAPP', 'LANDLINE_NUMBER'];

const DROP: Fit = { kind: 'drop' };

/** Decides by the attribute's type what a value becomes; in CSV every value is text, so numbers may come as text. */
export function fit(definition: AttributeDefinition, value: unknown, source: 'json' | 'csv'): Fit {
  if (definition.category === 'calculated' || definition.category === 'global') return DROP;
  if (value === '') return { kind: 'clear' };
  if (PHONES.includes(definition.name)) {
    const digits = phoneDigits(value);
    return digits ? { kind: 'keep', value: digits } : { kind: 'refuse' };
  }
  const kept = keep(definition, value, source === 'csv');
  return kept === undefined ? DROP : { kind: 'keep', value: kept };
}

/** The digits of `91…`, `+91…` or `0091…`; undefined for anything that is no number with a country code. */
export function phoneDigits(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const digits = String(value)
    .replaceAll(/[ ().-]/g, '')
    .replace(/^(\+|00)/, '');
  return /^[1-9]\d{6,14}$/.test(digits) ? digits : undefined;
}

/** Whether a text is a day that exists, written YYYY-MM-DD. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function keep(definition: AttributeDefinition, value: unknown, csv: boolean): AttributeValue | undefined {
  switch (definition.category === 'category' ? 'category' : definition.type) {
    case 'date':
      return typeof value === 'string' && isDay(value) ? value : undefined;
    case 'float': {
      if (csv && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim())) return Number(value);
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    }
    case 'boolean': {
      if (csv && typeof value === 'string') return csvBoolean(value);
      return typeof value === 'boolean' ? value : undefined;
    }
    case 'category':
      return option(definition, value);
    case 'multiple-choice': {
      const options = definition.multiCategoryOptions ?? [];
      const chosen = csv && typeof value === 'string' ? value.split(',').map((text) => text.trim()) : value;
      return Array.isArray(chosen) && chosen.every((item) => options.includes(item)) ? chosen : undefined;
    }
    default:
      return typeof value === 'string' ? value : undefined;
  }
}

function csvBoolean(text: string): boolean | undefined {
  if (/^(true|yes|1)$/i.test(text.trim())) return true;
  return /^(false|no|0)$/i.test(text.trim()) ? false : undefined;
}

/** A category takes the id or the label of an option and is kept by id; the documents speak of both for filters. */
function option(definition: AttributeDefinition, value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim().toLowerCase();
  return definition.enumeration?.find(
    (item) => String(item.value) === text || item.label.toLowerCase() === text,
  )?.value;
}
