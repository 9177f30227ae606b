import { asObject } from './answers.ts';
import { phoneDigits } from './attribute-values.ts';
import type { Identifier } from './contacts.ts';

/** An event that passed the rules. */
export interface GoodEvent {
  name: string;
  /** In the order in which they decide: contact_id before all others. */
  identifiers: [Identifier, string][];
  /** Undefined: the moment of reception. */
  date: number | undefined;
  properties: Record<string, unknown>;
  contactProperties: Record<string, unknown>;
}

const MOST_PROPERTY_BYTES = 50 * 1024;
const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const KINDS: readonly Identifier[] = [
  'contact_id',
  'email_id',
  'ext_id',
  'phone_id',
  'whatsapp_id',
  'landline_number_id',
];

/**
 * Checks one event; a text is what is wrong with it. The batch schema names strings, numbers, objects and arrays as
 * values but no booleans, against its own prose: here the batch refuses them, so that no client relies on either.
 */
export function checkEvent(value: unknown, from: 'single' | 'batch'): GoodEvent | string {
  const event = asObject(value);
  if (!event) return 'event must be an object';
  const name = event['event_name'];
  if (typeof name !== 'string' || name === '') return 'event_name is missing';
  if (!NAME.test(name)) return 'event_name is limited to 255 alphanumerical characters and - _';
  const identifiers = readIdentifiers(event['identifiers']);
  if (typeof identifiers === 'string') return identifiers;
  const date = event['event_date'] ?? undefined;
  const time = typeof date === 'string' && TIME.test(date) ? Date.parse(date) : Number.NaN;
  if (date !== undefined && Number.isNaN(time)) return 'event_date is not a valid date-time';
  const properties = asObject(event['event_properties'] ?? {});
  if (!properties) return 'event_properties must be an object';
  const problem = problemOf(properties, from);
  if (problem) return problem;
  const contactProperties = asObject(event['contact_properties'] ?? {});
  if (!contactProperties) return 'contact_properties must be an object';
  return { name, identifiers, date: date === undefined ? undefined : time, properties, contactProperties };
}

function readIdentifiers(value: unknown): [Identifier, string][] | string {
  const given = asObject(value);
  if (!given) return 'identifiers is missing';
  const found: [Identifier, string][] = [];
  for (const kind of KINDS) {
    const item = given[kind];
    if (item === undefined || item === null || item === '') continue;
    if (kind === 'contact_id') {
      if (typeof item !== 'number' || !Number.isInteger(item)) return 'contact_id is invalid';
      found.push([kind, String(item)]);
      continue;
    }
    if (typeof item !== 'string') return `${kind} is invalid`;
    const phone = kind !== 'email_id' && kind !== 'ext_id';
    found.push([kind, phone ? (phoneDigits(item) ?? item) : item]);
  }
  return found.length > 0 ? found : 'at least one identifier is required';
}

function problemOf(properties: Record<string, unknown>, from: 'single' | 'batch'): string | undefined {
  if (Buffer.byteLength(JSON.stringify(properties)) > MOST_PROPERTY_BYTES) {
    return 'event_properties exceeds the size limit of 50 KB';
  }
  if (!keysFit(properties)) {
    return 'event_properties keys are limited to 255 alphanumerical characters and - _';
  }
  if (from === 'single') return undefined;
  const odd = Object.entries(properties).find(([, value]) => typeof value === 'boolean' || value === null);
  return odd && `event_properties.${odd[0]} has an unsupported type`;
}

function keysFit(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(keysFit);
  const object = asObject(value);
  return !object || Object.entries(object).every(([key, item]) => NAME.test(key) && keysFit(item));
}
