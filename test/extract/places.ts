/** Places of every kind, read back as any other program reads them. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Column, Table, Value } from '../../src/core/destination.ts';
import { Secret } from '../../src/core/secret.ts';
import { duckdb } from '../../src/destinations/duckdb.ts';
import { META } from '../../src/extract/columns.ts';
import { canonicalRows } from '../destinations/contract-rows.ts';
import { duckdbRig } from '../destinations/duckdb-rig.ts';
import { folderOf, readFile, type FormatName } from '../destinations/file-rig.ts';
import { asSomebody, postgresRig, schemaOf } from '../destinations/postgres-rig.ts';
import { pathOf, readSqlite } from '../destinations/sqlite-rig.ts';

/** A table of a place: what it is, and its rows in a form in which those of all destinations are alike. */
export interface Copy {
  table: Table;
  /** Each row by the names of its columns. */
  rows: Record<string, Value>[];
}

/** What every place has of its own accord: when a row was written, and by which run. */
const OWN = new Set<string>([META.loadedAt, META.run]);

const TARGETS: Table = {
  name: '_trunkline_targets',
  key: ['target'],
  columns: ['target', 'key', 'columns'].map((name) => ({ name, type: 'text' as const })),
};

type Reader = (table: Table) => Promise<Value[][] | undefined>;

/** All tables of streams at a place, by name. */
export async function readPlace(url: string): Promise<Map<string, Copy>> {
  await using place = await openToRead(url);
  const copies = new Map<string, Copy>();
  for (const [name, key, columns] of (await place.own(TARGETS)) ?? []) {
    const table: Table = {
      name: String(name),
      key: JSON.parse(String(key)) as string[],
      columns: (JSON.parse(String(columns)) as Column[]).filter((column) => !OWN.has(column.name)),
    };
    const rows = await place.rows(table);
    if (rows) copies.set(table.name, { table, rows: named(table, rows) });
  }
  return copies;
}

/** The rows of one bookkeeping table. */
export async function readOwn(url: string, name: string, columns: readonly string[]) {
  await using place = await openToRead(url);
  const table: Table = { name, key: [], columns: columns.map((one) => ({ name: one, type: 'text' })) };
  return named(table, (await place.own(table)) ?? []);
}

function named(table: Table, rows: readonly (readonly Value[])[]): Record<string, Value>[] {
  return canonicalRows(table, rows).map((row) =>
    Object.fromEntries(table.columns.map(({ name }, at) => [name, row[at] ?? null])),
  );
}

async function openToRead(url: string): Promise<{ own: Reader; rows: Reader } & AsyncDisposable> {
  const nothing = () => Promise.resolve();
  switch (url.slice(0, url.indexOf(':'))) {
    case 'sqlite': {
      const read: Reader = (table) => Promise.resolve(readSqlite(pathOf(url), table));
      return { own: read, rows: read, [Symbol.asyncDispose]: nothing };
    }
    case 'postgres': {
      const rig = postgresRig(() => ({ url }) as never);
      const read: Reader = (table) => rig.read(url, table, undefined as never);
      return { own: read, rows: read, [Symbol.asyncDispose]: nothing };
    }
    case 'duckdb': {
      const loader = await duckdb.open(
        new Secret(url),
        { monthOf: () => undefined },
        { now: Date.now, sleep: (ms) => sleep(ms), cwd: '/' },
      );
      const read: Reader = (table) => duckdbRig.read(url, table, loader);
      return { own: read, rows: read, [Symbol.asyncDispose]: () => loader.close() };
    }
    default: {
      const folder = folderOf(url);
      const state = join(folder, '_trunkline', 'state.db');
      return {
        own: (table) => Promise.resolve(readSqlite(state, table)),
        rows: (table) => readFiles(folder, new URL(url).searchParams, table),
        [Symbol.asyncDispose]: nothing,
      };
    }
  }
}

async function readFiles(
  folder: string,
  params: URLSearchParams,
  table: Table,
): Promise<Value[][] | undefined> {
  const format = (params.get('format') ?? 'parquet') as FormatName;
  const whole = join(folder, `${table.name}.${format}`);
  if (existsSync(whole)) return await readFile(whole, table);
  const months = join(folder, table.name);
  if (!existsSync(months)) return [];
  const rows: Value[][] = [];
  for (const name of readdirSync(months)) rows.push(...((await readFile(join(months, name), table)) ?? []));
  return rows;
}

/** Runs a statement at a place as somebody else. */
export async function countAt(url: string, table: string): Promise<number> {
  const [row] = await asSomebody<{ n: string }>(
    url,
    `SELECT count(*) AS n FROM "${schemaOf(url)}"."${table}"`,
  );
  return Number(row?.n ?? 0);
}
