import { ConnectorError } from '../../core/errors.ts';

/** A place in a text; lines and columns count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** One thing that is wrong with the configuration. */
export interface Problem {
  /** Where it stands: `trunkline.yaml:12:5`, or the name of an environment variable. */
  where: string;
  /** The setting and what is wrong with it, without an example. */
  message: string;
  /** What would be right. */
  expected: string;
  /** A line that would be right. */
  example: string;
  /** The same place as numbers, when it is in the file. */
  position?: Position;
}

/** What a problem is made from. */
export interface Finding {
  /** The file, or the name of an environment variable. */
  source: string;
  position?: Position;
  /** Dotted name of the setting; empty when the source says it all. */
  path: string;
  expected: string;
  /** What stands there instead, ready to be shown: never a secret. */
  got?: string;
  /** Why it is so, when that is not obvious. */
  reason?: string;
  example: string;
}

/** All that is wrong with the configuration, in one error. */
export class ConfigError extends ConnectorError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const sorted = inLineOrder(problems);
    const header = `${sorted.length} ${sorted.length === 1 ? 'problem' : 'problems'} in the configuration:`;
    super([header, ...sorted.map(problemLine)].join('\n'), {
      kind: 'config',
      hint: 'Correct these settings and start again.',
    });
    this.problems = sorted;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), problems: this.problems };
  }
}

/** Makes a problem: `path: expected this, got that (reason)`. */
export function problem(finding: Finding): Problem {
  const { source, position, path, expected, got, reason, example } = finding;
  const where = position ? `${source}:${position.line}:${position.column}` : source;
  const subject = path ? `${path}: ` : '';
  const message = `${subject}expected ${expected}${got ? `, got ${got}` : ''}${reason ? ` (${reason})` : ''}`;
  return { where, message, expected, example, ...(position && { position }) };
}

/** A value as a problem may show it: short, on one line, without what may be secret in a URL. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  if (typeof value !== 'string') return typeof value;
  const text = value.replace(/\/\/.*@/s, '//[secret]@').replace(/(:\/\/.*?)[?#].*/s, '$1?[secret]');
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

/** The type of a value, for what must not be shown. */
export function showType(value: unknown): string {
  if (typeof value === 'string') return 'text that is not shown';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'boolean') return 'true or false';
  return show(value);
}

/** Words as people list them: `a, b or c`. */
export function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function problemLine({ where, message, example }: Problem): string {
  return `${where}  ${message}. Example: ${example}`;
}

// The file first, from top to bottom, then the environment in the order in which it was read.
function inLineOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => {
    if (!a.position || !b.position) return Number(!a.position) - Number(!b.position);
    return a.position.line - b.position.line || a.position.column - b.position.column;
  });
}
