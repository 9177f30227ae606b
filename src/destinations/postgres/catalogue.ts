import type { Column, ColumnType } from '../../core/destination.ts';
import type { Session } from './session.ts';

/** What PostgreSQL calls a type of column. */
export const TYPES: Readonly<Record<ColumnType, string>> = {
  boolean: 'boolean',
  integer: 'bigint',
  number: 'double precision',
  decimal: 'numeric',
  timestamp: 'timestamptz',
  date: 'date',
  json: 'jsonb',
  text: 'text',
};

/** What types of the catalogue hold. Those that hold only some of it are made the whole type when rows come. */
const LADDER: Readonly<Record<string, { type: ColumnType; whole: boolean }>> = {
  bool: { type: 'boolean', whole: true },
  int2: { type: 'integer', whole: false },
  int4: { type: 'integer', whole: false },
  int8: { type: 'integer', whole: true },
  float4: { type: 'number', whole: false },
  float8: { type: 'number', whole: true },
  numeric: { type: 'decimal', whole: true },
  timestamp: { type: 'timestamp', whole: false },
  timestamptz: { type: 'timestamp', whole: true },
  date: { type: 'date', whole: true },
  json: { type: 'json', whole: false },
  jsonb: { type: 'json', whole: true },
  text: { type: 'text', whole: true },
  varchar: { type: 'text', whole: true },
  bpchar: { type: 'text', whole: false },
};

/** A column that is there. `type` is undefined when rows cannot be written to it. */
export interface FoundColumn {
  name: string;
  type: ColumnType | undefined;
  /** What the catalogue calls it. */
  native: string;
  /** It takes every value of `type`. */
  whole: boolean;
  /** It must be given a value. */
  required: boolean;
}

/** What has the name of a table. */
export interface Found {
  /** `table`, or what it is else: `view`, `materialized view`… */
  kind: string;
  columns: FoundColumn[];
  /** Columns of each unique index that rows can be merged by. */
  keys: string[][];
}

/** The columns of a table whose type rows can have. */
export function loadable(found: Found): Column[] {
  return found.columns.flatMap(({ name, type }) => (type === undefined ? [] : [{ name, type }]));
}

// A partial, deferrable or expression index is no arbiter of ON CONFLICT, and columns it merely includes are no key.
const LOOK = `
  SELECT
    CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view'
      WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'relation' END AS kind,
    array_to_json(ARRAY(
      SELECT json_build_object('name', a.attname, 'native', y.typname, 'limited', a.atttypmod <> -1,
        'required', a.attnotnull AND NOT a.atthasdef AND a.attidentity = '', 'generated', a.attgenerated <> '')
      FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
    )) AS columns,
    array_to_json(ARRAY(
      SELECT (
        SELECT json_agg(a.attname ORDER BY k.at)
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, at)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum WHERE k.at <= i.indnkeyatts
      )
      FROM pg_index i
      WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
        AND i.indexprs IS NULL
      ORDER BY i.indisprimary DESC, i.indexrelid
    )) AS keys
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2`;

interface Listed {
  name: string;
  native: string;
  limited: boolean;
  required: boolean;
  generated: boolean;
}

/** What is there under a name; undefined when nothing is. */
export async function look(session: Session, schema: string, table: string): Promise<Found | undefined> {
  const { rows } = await session.query<{ kind: string; columns: string; keys: string }>(LOOK, [
    schema,
    table,
  ]);
  const [row] = rows;
  if (row === undefined) return undefined;
  const columns = (JSON.parse(row.columns) as Listed[]).map(
    ({ name, native, limited, required, generated }): FoundColumn => {
      const step = generated ? undefined : LADDER[native];
      return { name, native, required, type: step?.type, whole: step?.whole === true && !limited };
    },
  );
  return { kind: row.kind, columns, keys: JSON.parse(row.keys) as string[][] };
}
