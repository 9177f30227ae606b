import type { PushedEvent } from '../../core/trigger.ts';
import type { EventHandler } from '../../webhooks/handlers.ts';
import type { App } from '../app.ts';
import { activationHandlers } from './activation.ts';
import { deauthorized } from './deauthorized.ts';
import { pushedRowHandlers } from './pushed-rows.ts';

/** What is done about an event that a system pushes. */
export interface LiveHandler {
  /** Said in the record of an event: which of its handlers have done their part. Never changes. */
  name: string;
  /** Id of the connector whose events they are. */
  connector: string;
  /** Name of an event, an area (`meeting.*`), or all (`*`). */
  pattern: string;
  /** Made once for each process. May run more than once for an event, so it claims a natural key first. */
  handle(app: App): EventHandler<PushedEvent>;
}

/** Everything that happens by itself when an event comes. Whoever adds one adds it here. */
export function liveHandlers(): LiveHandler[] {
  return [deauthorized, ...activationHandlers(), ...pushedRowHandlers()];
}
