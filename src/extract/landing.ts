import { createHash } from 'node:crypto';
import type {
  Loader,
  LoadTransaction,
  Packed,
  Rows,
  Table,
  TableChange,
  Value,
} from '../core/destination.ts';
import type { JsonObject } from '../core/stream.ts';
import { columnList, FIELDS, put, quoted, QUARANTINE, SEEN, SLICES, type SliceRow } from './bookkeeping.ts';
import { META, QUIET } from './columns.ts';
import { confirm } from './pushed-table.ts';
import { rememberTable } from './remember.ts';
import type { QuarantinedRow, RowMeta } from './shaper.ts';
import { childSlices, readAt, type NewSlice } from './slices.ts';
import { addSlices, type SliceRules } from './slice-table.ts';
import type { Work } from './work.ts';

/** A page that was read, or the end of a slice without one. */
export interface Landing {
  work: Work;
  /** The slice as it stands once these rows are durable. */
  row: SliceRow;
  /** The writer takes them out. */
  rows: readonly JsonObject[];
  /** The reading of the slice begins with it: what an earlier try saw does not count. */
  first: boolean;
  /** When it is asked for again, in words; for skips. */
  retry: string;
}

/** What became of the landings of one transaction; the counts of a work follow from it. */
export interface Landed {
  rows: number;
  written: number;
  quarantined: number;
  deleted: number;
  /** Slices that this work's rows gave to those below it. */
  added: Map<Work, number>;
  changes: TableChange[];
}

/** A landing with its rows as the table takes them: small, as many of them may wait for their transaction. */
export interface ShapedPage extends Omit<Landing, 'rows'> {
  /** The table as it was when they were shaped; absent when its rows are not kept. */
  table: Table | undefined;
  rows: Rows;
  count: number;
  refused: QuarantinedRow[];
  /** Keys of the rows, where deletions are marked or events have told of rows. */
  seen: string[];
  fed: Map<Work, NewSlice[]>;
}

/** Lands pages: their rows, what they lead to, and how far reading has come, in one transaction. */
export class Lander {
  readonly #rules: SliceRules;
  readonly #works: ReadonlyMap<string, Work>;
  readonly #now: () => number;
  readonly #pack: Loader['pack'];

  constructor(
    rules: SliceRules,
    works: ReadonlyMap<string, Work>,
    now: () => number,
    loader: Pick<Loader, 'pack'>,
  ) {
    this.#rules = rules;
    this.#works = works;
    this.#now = now;
    this.#pack = loader.pack?.bind(loader);
  }

  /** Makes the rows of a table. When a column has to become wider on the way, all of the page are made again. */
  shape(landing: Landing): ShapedPage {
    const { work, rows: _, ...rest } = landing;
    for (;;) {
      const version = work.shaper?.version;
      const made: Value[][] = [];
      const page: ShapedPage = {
        ...rest,
        work,
        table: undefined,
        rows: made,
        count: 0,
        refused: [],
        seen: [],
        fed: new Map(),
      };
      this.#shapeRows(landing, page, made);
      if (version !== work.shaper?.version) continue;
      page.table = work.shaper?.table;
      if (page.table && made.length > 0) page.rows = this.#pack?.(page.table, made) ?? made;
      return page;
    }
  }

  #shapeRows({ work, row, rows }: Landing, page: ShapedPage, made: Value[][]): void {
    const { shaper } = work;
    const { children } = work.node;
    const { connection, run } = this.#rules;
    const { carry } = readAt(row);
    const loadedAt = new Date(this.#now()).toISOString();
    const meta: RowMeta = { loadedAt, run, source: 'api', slice: `${connection}/${row.slice}` };
    for (const one of rows) {
      if (typeof one !== 'object' || one === null || Array.isArray(one)) {
        page.refused.push({ row: one, reason: 'is not an object' });
        continue;
      }
      if (shaper) {
        const values = shaper.shape(one, carry, meta);
        if (!Array.isArray(values)) {
          page.refused.push(values);
          continue;
        }
        made.push(values);
        if (work.marks || work.pushed.size > 0) page.seen.push(shaper.keyText(values));
      }
      page.count++;
      if (children.length > 0) this.#feed(work, { ...carry, ...one }, row.slice, page.fed);
    }
  }

  #feed(work: Work, row: JsonObject, slice: string, fed: ShapedPage['fed']): void {
    for (const { node } of work.node.children) {
      const slices = childSlices(work.node, node, row, this.#now(), slice);
      if (slices.length === 0) continue;
      const child = this.#works.get(node.target) as Work;
      const known = fed.get(child);
      if (known) known.push(...slices);
      else fed.set(child, slices);
    }
  }

