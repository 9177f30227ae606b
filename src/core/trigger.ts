import { createHmac, hash } from 'node:crypto';
import { at } from './action.ts';
import type { HandshakeSpec } from './handshake.ts';
import { headerOf, type HeaderMap, type VerifySpec } from './signature.ts';
import type { SubscriptionSpec } from './subscription.ts';

export {
  prove,
  sign,
  verify,
  type Disproof,
  type HeaderMap,
  type RequestLine,
  type Verdict,
  type VerifySpec,
} from './signature.ts';

/** A question that a system asks to see whether we hold the secret. */
export interface ChallengeSpec {
  /** The event that asks. */
  event: string;
  /** Where the body names it, when that is not where it names the other events. */
  at?: string;
  /** Where the body keeps the text to be sent back. */
  token: string;
  /** Members of the answer: the text itself, and its HMAC-SHA256 in hexadecimal digits when that is asked for. */
  answer: { token: string; hash?: string };
}

/** An event as a system pushes it. Members that nobody has described are kept. */
export interface PushedEvent {
  readonly event: string;
  readonly [member: string]: unknown;
}

/** An event that the trigger does not know, or that is not as documented: then `problems` says where. */
export interface UnknownEvent extends PushedEvent {
  readonly unknown: true;
  readonly problems?: readonly string[];
}

/** Events by name. */
export type EventMap = Readonly<Record<string, PushedEvent>>;

/** Names of events, and patterns of them: `meeting.ended`, `meeting.*`, `*`. */
export type EventPattern<Events> =
  | (keyof Events & string)
  | `${Prefix<keyof Events & string>}.*`
  | '*'
  // Any text may be the name of an event that is not known yet; this keeps the suggestions of the editor.
  | (string & Record<never, never>);

type Prefix<Name> = Name extends `${infer Head}.${infer Tail}` ? Head | `${Head}.${Prefix<Tail>}` : never;

/** The events that a pattern stands for. */
export type EventsOf<Events, Pattern> = Pattern extends keyof Events
  ? Events[Pattern]
  : Pattern extends `${infer Area}.*`
    ? Extract<keyof Events, `${Area}.${string}`> extends infer Names extends keyof Events
      ? [Names] extends [never]
        ? UnknownEvent
        : Events[Names] | UnknownEvent
      : never
    : Pattern extends '*'
      ? Events[keyof Events] | UnknownEvent
      : UnknownEvent;

/** The events that a system pushes to one address. */
export interface Trigger<Events extends object = EventMap> {
  readonly title: string;
  readonly docs: string;
  readonly verify: VerifySpec;
  /** Header with a text that both sides know, from before there were signatures. Never proof enough by itself. */
  readonly token?: { readonly header: string };
  readonly challenge?: ChallengeSpec;
  /** A question asked otherwise than by an event, to see whether somebody is at home. */
  readonly handshake?: HandshakeSpec;
  /** Where the event's name stands: in the body, or in a header; or the one name that all of them have. */
  readonly event: string | { readonly header: string } | { readonly name: string };
  /** Where the body keeps the account. */
  readonly account?: string;
  /** Where the body keeps the time of the event; the first place that has one. */
  readonly happened?: { readonly paths: readonly string[]; readonly unit: 's' | 'ms' };
  /** Header that is the same for all tries of one delivery, when the system sends one. */
  readonly deliveryHeader?: string;
  /** The same, in the body. */
  readonly deliveryPath?: string;
  /** Every request is a delivery of its own: the system names none, and two of the same text are two events. */
  readonly everyRequest?: boolean;
  /** How the body is written; JSON unless told. */
  readonly format?: 'json' | 'form';
  /** Two operations of the system subscribe to the events and end that. */
  readonly subscription?: SubscriptionSpec;
  /** It is taken at addresses of its own, below `/hooks`, and not at that of the connection. */
  readonly byHook?: boolean;
  /** Nothing is proven: whoever knows the address may send. Only for what is taken by a hook. */
  readonly open?: boolean;
  /** Members that differ between tries of one delivery, left out of the deduplication key. Last names of paths. */
  readonly volatile: readonly string[];
  /** Members that are never kept, because whoever has them can act with them. Last names of paths. */
  readonly secrets?: readonly string[];
  /** Further headers worth keeping for whoever looks into a delivery; those of the signature are kept anyway. */
  readonly headers?: readonly string[];
  /** Reads a body into the event that it is. Pure; never throws. */
  read?(body: unknown): PushedEvent;
  /** A made-up body of an event, for trying out receivers; undefined for one that is not known. Pure. */
  sample?(event: string, now: number): Record<string, unknown> | undefined;
  /** The events by name, for the types of handlers. Nothing is ever there. */
  readonly events?: Events;
}

