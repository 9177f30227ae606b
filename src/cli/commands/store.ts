import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { CopyReport } from '../../store/copy.ts';
import { examples, type Bind } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../layout.ts';
import { EXIT, usageError } from '../report-error.ts';

interface CopyOptions {
  from?: string;
  to?: string;
}

export function addStore(program: Command, bind: Bind): void {
  const group = program
    .command('store')
    .helpCommand(false)
    .description("Move Trunkline's own state to PostgreSQL.")
    .usage('copy');
  examples(group, [['trunkline store copy --to postgres://trunkline@db/trunkline']]);
  const copy = group
    .command('copy')
    .description(
      'Copy an embedded installation into an empty PostgreSQL database, all or nothing, and compare the counts. The source stays as it is.',
    )
    .option('--from <folder>', 'data directory of the installation (default: TRUNKLINE_DATA_DIR)')
    .option('--to <url>', 'the database: postgres://user@host/name (default: DATABASE_URL)');
  examples(copy, [
    ['trunkline store copy --to postgres://trunkline@db/trunkline'],
    ['trunkline store copy --from ./.trunkline --to "$DATABASE_URL" --json'],
  ]);
  bind<CopyOptions>(copy, async (invocation, { options }) => {
    const { terminal, io } = invocation;
    const config = await invocation.config();
    const folder = options.from === undefined ? config.dataDir : resolve(io.cwd, options.from);
    const to = options.to ?? config.databaseUrl;
    if (to === undefined || !/^postgres(?:ql)?:\/\//.test(to)) {
      throw usageError(
        '--to must be the URL of a PostgreSQL database',
        'Example: --to postgres://trunkline@db/trunkline',
      );
    }
    if (!existsSync(join(folder, 'trunkline.db'))) {
      throw usageError(
        `there is no embedded installation in ${folder}`,
        'Give its folder: --from ./.trunkline',
      );
    }
    const report = await copyInstallation(invocation, folder, to);
    if (terminal.json) terminal.printJson(report);
    else showReport(invocation, report);
    return EXIT.done;
  });
}

async function copyInstallation(invocation: Invocation, folder: string, to: string): Promise<CopyReport> {
  const { copyStore } = await import('../../store/copy.ts');
  const { CONNECTION_MIGRATIONS } = await import('../../store/migrations.ts');
  const { openPostgres } = await import('../../store/postgres.ts');
  const { openSqlite } = await import('../../store/store.ts');
  const { now } = await invocation.world();
  await using source = await openSqlite({ path: join(folder, 'trunkline.db'), now });
  // Who never added a connection has no file of them.
  const file = join(folder, 'connections.db');
  await using connections = existsSync(file)
    ? await openSqlite({ path: file, now, shared: true, migrations: CONNECTION_MIGRATIONS })
    : null;
  await using target = await openPostgres({ url: to, now });
  // Awaited here: the stores are closed when this returns.
  return await copyStore(source, target, connections ? [connections] : []);
}

function showReport({ terminal }: Invocation, { tables, jobs }: CopyReport): void {
  const rows = Object.entries(tables).map(([name, n]) => [name, String(n)]);
  const columns = [{ title: 'TABLE' }, { title: 'ROWS', align: 'right' as const }];
  if (rows.length === 0) terminal.print('The installation is empty: there was nothing to copy.');
  else terminal.print(table(columns, rows, terminal.width));
  terminal.note(
    [
      `\n✓ Every table has as many rows as in the source. ${jobs} jobs wait.`,
      'Next: set DATABASE_URL and start the server. Where connections were added, it needs the same',
      'secret.key in its data directory, or TRUNKLINE_SECRET_KEY. Do not start the old installation again.',
    ].join('\n'),
  );
}