  /** Lands pages of one stream within a transaction. May be run again when the transaction failed. */
  async land(tx: LoadTransaction, work: Work, pages: readonly ShapedPage[]): Promise<Landed> {
    const total = (of: (page: ShapedPage) => number) => pages.reduce((sum, page) => sum + of(page), 0);
    const landed: Landed = {
      rows: total((page) => page.count),
      written: 0,
      quarantined: total((page) => page.refused.length),
      deleted: 0,
      added: new Map(),
      changes: [],
    };
    const { shaper } = work;
    if (shaper && shaper.version !== work.fitted) {
      landed.changes = await tx.fit(shaper.table);
      await rememberTable(tx, work, shaper.table, landed.changes, this.#rules, this.#now());
    }
    for (const [table, rows] of byTable(pages)) {
      landed.written += (await tx.merge(table, rows, { quiet: QUIET })).written;
    }
    await this.#quarantine(tx, work, pages);
    if (work.marks) landed.deleted = await this.#mark(tx, work, pages);
    const told = pages.flatMap(({ seen }) => seen.filter((key) => work.pushed.has(key)));
    await confirm(tx, this.#rules.connection, work.node.target, told);
    for (const [child, slices] of allFed(pages)) {
      const added = await addSlices(tx, child, slices, this.#rules);
      if (added > 0) landed.added.set(child, added);
    }
    await put(
      tx,
      SLICES,
      pages.map(({ row }) => row),
    );
    return landed;
  }

  async #quarantine(tx: LoadTransaction, work: Work, pages: readonly ShapedPage[]): Promise<void> {
    const { connection, run } = this.#rules;
    const { target } = work.node;
    await put(
      tx,
      QUARANTINE,
      pages.flatMap(({ row: { slice }, refused }) =>
        refused.map(({ row, reason }) => {
          const text = JSON.stringify(row) ?? 'null';
          const digest = createHash('sha256').update(text).digest('hex').slice(0, 32);
          return { connection, target, slice, digest, row: text, reason, run, seen_at: this.#now() };
        }),
      ),
    );
  }

  /** Notes which rows a scan has seen; where it has ended, marks those that it has not. */
  async #mark(tx: LoadTransaction, work: Work, pages: readonly ShapedPage[]): Promise<number> {
    const { connection } = this.#rules;
    const { target } = work.node;
    for (const { row, first } of pages) if (first) await this.#unsee(tx, work, row.slice);
    await put(
      tx,
      SEEN,
      pages.flatMap(({ row: { slice }, seen }) =>
        seen.map((row_key) => ({ connection, target, slice, row_key })),
      ),
    );
    let deleted = 0;
    for (const { row } of pages) {
      if (row.state !== 'done') continue;
      deleted += await this.#markGone(tx, work, row.slice);
      await this.#unsee(tx, work, row.slice);
    }
    return deleted;
  }

  async #unsee(tx: LoadTransaction, work: Work, slice: string): Promise<void> {
    await tx.query(`DELETE FROM ${tx.name(SEEN.name)} WHERE connection = $1 AND target = $2 AND slice = $3`, [
      this.#rules.connection,
      work.node.target,
      slice,
    ]);
  }

  async #markGone(tx: LoadTransaction, work: Work, slice: string): Promise<number> {
    const { shaper } = work;
    if (!shaper) return 0;
    const { connection } = this.#rules;
    const table = tx.name(shaper.table.name);
    const key = shaper.rowKey;
    const there = await tx.query<Record<string, Value>>(
      `SELECT ${columnList(key)} FROM ${table}
       WHERE ${META.slice} = $1 AND ${META.deletedAt} IS NULL`,
      [`${connection}/${slice}`],
    );
    const seen = new Set(
      (
        await tx.query<{ row_key: string }>(
          `SELECT row_key FROM ${tx.name(SEEN.name)} WHERE connection = $1 AND target = $2 AND slice = $3`,
          [connection, work.node.target, slice],
        )
      ).map(({ row_key }) => row_key),
    );
    const gone = there.filter((row) => !seen.has(JSON.stringify(key.map((name) => String(row[name])))));
    const where = key.map((name, i) => `${quoted(name)} = $${i + 2}`).join(' AND ');
    const now = new Date(this.#now()).toISOString();
    for (const row of gone) {
      await tx.query(`UPDATE ${table} SET ${META.deletedAt} = $1 WHERE ${where}`, [
        now,
        ...key.map((name) => row[name] as Value),
      ]);
    }
    return gone.length;
  }

  /** Writes down the members that no column takes. */
  async offer(tx: LoadTransaction, work: Work): Promise<void> {
    const { run } = this.#rules;
    const rows = [...(work.shaper?.unknown ?? [])].map(([field, { type, example }]) => ({
      target: work.node.target,
      field,
      type,
      example,
      run,
      first_seen: this.#now(),
    }));
    await put(tx, FIELDS, rows);
  }
}

/** The rows of pages by their table, those of the same one together. */
function byTable(pages: readonly ShapedPage[]): Map<Table, Rows> {
  const tables = new Map<Table, Rows[]>();
  for (const { table, rows, count } of pages) {
    if (!table || count === 0) continue;
    const known = tables.get(table);
    if (known) known.push(rows);
    else tables.set(table, [rows]);
  }
  return new Map([...tables].map(([table, parts]) => [table, together(parts)]));
}

function together(parts: readonly Rows[]): Rows {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  return parts.every((part) => Array.isArray(part))
    ? parts.flat()
    : { packed: (parts as readonly Packed[]).flatMap(({ packed }) => packed) };
}

function allFed(pages: readonly ShapedPage[]): Map<Work, NewSlice[]> {
  const all: ShapedPage['fed'] = new Map();
  for (const { fed } of pages) {
    for (const [child, slices] of fed) {
      const known = all.get(child);
      if (known) known.push(...slices);
      else all.set(child, [...slices]);
    }
  }
  return all;
}
