import type { Column, ColumnType } from '../core/destination.ts';
import { toJsonSchema } from '../core/schema.ts';
import type { Stream } from '../core/stream.ts';
import type { Mode, StreamChoice } from './request.ts';

/** Columns that every table has beside those of its rows. */
export const META = {
  /** Members that the stream does not know, as one JSON object. */
  extra: '_trunkline_extra',
  /** When the row was written, in UTC. */
  loadedAt: '_trunkline_loaded_at',
  /** The run that wrote it. */
  run: '_trunkline_run',
  /** `api` or `webhook`. */
  source: '_trunkline_source',
  /** The part of the stream that it belongs to; by it, rows are found that are no longer there. */
  slice: '_trunkline_slice',
  /** When a whole scan no longer had it; empty while it is there. */
  deletedAt: '_trunkline_deleted_at',
} as const;

/** They say how a row came, not what it is: alone they are no reason to write it again. */
export const QUIET: readonly string[] = [META.loadedAt, META.run, META.source];

/** Deletions can be seen where a run reads all there is, and the table keeps what earlier runs read. */
export function marksDeletions(stream: Stream, mode: Mode): boolean {
  return stream.kind === 'state' && mode === 'incremental';
}

/** The columns of a stream by its row schema, in the order of declaration, as far as they were chosen. */
export function columnsOf(stream: Stream, choice: StreamChoice): Column[] {
  const key = choice.primaryKey ?? stream.primaryKey;
  const wanted = (name: string): boolean =>
    !(stream.omit ?? []).includes(name) &&
    (choice.select === undefined || choice.select.includes(name) || key.includes(name));
  const columns = Object.entries(memberTypes(stream))
    .filter(([name]) => wanted(name))
    .map(([name, type]) => ({ name, type }));
  // What comes from the parent or the pass may be missing in the schema: it is text then.
  for (const name of [...carried(stream), ...key]) {
    if (wanted(name) && !columns.some((column) => column.name === name)) columns.push({ name, type: 'text' });
  }
  return columns;
}

/** The metadata columns of a table. */
export function metaColumns(stream: Stream, mode: Mode): Column[] {
  return [
    { name: META.extra, type: 'json' },
    { name: META.loadedAt, type: 'timestamp' },
    { name: META.run, type: 'text' },
    { name: META.source, type: 'text' },
    ...(marksDeletions(stream, mode)
      ? [
          { name: META.slice, type: 'text' as const },
          { name: META.deletedAt, type: 'timestamp' as const },
        ]
      : []),
  ];
}

/** Columns that tell rows apart: where each run adds its own, the run is one of them. */
export function keyOf(stream: Stream, choice: StreamChoice): string[] {
  const key = [...(choice.primaryKey ?? stream.primaryKey)];
  return choice.mode === 'append' ? [...key, META.run] : key;
}

function carried(stream: Stream): string[] {
  const names = (stream.parents ?? []).flatMap(({ carry }) => Object.keys(carry ?? {}));
  return stream.passes?.carry === undefined ? names : [...names, stream.passes.carry];
}

const memberTypesOf = new WeakMap<Stream, Readonly<Record<string, ColumnType>>>();

/** Members of a stream's rows with the type of the column that takes them. */
export function memberTypes(stream: Stream): Readonly<Record<string, ColumnType>> {
  let types = memberTypesOf.get(stream);
  if (!types) {
    const { properties = {} } = toJsonSchema(stream.row, 'output') as {
      properties?: Record<string, JsonSchema>;
    };
    types = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, typeOf(schema)]));
    memberTypesOf.set(stream, types);
  }
  return types;
}

interface JsonSchema {
  type?: string;
  format?: string;
  anyOf?: JsonSchema[];
}

function typeOf({ type, format, anyOf }: JsonSchema): ColumnType {
  if (anyOf) {
    const types = new Set(anyOf.filter((one) => one.type !== 'null').map(typeOf));
    const [only] = types;
    return types.size === 1 && only !== undefined ? only : 'text';
  }
  switch (type) {
    case 'boolean':
    case 'integer':
    case 'number':
      return type;
    case 'array':
    case 'object':
      return 'json';
    default:
      return format === 'date-time' ? 'timestamp' : format === 'date' ? 'date' : 'text';
  }
}

/** The narrowest column for a value that nobody has declared. */
export function typeOfValue(value: unknown): ColumnType {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number';
  return typeof value === 'object' && value !== null ? 'json' : 'text';
}
