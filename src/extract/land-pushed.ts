import type { Column, Loader, LoadTransaction, Table, Value } from '../core/destination.ts';
import type { PushedRow } from '../core/pushed-rows.ts';
import { columnList, fitBookkeeping, quoted, SLICES } from './bookkeeping.ts';
import { META, QUIET } from './columns.ts';
import { rememberTable } from './remember.ts';
import type { SliceRules } from './slice-table.ts';
import { entriesOf, hear, keepEntries, type PushedEntry, type Word } from './pushed-table.ts';
import { asText, sliceOf } from './slices.ts';
import { prepareTable } from './setup.ts';
import { LATE } from './take-back.ts';
import type { Work } from './work.ts';

/** What an event told of a row of one stream. */
export interface ToldRow extends PushedRow {
  /** Id of the event; the row gets it as its run. */
  event: string;
  /** When it happened, in milliseconds since the epoch. */
  at: number;
}

/** A row as it is in the table. */
interface Standing {
  /** Values of its key. */
  key: readonly unknown[];
  slice: string | null;
}

/**
 * Brings what events told into the table of a stream, in one transaction: members that they name, and no others.
 *
 * The API is believed over an event that happened before it was asked; of events the later one counts, member by
 * member, in whatever order they come. Landing the same events again changes nothing.
 * @returns how many rows were new or different
 */
export function landPushed(
  loader: Loader,
  work: Work,
  told: readonly ToldRow[],
  rules: SliceRules,
): Promise<number> {
  return loader.transaction(async (tx) => {
    await fitBookkeeping(tx);
    await prepareTable(tx, work, rules, false);
    const heard = await hearAll(tx, work, told, rules);
    const parts = await Promise.all(heard.map(({ entry, word }) => partOf(tx, work, entry, word, rules)));
    const written = await write(
      tx,
      work,
      parts.flatMap((part) => part ?? []),
      rules,
    );
    await keepEntries(
      tx,
      heard.map(({ entry, word }) => ({ ...entry, told: JSON.stringify(word) })),
    );
    return written;
  });
}

interface Heard {
  entry: PushedEntry;
  word: Word;
}

/** What is known of each row once these were heard too. */
async function hearAll(
  tx: LoadTransaction,
  { node: { stream, target } }: Work,
  told: readonly ToldRow[],
  { connection }: SliceRules,
): Promise<Heard[]> {
  const by = stream.pushes?.by ?? stream.primaryKey;
  const subjectOf = ({ row }: ToldRow) => JSON.stringify(by.map((name) => asText(row[name])));
  const groups = Map.groupBy(told, subjectOf);
  const known = await entriesOf(tx, connection, target, [...groups.keys()]);
  return [...groups].map(([subject, rows]) => {
    const before = known.get(subject);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own table
    const word: Word = before ? (JSON.parse(before.told) as Word) : { members: {} };
    for (const row of rows) {
      hear(word, row, row.within && sliceOf(stream, row.within), row.at, row.event);
    }
    const entry: PushedEntry = {
      connection,
      target,
      subject,
      row_key: before?.row_key ?? null,
      slice: word.slice?.[1] ?? null,
      told: '',
      told_at: Math.max(before?.told_at ?? 0, ...rows.map(({ at }) => at)),
    };
    return { entry, word };
  });
}

/** What of a row is to be written: some of its members, and how it is marked. */
interface Part {
  entry: PushedEntry;
  /** Nobody but events has told of it so far. */
  isNew: boolean;
  members: Record<string, unknown>;
  event: string;
  /** Undefined where it stays as it is. */
  slice?: string;
  /** Undefined where it stays as it is; null for a row that is there. */
  deletedAt?: string | null;
}

async function partOf(
  tx: LoadTransaction,
  work: Work,
  entry: PushedEntry,
  { members, there, slice, event }: Word,
  { connection }: SliceRules,
): Promise<Part | undefined> {
  const rowKey = work.shaper?.rowKey ?? [];
  const row = Object.fromEntries(Object.entries(members).map(([name, [, value]]) => [name, value]));
  const standing = await find(tx, work, row);
  const inSlice = standing?.slice?.slice(connection.length + 1) ?? slice?.[1];
  const asked = inSlice === undefined ? 0 : await askedAt(tx, work, connection, inSlice);
  const [thereAt, isThere] = there ?? [0, true];
  const made = { entry, isNew: !standing, event: event?.[1] ?? '' };
  const newSlice = slice && slice[0] > asked ? { slice: slice[1] } : {};
  if (!standing) {
    // Of what is there now, the API has told all there was when it was asked; history comes later than events.
    const known = entry.told_at + (work.marks ? 0 : LATE) <= asked;
    if (!isThere || known || (work.marks && slice === undefined)) return undefined;
    if (rowKey.some((name) => asText(row[name]) === '')) return undefined;
    return { ...made, members: row, ...(work.marks && slice && { slice: slice[1], deletedAt: null }) };
  }
  const news = Object.entries(members).filter(([name, [at]]) => at > asked && !rowKey.includes(name));
  const marked =
    work.marks && thereAt > asked ? { deletedAt: isThere ? null : new Date(thereAt).toISOString() } : {};
  if (news.length === 0 && !('deletedAt' in marked)) return undefined;
  const key = Object.fromEntries(rowKey.map((name, i) => [name, standing.key[i]]));
  const changed = Object.fromEntries(news.map(([name, [, value]]) => [name, value]));
  return { ...made, members: { ...changed, ...key }, ...(work.marks && newSlice), ...marked };
}

