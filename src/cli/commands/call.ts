import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { App } from '../../app/index.ts';
import type { Action } from '../../core/action.ts';
import type { Connector } from '../../core/connector.ts';
import type { Session } from '../../http/session.ts';
import { callParser, OWN_FLAGS, type CallOptions } from '../call-parser.ts';
import { examples, type Bind } from '../command.ts';
import { fieldsOf } from '../fields.ts';
import type { Invocation } from '../invocation.ts';
import { findLinked } from '../known-connectors.ts';
import { EXIT, usageError } from '../report-error.ts';

export function addCall(program: Command, bind: Bind): void {
  const command = program
    .command('call')
    .argument('[connector]', 'id of a connector, or name of a connection')
    .argument('[action]', 'name of the action, such as users.list')
    .argument('[fields...]', 'the input, one flag for each field')
    .usage('<connector> <action> [--<field> value ...]')
    .description('Run one operation of a connected system and print what it answers.')
    // The flags of the action are only known once the action is.
    .passThroughOptions()
    .addHelpText(
      'after',
      '\nEvery field of the input is a flag. See them with: trunkline call <connector> <action> --help',
    );
  examples(command, [
    ['trunkline call zoom users.list --status active --page-size 5'],
    ['trunkline call zoom users.list --all', 'every page, one row a line'],
    ['trunkline call brevo contacts.get --email ada@example.com'],
    [`trunkline call brevo contacts.upsert --input @contact.json`],
  ]);
  bind<object>(command, async (invocation, { args }) => {
    const [first, second, ...rest] = args;
    if (!first || first.startsWith('-')) {
      throw usageError('the connector is missing', 'Example: trunkline call zoom users.list --page-size 5');
    }
    const app = await invocation.app();
    const { connector } = await findLinked(app, first, invocation.io.cwd);
    const { action, name } = await findActionOf(connector, first, second);
    return callAction(invocation, app, { owner: first, name, action, rest, command });
  });
}

/** The action, or an error that names those which may have been meant. */
async function findActionOf(
  connector: Connector,
  owner: string,
  name: string | undefined,
): Promise<{ action: Action; name: string }> {
  const { findAction, listActions } = await import('../../core/connector.ts');
  const all = listActions(connector).map((one) => one.name);
  if (name === undefined || name.startsWith('-')) {
    throw usageError(
      `the action is missing; ${owner} has: ${all.join(', ')}`,
      `See trunkline actions ${owner}`,
    );
  }
  const action = findAction(connector, name);
  if (action) return { action, name };
  const { nearestFew } = await import('../../app/config/nearest.ts');
  const near = nearestFew(name, all, 4);
  const meant = near.length > 0 ? `Did you mean ${near.join(', ')}?\n` : '';
  throw usageError(`${owner} has no action '${name}'`, `${meant}All of them: trunkline actions ${owner}`);
}

interface Target {
  owner: string;
  name: string;
  action: Action;
  rest: readonly string[];
  /** The command itself: its parser is the model of the action's. */
  command: Command;
}

async function callAction(invocation: Invocation, app: App, target: Target): Promise<number> {
  const { checkInput, exampleLine, readFlags, readInput } = await import('../call-input.ts');
  const { toJsonSchema } = await import('../../core/schema.ts');
  const { owner, name, action, rest } = target;
  const fields = fieldsOf(toJsonSchema(action.input, 'input'), OWN_FLAGS);
  const parser = callParser(
    { owner, name, action, example: exampleLine(owner, name, action, fields) },
    fields,
    target.command,
  );
  parser.parse(rest, { from: 'user' });
  const options = parser.opts<CallOptions>();
  const given = options.input === undefined ? {} : await readInput(options.input, invocation.io);
  const input = { ...given, ...readFlags(fields, parser.opts()) };
  checkInput({ connector: owner, name, action }, fields, input);
  if (options.all && !action.pages) {
    throw usageError(`${owner} ${name} is not a list: --all makes no sense for it`, 'Leave out --all.');
  }
  if (action.effect === 'destroy' && !options.yes) {
    const stop = await confirm(invocation, target, input);
    if (stop !== undefined) return stop;
  }
  const session = await app.session(owner);
  if (options.output !== undefined) return saveFile(invocation, session, action, input, options.output);
  return options.all
    ? printAll(invocation, session, action, input)
    : printOne(invocation, session, action, input);
}

/** Asks before something is destroyed; gives an exit code when it is not to be done. */
async function confirm(
  { io, terminal, signal }: Invocation,
  { owner, name, action }: Target,
  input: Readonly<Record<string, unknown>>,
): Promise<number | undefined> {
  const what = `${action.title} (${owner} ${name} ${JSON.stringify(input)})`;
  if (!io.isTTY.stdin || !io.isTTY.stderr || terminal.json) {
    throw usageError(`${what} cannot be undone`, 'Add --yes to do it.');
  }
  const { confirm: ask, isCancel } = await import('@clack/prompts');
  const message = `${what}: this cannot be undone. Do it?`;
  const sure = await ask({ message, initialValue: false, input: io.stdin, output: io.stderr, signal });
  if (sure === true) return undefined;
  terminal.note('Nothing was done.');
  return isCancel(sure) ? EXIT.interrupted : EXIT.failed;
}

async function printOne(
  { terminal }: Invocation,
  session: Session,
  action: Action,
  input: Readonly<Record<string, unknown>>,
): Promise<number> {
  const output: unknown = await session.call(action, input);
  if (terminal.json) terminal.printJson(output);
  else if (output === undefined)
    terminal.note(`${terminal.paintNote('green', '✓')} done; the answer is empty`);
  else terminal.print(JSON.stringify(output, null, 2));
  return EXIT.done;
}

/** The file that the action leads to, and how far it is for whoever watches. */
async function saveFile(
  { io, signal, terminal }: Invocation,
  session: Session,
  action: Action,
  input: Readonly<Record<string, unknown>>,
  output: string,
): Promise<number> {
  const saved = await session.download(action, input, { file: resolve(io.cwd, output), signal });
  if (terminal.json) terminal.printJson(saved);
  else terminal.print(`${saved.file}: ${saved.size} bytes`);
  return EXIT.done;
}

/** Every page, one row a line; rows that are not as documented are counted and named on stderr. */
async function printAll(
  { terminal }: Invocation,
  session: Session,
  action: Action,
  input: Readonly<Record<string, unknown>>,
): Promise<number> {
  let refusals = 0;
  for await (const { rows, refused } of session.pages(action, input)) {
    for (const row of rows) await terminal.printRow(row);
    for (const { reason } of refused) terminal.note(`row left out: ${reason}`);
    refusals += refused.length;
  }
  if (refusals === 0) return EXIT.done;
  terminal.note(`${refusals} rows were left out, as they are not as documented`);
  return EXIT.partly;
}
