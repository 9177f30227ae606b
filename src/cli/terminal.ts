import { once } from 'node:events';
import { styleText } from 'node:util';
import type { Io } from './io.ts';
import { oneLine } from './layout.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Width when the output goes to a file or a pipe. */
const PIPE_WIDTH = 120;
/** Columns beyond which a line of prose is hard to read. */
const PROSE_WIDTH = 100;
/** Starts a line over and clears it. */
const REWRITE = '\r\u001B[2K';

/** Where a command shows things: the result on stdout, everything else on stderr. */
export class Terminal {
  /** Results are JSON, and only they are on stdout. */
  readonly json: boolean;
  readonly width: number;
  readonly #io: Io;
  readonly #colour: { stdout: boolean; stderr: boolean };
  #status = '';
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
    const status = this.#status;
    this.status('');
    this.#io.stderr.write(`${text}\n`);
    this.status(status);
  }

  /** True where a line can be rewritten. */
  get live(): boolean {
    return this.#io.isTTY.stderr && this.#io.env['TERM'] !== 'dumb';
  }

  /** The line that is rewritten while something goes on; empty to remove it. Nothing where lines cannot be rewritten. */
  status(text: string): void {
    if (!this.live || this.#ended || text === this.#status) return;
    const width = Number(this.#io.env['COLUMNS']) || (this.#io.stderr.columns ?? 80);
    this.#io.stderr.write(text === '' ? REWRITE : REWRITE + oneLine(text, width - 1));
    this.#status = text;
  }

  /** Removes the status line for good: what is still under way must not bring it back. */
  end(): void {
    this.status('');
    this.#ended = true;
  }
}
