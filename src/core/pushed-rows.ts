import type { JsonObject } from './stream.ts';

/** What one event tells of one row of a stream, in the row's own words. */
export interface PushedRow {
  /** Members that the event tells; those that it is silent about are left out. */
  readonly row: JsonObject;
  /** The row is no longer there. */
  readonly gone?: boolean;
  /**
   * The part of the stream that it belongs to: parameters of the stream's call by name. Without it, only a row that is
   * there already is changed.
   */
  readonly within?: Readonly<Record<string, string>>;
}

/** Which events feed a stream, and how. */
export interface StreamPushes {
  /**
   * Members by which events tell rows apart: the primary key, or less where no event has all of it. Every row of an
   * event has them.
   */
  readonly by: readonly string[];
  /** By the name of the event. Pure. */
  readonly events: Readonly<Record<string, (event: unknown) => readonly PushedRow[]>>;
}
