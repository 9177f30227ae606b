import type { z } from 'zod';
import type { RefusedRow } from '../core/reader.ts';
import { describe, fieldErrors } from '../core/schema.ts';
import type { JsonObject, Stream } from '../core/stream.ts';
import type { Session } from '../http/session.ts';
import { firstPage, itemsOf, nextPage, pageAction, waysOf } from './pages.ts';
import { RowMaker } from './repeats.ts';
import { rangeOf, spansOf } from './spans.ts';

export interface ReadStreamOptions {
  /** Parameters of the path and of the query, such as `{ meetingId: '…' }`: what its parent's rows would give. */
  params?: Readonly<Record<string, string>>;
  /** Range of time in milliseconds, for streams that are asked for by time. Default: the last year, as far as it reaches. */
  since?: number;
  until?: number;
}

/** One page of a stream, after every row was compared with the stream's schema. */
export interface StreamPage<Row> {
  rows: Row[];
  /** Rows that do not fit, each with the reason. They are counted, never dropped. */
  refused: RefusedRow[];
}

/**
 * Reads a stream for a program that wants its rows and no destination: all passes, all windows, page by page.
 *
 * @throws ConnectorError when a page cannot be read; what came before it stays valid
 */
export async function* readStream<Row extends z.ZodObject>(
  session: Session,
  stream: Stream<Row>,
  { params = {}, since, until }: ReadStreamOptions = {},
): AsyncGenerator<StreamPage<z.output<Row>>> {
  const { passes, window, pages } = stream;
  const action = pageAction(stream, waysOf(stream)[0], session.connector);
  const values = passes && params[passes.param] === undefined ? passes.values : [undefined];
  const range = {
    covered: null,
    from: since ?? null,
    until: until ?? null,
    anchor: undefined,
    lookbackMs: 0,
  };
  const whole = window && rangeOf(window, { ...range, now: session.now() });
  const spans = window ? (whole ? spansOf(window, whole) : []) : [undefined];
  for (const value of values) {
    const pass = passes && value !== undefined ? { [passes.param]: value } : {};
    const carry = passes?.carry === undefined ? {} : { [passes.carry]: value ?? params[passes.param] };
    const maker = new RowMaker(stream, { ...params, ...pass });
    for (const span of spans) {
      maker.reset();
      let place: ReturnType<typeof nextPage> = firstPage(pages);
      const seen = new Set<string>();
      while (place) {
        const fixed = { ...params, ...pass, ...(span && window?.params(span)) };
        const body: unknown = await session.call(action, { ...fixed, ...place });
        const items = itemsOf(stream, body);
        yield checkRows(stream, maker.rows(items), carry);
        place = nextPage(pages, place, body, items.length, seen);
      }
    }
  }
}

function checkRows<Row extends z.ZodObject>(
  stream: Stream<Row>,
  rows: readonly JsonObject[],
  carry: JsonObject,
): StreamPage<z.output<Row>> {
  const page: StreamPage<z.output<Row>> = { rows: [], refused: [] };
  const omitted = new Set(stream.omit);
  for (const row of rows) {
    const kept = Object.entries({ ...carry, ...row }).filter(([name]) => !omitted.has(name));
    const parsed = stream.row.safeParse(Object.fromEntries(kept));
    if (parsed.success) page.rows.push(parsed.data);
    else page.refused.push({ row, reason: describe(fieldErrors(parsed.error)) });
  }
  return page;
}
