/** A call of an action with texts to be filled in: `{url}` in `input` becomes the address, and so on. */
export interface SubscriptionCall {
  /** Full name, such as `webhooks.create`. */
  action: string;
  input: Readonly<Record<string, unknown>>;
}

/**
 * How to subscribe to the events of a system by its own operations (a RESThook). Pointers are JSON pointers into the
 * answer of the action, such as `/data/id`.
 */
export interface SubscriptionSpec {
  /** In its input stand `{url}`, `{secret}` and `{events}` (a list when it is the whole text). */
  subscribe: SubscriptionCall;
  /** What `{events}` stands for when nobody chose. */
  events?: readonly string[];
  /** Where the answer names the subscription. */
  id: string;
  /** Where the answer has the secret, when the system makes it. */
  secret?: string;
  /** Where the answer says when the subscription ends: a time in ISO 8601, or in seconds or milliseconds. */
  expires?: string;
  /** `{id}` stands for the subscription, here and in `renew`. */
  unsubscribe: SubscriptionCall;
  /** `{expires}` stands for the time asked for, in ISO 8601. */
  renew?: SubscriptionCall & { expires?: string };
  /** Milliseconds that `{expires}` is ahead of now, where the subscriber says how long; three days unless told. */
  lifetimeMs?: number;
  /** Lists the subscriptions that there are, so that those that nobody knows can be ended. */
  list?: SubscriptionCall & {
    /** Where the answer has the list; by the action's own pages when left out. */
    items?: string;
    /** Where an item has its id and its address. */
    id: string;
    url: string;
  };
}

/**
 * An input with its texts filled in: `{name}` becomes the value; a text that is nothing but `{name}` becomes the value
 * itself, of whatever type. Members whose whole text stands for nothing are left out. Other braces stay as they are.
 */
export function filled(template: unknown, values: Readonly<Record<string, unknown>>): unknown {
  if (typeof template === 'string') return filledText(template, values);
  if (Array.isArray(template)) return template.map((item) => filled(item, values));
  if (typeof template !== 'object' || template === null) return template;
  const members = Object.entries(template).map(([name, value]) => [name, filled(value, values)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

function filledText(text: string, values: Readonly<Record<string, unknown>>): unknown {
  const [, whole] = /^\{(\w+)\}$/.exec(text) ?? [];
  if (whole !== undefined && Object.hasOwn(values, whole)) return values[whole];
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : place;
  });
}

/** The value at a JSON pointer (RFC 6901); undefined when there is none. */
export function pointed(value: unknown, pointer: string): unknown {
  let here = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

/** A time as systems write it, in milliseconds since the epoch; undefined when it is none. */
export function momentOf(value: unknown): number | undefined {
  if (typeof value === 'number') {
    // Seconds until the year 5138, milliseconds from 1973 on.
    return Number.isFinite(value) && value > 0 ? Math.round(value < 1e11 ? value * 1000 : value) : undefined;
  }
  if (typeof value !== 'string') return undefined;
  if (/^\d{9,16}$/.test(value)) return momentOf(Number(value));
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}
