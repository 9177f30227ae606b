import { createHash } from 'node:crypto';
import { addTime, formatTime, parseTime } from './calendar.ts';
import { fromCel, kindOf, LEFT_OUT, toCel } from './expression-values.ts';

/** A function of expressions, beside those that CEL has. Pure: the same arguments give the same value. */
export interface ExpressionFunction {
  /** As CEL writes it. */
  signature: string;
  /** What it does, for people. */
  says: string;
  run: (...given: never[]) => unknown;
}

const TIME = 'google.protobuf.Timestamp';

/** All of them. Their arguments are `dyn`, so that the message of a wrong one can say what was given. */
export const functions: readonly ExpressionFunction[] = [
  text('lower', 'Small letters.', (one) => one.toLowerCase()),
  text('upper', 'Capital letters.', (one) => one.toUpperCase()),
  text('trim', 'Without blanks around it.', (one) => one.trim()),
  text('email', 'An e-mail address without blanks, in small letters.', emailOf),
  text('base64', 'Base64 of the UTF-8 bytes.', (one) => Buffer.from(one).toString('base64')),
  text('fromBase64', 'The text that is in Base64.', (one) => Buffer.from(one, 'base64').toString()),
  text('urlEncode', 'Percent-encoded, for a part of a URL.', encodeURIComponent),
  text('sha256', 'SHA-256 of the UTF-8 bytes, in hexadecimal digits.', sha256),
  text('uuid', 'A UUID that is the same for the same text: for idempotency keys.', uuidOf),
  {
    signature: 'split(dyn, dyn): list<string>',
    says: 'The parts of a text between a separator.',
    run: (one: unknown, by: unknown) => textOf('split', one).split(textOf('split', by)),
  },
  {
    signature: 'join(dyn, dyn): string',
    says: 'The items of a list, with a separator between them.',
    run: (items: unknown, by: unknown) =>
      listOf('join', items)
        .map((item) => asText(item))
        .join(textOf('join', by)),
  },
  {
    signature: 'replace(dyn, dyn, dyn): string',
    says: 'Every occurrence of a text replaced by another.',
    run: (one: unknown, from: unknown, to: unknown) =>
      textOf('replace', one).replaceAll(textOf('replace', from), () => textOf('replace', to)),
  },
  {
    signature: 'phone(dyn, dyn): string',
    says: 'A telephone number in the international form +49301234; the second argument is the calling code of numbers that have none, such as "49".',
    run: (one: unknown, code: unknown) => phoneOf(textOf('phone', one), textOf('phone', code)),
  },
  {
    signature: 'json(dyn): string',
    says: 'The value as JSON text.',
    run: (value: unknown) => JSON.stringify(orNull(fromCel(value))),
  },
  {
    signature: 'fromJson(dyn): dyn',
    says: 'The value that is in JSON text.',
    run: (value: unknown) => toCel(JSON.parse(textOf('fromJson', value))),
  },
  {
    signature: 'number(dyn): dyn',
    says: 'The number that a text holds: whole when it is.',
    run: (value: unknown) => numberOf(value),
  },
  {
    signature: 'round(dyn): int',
    says: 'The nearest whole number.',
    run: (value: unknown) =>
      typeof value === 'bigint' ? value : BigInt(Math.round(doubleOf('round', value))),
  },
  {
    signature: 'sum(dyn): dyn',
    says: 'The sum of a list of numbers.',
    run: (items: unknown) => sumOf(listOf('sum', items)),
  },
  {
    signature: 'unique(dyn): list<dyn>',
    says: 'The items of a list, each once, in their order.',
    run: (items: unknown) => [
      ...new Map(listOf('unique', items).map((item) => [JSON.stringify(fromCel(item)), item])).values(),
    ],
  },
  {
    signature: `date(dyn): ${TIME}`,
    says: 'The time that a text (ISO 8601, or as e-mails write it) or a number of milliseconds stands for; a text without a zone is in UTC.',
    run: (value: unknown) => parseTime(scalarOf('date', value), 'UTC'),
  },
  {
    signature: `date(dyn, dyn): ${TIME}`,
    says: 'The same, a text without a zone being in the zone given, such as "Europe/Berlin".',
    run: (value: unknown, zone: unknown) => parseTime(scalarOf('date', value), textOf('date', zone)),
  },
  {
    signature: `format(${TIME}, dyn): string`,
    says: 'A time as text, in UTC: yyyy MM dd HH mm ss SSS EEE MMM; what stands in single quotes stays.',
    run: (time: Date, pattern: unknown) => formatTime(time, textOf('format', pattern), 'UTC'),
  },
  {
    signature: `format(${TIME}, dyn, dyn): string`,
    says: 'The same, in a zone.',
    run: (time: Date, pattern: unknown, zone: unknown) =>
      formatTime(time, textOf('format', pattern), textOf('format', zone)),
  },
  {
    signature: `plus(${TIME}, int, dyn): ${TIME}`,
    says: 'A time so many seconds, minutes, hours, days, weeks, months or years later; earlier when negative.',
    run: (time: Date, n: bigint, unit: unknown) => addTime(time, Number(n), textOf('plus', unit)),
  },
];

