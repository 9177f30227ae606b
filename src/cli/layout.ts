import { stripVTControlCharacters } from 'node:util';

/** One cell of a table: its text, and how it is painted once its place is known. */
export type Cell = string | { text: string; paint: (text: string) => string };

export interface Column {
  title: string;
  align?: 'right';
  /** Gives way first when the table is wider than the screen. */
  wrap?: boolean;
}

/** Narrower than this, a wrapped column is no longer readable. */
const NARROWEST = 12;
const GAP = '  ';
/** Zero-width joiner and the mark that makes a sign an emoji. */
const JOINERS = new Set(['\u200D', '\uFE0F']);

/** Columns that a text takes on the screen. */
export function textWidth(text: string): number {
  let width = 0;
  for (const char of stripVTControlCharacters(text)) {
    if (/^\p{M}$/u.test(char) || JOINERS.has(char)) continue;
    width +=
      /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60]$/u.test(
        char,
      )
        ? 2
        : 1;
  }
  return width;
}

/** Breaks text into lines of at most so many columns; a word that is longer is cut only when asked to. */
export function wrapText(text: string, width: number, cut = false): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    // What is indented stays indented.
    const indent = /^ */.exec(paragraph)?.[0] ?? '';
    let line = indent;
    for (const word of paragraph.trim().split(' ')) {
      const pieces = cut ? cutWord(word, Math.max(1, width - indent.length)) : [word];
      for (const piece of pieces) {
        const next = line === indent ? line + piece : `${line} ${piece}`;
        if (line !== indent && textWidth(next) > width) {
          lines.push(line);
          line = indent + piece;
        } else line = next;
      }
    }
    return [...lines, line];
  });
}

function cutWord(word: string, width: number): string[] {
  if (textWidth(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const char of word) {
    if (textWidth(piece + char) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += char;
  }
  return [...pieces, piece];
}

/** Shortens a text to one line of so many columns. */
export function oneLine(text: string, width: number): string {
  return cutLine(text.replaceAll(/\s+/g, ' '), width);
}

/** Shortens a line to so many columns; its spaces stay, so that columns stand below each other. */
export function cutLine(line: string, width: number): string {
  if (textWidth(line) <= width) return line;
  // A cut in the middle of a colour would colour what comes after it.
  return `${cutWord(stripVTControlCharacters(line), Math.max(1, width - 1))[0] ?? ''}…`;
}

/** Aligned columns with a title line; what is too wide is wrapped, never cut off. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], width: number): string {
  const head: Cell[] = columns.map(({ title }) => title);
  const all = columns.some(({ title }) => title) ? [head, ...rows] : rows;
  const widths = columnWidths(columns, all, width);
  return all
    .flatMap((row) => {
      const cells = columns.map((_, i) => row[i] ?? '');
      const wrapped = cells.map((cell, i) => wrapText(textOf(cell), widths[i] ?? 0, true));
      const height = Math.max(...wrapped.map(({ length }) => length));
      return Array.from({ length: height }, (_, line) =>
        cells
          .map((cell, i) => place(cell, wrapped[i]?.[line] ?? '', widths[i] ?? 0, columns[i]?.align))
          .join(GAP)
          .trimEnd(),
      );
    })
    .join('\n');
}

function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
): number[] {
  const widths = columns.map((_, i) =>
    Math.max(
      ...rows.map((row) =>
        Math.max(
          ...textOf(row[i] ?? '')
            .split('\n')
            .map(textWidth),
        ),
      ),
    ),
  );
  let over = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length) - width;
  while (over > 0) {
    const widest = widths
      .map((one, i) => ({ one, i }))
      .filter(({ one, i }) => columns[i]?.wrap && one > NARROWEST)
      .toSorted((a, b) => b.one - a.one)[0];
    if (!widest) break;
    widths[widest.i] = widest.one - 1;
    over--;
  }
  return widths;
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

function place(cell: Cell, text: string, width: number, align: 'right' | undefined): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)));
  const painted = typeof cell === 'string' || text === '' ? text : cell.paint(text);
  return align === 'right' ? space + painted : painted + space;
}
