import type { ColumnType, Table, TableChange } from '../../core/destination.ts';
import { growth, noUniqueKey, notATable, quoteName, splitTable } from '../sql-text.ts';
import { placeError } from '../url.ts';
import type { DuckDb } from './database.ts';
import { DECIMAL_NOTE, folded, loadable, readLayout, TYPES, type LaidColumn, type Layout } from './layout.ts';

/** Where a table stands. */
interface Spot {
  schema: string;
  table: string;
  /** As it stands in a statement. */
  sql: string;
}

/** The tables of a database: what is known of them, and what makes them fit. */
export class Tables {
  readonly #db: DuckDb;
  readonly #layouts = new Map<string, Layout>();
  /** Tables that fit already. Whoever passes the same object again means the same columns. */
  #fitting = new WeakSet<Table>();

  constructor(db: DuckDb) {
    this.#db = db;
  }

  /** Forgets what it knew: tables were changed, or a transaction was undone. */
  forget(): void {
    this.#layouts.clear();
    this.#fitting = new WeakSet();
  }

  spot(name: string): Spot {
    const { schema = 'main', table } = splitTable(name);
    return { schema, table, sql: `${quoteName(schema)}.${quoteName(table)}` };
  }

  /** How a table stands that was made to fit. */
  async layout(name: string): Promise<Layout> {
    const layout = await this.#look(this.spot(name));
    if (layout) return layout;
    throw placeError(`The table ${name} is not there.`, 'It was dropped while rows were loaded: run again.', {
      code: 'no-table',
    });
  }

  async fit(table: Table): Promise<TableChange[]> {
    if (this.#fitting.has(table)) return [];
    checkCase(table);
    const spot = this.spot(table.name);
    const layout = await this.#look(spot);
    if (layout) checkUsable(table, layout);
    const changes = growth(layout ? spelled(table, layout) : table, layout && loadable(layout));
    if (layout) await this.#grow(spot, layout, table, changes);
    else await this.#create(spot, table);
    if (changes.length > 0) this.forget();
    this.#fitting.add(table);
    return changes;
  }

  async swap(stage: string, name: string): Promise<void> {
    const from = this.spot(stage);
    const to = this.spot(name);
    const old = await this.#look(to);
    const layout = await this.layout(stage);
    await this.drop(name);
    if (from.schema === to.schema)
      await this.#db.run(`ALTER TABLE ${from.sql} RENAME TO ${quoteName(to.table)}`);
    else await this.#move(layout, to, new Map());
    this.forget();
    // Indexes that somebody made, as far as the columns are there; the names are free now.
    const there = new Set(layout.columns.map((column) => folded(column.name)));
    if (old?.columns.every((column) => there.has(folded(column.name)))) {
      for (const sql of old.indexes) await this.#db.run(sql);
    }
  }

  async drop(name: string): Promise<void> {
    await this.#db.run(`DROP TABLE IF EXISTS ${this.spot(name).sql}`);
    this.forget();
  }

  async #look({ schema, table, sql }: Spot): Promise<Layout | undefined> {
    const layout = this.#layouts.get(sql) ?? (await readLayout(this.#db, schema, table));
    if (layout) this.#layouts.set(sql, layout);
    return layout;
  }

  async #create({ schema, sql }: Spot, { columns, key }: Table): Promise<void> {
    if (schema !== 'main') await this.#db.run(`CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)}`);
    const parts = columns.map(({ name, type }) => `${quoteName(name)} ${TYPES[type]}`);
    if (key.length > 0) parts.push(`PRIMARY KEY (${key.map(quoteName).join(', ')})`);
    await this.#db.run(`CREATE TABLE ${sql} (${parts.join(', ')})`);
    for (const { name, type } of columns) if (type === 'decimal') await this.#note(sql, name, type);
  }

  async #grow(spot: Spot, layout: Layout, table: Table, changes: readonly TableChange[]): Promise<void> {
    for (const { change, column = '', to } of changes) {
      if (change !== 'column added' || to === undefined) continue;
      await this.#db.run(`ALTER TABLE ${spot.sql} ADD COLUMN ${quoteName(column)} ${TYPES[to]}`);
      if (to === 'decimal') await this.#note(spot.sql, column, to);
    }
    const retyped = new Map<string, ColumnType>();
    // An INTEGER takes integers, but not all of them: it becomes a BIGINT, and that is no change of what it holds.
    for (const { name } of spelled(table, layout).columns) {
      const there = layout.columns.find((column) => column.name === name);
      if (there?.type !== undefined && !there.whole) retyped.set(name, there.type);
    }
    for (const { change, column = '', to } of changes) {
      if (change === 'type widened' && to !== undefined) retyped.set(column, to);
    }
    if (retyped.size === 0) return;
    const current = await readLayout(this.#db, spot.schema, spot.table);
    if (current) await this.#rebuild(current, retyped);
  }

  /**
   * Makes the table anew with other types. DuckDB alters no column that is in a key, and none of a table with an index;
   * this way does all of them.
   */
  async #rebuild(layout: Layout, retyped: ReadonlyMap<string, ColumnType>): Promise<void> {
    const old: Spot = { schema: layout.schema, table: layout.name, sql: spotSql(layout.schema, layout.name) };
    const table = `${layout.name}__retyped`;
    const made = { schema: layout.schema, table, sql: spotSql(layout.schema, table) };
    await this.#db.run(`DROP TABLE IF EXISTS ${made.sql}`);
    await this.#move(layout, made, retyped);
    await this.#db.run(`ALTER TABLE ${made.sql} RENAME TO ${quoteName(old.table)}`);
    for (const sql of layout.indexes) await this.#db.run(sql);
  }

  /** Puts the rows of a table into a new one, with its constraints, and drops it. */
  async #move(layout: Layout, to: Spot, retyped: ReadonlyMap<string, ColumnType>): Promise<void> {
    const generated = layout.columns.find((column) => column.generated);
    if (generated)
      throw cannot(layout, `its column ${generated.name} is generated, and the table has to be made anew`);
    if (to.schema !== 'main') await this.#db.run(`CREATE SCHEMA IF NOT EXISTS ${quoteName(to.schema)}`);
    const parts = layout.columns.map((column) => {
      const type = retyped.get(column.name);
      const preset = column.default === null ? '' : ` DEFAULT (${column.default})`;
      return `${quoteName(column.name)} ${type ? TYPES[type] : column.native}${preset}${column.notNull ? ' NOT NULL' : ''}`;
    });
    const values = layout.columns.map((column) => {
      const type = retyped.get(column.name);
      return type ? lossless(column, type) : quoteName(column.name);
    });
    const from = spotSql(layout.schema, layout.name);
    await this.#db.run(`CREATE TABLE ${to.sql} (${[...parts, ...layout.constraints].join(', ')})`);
    await this.#db.run(`INSERT INTO ${to.sql} SELECT ${values.join(', ')} FROM ${from}`);
    await this.#db.run(`DROP TABLE ${from}`);
    for (const column of layout.columns)
      await this.#note(to.sql, column.name, retyped.get(column.name) ?? column.type);
  }

  async #note(sql: string, column: string, type: ColumnType | undefined): Promise<void> {
    if (type !== 'decimal') return;
    await this.#db.run(`COMMENT ON COLUMN ${sql}.${quoteName(column)} IS '${DECIMAL_NOTE}'`);
  }
}

