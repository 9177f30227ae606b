import { isObject, list, type Raw } from './raw-value.ts';
import { sampleOfPattern } from './sample-pattern.ts';

/** Texts of the formats of JSON Schema and OpenAPI. Names and addresses are those kept for examples (RFC 2606, 5737). */
const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T09:30:00Z',
  date: '2026-01-31',
  time: '09:30:00Z',
  duration: 'PT1H',
  email: 'ada@example.com',
  'idn-email': 'ada@example.com',
  hostname: 'www.example.com',
  'idn-hostname': 'www.example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://www.example.com/',
  url: 'https://www.example.com/',
  'uri-reference': '/path',
  iri: 'https://www.example.com/',
  'iri-reference': '/path',
  'uri-template': 'https://www.example.com/{id}',
  uuid: '00000000-0000-4000-8000-000000000001',
  'json-pointer': '/a/b',
  'relative-json-pointer': '1/a',
  regex: '^a$',
  byte: 'dGV4dA==',
  base64: 'dGV4dA==',
  binary: 'dGV4dA==',
  int32: '1',
  int64: '1',
  password: 'pass-word-1',
};

/** @param turn which of several texts, where they must differ */
export function sampleText(schema: Raw, turn: number): string {
  const least = Number(schema['minLength'] ?? 0);
  const most = Number(schema['maxLength'] ?? Infinity);
  const { pattern, format, contentEncoding } = schema;
  if (typeof pattern === 'string') {
    const found = sampleOfPattern(pattern, least, most);
    if (found !== undefined) return found;
  }
  const known = contentEncoding === 'base64' ? FORMATS['byte'] : FORMATS[String(format)];
  const plain = `${known ?? 'text'}${turn > 0 ? turn : ''}`;
  if (plain.length > most) return plain.slice(0, most);
  if (plain.length >= least) return plain;
  if (known === undefined) return plain.padEnd(least, 'text');
  if (format === 'uri' || format === 'url') return plain.padEnd(least, 'a');
  return format === 'email' ? plain.padStart(least, 'a') : plain.padEnd(least, known);
}

/** @param turn which of several numbers, where they must differ */
export function sampleNumber(schema: Raw, turn: number): number {
  const whole = [schema['type']].flat().includes('integer');
  const bound = (key: string) => (typeof schema[key] === 'number' ? schema[key] : undefined);
  const multiple = bound('multipleOf') ?? (whole ? 1 : undefined);
  const over = bound('exclusiveMinimum');
  const under = bound('exclusiveMaximum');
  const least = Math.max(bound('minimum') ?? -Infinity, over ?? -Infinity);
  const most = Math.min(bound('maximum') ?? Infinity, under ?? Infinity);
  const step = multiple ?? (Number.isFinite(most - least) && most > least ? (most - least) / 4 : 1);
  const fits = (value: number) => value >= least && value <= most && value !== over && value !== under;
  if (fits(1 + turn) && (1 + turn) % step === 0) return 1 + turn;
  const start = Number.isFinite(least)
    ? Math.ceil(least / step) * step
    : Number.isFinite(most)
      ? Math.floor(most / step) * step
      : step;
  const way = Number.isFinite(least) ? 1 : -1;
  for (const i of [0, 1, 2]) {
    // Steps such as 0.01 do not add up exactly.
    const value = Number((start + way * step * (i + turn)).toPrecision(15));
    if (fits(value)) return value;
  }
  return Number.isFinite(least) ? least : start;
}

const LEASTS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const MOSTS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];

/** Two schemas that a value must both satisfy, as one, as far as samples need it. */
export function intersect(a: Raw, b: Raw): Raw {
  const both: Record<string, unknown> = { ...a, ...b };
  if (isObject(a['properties']) && isObject(b['properties'])) {
    const members = new Map(Object.entries(a['properties']));
    for (const [name, member] of Object.entries(b['properties'])) {
      const other = members.get(name);
      members.set(name, other === undefined || other === member ? member : { allOf: [other, member] });
    }
    both['properties'] = Object.fromEntries(members);
  }
  if (a['required'] !== undefined && b['required'] !== undefined) {
    both['required'] = [...new Set([...list(a['required']), ...list(b['required'])])];
  }
  if (Array.isArray(a['enum']) && Array.isArray(b['enum'])) {
    const shared = a['enum'].filter((value) => list(b['enum']).includes(value));
    if (shared.length > 0) both['enum'] = shared;
  }
  if (a['type'] !== undefined && b['type'] !== undefined) {
    const types = [a['type']].flat().filter((type) => [b['type']].flat().includes(type));
    if (types.length > 0) both['type'] = types.length === 1 ? types[0] : types;
  }
  if (a['items'] !== undefined && b['items'] !== undefined)
    both['items'] = { allOf: [a['items'], b['items']] };
  for (const key of LEASTS) tighten(both, key, a, b, Math.max);
  for (const key of MOSTS) tighten(both, key, a, b, Math.min);
  return both;
}

function tighten(
  both: Record<string, unknown>,
  key: string,
  a: Raw,
  b: Raw,
  of: (x: number, y: number) => number,
): void {
  if (typeof a[key] === 'number' && typeof b[key] === 'number') both[key] = of(a[key], b[key]);
}
