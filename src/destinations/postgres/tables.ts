import type { Column, ColumnType, Table, TableChange } from '../../core/destination.ts';
import { growth, indexText, noUniqueKey, notATable, quoteName, splitTable } from '../sql-text.ts';
import { placeError } from '../url.ts';
import { loadable, look, TYPES, type Found } from './catalogue.ts';
import type { Session } from './session.ts';
import { pgName } from './target.ts';

/** Where a table stands. */
export interface Spot {
  schema: string;
  table: string;
  /** As it stands in a statement. */
  sql: string;
}

/** The tables of a session: what is known of them, and what makes them fit. */
export class Tables {
  readonly #session: Session;
  readonly #schema: string;
  /** Types of the columns of tables that were made to fit. */
  readonly #known = new Map<string, ReadonlyMap<string, ColumnType>>();
  /** Tables that fit already. Whoever passes the same object again means the same columns. */
  #fitting = new WeakSet<Table>();

  constructor(session: Session, schema: string) {
    this.#session = session;
    this.#schema = schema;
  }

  /** Forgets what it knew: a transaction was undone. */
  forget(): void {
    this.#known.clear();
    this.#fitting = new WeakSet();
  }

  spot(name: string): Spot {
    const parts = splitTable(name);
    const schema = parts.schema === undefined ? this.#schema : pgName(parts.schema);
    const table = pgName(parts.table);
    return { schema, table, sql: `${quoteName(schema)}.${quoteName(table)}` };
  }

  /** Types of the table's columns, by their names in the database. */
  async types(name: string): Promise<ReadonlyMap<string, ColumnType>> {
    const { schema, table, sql } = this.spot(name);
    const known = this.#known.get(sql);
    if (known) return known;
    const found = await look(this.#session, schema, table);
    if (!found) {
      throw placeError(
        `The table ${name} is not there.`,
        'It was dropped while rows were loaded: run again.',
        {
          code: 'no-table',
        },
      );
    }
    return this.#remember(sql, loadable(found));
  }

  async fit(logical: Table): Promise<TableChange[]> {
    if (this.#fitting.has(logical)) return [];
    const { schema, table, sql } = this.spot(logical.name);
    const wanted: Table = {
      name: logical.name,
      columns: logical.columns.map(({ name, type }) => ({ name: pgName(name), type })),
      key: logical.key.map(pgName),
    };
    const found = await look(this.#session, schema, table);
    if (found) checkUsable(wanted, found);
    const changes = growth(wanted, found && loadable(found));
    if (!found) await this.#create(schema, sql, wanted);
    else await this.#alter(sql, wanted, found, changes);
    await this.#index(logical, sql);

    const types = new Map((found ? loadable(found) : []).map(({ name, type }) => [name, type]));
    for (const { name, type } of found ? [] : wanted.columns) types.set(name, type);
    for (const { column, to } of changes) if (column !== undefined && to !== undefined) types.set(column, to);
    if (changes.length > 0) this.#fitting = new WeakSet();
    this.#fitting.add(logical);
    this.#known.set(sql, types);
    return changes;
  }

  /** Readers that come while it happens wait for its end, and then see the new table. */
  async swap(stage: string, name: string): Promise<void> {
    const from = this.spot(stage);
    const to = this.spot(name);
    const extras = [...(await this.#grants(to)), ...(await this.#indexes(from, to))];
    await this.drop(name);
    const moves = [];
    if (from.schema !== to.schema) moves.push(`ALTER TABLE ${from.sql} SET SCHEMA ${quoteName(to.schema)}`);
    if (from.table !== to.table) {
      const moved = `${quoteName(to.schema)}.${quoteName(from.table)}`;
      moves.push(`ALTER TABLE ${moved} RENAME TO ${quoteName(to.table)}`);
    }
    await this.#session.query([...moves, ...extras].join(';'));
    this.forget();
  }

  async drop(name: string): Promise<void> {
    const { sql } = this.spot(name);
    await this.#session.query(`DROP TABLE IF EXISTS ${sql}`);
    this.forget();
  }

  #remember(sql: string, columns: readonly Column[]): ReadonlyMap<string, ColumnType> {
    const types = new Map(columns.map(({ name, type }) => [name, type]));
    this.#known.set(sql, types);
    return types;
  }

  async #create(schema: string, sql: string, { columns, key }: Table): Promise<void> {
    const { rows } = await this.#session.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
    if (rows.length === 0) await this.#session.query(`CREATE SCHEMA ${quoteName(schema)}`);
    const parts = columns.map(({ name, type }) => `${quoteName(name)} ${TYPES[type]}`);
    if (key.length > 0) parts.push(`PRIMARY KEY (${key.map(quoteName).join(', ')})`);
    await this.#session.query(`CREATE TABLE ${sql} (${parts.join(', ')})`);
  }

  /** The index that it asks for; a table of somebody else's goes without, as only its owner may make one. */
  async #index(table: Table, sql: string): Promise<void> {
    const text = indexText(table, sql);
    if (text === undefined) return;
    const { rows } = await this.#session.query(
      `SELECT 1 FROM pg_class WHERE oid = to_regclass($1) AND pg_has_role(relowner, 'USAGE')`,
      [sql],
    );
    if (rows.length > 0) await this.#session.query(text);
  }

  /** One statement, so that the table is written anew at most once. */
  async #alter(sql: string, wanted: Table, found: Found, changes: readonly TableChange[]): Promise<void> {
    const steps = changes.flatMap(({ change, column = '', from, to }) => {
      if (to === undefined) return [];
      if (change === 'column added') return [`ADD COLUMN ${quoteName(column)} ${TYPES[to]}`];
      return from === undefined ? [] : [retype(column, from, to, found)];
    });
    // varchar(200) takes texts, but not all of them: it becomes text, and that is no change of what it holds.
    for (const { name } of wanted.columns) {
      const there = found.columns.find((column) => column.name === name);
      if (there?.type === undefined || there.whole || changes.some(({ column }) => column === name)) continue;
      steps.push(retype(name, there.type, there.type, found));
    }
    if (steps.length > 0) await this.#session.query(`ALTER TABLE ${sql} ${steps.join(', ')}`);
  }

