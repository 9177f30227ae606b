import type { ColumnType, Packed, Rows, Table } from '../../core/destination.ts';
import { incoming, quoteName } from '../sql-text.ts';
import { TYPES } from './catalogue.ts';
import { arrayTexts, copyData, type Data } from './copy-text.ts';
import type { Session } from './session.ts';
import { pgName } from './target.ts';

// Milliseconds of a transaction with so many rows of 346 bytes, all of them new, fsync on: by arrays 0.5 for 10 rows,
// 1.5 for 50, 5.0 for 300; by COPY 1.8, 1.6 and 3.3. From 1,000 rows on COPY takes a fifth less of Node's time: 1.0 µs
// a row for 10,000 rows, where arrays take 2.0.
const ARRAYS_UP_TO = 150;

const STAGE = '_trunkline_stage';

/**
 * Puts rows into tables by way of one temporary table of texts, which serves all of them: with a stage for each table
 * and its types the same rows took as long, and each commit had to empty all of those.
 */
export class Merger {
  readonly #session: Session;
  /** Columns that the stage has. */
  #width = 0;
  /** Rows of this transaction are in it. */
  #filled = false;
  /** Packed rows of this transaction. */
  #used: Data[] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  /** A transaction begins: the commit of the one before has emptied the stage. */
  begin(): void {
    this.#filled = false;
    this.#used = [];
  }

  /**
   * The transaction is durable: gives back the memory of what was packed for it. Left to the garbage collector it would
   * pile up: pages outlive the quick collections, and each 8 MB of them would ask for a whole one.
   */
  free(): void {
    for (const { buffer } of this.#used) buffer.transfer(0);
    this.#used = [];
  }

  /** A transaction was undone, and the stage may be gone with it. */
  forget(): void {
    this.#width = 0;
  }

  /** @returns how many rows were new or differed */
  async merge(
    table: Table,
    sql: string,
    types: readonly ColumnType[],
    rows: Rows,
    quiet: ReadonlySet<string>,
  ): Promise<number> {
    const json = types.map((type) => type === 'json');
    if (!('packed' in rows) && rows.length <= ARRAYS_UP_TO) {
      if (rows.length === 0) return 0;
      const arrays = types.map((_, i) => `$${i + 1}::text[]`).join(', ');
      const source = `unnest(${arrays}) WITH ORDINALITY AS s (${texts(types).join(', ')}, at)`;
      const text = statement(table, sql, types, source, quiet);
      return (await this.#session.query(text, arrayTexts(rows, json))).count;
    }
    const data = () => ('packed' in rows ? this.#unpacked(rows) : copyData(rows, json));
    const empty = await this.#stage(types.length);
    const copy = `COPY pg_temp.${STAGE} (at, ${texts(types).join(', ')}) FROM STDIN`;
    const merge = statement(table, sql, types, `pg_temp.${STAGE} AS s`, quiet);
    return this.#session.copy([...empty, copy, merge].join(';'), data);
  }

  #unpacked({ packed }: Packed): readonly Data[] {
    const data = packed as readonly Data[];
    if (data.some(({ length }) => length === 0))
      throw new Error('Packed rows are merged by one transaction.');
    this.#used.push(...data);
    return data;
  }

  /** Sees to it that the stage is there. @returns what empties it, if it has to be */
  async #stage(width: number): Promise<string[]> {
    const filled = this.#filled;
    this.#filled = true;
    if (width <= this.#width) return filled ? [`TRUNCATE pg_temp.${STAGE}`] : [];
    const room = Math.max(width, 32);
    const columns = Array.from({ length: room }, (_, i) => `c${i} text`).join(', ');
    await this.#session.query(
      `DROP TABLE IF EXISTS pg_temp.${STAGE}; CREATE TEMP TABLE ${STAGE} (at bigint, ${columns}) ON COMMIT DELETE ROWS`,
    );
    this.#width = room;
    return [];
  }
}

function texts(columns: readonly unknown[]): string[] {
  return columns.map((_, i) => `c${i}`);
}

/** Inserts what `source` has, and replaces what differs. Of rows with the same key the last one counts. */
function statement(
  table: Table,
  sql: string,
  types: readonly ColumnType[],
  source: string,
  quiet: ReadonlySet<string>,
): string {
  const names = table.columns.map(({ name }) => pgName(name));
  const keys = table.key.map(pgName);
  const value = (name: string): string => {
    const at = names.indexOf(name);
    const type = types[at] ?? 'text';
    return type === 'text' ? `s.c${at}` : `s.c${at}::${TYPES[type]}`;
  };
  // By bytes: sorting by the rules of a language takes several times as long and finds the same doubles.
  const keyed = keys.map((name) =>
    types[names.indexOf(name)] === 'text' ? `${value(name)} COLLATE "C"` : value(name),
  );
  const list = names.map(quoteName).join(', ');
  const rows =
    keyed.length === 0
      ? `SELECT ${names.map(value).join(', ')} FROM ${source} ORDER BY s.at`
      : `SELECT DISTINCT ON (${keyed.join(', ')}) ${names.map(value).join(', ')} FROM ${source} ` +
        `ORDER BY ${keyed.join(', ')}, s.at DESC`;
  return `INSERT INTO ${sql} AS t (${list}) ${rows} ${onConflict(table, keys, quiet)}`;
}

const own = (name: string): string => quoteName(pgName(name));
const mine = (name: string): string => `t.${own(name)}`;

function onConflict(table: Table, keys: readonly string[], quiet: ReadonlySet<string>): string {
  if (keys.length === 0) return '';
  const others = table.columns.map(({ name }) => name).filter((name) => !keys.includes(pgName(name)));
  const told = others.filter((name) => !quiet.has(name));
  const conflict = `ON CONFLICT (${keys.map(quoteName).join(', ')})`;
  if (told.length === 0) return `${conflict} DO NOTHING`;
  const theirs = (name: string): string => incoming(table, name, mine(name), own(name));
  const set = others.map((name) => `${own(name)} = ${theirs(name)}`);
  const [before, after] = [mine, theirs].map((of) => told.map(of).join(', '));
  // One column in brackets is no row.
  return `${conflict} DO UPDATE SET ${set.join(', ')} WHERE ROW(${before}) IS DISTINCT FROM ROW(${after})`;
}
