import { createHash } from 'node:crypto';
import { ConnectorError } from '../core/errors.ts';
import type { Sql, Store } from './store.ts';

/** What made a version. */
export type VersionKind = 'import' | 'add' | 'edit' | 'link' | 'pull' | 'rollback';

/** Where a document came from; never with a secret in it. */
export interface DocumentSource {
  kind: 'file' | 'url' | 'stdin' | 'hand';
  /** Name of the file, or the address without query. */
  name: string;
  /** SHA-256 of its text; empty for what was made by hand. */
  hash: string;
  bytes: number;
}

/** A connector that people built, without its definition. */
export interface ConnectorRow {
  id: string;
  version: number;
  published: number | undefined;
  revision: number;
  source: DocumentSource;
  createdAt: number;
  updatedAt: number;
}

/** A version with what it is made of, as plain JSON. */
export interface VersionContent {
  version: number;
  base: unknown;
  overlay: unknown;
}

export interface VersionLine {
  version: number;
  kind: VersionKind;
  note: string;
  createdAt: number;
}

export interface NewVersion {
  id: string;
  base: unknown;
  overlay: unknown;
  kind: VersionKind;
  note: string;
  source?: DocumentSource;
  /** The version that it was made from; 0 for a new connector. Somebody else's change meanwhile is not overwritten. */
  after: number;
}

/** How the last test of an operation ended. */
export interface TestRow {
  action: string;
  state: 'ok' | 'failed' | 'waived';
  /** Of the operation as it was tested. */
  fingerprint: string;
  message: string;
  against: 'vendor' | 'mock' | 'person';
  ms: number;
  /** JSON Schema of the answer; undefined when there was none, or it was too large to keep. */
  answer: unknown;
  drift: unknown[];
  testedAt: number;
}

/** Older versions than this many are dropped, but for the published one. */
const KEEP = 100;
/** A larger schema of an answer is not kept, in characters. */
const MOST_ANSWER = 200_000;

const COLUMNS = 'id, version, published, revision, source, created_at, updated_at';
const CREATE = `
  INSERT INTO connectors (id, version, published, revision, source, created_at, updated_at)
  VALUES ($1, 1, NULL, 1, $2, $3, $3)
  ON CONFLICT (id) DO NOTHING RETURNING version`;
// Who began from another version finds no row.
const ADVANCE = `
  UPDATE connectors SET version = version + 1, revision = revision + 1, updated_at = $3,
    source = CASE WHEN $4 = '' THEN source ELSE $4 END
  WHERE id = $1 AND version = $2 RETURNING version`;
const PUT_BASE = `
  INSERT INTO connector_bases (connector, hash, definition) VALUES ($1, $2, $3)
  ON CONFLICT (connector, hash) DO NOTHING`;
const PUT_VERSION = `
  INSERT INTO connector_versions (connector, version, base, overlay, kind, note, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)`;
const PRUNE_VERSIONS = `
  DELETE FROM connector_versions WHERE connector = $1 AND version <= $2
    AND version NOT IN (SELECT published FROM connectors WHERE id = $1 AND published IS NOT NULL)`;
const PRUNE_BASES = `
  DELETE FROM connector_bases WHERE connector = $1
    AND hash NOT IN (SELECT base FROM connector_versions WHERE connector = $1)`;
const CONTENT = `
  SELECT v.version AS version, b.definition AS base, v.overlay AS overlay
  FROM connector_versions v JOIN connector_bases b ON b.connector = v.connector AND b.hash = v.base
  WHERE v.connector = $1 AND v.version = $2`;
const PUT_TEST = `
  INSERT INTO connector_tests (connector, action, state, fingerprint, message, against, ms, answer, drift, tested_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (connector, action) DO UPDATE SET state = excluded.state, fingerprint = excluded.fingerprint,
    message = excluded.message, against = excluded.against, ms = excluded.ms, answer = excluded.answer,
    drift = excluded.drift, tested_at = excluded.tested_at`;

/** The connectors that people built, with all their versions and the results of their tests. */
export class ConnectorTable {
  /** Where it is. */
  readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  async list(): Promise<ConnectorRow[]> {
    return (await this.store.sql<RawRow>(`SELECT ${COLUMNS} FROM connectors ORDER BY id`)).map(fromRow);
  }

  async get(id: string): Promise<ConnectorRow | undefined> {
    const [row] = await this.store.sql<RawRow>(`SELECT ${COLUMNS} FROM connectors WHERE id = $1`, [id]);
    return row && fromRow(row);
  }

  /** What a version is made of; undefined when there is none, or it was dropped for its age. */
  async content(id: string, version: number): Promise<VersionContent | undefined> {
    const [row] = await this.store.sql<{ version: number; base: string; overlay: string }>(CONTENT, [
      id,
      version,
    ]);
    if (!row) return undefined;
    return {
      version: row.version,
      base: JSON.parse(row.base) as unknown,
      overlay: JSON.parse(row.overlay) as unknown,
    };
  }

