import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Layout } from '../../core/destination.ts';
import { quotedList, quoteName } from '../sql-text.ts';
import type { Database } from '../sqlite/database.ts';
import { placeError } from '../url.ts';
import { diskError, flushFolder, writePieces } from './disk.ts';
import { ending, type Compression, type FileFormat, type StoredValue } from './format.ts';
import { fileOf, partitionExpression, partitioningOf, type Partitioning } from './partitions.ts';
import type { FileState } from './state.ts';

/** Folder of the database and of a file that is being written. */
export const OWN_FOLDER = '_trunkline';

export interface PublisherOptions {
  db: Database;
  state: FileState;
  layout: Layout;
  folder: string;
  format: FileFormat;
  compression: Compression;
}

interface FileRow {
  path: string;
  part: string;
}

/** Writes the files of partitions whose rows have changed since their files were written. */
export class Publisher {
  readonly #db: Database;
  readonly #state: FileState;
  readonly #layout: Layout;
  readonly #folder: string;
  readonly #format: FileFormat;
  readonly #compression: Compression;
  readonly #ending: string;
  /** One at a time, in the same file system as all files, and nowhere where readers look. */
  readonly #unfinished: string;

  constructor({ db, state, layout, folder, format, compression }: PublisherOptions) {
    this.#db = db;
    this.#state = state;
    this.#layout = layout;
    this.#folder = folder;
    this.#format = format;
    this.#compression = compression;
    this.#ending = ending(format, compression);
    this.#unfinished = join(folder, OWN_FOLDER, 'unfinished');
    rmSync(this.#unfinished, { force: true });
  }

  async publish(): Promise<void> {
    try {
      this.#markLost();
      this.#markOtherLayouts();
      const marks = this.#db.all<{ tbl: string }>(
        'SELECT DISTINCT tbl FROM _trunkline_unpublished ORDER BY tbl',
      );
      for (const { tbl } of marks) await this.#publishTable(tbl);
    } catch (error) {
      rmSync(this.#unfinished, { force: true });
      throw diskError(error, this.#folder, join(this.#folder, OWN_FOLDER));
    }
  }

  /** A file that somebody removed comes back. */
  #markLost(): void {
    for (const { path, tbl, part } of this.#db.all<FileRow & { tbl: string }>(
      'SELECT * FROM _trunkline_files',
    )) {
      if (!existsSync(join(this.#folder, path))) this.#mark(tbl, part);
    }
  }

  /** Tables whose files were divided by another column, or are of another format. */
  #markOtherLayouts(): void {
    for (const table of this.#state.tables()) {
      const month = partitioningOf(this.#db, this.#layout, table)?.month ?? null;
      const [as] = this.#db.all<{ month: string | null; ending: string; compression: string }>(
        'SELECT month, ending, compression FROM _trunkline_layouts WHERE tbl = ?1',
        [table],
      );
      const same = as?.month === month && as.ending === this.#ending && as.compression === this.#compression;
      if (!same) this.#state.markAll(table);
    }
  }

  #mark(table: string, part: string): void {
    this.#db.all('INSERT INTO _trunkline_unpublished (tbl, part) VALUES (?1, ?2) ON CONFLICT DO NOTHING', [
      table,
      part,
    ]);
  }

  async #publishTable(name: string): Promise<void> {
    const partitioning = partitioningOf(this.#db, this.#layout, name);
    const recorded = this.#db.all<FileRow>('SELECT path, part FROM _trunkline_files WHERE tbl = ?1', [name]);
    const current: FileRow[] = partitioning ? this.#outdated(partitioning) : [];
    const obsolete = recorded.filter(
      ({ path, part }) =>
        !partitioning || path !== this.#pathOf(partitioning, part) || this.#isEmpty(partitioning, part),
    );
    this.#claim(name, current);
    const folders = new Set<string>();
    for (const { path, part } of current) {
      if (partitioning && !this.#isEmpty(partitioning, part))
        folders.add(await this.#write(partitioning, part, path));
    }
    for (const { path } of obsolete) {
      rmSync(join(this.#folder, path), { force: true });
      folders.add(dirname(join(this.#folder, path)));
    }
    for (const folder of folders) flushFolder(folder);
    // A crash before this line writes the same files once more; after it, they are known to be what the rows are.
    this.#settle(name, partitioning, obsolete);
  }

  /** The partitions of a table that are marked, with their files. */
  #outdated(partitioning: Partitioning): FileRow[] {
    const { table, month } = partitioning;
    if (month === undefined) return [{ part: '', path: fileOf(partitioning, '', this.#ending) }];
    // Each partition is then read on its own, instead of the whole table for each.
    const index = quoteName(`_trunkline_month_${table.name}`);
    this.#db.exec(
      `CREATE INDEX IF NOT EXISTS ${index} ON ${quoteName(table.name)} (${partitionExpression(partitioning)})`,
    );
    return this.#db
      .all<{ part: string }>(
        `SELECT part FROM _trunkline_unpublished WHERE tbl = ?1 AND part <> '' ORDER BY part`,
        [table.name],
      )
      .map(({ part }) => ({ part, path: fileOf(partitioning, part, this.#ending) }));
  }

  #pathOf(partitioning: Partitioning, part: string): string | undefined {
    const whole = partitioning.month === undefined;
    return whole === (part === '') ? fileOf(partitioning, part, this.#ending) : undefined;
  }

  /** A month without rows has no file; a table without rows has one with its columns. */
  #isEmpty(partitioning: Partitioning, part: string): boolean {
    if (partitioning.month === undefined) return false;
    const some = `SELECT 1 FROM ${quoteName(partitioning.table.name)} WHERE ${partitionExpression(partitioning)} = ?1 LIMIT 1`;
    return this.#db.all(some, [part]).length === 0;
  }

  /** Writes down what is going to be in the folder, and refuses to replace what is not ours. */
  #claim(table: string, files: readonly FileRow[]): void {
    for (const { path, part } of files) {
      const known = this.#db.all('SELECT 1 FROM _trunkline_files WHERE path = ?1', [path]).length > 0;
      if (!known && existsSync(join(this.#folder, path))) {
        throw placeError(
          `The file ${join(this.#folder, path)} is there already and was not written by Trunkline.`,
          'Move it away, or choose another folder. It was not changed, and no row is lost.',
          { code: 'not-ours' },
        );
      }
      this.#db.all(
        'INSERT INTO _trunkline_files (path, tbl, part) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING',
        [path, table, part],
      );
    }
  }

  #settle(table: string, partitioning: Partitioning | undefined, obsolete: readonly FileRow[]): void {
    this.#db.exec('BEGIN IMMEDIATE');
    for (const { path } of obsolete) this.#db.all('DELETE FROM _trunkline_files WHERE path = ?1', [path]);
    this.#db.all('DELETE FROM _trunkline_unpublished WHERE tbl = ?1', [table]);
    this.#db.all('DELETE FROM _trunkline_layouts WHERE tbl = ?1', [table]);
    if (partitioning) {
      this.#db.all(
        'INSERT INTO _trunkline_layouts (tbl, month, ending, compression) VALUES (?1, ?2, ?3, ?4)',
        [table, partitioning.month ?? null, this.#ending, this.#compression],
      );
    }
    this.#db.exec('COMMIT');
  }

  /** Writes a file beside the others and moves it to its place, so that a reader sees the old one or the new one. */
  async #write(partitioning: Partitioning, part: string, path: string): Promise<string> {
    const target = join(this.#folder, path);
    const around = this.#format.compressesItself ? 'none' : this.#compression;
    await writePieces(this.#unfinished, this.#pieces(partitioning, part), around);
    mkdirSync(dirname(target), { recursive: true });
    renameSync(this.#unfinished, target);
    return dirname(target);
  }

  #pieces(partitioning: Partitioning, part: string): Iterable<string | Uint8Array> {
    const { table } = partitioning;
    const keyColumns = table.columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
    const key = keyColumns.map(({ name }) => name);
    const select = this.#db.prepare(
      `SELECT ${quotedList(table.columns.map(({ name }) => name))} FROM ${quoteName(table.name)}
       WHERE ${partitionExpression(partitioning)} = ?1 ORDER BY ${quotedList(key)}`,
    );
    select.setReadBigInts(true);
    select.setReturnArrays(true);
    return this.#format.pieces(
      {
        table: table.name,
        columns: table.columns,
        key,
        rows: select.iterate(part) as Iterable<unknown> as Iterable<StoredValue[]>,
      },
      this.#compression,
    );
  }
}
