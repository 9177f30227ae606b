import type { ColumnType, Layout } from '../../core/destination.ts';
import { quoteName, shortName } from '../sql-text.ts';
import type { Database } from '../sqlite/database.ts';
import { folded, readLayout, type TableLayout } from '../sqlite/layout.ts';

/** Tables of this destination itself, of the engine, and those that wait to take a place; they are not published. */
export function isBookkeeping(table: string): boolean {
  return folded(table).includes('_trunkline_');
}

/** Where rows without a month go. */
const NO_MONTH = 'none';

/** The partition of a table that is one file. */
const WHOLE = '';

/** How the rows of a table are divided over files. */
export interface Partitioning {
  table: TableLayout;
  /** Column whose month divides them; undefined when the table is one file. */
  month: string | undefined;
}

export function partitioningOf(db: Database, layout: Layout, name: string): Partitioning | undefined {
  const table = readLayout(db, name);
  if (table?.kind !== 'table') return undefined;
  const wanted = layout.monthOf(name);
  const dated = new Set<ColumnType>(['timestamp', 'date', 'text']);
  const column = table.columns.find(
    (one) => wanted !== undefined && folded(one.name) === folded(wanted) && dated.has(one.type),
  );
  return { table, month: column?.name };
}

/** The partition of a row as an expression; `row` is `NEW.`, `OLD.` or nothing. */
export function partitionExpression({ month }: Partitioning, row: '' | 'NEW.' | 'OLD.' = ''): string {
  if (month === undefined) return `'${WHOLE}'`;
  const column = `${row}${quoteName(month)}`;
  return `CASE WHEN ${column} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]*' THEN substr(${column}, 1, 7) ELSE '${NO_MONTH}' END`;
}

/** The file of a partition, from the folder: `meetings/2024-06.parquet`, `users.csv.gz`. */
export function fileOf({ table, month }: Partitioning, partition: string, ending: string): string {
  const name = fileName(table.name);
  return month === undefined ? `${name}${ending}` : `${name}/${partition}${ending}`;
}

/** A table's name as every file system takes it. Names of tables stay different from one another. */
function fileName(table: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what it is about
  const safe = table.replaceAll(/[%/\\:*?"<>|\u0000-\u001F\u007F]|^\.|[. ]$/g, (character) =>
    encoded(character),
  );
  // File systems take 255 bytes, and the ending comes on top.
  return shortName(safe, 200);
}

function encoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
