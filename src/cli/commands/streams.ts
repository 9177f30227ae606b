import type { Command } from 'commander';
import { examples, type Bind } from '../command.ts';
import { chooseConnectors } from '../known-connectors.ts';
import { table } from '../layout.ts';
import { EXIT } from '../report-error.ts';

export function addStreams(program: Command, bind: Bind): void {
  const command = program
    .command('streams')
    .argument('[connector]', 'id of a connector, name of a connection, or path of a definition')
    .description('List the kinds of rows that can be read, with their keys.');
  examples(command, [
    ['trunkline streams zoom'],
    ['trunkline streams --json', 'with JSON Schema of the rows'],
  ]);
  bind(command, async (invocation, { args }) => {
    const { terminal, io } = invocation;
    const app = await invocation.app();
    const chosen = await chooseConnectors(app, args[0], io.cwd);
    const all = chosen.flatMap(({ name, connector }) =>
      Object.values(connector.streams ?? {}).map((stream) => ({ owner: name, stream })),
    );
    if (terminal.json) {
      const { toJsonSchema } = await import('../../core/schema.ts');
      terminal.printJson(
        all.map(({ owner, stream }) => ({
          name: stream.name,
          title: stream.title,
          path: stream.path,
          primaryKey: stream.primaryKey,
          parent: stream.parent ?? null,
          cursor: stream.cursor ?? null,
          budget: stream.budget,
          scopes: stream.scopes,
          docs: stream.docs,
          row: toJsonSchema(stream.row, 'output'),
          connector: owner,
        })),
      );
    } else if (all.length === 0) {
      terminal.print(`${chosen.map(({ connector }) => connector.title).join(', ')}: no streams.`);
    } else {
      const columns = [
        { title: 'CONNECTOR' },
        { title: 'STREAM' },
        { title: 'ROWS', wrap: true },
        { title: 'KEY', wrap: true },
        { title: 'NEW ROWS BY' },
        { title: 'BELOW' },
        { title: 'BUDGET' },
      ];
      const rows = all.map(({ owner, stream }) => [
        owner,
        stream.name,
        stream.title,
        stream.primaryKey.join(', '),
        stream.cursor ?? '-',
        stream.parent ?? '-',
        stream.budget,
      ]);
      terminal.print(table(columns, rows, terminal.width));
    }
    return EXIT.done;
  });
}
