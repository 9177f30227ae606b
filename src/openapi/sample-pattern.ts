import { LIMITS } from './limits.ts';

interface Node {
  /** A text for it; `repeat` is how often what may repeat does, within its bounds. */
  write(repeat: number, groups: string[]): string;
}

/** How often parts repeat, tried in turn until the text has the length that is asked for. */
const REPEATS = [1, 0, 2, 3, 4, 6, 8, 11, 16, 24, 31, 36, 48, 63];

/** A text that matches a pattern and has a length within bounds; undefined when none was found. */
export function sampleOfPattern(source: string, least = 0, most = Infinity): string | undefined {
  if (source.length > LIMITS.pattern) return undefined;
  const pattern = compiled(source);
  if (!pattern) return undefined;
  let root: Node;
  try {
    root = new Reader(source).whole();
  } catch {
    return undefined;
  }
  for (const repeat of REPEATS) {
    const made = root.write(repeat, []);
    for (const one of [made, made.padEnd(least, 'a'), made.padEnd(least, '0'), made.padStart(least, 'a')]) {
      if (one.length >= least && one.length <= most && one.length < 2000 && pattern.test(one)) return one;
    }
  }
  // What looks ahead demands kinds of characters, as rules for passwords do.
  for (const seed of ['a1', 'A1', 'aA1', 'aA1!', 'aA1-', 'aA1@$']) {
    for (const length of [least, 8, 10, 12, 16, 20]) {
      const one = seed.repeat(length).slice(0, Math.max(length, least, seed.length));
      if (one.length <= most && pattern.test(one)) return one;
    }
  }
  return undefined;
}

function compiled(source: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(source, flags);
    } catch {
      // The next way to read it.
    }
  }
  return undefined;
}

const DIGITS = '0123456789';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const USUAL = Array.from(
  `${LETTERS}${LETTERS.toUpperCase()}${DIGITS}_-. @/:+,;!#$%&'()*=?[]{}"<>^|~\\\u0060\t\näé中`,
);
const CLASSES: Readonly<Record<string, (char: string) => boolean>> = {
  d: (char) => DIGITS.includes(char),
  w: (char) => /\w/.test(char),
  s: (char) => /\s/.test(char),
  D: (char) => !DIGITS.includes(char),
  W: (char) => !/\w/.test(char),
  S: (char) => !/\s/.test(char),
};
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', 0: '\0' };

/** Reads a regular expression of ECMAScript; what looks ahead or behind is left to the final test. */
class Reader {
  readonly #chars: string[];
  #at = 0;
  #groups = 0;

  constructor(source: string) {
    this.#chars = Array.from(source);
  }

  whole(): Node {
    const node = this.#choice();
    if (this.#at < this.#chars.length) throw new SyntaxError('unread rest');
    return node;
  }

  #peek(ahead = 0): string | undefined {
    return this.#chars[this.#at + ahead];
  }

