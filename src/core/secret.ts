import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/** A value that must not show itself: printing, JSON and inspection give `[secret]`; only `reveal()` gives it. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

/** Removes secrets from text before it is logged, stored or shown. */
export type Redact = (text: string) => string;

// Things that are secret whoever issued them: bearer and basic headers, tokens in JSON, in forms and in URLs.
const PATTERNS: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[\w\-.~+/]+=*/gi, `$1 ${HIDDEN}`],
  [
    /("(?:access_token|refresh_token|download_token|download_access_token|client_secret|id_token|start_url|password|passcode|host_key|api-key|apiKey)"\s*:\s*")(?:[^"\\]|\\.)*"/gi,
    `$1${HIDDEN}"`,
  ],
  [
    /\b((?:access_token|refresh_token|client_secret|code_verifier|code|pwd|zak|tk)=)[^&\s"']+/gi,
    `$1${HIDDEN}`,
  ],
];

/** A redactor that knows the given secret values, and the shapes that are secret everywhere. */
export function createRedactor(values: Iterable<string> = []): Redact {
  // Short values would blank out ordinary words; no credential is that short.
  const known = [...new Set(values)]
    .filter((value) => value.length >= 6)
    .toSorted((a, b) => b.length - a.length);
  const encoded = known.map((value) => encodeURIComponent(value)).filter((value, i) => value !== known[i]);
  const all = [...known, ...encoded];
  return (text) => {
    let clean = text;
    for (const value of all) clean = clean.replaceAll(value, HIDDEN);
    for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
    return clean;
  };
}

/** Secrets that came to be later and are kept in mind; those of before are no longer in use. */
const LEARNED = 20;

/** A redactor that is told secrets as they come to be, such as tokens. */
export function createLearningRedactor(values: Iterable<string>): {
  redact: Redact;
  learn: (value: string) => void;
} {
  const known = new Set(values);
  const given = known.size;
  let current = createRedactor(known);
  return {
    redact: (text) => current(text),
    learn: (value) => {
      if (known.has(value)) return;
      known.add(value);
      const oldest = [...known][given];
      if (known.size > given + LEARNED && oldest !== undefined) known.delete(oldest);
      current = createRedactor(known);
    },
  };
}
