/** What texts of a sign-in may name beside credentials. */
export interface Moment {
  /** Milliseconds since the epoch. */
  now: number;
  uuid: () => string;
}

const NAME = /\{([A-Za-z_][\w-]*(?:[+-]\d+)?)\}/g;
const NOW = /^now([+-]\d+)?$/;

/** Names of the credentials that texts anywhere in a value mention as `{name}`. */
export function credentialsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    const names = [...value.matchAll(NAME)].map((found) => found[1] as string);
    return names.filter((name) => name !== 'uuid' && !NOW.test(name));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(credentialsIn);
}

/**
 * The value with its texts filled in: `{name}` by a credential, `{now}` and `{now+300}` by the time in seconds since the
 * epoch, `{uuid}` by a new one. A text that is nothing but a time becomes a number.
 */
export function fillTexts(value: unknown, credential: (name: string) => string, moment: Moment): unknown {
  if (typeof value === 'string') return fillText(value, credential, moment);
  if (Array.isArray(value)) return value.map((item: unknown) => fillTexts(item, credential, moment));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fillTexts(item, credential, moment)]),
  );
}

function fillText(text: string, credential: (name: string) => string, moment: Moment): string | number {
  const only = /^\{([^{}]+)\}$/.exec(text)?.[1];
  const time = only === undefined ? undefined : secondsOf(only, moment);
  if (time !== undefined) return time;
  return text.replaceAll(NAME, (_, name: string) => {
    if (name === 'uuid') return moment.uuid();
    return String(secondsOf(name, moment) ?? credential(name));
  });
}

function secondsOf(name: string, { now }: Moment): number | undefined {
  const found = NOW.exec(name);
  return found ? Math.floor(now / 1000) + Number(found[1] ?? 0) : undefined;
}

/**
 * What stands at a JSON pointer; undefined when there is nothing. The empty pointer is the whole value.
 * @see https://www.rfc-editor.org/rfc/rfc6901
 */
export function atPointer(value: unknown, pointer: string): unknown {
  let here = value;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof here !== 'object' || here === null) return undefined;
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    here = Object.hasOwn(here, key) ? (here as Record<string, unknown>)[key] : undefined;
  }
  return here;
}
