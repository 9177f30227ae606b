import type { Table, Value } from '../../src/core/destination.ts';

/** A table with a column of every type. */
export const EVERY_TYPE: Table = {
  name: 'every_type',
  key: ['id'],
  columns: [
    { name: 'id', type: 'text' },
    { name: 'a_boolean', type: 'boolean' },
    { name: 'an_integer', type: 'integer' },
    { name: 'a_number', type: 'number' },
    { name: 'a_decimal', type: 'decimal' },
    { name: 'a_timestamp', type: 'timestamp' },
    { name: 'a_date', type: 'date' },
    { name: 'a_json', type: 'json' },
    { name: 'a_text', type: 'text' },
  ],
};

const JSON_TEXT = String.raw`{"b":1,"a":[null,true,"ä\n\"A"],"n":12345678901234567890,"d":1.5e3,"":{}}`;

// prettier-ignore
/** Rows at the edges of every type. */
export const EDGES: readonly (readonly Value[])[] = [
  ['nulls', null, null, null, null, null, null, null, null],
  ['zeros', false, 0, 0, '0', '1970-01-01T00:00:00Z', '1970-01-01', '0', ''],
  ['most', true, 9223372036854775807n, 1.7976931348623157e308, '12345678901234567890.1234567', '9999-12-31T23:59:59Z', '9999-12-31', JSON_TEXT, 'x'],
  ['least', false, -9223372036854775808n, 5e-324, '-0.000000000000001', '1969-12-31T23:59:59.999Z', '1900-01-01', '""', ' '],
  ['2^53', true, 9007199254740993n, 9007199254740991, '9007199254740993', '2024-02-29T23:59:59.123Z', '2024-02-29', '[9007199254740993]', '9007199254740993'],
  ['common', true, 300, 0.1 + 0.2, '1.10', '2024-06-30T12:00:00Z', '2024-06-30', '[]', '300'],
  ['json null', false, -1, -1.5, '-1', '2024-06-30T12:00:00Z', '2024-06-30', 'null', 'null'],
  ['json text', false, -1, 5, '5', '2024-06-30T12:00:00Z', '2024-06-30', '"it\'s \\"x\\""', '5'],
];

/** Texts that formats and statements trip over. NUL and lone surrogates are apart. */
export const TEXTS: readonly string[] = [
  '',
  ' ',
  '  both ends  ',
  'NULL',
  'null',
  String.raw`\N`,
  String.raw`\.`,
  String.raw`back\slash \n \x41 \101`,
  `it's "quoted", and; -- not SQL`,
  '""',
  '"',
  'a,b;c|d\te',
  'line\nbreak',
  'line\r\nbreak\r',
  '\n',
  '=1+1',
  '@SUM(A1)',
  '007',
  '1e5',
  'true',
  '{"a":1}',
  '🦊 äöü 漢字 \u202Eright to left',
  'e\u0301 is not \u00E9',
  '\uFEFFbyte order mark',
  '\u0001\u001F\u007F\u0085\u2028',
  '$1 ?1 :a @b %s {0}',
];

/** A table of texts. */
export const TEXT_TABLE: Table = {
  name: 'texts',
  key: ['id'],
  columns: [
    { name: 'id', type: 'integer' },
    { name: 'value', type: 'text' },
  ],
};

/**
 * A row so that two of them are equal when they hold the same: moments in milliseconds, JSON with its members in order
 * and its numbers digit by digit, decimals without trailing zeros.
 */
export function canonical(table: Table, row: readonly Value[]): Value[] {
  return table.columns.map(({ type }, at) => {
    const value = row[at] ?? null;
    if (value === null) return null;
    if (type === 'timestamp') return new Date(String(value)).toISOString();
    if (type === 'json') return canonicalJson(String(value));
    if (type === 'integer') return BigInt(value);
    if (type === 'decimal') return plainDecimal(String(value));
    return value;
  });
}

/** Rows in canonical form, by their key. */
export function canonicalRows(table: Table, rows: readonly (readonly Value[])[]): Value[][] {
  const places = table.key.map((name) => table.columns.findIndex((column) => column.name === name));
  const keyed = rows.map((row) => {
    const values = canonical(table, row);
    return { values, key: JSON.stringify(places.map((at) => String(values[at]))) };
  });
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ values }) => values);
}

function plainDecimal(text: string): string {
  return text.includes('.') && !/e/i.test(text) ? text.replace(/\.?0+$/, '') : text;
}

interface Numeral {
  numeral: string;
}

function canonicalJson(text: string): string {
  const parsed: unknown = JSON.parse(text, (_, value: unknown, context?: { source?: string }) => {
    if (typeof value === 'number')
      return { numeral: digits(context?.source ?? String(value)) } satisfies Numeral;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
  return JSON.stringify(parsed);
}

/** A number by its digits: `1.5e3` and `1500` are the same, `15e2`. */
function digits(numeral: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(numeral) ?? [];
  const all = (whole + fraction).replace(/^0+/, '');
  const significant = all.replace(/0+$/, '');
  return significant === ''
    ? '0'
    : `${sign}${significant}e${Number(exponent) - fraction.length + all.length - significant.length}`;
}
