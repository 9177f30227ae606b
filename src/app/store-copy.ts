import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { ConnectorError } from '../core/errors.ts';
import { copyStore, type CopyReport } from '../store/copy.ts';
import { CONNECTION_MIGRATIONS } from '../store/migrations.ts';
import { openSqlite, type Store } from '../store/store.ts';

/** What moved, and what has to be taken along by hand. */
export interface InstallationCopy extends CopyReport {
  /** Opens the connections that were copied: its text is what `TRUNKLINE_SECRET_KEY` has to be set to. */
  keyFile: string | undefined;
}

/**
 * Copies an embedded installation to PostgreSQL; the files stay as they are.
 * @param from the data directory; nothing may be running on it
 * @param to address of a database, or of a schema in it, that holds nothing of ours yet
 * @throws ConnectorError of kind `config` or `network`; nothing was copied then
 */
export async function copyInstallation(
  from: string,
  to: string,
  now: () => number,
): Promise<InstallationCopy> {
  const path = join(from, 'trunkline.db');
  if (!existsSync(path)) {
    throw new ConnectorError(`There is no embedded installation in ${from}.`, {
      kind: 'config',
      hint: 'Name the directory that TRUNKLINE_DATA_DIR names, in which trunkline.db lies.',
    });
  }
  // As its owner: a server that is still running would go on writing.
  await using source = await openSqlite({ path, now });
  const also: Store[] = [];
  try {
    const file = join(from, 'connections.db');
    if (existsSync(file)) {
      also.push(await openSqlite({ path: file, now, shared: true, migrations: CONNECTION_MIGRATIONS }));
    }
    const { openPostgres } = await import('../store/postgres.ts');
    await using target = await openPostgres({ url: to, now });
    const report = await copyStore(source, target, also);
    const keyFile = join(from, 'secret.key');
    return { ...report, keyFile: report.tables['connections'] && existsSync(keyFile) ? keyFile : undefined };
  } finally {
    for (const store of also) await store.close();
  }
}
