import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';

import type { Column, Loader, Table, Value } from '../../src/core/destination.ts';
import { duckdb } from '../../src/destinations/duckdb.ts';
import { quoteName } from '../../src/destinations/sql-text.ts';
import { folder, type Rig } from './contract-places.ts';

export const pathOf = (url: string): string => url.slice('duckdb:'.length);

export const duckdbRig: Rig = {
  destination: duckdb,
  module: new URL('../../src/destinations/duckdb.ts', import.meta.url).href,
  exportName: 'duckdb',
  fresh: (t) => Promise.resolve(`duckdb:${join(folder(t), 'zoom.duckdb')}`),
  read: (_url, table, loader) => readTable(loader, table),
  foreign: (url, sql) => runDuckDb(pathOf(url), sql),
  nul: 'kept',
};

/** Runs statements as another program would. */
export async function runDuckDb(path: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

/** Through the loader, because DuckDB lets nobody else open the file meanwhile. */
async function readTable(loader: Loader, table: Table): Promise<Value[][] | undefined> {
  return await loader.transaction(async (tx) => {
    const [schema, name] = table.name.includes('.') ? table.name.split('.') : ['main', table.name];
    const there = await tx.query(
      'SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = $1 AND table_name = $2',
      [schema ?? '', name ?? ''],
    );
    if (there.length === 0) return undefined;
    const list = table.columns.map((column, i) => `${asText(column)} AS c${i}`).join(', ');
    const rows = await tx.query<Record<string, string | null>>(`SELECT ${list} FROM ${tx.name(table.name)}`);
    return rows.map((row) => table.columns.map((column, i) => asValue(column, row[`c${i}`] ?? null)));
  });
}

// The package decodes texts as UTF-8 files, which drops a byte order mark at their beginning; the database has it.
function asText({ name, type }: Column): string {
  return type === 'timestamp'
    ? `'.' || strftime(${quoteName(name)}, '%Y-%m-%dT%H:%M:%S.%gZ')`
    : `'.' || ${quoteName(name)}::VARCHAR`;
}

function asValue({ type }: Column, dotted: string | null): Value {
  if (dotted === null) return null;
  const text = dotted.slice(1);
  if (type === 'boolean') return text === 'true';
  if (type === 'integer') return BigInt(text);
  return type === 'number' ? Number(text) : text;
}
