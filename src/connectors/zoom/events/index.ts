import type { z } from 'zod';
import type { UnknownEvent } from '../../../core/trigger.ts';
import { accounts } from './accounts.ts';
import { chat } from './chat.ts';
import { meetings } from './meetings.ts';
import { phone } from './phone.ts';
import { recordings } from './recordings.ts';
import { sampleOf } from './sample.ts';
import { users } from './users.ts';
import { webinars } from './webinars.ts';

/** All events that Zoom documents. A schema is made when it is first needed, so that having them all costs nothing. */
const definitions: Definitions = {
  ...meetings,
  ...webinars,
  ...recordings,
  ...users,
  ...accounts,
  ...chat,
  ...phone,
};

type Definitions = typeof meetings &
  typeof webinars &
  typeof recordings &
  typeof users &
  typeof accounts &
  typeof chat &
  typeof phone;

/** Names of the events that Zoom documents. */
export type ZoomEventName = keyof Definitions;

/** Events by name, such as `ZoomEvents['meeting.ended']`. */
export type ZoomEvents = {
  [Name in ZoomEventName]: { event: Name } & z.output<ReturnType<Definitions[Name]>>;
};

/** One of the events that Zoom documents; `event` tells which. */
export type ZoomEvent = ZoomEvents[ZoomEventName];

/** Names of all events that are known. */
export const zoomEventNames: readonly ZoomEventName[] = Object.keys(definitions) as ZoomEventName[];

const schemas = new Map<string, z.ZodType>();

/**
 * Reads the body of a webhook, parsed: ids become text, members that are not documented are kept. What is not known, or
 * not as documented, comes back as it is, with `unknown: true`, and with `problems` in the second case. Never throws.
 */
export function parseEvent(body: unknown): ZoomEvent | UnknownEvent {
  const given = typeof body === 'object' && body !== null ? body : {};
  const name = 'event' in given && typeof given.event === 'string' ? given.event : '';
  const unknown: UnknownEvent = { ...given, event: name, unknown: true };
  if (!isKnown(name)) return unknown;
  let schema = schemas.get(name);
  if (!schema) schemas.set(name, (schema = definitions[name]()));
  const { success, data, error } = schema.safeParse(body);
  // The schema and the name of the type come from the same line of the table.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  if (success) return data as ZoomEvent;
  const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return { ...unknown, problems };
}

/** A made-up body of an event, with all the members that are documented; undefined for one that is not. */
export function sampleEvent(name: string, now: number): Record<string, unknown> | undefined {
  if (!isKnown(name)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every event is an object
  const body = sampleOf(definitions[name](), now) as Record<string, unknown>;
  return { event: name, ...body };
}

/** Whether it is an event as documented. */
export function isZoomEvent(event: ZoomEvent | UnknownEvent): event is ZoomEvent {
  return !('unknown' in event && event.unknown === true);
}

function isKnown(name: string): name is ZoomEventName {
  return Object.hasOwn(definitions, name);
}
