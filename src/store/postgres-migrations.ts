import type { ClientBase } from 'pg';

import {
  CONNECTION_MIGRATIONS,
  MIGRATIONS,
  pendingMigrations,
  readMigrations,
  type Migration,
} from './migrations.ts';
import type { PostgresPool } from './postgres-pool.ts';
import { configError } from './sqlite-error.ts';

/** A line of steps, and the table that keeps which of them are done. */
export interface MigrationLine {
  directory: string;
  table: string;
  /** Goes before the names of its steps in messages. */
  prefix: string;
}

/** What is two files on the embedded backing is one schema here, each line with a table of its own. */
export const LINES: readonly MigrationLine[] = [
  { directory: MIGRATIONS, table: 'schema_migrations', prefix: '' },
  { directory: CONNECTION_MIGRATIONS, table: 'connection_migrations', prefix: 'connections/' },
];

/** How the schema of a database compares to that of this version. */
export interface SchemaState {
  /** `empty`: nothing was made yet. `behind`: the next start of this version makes the pending steps. */
  state: 'empty' | 'behind' | 'current';
  /** Steps that are not done, such as `0002_activate`. */
  pending: string[];
}

const TABLES = `SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 ORDER BY tablename`;

/**
 * Compares without changing anything.
 * @throws ConnectorError of kind `config`, code `newer-schema` or `not-ours`, for a schema this version must not touch
 */
export async function checkMigrations(
  pool: PostgresPool,
  client: ClientBase,
  lines: readonly MigrationLine[] = LINES,
): Promise<SchemaState> {
  const { label, schema } = pool.target;
  const tables = (await pool.run<{ name: string }>(client, TABLES, [schema])).map(({ name }) => name);
  const made = lines.filter(({ table }) => tables.includes(table));
  if (made.length === 0 && tables.length > 0) {
    throw configError(
      `${label} belongs to another program: it has the table ${tables[0]}, and none of Trunkline's.`,
      'Choose another schema: DATABASE_URL=…?schema=trunkline. Nothing was changed.',
      { code: 'not-ours' },
    );
  }
  const pending: string[] = [];
  for (const line of lines) {
    const applied = made.includes(line) ? await appliedVersion(pool, client, line) : 0;
    const steps = pendingMigrations(label, applied, readMigrations(line.directory));
    pending.push(
      ...steps.map(({ version, name }) => `${line.prefix}${String(version).padStart(4, '0')}_${name}`),
    );
  }
  return { state: made.length === 0 ? 'empty' : pending.length > 0 ? 'behind' : 'current', pending };
}

/** Brings the schema up to this version. Of several processes that start at once, one does it and the others wait. */
export async function migrate(
  pool: PostgresPool,
  client: ClientBase,
  now: () => number,
  lines: readonly MigrationLine[] = LINES,
): Promise<void> {
  if ((await checkMigrations(pool, client, lines)).state === 'current') return;
  try {
    await client.query('BEGIN');
    // Held until the commit, also when this process dies: the server lets go of it then.
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 7))`, [
      `trunkline ${pool.target.schema}`,
    ]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${pool.target.schema}`);
    // Looked at again under the lock: somebody else may have done it meanwhile, perhaps a newer version.
    await checkMigrations(pool, client, lines);
    for (const line of lines) await advance(pool, client, line, now());
    // A crash before this line leaves the schema as it was; after it, all steps are done and recorded.
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function advance(
  pool: PostgresPool,
  client: ClientBase,
  line: MigrationLine,
  at: number,
): Promise<void> {
  const { table } = line;
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${table} (version bigint PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)`,
  );
  const applied = await appliedVersion(pool, client, line);
  for (const step of pendingMigrations(pool.target.label, applied, readMigrations(line.directory))) {
    await client.query(toPostgres(step));
    const values = [step.version, step.name, at];
    await client.query(`INSERT INTO ${table} (version, name, applied_at) VALUES ($1, $2, $3)`, values);
  }
}

async function appliedVersion(
  pool: PostgresPool,
  client: ClientBase,
  { table }: MigrationLine,
): Promise<number> {
  const [row] = await pool.run<{ version: number | null }>(
    client,
    `SELECT max(version) AS version FROM ${table}`,
    [],
  );
  return row?.version ?? 0;
}

/**
 * SQLite orders text by its bytes, and pages of people are read by that order; here the order is otherwise that of the
 * database's language, in which `a_b` may come before `aa`. An index in byte order finds prefixes, too.
 */
function toPostgres({ text }: Migration): string {
  return text.replaceAll(/\bTEXT\b/g, 'TEXT COLLATE "C"');
}