  /** Statements that let those into the new table who were let into the old one. */
  async #grants(table: Spot): Promise<string[]> {
    const { rows } = await this.#session.query<{ may: string; who: string; option: string }>(
      `SELECT privilege_type AS may, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS who,
         CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS option
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl)
       WHERE n.nspname = $1 AND c.relname = $2 AND grantee <> c.relowner`,
      [table.schema, table.table],
    );
    return rows.map(({ may, who, option }) => `GRANT ${may} ON ${table.sql} TO ${who}${option}`);
  }

  /** Statements that make the indexes again which somebody made on the old table, as far as the new one has the columns. */
  async #indexes(stage: Spot, table: Spot): Promise<string[]> {
    const { rows } = await this.#session.query<{ sql: string }>(
      `SELECT pg_get_indexdef(i.indexrelid) AS sql
       FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = $1 AND c.relname = $2
         AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
         AND NOT EXISTS (
           SELECT 1 FROM pg_depend d JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
           WHERE d.objid = i.indexrelid AND d.refobjid = c.oid AND a.attname NOT IN (
             SELECT b.attname FROM pg_attribute b WHERE b.attrelid = to_regclass($3) AND NOT b.attisdropped))`,
      [table.schema, table.table, stage.sql],
    );
    return rows.map(({ sql }) => sql);
  }
}

/** Refuses what rows cannot be merged into. */
function checkUsable(table: Table, found: Found): void {
  if (found.kind !== 'table') throw notATable(table, found.kind);
  const columns = found.columns.map(({ name }) => name);
  const fits = (key: readonly string[]) =>
    key.length === table.key.length && table.key.every((name) => key.includes(name));
  if (table.key.length > 0 && !found.keys.some(fits)) throw noUniqueKey(table, { columns, keys: found.keys });
  const wanted = new Set(table.columns.map(({ name }) => name));
  for (const { name, native, type, required } of found.columns) {
    const trouble = wanted.has(name)
      ? type === undefined && `its column ${name} has the type ${native}, which rows cannot be written to`
      : required && `its column ${name} must have a value, and rows have none for it`;
    if (trouble === false) continue;
    throw placeError(
      `The table ${table.name} is there already and rows cannot be merged into it: ${trouble}.`,
      `Write to another table (object: ${splitTable(table.name).table}_2), or change that column. It was not changed.`,
      { code: 'table-unusable' },
    );
  }
}

function retype(column: string, from: ColumnType, to: ColumnType, found: Found): string {
  const name = quoteName(column);
  const native = found.columns.find((one) => one.name === column)?.native ?? '';
  return `ALTER COLUMN ${name} TYPE ${TYPES[to]} USING ${lossless(name, from, to, native)}`;
}

/** A column's values as those of another type. They read as `merge` would write them. */
function lossless(name: string, from: ColumnType, to: ColumnType, native: string): string {
  // Without a zone it is taken for UTC, whatever the session's is.
  const moment = native === 'timestamp' ? `(${name} AT TIME ZONE 'UTC')` : name;
  if (from === 'timestamp' && to === 'timestamp') return moment;
  if (from === 'timestamp') {
    // A fraction only where there is one.
    const digits = `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')`;
    return `CASE WHEN isfinite(${name}) THEN regexp_replace(${digits}, '\\.?0+$', '') || 'Z' ELSE ${name}::text END`;
  }
  // A double cast to numeric is rounded to 15 digits; its text has all of them.
  return to === 'text' || from === 'number' ? `${name}::text::${TYPES[to]}` : `${name}::${TYPES[to]}`;
}