  /** All versions that are kept, newest first. */
  async versions(id: string): Promise<VersionLine[]> {
    const rows = await this.store.sql<{
      version: number;
      kind: VersionKind;
      note: string;
      created_at: number;
    }>(
      `SELECT version, kind, note, created_at FROM connector_versions WHERE connector = $1 ORDER BY version DESC`,
      [id],
    );
    return rows.map(({ created_at: createdAt, ...line }) => ({ ...line, createdAt }));
  }

  /**
   * Keeps a new version; gives its number.
   * @throws ConnectorError of kind `input` and code `changed` when somebody else was quicker
   */
  async save(made: NewVersion): Promise<number> {
    const { id, kind, note, after } = made;
    const definition = JSON.stringify(made.base);
    const hash = createHash('sha256').update(definition).digest('hex');
    const source = made.source ? JSON.stringify(made.source) : '';
    const now = this.store.now();
    return this.store.tx(async (sql) => {
      const [row] =
        after === 0
          ? await sql<{ version: number }>(CREATE, [id, source, now])
          : await sql<{ version: number }>(ADVANCE, [id, after, now, source]);
      if (!row) throw changed(id, after);
      const { version } = row;
      await sql(PUT_BASE, [id, hash, definition]);
      await sql(PUT_VERSION, [id, version, hash, JSON.stringify(made.overlay), kind, note, now]);
      if (version > KEEP) {
        await sql(PRUNE_VERSIONS, [id, version - KEEP]);
        await sql(PRUNE_BASES, [id]);
      }
      return version;
    });
  }

  /** The version that is in use from now on; without one, the newest. */
  async publish(id: string, version: number | undefined): Promise<void> {
    await this.store.sql(
      `UPDATE connectors SET published = $2, revision = revision + 1, updated_at = $3 WHERE id = $1`,
      [id, version ?? null, this.store.now()],
    );
  }

  /** Erases it with everything; false when there was none. */
  async remove(id: string): Promise<boolean> {
    return this.store.tx(async (sql) => {
      for (const table of ['connector_tests', 'connector_versions', 'connector_bases'])
        await erase(sql, table, id);
      return (await sql(`DELETE FROM connectors WHERE id = $1 RETURNING id`, [id])).length > 0;
    });
  }

  /** How the last tests ended, by action. */
  async tests(id: string): Promise<TestRow[]> {
    const rows = await this.store.sql<RawTest>(
      `SELECT action, state, fingerprint, message, against, ms, answer, drift, tested_at
       FROM connector_tests WHERE connector = $1 ORDER BY action`,
      [id],
    );
    return rows.map(({ answer, drift, tested_at: testedAt, ...row }) => ({
      ...row,
      testedAt,
      answer: answer === null ? undefined : (JSON.parse(answer) as unknown),
      drift: JSON.parse(drift) as unknown[],
    }));
  }

  async noteTest(id: string, test: Omit<TestRow, 'testedAt'>): Promise<void> {
    const { action, state, fingerprint, message, against, ms, drift } = test;
    const text = test.answer === undefined ? null : JSON.stringify(test.answer);
    const answer = text !== null && text.length > MOST_ANSWER ? null : text;
    const now = this.store.now();
    const values = [
      id,
      action,
      state,
      fingerprint,
      message,
      against,
      Math.round(ms),
      answer,
      JSON.stringify(drift),
      now,
    ];
    await this.store.sql(PUT_TEST, values);
  }

  /** What was known of a test is no longer wanted. */
  async forgetTest(id: string, action: string): Promise<boolean> {
    const text = `DELETE FROM connector_tests WHERE connector = $1 AND action = $2 RETURNING action`;
    return (await this.store.sql(text, [id, action])).length > 0;
  }
}

interface RawRow {
  id: string;
  version: number;
  published: number | null;
  revision: number;
  source: string;
  created_at: number;
  updated_at: number;
}

interface RawTest extends Omit<TestRow, 'answer' | 'drift' | 'testedAt'> {
  answer: string | null;
  drift: string;
  tested_at: number;
}

function fromRow(row: RawRow): ConnectorRow {
  const { created_at: createdAt, updated_at: updatedAt, published, source, ...rest } = row;
  return {
    ...rest,
    published: published ?? undefined,
    source: JSON.parse(source) as DocumentSource,
    createdAt,
    updatedAt,
  };
}

async function erase(sql: Sql, table: string, id: string): Promise<void> {
  await sql(`DELETE FROM ${table} WHERE connector = $1`, [id]);
}

function changed(id: string, after: number): ConnectorError {
  const message =
    after === 0
      ? `there is a connector '${id}' already`
      : `somebody changed '${id}' meanwhile: it is no longer at version ${after}`;
  return new ConnectorError(message, {
    kind: 'input',
    code: 'changed',
    hint:
      after === 0
        ? 'Import into it, or choose another id.'
        : `Look at it again: trunkline connectors versions ${id}`,
  });
}