function spotSql(schema: string, table: string): string {
  return `${quoteName(schema)}.${quoteName(table)}`;
}

/** The table with its columns as they are spelled in the database. */
function spelled(table: Table, layout: Layout): Table {
  const names = new Map(layout.columns.map(({ name }) => [folded(name), name]));
  return {
    ...table,
    columns: table.columns.map((column) => ({
      ...column,
      name: names.get(folded(column.name)) ?? column.name,
    })),
  };
}

/** Columns that differ in capital letters only would be one column here, and the values of one would be lost. */
function checkCase(table: Table): void {
  const seen = new Map<string, string>();
  for (const { name } of table.columns) {
    const other = seen.get(folded(name));
    if (other !== undefined) {
      throw placeError(
        `The table ${table.name} is to have the columns ${other} and ${name}, which are one to DuckDB.`,
        'Select one of them, or load into PostgreSQL.',
        { code: 'same-column' },
      );
    }
    seen.set(folded(name), name);
  }
}

/** Refuses what rows cannot be merged into. */
function checkUsable(table: Table, layout: Layout): void {
  if (layout.kind !== 'table') throw notATable(table, layout.kind);
  const key = table.key.map(folded).toSorted().join('\0');
  if (key !== '' && !layout.keys.some((names) => names.map(folded).toSorted().join('\0') === key)) {
    throw noUniqueKey(table, { columns: layout.columns.map(({ name }) => name), keys: layout.keys });
  }
  const wanted = new Set(table.columns.map(({ name }) => folded(name)));
  for (const { name, type, native, notNull, default: preset } of layout.columns) {
    if (wanted.has(folded(name)) && type === undefined) {
      throw cannot(
        table,
        `its column ${name} has the type ${native} or is generated, and rows cannot be written to it`,
      );
    }
    if (!wanted.has(folded(name)) && notNull && preset === null) {
      throw cannot(table, `its column ${name} must have a value, and rows have none for it`);
    }
  }
}

function cannot({ name }: { name: string }, trouble: string): Error {
  return placeError(
    `The table ${name} is there already and rows cannot be merged into it: ${trouble}.`,
    `Write to another table (object: ${splitTable(name).table}_2), or change that column. It was not changed.`,
    { code: 'table-unusable' },
  );
}

/** A column's values as those of another type. They read as `merge` would write them. */
function lossless({ name, native, type }: LaidColumn, to: ColumnType): string {
  const quoted = quoteName(name);
  // Without a zone it is taken for UTC.
  const moment = native.startsWith('TIMESTAMP') && type === 'timestamp' && native !== TYPES.timestamp;
  const value = moment ? `(${quoted}::TIMESTAMP AT TIME ZONE 'UTC')` : quoted;
  if (to === 'timestamp') return value;
  if (type === 'timestamp') {
    // A fraction only where there is one.
    return `regexp_replace(strftime(${value}, '%Y-%m-%dT%H:%M:%S.%f'), '\\.?0+$', '') || 'Z'`;
  }
  // DuckDB writes a double with a fraction, always: 5.0.
  if (type === 'number' && (to === 'text' || to === 'decimal'))
    return `regexp_replace(${quoted}::VARCHAR, '\\.0$', '')`;
  return `${quoted}::${TYPES[to]}`;
}
