import type { Command } from 'commander';
import type { Effect } from '../../core/action.ts';
import { examples, type Bind } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { chooseConnectors, type NamedConnector } from '../known-connectors.ts';
import { table } from '../layout.ts';
import { EXIT } from '../report-error.ts';
import type { Style } from '../terminal.ts';

const STYLES: Readonly<Record<Effect, Style>> = { read: 'green', write: 'yellow', destroy: 'red' };

export function addActions(program: Command, bind: Bind): void {
  const command = program
    .command('actions')
    .argument('[connector]', 'id of a connector, name of a connection, or path of a definition')
    .description('List the operations that can be called.');
  examples(command, [
    ['trunkline actions zoom'],
    ['trunkline actions --json', 'with JSON Schema of every input and output'],
  ]);
  bind(command, async (invocation, { args }) => {
    const app = await invocation.app();
    const chosen = await chooseConnectors(app, args[0], invocation.io.cwd);
    await show(invocation, chosen);
    return EXIT.done;
  });
}

async function show({ terminal }: Invocation, chosen: readonly NamedConnector[]): Promise<void> {
  const { listActions } = await import('../../core/connector.ts');
  if (terminal.json) {
    const { actionViews } = await import('../../app/catalog-view.ts');
    terminal.printJson(chosen.flatMap(({ name, connector }) => actionViews(name, connector)));
    return;
  }
  const rows = chosen.flatMap(({ name: owner, connector }) =>
    listActions(connector).map(({ name, action }) => [
      owner,
      name,
      action.title,
      { text: action.effect, paint: (text: string) => terminal.paint(STYLES[action.effect], text) },
      action.budget,
    ]),
  );
  const columns = [
    { title: 'CONNECTOR' },
    { title: 'ACTION' },
    { title: 'WHAT IT DOES', wrap: true },
    { title: 'EFFECT' },
    { title: 'BUDGET' },
  ];
  terminal.print(table(columns, rows, terminal.width));
  const [first] = chosen;
  const [example] = first ? listActions(first.connector) : [];
  if (first && example) terminal.note(`\nInputs of one: trunkline call ${first.name} ${example.name} --help`);
}
