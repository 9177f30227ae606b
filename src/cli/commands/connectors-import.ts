import type { Command } from 'commander';
import type { Connect, ImportOutcome, ImportRequest } from '../../app/connect/types.ts';
import { examples, type Bind } from '../command.ts';
import { readFile, wholeOf } from '../connector-input.ts';
import { changedText, counted, diffText, editFaults, faultText } from '../connector-report.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../layout.ts';
import { EXIT, usageError } from '../report-error.ts';

interface ImportOptions {
  id?: string;
  acceptBreaking?: boolean;
  dryRun?: boolean;
  note?: string;
  allowPrivate?: string;
}

export function addImport(group: Command, bind: Bind): void {
  const command = group
    .command('import')
    .argument('<document>', 'file, address, or - for stdin')
    .description(
      'Make a connector of an OpenAPI 3 or Swagger 2.0 document (JSON or YAML), or bring a newer document into one. Your edits stay.',
    )
    .option('--id <id>', 'id of the connector (default: made from the title)')
    .option('--accept-breaking', 'take it although something that worked may fail then')
    .option('--dry-run', 'only show what would change')
    .option('--note <text>', 'said in the list of versions')
    .option('--allow-private <host>', 'an address on this private host may be fetched');
  examples(command, [
    ['trunkline connectors import shop.yaml'],
    ['trunkline connectors import https://api.example.com/openapi.json --id shop'],
    ['trunkline connectors import shop-v2.yaml --id shop --dry-run', 'what a newer document changes'],
  ]);
  bind<ImportOptions>(command, async (invocation, { args, options }) => {
    const connect = await (await invocation.app()).connect();
    const request = await requestOf(invocation, args[0] ?? '', options);
    const outcome = await connect.importDocument(request);
    const agreed = outcome.state === 'breaking' && (await agrees(invocation, outcome));
    return show(
      invocation,
      agreed ? await connect.importDocument({ ...request, acceptBreaking: true }) : outcome,
      agreed,
    );
  });
}

async function requestOf({ io }: Invocation, given: string, options: ImportOptions): Promise<ImportRequest> {
  const { id, acceptBreaking, dryRun, note, allowPrivate } = options;
  const common = {
    ...(id && { id }),
    ...(acceptBreaking && { acceptBreaking }),
    ...(dryRun && { dryRun }),
    ...(note && { note }),
  };
  if (/^https?:\/\//.test(given)) {
    return { ...common, url: given, ...(allowPrivate === undefined ? {} : { allowPrivate: [allowPrivate] }) };
  }
  if (given === '-') {
    const { text } = await import('node:stream/consumers');
    return { ...common, text: await text(io.stdin), source: { kind: 'stdin', name: 'standard input' } };
  }
  return { ...common, text: readFile(given, io), source: { kind: 'file', name: given } };
}

/** Shows what would break and asks a person; programs say it beforehand. */
async function agrees({ io, terminal, signal }: Invocation, outcome: ImportOutcome): Promise<boolean> {
  if (terminal.json || !io.isTTY.stdin || !io.isTTY.stderr || !outcome.diff) return false;
  terminal.note(diffText(terminal, outcome.diff));
  const { confirm } = await import('@clack/prompts');
  const message = `${counted(outcome.diff.breaking, 'change')} may break what uses ${outcome.id}. Take the document?`;
  return (
    (await confirm({ message, initialValue: false, input: io.stdin, output: io.stderr, signal })) === true
  );
}

