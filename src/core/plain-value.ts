import { createHash, timingSafeEqual } from 'node:crypto';
import { at } from './action.ts';
import { fields, type Disproof, type HeaderMap, type RequestLine, type VerifySpec } from './verify-spec.ts';

/** Plain values are compared by their hashes, so that not even the length of the secret shows. */
export function provePlain(
  spec: VerifySpec,
  secrets: readonly string[],
  given: readonly string[],
): { ok: true; secret: number } | { ok: false; reason: Disproof } {
  if (given.length === 0) return { ok: false, reason: 'no-signature' };
  let fitting = -1;
  for (const [i, secret] of secrets.entries()) {
    const expected = digest(plainText(spec, secret));
    const fits = given.map((one) => timingSafeEqual(digest(one), expected));
    if (!fits.includes(false) && fitting < 0) fitting = i;
  }
  return fitting < 0 ? { ok: false, reason: 'bad-signature' } : { ok: true, secret: fitting };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** A secret as it is sent when nothing is hashed. */
export function plainText({ encoding }: VerifySpec, secret: string): string {
  return encoding === 'none' ? secret : Buffer.from(secret).toString(encoding);
}

export function plainValues(
  spec: VerifySpec,
  headers: HeaderMap,
  body: Uint8Array,
  line: RequestLine,
): readonly string[] {
  const place = spec.at;
  if (!place) {
    const found = fields(headers, spec.header, spec.separator, spec.prefix);
    // One is enough: a header with a prefix that does not fit is no value at all.
    return found.length === 1 && found[0] !== '' ? found : [];
  }
  if ('query' in place) return queryFields(spec, place, line);
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
  } catch {
    return [];
  }
  const found = membersAt(parsed, place.body.split('.'));
  return found.every((one) => typeof one === 'string' && one !== '') ? (found as string[]) : [];
}

/** Every value at a path; an item without it gives undefined, so that it is seen to lack it. */
function membersAt(value: unknown, path: readonly string[]): unknown[] {
  if (path.length === 0) return [value];
  const star = path.indexOf('*');
  if (star < 0) return [at(value, path.join('.'))];
  const list = star === 0 ? value : at(value, path.slice(0, star).join('.'));
  return Array.isArray(list) ? list.flatMap((item) => membersAt(item, path.slice(star + 1))) : [undefined];
}

export function queryFields(
  spec: VerifySpec,
  place: NonNullable<VerifySpec['at']>,
  line: RequestLine,
): string[] {
  if (!('query' in place)) return [];
  const { target = '' } = line;
  const mark = target.indexOf('?');
  const values = mark < 0 ? [] : new URLSearchParams(target.slice(mark)).getAll(place.query);
  const [only] = values;
  // Which of two was meant, nobody knows: neither is believed.
  if (only === undefined || values.length > 1 || !only.startsWith(spec.prefix)) return [];
  return [only.slice(spec.prefix.length)].filter((one) => one !== '');
}
