/** The environment, with the names that were used. */
export class Variables {
  readonly used = new Set<string>();
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  /** The value of a variable; undefined when it is not set or blank. */
  get(name: string): string | undefined {
    // Secrets that were mounted as files or read from .env often end in a line break.
    const value = Object.hasOwn(this.#env, name) ? this.#env[name]?.trim() : undefined;
    if (!value) return undefined;
    this.used.add(name);
    return value;
  }
}

/** A text with its variables filled in, and what could not be filled in. */
export interface FilledText {
  text: string;
  /** The text held at least one `${NAME}`. */
  filled: boolean;
  /** Names of variables that are not set. */
  missing: string[];
  /** Pieces that begin with `${` but are not `${NAME}` or `${NAME:-default}`. */
  malformed: string[];
}

/** Replaces `${NAME}` and `${NAME:-default}`; `$${` gives a literal `${`. */
export function fillIn(source: string, variables: Variables): FilledText {
  const missing = new Set<string>();
  const malformed: string[] = [];
  let filled = false;
  const text = source.replaceAll(/\$\$\{|\$\{[^}]*\}?/g, (piece) => {
    if (piece === '$${') return '${';
    const match = /^\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}$/.exec(piece);
    if (!match) {
      malformed.push(piece);
      return piece;
    }
    filled = true;
    const [, name = '', fallback] = match;
    const value = variables.get(name) ?? fallback;
    if (value === undefined) missing.add(name);
    return value ?? '';
  });
  return { text, filled, missing: [...missing], malformed };
}

/** The name in a text that is nothing but `${NAME}`. */
export function onlyVariable(source: string): string | undefined {
  return /^\$\{([A-Za-z_]\w*)\}$/.exec(source)?.[1];
}
