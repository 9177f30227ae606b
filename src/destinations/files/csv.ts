import type { ColumnType } from '../../core/destination.ts';
import { inPieces } from './pieces.ts';
import type { Content, StoredValue } from './format.ts';

/**
 * CSV by RFC 4180 with a header, in UTF-8. No value is an empty field, and an empty text is `""`; numbers, moments and
 * JSON stand as they are, and so do texts that a spreadsheet would take for a formula: whoever opens such a file there
 * imports its columns as text.
 */
export function csvText({ columns, rows }: Content): Iterable<string> {
  const header = columns.map(({ name }) => quoted(name)).join(',');
  const types = columns.map(({ type }) => type);
  return inPieces(`${header}\r\n`, rows, (row) => {
    let line = '';
    for (let at = 0; at < types.length; at++) {
      if (at > 0) line += ',';
      line += field(row[at] ?? null, types[at] ?? 'text');
    }
    return `${line}\r\n`;
  });
}

function field(value: StoredValue, type: ColumnType): string {
  if (value === null) return '';
  if (type === 'boolean' && typeof value === 'bigint') return value === 0n ? 'false' : 'true';
  return typeof value === 'string' ? quoted(value) : String(value);
}

function quoted(text: string): string {
  // Readers that trim fields leave those in quotes alone.
  if (text !== '' && !/[",\r\n]|^\s|\s$/.test(text)) return text;
  return `"${text.replaceAll('"', '""')}"`;
}