function text(name: string, says: string, run: (one: string) => string): ExpressionFunction {
  return { signature: `${name}(dyn): string`, says, run: (one: unknown) => run(textOf(name, one)) };
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`${name}() takes text, and got ${kindOf(value)}`);
}

function listOf(name: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new TypeError(`${name}() takes a list, and got ${kindOf(value)}`);
}

function scalarOf(name: string, value: unknown): string | number | Date {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' || typeof value === 'number' || value instanceof Date) return value;
  throw new TypeError(`${name}() takes text or a number, and got ${kindOf(value)}`);
}

function doubleOf(name: string, value: unknown): number {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TypeError(`${name}() takes a number, and got ${kindOf(value)}`);
}

function numberOf(value: unknown): number | bigint {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  const plain = textOf('number', value).trim();
  if (/^[+-]?\d+$/.test(plain)) return BigInt(plain.replace('+', ''));
  const number = plain === '' ? Number.NaN : Number(plain);
  if (Number.isFinite(number)) return number;
  throw new TypeError(`number() takes the text of a number, and got ${JSON.stringify(plain.slice(0, 40))}`);
}

function sumOf(items: readonly unknown[]): number | bigint {
  const whole = items.every((item) => typeof item === 'bigint');
  if (whole) return (items as bigint[]).reduce((sum, item) => sum + item, 0n);
  return items.reduce((sum: number, item) => sum + doubleOf('sum', item), 0);
}

/**
 * A value inside of a text.
 * @throws TypeError for null, which nobody wants to read there
 */
export function asText(value: unknown): string {
  const plain = orNull(fromCel(value));
  if (plain === null)
    throw new TypeError('null cannot stand in a text: write default(…, "") where it may be');
  return typeof plain === 'string' ? plain : JSON.stringify(plain);
}

function orNull(value: unknown): unknown {
  return value === LEFT_OUT ? null : value;
}

function sha256(one: string): string {
  return createHash('sha256').update(one).digest('hex');
}

/** Version 8 (RFC 9562, 5.8): its bits are ours to choose; these come of the text. */
function uuidOf(one: string): string {
  const hex = sha256(one);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, variant + hex.slice(17, 20)];
  return [...parts, hex.slice(20, 32)].join('-');
}

function emailOf(one: string): string {
  const plain = one.trim().toLowerCase();
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(plain)) return plain;
  throw new TypeError(`email() takes an e-mail address, and got ${JSON.stringify(one.slice(0, 60))}`);
}

/** Calling codes whose countries write the 0 of national numbers in the international form as well (ITU-T E.164). */
const KEEP_ZERO = new Set(['39', '378', '379', '225', '241', '242']);

function phoneOf(one: string, code: string): string {
  const calling = code.replaceAll(/\D/g, '');
  // The zero in brackets is for callers within the country only: +49 (0) 30.
  const plain = one.trim().replaceAll('(0)', '');
  const digits = plain.replaceAll(/\D/g, '');
  const full = plain.startsWith('+')
    ? digits
    : digits.startsWith('00')
      ? digits.slice(2)
      : calling + (KEEP_ZERO.has(calling) ? digits : digits.replace(/^0/, ''));
  // E.164 allows 15 digits; the shortest numbers with a calling code in use have 7.
  if (/^[1-9]\d{6,14}$/.test(full)) return `+${full}`;
  throw new TypeError(`phone() takes a telephone number, and got ${JSON.stringify(one.slice(0, 40))}`);
}
