import type { z } from 'zod';
import type { Reader, RefusedRow } from './reader.ts';

/** Rows, and the checkpoint that becomes true once these rows are durable. */
export interface Page<Row, Checkpoint> {
  rows: Row[];
  refused?: RefusedRow[];
  checkpoint?: Checkpoint;
}

/** Part of a stream that is read on its own: all of it, or the rows under one parent, or one window of time. */
export interface Slice {
  /** Names the slice among those of its stream; stable over runs. */
  key: string;
  /** What the stream needs to read it. */
  at: Readonly<Record<string, string>>;
}

/** Rows of one kind. The engine owns order, concurrency, retries and commits. */
export interface Stream<Row extends z.ZodObject = z.ZodObject, Checkpoint = unknown> {
  readonly name: string;
  readonly title: string;
  readonly docs: string;
  /** Official path, such as `/users/{userId}/meetings`. */
  readonly path: string;
  readonly budget: string;
  readonly scopes: readonly string[];
  readonly plan?: string;
  readonly row: Row;
  readonly primaryKey: readonly (keyof z.output<Row> & string)[];
  readonly parent?: string;
  /** The member that tells how far reading has come. */
  readonly cursor?: keyof z.output<Row> & string;
  slices(reader: Reader, since: Checkpoint | undefined): AsyncIterable<Slice>;
  read(reader: Reader, slice: Slice): AsyncIterable<Page<z.output<Row>, Checkpoint>>;
}

/** Declares a stream. */
export function defineStream<Row extends z.ZodObject, Checkpoint = unknown>(
  spec: Stream<Row, Checkpoint>,
): Stream<Row, Checkpoint> {
  return Object.freeze(spec);
}