  #next(): string {
    const char = this.#chars[this.#at];
    if (char === undefined) throw new SyntaxError('ends too soon');
    this.#at += 1;
    return char;
  }

  #choice(): Node {
    const ways = [this.#sequence()];
    while (this.#peek() === '|') {
      this.#at += 1;
      ways.push(this.#sequence());
    }
    return { write: (repeat, groups) => (ways[0] as Node).write(repeat, groups) };
  }

  #sequence(): Node {
    const nodes: Node[] = [];
    for (let char = this.#peek(); char !== undefined && char !== '|' && char !== ')'; char = this.#peek()) {
      nodes.push(this.#repeated(this.#atom()));
    }
    return { write: (repeat, groups) => nodes.map((node) => node.write(repeat, groups)).join('') };
  }

  #repeated(node: Node): Node {
    const bounds = this.#bounds();
    if (!bounds) return node;
    if (this.#peek() === '?') this.#at += 1;
    const [least, most] = bounds;
    return {
      write: (repeat, groups) => {
        const times = Math.min(Math.max(least, repeat), most, Math.max(least, 200));
        return Array.from({ length: times }, () => node.write(repeat, groups)).join('');
      },
    };
  }

  #bounds(): [number, number] | undefined {
    const char = this.#peek();
    const simple = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] }[char ?? ''] as
      | [number, number]
      | undefined;
    if (simple) {
      this.#at += 1;
      return simple;
    }
    if (char !== '{') return undefined;
    const end = this.#chars.indexOf('}', this.#at);
    const found = /^(\d+)(,(\d*))?$/.exec(this.#chars.slice(this.#at + 1, end).join(''));
    if (end === -1 || !found) return undefined;
    this.#at = end + 1;
    const least = Number(found[1]);
    return [least, found[2] === undefined ? least : found[3] === '' ? Infinity : Number(found[3])];
  }

  #atom(): Node {
    const char = this.#next();
    if (char === '^' || char === '$') return text('');
    if (char === '.') return text('a');
    if (char === '(') return this.#group();
    if (char === '[') return text(this.#set());
    if (char === '\\') return this.#escape();
    return text(char);
  }

  #group(): Node {
    let number = 0;
    let silent = false;
    if (this.#peek() === '?') {
      this.#at += 1;
      const mark = this.#next();
      const after = this.#peek();
      if (mark === '=' || mark === '!' || (mark === '<' && (after === '=' || after === '!'))) silent = true;
      else if (mark === '<' || mark === 'P') {
        number = ++this.#groups;
        while (this.#next() !== '>');
      } else while (this.#chars[this.#at - 1] !== ':') this.#next();
      if (silent && mark === '<') this.#at += 1;
    } else number = ++this.#groups;
    const inner = this.#choice();
    if (this.#next() !== ')') throw new SyntaxError('unclosed group');
    if (silent) return text('');
    return {
      write: (repeat, groups) => {
        const written = inner.write(repeat, groups);
        if (number > 0) groups[number] = written;
        return written;
      },
    };
  }

  #escape(): Node {
    const char = this.#next();
    if (/[1-9]/.test(char)) return { write: (_, groups) => groups[Number(char)] ?? '' };
    if (char === 'b' || char === 'B') return text('');
    const fits = this.#classOf(char);
    return text(fits ? pick(fits) : this.#literal(char));
  }

  #classOf(char: string): ((char: string) => boolean) | undefined {
    if (char !== 'p' && char !== 'P') return CLASSES[char];
    const end = this.#chars.indexOf('}', this.#at);
    if (this.#peek() !== '{' || end === -1) return undefined;
    const name = this.#chars.slice(this.#at, end + 1).join('');
    this.#at = end + 1;
    const property = new RegExp(`\\${char}${name}`, 'u');
    return (one) => property.test(one);
  }

  #literal(char: string): string {
    const length = char === 'x' ? 2 : char === 'u' && this.#peek() !== '{' ? 4 : 0;
    if (char === 'u' && this.#peek() === '{') {
      const end = this.#chars.indexOf('}', this.#at);
      const code = this.#chars.slice(this.#at + 1, end).join('');
      this.#at = end + 1;
      return String.fromCodePoint(Number.parseInt(code, 16));
    }
    if (length > 0) {
      const code = this.#chars.slice(this.#at, this.#at + length).join('');
      this.#at += length;
      return String.fromCharCode(Number.parseInt(code, 16));
    }
    return CONTROLS[char] ?? char;
  }

  /** A character of a set such as `[^a-z\d_]`. */
  #set(): string {
    const negated = this.#peek() === '^';
    if (negated) this.#at += 1;
    const tests: ((char: string) => boolean)[] = [];
    const firsts: string[] = [];
    while (this.#peek() !== ']') {
      let from = this.#next();
      if (from === '\\') {
        const escaped = this.#next();
        const fits = this.#classOf(escaped);
        if (fits) {
          tests.push(fits);
          continue;
        }
        from = escaped === 'b' ? '\b' : this.#literal(escaped);
      }
      if (this.#peek() === '-' && this.#peek(1) !== ']' && this.#peek(1) !== undefined) {
        this.#at += 1;
        let to = this.#next();
        if (to === '\\') to = this.#literal(this.#next());
        tests.push((char) => char >= from && char <= to);
      } else tests.push((char) => char === from);
      firsts.push(from);
    }
    this.#at += 1;
    const inside = (char: string) => tests.some((fits) => fits(char));
    if (negated) return pick((char) => !inside(char));
    return pick(inside) || (firsts[0] ?? '');
  }
}

function text(value: string): Node {
  return { write: () => value };
}

function pick(fits: (char: string) => boolean): string {
  return USUAL.find(fits) ?? '';
}
