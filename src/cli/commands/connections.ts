import type { Command } from 'commander';
import type { App } from '../../app/index.ts';
import type { StoredConnection } from '../../store/vault.ts';
import { examples, type Bind } from '../command.ts';
import { table } from '../layout.ts';
import { EXIT } from '../report-error.ts';
import { addConnectionsAdd } from './connections-add.ts';
import { addConnectionsRemove, addConnectionsTest } from './connections-change.ts';

/** A connection as it is shown: never its credentials. */
interface Row {
  name: string;
  connector: string;
  ready: boolean;
  /** Credentials that are not set, or the variables that they come from. */
  missing: string[];
  servers: Record<string, string>;
  plan: string;
  /** Where it is kept: in the configuration, or encrypted in the data directory. */
  source: 'configuration' | 'stored';
  /** Why it cannot be used. */
  problem?: string;
  state?: 'active' | 'disabled';
  /** When it was tested last, and how that ended. */
  checkedAt?: string;
  checkResult?: string;
}

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
    const { linkNames } = await import('../../app/index.ts');
    const stored = await app.stored.list();
    const taken = new Set(stored.map(({ name }) => name).filter((name) => !app.config.connections[name]));
    const configured = linkNames(app.config).filter((name) => !taken.has(name));
    const rows = await Promise.all(configured.map((name) => rowOf(app, name)));
    for (const one of stored) if (taken.has(one.name)) rows.push(storedRow(app, one));
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
      { title: 'CHECKED' },
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

function stateOf({ ready, missing, problem }: Row): string {
  if (ready) return 'ready';
  return missing.length > 0 ? `not set: ${missing.join(', ')}` : (problem ?? '');
}

function storedRow(app: App, stored: StoredConnection): Row {
  const { name, state, checkedAt, checkResult, settings } = stored;
  const connector = app.connector(stored.connector);
  const ready = state === 'active' && (checkResult === null || checkResult === 'ok');
  return {
    name,
    connector: connector.id,
    ready,
    missing: [],
    servers: { ...connector.servers, ...settings.servers },
    plan: settings.plan ?? connector.plan,
    source: 'stored',
    state,
    ...(ready ? {} : { problem: `${state === 'disabled' ? 'disabled' : 'failed'}: ${checkResult ?? ''}` }),
    ...(checkedAt === null ? {} : { checkedAt: new Date(checkedAt).toISOString() }),
    ...(checkResult === null ? {} : { checkResult }),
  };
}

async function rowOf({ config }: App, name: string): Promise<Row> {
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
      source: 'configuration',
    };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    // What a built-in connection lacks is named by its variable.
    const missing = error instanceof ConfigError ? error.problems.map(({ where }) => where) : [];
    const connector = config.connections[name]?.connector ?? name;
    return {
      name,
      connector,
      ready: false,
      missing,
      servers: {},
      plan: '-',
      source: 'configuration',
      problem: error.message,
    };
  }
}
