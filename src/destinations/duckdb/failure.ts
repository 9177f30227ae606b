import { ConnectorError } from '../../core/errors.ts';
import { placeError } from '../url.ts';

const SAFE = 'What was committed before is safe: run it again, and it goes on from there.';

// DuckDB has no numbers for its errors; the first words are the kind (https://duckdb.org/docs/stable/dev/errors).
const RULES: readonly { says: RegExp; code: string; hint: string; retry?: 'later' }[] = [
  {
    says: /No space left on device|Disk quota exceeded|Could not write all bytes/i,
    code: 'full',
    retry: 'later',
    hint: `Free some space. ${SAFE}`,
  },
  {
    says: /Out of Memory/i,
    code: 'memory',
    retry: 'later',
    hint: `Close other programs, or load fewer streams at once. ${SAFE}`,
  },
  {
    says: /Permission denied|Read-only file system|read-only mode/i,
    code: 'read-only',
    hint: `Let this user write to the file and its folder. ${SAFE}`,
  },
  {
    says: /not a valid DuckDB database|Failed to read any bytes|not a DuckDB database/i,
    code: 'not-a-database',
    hint: 'Choose another path, or move the file away. It was not changed.',
  },
  {
    says: /newer version of DuckDB|older version of DuckDB|version number/i,
    code: 'not-a-database',
    hint: 'Install the version of @duckdb/node-api that made the file, or choose another path.',
  },
  {
    says: /Corrupt|checksum/i,
    code: 'corrupt',
    hint: 'Restore the file from a backup, or load into a new one.',
  },
  {
    says: /Cannot open file|No such file or directory|Is a directory/i,
    code: 'cannot-open',
    hint: 'Make the folder first, or choose another path.',
  },
  {
    says: /^(?:Constraint|Conversion) Error/,
    code: 'constraint',
    hint: 'A rule of the table refused a row: drop the rule, or write to another table.',
  },
];

/** True when DuckDB does nothing more until the file is opened again. */
export function isFatal(error: unknown): boolean {
  return error instanceof Error && /^FATAL|database has been invalidated/i.test(error.message);
}

/** What DuckDB says, as the error that crosses the room's door. */
export function duckDbFailure(cause: unknown, file: string): ConnectorError {
  if (cause instanceof ConnectorError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const [, holder, pid] = /Conflicting lock is held in (.*?) \(PID (\d+)\)/.exec(message) ?? [];
  if (pid !== undefined || /Could not set lock on file/.test(message)) {
    const who = pid === undefined ? 'another process' : `process ${pid} (${holder})`;
    return placeError(
      `The database ${file} is being loaded by, or open in, ${who}.`,
      'DuckDB lets one process at a time open a file to write: wait until it is done, or close it there.',
      { code: 'in-use', cause },
    );
  }
  const rule = RULES.find(({ says }) => says.test(message));
  const [first = ''] = message.split('\n');
  return new ConnectorError(`The database ${file} cannot be used: ${first.replace(/\.$/, '')}.`, {
    kind: 'config',
    retry: rule?.retry ?? 'never',
    hint: rule?.hint ?? `The statement does not fit the tables: were they changed meanwhile? ${SAFE}`,
    code: rule?.code ?? 'sql',
    cause,
  });
}
