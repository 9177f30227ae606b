import { wholeOf } from '../routes.ts';
import { Problem } from './problem.ts';

/** One page of rows, and the cursor of the next; the cursor is the id of the last row, as nobody needs to know. */
export function pageOf<Row extends { id: string }>(
  rows: readonly Row[],
  query: URLSearchParams,
): { data: Row[]; has_more: boolean; next_cursor: string | null } {
  const limit = wholeOf(query, 'limit', { least: 1, most: 50, normal: 20 });
  if (limit === undefined) throw new Problem(400, 'bad-limit', 'limit must be a whole number from 1 to 50');
  const cursor = query.get('cursor') ?? '';
  let from = 0;
  if (cursor !== '') {
    const last = Buffer.from(cursor, 'base64url').toString();
    from = rows.findIndex(({ id }) => id === last) + 1;
    if (from === 0) throw new Problem(400, 'bad-cursor', 'the cursor is not one of this list');
  }
  const data = rows.slice(from, from + limit);
  const more = from + limit < rows.length;
  const end = data.at(-1);
  const next = more && end ? Buffer.from(end.id).toString('base64url') : null;
  return { data, has_more: more, next_cursor: next };
}
