import type { Command } from 'commander';
import type { StreamView } from '../../app/catalog-view.ts';
import type { App } from '../../app/index.ts';
import type { ConnectorError } from '../../core/errors.ts';
import { examples, type Bind } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { chooseConnectors, type NamedConnector } from '../known-connectors.ts';
import { EXIT, usageError } from '../report-error.ts';
import type { ListedStream } from '../stream-pages.ts';

interface StreamsOptions {
  stream?: string;
  check?: boolean;
}

interface OwnedStream extends ListedStream {
  owner: string;
}

export function addStreams(program: Command, bind: Bind): void {
  const command = program
    .command('streams')
    .argument('[connector]', 'id of a connector, name of a connection, or path of a definition')
    .argument('[stream]', 'show this one whole, with its columns')
    .option('--stream <name>', 'the same')
    .option('--check', 'sign in, and fail when that does not work, to see which streams the account may read')
    .description('List the kinds of rows that can be read, with their keys, limits and scopes.');
  examples(command, [
    ['trunkline streams zoom'],
    ['trunkline streams zoom meetings', 'its columns, windows and parents'],
    ['trunkline streams zoom --check', 'which of them the account may read'],
    ['trunkline streams --json', 'with JSON Schema of the rows'],
  ]);
  bind<StreamsOptions>(command, async (invocation, { args, options }) => {
    const { terminal, io } = invocation;
    const app = await invocation.app();
    const chosen = await chooseConnectors(app, args[0], io.cwd);
    const name = args[1] ?? options.stream;
    const all = (
      await Promise.all(chosen.map((one) => listedStreams(app, one, options.check === true)))
    ).flat();
    if (name !== undefined) await showOne(invocation, chosen, all, name);
    else if (terminal.json) terminal.printJson(await Promise.all(all.map(asJson)));
    else await showAll(invocation, chosen, all, options.check === true);
    return EXIT.done;
  });
}

async function listedStreams(
  app: App,
  { name, connector }: NamedConnector,
  check: boolean,
): Promise<OwnedStream[]> {
  const streams = new Map(Object.values(connector.streams ?? {}).map((stream) => [stream.name, stream]));
  if (streams.size === 0) return [];
  const { accessTo } = await import('../../app/replication/scopes.ts');
  const granted = await scopesOf(app, name, check);
  return [...streams.values()].map((stream) => ({
    owner: name,
    stream,
    access: accessTo(stream, streams, granted),
  }));
}

/** Nobody waits for a network that is down, unless asked to look; a list is good without it. */
async function scopesOf(app: App, name: string, check: boolean): Promise<readonly string[] | undefined> {
  try {
    return await app.scopesOf(name, check);
  } catch (error) {
    if (check || !(error instanceof Error)) throw error;
    app.log('verbose', `${name}: nobody knows which scopes there are: ${error.message}`);
    return undefined;
  }
}

async function asJson({ owner, stream, access }: OwnedStream): Promise<StreamView> {
  const { streamView } = await import('../../app/catalog-view.ts');
  return streamView(owner, stream, access);
}

async function showAll(
  { terminal }: Invocation,
  chosen: readonly NamedConnector[],
  all: readonly OwnedStream[],
  checked: boolean,
): Promise<void> {
  if (all.length === 0) {
    terminal.print(`${chosen.map(({ connector }) => connector.title).join(', ')}: no streams.`);
    return;
  }
  const { listLegend, streamList } = await import('../stream-pages.ts');
  const { hanging } = await import('../report-error.ts');
  for (const [i, { name, connector }] of chosen.entries()) {
    const own = all.filter(({ owner }) => owner === name);
    if (own.length === 0) continue;
    const title = `${connector.title}: ${own.length} ${own.length === 1 ? 'stream' : 'streams'}`;
    terminal.print(`${i > 0 ? '\n' : ''}${terminal.paint('bold', title)}\n`);
    terminal.print(streamList(terminal, own));
    const legend = listLegend(own, name, checked).flatMap((line) =>
      hanging(line, terminal.proseWidth, '', '  '),
    );
    terminal.note(`\n${legend.join('\n')}`);
  }
}

async function showOne(
  { terminal }: Invocation,
  chosen: readonly NamedConnector[],
  all: readonly OwnedStream[],
  name: string,
): Promise<void> {
  const found = all.find(({ stream }) => stream.name === name);
  if (!found) throw await unknownStream(chosen, all, name);
  if (terminal.json) {
    terminal.printJson(await asJson(found));
    return;
  }
  const { streamPage } = await import('../stream-pages.ts');
  terminal.print(streamPage(terminal, found));
}

async function unknownStream(
  chosen: readonly NamedConnector[],
  all: readonly OwnedStream[],
  name: string,
): Promise<ConnectorError> {
  const { nearestFew } = await import('../../app/config/nearest.ts');
  const near = nearestFew(
    name,
    all.map(({ stream }) => stream.name),
    3,
  );
  const titles = chosen.map(({ connector }) => connector.title).join(', ');
  return usageError(
    `${titles} has no stream '${name}'`,
    near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'See all of them: trunkline streams',
  );
}
