import { Refusal, invalid } from './answers.ts';

/** One page of a listing. */
export interface Page {
  limit: number;
  offset: number;
  ascending: boolean;
}

/** Reads limit, offset and sort; Brevo refuses a limit above the operation's maximum instead of capping it. */
export function readPage(query: URLSearchParams, usual: number, max: number, min = 0): Page {
  const limit = wholeNumber(query, 'limit') ?? usual;
  if (limit > max) throw new Refusal(400, 'out_of_range', 'Limit exceeds max value');
  if (limit < min) throw new Refusal(400, 'out_of_range', `Limit must be at least ${min}`);
  const sort = query.get('sort') ?? 'desc';
  if (sort !== 'asc' && sort !== 'desc') throw invalid('Sort must be asc or desc');
  return { limit, offset: wholeNumber(query, 'offset') ?? 0, ascending: sort === 'asc' };
}

/** Cuts a page out of items that stand in ascending order. */
export function cut<T>(items: readonly T[], page: Page): T[] {
  if (page.ascending) return items.slice(page.offset, page.offset + page.limit);
  const end = Math.max(0, items.length - page.offset);
  return items.slice(Math.max(0, end - page.limit), end).toReversed();
}

/** A UTC date-time of the query as milliseconds; a raw `+` in a zone has become a space and is refused, as it should. */
export function readTime(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const time = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(time)) throw invalid(`Invalid date-time in ${name}`);
  return time;
}

/** Whole numbers of a repeatable or comma-separated parameter. */
export function readNumbers(query: URLSearchParams, name: string): number[] | undefined {
  const texts = query.getAll(name).flatMap((text) => text.split(','));
  if (texts.length === 0) return undefined;
  return texts.map((text) => {
    if (!/^\d+$/.test(text.trim())) throw invalid(`Invalid value in ${name}`);
    return Number(text);
  });
}

function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw invalid(`Invalid ${name}`);
  return Number(text);
}
