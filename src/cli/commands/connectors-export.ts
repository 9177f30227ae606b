import { writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ExportTarget } from '../../app/connect/types.ts';
import { examples, type Bind } from '../command.ts';
import { collect, wholeOf } from '../connector-input.ts';
import type { Invocation } from '../invocation.ts';
import { EXIT, hanging, usageError } from '../report-error.ts';

const TARGETS = ['openapi', 'openapi-3.0', 'zoom-connect', 'power-platform', 'trunkline'];

interface ExportOptions {
  for: string;
  action?: string[];
  openapi?: '3.0' | '3.1';
  baseUrl?: string;
  output?: string;
  manifest?: string;
}

export function addExport(group: Command, bind: Bind): void {
  const command = group
    .command('export')
    .argument('<connector>', 'id of a built connector')
    .description('Write a built connector as a document for another system. It holds no secrets.')
    .option('--for <system>', TARGETS.join(', '), 'openapi')
    .option('--action <name>', 'only this one; may be repeated', collect)
    .option('--openapi <version>', 'for zoom-connect: 3.0 or 3.1')
    .option('--base-url <url>', 'for zoom-connect: another address')
    .option('--output <file>', 'write it there; without it, to stdout')
    .option('--manifest <file>', 'for zoom-connect: write the connect block of the app manifest there');
  examples(command, [
    ['trunkline connectors export shop --output shop.openapi.json'],
    ['trunkline connectors export shop --for zoom-connect --action orders.list --action orders.get'],
  ]);
  bind<ExportOptions>(command, async (invocation, { args, options }) => {
    const { io, terminal } = invocation;
    if (!TARGETS.includes(options.for))
      throw usageError(`--for ${options.for}: expected ${TARGETS.join(', ')}`);
    if (options.openapi !== undefined && !['3.0', '3.1'].includes(options.openapi))
      throw usageError('--openapi wants 3.0 or 3.1');
    const connect = await (await invocation.app()).connect();
    const { action: actions, openapi: version, baseUrl, output, manifest } = options;
    const made = await connect.export(args[0] ?? '', {
      for: options.for as ExportTarget,
      ...(actions === undefined ? {} : { actions }),
      ...(version === undefined ? {} : { version }),
      ...(baseUrl === undefined ? {} : { baseUrl }),
    });
    if (output !== undefined) write(io.cwd, output, made.document);
    if (manifest !== undefined) {
      if (made.manifest === undefined) throw usageError(`--manifest is for zoom-connect`);
      write(io.cwd, manifest, made.manifest);
    }
    if (terminal.json) terminal.printJson(made);
    else {
      if (output === undefined) terminal.print(JSON.stringify(made.document, null, 2));
      else
        terminal.print(
          `${terminal.paint('green', '✓')} ${output}${manifest === undefined ? '' : ` and ${manifest}`}`,
        );
      const notes = made.notes.map(({ action, message }) =>
        action === undefined ? message : `${action}: ${message}`,
      );
      for (const note of [...new Set(notes)].slice(0, 30))
        terminal.note(hanging(note, terminal.proseWidth, '- ', '  ').join('\n'));
    }
    return EXIT.done;
  });
}

function write(cwd: string, file: string, value: unknown): void {
  try {
    writeFileSync(resolve(cwd, file), `${JSON.stringify(value, null, 2)}\n`);
  } catch (error) {
    throw usageError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function addMock(group: Command, bind: Bind): void {
  const command = group
    .command('mock')
    .argument('<connector>', 'id of a built connector')
    .description('Serve a mock of the system that a built connector describes, on this machine.')
    .option('--port <port>', 'where it listens; 0 for any that is free', '4010');
  examples(command, [['trunkline connectors mock shop --port 4010']]);
  bind<{ port: string }>(command, async (invocation, { args, options }) =>
    serveMock(invocation, args[0] ?? '', options.port),
  );
}

async function serveMock(invocation: Invocation, id: string, portText: string): Promise<number> {
  const { terminal, signal } = invocation;
  const port = wholeOf('--port', portText) ?? 4010;
  if (port > 65_535) throw usageError('--port wants a number up to 65535');
  const { startMockServer } = await import('../../app/connect/mock-server.ts');
  const { parseDefinition } = await import('../../openapi/from-json.ts');
  const app = await invocation.app();
  const { definition } = await (await app.connect()).show(id);
  // The definition is at hand: others may use the database.
  await app.close();
  const mock = await startMockServer(parseDefinition(definition), port, (line, status) => {
    if (!terminal.json) terminal.note(`${status} ${line}`);
  });
  invocation.stopsWell = true;
  if (terminal.json) terminal.printJson({ id, url: mock.url, servers: mock.servers });
  else {
    terminal.print(`A mock of ${id} answers on ${mock.url}`);
    const lines = Object.entries(mock.servers).map(([name, url]) => `      ${name}: ${url}`);
    terminal.print(
      `\nUse it by a connection in trunkline.yaml:\n\n  ${id}-mock:\n    connector: ${id}\n    servers:\n${lines.join('\n')}`,
    );
    terminal.note('\nCtrl+C ends it.');
  }
  if (!signal.aborted) await once(signal, 'abort');
  await mock.close();
  return EXIT.done;
}

export function addRemove(group: Command, bind: Bind): void {
  const command = group
    .command('remove')
    .argument('<connector>', 'id of a built connector')
    .description('Erase a built connector with all its versions.')
    .option('--yes', 'do it without asking');
  examples(command, [['trunkline connectors remove shop --yes']]);
  bind<{ yes?: boolean }>(command, async (invocation, { args, options }) => {
    const { io, terminal, signal } = invocation;
    const id = args[0] ?? '';
    if (!options.yes) {
      if (terminal.json || !io.isTTY.stdin || !io.isTTY.stderr)
        throw usageError(`removing ${id} cannot be undone`, 'Add --yes to do it.');
      const { confirm } = await import('@clack/prompts');
      const message = `${id} and all its versions are erased. Do it?`;
      if (
        (await confirm({ message, initialValue: false, input: io.stdin, output: io.stderr, signal })) !== true
      ) {
        terminal.note('Nothing was done.');
        return EXIT.failed;
      }
    }
    await (await (await invocation.app()).connect()).remove(id);
    if (terminal.json) terminal.printJson({ id, removed: true });
    else terminal.print(`${terminal.paint('green', '✓')} ${id} is erased`);
    return EXIT.done;
  });
}
