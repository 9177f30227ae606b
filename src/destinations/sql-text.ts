import { createHash } from 'node:crypto';

import {
  widest,
  type Column,
  type ColumnType,
  type Table,
  type TableChange,
  type Value,
} from '../core/destination.ts';
import type { ConnectorError } from '../core/errors.ts';
import { placeError } from './url.ts';

/** A name as SQL takes it, whatever is in it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Several names as SQL takes them. */
export function quotedList(names: readonly string[]): string {
  return names.map(quoteName).join(', ');
}

/** `zoom.meetings` in its parts: the schema, if there is one, and the table. */
export function splitTable(name: string): { schema?: string; table: string } {
  const dot = name.indexOf('.');
  return dot === -1 ? { table: name } : { schema: name.slice(0, dot), table: name.slice(dot + 1) };
}

/** What makes the index that a table asks for, if it is not there. @param place the table, as a statement names it */
export function indexText({ name, findBy }: Table, place: string): string | undefined {
  if (findBy === undefined) return undefined;
  // Of its own name for each table, and so short that no database cuts it.
  const digest = createHash('sha256').update(`${name}\n${findBy}`).digest('hex').slice(0, 16);
  return `CREATE INDEX IF NOT EXISTS ${quoteName(`_trunkline_${digest}`)} ON ${place} (${quoteName(findBy)})`;
}

/** What an upsert writes into a column that has a value. @param mine that value, as the statement names it */
export function incoming(
  { keep = [] }: Table,
  column: string,
  mine: string,
  quoted = quoteName(column),
): string {
  return keep.includes(column) ? `coalesce(excluded.${quoted}, ${mine})` : `excluded.${quoted}`;
}

/** Refuses a schema before a table's name, where there are none. */
export function plainTable(name: string, place: string): string {
  const { schema, table } = splitTable(name);
  if (schema === undefined) return name;
  throw placeError(
    `${place} has no schemas, and the table is to be ${JSON.stringify(name)}.`,
    `Leave the schema out: object: ${table}`,
    { code: 'no-schemas' },
  );
}

/**
 * A name of so many bytes at most: the beginning and a digest of the whole, so that two names that begin alike stay
 * two. PostgreSQL would cut both to the same 63 bytes.
 */
export function shortName(name: string, bytes: number): string {
  if (Buffer.byteLength(name) <= bytes) return name;
  const digest = `_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
  let start = '';
  let room = bytes - digest.length;
  for (const character of name) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    start += character;
  }
  return start + digest;
}

/** What has to be done to a table with these columns so that rows of the other ones fit. */
export function growth(table: Table, existing: readonly Column[] | undefined): TableChange[] {
  if (existing === undefined) return [{ table: table.name, change: 'created' }];
  const types = new Map(existing.map(({ name, type }) => [name, type]));
  return table.columns.flatMap(({ name, type }): TableChange[] => {
    const from = types.get(name);
    if (from === undefined) return [{ table: table.name, change: 'column added', column: name, to: type }];
    const to = widest(from, type);
    return to === from ? [] : [{ table: table.name, change: 'type widened', column: name, from, to }];
  });
}

/**
 * How values of one type are written into a column of a wider one; undefined when they are written as they are.
 * Existing values are widened to the same texts: `true`, `17`, `1.5`.
 */
export function converter(from: ColumnType, to: ColumnType): ((value: Value) => Value) | undefined {
  if (from === to || (to !== 'text' && to !== 'decimal')) return undefined;
  if (from !== 'boolean' && from !== 'integer' && from !== 'number') return undefined;
  return (value) => (value === null ? null : String(value));
}

/** The rows without those that a later one with the same key replaces. */
export function lastOfEachKey(
  table: Table,
  rows: readonly (readonly Value[])[],
): readonly (readonly Value[])[] {
  const places = table.key.map((name) => table.columns.findIndex((column) => column.name === name));
  // One column that has no value twice is enough to know, and costs a fifth of putting keys together.
  if (places.some((place) => allDiffer(rows, place))) return rows;
  const last = new Map<string, number>();
  for (const [at, row] of rows.entries()) last.set(places.map((place) => keyPart(row[place])).join(','), at);
  if (last.size === rows.length) return rows;
  const kept = new Set(last.values());
  return rows.filter((_, at) => kept.has(at));
}

function allDiffer(rows: readonly (readonly Value[])[], place: number): boolean {
  const seen = new Set<Value | undefined>();
  for (const row of rows) {
    const value = row[place];
    // 5n and 5 are the same key.
    if (typeof value === 'bigint' || seen.has(value)) return false;
    seen.add(value);
  }
  return true;
}

// The lengths keep ('a,1:b', 'c') and ('a', 'b,1:c') apart.
function keyPart(value: Value | undefined): string {
  return typeof value === 'string' ? `${value.length}:${value}` : String(value);
}

/** A table of that name is there, and rows cannot be told apart in it. */
export function noUniqueKey(
  table: Table,
  found: { columns: readonly string[]; keys: readonly (readonly string[])[] },
): ConnectorError {
  const keys = found.keys.map((key) => `(${key.join(', ')})`).join(' and ');
  const columns = found.columns.slice(0, 8).join(', ') + (found.columns.length > 8 ? ', …' : '');
  return placeError(
    `The table ${table.name} is there already and rows cannot be merged into it: its columns are ${columns}, ` +
      `its unique keys ${keys === '' ? 'none' : keys}; expected is a primary key or a unique index over ` +
      `(${table.key.join(', ')}).`,
    `Write to another table (object: ${splitTable(table.name).table}_2), or drop this one. It was not changed.`,
    { code: 'table-unusable' },
  );
}

/** Something else than a table has the name. */
export function notATable(table: Table, kind: string): ConnectorError {
  return placeError(
    `${table.name} is there already and is a ${kind}, not a table.`,
    `Write to another table (object: ${splitTable(table.name).table}_2), or drop the ${kind}. It was not changed.`,
    { code: 'table-unusable' },
  );
}
