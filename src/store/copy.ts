import { ConnectorError } from '../core/errors.ts';
import type { Sql, SqlValue, Store } from './store.ts';

/** What was copied, row by row compared. */
export interface CopyReport {
  /** Rows by table. */
  tables: Record<string, number>;
  /** Wake-ups that wait in the new place; those that were running there start again. */
  jobs: number;
}

/** Rows of one statement; each has up to 20 columns, and SQLite and PostgreSQL take 32,766 and 65,535 parameters. */
const PAGE = 500;

/** Not state: what each engine keeps for itself, and who is alive. */
const LEFT_BEHIND = new Set(['schema_migrations', 'connection_migrations', 'job_workers']);

/**
 * Copies everything from one store into another that is empty, in one transaction of the target: from an embedded
 * installation to PostgreSQL, or back. The schemas have to be of the same version, and nobody may work on the source.
 * Wake-ups go along as rows; those that run are made to wait. (An SQLite target needs a `longestTxMs` that is enough.)
 * @param also stores whose tables go into the same target, such as the file of connections
 * @throws ConnectorError of kind `config` when the target holds rows, lacks a table, or has other counts afterwards
 */
export async function copyStore(from: Store, to: Store, also: readonly Store[] = []): Promise<CopyReport> {
  const parts: { store: Store; table: Table }[] = [];
  for (const store of [from, ...also]) {
    for (const table of await tablesOf(store)) if (table.rows > 0) parts.push({ store, table });
  }
  return to.tx(async (sql) => {
    const targets = new Map((await tablesOf(to, sql)).map((table) => [table.name, table]));
    const full = [...targets.values()].filter(({ rows }) => rows > 0);
    if (full.length > 0) throw notEmpty(full);
    const report: CopyReport = { tables: {}, jobs: 0 };
    for (const { store, table } of parentsFirst(parts)) {
      const target = targets.get(table.name);
      if (!target) throw lacks(table.name);
      await copyTable(store, sql, table, target);
      const copied = await count(sql, table.name);
      // The same transaction: a source that changed meanwhile leaves the target as empty as it was.
      if (copied !== (await count(store.sql, table.name))) throw changed(table.name);
      report.tables[table.name] = copied;
    }
    if (targets.has('jobs')) {
      await sql(WAIT_AGAIN);
      report.jobs = await count(sql, 'jobs');
    }
    return report;
  });
}

const WAIT_AGAIN = `
  UPDATE jobs SET state = 'waiting', again_at = NULL, owner = NULL, claim = NULL WHERE state = 'running'`;

interface Table {
  name: string;
  columns: string[];
  /** Columns of the primary key, in its order. */
  key: string[];
  rows: number;
}

const SQLITE_TABLES = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`;
const SQLITE_COLUMNS = `SELECT name, pk AS place FROM pragma_table_info($1) ORDER BY cid`;
const POSTGRES_TABLES = `SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`;
const POSTGRES_COLUMNS = `
  SELECT a.attname::text AS name, coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0) AS place
  FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
  WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attnum`;

async function tablesOf(store: Store, sql: Sql = store.sql): Promise<Table[]> {
  const lite = store.engine === 'sqlite';
  const names = await sql<{ name: string }>(lite ? SQLITE_TABLES : POSTGRES_TABLES);
  const tables: Table[] = [];
  for (const { name } of names) {
    if (LEFT_BEHIND.has(name)) continue;
    const columns = await sql<{ name: string; place: number }>(lite ? SQLITE_COLUMNS : POSTGRES_COLUMNS, [
      name,
    ]);
    const key = columns.filter(({ place }) => place > 0).toSorted((a, b) => a.place - b.place);
    tables.push({
      name,
      columns: columns.map((column) => column.name),
      key: key.map((column) => column.name),
      rows: await count(sql, name),
    });
  }
  return tables;
}

async function count(sql: Sql, table: string): Promise<number> {
  const [row] = await sql<{ n: number }>(`SELECT count(*) AS n FROM ${quote(table)}`);
  return row?.n ?? 0;
}

async function copyTable(from: Store, to: Sql, table: Table, target: Table): Promise<void> {
  const unknown = table.columns.filter((column) => !target.columns.includes(column));
  if (unknown.length > 0 || table.key.length === 0) throw lacks(`${table.name} (${unknown.join(', ')})`);
  const columns = table.columns.map(quote).join(', ');
  const key = table.key.map(quote).join(', ');
  // Page by page along the key: memory holds one page, however large the table is.
  for (let after: SqlValue[] = []; ;) {
    const places = after.map((_, i) => `$${i + 1}`).join(', ');
    const beyond = after.length > 0 ? `WHERE (${key}) > (${places})` : '';
    const rows = await from.sql<Record<string, SqlValue>>(
      `SELECT ${columns} FROM ${quote(table.name)} ${beyond} ORDER BY ${key} LIMIT ${PAGE}`,
      after,
    );
    const last = rows.at(-1);
    if (!last) return;
    const width = table.columns.length;
    const values = rows.map(
      (_, r) => `(${table.columns.map((__, c) => `$${r * width + c + 1}`).join(', ')})`,
    );
    await to(
      `INSERT INTO ${quote(table.name)} (${columns}) VALUES ${values.join(', ')}`,
      rows.flatMap((row) => table.columns.map((column) => row[column] ?? null)),
    );
    if (rows.length < PAGE) return;
    after = table.key.map((column) => last[column] ?? null);
  }
}

// A token belongs to a connection, and the database says so.
function parentsFirst<T extends { table: Table }>(parts: readonly T[]): T[] {
  const isChild = ({ table }: T): number => (table.name === 'tokens' ? 1 : 0);
  return parts.toSorted((a, b) => isChild(a) - isChild(b));
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function notEmpty(full: readonly Table[]): ConnectorError {
  const what = full.map(({ name, rows }) => `${name} (${rows})`).join(', ');
  return new ConnectorError(`The target is not empty: ${what}.`, {
    kind: 'config',
    code: 'not-empty',
    hint: 'Copy into a schema that nobody has used: DATABASE_URL=…?schema=other. Nothing was changed.',
  });
}

function lacks(what: string): ConnectorError {
  return new ConnectorError(`The target lacks the table ${what}.`, {
    kind: 'config',
    code: 'other-schema',
    hint: 'Open both with the same version of Trunkline. Nothing was changed.',
  });
}

function changed(table: string): ConnectorError {
  return new ConnectorError(`The table ${table} changed while it was copied.`, {
    kind: 'config',
    code: 'changed',
    hint: 'Stop everything that works on the source, then copy again. Nothing was changed.',
  });
}
