import type { Action } from '../core/action.ts';
import type { TableChange } from '../core/destination.ts';
import type { ConnectorError, ErrorKind } from '../core/errors.ts';
import type { SliceRow } from './bookkeeping.ts';
import { marksDeletions } from './columns.ts';
import type { StreamNode } from './graph.ts';
import { pageAction, waysOf, type Way } from './pages.ts';
import type { ExtractDeps, SkipNote } from './request.ts';
import { Shaper } from './shaper.ts';

/** An endpoint of a stream in a run. */
export interface OpenWay {
  way: Way;
  action: Action;
  /** False once it is known that the connection may not use it. */
  open: boolean;
}

/** A stream in a run: what it needs and what has become of it so far. */
export class Work {
  readonly node: StreamNode;
  readonly ways: readonly OpenWay[];
  /** Makes rows of its table; absent when its rows are not kept. */
  readonly shaper: Shaper | undefined;
  /** Marks rows that a whole scan no longer has. */
  readonly marks: boolean;
  readonly changes: TableChange[] = [];
  readonly skips = new Map<string, SkipNote>();
  rows = 0;
  written = 0;
  quarantined = 0;
  deleted = 0;
  calls = 0;
  done = 0;
  skipped = 0;
  failed = 0;
  /** Slices that are known and not read yet, those under way among them. */
  waiting = 0;
  /** Part of it may be missing, so that nothing may be replaced by it. */
  hole = false;
  error: ConnectorError | undefined;
  /** It makes no sense to read on. */
  dead = false;
  /** Events tell of its rows too. */
  readonly hears: boolean;
  /** Keys of rows that only events have told of so far. */
  pushed: ReadonlySet<string> = new Set();
  /** Version of the shaper's table that the destination has. */
  fitted = -1;

  constructor(
    node: StreamNode,
    deps: Pick<ExtractDeps, 'connector'>,
    granted: (scopes: readonly string[]) => boolean,
  ) {
    this.node = node;
    this.ways = waysOf(node.stream).map((way) => ({
      way,
      action: pageAction(node.stream, way, deps.connector),
      open: granted(way.scopes),
    }));
    // Better to be refused, with the name of the scope, than to say nothing.
    if (this.ways.every(({ open }) => !open)) (this.ways[0] as OpenWay).open = true;
    this.shaper = node.hidden ? undefined : new Shaper(node.stream, node.choice, this.table);
    this.marks = !node.hidden && marksDeletions(node.stream, node.choice.mode);
    this.hears = !node.hidden && node.choice.mode === 'incremental' && node.stream.pushes !== undefined;
  }

  get name(): string {
    return this.node.stream.name;
  }

  /** The table that is written: a full refresh fills another one first. */
  get table(): string {
    const { table, mode } = this.node.choice;
    return mode === 'full-refresh' ? `${table}__trunkline_new` : table;
  }

  /** Labels of the budgets that its calls may be charged to. */
  get labels(): string[] {
    return this.ways.filter(({ open }) => open).map(({ way }) => way.budget);
  }

  /** The end of a slice, for the report. */
  note(row: SliceRow, retry: string): void {
    this.waiting--;
    if (row.state === 'done') this.done++;
    if (row.state === 'failed') this.failed++;
    if (row.state !== 'skipped') return;
    this.skipped++;
    const { kind, code, message, hint, slice } = row;
    const key = `${kind} ${code} ${retry}`;
    const known = this.skips.get(key);
    if (known) known.slices++;
    else {
      this.skips.set(key, {
        kind: (kind ?? 'remote') as ErrorKind,
        code: code ?? '',
        message: message ?? '',
        hint: hint ?? '',
        slices: 1,
        example: slice,
        retry,
      });
    }
  }
}
