import type { Layout } from '../../core/destination.ts';
import { quoteName } from '../sql-text.ts';
import type { Database } from '../sqlite/database.ts';
import { isBookkeeping, partitionExpression, partitioningOf } from './partitions.ts';

const TABLES = `
  -- Partitions whose files are not what the tables hold.
  CREATE TABLE IF NOT EXISTS _trunkline_unpublished (
    tbl TEXT NOT NULL, part TEXT NOT NULL, PRIMARY KEY (tbl, part)
  ) WITHOUT ROWID;
  -- Files that are, or are about to be, in the folder because of us.
  CREATE TABLE IF NOT EXISTS _trunkline_files (
    path TEXT NOT NULL PRIMARY KEY, tbl TEXT NOT NULL, part TEXT NOT NULL
  ) WITHOUT ROWID;
  -- How the files of a table were divided and written.
  CREATE TABLE IF NOT EXISTS _trunkline_layouts (
    tbl TEXT NOT NULL PRIMARY KEY, month TEXT, ending TEXT NOT NULL, compression TEXT NOT NULL
  ) WITHOUT ROWID`;

/** Which partitions have changed since their files were written: in the database, with the rows themselves. */
export class FileState {
  readonly #db: Database;
  readonly #layout: Layout;
  readonly #watched = new Set<string>();

  constructor(db: Database, layout: Layout) {
    this.#db = db;
    this.#layout = layout;
    db.exec(TABLES);
  }

  /**
   * Sees to it that every change of the table's rows is written down in the same transaction, whichever statement
   * makes it: a merge, a swap, a deletion mark. Triggers fire for rows that do change, and know their old month.
   * They are temporary, so that they are always those of this version and of the present layout.
   */
  watch(table: string): void {
    if (isBookkeeping(table) || this.#watched.has(table)) return;
    const partitioning = partitioningOf(this.#db, this.#layout, table);
    if (!partitioning) return;
    for (const [event, rows] of EVENTS) {
      const marks = rows.map(
        (row) =>
          `INSERT INTO _trunkline_unpublished (tbl, part)
           VALUES (${quoteText(table)}, ${partitionExpression(partitioning, row)}) ON CONFLICT DO NOTHING;`,
      );
      this.#db.exec(`DROP TRIGGER IF EXISTS temp.${triggerName(event, table)}`);
      this.#db.exec(
        `CREATE TEMP TRIGGER ${triggerName(event, table)} AFTER ${event} ON main.${quoteName(table)}
         BEGIN ${marks.join(' ')} END`,
      );
    }
    this.#watched.add(table);
  }

  /** Ends it for a table that is about to be dropped, renamed or rebuilt. */
  unwatch(table: string): void {
    for (const [event] of EVENTS) this.#db.exec(`DROP TRIGGER IF EXISTS temp.${triggerName(event, table)}`);
    this.#watched.delete(table);
  }

  /** Triggers that were made in a transaction are gone when it is rolled back, and those that it dropped are back. */
  forget(): void {
    this.#watched.clear();
  }

  /** Tables with rows of streams. */
  tables(): string[] {
    return this.#db
      .all<{ name: string }>(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name`,
      )
      .flatMap(({ name }) => (isBookkeeping(name) ? [] : name));
  }

  /** Marks all of a table's files as outdated: those that it has, and those of the rows that it has now. */
  markAll(table: string): void {
    if (isBookkeeping(table)) return;
    this.#db.all(
      `INSERT INTO _trunkline_unpublished (tbl, part)
       SELECT tbl, part FROM _trunkline_files WHERE tbl = ?1 UNION SELECT ?1, '' WHERE true ON CONFLICT DO NOTHING`,
      [table],
    );
    const partitioning = partitioningOf(this.#db, this.#layout, table);
    if (!partitioning) return;
    this.#db.all(
      `INSERT INTO _trunkline_unpublished (tbl, part)
       SELECT DISTINCT ?1, ${partitionExpression(partitioning)} FROM ${quoteName(table)} WHERE true
       ON CONFLICT DO NOTHING`,
      [table],
    );
  }
}

/** What changes rows, and which of their versions say where they were and where they are. */
const EVENTS = [
  ['INSERT', ['NEW.']],
  ['UPDATE', ['OLD.', 'NEW.']],
  ['DELETE', ['OLD.']],
] as const;

function triggerName(event: string, table: string): string {
  return quoteName(`_trunkline_${event.toLowerCase()}_${table}`);
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
