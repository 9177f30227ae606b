import { at } from '../core/action.ts';
import type { FieldError } from '../core/errors.ts';
import type { Redact } from '../core/secret.ts';

/** What is wrong with more fields than that helps nobody. */
const MOST = 100;

/**
 * Where an entry names its field, and says what is wrong: Zoom and Spring; problem details (RFC 9457, 3); JSON:API
 * (https://jsonapi.org/format/#error-objects); FastAPI; the examples of RFC 7807; Google's field violations.
 */
const NAMES = [
  'field',
  'pointer',
  'source.pointer',
  'source.parameter',
  'loc',
  'path',
  'name',
  'property',
  'param',
];
const TEXTS = ['message', 'detail', 'msg', 'reason', 'description', 'title', 'error', 'code'];

/** What an answer says of the fields that it refuses: a list of entries, or texts by field. */
export function refusedFields(value: unknown, redact: Redact): FieldError[] {
  if (Array.isArray(value))
    return value.slice(0, MOST).flatMap((entry: unknown) => entryOf(entry, redact) ?? []);
  if (typeof value !== 'object' || value === null) return [];
  // As ASP.NET, Laravel and Rails have them: `{ "email": ["is taken"] }`.
  return Object.entries(value)
    .slice(0, MOST)
    .flatMap(([field, said]) =>
      [said]
        .flat()
        .filter((text): text is string => typeof text === 'string')
        .map((text) => ({ field, message: redact(text) })),
    );
}

function entryOf(entry: unknown, redact: Redact): FieldError | undefined {
  const said = TEXTS.map((path) => at(entry, path)).find((text) => typeof text === 'string' && text !== '');
  if (typeof said !== 'string') return undefined;
  const name = NAMES.map((path) => nameOf(at(entry, path))).find((text) => text !== '') ?? '';
  return { field: name, message: redact(said) };
}

/** `#/items/0/sku`, `["body", "items", 0]` and `items.0.sku` are one way to say it here. */
function nameOf(value: unknown): string {
  if (Array.isArray(value)) {
    const [place, ...rest] = value.filter((part) => typeof part === 'string' || typeof part === 'number');
    const inside = ['body', 'query', 'path', 'header', 'cookie'].includes(String(place)) && rest.length > 0;
    return (inside ? rest : place === undefined ? [] : [place, ...rest]).join('.');
  }
  if (typeof value !== 'string') return '';
  if (!/^#?\//.test(value)) return value;
  return value
    .replace(/^#?\//, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}
