import { Command } from 'commander';
import { VERSION } from '../app/version.ts';
import { addGlobalOptions, examples, LEVELS, type Bind } from './command.ts';
import { addActivate } from './commands/activate.ts';
import { addActions } from './commands/actions.ts';
import { addCall } from './commands/call.ts';
import { addCompletion } from './commands/completion.ts';
import { addConnections } from './commands/connections.ts';
import { addConnectors } from './commands/connectors.ts';
import { addDemo } from './commands/demo.ts';
import { addDeliveries } from './commands/deliveries.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvents } from './commands/events.ts';
import { addExtract } from './commands/extract.ts';
import { addExplain } from './commands/explain.ts';
import { addFlows } from './commands/flows.ts';
import { addHooks } from './commands/hooks.ts';
import { addInit } from './commands/init.ts';
import { addMcp } from './commands/mcp.ts';
import { addRuns } from './commands/runs.ts';
import { addSandbox } from './commands/sandbox.ts';
import { addServe, addStart } from './commands/serve.ts';
import { addStore } from './commands/store.ts';
import { addStreams } from './commands/streams.ts';
import { addWorker } from './commands/worker.ts';
import type { Io } from './io.ts';
import { Terminal } from './terminal.ts';

const EVERY_COMMAND = `
Every command takes:
  --help               what it does, its options, and an example
  --json               the result as JSON, for programs
  --config <file>      another configuration file than trunkline.yaml
  --log-level <level>  ${LEVELS.join(', ')}`;

/** The whole command line; `bind` connects each command with its work. */
export function createProgram(io: Io, bind: Bind): Command {
  const program = new Command('trunkline');
  const terminal = new Terminal(io, false);
  program
    .description('Joins Zoom to everything else: people to Brevo, data to databases, every operation typed.')
    .version(VERSION, '-V, --version', 'show the version')
    .usage('<command> [options]')
    // Options of a command stand after it, so that an action may have fields of any name.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .addHelpCommand(
      new Command('help')
        .argument('[command]')
        .description('Show the help of a command.')
        .helpGroup('Begin:'),
    )
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
      subcommandTerm: (command) => `${command.name()} ${command.usage().replace('[options]', '').trim()}`,
      minWidthToWrap: 24,
      optionDescription: ({ description }) => description,
    });
  addGlobalOptions(program);
  program.commandsGroup('Begin:');
  addStart(program, bind);
  addDemo(program, bind);
  addSandbox(program, bind);
  addInit(program, bind);
  addDoctor(program, bind);
  program.commandsGroup('People to Brevo:');
  addActivate(program, bind);
  addExplain(program, bind);
  addDeliveries(program, bind);
  program.commandsGroup('Live:');
  addServe(program, bind);
  addWorker(program, bind);
  addEvents(program, bind);
  addHooks(program, bind);
  addRuns(program, bind);
  addStore(program, bind);
  program.commandsGroup('From one system to the next:');
  addFlows(program, bind);
  program.commandsGroup('Zoom to databases and files:');
  addExtract(program, bind);
  addStreams(program, bind);
  program.commandsGroup('Operations and data:');
  addConnectors(program, bind);
  addConnections(program, bind);
  addActions(program, bind);
  addCall(program, bind);
  addMcp(program, bind);
  addCompletion(program, bind);
  // The first screen shows what can be done; the options stand below.
  program.configureHelp({
    ...program.configureHelp(),
    subcommandTerm: (command) => command.name(),
    visibleOptions: () => [],
  });
  program.addHelpText('after', EVERY_COMMAND);
  examples(program, [
    ['trunkline demo', 'the whole job against a simulated Zoom and Brevo'],
    ['trunkline init', 'set up your own accounts'],
    ['trunkline activate --since 7d --dry-run', 'see what would be sent'],
  ]);
  return program;
}
