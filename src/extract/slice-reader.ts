import type { Session } from '../http/session.ts';
import type { Pages } from '../core/action.ts';
import type { JsonObject, Span } from '../core/stream.ts';
import type { SliceRow } from './bookkeeping.ts';
import type { Landing } from './landing.ts';
import { firstPage, isLostPage, itemsOf, nextPage, type PageParams } from './pages.ts';
import { RowMaker } from './repeats.ts';
import { feedsOf } from './slice-table.ts';
import { readAt, valuesOf } from './slices.ts';
import { rangeOf, spansOf } from './spans.ts';
import type { OpenWay, Work } from './work.ts';

/** A page token that is older than this, in milliseconds, is not used: Zoom's live 15 minutes (Zoom FACTS A). */
const TOKEN_LIFE = 10 * 60_000;
/** Times that a list is begun again because its next page was lost. */
const MAX_RESTARTS = 5;
/** Longest wait for a budget, in milliseconds: the queue before it may be long. */
const MAX_WAIT = 30 * 60_000;

export interface ReaderDeps {
  session: Session;
  now: () => number;
  anchor: number | undefined;
  lookbackMs: number;
  /** Lands a page; resolves when it is durable. */
  land(landing: Landing): Promise<void>;
  /** A call was made. */
  called(label: string): void;
  /** Nothing new is to be asked for. */
  stopping(): boolean;
}

/** Where the reading of a slice stands. */
interface Place {
  /** Endpoint that was asked: its page tokens say nothing to another one. */
  path: string;
  params: PageParams;
  span?: Span;
}

/** Reads a slice page by page, from where it stands. Resolves before its end only when the run is stopping. */
export async function readSlice(
  deps: ReaderDeps,
  work: Work,
  start: SliceRow,
  { action, way }: OpenWay,
): Promise<void> {
  const { stream } = work.node;
  const { path } = way;
  const startedAt = deps.now();
  const at = readAt(start);
  const maker = new RowMaker(stream, valuesOf(at));
  let place = resumed(start, stream.pages, path, startedAt);
  // What is there now is seen whole or not at all: a scan that cannot go on where it stopped begins again.
  const again = place === undefined && stream.kind === 'state' ? { covered: null } : {};
  let row: SliceRow = { ...start, ...again, read_at: startedAt, rows: 0 };
  // Rows that are alike are counted from page to page, and nobody knows how far: their span is read once more.
  if (place && stream.repeats !== undefined) place = { ...place, params: firstPage(stream.pages) };
  /** Spans of this reading that lie behind. */
  let earlier = place !== undefined;
  let first = !earlier;
  let spans = remaining(deps, work, row, place, startedAt);
  let restarts = 0;
  let tokens = new Set<string>();
  place ??= { path, params: firstPage(stream.pages), ...(spans[0] ? { span: spans[0] } : {}) };
  if (stream.window && spans.length === 0) return end(deps, work, row, first);
  let last = false;
  // Not part of the loop, so that nothing of an answer is held while its landing is waited for.
  const take = (body: unknown, { params, span }: Place): Promise<void> => {
    const items: JsonObject[] = itemsOf(stream, body);
    const rows = maker.rows(items);
    row = { ...row, rows: row.rows + rows.length };
    const next = nextPage(stream.pages, params, body, items.length, tokens);
    const begins = first;
    first = false;
    if (next) {
      place = { path, params: next, ...(span ? { span } : {}) };
      row = { ...row, next_page: JSON.stringify(place), next_page_at: deps.now() };
      return deps.land({ work, row, rows, first: begins, retry: '' });
    }
    const covered = span ? Math.min(span.until, startedAt) : row.covered;
    spans = spans.slice(1);
    row = { ...row, covered, next_page: null, next_page_at: null };
    const [following] = spans;
    last = following === undefined;
    if (following === undefined) return end(deps, work, row, begins, rows);
    place = { path, params: firstPage(stream.pages), span: following };
    // Whoever goes on from here cuts the rest as it was cut, and looks back from nothing that was just read.
    row = { ...row, next_page: JSON.stringify(place), next_page_at: deps.now() };
    tokens = new Set();
    maker.reset();
    earlier = true;
    return deps.land({ work, row, rows, first: begins, retry: '' });
  };
  for (;;) {
    if (deps.stopping()) return;
    const span = place.span ? stream.window?.params(place.span) : undefined;
    const input = { ...at.params, ...span, ...place.params };
    let body: unknown;
    try {
      body = await deps.session.call(action, input, { maxWaitMs: MAX_WAIT });
    } catch (error) {
      if (!isLostPage(error) || ++restarts > MAX_RESTARTS) throw error;
      // Rows that were landed before are the same rows: landing them again changes nothing.
      place = { ...place, params: firstPage(stream.pages) };
      tokens = new Set();
      maker.reset();
      first = !earlier;
      continue;
    } finally {
      work.calls++;
      deps.called(way.budget);
    }
    const landed = take(body, place);
    body = undefined;
    await landed;
    if (last) return;
  }
}

function end(
  deps: ReaderDeps,
  work: Work,
  row: SliceRow,
  first: boolean,
  rows: readonly JsonObject[] = [],
): Promise<void> {
  const feeds = [...new Set([...words(row.feeds), ...words(feedsOf(work))])].toSorted();
  const done: SliceRow = {
    ...row,
    state: 'done',
    feeds: feeds.length === 0 ? '' : ` ${feeds.join('  ')} `,
    kind: null,
    code: null,
    message: null,
    hint: null,
    first_seen: null,
    last_seen: null,
    retry_at: null,
  };
  return deps.land({ work, row: done, rows, first, retry: '' });
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}

/** The page that was announced last; when it may no longer be there, or is another endpoint's, the first of its span. */
function resumed(
  { next_page: text, next_page_at: at }: SliceRow,
  pages: Pages,
  path: string,
  now: number,
): Place | undefined {
  if (text === null || at === null) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own table
  const place = JSON.parse(text) as Place;
  if (now - at <= TOKEN_LIFE && place.path === path) return place;
  return place.span && { path, params: firstPage(pages), span: place.span };
}

/** The endpoint by which a slice is to be gone on with, if it has begun. */
export function begunBy({ next_page: text }: SliceRow): string | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own table
  return text === null ? undefined : (JSON.parse(text) as Place).path;
}

/** The spans that are not read yet, the one that is under way first. */
function remaining(
  deps: ReaderDeps,
  work: Work,
  row: SliceRow,
  place: Place | undefined,
  now: number,
): Span[] {
  const { window } = work.node.stream;
  if (!window) return [];
  const range = rangeOf(window, {
    covered: row.covered,
    from: row.from_at,
    until: row.until_at,
    anchor: deps.anchor,
    lookbackMs: deps.lookbackMs,
    now,
  });
  if (place?.span) {
    const { span } = place;
    const rest = range && { from: span.until, until: range.until };
    return [span, ...(rest && rest.from < rest.until ? spansOf(window, rest) : [])];
  }
  return range ? spansOf(window, range) : [];
}
