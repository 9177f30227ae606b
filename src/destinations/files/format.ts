import type { Column, Table } from '../../core/destination.ts';
import { csvText } from './csv.ts';
import { jsonlText } from './jsonl.ts';
import { parquetBytes } from './parquet.ts';

/** How files are compressed. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'snappy';

/** A value as SQLite gives it when integers are to come as bigints: booleans are 0n and 1n. */
export type StoredValue = string | number | bigint | Uint8Array | null;

/** What is written into one file. */
export interface Content {
  table: string;
  columns: readonly Column[];
  key: Table['key'];
  rows: Iterable<readonly StoredValue[]>;
}

/** A kind of file. */
export interface FileFormat {
  extension: string;
  /** What it can be compressed by, the usual one first. */
  compressions: readonly [Compression, ...Compression[]];
  /** Compression is part of the format, rather than around it. */
  compressesItself: boolean;
  /** The file piece by piece, with few rows in memory at a time. */
  pieces(content: Content, compression: Compression): Iterable<string | Uint8Array>;
}

export const FORMATS = {
  parquet: {
    extension: 'parquet',
    compressions: ['snappy', 'zstd', 'gzip', 'none'],
    compressesItself: true,
    pieces: parquetBytes,
  },
  csv: {
    extension: 'csv',
    compressions: ['none', 'gzip', 'zstd'],
    compressesItself: false,
    pieces: csvText,
  },
  jsonl: {
    extension: 'jsonl',
    compressions: ['none', 'gzip', 'zstd'],
    compressesItself: false,
    pieces: jsonlText,
  },
} satisfies Record<string, FileFormat>;

export type FormatName = keyof typeof FORMATS;

/** What files of a format and compression end with: `.csv.gz`. */
export function ending(format: FileFormat, compression: Compression): string {
  const around = format.compressesItself
    ? ''
    : { none: '', snappy: '', gzip: '.gz', zstd: '.zst' }[compression];
  return `.${format.extension}${around}`;
}
