import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

import { parquetReadObjects } from 'hyparquet';

import type { Column, Table, Value } from '../../src/core/destination.ts';
import { file } from '../../src/destinations/file.ts';
import { folder, type Rig } from './contract-places.ts';

export type FormatName = 'parquet' | 'csv' | 'jsonl';

const READERS: Record<FormatName, (bytes: Buffer, table: Table) => Promise<Value[][]>> = {
  parquet: readParquet,
  csv: (bytes, table) => Promise.resolve(readCsv(bytes.toString(), table)),
  jsonl: (bytes, table) => Promise.resolve(readJsonl(bytes.toString(), table)),
};

/** The rows of one published file; undefined when it is not there. */
export async function readFile(path: string, table: Table): Promise<Value[][] | undefined> {
  if (!existsSync(path)) return undefined;
  const [, format, around] = /\.(parquet|csv|jsonl)(\.gz|\.zst)?$/.exec(path) ?? [];
  const bytes = readFileSync(path);
  const plain = around === '.gz' ? gunzipSync(bytes) : around === '.zst' ? zstdDecompressSync(bytes) : bytes;
  return await READERS[format as FormatName](plain, table);
}

async function readParquet(bytes: Buffer, { columns }: Table): Promise<Value[][]> {
  const rows = await parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
    compressors: { GZIP: (input) => gunzipSync(input), ZSTD: (input) => zstdDecompressSync(input) },
    // As it stands there: parsing loses digits, and a TextDecoder a byte order mark.
    parsers: { jsonFromBytes: plainText, stringFromBytes: plainText },
  });
  return rows.map((row) => columns.map(({ name, type }) => fromParquet(row[name], type)));
}

function plainText(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString();
}

function fromParquet(value: unknown, type: Column['type']): Value {
  if (value === null || value === undefined) return null;
  if (!(value instanceof Date)) return value as Value;
  return type === 'date' ? value.toISOString().slice(0, 10) : value.toISOString();
}

function readJsonl(text: string, { columns }: Table): Value[][] {
  const raw = JSON as unknown as { rawJSON: (text: string) => { rawJSON: string } };
  const lines = text === '' ? [] : text.slice(0, -1).split('\n');
  return lines.map((line) => {
    const row = JSON.parse(line, (_, value: unknown, context?: { source: string }) =>
      typeof value === 'number' ? raw.rawJSON(context?.source ?? '') : value,
    ) as Record<string, unknown>;
    return columns.map(({ name, type }): Value => {
      const value = row[name];
      if (value === null || value === undefined) return null;
      if (type === 'json') return JSON.stringify(value);
      if (typeof value !== 'object') return value as Value;
      const digits = (value as { rawJSON: string }).rawJSON;
      return type === 'integer' ? BigInt(digits) : type === 'number' ? Number(digits) : digits;
    });
  });
}

/** Reads by RFC 4180, character by character; a field without quotes and without characters is no value. */
export function readCsv(text: string, { columns }: Table): Value[][] {
  const [header = [], ...rows] = csvRecords(text);
  return rows.map((fields) =>
    columns.map(({ name, type }): Value => {
      const value = fields[header.indexOf(name)] ?? null;
      if (value === null) return null;
      if (type === 'boolean') return value === 'true';
      return type === 'integer' ? BigInt(value) : type === 'number' ? Number(value) : value;
    }),
  );
}

export function csvRecords(text: string): (string | null)[][] {
  const records: (string | null)[][] = [];
  let record: (string | null)[] = [];
  const field = /("(?:[^"]|"")*"|[^,"\r\n]*)(,|\r\n)/y;
  while (field.lastIndex < text.length) {
    const [, value = '', end] = field.exec(text) ?? [];
    if (end === undefined) throw new Error(`not CSV: record ${records.length + 1}`);
    record.push(
      value === '' ? null : value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value,
    );
    if (end === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}

export function folderOf(url: string): string {
  return url.slice('file:'.length).split('?')[0] ?? '';
}

/** The contract over files of one format and compression. */
export function fileRig(format: FormatName, query: string, ending: string): Rig {
  return {
    destination: { ...file, title: `${file.title} (${query})` },
    module: new URL('../../src/destinations/file.ts', import.meta.url).href,
    exportName: 'file',
    fresh: (t) => Promise.resolve(`file:${join(folder(t), 'out')}?${query}`),
    read: async (url, table) =>
      await readFile(join(folderOf(url), `${table.name.replaceAll('"', '%22')}${ending}`), table),
    nul: 'kept',
    jsonNullIsNone: format === 'jsonl',
  };
}
