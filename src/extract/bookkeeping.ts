import type { LoadTransaction, Table, Value } from '../core/destination.ts';

/** What is known of one part of a stream; a row of `_trunkline_slices`. */
export interface SliceRow {
  connection: string;
  /** The table that it fills; `~` and the name of the stream when its rows are not kept. */
  target: string;
  slice: string;
  /** The run that last wanted it. */
  run: string;
  state: 'waiting' | 'done' | 'skipped' | 'failed';
  /** Parameters of its calls and members that its rows get, as JSON: see `SliceAt`. */
  parameters: string;
  /** When what it tells of was over: then its rows are final. Milliseconds. */
  ended_at: number | null;
  /** When its last reading began. Milliseconds. */
  read_at: number | null;
  /** Up to here its windows were read. Milliseconds. */
  covered: number | null;
  /** A range of time that was asked for, in place of everything. */
  from_at: number | null;
  until_at: number | null;
  /** Where its reading stands, as JSON: parameters of the next page, and the span that it belongs to. */
  next_page: string | null;
  /** When that page was announced: it is good for minutes only. Milliseconds. */
  next_page_at: number | null;
  /** Tables below it that have got their slices from its rows. */
  feeds: string;
  rows: number;
  kind: string | null;
  code: string | null;
  message: string | null;
  hint: string | null;
  first_seen: number | null;
  last_seen: number | null;
  /** From when on it may be asked for again; empty for never. Milliseconds. */
  retry_at: number | null;
}

export interface SliceAt {
  params: Readonly<Record<string, string>>;
  carry: Readonly<Record<string, unknown>>;
  /** Target and slice that led to it, where it is there only as long as that one leads to it. */
  from?: readonly [target: string, slice: string];
}

const text = (name: string) => ({ name, type: 'text' as const });
const integer = (name: string) => ({ name, type: 'integer' as const });

export const SLICES: Table = {
  name: '_trunkline_slices',
  key: ['connection', 'target', 'slice'],
  columns: [
    ...['connection', 'target', 'slice', 'run', 'state', 'parameters'].map(text),
    ...['ended_at', 'read_at', 'covered', 'from_at', 'until_at'].map(integer),
    text('next_page'),
    integer('next_page_at'),
    text('feeds'),
    integer('rows'),
    ...['kind', 'code', 'message', 'hint'].map(text),
    ...['first_seen', 'last_seen', 'retry_at'].map(integer),
  ],
};

export const RUNS: Table = {
  name: '_trunkline_runs',
  key: ['run'],
  columns: [
    ...['run', 'connection', 'wanted'].map(text),
    ...['started_at', 'active_at', 'ended_at'].map(integer),
    ...['outcome', 'report'].map(text),
  ],
};

/** What was chosen of a stream for its table; a change of it asks for another reading. */
export const TARGETS: Table = {
  name: '_trunkline_targets',
  key: ['connection', 'target'],
  columns: ['connection', 'target', 'stream', 'key', 'selected', 'columns'].map(text),
};

export const QUARANTINE: Table = {
  name: '_trunkline_quarantine',
  key: ['connection', 'target', 'slice', 'digest'],
  columns: [
    ...['connection', 'target', 'slice', 'digest', 'row', 'reason', 'run'].map(text),
    integer('seen_at'),
  ],
};

export const CHANGES: Table = {
  name: '_trunkline_changes',
  key: ['run', 'target', 'column_name', 'change', 'to_type'],
  columns: [
    ...['run', 'target', 'column_name', 'change', 'from_type', 'to_type'].map(text),
    integer('changed_at'),
  ],
};

/** Members that no column takes. */
export const FIELDS: Table = {
  name: '_trunkline_fields',
  key: ['target', 'field'],
  columns: [...['target', 'field', 'type', 'example', 'run'].map(text), integer('first_seen')],
};

/** Keys of the rows that a scan has seen so far: the rest is gone when it has ended. */
export const SEEN: Table = {
  name: '_trunkline_seen',
  key: ['connection', 'target', 'slice', 'row_key'],
  columns: ['connection', 'target', 'slice', 'row_key'].map(text),
};

/** What events told of rows, until the API has told it too: see `PushedEntry`. */
export const PUSHED: Table = {
  name: '_trunkline_pushed',
  key: ['connection', 'target', 'subject'],
  columns: [...['connection', 'target', 'subject', 'row_key', 'slice', 'told'].map(text), integer('told_at')],
};

const TABLES = [RUNS, SLICES, TARGETS, QUARANTINE, CHANGES, FIELDS, SEEN, PUSHED];

/** Creates the bookkeeping tables. */
export async function fitBookkeeping(tx: LoadTransaction): Promise<void> {
  for (const table of TABLES) await tx.fit(table);
}

/** Writes rows of a bookkeeping table in place of those with the same key. */
export async function put(tx: LoadTransaction, table: Table, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return;
  const names = table.columns.map(({ name }) => name);
  await tx.merge(
    table,
    (rows as readonly Record<string, Value | undefined>[]).map((row) =>
      names.map((name) => row[name] ?? null),
    ),
  );
}

/** Names of columns, as a statement lists them. */
export function columnList(names: readonly string[]): string {
  return names.map(quoted).join(', ');
}

/** The name of a column, as it stands in a statement. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** All columns of a bookkeeping table. */
export function allOf({ columns }: Table): string {
  return columnList(columns.map(({ name }) => name));
}
