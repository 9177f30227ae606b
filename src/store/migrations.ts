import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { configError } from './sqlite-error.ts';

/** One numbered step of the schema. */
export interface Migration {
  version: number;
  name: string;
  text: string;
}

/** The migrations that come with this version; the path is the same from src/ and from dist/. */
export const MIGRATIONS = fileURLToPath(new URL('../../migrations/', import.meta.url));

/** Those of the file that keeps the stored connections. */
export const CONNECTION_MIGRATIONS = `${MIGRATIONS}connections`;

/** Recorded steps, in the database itself. */
export const CREATE_SCHEMA_MIGRATIONS = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    version BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at BIGINT NOT NULL
  )`;

export const APPLIED_VERSION = `SELECT max(version) AS version FROM schema_migrations`;

export const RECORD_MIGRATION = `INSERT INTO schema_migrations (version, name, applied_at) VALUES ($1, $2, $3)`;

/** Reads `0001_name.sql` and so on, in order. */
export function readMigrations(directory: string = MIGRATIONS): Migration[] {
  const found = listSql(directory).map((file) => {
    const match = /^(\d{4})_([a-z0-9_-]+)\.sql$/.exec(file);
    if (!match) throw configError(`${file} is not a migration's name.`, 'Name it like 0002_inbox.sql.');
    const [, version = '', name = ''] = match;
    return { version: Number(version), name, text: readFileSync(`${directory}/${file}`, 'utf8') };
  });
  for (const [i, { version, name }] of found.entries()) {
    if (version !== i + 1) {
      throw configError(
        `Migration ${version} (${name}) should be number ${i + 1}.`,
        `Number the files in ${directory} without gaps or doubles.`,
      );
    }
  }
  return found;
}

/** The steps that a database still needs; refuses one that is ahead of this version. */
export function pendingMigrations(path: string, applied: number, known: readonly Migration[]): Migration[] {
  const newest = known.at(-1)?.version ?? 0;
  if (applied > newest) {
    throw configError(
      `${path} was made by a newer version of Trunkline: its schema is ${applied}, this version knows ${newest}.`,
      'Install that newer version again, or use another data directory. The database was not changed.',
      { code: 'newer-schema' },
    );
  }
  return known.filter(({ version }) => version > applied);
}

function listSql(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith('.sql'))
      .toSorted();
  } catch (cause) {
    throw configError(`The migrations in ${directory} cannot be read.`, 'Install Trunkline again.', {
      cause,
    });
  }
}
