import type { z } from 'zod';

/** What is looked at of a schema; the words of `shape.ts` are made of nothing else. */
interface Definition {
  type: string;
  innerType?: z.ZodType;
  options?: readonly z.ZodType[];
  shape?: Readonly<Record<string, z.ZodType>>;
  element?: z.ZodType;
}

/**
 * A value as the schema of an event wants it, with all the members that it names. Pure.
 * @param now when it happens, in milliseconds since the epoch
 * @param name of the member that it is for
 */
export function sampleOf(schema: z.ZodType, now: number, name = ''): unknown {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its parts are public (zod.dev/packages/core)
  const definition = schema.def as unknown as Definition;
  const inner = (part: z.ZodType) => sampleOf(part, now, name);
  switch (definition.type) {
    case 'optional':
      return definition.innerType && inner(definition.innerType);
    case 'union':
      // What Zoom documents stands first, what it sends instead of it behind.
      return definition.options?.[0] && inner(definition.options[0]);
    case 'array':
      return definition.element ? [inner(definition.element)] : [];
    case 'object':
      return Object.fromEntries(
        Object.entries(definition.shape ?? {}).map(([member, part]) => [member, sampleOf(part, now, member)]),
      );
    case 'number':
      return numberFor(name, now);
    case 'boolean':
      return true;
    default:
      return textFor(name, now);
  }
}

/** In milliseconds, minutes or pieces, as the name says. */
function numberFor(name: string, now: number): number {
  if (/(?:^|_)(?:ts|timestamp|time_stamp)$/.test(name)) return now;
  if (/duration|minutes|_time$/.test(name)) return 30;
  return /size|storage/.test(name) ? 1024 : 2;
}

const TEXTS: readonly (readonly [name: RegExp, text: (now: number) => string])[] = [
  [/uuids?$/i, () => 'aDYlohsHRtCd4ii1uC2+hA=='],
  [/email$|^operator$/i, () => 'ada@example.com'],
  [/jid$/i, () => 'sample@xmpp.zoom.us'],
  [/(?:url|uri|link|page)s?$/i, () => 'https://example.com/sample'],
  [/(?:meeting|webinar)_?(?:id|number)$/i, () => '88811122233'],
  [/(?:phone_|_|did_|^)number$|phone_number/i, () => '+15550100100'],
  [/ids?$/i, () => 'sAmpLe1dOfAnObject22ab'],
  [
    /time$|date$|date[_-]time|_at$|start$|_end$|created$/i,
    (now) => `${new Date(now).toISOString().slice(0, 19)}Z`,
  ],
  [/timezone/i, () => 'Europe/Berlin'],
  [/country_iso/i, () => 'DE'],
  [/status$/i, () => 'active'],
];

function textFor(name: string, now: number): string {
  const text = TEXTS.find(([pattern]) => pattern.test(name))?.[1];
  return text?.(now) ?? `Sample ${name.replaceAll(/[_-]/g, ' ')}`.trim();
}
