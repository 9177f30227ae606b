import type { z } from 'zod';
import type { Pages } from './action.ts';
import type { StreamPushes } from './pushed-rows.ts';

/** Values of one slice by name: those that its parent's row and its pass gave it, all as text. */
export type SliceValues = Readonly<Record<string, string>>;

/** A member of a JSON object, as an answer has it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** From this moment, inclusive, to that one, exclusive; in milliseconds since the epoch. */
export interface Span {
  from: number;
  until: number;
}

/** How a stream is asked for by time. */
export interface StreamWindow {
  /** Longest span that one call may cover: so many days, or the calendar month that a call names. */
  readonly step: number | 'month';
  /** Days that the system looks back; what is older is gone. Without it: as far as there is anything. */
  readonly reach?: number;
  /** Query parameters for a span, both ends of it. Spans begin and end at 00:00 UTC when `whole` is true. Pure. */
  params(span: Span): Readonly<Record<string, string>>;
  /** The system takes whole UTC days, so that a span has none but those. Default true. */
  readonly whole?: boolean;
  /** Rows may still come or change so many days after their time: so far back, each run looks again. Default 1. */
  readonly lookback?: number;
}

/** Rows of another stream below which this one lies: one call, or list of calls, for each of them. */
export interface StreamParent {
  /** Name of the stream. */
  readonly stream: string;
  /** Path and query parameters of this stream's call, each with the member of the parent's row that it is. */
  readonly params: Readonly<Record<string, string>>;
  /** Members that each row gets, each with the member of the parent's row that it is. */
  readonly carry?: Readonly<Record<string, string>>;
  /** False when the parent's row says that there is nothing to ask for. `now` is in milliseconds. Pure. */
  when?(row: JsonObject, now: number): boolean;
  /** Member of the parent's row with the time at which it was over: from then on, this stream's rows are final. */
  readonly endedAt?: string;
  /**
   * Hours that it lasts at the most, where `endedAt` is when it began because its row does not say when it ended. It was
   * over when it was first seen, or after so many hours, whichever came first.
   */
  readonly longest?: number;
  /** Days after its end until the rows are final, where they take longer than a run looks back. */
  readonly settles?: number;
}

/** Another endpoint that gives the same rows, with a budget of its own. */
export interface StreamLane {
  readonly path: string;
  readonly docs: string;
  readonly budget: string;
  readonly scopes: readonly string[];
  readonly plan?: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** False when this endpoint has not got what the slice asks for. Pure. */
  when?(values: SliceValues): boolean;
}

/**
 * Rows of one kind, described as data. The engine in `extract/` owns order, concurrency, retries and commits.
 *
 * Rows come from the list at `items` of every page of every slice. A slice is what is read on its own: one pass of one
 * parent, window by window.
 */
export interface Stream<Row extends z.ZodObject = z.ZodObject> {
  /** Name of its table: `meeting_registrants`. */
  readonly name: string;
  readonly title: string;
  readonly docs: string;
  /** Official path, such as `/users/{userId}/meetings`. */
  readonly path: string;
  /** Label of the budget that its calls are charged to. */
  readonly budget: string;
  /** Any one of these is enough. */
  readonly scopes: readonly string[];
  /** What the account must have, beside the scope. */
  readonly plan?: string;
  /**
   * `state`: what is there now. Each run reads all of it, and sees what is gone.
   * `history`: what has happened. Once it is final, it is not read again.
   */
  readonly kind: 'state' | 'history';
  /** Loose: members that it does not name are kept. Its JSON Schema gives the columns and their types. */
  readonly row: Row;
  /** Members that are never kept, because whoever has them can act with them: start links, keys, pins. */
  readonly omit?: readonly string[];
  /** Members that tell rows apart; those that `carry` adds may be among them. None of them may be empty. */
  readonly primaryKey: readonly string[];
  /**
   * Member of the key that counts rows which are alike in all other members of it: 1, 2, 3. For logs, whose lines have
   * no id and may say the same twice. Lines that are alike must have the same time, so that one span has them all.
   */
  readonly repeats?: string;
  /** Member with the time of a row: what is new is found by it, and files are divided by its month. */
  readonly cursor?: string;
  /** Parameters that every call has, in the path or in the query. */
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** How a list goes on. `items` is the dotted path of the rows; empty when the answer itself is the one row. */
  readonly pages: Pages;
  /** Makes rows of one that is at `items`, where they lie deeper or need values of their slice. Pure. */
  rows?(item: JsonObject, values: SliceValues): readonly JsonObject[];
  /** A parameter that must be asked for one value at a time; `carry` names the member that each row gets of it. */
  readonly passes?: { readonly param: string; readonly values: readonly string[]; readonly carry?: string };
  readonly window?: StreamWindow;
  /**
   * Streams that this one hangs below. Several are alternatives: those that are read anyway all serve, else the first
   * whose scopes are there. One that another of them hangs below itself knows less: it serves when the scopes of that
   * other one are missing.
   */
  readonly parents?: readonly StreamParent[];
  /** The same rows by another way, for when that one has budget left. */
  readonly lane?: StreamLane;
  /** Events that tell of its rows before it is read the next time. */
  readonly pushes?: StreamPushes;
}

/** Declares a stream. */
export function defineStream<Row extends z.ZodObject>(spec: Stream<Row>): Stream<Row> {
  return Object.freeze(spec);
}
