import { Command, CommanderError } from 'commander';
import { VERSION } from '../app/version.ts';
import { addGlobalOptions, examples, globalOptionsIn, type Bind } from './command.ts';
import { addActivate } from './commands/activate.ts';
import { addActions } from './commands/actions.ts';
import { addCall } from './commands/call.ts';
import { addConnections } from './commands/connections.ts';
import { addConnectors } from './commands/connectors.ts';
import { addDemo } from './commands/demo.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExplain } from './commands/explain.ts';
import { addInit } from './commands/init.ts';
import { addSandbox } from './commands/sandbox.ts';
import { addStreams } from './commands/streams.ts';
import { Invocation } from './invocation.ts';
import type { GlobalOptions, Io } from './io.ts';
import { EXIT, exitCodeOf, reportError, usageError } from './report-error.ts';
import { Terminal } from './terminal.ts';

/** How long an interrupted command may take to note what it did, in milliseconds. */
const GRACE = 5000;

/** Runs one command line; gives the exit code. Never throws. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.done;
  let invocation: Invocation | undefined;
  const program = createProgram(io, (command, work) => {
    addGlobalOptions(command).action(async () => {
      // `call` leaves what stands after its first argument to the action: ours are among it.
      const globals: GlobalOptions = { ...program.opts(), ...globalOptionsIn(command.args), ...command.opts() };
      invocation = new Invocation(io, globals);
      code = await work(invocation, { args: command.args, options: command.opts() });
    });
  });
  try {
    await untilInterrupted(program.parseAsync(argv, { from: 'user' }), io.signal);
    if (io.signal?.aborted) return EXIT.interrupted;
    return code;
  } catch (error) {
    const terminal = invocation?.terminal ?? new Terminal(io, asksForJson(argv));
    if (io.signal?.aborted) {
      terminal.note('interrupted; what was sent is on record, and the same command goes on from there');
      return EXIT.interrupted;
    }
    if (error instanceof CommanderError) return endOfParsing(terminal, error);
    reportError(terminal, error, asksForDebug(argv));
    return exitCodeOf(error);
  } finally {
    await invocation?.close().catch(() => undefined);
  }
}

function createProgram(io: Io, bind: Bind): Command {
  const program = new Command('trunkline');
  const terminal = new Terminal(io, false);
  program
    .description('Joins Zoom to everything else: people to Brevo, data to databases, every operation typed.')
    .version(VERSION, '-V, --version', 'show the version')
    .usage('<command> [options]')
    // Options of a command stand after it, so that an action may have fields of any name.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      // Errors are shown by `run`, in one form with all others.
      outputError: () => undefined,
      getOutHelpWidth: () => terminal.proseWidth,
      getErrHelpWidth: () => terminal.proseWidth,
      getOutHasColors: () => terminal.hasColour('stdout'),
      getErrHasColors: () => terminal.hasColour('stderr'),
    })
    .configureHelp({
      styleTitle: (title) => terminal.paint('bold', title),
      subcommandTerm: (command) => [command.name(), command.usage().replace('[options]', '').trim()].join(' '),
    });
  addGlobalOptions(program);
  program.commandsGroup('Begin:');
  addDemo(program, bind);
  addSandbox(program, bind);
  addInit(program, bind);
  addDoctor(program, bind);
  program.commandsGroup('People to Brevo:');
  addActivate(program, bind);
  addExplain(program, bind);
  program.commandsGroup('Operations and data:');
  addConnectors(program, bind);
  addConnections(program, bind);
  addActions(program, bind);
  addStreams(program, bind);
  addCall(program, bind);
  program.commandsGroup('Help:');
  examples(program, [
    ['trunkline demo', 'the whole job against a simulated Zoom and Brevo'],
    ['trunkline init', 'set up your own accounts'],
    ['trunkline activate --since 7d --dry-run', 'see what would be sent'],
  ]);
  return program;
}

/** Waits for the work; once interrupted, only for so long as it needs to note what it did. */
async function untilInterrupted(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) {
    await work;
    return;
  }
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<void>((resolve) => {
    const start = (): void => {
      timer = setTimeout(resolve, GRACE);
    };
    if (signal.aborted) start();
    else signal.addEventListener('abort', start, { once: true });
  });
  try {
    await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}

/** Help and version end parsing too, well. */
function endOfParsing(terminal: Terminal, error: CommanderError): number {
  if (error.exitCode === 0) return EXIT.done;
  // Help that nobody asked for has been shown: a command is missing.
  if (error.code === 'commander.help') return EXIT.usage;
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const hints = [suggestion?.replace(/^\(?(.*?)\)?$/, '$1'), 'See trunkline --help'];
  reportError(terminal, usageError(message, hints.filter(Boolean).join('\n')), false);
  return EXIT.usage;
}

function asksForJson(argv: readonly string[]): boolean {
  return argv.includes('--json');
}

function asksForDebug(argv: readonly string[]): boolean {
  const level = argv.indexOf('--log-level');
  return argv.includes('--log-level=debug') || (level >= 0 && argv[level + 1] === 'debug');
}
