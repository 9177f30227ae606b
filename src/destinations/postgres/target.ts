import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

import type { ClientConfig } from 'pg';

import type { Secret } from '../../core/secret.ts';
import { shortName } from '../sql-text.ts';
import { checkParams, placeError } from '../url.ts';

/** Bytes that PostgreSQL keeps of a name. It would cut longer ones without a word. */
const NAME_BYTES = 63;

/** What `pg` reads of a URL itself, beside `schema`, which is ours. */
const PARAMS = [
  'schema',
  'host',
  'sslmode',
  'sslcert',
  'sslkey',
  'sslrootcert',
  'sslnegotiation',
  'uselibpqcompat',
  'connect_timeout',
  'options',
];

/** Which schema of which database, and how to get there. */
export interface Target {
  config: ClientConfig;
  schema: string;
  /** For messages: `db.example.com:5432/zoom`. */
  label: string;
  user: string;
  /** Names the lock that one loading process of a schema holds. */
  lock: readonly [number, number];
}

/** A name of a table or column as PostgreSQL has it. */
export function pgName(name: string): string {
  return shortName(name, NAME_BYTES);
}

/** Reads `postgres://user:password@host:5432/db?schema=zoom`. No message of it repeats the URL: it has the password. */
export function parseTarget(secret: Secret, example: string): Target {
  const url = URL.parse(secret.reveal());
  if (url === null) throw badUrl(example);
  checkParams('postgres', url.searchParams, PARAMS);
  const schema = pgName(url.searchParams.get('schema') || 'public');
  const rest = new URL(url);
  rest.searchParams.delete('schema');
  const user = decoded(url.username, example);
  const database = decoded(url.pathname.slice(1), example);
  decoded(url.password, example);
  const host = url.searchParams.get('host') ?? (url.hostname || 'localhost');
  return {
    config: {
      connectionString: rest.href,
      application_name: pgName(`trunkline process ${process.pid} on ${hostname()}`),
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    },
    schema,
    label: `${host}:${url.port || 5432}${database === '' ? '' : `/${database}`}`,
    user,
    lock: lockOf(schema),
  };
}

/** Two numbers: ours, which spells `trnk`, and that of the schema. Locks are apart by database already. */
function lockOf(schema: string): readonly [number, number] {
  return [0x74_72_6e_6b, createHash('sha256').update(schema).digest().readUInt32BE() >>> 1];
}

function decoded(part: string, example: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badUrl(example);
  }
}

function badUrl(example: string): Error {
  return placeError(
    'The URL of the PostgreSQL destination cannot be read.',
    `Write it like ${example}. In user and password, write @ : / # ? % as %40 %3A %2F %23 %3F %25.`,
    { code: 'bad-url' },
  );
}
