import type { Redact } from '../core/secret.ts';
import { Blanking } from './blanking.ts';

/** Characters of one input or output that are kept for later steps. What is longer is not kept at all. */
export const KEPT = 1_000_000;
/** Characters of one input or output that are shown in a list of what a run did. */
export const SHOWN = 10_000;

/** Encrypts what must not lie about readable. */
export interface Sealing {
  seal(text: string): string;
  /** @throws ConnectorError of kind `config` when it was sealed with another key */
  open(sealed: string): string;
}

/** How values of runs are kept: readable without secrets, and whole under lock and key for as long as it is needed. */
export interface Keeping {
  /** Blanks secrets. */
  redact: Redact;
  /** Made when first needed: most values hold no secret. */
  sealing: () => Promise<Sealing>;
  /** Told what was blanked. */
  learn?: (text: string, clean: string) => void;
}

/** The same for the values of one run, of which a secret may go on under another name. */
export function keepingOfRun({ redact, sealing }: Keeping): Keeping {
  const blanking = new Blanking(redact);
  return { redact: blanking.redact, sealing, learn: (text, clean) => blanking.learn(text, clean) };
}

export interface Kept {
  shown: string | null;
  /** Empty when nothing had to be blanked. */
  sealed: string | null;
  /** Characters of the value as JSON. */
  size: number;
  /** The value as JSON. */
  text: string;
}

/** A value as it is written into the tables. */
export async function keep(value: unknown, { redact, sealing, learn }: Keeping): Promise<Kept> {
  const text = JSON.stringify(value, plain) ?? 'null';
  if (text.length > KEPT) return { shown: null, sealed: null, size: text.length, text };
  const clean = valid(redact(text));
  if (clean === text) return { shown: text, sealed: null, size: text.length, text };
  learn?.(text, clean);
  return { shown: clean, sealed: (await sealing()).seal(text), size: text.length, text };
}

/** What JSON does not know. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return value;
}

/** A redactor that works on text may leave something that is no JSON any more. */
function valid(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}

/** The value as it was; undefined when it was too long to be kept. */
export async function kept(
  { shown, sealed }: Pick<Kept, 'shown' | 'sealed'>,
  { sealing, learn }: Keeping,
): Promise<unknown> {
  if (sealed !== null) {
    const text = (await sealing()).open(sealed);
    if (shown !== null) learn?.(text, shown);
    return JSON.parse(text) as unknown;
  }
  return shown === null ? undefined : (JSON.parse(shown) as unknown);
}

/** The value as people may see it: without secrets, and not at endless length. */
export function display(shown: string | null, size: number | null): unknown {
  if (shown === null)
    return size === null ? undefined : `(${size} characters, more than the ${KEPT} that are kept)`;
  if (shown.length <= SHOWN) return JSON.parse(shown) as unknown;
  return `${shown.slice(0, SHOWN)}… (${shown.length} characters)`;
}
