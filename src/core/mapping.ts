import { asText } from './expression-functions.ts';
import { fromCel, LEFT_OUT } from './expression-values.ts';
import {
  ExpressionError,
  parseExpression,
  type Expression,
  type ExpressionOptions,
  type Scope,
} from './expression.ts';

/** Values inside of each other, at most. */
const MAX_DEPTH = 40;
/** Expressions of one template, at most. */
const MAX_EXPRESSIONS = 500;

/** Where something stands in a value: names of members and numbers of items. */
export type Place = readonly (string | number)[];

/** Something wrong in a template. */
export interface TemplateProblem {
  place: Place;
  /** The expression as it was written; empty when it is not about one. */
  source: string;
  message: string;
}

/** A value with gaps, which a scope fills. */
export interface Template {
  /** Whether it has any gap. */
  readonly fixed: boolean;
  /** Everything that is wrong with it; then it must not be filled. */
  readonly problems: readonly TemplateProblem[];
  /**
   * The value with its gaps filled. A member or an item whose expression gives an empty optional is left out.
   * @throws MappingError
   */
  fillIn(scope: Scope): unknown;
}

/** A gap that could not be filled. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
  readonly place: Place;
  readonly source: string;
  readonly missing: boolean;

  constructor(place: Place, source: string, message: string, missing: boolean) {
    super(message);
    this.place = place;
    this.source = source;
    this.missing = missing;
  }
}

/**
 * Reads a value of JSON whose texts may hold `${ expression }`. A text that is nothing but one expression becomes its
 * value, whatever type it has; in a longer text the values become text. `$${` is a literal `${`.
 */
export function readTemplate(value: unknown, options: ExpressionOptions): Template {
  const reader = new Reader(options);
  const fill = reader.read(value, []);
  const { problems, expressions } = reader;
  return {
    fixed: expressions === 0,
    problems,
    fillIn: (scope) => {
      const filled = fill(scope);
      return filled === LEFT_OUT ? undefined : filled;
    },
  };
}

/** Where a value of the template stands: `/attendees/0/email`, as a JSON pointer (RFC 6901). */
export function pointerOf(place: Place): string {
  return place.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The expression of a text that is one, whether it stands in `${…}` or by itself. */
export function bareExpression(text: string): string {
  const pieces = piecesOf(text.trim());
  const [only] = pieces;
  return pieces.length === 1 && only?.kind === 'expression' ? only.text : text;
}

type Fill = (scope: Scope) => unknown;

class Reader {
  readonly problems: TemplateProblem[] = [];
  expressions = 0;
  readonly #options: ExpressionOptions;

  constructor(options: ExpressionOptions) {
    this.#options = options;
  }

  read(value: unknown, place: Place): Fill {
    if (place.length > MAX_DEPTH) {
      if (place.length === MAX_DEPTH + 1) this.#note(place, '', `more than ${MAX_DEPTH} levels are not read`);
      return () => null;
    }
    if (typeof value === 'string') return this.#text(value, place);
    if (Array.isArray(value)) {
      const items = value.map((item, i) => this.read(item, [...place, i]));
      return (scope) => items.map((fill) => fill(scope)).filter((item) => item !== LEFT_OUT);
    }
    if (typeof value !== 'object' || value === null) return () => value;
    const members = Object.entries(value).map(
      ([name, one]) => [name, this.read(one, [...place, name])] as const,
    );
    return (scope) =>
      Object.fromEntries(
        members.map(([name, fill]) => [name, fill(scope)] as const).filter(([, one]) => one !== LEFT_OUT),
      );
  }

  #text(text: string, place: Place): Fill {
    if (!text.includes('${')) return () => text;
    const pieces = piecesOf(text);
    const [only] = pieces;
    if (pieces.length === 1 && only?.kind === 'expression') {
      const expression = this.#expression(only.text, place);
      return (scope) => run(expression, place, scope, fromCel);
    }
    const parts = pieces.map(({ kind, text: piece }): Fill => {
      if (kind === 'literal') return () => piece;
      if (kind === 'unclosed') {
        this.#note(place, piece, "a '${' has no '}' of its own; write $${ for the sign itself");
        return () => '';
      }
      const expression = this.#expression(piece, place);
      return (scope) => run(expression, place, scope, asText);
    });
    return (scope) => parts.map((part) => part(scope)).join('');
  }

  #expression(source: string, place: Place): Expression | undefined {
    this.expressions++;
    if (this.expressions > MAX_EXPRESSIONS) {
      if (this.expressions === MAX_EXPRESSIONS + 1) {
        this.#note(place, '', `more than ${MAX_EXPRESSIONS} expressions in one value are not read`);
      }
      return undefined;
    }
    try {
      return parseExpression(source, this.#options);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.#note(place, source, error.message);
      return undefined;
    }
  }

  #note(place: Place, source: string, message: string): void {
    this.problems.push({ place, source: source.trim(), message });
  }
}

function run(
  expression: Expression | undefined,
  place: Place,
  scope: Scope,
  finish: (value: unknown) => unknown,
): unknown {
  if (!expression) throw new MappingError(place, '', 'the expression cannot be read', false);
  try {
    return finish(expression.evaluate(scope));
  } catch (error) {
    if (!(error instanceof ExpressionError) && !(error instanceof TypeError)) throw error;
    const missing = error instanceof ExpressionError && error.missing;
    throw new MappingError(place, expression.source.trim(), error.message, missing);
  }
}

interface Piece {
  kind: 'literal' | 'expression' | 'unclosed';
  text: string;
}

/** A text in its pieces. A brace of the expression itself, or in a text of it, does not end it. */
function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let literal = '';
  const keep = (): void => {
    if (literal !== '') pieces.push({ kind: 'literal', text: literal });
    literal = '';
  };
  for (let at = 0; at < text.length;) {
    if (text.startsWith('$${', at)) {
      literal += '${';
      at += 3;
    } else if (text.startsWith('${', at)) {
      keep();
      const end = endOf(text, at + 2);
      if (end === undefined) return [...pieces, { kind: 'unclosed', text: text.slice(at) }];
      pieces.push({ kind: 'expression', text: text.slice(at + 2, end) });
      at = end + 1;
    } else {
      literal += text.charAt(at++);
    }
  }
  keep();
  return pieces;
}

function endOf(text: string, from: number): number | undefined {
  let open = 0;
  for (let at = from; at < text.length; at++) {
    const sign = text.charAt(at);
    if (sign === '"' || sign === "'") {
      const close = closingQuote(text, at);
      if (close === undefined) return undefined;
      at = close;
    } else if (sign === '{') open++;
    else if (sign === '}' && open-- === 0) return at;
  }
  return undefined;
}

function closingQuote(text: string, from: number): number | undefined {
  const quote = text.charAt(from);
  for (let at = from + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++;
    else if (text.charAt(at) === quote) return at;
  }
  return undefined;
}
