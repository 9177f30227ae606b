import type { Style, Terminal } from './terminal.ts';
import { hanging } from './report-error.ts';
import type { Cell } from './layout.ts';
import { usageError } from './report-error.ts';

/** `11-21 09:30`, in UTC: a list has no room for the year. */
export function shortMoment(iso: string): string {
  return iso.slice(5, 16).replace('T', ' ');
}

const STYLES: Readonly<Record<string, Style>> = {
  done: 'green',
  handled: 'green',
  failed: 'red',
  refused: 'red',
  lost: 'red',
  received: 'yellow',
  planned: 'yellow',
  sending: 'yellow',
  running: 'cyan',
  stopped: 'yellow',
  ignored: 'dim',
  skipped: 'dim',
};

/** A state, by its colour; with a number behind it when that says more. */
export function stateCell(terminal: Terminal, state: string, more = ''): Cell {
  return {
    text: more === '' ? state : `${state} ${more}`,
    paint: (text) => terminal.paint(STYLES[state] ?? 'dim', text),
  };
}

/** What went wrong, and what to do about it. */
export function troubleText(error: { message: string; hint?: string | undefined } | undefined): string {
  if (!error) return '';
  return error.hint ? `${error.message}\n→ ${error.hint}` : error.message;
}

/** Lines of a title and what belongs to it; those without are left out. */
export function factLines(
  terminal: Terminal,
  facts: readonly (readonly [title: string, text: string | number | undefined])[],
): string[] {
  return facts.flatMap(([title, text]) =>
    text === undefined || text === ''
      ? []
      : hanging(String(text), terminal.proseWidth, `${title.padEnd(11)} `, ' '.repeat(12)),
  );
}

/** @throws ConnectorError of kind `input` when the value is none of those */
export function oneOf<T extends string>(
  flag: string,
  value: string | undefined,
  all: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const found = all.find((one) => one === value);
  if (found) return found;
  throw usageError(`${flag} is '${value}'`, `It is one of: ${all.join(', ')}.`);
}

/** Said below a list that was cut. */
export function cutNote(shown: number, limit: number): string | undefined {
  return shown < limit ? undefined : `The newest ${limit}; --limit shows more.`;
}
