import type { CustomTypesConfig } from 'pg';

import { configError } from './sqlite-error.ts';

function toInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw configError(
    `The integer ${text} is past 2^53, where numbers are no longer exact.`,
    'Ids of other systems are text: it is a fault in the program.',
    { code: 'sql' },
  );
}

/**
 * How values come back, by the type's number in the catalogue: as SQLite gives them, so that one text serves both.
 * What is missing here comes back as text.
 */
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => (text === 't' ? 1 : 0),
  17: (text) => new Uint8Array(Buffer.from(text.slice('\\x'.length), 'hex')),
  20: toInteger,
  21: toInteger,
  23: toInteger,
  26: toInteger,
  700: Number,
  701: Number,
  // A sum of integers is one.
  1700: (text) => (/^-?\d+$/.test(text) ? toInteger(text) : Number(text)),
};

const asText = (text: string): string => text;

/** For the driver. */
export const TYPES: CustomTypesConfig = { getTypeParser: (oid: number) => PARSERS[oid] ?? asText };
