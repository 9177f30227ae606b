import { Command, Option } from 'commander';
import type { Invocation } from './invocation.ts';
import type { GlobalOptions } from './io.ts';

/** What stands on the command line for one command. */
export interface Given<Options> {
  args: readonly string[];
  options: Options;
}

/** Does a command's work; gives the exit code. */
export type Work<Options> = (invocation: Invocation, given: Given<Options>) => Promise<number>;

/** Connects a command with its work. */
export type Bind = <Options extends object>(command: Command, work: Work<Options>) => void;

/** How much can be logged. */
export const LEVELS = ['silent', 'error', 'warn', 'info', 'verbose', 'debug'];

/** Adds the options that every command takes. */
export function addGlobalOptions(command: Command): Command {
  const group = 'Global options:';
  return command
    .addOption(new Option('--config <file>', 'configuration file (default: trunkline.yaml)').helpGroup(group))
    .addOption(new Option('--json', 'print the result as JSON, for programs').helpGroup(group))
    .addOption(
      new Option('--log-level <level>', `how much to log on stderr: ${LEVELS.join(', ')}`)
        .choices(LEVELS)
        .helpGroup(group),
    )
    .addHelpOption(new Option('-h, --help', 'show this help').helpGroup(group));
}

/** The options that every command takes, among arguments that hold others too. */
export function globalOptionsIn(args: readonly string[]): GlobalOptions {
  const finder = addGlobalOptions(new Command()).helpOption(false).exitOverride();
  finder
    .configureOutput({ outputError: () => undefined })
    .allowUnknownOption()
    .allowExcessArguments();
  return finder.parse(args, { from: 'user' }).opts();
}

/** Shows examples below the help of a command. */
export function examples(command: Command, lines: readonly (readonly [line: string, says?: string])[]): void {
  const width = Math.max(...lines.map(([line]) => line.length));
  const text = lines.map(([line, says]) => `  ${says ? `${line.padEnd(width)}  # ${says}` : line}`);
  command.addHelpText('after', `\n${lines.length > 1 ? 'Examples' : 'Example'}:\n${text.join('\n')}`);
}
