import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { Table, Value } from '../../src/core/destination.ts';
import { sqlite } from '../../src/destinations/sqlite.ts';
import { folder, type Rig } from './contract-places.ts';

/** Rows of a table as any program reads them from the file. */
export function readSqlite(path: string, table: Table): Value[][] | undefined {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const there = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = ? AND type = 'table'`).get(table.name);
    if (!there) return undefined;
    const names = table.columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`).join(', ');
    const select = db.prepare(`SELECT ${names} FROM "${table.name.replaceAll('"', '""')}"`);
    select.setReadBigInts(true);
    select.setReturnArrays(true);
    const rows = select.all() as unknown as Value[][];
    return rows.map((row) =>
      row.map((value, at) =>
        table.columns[at]?.type === 'boolean' && value !== null ? value === 1n : value,
      ),
    );
  } finally {
    db.close();
  }
}

/** Runs statements as another program would. */
export function runSqlite(path: string, sql: string): void {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  db.exec(sql);
  db.close();
}

export const pathOf = (url: string): string => url.slice('sqlite:'.length);

export const sqliteRig: Rig = {
  destination: sqlite,
  module: new URL('../../src/destinations/sqlite.ts', import.meta.url).href,
  exportName: 'sqlite',
  fresh: (t) => Promise.resolve(`sqlite:${join(folder(t), 'zoom.db')}`),
  read: (url, table) => Promise.resolve(readSqlite(pathOf(url), table)),
  foreign: (url, sql) => Promise.resolve(runSqlite(pathOf(url), sql)),
  indexes: (url, table, column) => {
    const db = new DatabaseSync(pathOf(url), { readOnly: true });
    const found = db
      .prepare(
        `SELECT 1 FROM pragma_index_list(?) l, pragma_index_info(l.name) i WHERE i.seqno = 0 AND i.name = ?`,
      )
      .all(table, column);
    db.close();
    return Promise.resolve(found.length);
  },
  nul: 'kept',
};