/** Declares a trigger. */
export function defineTrigger<Events extends object = EventMap>(spec: Trigger<Events>): Trigger<Events> {
  return Object.freeze(spec);
}

/** The answer to a challenge; undefined when the body is not one. */
export function answerChallenge(
  trigger: Trigger,
  secret: string,
  body: unknown,
): Record<string, string> | undefined {
  const spec = trigger.challenge;
  const place: unknown = spec?.at ?? trigger.event;
  if (!spec || typeof place !== 'string' || at(body, place) !== spec.event) return undefined;
  const token = at(body, spec.token);
  if (typeof token !== 'string') return undefined;
  const answer = { [spec.answer.token]: token };
  if (spec.answer.hash === undefined) return answer;
  return { ...answer, [spec.answer.hash]: createHmac('sha256', secret).update(token).digest('hex') };
}

/** A body as the value that it stands for; undefined when it is not written as the trigger says. */
export function parseBody({ format }: Pick<Trigger, 'format'>, text: string): unknown {
  if (format === 'form') return formMembers(text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A name that comes several times has a list. */
function formMembers(text: string): Record<string, unknown> {
  const members = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const known = members.get(name);
    members.set(name, known === undefined ? value : [known, value].flat());
  }
  return Object.fromEntries(members);
}

/** Name of an event; empty when the body does not say. */
export function eventName(trigger: Trigger, headers: HeaderMap, body: unknown): string {
  const { event } = trigger;
  if (typeof event === 'object' && 'name' in event) return event.name;
  const name = typeof event === 'string' ? at(body, event) : headerOf(headers, event.header);
  return typeof name === 'string' ? name : '';
}

/** When it happened, in milliseconds since the epoch; undefined when the body does not say. */
export function happenedAt(trigger: Trigger, body: unknown): number | undefined {
  for (const path of trigger.happened?.paths ?? []) {
    const value = at(body, path);
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    const ms = Math.round(trigger.happened?.unit === 's' ? value * 1000 : value);
    if (Number.isSafeInteger(ms)) return ms;
  }
  return undefined;
}

/**
 * A key that is the same for every try of one delivery and differs between deliveries.
 *
 * @throws RangeError when the body is nested too deeply to be walked
 */
export function deliveryKey(trigger: Trigger, headers: HeaderMap, body: unknown): string {
  const id =
    (trigger.deliveryHeader === undefined ? undefined : headerOf(headers, trigger.deliveryHeader)) ??
    (trigger.deliveryPath === undefined ? undefined : at(body, trigger.deliveryPath));
  if (typeof id === 'string' && id !== '') return `id:${id}`;
  return `sha256:${hash('sha256', canonical(body, new Set(trigger.volatile)))}`;
}

/** The same text for the same members in any order. Texts carry their length, which is quicker than quoting them. */
function canonical(value: unknown, volatile: ReadonlySet<string>): string {
  if (typeof value === 'string') return `"${value.length}:${value}`;
  if (typeof value !== 'object' || value === null) return `${String(value)};`;
  let text = Array.isArray(value) ? '[' : '{';
  if (Array.isArray(value)) {
    for (const item of value) text += canonical(item, volatile);
    return `${text}]`;
  }
  const members = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(members).toSorted()) {
    if (!volatile.has(key)) text += `${key.length}:${key}${canonical(members[key], volatile)}`;
  }
  return `${text}}`;
}