/** The row in the table: by its key when that is known, else by what events tell it apart by. */
async function find(
  tx: LoadTransaction,
  { shaper, marks, node: { stream, choice } }: Work,
  row: Record<string, unknown>,
): Promise<Standing | undefined> {
  if (!shaper) return undefined;
  const has = (names: readonly string[]): boolean => names.every((name) => asText(row[name]) !== '');
  const { rowKey } = shaper;
  const whole = has(rowKey);
  const by = whole ? rowKey : (stream.pushes?.by ?? rowKey);
  const types = new Map(shaper.table.columns.map(({ name, type }) => [name, type]));
  if (!has(by) || by.some((name) => !types.has(name))) return undefined;
  // A key with a moment in it cannot be taken from the table in the spelling that it came in.
  if (!whole && rowKey.some((name) => types.get(name) !== 'text')) return undefined;
  const where = by.map((name, i) => `${quoted(name)} = ${cast(types.get(name), `$${i + 1}`)}`).join(' AND ');
  const values = by.map((name) => asText(row[name]));
  const mark = marks ? [META.slice, META.deletedAt] : [];
  const found = await tx.query<Record<string, Value>>(
    `SELECT ${columnList([...rowKey, ...mark])} FROM ${tx.name(choice.table)} WHERE ${where}`,
    values,
  );
  // Somebody who got another address is there twice, once as gone.
  const one = found.find((other) => (other[META.deletedAt] ?? null) === null) ?? found[0];
  if (!one) return undefined;
  const key = rowKey.map((name) => (whole ? row[name] : one[name]));
  return { key, slice: marks ? (one[META.slice] as string | null) : null };
}

/** Bare parameters are texts; a column of another type takes them as its own. */
function cast(type: Column['type'] | undefined, param: string): string {
  if (type === 'integer') return `CAST(${param} AS bigint)`;
  return type === 'number' ? `CAST(${param} AS double precision)` : param;
}

/** When the API was last asked for a slice, to its end: what happened before is in its answer. Milliseconds. */
async function askedAt(tx: LoadTransaction, work: Work, connection: string, slice: string): Promise<number> {
  const [found] = await tx.query<{ read_at: number | null }>(
    `SELECT read_at FROM ${tx.name(SLICES.name)}
     WHERE connection = $1 AND target = $2 AND slice = $3 AND state = 'done'`,
    [connection, work.node.target, slice],
  );
  return found?.read_at ?? 0;
}

/** Writes parts of rows, those with the same columns together. */
async function write(
  tx: LoadTransaction,
  work: Work,
  parts: readonly Part[],
  { now, connection, run }: SliceRules,
): Promise<number> {
  const { shaper } = work;
  if (!shaper || parts.length === 0) return 0;
  const loadedAt = new Date(now).toISOString();
  const shapeAll = () =>
    parts.map((part) =>
      shaper.shape(
        part.members,
        {},
        {
          loadedAt,
          run: part.event || run,
          source: 'webhook',
          slice: `${connection}/${part.slice ?? ''}`,
        },
      ),
    );
  let shaped = shapeAll();
  // A column that had to become wider on the way is another one for all of them.
  for (let version = -1; version !== shaper.version;) {
    version = shaper.version;
    shaped = shapeAll();
  }
  if (shaper.version !== work.fitted) {
    await rememberTable(tx, work, shaper.table, await tx.fit(shaper.table), { connection, run }, now);
    work.fitted = shaper.version;
  }
  const { table } = shaper;
  const groups = new Map<string, { table: Table; rows: Value[][] }>();
  for (const [i, part] of parts.entries()) {
    const values = shaped[i];
    if (!Array.isArray(values)) continue;
    if (part.isNew) part.entry.row_key = shaper.keyText(values);
    const at = columnsOf(table, part, values);
    const columns = at.map((place) => table.columns[place] as Column);
    const id = at.join(' ');
    const group = groups.get(id) ?? { table: { ...table, columns }, rows: [] };
    groups.set(id, group);
    group.rows.push(
      at.map((place, nth) =>
        columns[nth]?.name === META.deletedAt ? (part.deletedAt ?? null) : (values[place] ?? null),
      ),
    );
  }
  let written = 0;
  for (const group of groups.values()) {
    written += (await tx.merge(group.table, group.rows, { quiet: QUIET })).written;
  }
  return written;
}

/** Places of the columns that a part has something for. */
function columnsOf({ columns }: Table, part: Part, values: readonly Value[]): number[] {
  const always = new Set<string>(QUIET);
  return columns.flatMap(({ name }, place) => {
    if (name === META.extra) return values[place] === null ? [] : [place];
    if (name === META.slice) return part.slice === undefined ? [] : [place];
    if (name === META.deletedAt) return part.deletedAt === undefined ? [] : [place];
    return always.has(name) || Object.hasOwn(part.members, name) ? [place] : [];
  });
}
