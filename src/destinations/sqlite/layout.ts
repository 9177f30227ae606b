import type { Column, ColumnType } from '../../core/destination.ts';
import type { Database } from './database.ts';

/** How a table stands in the database. */
export interface TableLayout {
  name: string;
  kind: 'table' | 'view' | 'virtual' | 'shadow';
  columns: readonly LaidColumn[];
  /** Columns of each key by which rows are unique. */
  keys: readonly (readonly string[])[];
  strict: boolean;
  withoutRowid: boolean;
}

export interface LaidColumn extends Column {
  declared: string;
  notNull: boolean;
  /** SQL text of its default. */
  default: string | null;
  /** Place in the primary key, from 1; 0 when it is not part of it. */
  pk: number;
  generated: boolean;
}

/**
 * How types are declared. SQLite takes the affinity from the words: whatever holds TEXT keeps every character, so a
 * decimal keeps its digits (NUMERIC would make a float of '1.10'), and the first word says which type it is: what a
 * column was widened to is remembered there and nowhere else.
 */
const DECLARED: Readonly<Record<ColumnType, string>> = {
  boolean: 'BOOLEAN',
  integer: 'INTEGER',
  number: 'REAL',
  decimal: 'DECIMAL TEXT',
  timestamp: 'TIMESTAMP TEXT',
  date: 'DATE TEXT',
  json: 'JSON TEXT',
  text: 'TEXT',
};

/** The declaration of a type; strict tables take few. */
export function declare(type: ColumnType, strict = false): string {
  return strict && type !== 'integer' && type !== 'number' ? 'TEXT' : DECLARED[type];
}

/** The type of a declaration: ours, or the widest that somebody else's column holds without changing it. */
export function typeOf(declared: string): ColumnType {
  const words = declared.toUpperCase();
  for (const [type, ours] of Object.entries(DECLARED)) if (ours === words) return type as ColumnType;
  // The order is SQLite's own (https://www.sqlite.org/datatype3.html#determination_of_column_affinity).
  if (words.includes('INT')) return 'integer';
  if (/CHAR|CLOB|TEXT|BLOB/.test(words) || words === '') return 'text';
  if (/REAL|FLOA|DOUB/.test(words)) return 'number';
  if (words.startsWith('BOOL')) return 'boolean';
  if (/^(?:TIMESTAMP|DATETIME)/.test(words)) return 'timestamp';
  if (words.startsWith('DATE')) return 'date';
  return 'number';
}

/** A name as SQLite compares it: small and capital letters of ASCII are the same. */
export function folded(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

interface TableRow {
  name: string;
  type: TableLayout['kind'];
  wr: number;
  strict: number;
}

interface ColumnRow {
  name: string;
  type: string;
  notnull: number;
  dflt_value: string | null;
  pk: number;
  hidden: number;
}

/** How the table stands there now; undefined when nothing has the name. */
export function readLayout(db: Database, name: string): TableLayout | undefined {
  const [table] = db.all<TableRow>(
    `SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main' AND name = ?1 COLLATE NOCASE`,
    [name],
  );
  if (!table) return undefined;
  const columns = db
    .all<ColumnRow>('SELECT * FROM pragma_table_xinfo(?1)', [table.name])
    .map((column): LaidColumn => ({
      name: column.name,
      type: typeOf(column.type),
      declared: column.type,
      notNull: column.notnull !== 0,
      default: column.dflt_value,
      pk: column.pk,
      generated: column.hidden !== 0,
    }));
  const primary = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  const keys = uniqueIndexes(db, table.name).map((index) => index.columns);
  // A single INTEGER PRIMARY KEY is the rowid and has no index.
  if (primary.length > 0) keys.unshift(primary.map((column) => column.name));
  return {
    name: table.name,
    kind: table.type,
    columns,
    keys: [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()],
    strict: table.strict !== 0,
    withoutRowid: table.wr !== 0,
  };
}

/** Unique indexes over whole columns of all rows; others cannot be merged by. */
export function uniqueIndexes(db: Database, table: string): { origin: string; columns: string[] }[] {
  const indexes = db.all<{ name: string; origin: string }>(
    `SELECT name, origin FROM pragma_index_list(?1) WHERE "unique" = 1 AND partial = 0 ORDER BY seq DESC`,
    [table],
  );
  return indexes.flatMap(({ name, origin }) => {
    const columns = db.all<{ name: string | null; coll: string }>(
      'SELECT name, coll FROM pragma_index_xinfo(?1) WHERE key = 1 ORDER BY seqno',
      [name],
    );
    const usable = columns.every((column) => column.name !== null && column.coll === 'BINARY');
    return usable ? [{ origin, columns: columns.map((column) => column.name ?? '') }] : [];
  });
}
