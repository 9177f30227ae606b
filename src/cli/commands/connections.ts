import type { Command } from 'commander';
import type { Config } from '../../app/index.ts';
import { examples, type Bind } from '../command.ts';
import { table } from '../layout.ts';
import { EXIT } from '../report-error.ts';

/** A connection as it is shown: never its credentials. */
interface Row {
  name: string;
  connector: string;
  ready: boolean;
  /** Credentials that are not set, or the variables that they come from. */
  missing: string[];
  servers: Record<string, string>;
  plan: string;
  /** Why it cannot be used. */
  problem?: string;
}

export function addConnections(program: Command, bind: Bind): void {
  const group = program
    .command('connections')
    .helpCommand(false)
    .description('Show the accounts that are configured.')
    .usage('list');
  examples(group, [['trunkline connections list']]);
  const list = group
    .command('list')
    .description('List the connections, and what is missing for their use. Secrets are not shown.');
  examples(list, [['trunkline connections list']]);
  bind(list, async (invocation) => {
    const { terminal } = invocation;
    const app = await invocation.app();
    const { linkNames } = await import('../../app/index.ts');
    const rows = await Promise.all(linkNames(app.config).map((name) => rowOf(app.config, name)));
    if (terminal.json) {
      terminal.printJson(rows);
      return EXIT.done;
    }
    const columns = [
      { title: 'NAME' },
      { title: 'CONNECTOR', wrap: true },
      { title: 'PLAN' },
      { title: 'STATE', wrap: true },
      { title: 'ADDRESS', wrap: true },
    ];
    terminal.print(
      table(
        columns,
        rows.map((row) => [
          row.name,
          row.connector,
          row.plan,
          {
            text: stateOf(row),
            paint: (text: string) => terminal.paint(row.ready ? 'green' : 'yellow', text),
          },
          row.servers['api'] ?? '-',
        ]),
        terminal.width,
      ),
    );
    return EXIT.done;
  });
}

function stateOf({ ready, missing, problem }: Row): string {
  if (ready) return 'ready';
  return missing.length > 0 ? `not set: ${missing.join(', ')}` : (problem ?? '');
}

async function rowOf(config: Config, name: string): Promise<Row> {
  const { ConnectorError } = await import('../../core/errors.ts');
  const { credentialNames } = await import('../../core/auth.ts');
  const { ConfigError } = await import('../../app/index.ts');
  const { link } = await import('../../app/connections.ts');
  try {
    const { connector, connection } = link(config, name);
    const missing = credentialNames(connector.auth).filter((one) => !connection.credentials[one]);
    return {
      name,
      connector: connector.id,
      ready: missing.length === 0,
      missing: [...new Set(missing)],
      servers: { ...connector.servers, ...connection.servers },
      plan: connection.plan ?? connector.plan,
    };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    // What a built-in connection lacks is named by its variable.
    const missing = error instanceof ConfigError ? error.problems.map(({ where }) => where) : [];
    const connector = config.connections[name]?.connector ?? name;
    return { name, connector, ready: false, missing, servers: {}, plan: '-', problem: error.message };
  }
}
