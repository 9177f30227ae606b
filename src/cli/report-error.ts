import { ConnectorError } from '../core/errors.ts';
import { wrapText } from './layout.ts';
import type { Terminal } from './terminal.ts';

/** What a command ends with. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** Wrong usage or configuration: nothing ran. */
  usage: 2,
  /** Done, but some records were refused. */
  partly: 3,
  interrupted: 130,
} as const;

/** A command line that makes no sense, found before anything ran. */
export function usageError(message: string, hint = ''): ConnectorError {
  return new ConnectorError(message, { kind: 'input', hint });
}

/** The exit code for an error. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof ConnectorError)) return EXIT.failed;
  // An input that the other system refused has a status: something ran.
  return error.kind === 'config' || (error.kind === 'input' && error.status === undefined)
    ? EXIT.usage
    : EXIT.failed;
}

/** Shows an error: as JSON on stdout where results are JSON, else as text on stderr. */
export function reportError(terminal: Terminal, error: unknown, verbose: boolean): void {
  terminal.status('');
  if (terminal.json) terminal.printJson({ error: asJson(error) });
  else terminal.note(asText(terminal, error));
  if (verbose && error instanceof Error && error.stack) terminal.note(terminal.paintNote('dim', error.stack));
}

function asJson(error: unknown): unknown {
  if (error instanceof ConnectorError) return error.toJSON();
  return { kind: 'internal', message: messageOf(error), hint: BUG };
}

const BUG =
  'This should not happen. Run it again with --log-level debug and report what it shows at the project.';

function asText(terminal: Terminal, error: unknown): string {
  const known = error instanceof ConnectorError;
  const hints = (known ? error.hint : BUG).split('\n').filter((hint) => hint !== '');
  const [first = '', ...rest] = messageOf(error).split('\n');
  const width = terminal.proseWidth;
  const head = hanging(first, width - 'error: '.length, '', '  ');
  const body = rest.flatMap((line) => hanging(line.trimStart(), width, '  ', '    '));
  return [
    `${terminal.paintNote('red', 'error:')} ${head.join('\n')}`,
    ...body,
    ...hints
      .flatMap((hint) => hanging(hint, width, '  → ', '    '))
      .map((line) => paintArrow(terminal, line)),
    ...(known && error.requestId ? [`    (request ${error.requestId})`] : []),
  ].join('\n');
}

function paintArrow(terminal: Terminal, line: string): string {
  return line.startsWith('  → ') ? `  ${terminal.paintNote('cyan', '→')} ${line.slice(4)}` : line;
}

/** Lines of which the first begins otherwise than the others. */
export function hanging(text: string, width: number, first: string, others: string): string[] {
  return wrapText(text, width - others.length).map((line, i) => (i === 0 ? first : others) + line);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
