import type { Column, Table, TableChange } from '../../core/destination.ts';
import { growth, indexText, noUniqueKey, notATable, quotedList, quoteName } from '../sql-text.ts';
import { placeError } from '../url.ts';
import type { Database } from './database.ts';
import { declare, folded, readLayout, uniqueIndexes, type LaidColumn, type TableLayout } from './layout.ts';

/** Makes the table fit; see `LoadTransaction.fit`. */
export function fitTable(db: Database, table: Table, layout: TableLayout | undefined): TableChange[] {
  const changes = fitColumns(db, table, layout);
  const index = indexText(table, quoteName(table.name));
  if (index !== undefined) db.exec(index);
  return changes;
}

function fitColumns(db: Database, table: Table, layout: TableLayout | undefined): TableChange[] {
  checkCase(table);
  if (layout === undefined) {
    db.exec(createText(table));
    return growth(table, undefined);
  }
  checkUsable(table, layout);
  const there = new Map(layout.columns.map((column) => [folded(column.name), column]));
  const existing = table.columns.flatMap(({ name }): Column[] => {
    const column = there.get(folded(name));
    return column ? [{ name, type: column.type }] : [];
  });
  const changes = growth(table, existing);
  const widened = new Map<string, Column>();
  for (const { change, column = '', to = 'text' } of changes) {
    if (change === 'type widened') widened.set(folded(column), { name: column, type: to });
    else
      db.exec(
        `ALTER TABLE ${quoteName(layout.name)} ADD COLUMN ${quoteName(column)} ${declare(to, layout.strict)}`,
      );
  }
  if (widened.size > 0) widen(db, table, widened);
  return changes;
}

/** Puts one table in the place of another; indexes and triggers that somebody made there are made again. */
export function swapTables(db: Database, stage: string, table: string): void {
  const extras = readLayout(db, table) === undefined ? [] : extrasOf(db, table);
  db.exec(`DROP TABLE IF EXISTS ${quoteName(table)}`);
  db.exec(`ALTER TABLE ${quoteName(stage)} RENAME TO ${quoteName(table)}`);
  const columns = new Set(readLayout(db, table)?.columns.map(({ name }) => folded(name)));
  for (const { sql, uses } of extras) if (uses.every((name) => columns.has(folded(name)))) db.exec(sql);
}

function createText(table: Table): string {
  const columns = table.columns.map(({ name, type }) => {
    // SQLite lets NULL into a primary key, as often as one likes.
    const notNull = table.key.includes(name) ? ' NOT NULL' : '';
    return `${quoteName(name)} ${declare(type)}${notNull}`;
  });
  const key = `PRIMARY KEY (${quotedList(table.key)})`;
  return `CREATE TABLE ${quoteName(table.name)} (${[...columns, key].join(', ')})`;
}

/** Columns that differ in capital letters only would be one column here, and the values of one would be lost. */
function checkCase(table: Table): void {
  const seen = new Map<string, string>();
  for (const { name } of table.columns) {
    const other = seen.get(folded(name));
    if (other !== undefined) {
      throw placeError(
        `The table ${table.name} is to have the columns ${other} and ${name}, which are one to SQLite.`,
        'Select one of them, or load into PostgreSQL.',
        { code: 'same-column' },
      );
    }
    seen.set(folded(name), name);
  }
}

function checkUsable(table: Table, layout: TableLayout): void {
  if (layout.kind !== 'table') throw notATable(table, layout.kind === 'view' ? 'view' : 'virtual table');
  if (!hasKey(table, layout)) {
    throw noUniqueKey(table, { columns: layout.columns.map(({ name }) => name), keys: layout.keys });
  }
  const wanted = new Set(table.columns.map(({ name }) => folded(name)));
  const generated = layout.columns.find((column) => column.generated && wanted.has(folded(column.name)));
  if (generated) {
    throw placeError(
      `The column ${generated.name} of the table ${table.name} is generated, so nothing can be written to it.`,
      'Write to another table (object: …), or drop the column. It was not changed.',
      { code: 'table-unusable' },
    );
  }
}

function hasKey(table: Table, layout: TableLayout): boolean {
  const key = table.key.map(folded).toSorted().join('\0');
  return layout.keys.some((other) => other.map(folded).toSorted().join('\0') === key);
}

