import { ConnectorError, type ErrorDetails } from '../core/errors.ts';

// Primary result codes of SQLite (https://www.sqlite.org/rescode.html).
const RULES: Readonly<Record<number, { code: string; retry?: 'later'; hint: string }>> = {
  5: { code: 'busy', retry: 'later', hint: 'Another program has the database open: end it.' },
  6: { code: 'busy', retry: 'later', hint: 'Another program has the database open: end it.' },
  8: { code: 'read-only', hint: 'Let this user write to the database file and its directory.' },
  10: { code: 'io', retry: 'later', hint: 'The disk failed: look at the system log and at the mount.' },
  11: { code: 'corrupt', hint: 'The database is damaged: restore it from a backup.' },
  13: { code: 'full', retry: 'later', hint: 'The disk is full: free some space. Nothing was half-written.' },
  14: {
    code: 'cannot-open',
    hint: 'Let this user read and write the file and its directory, or set TRUNKLINE_DATA_DIR.',
  },
  19: { code: 'constraint', hint: 'A rule of the tables refused this: it is a fault in the program.' },
  26: { code: 'not-a-database', hint: 'Choose another path, or move the file away.' },
};

/** SQLite's number for what went wrong, without its extension; undefined when the error is not SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') {
    return undefined;
  }
  return error.errcode & 0xff;
}

/** What SQLite says as the error that crosses the room's door; anything else stays what it is. */
export function storeError(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof ConnectorError) return error;
  const number = sqliteCode(error);
  if (number === undefined && !isNodeSqlite(error)) return error;
  const rule = RULES[number ?? -1];
  return new ConnectorError(`${what}: ${error.message}`, {
    kind: 'config',
    retry: rule?.retry ?? 'never',
    hint: rule?.hint ?? 'The statement does not fit the database: it is a fault in the program.',
    code: rule?.code ?? 'sql',
    cause: error,
  });
}

/** An error about the store itself. */
export function configError(
  message: string,
  hint: string,
  details: Pick<ErrorDetails, 'code' | 'cause'> = {},
): ConnectorError {
  return new ConnectorError(message, { kind: 'config', hint, ...details });
}

// Wrong values and integers beyond 2^53 are refused by node:sqlite itself, with codes of its own.
function isNodeSqlite(error: Error): boolean {
  return 'code' in error && (error.code === 'ERR_OUT_OF_RANGE' || error.code === 'ERR_INVALID_ARG_TYPE');
}

/** A transaction that may wait for something that never comes, such as the store itself. */
export function tooLong(ms: number): ConnectorError {
  return configError(
    `A transaction waited ${ms} ms for something other than its own statements and was rolled back.`,
    'Inside tx, await only the sql it is given: not store.sql, not store.tx, not the network.',
    { code: 'tx-too-long' },
  );
}
