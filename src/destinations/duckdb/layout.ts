import type { Column, ColumnType } from '../../core/destination.ts';
import type { DuckDb } from './database.ts';

/** What DuckDB calls a type of column. Its DECIMAL has 38 digits, which is not all of them. */
export const TYPES: Readonly<Record<ColumnType, string>> = {
  boolean: 'BOOLEAN',
  integer: 'BIGINT',
  number: 'DOUBLE',
  decimal: 'VARCHAR',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  date: 'DATE',
  json: 'JSON',
  text: 'VARCHAR',
};

/** The comment of a column that tells a decimal from other texts: what it was widened to is remembered here only. */
export const DECIMAL_NOTE = 'A number with all its digits, as text.';

export interface LaidColumn {
  name: string;
  /** Undefined when rows cannot be written to it. */
  type: ColumnType | undefined;
  native: string;
  /** It takes every value of `type`. */
  whole: boolean;
  notNull: boolean;
  default: string | null;
  generated: boolean;
}

/** How a table stands in the database. */
export interface Layout {
  schema: string;
  name: string;
  kind: 'table' | 'view';
  columns: readonly LaidColumn[];
  /** Columns of each key by which rows are unique. */
  keys: readonly (readonly string[])[];
  /** Texts of its constraints, beyond NOT NULL. */
  constraints: readonly string[];
  /** Statements that make its indexes. */
  indexes: readonly string[];
}

/** A name as DuckDB compares it: small and capital letters are the same, also within quotes. */
export function folded(name: string): string {
  return name.toLowerCase();
}

/** The columns of a table whose type rows can have. */
export function loadable({ columns }: Layout): Column[] {
  return columns.flatMap(({ name, type }) => (type === undefined ? [] : [{ name, type }]));
}

/** How the table stands there now; undefined when nothing has the name. */
export async function readLayout(db: DuckDb, schema: string, table: string): Promise<Layout | undefined> {
  const [there] = await db.all<{ schema: string; name: string; kind: Layout['kind']; sql: string }>(
    `SELECT schema_name AS schema, table_name AS name, 'table' AS kind, sql FROM duckdb_tables()
       WHERE database_name = current_database() AND lower(schema_name) = $1 AND lower(table_name) = $2
     UNION ALL
     SELECT schema_name, view_name, 'view', '' FROM duckdb_views()
       WHERE database_name = current_database() AND lower(schema_name) = $1 AND lower(view_name) = $2`,
    [folded(schema), folded(table)],
  );
  if (!there) return undefined;
  const place = [there.schema, there.name];
  const here = `WHERE database_name = current_database() AND schema_name = $1 AND table_name = $2`;
  const columns = await db.all<{
    name: string;
    native: string;
    note: string | null;
    nullable: boolean;
    preset: string | null;
  }>(
    `SELECT column_name AS name, data_type AS native, comment AS note, is_nullable AS nullable, column_default AS preset
     FROM duckdb_columns() ${here} ORDER BY column_index`,
    place,
  );
  const constraints = await db.all<{ kind: string; text: string; columns: string }>(
    `SELECT constraint_type AS kind, constraint_text AS text, to_json(constraint_column_names)::VARCHAR AS columns
     FROM duckdb_constraints() ${here} AND constraint_type <> 'NOT NULL' ORDER BY constraint_index`,
    place,
  );
  const indexes = await db.all<{ sql: string; only: boolean; parts: string }>(
    `SELECT sql, is_unique AS only, expressions AS parts FROM duckdb_indexes() ${here} ORDER BY index_oid`,
    place,
  );
  const generated = / GENERATED ALWAYS AS/i.test(there.sql);
  return {
    ...there,
    columns: columns.map(({ name, native, note, nullable, preset }): LaidColumn => {
      const own = native === 'VARCHAR' && note === DECIMAL_NOTE ? 'decimal' : typeOf(native);
      const whole = own !== undefined && TYPES[own] === native;
      // The catalogue shows what a column is generated from as its default.
      const made = generated && preset !== null;
      return {
        name,
        native,
        whole,
        notNull: !nullable,
        type: made ? undefined : own,
        default: preset,
        generated: made,
      };
    }),
    keys: [
      ...constraints
        .filter(({ kind }) => kind === 'PRIMARY KEY' || kind === 'UNIQUE')
        .map((key) => JSON.parse(key.columns) as string[]),
      ...indexes.filter(({ only }) => only).flatMap(({ parts }) => indexColumns(parts)),
    ],
    constraints: constraints.map(({ text }) => text),
    indexes: indexes.map(({ sql }) => sql),
  };
}

/** The type of a column: ours, or that which holds everything that somebody else's holds. */
function typeOf(native: string): ColumnType | undefined {
  for (const [type, ours] of Object.entries(TYPES))
    if (ours === native && type !== 'decimal') return type as ColumnType;
  if (/^U?(?:TINYINT|SMALLINT|INTEGER)$/.test(native)) return 'integer';
  if (/^(?:DECIMAL\(|U?HUGEINT$|UBIGINT$|BIGNUM$)/.test(native)) return 'decimal';
  if (/^TIMESTAMP(?:_S|_MS)?$/.test(native)) return 'timestamp';
  return native === 'FLOAT' ? 'number' : undefined;
}

/**
 * Columns of an index, of the text in the catalogue: `[uuid, '"a b"']`. None when it is over something else than whole
 * columns, such as `['(lower(w))']`.
 */
function indexColumns(parts: string): string[][] {
  const names: string[] = [];
  const one = /\s*(?:'((?:[^'\\]|\\.)*)'|([^,'\]]+))\s*(?:,|$)/gy;
  const inner = parts.slice(1, -1);
  for (let found = one.exec(inner); found; found = one.exec(inner)) {
    const text = found[1]?.replaceAll(/\\(.)/g, '$1') ?? found[2] ?? '';
    const quoted = /^"(.*)"$/s.exec(text)?.[1]?.replaceAll('""', '"');
    if (quoted === undefined && !/^\w+$/.test(text)) return [];
    names.push(quoted ?? text);
    if (one.lastIndex >= inner.length) break;
  }
  return names.length === 0 ? [] : [names];
}