function show({ terminal }: Invocation, outcome: ImportOutcome, shown: boolean): number {
  const { id, title, state, version, operations, faults, diff, edits } = outcome;
  const left = operations.found - operations.imported;
  const code = state === 'breaking' ? EXIT.failed : left > 0 ? EXIT.partly : EXIT.done;
  if (terminal.json) {
    terminal.printJson(outcome);
    return code;
  }
  const problems = faultText(terminal, faults);
  if (problems) terminal.note(`${problems}\n`);
  const came =
    operations.found > 0 ? `${operations.imported} of ${counted(operations.found, 'operation')}` : '';
  const tick = terminal.paint('green', '✓');
  const head = {
    created: `${tick} ${title} is the connector '${id}'${came && `: ${came}`}`,
    updated: `${tick} ${id} is at version ${version}${came && `: ${came}`}`,
    unchanged: `${id} is what the document says already: it stays at version ${version}.`,
    breaking: `${terminal.paint('red', '✗')} nothing was changed: the document may break what uses ${id}`,
    looked: `Nothing was changed. ${id}${came && `: ${came}`}`,
  }[state];
  const parts = [head];
  if (diff && state !== 'unchanged' && !shown) parts.push('', diffText(terminal, diff));
  const lost = editFaults(terminal, edits);
  if (lost) parts.push('', lost);
  terminal.print(parts.join('\n'));
  if (state === 'breaking') terminal.note('\nTake it: add --accept-breaking');
  if (state === 'created')
    terminal.note(`\nNext: trunkline connections add ${id}, then trunkline connectors test ${id}`);
  return code;
}

export function addVersions(group: Command, bind: Bind): void {
  const versions = group
    .command('versions')
    .argument('<connector>', 'id of a built connector')
    .description('List the versions of a built connector.');
  examples(versions, [['trunkline connectors versions shop']]);
  bind(versions, async (invocation, { args }) =>
    listVersions(invocation, await connectIn(invocation), args[0] ?? ''),
  );

  const diff = group
    .command('diff')
    .argument('<connector>', 'id of a built connector')
    .argument('[from]', 'a version (default: the one in use, else the one before the newest)')
    .argument('[to]', 'another (default: the newest)')
    .description('Show how two versions differ, and what of it breaks who uses the connector.');
  examples(diff, [['trunkline connectors diff shop 3 5']]);
  bind(diff, async (invocation, { args }) => showDiff(invocation, await connectIn(invocation), args));

  const rollback = group
    .command('rollback')
    .argument('<connector>', 'id of a built connector')
    .argument('<version>', 'as trunkline connectors versions shows it')
    .description('Make the newest version what an older one was. What lies between stays on record.');
  examples(rollback, [['trunkline connectors rollback shop 3']]);
  bind(rollback, async (invocation, { args }) => {
    const connect = await connectIn(invocation);
    const version = wholeOf('<version>', args[1]);
    if (version === undefined)
      throw usageError('the version is missing', 'See trunkline connectors versions <connector>');
    const changed = await connect.rollback(args[0] ?? '', version);
    if (invocation.terminal.json) invocation.terminal.printJson(changed);
    else invocation.terminal.print(changedText(invocation.terminal, changed));
    return EXIT.done;
  });
}

async function connectIn(invocation: Invocation): Promise<Connect> {
  return (await invocation.app()).connect();
}

async function listVersions({ terminal }: Invocation, connect: Connect, id: string): Promise<number> {
  const versions = await connect.versions(id);
  if (terminal.json) terminal.printJson(versions);
  else {
    const rows = versions.map(({ version, kind, note, createdAt, newest, published }) => [
      String(version),
      [newest && 'newest', published && 'published'].filter(Boolean).join(', '),
      kind,
      `${createdAt.slice(0, 16).replace('T', ' ')} UTC`,
      note,
    ]);
    const columns = [
      { title: 'VERSION', align: 'right' as const },
      { title: '' },
      { title: 'BY' },
      { title: 'WHEN' },
      { title: 'NOTE', wrap: true },
    ];
    terminal.print(table(columns, rows, terminal.width));
  }
  return EXIT.done;
}

async function showDiff(
  { terminal }: Invocation,
  connect: Connect,
  args: readonly string[],
): Promise<number> {
  const [id = '', first, second] = args;
  const versions = await connect.versions(id);
  const used = versions.find((one) => one.published && !one.newest) ?? versions[1];
  const from = wholeOf('[from]', first) ?? used?.version;
  if (from === undefined) throw usageError(`${id} has one version only: there is nothing to compare`);
  const diff = await connect.diff(id, from, wholeOf('[to]', second));
  if (terminal.json) terminal.printJson(diff);
  else terminal.print(diffText(terminal, diff));
  return EXIT.done;
}
