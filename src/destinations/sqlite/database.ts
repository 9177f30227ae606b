import { DatabaseSync, type StatementSync } from 'node:sqlite';

import type { Value } from '../../core/destination.ts';
import { ConnectorError } from '../../core/errors.ts';

const SAFE = 'What was committed before is safe: run it again, and it goes on from there.';

// Primary result codes of SQLite (https://www.sqlite.org/rescode.html).
const RULES: Readonly<Record<number, { code: string; retry?: 'later'; hint: string }>> = {
  5: { code: 'busy', retry: 'later', hint: `Another program writes to it: let it finish. ${SAFE}` },
  6: { code: 'busy', retry: 'later', hint: `Another program writes to it: let it finish. ${SAFE}` },
  8: { code: 'read-only', hint: `Let this user write to the file and its folder. ${SAFE}` },
  10: { code: 'io', retry: 'later', hint: `Look at the system log and at the mount. ${SAFE}` },
  11: { code: 'corrupt', hint: 'The file is damaged: restore it from a backup, or load into a new one.' },
  13: { code: 'full', retry: 'later', hint: `Free some space. ${SAFE}` },
  14: { code: 'cannot-open', hint: 'Let this user read and write the file and its folder.' },
  19: {
    code: 'constraint',
    hint: 'A rule of the table refused a row: drop the rule, or write to another table.',
  },
  26: { code: 'not-a-database', hint: 'Choose another path, or move the file away. It was not changed.' },
};

/** SQLite's number for what went wrong, without its extension; undefined when the error is not SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  return error.errcode & 0xff;
}

/** What SQLite says, as the error that crosses the room's door; anything else stays what it is. */
export function sqliteError(error: unknown, what: string): unknown {
  const number = sqliteCode(error);
  if (number === undefined || !(error instanceof Error)) return error;
  const rule = RULES[number];
  return new ConnectorError(`${what}: ${error.message}.`, {
    kind: 'config',
    retry: rule?.retry ?? 'never',
    hint: rule?.hint ?? `The statement does not fit the tables: were they changed meanwhile? ${SAFE}`,
    code: rule?.code ?? 'sql',
    cause: error,
  });
}

/** One SQLite file. Every error of SQLite that it throws is a ConnectorError that names the file. */
export class Database {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string) {
    this.path = path;
    // Foreign keys off: replacing a table would delete what refers to it. Timeout 0: waiting would block the process.
    this.#db = this.#guard(() => new DatabaseSync(path, { enableForeignKeyConstraints: false, timeout: 0 }));
    // The shortest digits that give the same double, as JSON has them; SQLite would write 17 of them.
    this.#db.function('trunkline_digits', { deterministic: true, useBigIntArguments: true }, (value) =>
      value === null ? null : String(value),
    );
  }

  get inTransaction(): boolean {
    return this.#db.isTransaction;
  }

  exec(sql: string): void {
    this.#guard(() => this.#db.exec(sql));
  }

  prepare(sql: string): StatementSync {
    return this.#guard(() => this.#db.prepare(sql));
  }

  /** Rows as plain objects; `?1` for parameters. Statements are kept: their texts are constants, or name tables. */
  all<Row>(sql: string, params: readonly Value[] = []): Row[] {
    return this.#guard(() => {
      let statement = this.#statements.get(sql);
      if (!statement) {
        // Names of tables make a few texts each; this many are only reached by a caller who puts values into them.
        if (this.#statements.size >= 500) this.#statements.clear();
        statement = this.#db.prepare(sql);
        this.#statements.set(sql, statement);
      }
      // node:sqlite binds numbers as floats: 7 / 2 would be 3.5, and a 5 in a text column '5.0'.
      const bound = params.map((value) => (Number.isSafeInteger(value) ? BigInt(Number(value)) : value));
      return statement.all(...(bound as string[])).map((row) => ({ ...row })) as Row[];
    });
  }

  /** Does something with the database; errors name the file. */
  guard<T>(work: () => T): T {
    return this.#guard(work);
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw sqliteError(error, `The database ${this.path} cannot be used`);
    }
  }
}
