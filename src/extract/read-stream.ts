import type { z } from 'zod';
import type { Reader, RefusedRow } from '../core/reader.ts';
import { describe, fieldErrors } from '../core/schema.ts';
import type { Slice, Stream } from '../core/stream.ts';

export interface ReadStreamOptions<Checkpoint> {
  /** Where the last reading ended; without it, everything is read. */
  since?: Checkpoint | undefined;
}

/** One page of a stream, after every row was compared with the stream's schema. */
export interface StreamPage<Row, Checkpoint> {
  slice: Slice;
  rows: Row[];
  /** Rows that do not fit, each with the reason. They are counted, never dropped. */
  refused: RefusedRow[];
  /** True once these rows are durable; absent when the page ends nothing. */
  checkpoint?: Checkpoint;
}

/**
 * Reads a stream: slice after slice, page after page. Give the last checkpoint as `since` to go on from there.
 *
 * @throws ConnectorError when a page cannot be read; what came before it stays valid
 */
export async function* readStream<Row extends z.ZodObject, Checkpoint>(
  reader: Reader,
  stream: Stream<Row, Checkpoint>,
  { since }: ReadStreamOptions<Checkpoint> = {},
): AsyncGenerator<StreamPage<z.output<Row>, Checkpoint>> {
  for await (const slice of stream.slices(reader, since)) {
    for await (const page of stream.read(reader, slice)) {
      const rows: z.output<Row>[] = [];
      const refused = [...(page.refused ?? [])];
      for (const row of page.rows) {
        const checked = checkRow(stream, row);
        if ('reason' in checked) refused.push({ row, reason: checked.reason });
        else rows.push(checked.row);
      }
      yield {
        slice,
        rows,
        refused,
        ...(page.checkpoint === undefined ? {} : { checkpoint: page.checkpoint }),
      };
    }
  }
}

function checkRow<Row extends z.ZodObject>(
  stream: Pick<Stream<Row>, 'row' | 'primaryKey'>,
  row: unknown,
): { row: z.output<Row> } | { reason: string } {
  const parsed = stream.row.safeParse(row);
  if (!parsed.success) return { reason: describe(fieldErrors(parsed.error)) };
  // A row without its key could neither be stored twice over nor found again.
  const empty = stream.primaryKey.find((key) => isEmpty((parsed.data as Record<string, unknown>)[key]));
  return empty === undefined ? { row: parsed.data } : { reason: `${empty}: is part of the key and empty` };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
