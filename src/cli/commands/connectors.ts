import type { Command } from 'commander';
import type { Budget } from '../../core/budget.ts';
import type { Connector } from '../../core/connector.ts';
import { examples, type Bind } from '../command.ts';
import { testText, versionText } from '../connector-report.ts';
import type { Invocation } from '../invocation.ts';
import { builtFacts, builtLines } from '../built-view.ts';
import { addAdd, addEdit, addLink } from './connectors-edit.ts';
import { addExport, addMock, addRemove } from './connectors-export.ts';
import { addImport, addVersions } from './connectors-import.ts';
import { addOptions, addPublish, addPull, addTest } from './connectors-test.ts';
import { chooseConnectors, findLinked } from '../known-connectors.ts';
import { hanging } from '../report-error.ts';
import { table } from '../layout.ts';
import { EXIT } from '../report-error.ts';
import { addConnectorsMcp } from './connectors-mcp.ts';

export function addConnectors(program: Command, bind: Bind): void {
  const group = program
    .command('connectors')
    .helpCommand(false)
    .description('Show the systems that can be joined, and build more of them from any API.')
    .usage('list | show | import | add | edit | link | options | test | pull | publish …');
  examples(group, [['trunkline connectors list']]);
  const list = group.command('list').description('List the connectors: built in, and of your connections.');
  examples(list, [['trunkline connectors list']]);
  bind(list, listConnectors);
  const show = group
    .command('show')
    .argument('<connector>', 'id of a connector, name of a connection, or path of a definition')
    .description('Show one connector: addresses, credentials, limits, actions, streams and triggers.');
  examples(show, [['trunkline connectors show zoom']]);
  bind(show, (invocation, { args }) => showConnector(invocation, args[0] ?? ''));
  addImport(group, bind);
  addAdd(group, bind);
  addEdit(group, bind);
  addLink(group, bind);
  addOptions(group, bind);
  addTest(group, bind);
  addPull(group, bind);
  addVersions(group, bind);
  addPublish(group, bind);
  addMock(group, bind);
  addExport(group, bind);
  addRemove(group, bind);
  addConnectorsMcp(group, bind);
}

async function listConnectors(invocation: Invocation): Promise<number> {
  const { terminal, io } = invocation;
  const { listActions } = await import('../../core/connector.ts');
  const app = await invocation.app();
  const built = await builtFacts(app);
  const found = (await chooseConnectors(app, undefined, io.cwd)).map(({ name, connector }) => ({
    name,
    id: connector.id,
    title: connector.title,
    docs: connector.docs,
    actions: listActions(connector).length,
    streams: Object.keys(connector.streams ?? {}).length,
    triggers: Object.keys(connector.triggers ?? {}).length,
    ...(built.has(name) ? { built: built.get(name) } : {}),
  }));
  if (terminal.json) terminal.printJson(found);
  else {
    const columns = [
      { title: 'NAME' },
      { title: 'SYSTEM', wrap: true },
      { title: 'ACTIONS', align: 'right' as const },
      { title: 'STREAMS', align: 'right' as const },
      { title: 'TRIGGERS', align: 'right' as const },
      ...(built.size > 0 ? [{ title: 'BUILT', wrap: true }] : []),
    ];
    const rows = found.map((one) => [
      one.name,
      one.title,
      String(one.actions),
      String(one.streams),
      String(one.triggers),
      one.built ? `${versionText(one.built)}\ntests: ${testText(one.built.tests)}` : '',
    ]);
    terminal.print(table(columns, rows, terminal.width));
  }
  return EXIT.done;
}

async function showConnector(invocation: Invocation, name: string): Promise<number> {
  const { terminal, io } = invocation;
  const app = await invocation.app();
  const { connector } = await findLinked(app, name, io.cwd);
  const built = (await builtFacts(app)).has(connector.id)
    ? await (await app.connect()).show(connector.id)
    : undefined;
  const facts = { ...(await factsOf(connector)), ...(built ? { built } : {}) };
  if (terminal.json) {
    terminal.printJson(facts);
    return EXIT.done;
  }
  const width = terminal.proseWidth;
  const line = (title: string, text: string): string =>
    hanging(text || '-', width, `${title.padEnd(13)} `, ' '.repeat(14)).join('\n');
  const servers = Object.entries(facts.servers).map(([key, url]) => `${key} ${url}`);
  const lines = [
    terminal.paint('bold', `${facts.title} (${facts.id})`),
    line('Documentation', facts.docs),
    line('Addresses', servers.join('\n')),
    line('Credentials', facts.credentials.join(', ')),
    ...(built ? [] : [line('Actions', facts.actions.join(', '))]),
    line('Streams', facts.streams.join(', ')),
    line('Triggers', facts.triggers.join(', ')),
    line('Check', facts.check ?? ''),
    ...limitLines(connector).map((text, i) => line(i === 0 ? 'Limits' : '', text)),
  ];
  terminal.print([...lines, ...(built ? builtLines(terminal, built, line) : [])].join('\n'));
  return EXIT.done;
}

async function factsOf(connector: Connector) {
  const { listActions } = await import('../../core/connector.ts');
  const { credentialNames } = await import('../../core/auth.ts');
  const { id, title, docs, servers, auth, plan, budgets } = connector;
  return {
    id,
    title,
    docs,
    servers,
    auth: auth.kind,
    credentials: [...new Set(credentialNames(auth))],
    plan,
    budgets,
    check: connector.check?.action,
    actions: listActions(connector).map(({ name }) => name),
    streams: Object.keys(connector.streams ?? {}),
    triggers: Object.keys(connector.triggers ?? {}),
  };
}

function limitLines({ budgets, plan }: Connector): string[] {
  return Object.entries(budgets).map(([name, labels]) => {
    const parts = Object.entries(labels).map(([label, budget]) => `${label} ${limitText(budget)}`);
    return `${name}${name === plan ? ' (default)' : ''}: ${parts.join(', ') || 'none'}`;
  });
}

const SPANS: Readonly<Record<number, string>> = { 1000: 's', 60_000: 'min', 3600_000: 'h' };

function limitText({ windows, day }: Budget): string {
  const parts = windows.map(({ limit, perMs }) => `${limit}/${SPANS[perMs] ?? `${perMs / 1000} s`}`);
  if (day) parts.push(`${day.limit}/day`);
  return parts.join(' and ');
}
