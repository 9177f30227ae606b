/** How streams say which events tell of their rows. */
import type { PushedRow, StreamPushes } from '../../../core/pushed-rows.ts';
import type { JsonObject } from '../../../core/stream.ts';
import type { ZoomEventName, ZoomEvents } from '../events/index.ts';

type Told = { [Name in ZoomEventName]?: (event: ZoomEvents[Name]) => readonly PushedRow[] };

/** What events of this name say, without the name: many of them are alike. */
export type Said<Name extends ZoomEventName> = Pick<ZoomEvents[Name], 'payload' | 'event_ts'>;

/** Events with what they tell, and the members by which they tell rows apart. */
export function fromEvents(by: readonly string[], events: Told): StreamPushes {
  // An event goes to the line of its own name only, so each gets what it can read.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { by, events: events as unknown as StreamPushes['events'] };
}

/** Some members of an object, without those that it does not tell. */
export function pick(object: object, names: string): JsonObject {
  const of = object as JsonObject;
  return Object.fromEntries(
    names.split(' ').flatMap((name) => (of[name] === undefined ? [] : [[name, of[name]]])),
  );
}

/** The same without members that are undefined. */
export function told(row: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}

/** Without milliseconds, as Zoom writes its times. */
export function timeOf({ event_ts }: { event_ts?: number | undefined }): string | undefined {
  return event_ts === undefined ? undefined : `${new Date(event_ts).toISOString().slice(0, 19)}Z`;
}
