import { ConnectorError } from '../core/errors.ts';
import {
  parseBody,
  type EventPattern,
  type EventsOf,
  type PushedEvent,
  type Trigger,
} from '../core/trigger.ts';
import type { Taken } from './taking.ts';

/** What a handler is told beside the event. */
export interface EventContext {
  /** Id in the inbox: the same for every try of the same delivery, so it serves as a natural key. */
  readonly id: string;
  readonly connection: string;
  readonly account: string | undefined;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** When it happened, by the sender; milliseconds since the epoch. */
  readonly happenedAt: number | undefined;
  /** 1 at the first attempt. */
  readonly attempt: number;
  /** How often somebody put the event back. */
  readonly replays: number;
  /** The bytes as they came, but for secrets. */
  readonly body: Uint8Array;
  /** Aborts when the process stops: a handler that ends by throwing then has not failed. */
  readonly signal: AbortSignal;
}

/**
 * May be called more than once for an event: claim a natural key first (`INSERT … ON CONFLICT DO NOTHING RETURNING`).
 * What it throws decides whether it is tried again.
 */
export type EventHandler<Event> = (event: Event, context: EventContext) => void | Promise<void>;

export interface HandlerOptions {
  /** Only events of this connection. */
  connection?: string;
  /** With a name, it is not run again for an event that it has done when another handler failed. */
  name?: string;
}

/** Whether a handler that is there for all triggers wants an event. */
export type Wants = (event: Pick<Taken, 'connection' | 'event'>) => boolean;

/** A handler, and what it is for. */
export interface Registered {
  /** Undefined: for all triggers. */
  trigger: Trigger | undefined;
  wants?: Wants;
  pattern: string;
  handler: EventHandler<PushedEvent>;
  options: HandlerOptions;
}

/** Handlers by what they are for, in the order in which they were registered. */
export class Handlers {
  readonly #all: Registered[] = [];

  add<Events extends object, Pattern extends EventPattern<Events>>(
    trigger: Trigger<Events>,
    pattern: Pattern,
    handler: EventHandler<EventsOf<Events, Pattern>>,
    options: HandlerOptions,
  ): () => void {
    // The trigger's own reader makes the event and the pattern chooses it: together they are the handler's type.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return this.#keep({ trigger, pattern, handler, options } as unknown as Registered);
  }

  /** For the events of all triggers that it wants. */
  addForAll(wants: Wants, handler: EventHandler<PushedEvent>, options: HandlerOptions): () => void {
    return this.#keep({ trigger: undefined, wants, pattern: '*', handler, options });
  }

  #keep(registered: Registered): () => void {
    this.#all.push(registered);
    return () => {
      const place = this.#all.indexOf(registered);
      if (place >= 0) this.#all.splice(place, 1);
    };
  }

  of(trigger: Trigger, { event, connection }: Pick<Taken, 'event' | 'connection'>): readonly Registered[] {
    return this.#all.filter(
      (one) =>
        // By its title too: a connection may use the same trigger with another window.
        (one.trigger === undefined || one.trigger === trigger || sameTitle(one.trigger, trigger)) &&
        (one.wants === undefined || one.wants({ connection, event })) &&
        (one.options.connection === undefined || one.options.connection === connection) &&
        matches(one.pattern, event),
    );
  }
}

/** What people built is called what they like: its title says nothing. */
function sameTitle(known: Trigger, { title, byHook }: Trigger): boolean {
  return byHook !== true && known.title === title;
}

/** Whether a pattern stands for an event: its name, its area with `.*`, or `*` for all. */
export function matches(pattern: string, event: string): boolean {
  if (pattern === '*') return true;
  return pattern.endsWith('.*') ? event.startsWith(pattern.slice(0, -1)) : event === pattern;
}

/** The event as handlers get it. */
export function readEvent(trigger: Trigger, { event, body }: Pick<Taken, 'event' | 'body'>): PushedEvent {
  const parsed = parseBody(trigger, Buffer.from(body).toString());
  return trigger.read ? trigger.read(parsed) : { event, unknown: true, body: parsed };
}

/**
 * Refuses to hand an event that is not as documented to somebody who has asked for it by name, and so relies on its
 * members. Who asks for an area, or for all, gets it as it is.
 *
 * @throws ConnectorError of kind `contract`
 */
export function assertFits(event: PushedEvent, pattern: string): void {
  const { problems } = event;
  if (!Array.isArray(problems) || problems.length === 0 || pattern.endsWith('*')) return;
  throw new ConnectorError(`${event.event} is not as documented: ${problems.join('; ')}.`, {
    kind: 'contract',
    hint: 'Read the body. If the sender has changed what it sends, replay the event after an upgrade; a handler for the area (such as `meeting.*`) takes it as it is.',
  });
}
