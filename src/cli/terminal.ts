import { once } from 'node:events';
import { styleText } from 'node:util';
import type { Io } from './io.ts';
import { cutLine, oneLine } from './layout.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Width when the output goes to a file or a pipe. */
const PIPE_WIDTH = 120;
/** Columns beyond which a line of prose is hard to read. */
const PROSE_WIDTH = 100;
/** Starts a line over and clears it. */
const REWRITE = '\r\u001B[2K';
const CLEAR_BELOW = '\u001B[J';

/** Where a command shows things: the result on stdout, everything else on stderr. */
export class Terminal {
  /** Results are JSON, and only they are on stdout. */
  readonly json: boolean;
  readonly width: number;
  readonly #io: Io;
  readonly #colour: { stdout: boolean; stderr: boolean };
  #shown: readonly string[] = [];
  #ended = false;

  constructor(io: Io, json: boolean) {
    this.#io = io;
    this.json = json;
    this.width = Number(io.env['COLUMNS']) || (io.isTTY.stdout ? (io.stdout.columns ?? 80) : PIPE_WIDTH);
    const plain = Boolean(io.env['NO_COLOR']) || io.env['TERM'] === 'dumb';
    this.#colour = { stdout: io.isTTY.stdout && !plain, stderr: io.isTTY.stderr && !plain };
  }

  /** Width for sentences. */
  get proseWidth(): number {
    return Math.min(this.width, PROSE_WIDTH);
  }

  hasColour(stream: 'stdout' | 'stderr'): boolean {
    return this.#colour[stream];
  }

  /** Colours text of a result. */
  paint = (style: Style, text: string): string =>
    this.#colour.stdout ? styleText(style, text, { validateStream: false }) : text;

  /** Colours text for stderr. */
  paintNote = (style: Style, text: string): string =>
    this.#colour.stderr ? styleText(style, text, { validateStream: false }) : text;

  /** A line or block of the result. */
  print(text: string): void {
    this.status('');
    this.#io.stdout.write(`${text}\n`);
  }

  /** A result as one JSON document on one line. */
  printJson(value: unknown): void {
    this.print(JSON.stringify(value ?? null));
  }

  /** One line of many; waits for a reader who is slower. */
  async printRow(value: unknown): Promise<void> {
    if (!this.#io.stdout.write(`${JSON.stringify(value)}\n`)) await once(this.#io.stdout, 'drain');
  }

  /** Text for people that is no result. */
  note(text: string): void {
    const shown = this.#shown;
    this.#rewrite([]);
    this.#io.stderr.write(`${text}\n`);
    this.#rewrite(shown);
  }

  /** True where a line can be rewritten. */
  get live(): boolean {
    return this.#io.isTTY.stderr && this.#io.env['TERM'] !== 'dumb';
  }

  /** Columns and lines of the screen that progress is shown on. */
  get screen(): { columns: number; rows: number } {
    const { columns = 80, rows = 24 } = this.#io.stderr;
    return { columns: Number(this.#io.env['COLUMNS']) || columns, rows };
  }

  /** The line that is rewritten while something goes on; empty to remove it. Nothing where lines cannot be rewritten. */
  status(text: string): void {
    this.#rewrite(text === '' ? [] : [oneLine(text, this.screen.columns - 1)]);
  }

  /** Like `status`, several lines at once; those that the screen has no room for are left out. */
  panel(lines: readonly string[]): void {
    const { columns, rows } = this.screen;
    this.#rewrite(lines.slice(0, rows - 1).map((line) => cutLine(line, columns - 1)));
  }

  #rewrite(lines: readonly string[]): void {
    if (!this.live || this.#ended || lines.join('\n') === this.#shown.join('\n')) return;
    const above = this.#shown.length - 1;
    // In one piece, so that nothing flickers.
    this.#io.stderr.write((above > 0 ? `\r\u001B[${above}A${CLEAR_BELOW}` : REWRITE) + lines.join('\n'));
    this.#shown = lines;
  }

  /** Removes the status line for good: what is still under way must not bring it back. */
  end(): void {
    this.status('');
    this.#ended = true;
  }
}
