import { ConnectorError, type ErrorDetails } from '../../core/errors.ts';
import type { Target } from './target.ts';

/** What an error of `pg` may carry: of the server, of Node's sockets, or of neither. */
interface Raw {
  code?: string;
  message: string;
  detail?: string;
  where?: string;
}

type Verdict = Pick<ErrorDetails, 'kind' | 'retry' | 'hint'> & { says: string };

/** Codes that destinations have in common; of the others each has its own. */
const NAMED: Readonly<Record<string, string>> = { '53100': 'full', '25006': 'read-only' };

/** The server did not lose anything, the transaction may simply be run again. */
const AGAIN = new Set(['40001', '40P01']);

/** True when the same transaction may well pass if it is run again. */
export function mayPassAgain(error: unknown): boolean {
  return error instanceof ConnectorError && error.code !== undefined && AGAIN.has(error.code);
}

/** Turns what `pg` throws into what it means for the one who loads. */
export function postgresFailure(cause: unknown, target: Target): ConnectorError {
  if (cause instanceof ConnectorError) return cause;
  const raw: Raw = cause instanceof Error ? cause : { message: String(cause) };
  const { says, ...details } = verdict(raw, target);
  const where = raw.where === undefined ? '' : ` (${raw.where.split('\n')[0]?.slice(0, 200)})`;
  const code = raw.code === undefined ? 'postgres' : (NAMED[raw.code] ?? raw.code);
  return new ConnectorError(`PostgreSQL at ${target.label}: ${says}${where}.`, { ...details, code, cause });
}

function verdict(raw: Raw, target: Target): Verdict {
  const { code = '', message } = raw;
  // A row that is shown whole has people in it, and messages go to logs.
  const detail = raw.detail?.startsWith('Failing row contains') ? undefined : raw.detail;
  const says = detail === undefined ? message : `${message}: ${detail.replace(/\.$/, '')}`;
  const { user, schema } = target;
  const config = (hint: string): Verdict => ({ kind: 'config', retry: 'never', says, hint });
  switch (code) {
    case '28P01':
    case '28000':
      return {
        kind: 'auth',
        says,
        hint: 'Check the user and the password in the URL, and that the server lets this host in (pg_hba.conf).',
      };
    case '3D000':
      return config('Create the database first (createdb), or name another one in the URL.');
    case '42501':
      return config(
        `Let the owner run: GRANT USAGE, CREATE ON SCHEMA "${schema}" TO "${user}"; tables have to belong to this user. ` +
          'Or name a schema in the URL that it may write to: ?schema=zoom.',
      );
    case '53100':
      return config(
        'The disk of the database server is full. Make room on it and run again: what was committed is kept, the rest ' +
          'is read again.',
      );
    case '25006':
      return config('This server only reads, as a standby does: name the primary in the URL.');
    case '2BP01':
    case '0A000':
      return config(
        'Drop the view first and create it again afterwards. The table was not changed. (The mode incremental never ' +
          'replaces a table.)',
      );
    case '54000':
      return config('A key is too long for an index of PostgreSQL (2,700 bytes): choose other key columns.');
    case '22P05':
    case '22021':
      return config(
        'The database must have the encoding UTF8: CREATE DATABASE … ENCODING UTF8 TEMPLATE template0.',
      );
    case '55P03':
      return {
        kind: 'timeout',
        retry: 'later',
        says,
        hint: 'Another session keeps the table locked: wait for it or end it (pg_stat_activity), then run again.',
      };
    case '57014':
      return { kind: 'timeout', retry: 'later', says, hint: 'Somebody or a time limit ended the statement.' };
    case '53200':
    case '53400':
      return { kind: 'remote', retry: 'later', says, hint: 'The database server has not enough resources.' };
    default:
      return connectionVerdict(code, says) ?? otherVerdict(code, says);
  }
}

function connectionVerdict(code: string, says: string): Verdict | undefined {
  // Of Node's TLS: SELF_SIGNED_CERT_IN_CHAIN, UNABLE_TO_VERIFY_LEAF_SIGNATURE, ERR_TLS_CERT_ALTNAME_INVALID, …
  if (/CERT|^ERR_(?:TLS|SSL)|UNABLE_TO_/.test(code) || /does not support SSL/.test(says)) {
    return {
      kind: 'config',
      says,
      hint: 'Add sslrootcert=FILE to the URL, or sslmode=no-verify if the way to the server is trusted, or leave sslmode out.',
    };
  }
  // `pg` itself: the URL has no password, or one that is not that of the server.
  if (says.startsWith('SASL')) {
    return {
      kind: 'auth',
      says,
      hint: 'Write user and password in the URL: postgres://user:password@host/database',
    };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return { kind: 'network', retry: 'later', says, hint: 'Check the name of the host in the URL.' };
  }
  // 08: connection; 57P: shut down, crashed, starting; 53300: no connection left.
  const network =
    /^(?:08|57P0|53300$|E[A-Z]+$)/.test(code) || /[Cc]onnection terminated|timeout expired/.test(says);
  if (!network) return undefined;
  const hint = 'Check that the server runs and can be reached from here, then run again.';
  return { kind: 'network', retry: 'later', says: says === '' ? code : says, hint };
}

function otherVerdict(code: string, says: string): Verdict {
  // 22: data; 23: constraints. The table wants something else than the rows have.
  if (/^2[23]/.test(code)) {
    return {
      kind: 'config',
      says,
      hint: 'The table does not take these rows: look at its constraints and triggers, or write to another table.',
    };
  }
  return { kind: 'remote', says, hint: 'Look into the log of the database server.' };
}
