import type { ColumnType } from '../../core/destination.ts';
import type { Content, StoredValue } from './format.ts';
import { inPieces } from './pieces.ts';

const NUMERAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * One JSON object per row, its members in the order of the columns, those without a value as null. JSON columns are
 * JSON here too rather than text, and integers and decimals are written digit by digit, beyond 2^53 as well.
 */
export function jsonlText({ columns, rows }: Content): Iterable<string> {
  const names = columns.map(({ name }, at) => `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  const types = columns.map(({ type }) => type);
  return inPieces('', rows, (row) => {
    let line = '';
    for (let at = 0; at < names.length; at++)
      line += names[at] + member(row[at] ?? null, types[at] ?? 'text');
    return `${line}}\n`;
  });
}

function member(value: StoredValue, type: ColumnType): string {
  if (typeof value === 'bigint') return type === 'boolean' ? String(value !== 0n) : String(value);
  if (typeof value !== 'string') return JSON.stringify(value);
  // Line ends within JSON stand between its parts, since in its texts they are escaped.
  if (type === 'json') return value.replaceAll(/[\r\n]+/g, ' ');
  if (type === 'decimal' && NUMERAL.test(value)) return value;
  return JSON.stringify(value);
}
