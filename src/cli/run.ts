import { CommanderError, type Command } from 'commander';
import { addGlobalOptions, globalOptionsIn } from './command.ts';
import { Invocation } from './invocation.ts';
import type { GlobalOptions, Io } from './io.ts';
import { createProgram } from './program.ts';
import { EXIT, exitCodeOf, reportError, usageError } from './report-error.ts';
import { Terminal } from './terminal.ts';

/** Runs one command line; gives the exit code. Never throws. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.done;
  let invocation: Invocation | undefined;
  const program = createProgram(io, (command, work) => {
    addGlobalOptions(command).action(async () => {
      // `call` leaves what stands after its first argument to the action: ours are among it.
      const globals: GlobalOptions = {
        ...program.opts(),
        ...globalOptionsIn(command.args),
        ...command.opts(),
      };
      invocation = new Invocation(io, globals);
      code = await work(invocation, { args: command.args, options: command.opts() });
    });
  });
  try {
    await untilInterrupted(program.parseAsync(argv, { from: 'user' }), io.signal, () => invocation);
    if (io.signal?.aborted && invocation?.stopsWell !== true) return EXIT.interrupted;
    return code;
  } catch (error) {
    const terminal = invocation?.terminal ?? new Terminal(io, asksForJson(argv));
    if (io.signal?.aborted) {
      terminal.end();
      const message = invocation?.whenInterrupted ?? 'interrupted';
      if (terminal.json) terminal.printJson({ error: { kind: 'interrupted', message } });
      else terminal.note(message);
      return EXIT.interrupted;
    }
    if (error instanceof CommanderError) return endOfParsing(terminal, error, commandIn(argv, program));
    reportError(terminal, error, asksForDebug(argv));
    return exitCodeOf(error);
  } finally {
    invocation?.terminal.end();
    await invocation?.close().catch(() => undefined);
  }
}

/** Waits for the work; once interrupted, stops it, and waits only for so long as it needs to note what it did. */
async function untilInterrupted(
  work: Promise<unknown>,
  signal: AbortSignal | undefined,
  invocation: () => Invocation | undefined,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<void>((_, reject) => {
    const start = (): void => {
      timer = setTimeout(() => reject(signal?.reason as Error), invocation()?.graceMs ?? 0);
      invocation()?.stop().catch(reject);
    };
    if (signal?.aborted) start();
    else signal?.addEventListener('abort', start, { once: true });
  });
  try {
    await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}

/** Help and version end parsing too, well. */
function endOfParsing(terminal: Terminal, error: CommanderError, command: string): number {
  if (error.exitCode === 0) return EXIT.done;
  // Help that nobody asked for has been shown: a command is missing.
  if (error.code === 'commander.help') return EXIT.usage;
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const hints = [suggestion?.replace(/^\(?(.*?)\)?$/, '$1'), `See ${command} --help`];
  reportError(terminal, usageError(message, hints.filter(Boolean).join('\n')), false);
  return EXIT.usage;
}

/** The command that was meant, as far as it can be told from a line that makes no sense. */
function commandIn(argv: readonly string[], program: Command): string {
  const words = argv.filter((word) => !word.startsWith('-'));
  const path = [program.name()];
  let here: Command | undefined = program;
  while (here) {
    here = here.commands.find((command) => command.name() === words[0]);
    if (here) path.push(words.shift() ?? '');
  }
  // The flags of an action are known by its own help.
  if (path[1] === 'call') path.push(...words.slice(0, 2));
  return path.join(' ');
}

function asksForJson(argv: readonly string[]): boolean {
  return argv.includes('--json');
}

function asksForDebug(argv: readonly string[]): boolean {
  const level = argv.indexOf('--log-level');
  return argv.includes('--log-level=debug') || (level >= 0 && argv[level + 1] === 'debug');
}
