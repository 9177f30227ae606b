import { Client, type CustomTypesConfig, type QueryResult, type QueryResultRow } from 'pg';

import type { Column, Table, Value } from '../../src/core/destination.ts';
import { postgres } from '../../src/destinations/postgres.ts';
import { quoteName, shortName, splitTable } from '../../src/destinations/sql-text.ts';
import type { PostgresServer } from '../postgres-server.ts';
import type { Rig } from './contract.ts';

let schemas = 0;

/** The contract's way to a PostgreSQL; each place is a schema of its own. */
export function postgresRig(server: () => PostgresServer): Rig {
  return {
    destination: postgres,
    module: new URL('../../src/destinations/postgres.ts', import.meta.url).href,
    exportName: 'postgres',
    nul: 'replaced by U+FFFD',
    fresh: () => Promise.resolve(freshUrl(server())),
    read: (url, table) => readTable(url, table),
    indexes: async (url, table, column) => {
      const found = await asSomebody(
        url,
        `SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
         WHERE i.indrelid = to_regclass($1) AND a.attname = $2`,
        [`${quoteName(schemaOf(url))}.${quoteName(table)}`, column],
      );
      return found.length;
    },
    foreign: async (url, sql) => {
      const schema = quoteName(schemaOf(url));
      await asSomebody(url, `CREATE SCHEMA IF NOT EXISTS ${schema}; SET search_path TO ${schema}; ${sql}`);
    },
  };
}

/** A schema that nobody has used. */
export function freshUrl(server: PostgresServer): string {
  schemas += 1;
  return `${server.url}?schema=place ${process.pid} ${schemas}`;
}

/** Runs statements on a connection of its own; the rows of the last one. */
export async function asSomebody<Row extends QueryResultRow>(
  url: string,
  text: string,
  values?: unknown[],
): Promise<Row[]> {
  const plain = new URL(url);
  plain.searchParams.delete('schema');
  const client = new Client({
    connectionString: plain.href,
    types: { getTypeParser: () => String } as unknown as CustomTypesConfig,
  });
  await client.connect();
  try {
    const results: QueryResult<Row> | QueryResult<Row>[] = await client.query<Row>(
      values === undefined ? { text } : { text, values },
    );
    return (Array.isArray(results) ? results.at(-1) : results)?.rows ?? [];
  } finally {
    await client.end();
  }
}

async function readTable(url: string, table: Table): Promise<Value[][] | undefined> {
  const { schema = schemaOf(url), table: name } = splitTable(table.name);
  const place = [schema, name].map((part) => quoteName(shortName(part, 63))).join('.');
  const list = table.columns.map((column, i) => `${asText(column)} AS c${i}`).join(', ');
  try {
    const rows = await asSomebody<Record<string, string | null>>(url, `SELECT ${list} FROM ${place}`);
    return rows.map((row) => table.columns.map((column, i) => asValue(column, row[`c${i}`] ?? null)));
  } catch (error) {
    if ((error as { code?: string }).code === '42P01') return undefined;
    throw error;
  }
}

function asText({ name, type }: Column): string {
  const quoted = quoteName(shortName(name, 63));
  return type === 'timestamp'
    ? `to_char(${quoted} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
    : `${quoted}::text`;
}

function asValue({ type }: Column, text: string | null): Value {
  if (text === null) return null;
  if (type === 'boolean') return text === 'true';
  if (type === 'integer') return BigInt(text);
  return type === 'number' ? Number(text) : text;
}

export function schemaOf(url: string): string {
  return new URL(url).searchParams.get('schema') ?? 'public';
}
