import { gzipSync, zstdCompressSync } from 'node:zlib';

import { ByteWriter, ParquetWriter } from 'hyparquet-writer';

import type { Column, ColumnType } from '../../core/destination.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Compression, Content, StoredValue } from './format.ts';

/**
 * A row group is what is held in memory and what a reader can leave out. It ends with so many rows, or so many
 * characters if its texts are long. 300,000 rows of 350 bytes took 105 MB more than the bare process with 5,000 to
 * 20,000 rows a group, and 150 MB with 50,000; of that 20 MB are alive, and the rest is what V8 has not swept up yet.
 */
const GROUP_ROWS = 20_000;
const GROUP_CHARACTERS = 8_000_000;

type SchemaElement = ParquetWriter['schema'][number];

/** How values of a type are stored, and what they mean: https://github.com/apache/parquet-format/blob/master/LogicalTypes.md */
const TYPES: Readonly<
  Record<ColumnType, { stored: NonNullable<SchemaElement['type']>; meaning: Partial<SchemaElement> }>
> = {
  boolean: { stored: 'BOOLEAN', meaning: {} },
  integer: { stored: 'INT64', meaning: {} },
  number: { stored: 'DOUBLE', meaning: {} },
  // DECIMAL has the same number of digits in every row, which nobody knows here: as text none is lost.
  decimal: { stored: 'BYTE_ARRAY', meaning: { converted_type: 'UTF8', logical_type: { type: 'STRING' } } },
  timestamp: {
    stored: 'INT64',
    meaning: {
      converted_type: 'TIMESTAMP_MILLIS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    },
  },
  date: { stored: 'INT32', meaning: { converted_type: 'DATE', logical_type: { type: 'DATE' } } },
  json: { stored: 'BYTE_ARRAY', meaning: { converted_type: 'JSON', logical_type: { type: 'JSON' } } },
  text: { stored: 'BYTE_ARRAY', meaning: { converted_type: 'UTF8', logical_type: { type: 'STRING' } } },
};

const CODECS = { none: 'UNCOMPRESSED', snappy: 'SNAPPY', gzip: 'GZIP', zstd: 'ZSTD' } as const;

/** A Parquet file; one row group is in memory at a time. */
export function* parquetBytes(content: Content, compression: Compression): Generator<Uint8Array> {
  const { columns, key, rows } = content;
  const bytes = new ByteWriter();
  const elements = columns.map(({ name, type }): SchemaElement => {
    return { name, type: TYPES[type].stored, repetition_type: key.includes(name) ? 'REQUIRED' : 'OPTIONAL' };
  });
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: columns.length }, ...elements],
    codec: CODECS[compression],
    compressors: { GZIP: (input) => gzipSync(input), ZSTD: (input) => zstdCompressSync(input) },
    createdBy: 'trunkline',
  });
  const convert = columns.map((column) => converterOf(content.table, column));
  let group = new Group(columns);
  for (const row of rows) {
    group.add(row, convert);
    if (group.rows < GROUP_ROWS && group.characters < GROUP_CHARACTERS) continue;
    yield* written(group);
    group = new Group(columns);
  }
  if (group.rows > 0) yield* written(group);
  // Not before: by what values mean, the writer would convert them first. It would write JSON as a text within JSON,
  // and hold a whole column of texts as bytes, which takes 100 MB more.
  for (const [at, element] of elements.entries())
    Object.assign(element, TYPES[columns[at]?.type ?? 'text'].meaning);
  void writer.finish();
  yield taken(bytes);

  function* written({ columnData, rows: rowGroupSize }: Group): Generator<Uint8Array> {
    // Nothing to wait for, as this writer keeps in memory what it is given.
    void writer.write({ columnData, rowGroupSize });
    yield taken(bytes);
  }
}

type StoredToParquet = (value: Exclude<StoredValue, null>) => unknown;

class Group {
  readonly columnData: { name: string; data: unknown[]; statistics: boolean }[];
  rows = 0;
  characters = 0;

  constructor(columns: readonly Column[]) {
    // The least and greatest JSON would stand in the file's foot in full, whatever its size, and help nobody.
    this.columnData = columns.map(({ name, type }) => ({ name, data: [], statistics: type !== 'json' }));
  }

  add(row: readonly StoredValue[], convert: readonly StoredToParquet[]): void {
    this.rows++;
    for (const [at, { data }] of this.columnData.entries()) {
      const value = row[at] ?? null;
      if (typeof value === 'string') this.characters += value.length;
      data.push(value === null ? null : convert[at]?.(value));
    }
  }
}

/** Takes what was written so far. Offsets go on, as the writer counts them apart from what it keeps. */
function taken(bytes: ByteWriter): Uint8Array {
  const copy = bytes.getBytes().slice();
  bytes.index = 0;
  return copy;
}

const DAY = 86_400_000;

function converterOf(table: string, { name, type }: Column): StoredToParquet {
  const misfit = (value: unknown): never => {
    throw new ConnectorError(
      `The column ${name} of the table ${table} holds ${JSON.stringify(String(value))}, which is no ${type}.`,
      {
        kind: 'contract',
        code: 'value-misfit',
        hint: 'Nothing is lost: choose jsonl or csv, or widen the column to text.',
      },
    );
  };
  const milliseconds = (value: unknown, text: string): number => {
    const time = Date.parse(text);
    return Number.isNaN(time) ? misfit(value) : time;
  };
  switch (type) {
    case 'boolean':
      return (value) => (value === 0n || value === 1n ? value === 1n : misfit(value));
    case 'integer':
      return (value) => (typeof value === 'bigint' ? value : misfit(value));
    case 'number':
      return (value) => (typeof value === 'string' ? misfit(value) : Number(value));
    case 'timestamp':
      return (value) => BigInt(milliseconds(value, String(value)));
    case 'date':
      return (value) => milliseconds(value, `${String(value)}T00:00:00Z`) / DAY;
    default:
      return String;
  }
}
