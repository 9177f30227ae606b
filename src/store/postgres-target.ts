import { configError } from './sqlite-error.ts';

/** Which database, which part of it. */
export interface PostgresTarget {
  /** What the driver is given: the address without what is ours. */
  connectionString: string;
  schema: string;
  user: string;
  /** For messages: no password, no options. */
  label: string;
}

const EXAMPLE = 'postgres://trunkline:password@localhost:5432/trunkline';

/** Where the tables are unless the address says otherwise: beside those of other programs in the same database. */
export const DEFAULT_SCHEMA = 'trunkline';

/**
 * Reads `DATABASE_URL`. `?schema=name` chooses the schema, everything else is the driver's
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS).
 * @throws ConnectorError of kind `config`
 */
export function parseTarget(text: string): PostgresTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    // The text itself may hold a password.
    throw configError(
      'DATABASE_URL is not the address of a PostgreSQL database.',
      `Write it like ${EXAMPLE}`,
    );
  }
  const schema = url.searchParams.get('schema') ?? DEFAULT_SCHEMA;
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema) || schema.startsWith('pg_')) {
    throw configError(
      `DATABASE_URL names the schema '${schema}'.`,
      'Use small letters, digits and underscores, such as ?schema=trunkline.',
    );
  }
  url.searchParams.delete('schema');
  const user = decodeURIComponent(url.username) || 'the default user';
  const database = decodeURIComponent(url.pathname.slice(1)) || user;
  const host = url.hostname || 'localhost';
  return {
    connectionString: url.href,
    schema,
    user,
    label: `${host}:${url.port || '5432'}/${database} (schema ${schema})`,
  };
}
