import { createRedactor, type Redact } from '../core/secret.ts';

/** What a redactor puts in place of a secret. */
const BLANK = '[secret]';
/** Shorter texts would blank out ordinary words. */
const SHORTEST = 6;

/**
 * Blanks what the redactor given blanks, and from then on the same values under any other name: a password that a step
 * got as `password` is none less as the `note` of the next.
 */
export class Blanking {
  readonly #base: Redact;
  readonly #known = new Set<string>();
  #own: Redact = (text) => text;

  constructor(base: Redact) {
    this.#base = base;
  }

  redact: Redact = (text) => this.#own(this.#base(text));

  /** Takes note of what was blanked in a value. Both are JSON. */
  learn(text: string, clean: string): void {
    const before = this.#known.size;
    collect(parsed(text), parsed(clean), this.#known);
    if (this.#known.size > before) this.#own = createRedactor(this.#known);
  }
}

function collect(value: unknown, clean: unknown, into: Set<string>): void {
  if (typeof value === 'string') {
    if (typeof clean === 'string' && clean !== value) for (const one of blanked(value, clean)) into.add(one);
    return;
  }
  if (typeof value !== 'object' || value === null || typeof clean !== 'object' || clean === null) return;
  for (const [key, one] of Object.entries(value)) collect(one, (clean as Record<string, unknown>)[key], into);
}

/** The pieces of a text that stand where another has blanks. */
function blanked(text: string, clean: string): string[] {
  const kept = clean.split(BLANK);
  const found: string[] = [];
  let at = kept[0]?.length ?? 0;
  for (const next of kept.slice(1)) {
    const end = next === '' ? text.length : text.indexOf(next, at);
    if (end < 0) break;
    found.push(text.slice(at, end));
    at = end + next.length;
  }
  return found.filter((piece) => piece.length >= SHORTEST);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
