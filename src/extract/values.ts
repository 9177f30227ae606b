import type { ColumnType, Value } from '../core/destination.ts';

/** The value does not fit the column; the type is one that takes it. */
export class Misfit {
  readonly type: ColumnType;

  constructor(type: ColumnType) {
    this.type = type;
  }
}

const MISFIT = Object.fromEntries(
  (['decimal', 'number', 'integer', 'json', 'text'] as const).map((type) => [type, new Misfit(type)]),
) as Record<'decimal' | 'number' | 'integer' | 'json' | 'text', Misfit>;

const INT64_MAX = 2n ** 63n - 1n;
const MOMENT =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T\d\d:\d\d:\d\d(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/;
const DAY = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/**
 * A value of an answer as the column takes it. An empty text is no value, except in a text column.
 * Whole numbers that a double cannot hold come as text with all their digits, as the JSON reader leaves them.
 */
export function toValue(type: ColumnType, value: unknown): Value | Misfit {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'text':
      return typeof value === 'string' ? value : asText(value);
    case 'json':
      return JSON.stringify(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : orEmpty(value, 'text');
    case 'integer':
      return toInteger(value);
    case 'number':
      if (typeof value === 'number') return value;
      return typeof value === 'string' && isLongInteger(value) ? MISFIT.decimal : orEmpty(value, 'text');
    case 'decimal':
      if (typeof value === 'number') return plainDecimal(value);
      return typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? value : orEmpty(value, 'text');
    case 'timestamp':
      return toMoment(value);
    case 'date':
      return typeof value === 'string' && DAY.test(value) && isRealDay(value)
        ? value
        : orEmpty(value, 'text');
  }
}

function asText(value: unknown): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- objects are written as JSON
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function orEmpty(value: unknown, otherwise: 'text' | 'json'): null | Misfit {
  return value === '' ? null : MISFIT[otherwise];
}

function toInteger(value: unknown): Value | Misfit {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return value;
    return Number.isFinite(value) ? MISFIT.decimal : MISFIT.text;
  }
  if (typeof value !== 'string' || !isLongInteger(value)) return orEmpty(value, 'text');
  const whole = BigInt(value);
  return whole <= INT64_MAX && whole >= -INT64_MAX ? whole : MISFIT.decimal;
}

/** Only what the JSON reader has kept as text because of its length; a short number in quotes is a text. */
function isLongInteger(value: string): boolean {
  return /^-?\d{16,}$/.test(value) && !Number.isSafeInteger(Number(value));
}

function plainDecimal(value: number): Value | Misfit {
  const text = String(value);
  // 1e21 and 1e-7 are written with an exponent, which not every database reads as a decimal.
  return text.includes('e') || text === 'NaN' || text.includes('Inf') ? MISFIT.text : text;
}

function toMoment(value: unknown): Value | Misfit {
  if (typeof value !== 'string') return MISFIT.text;
  // Nearly all look like 2026-10-01T09:30:00Z; the pattern costs ten times as much.
  if (isPlainMoment(value)) return value;
  const zone = MOMENT.exec(value)?.[1];
  if (zone === undefined || !isRealDay(value) || Number.isNaN(Date.parse(value)))
    return orEmpty(value, 'text');
  return zone === 'Z' ? value : new Date(value).toISOString();
}

function isPlainMoment(text: string): boolean {
  return (
    text.length === 20 &&
    text[4] === '-' &&
    text[7] === '-' &&
    text[10] === 'T' &&
    text[13] === ':' &&
    text[16] === ':' &&
    text[19] === 'Z' &&
    twoDigits(text, 0) >= 0 &&
    twoDigits(text, 2) >= 0 &&
    between(twoDigits(text, 5), 1, 12) &&
    between(twoDigits(text, 8), 1, 28) &&
    between(twoDigits(text, 11), 0, 23) &&
    between(twoDigits(text, 14), 0, 59) &&
    between(twoDigits(text, 17), 0, 59)
  );
}

/** The number that two characters stand for, or one below zero. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}

function between(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

/** 30 February passes the pattern. */
function isRealDay(value: string): boolean {
  const day = Number(value.slice(8, 10));
  if (day <= 28) return true;
  return day <= new Date(Date.UTC(Number(value.slice(0, 4)), Number(value.slice(5, 7)), 0)).getUTCDate();
}