/** Rebuilds the table with other types. Everything within one transaction: readers see the old one until the commit. */
function widen(db: Database, table: Table, widened: ReadonlyMap<string, Column>): void {
  const layout = readLayout(db, table.name);
  if (!layout) return;
  checkRebuildable(db, table, layout, widened);
  const target = (column: LaidColumn): LaidColumn => {
    const to = widened.get(folded(column.name))?.type;
    return to === undefined ? column : { ...column, type: to, declared: declare(to, layout.strict) };
  };
  const extras = extrasOf(db, layout.name);
  const temporary = `_trunkline_widened_${layout.name}`;
  db.exec(rebuildText(db, temporary, layout, layout.columns.map(target)));
  const names = quotedList(layout.columns.map(({ name }) => name));
  const values = layout.columns.map((column) =>
    widened.has(folded(column.name)) ? widenedValue(column) : quoteName(column.name),
  );
  db.exec(
    `INSERT INTO ${quoteName(temporary)} (${names}) SELECT ${values.join(', ')} FROM ${quoteName(layout.name)}`,
  );
  db.exec(`DROP TABLE ${quoteName(layout.name)}`);
  db.exec(`ALTER TABLE ${quoteName(temporary)} RENAME TO ${quoteName(layout.name)}`);
  for (const { sql } of extras) db.exec(sql);
}

// The same texts that `converter` makes of values that come later.
function widenedValue({ name, type }: LaidColumn): string {
  const column = quoteName(name);
  if (type === 'integer' || type === 'number') return `trunkline_digits(${column})`;
  if (type !== 'boolean') return column;
  return `CASE ${column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE CAST(${column} AS TEXT) END`;
}

function rebuildText(
  db: Database,
  name: string,
  layout: TableLayout,
  columns: readonly LaidColumn[],
): string {
  const parts = columns.map((column) =>
    [
      quoteName(column.name),
      column.declared,
      ...(column.notNull ? ['NOT NULL'] : []),
      ...(column.default === null ? [] : [`DEFAULT (${column.default})`]),
    ].join(' '),
  );
  const primary = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  if (primary.length > 0) parts.push(`PRIMARY KEY (${quotedList(primary.map((column) => column.name))})`);
  for (const index of uniqueIndexes(db, layout.name)) {
    if (index.origin === 'u') parts.push(`UNIQUE (${quotedList(index.columns)})`);
  }
  const options = [
    ...(layout.withoutRowid ? ['WITHOUT ROWID'] : []),
    ...(layout.strict ? ['STRICT'] : []),
  ].join(', ');
  return `CREATE TABLE ${quoteName(name)} (${parts.join(', ')}) ${options}`;
}

/** Rules that the rebuilt table would not have are somebody's, and not ours to drop. */
function checkRebuildable(
  db: Database,
  table: Table,
  layout: TableLayout,
  widened: ReadonlyMap<string, Column>,
): void {
  const [row] = db.all<{ sql: string }>(`SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1`, [
    layout.name,
  ]);
  const bare = (row?.sql ?? '').replaceAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'|`[^`]*`|\[[^\]]*\]/g, ' ');
  const rule = /\b(?:CHECK|REFERENCES|COLLATE|GENERATED|AS|AUTOINCREMENT|CONFLICT)\b/i.exec(bare)?.[0];
  if (rule === undefined) return;
  const columns = [...widened.values()].map(({ name, type }) => `${name} to ${type}`).join(', ');
  throw placeError(
    `The table ${table.name} has to change (${columns}), and it has rules of its own that this would lose (${rule}).`,
    'Change these columns yourself, or write to another table (object: …). It was not changed.',
    { code: 'table-unusable' },
  );
}

interface Extra {
  sql: string;
  /** Columns that it cannot do without. */
  uses: readonly string[];
}

/** What somebody made on a table: indexes and triggers that are not part of its own declaration. */
function extrasOf(db: Database, table: string): Extra[] {
  const found = db.all<{ type: string; name: string; sql: string }>(
    `SELECT type, name, sql FROM sqlite_schema WHERE tbl_name = ?1 COLLATE NOCASE
     AND type IN ('index', 'trigger') AND sql IS NOT NULL AND name NOT LIKE '\\_trunkline\\_%' ESCAPE '\\'`,
    [table],
  );
  return found.map(({ type, name, sql }) => ({
    sql,
    uses:
      type === 'index'
        ? db
            .all<{ name: string | null }>('SELECT name FROM pragma_index_info(?1)', [name])
            .flatMap((column) => column.name ?? [])
        : [],
  }));
}
