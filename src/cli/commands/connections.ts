import type { Command } from 'commander';
import type { ConnectionView } from '../../app/connection-list.ts';
import { examples, type Bind } from '../command.ts';
import { table } from '../layout.ts';
import { EXIT } from '../report-error.ts';
import { addConnectionsAdd } from './connections-add.ts';
import { addConnectionsRemove, addConnectionsTest } from './connections-change.ts';

export function addConnections(program: Command, bind: Bind): void {
  const group = program
    .command('connections')
    .helpCommand(false)
    .description('Add, show, test and remove accounts.')
    .usage('<add|list|test|remove>');
  examples(group, [
    ['trunkline connections list'],
    ['trunkline connections add zoom --oauth --name zoom-ada'],
    ['trunkline connections test'],
  ]);
  addConnectionsAdd(group, bind);
  const list = group
    .command('list')
    .description('List the connections, and what is missing for their use. Secrets are not shown.');
  examples(list, [['trunkline connections list']]);
  bind(list, async (invocation) => {
    const { terminal } = invocation;
    const app = await invocation.app();
    const { listConnections } = await import('../../app/connection-list.ts');
    const rows = await listConnections(app);
    if (terminal.json) {
      terminal.printJson(rows);
      return EXIT.done;
    }
    const columns = [
      { title: 'NAME' },
      { title: 'CONNECTOR', wrap: true },
      { title: 'SIGN-IN' },
      { title: 'PLAN' },
      { title: 'STATE', wrap: true },
      { title: 'ADDRESS', wrap: true },
      { title: 'CHECKED' },
    ];
    terminal.print(
      table(
        columns,
        rows.map((row) => [
          row.name,
          row.connector,
          row.signIn ?? '-',
          row.plan,
          {
            text: stateOf(row),
            paint: (text: string) => terminal.paint(row.ready ? 'green' : 'yellow', text),
          },
          row.servers['api'] ?? '-',
          row.checkedAt?.slice(0, 16).replace('T', ' ') ?? '-',
        ]),
        terminal.width,
      ),
    );
    return EXIT.done;
  });
  addConnectionsTest(group, bind);
  addConnectionsRemove(group, bind);
}

function stateOf({ ready, missing, problem }: ConnectionView): string {
  if (ready) return 'ready';
  return missing.length > 0 ? `not set: ${missing.join(', ')}` : (problem ?? '');
}
