import { ConnectorError, type ErrorDetails } from '../core/errors.ts';
import type { PostgresTarget } from './postgres-target.ts';

/** What an error of the driver may carry: of the server, of Node's sockets, or of neither. */
interface Raw {
  code?: string;
  message: string;
  detail?: string;
}

type Rule = Pick<ErrorDetails, 'kind' | 'retry' | 'hint'> & { code: string };

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const RULES: readonly [RegExp, Rule][] = [
  [
    /^28/,
    {
      code: 'denied',
      kind: 'auth',
      hint: 'Check user and password in DATABASE_URL, and that the server lets this host in (pg_hba.conf).',
    },
  ],
  [
    /^3D000$/,
    {
      code: 'no-database',
      kind: 'config',
      hint: 'Create the database first (createdb), or name another one in DATABASE_URL.',
    },
  ],
  [
    /^42501$/,
    {
      code: 'not-allowed',
      kind: 'config',
      hint: 'Let the user of DATABASE_URL create the schema, or make it for him: CREATE SCHEMA trunkline AUTHORIZATION …',
    },
  ],
  [
    /^25006$/,
    {
      code: 'read-only',
      kind: 'config',
      hint: 'This server only reads, as a standby does: name the primary in DATABASE_URL.',
    },
  ],
  [
    /^53100$/,
    {
      code: 'full',
      kind: 'config',
      retry: 'later',
      hint: 'The disk of the database server is full: free some space. Nothing was half-written.',
    },
  ],
  [
    /^53300$/,
    {
      code: 'busy',
      kind: 'network',
      retry: 'later',
      hint: 'The server has no connection left: raise max_connections, or run fewer processes.',
    },
  ],
  [
    /^40(001|P01)$/,
    { code: 'conflict', kind: 'config', retry: 'later', hint: 'Others changed the same rows: try again.' },
  ],
  [
    /^23/,
    {
      code: 'constraint',
      kind: 'config',
      hint: 'A rule of the tables refused this: it is a fault in the program.',
    },
  ],
];

const OTHER: Rule = {
  code: 'sql',
  kind: 'config',
  hint: 'The statement does not fit the database: it is a fault in the program.',
};

/** What the database says as the error that crosses the room's door; what is not the database's stays what it is. */
export function postgresError(error: unknown, what: string): unknown {
  if (error instanceof ConnectorError || !isRaw(error)) return error;
  const { code = '' } = error;
  const [, rule = OTHER] = RULES.find(([pattern]) => pattern.test(code)) ?? [];
  const detail = error.detail === undefined ? '' : ` (${error.detail.replace(/\.$/, '')})`;
  return new ConnectorError(`${what}: ${error.message}${detail}`, { retry: 'never', ...rule, cause: error });
}

// Driver errors come from the server (SQLSTATE) or from reading its answer; faults of the caller have neither.
function isRaw(error: unknown): error is Error & Raw {
  return error instanceof Error && (('code' in error && typeof error.code === 'string') || isLost(error));
}

/** The server surely undid the transaction and takes it again: it lost against another. */
export function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');
}

// Connection exceptions; the server shuts down, crashed or is starting; a standby took its place (25006 comes then).
const LOST_STATES = /^(?:08|57P0[1-5])/;
const LOST_SOCKETS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  'ENOTFOUND',
]);
const LOST_WORDS =
  /connection terminated|connection error|not queryable|timeout expired|timeout exceeded|socket|ended/i;

/** The connection, or the server behind it, is gone: what was under way may have been done or not. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isLost);
  const { code } = error as Raw;
  if (code === undefined) return LOST_WORDS.test(error.message);
  return LOST_STATES.test(code) || LOST_SOCKETS.has(code) || code === '53300';
}

/** Nobody answered for longer than we wait. */
export function unreachable(target: PostgresTarget, cause: unknown): ConnectorError {
  return new ConnectorError(`PostgreSQL at ${target.label} cannot be reached: ${reasonOf(cause)}`, {
    kind: 'network',
    retry: 'later',
    code: 'unreachable',
    hint: 'Check that the server runs and that DATABASE_URL names the right host and port.',
    cause,
  });
}

/** The connection broke when the server had the statement already. */
export function inDoubt(target: PostgresTarget, what: string, cause: unknown): ConnectorError {
  return new ConnectorError(
    `${what}: the connection to PostgreSQL at ${target.label} was lost: ${reasonOf(cause)}`,
    {
      kind: 'network',
      retry: 'later',
      outcome: 'unknown',
      code: 'connection-lost',
      hint: 'It may have been saved: look before doing it again.',
      cause,
    },
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
