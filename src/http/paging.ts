import { at, itemSchema, type Action, type InputOf, type ItemOf, type Pages } from '../core/action.ts';
import { ConnectorError } from '../core/errors.ts';
import type { ItemPage, RefusedRow } from '../core/reader.ts';
import { describe, fieldErrors } from '../core/schema.ts';

/** Reads a list action page by page, with the largest pages that the system serves. */
export async function* readPages<A extends Action>(
  action: A,
  input: InputOf<A>,
  name: string,
  call: (input: InputOf<A>) => Promise<unknown>,
): AsyncGenerator<ItemPage<ItemOf<A>>> {
  const pages: Pages | undefined = action.pages;
  if (!pages) {
    throw new ConnectorError(`${name} is not a list: it has no pages`, {
      kind: 'input',
      action: name,
      hint: 'Call it once instead.',
    });
  }
  const schema = itemSchema(action);
  let next: Record<string, unknown> | undefined = { ...(input as Record<string, unknown>) };
  if ('size' in pages && pages.size) next[pages.size.param] ??= pages.size.max;
  const seen = new Set<string>();
  while (next) {
    const page: unknown = await call(next as InputOf<A>);
    const items = at(page, pages.items);
    if (!Array.isArray(items)) throw withoutList(name, pages.items);
    const rows: ItemOf<A>[] = [];
    const refused: RefusedRow[] = [];
    for (const item of items) {
      const parsed = schema.safeParse(item);
      if (parsed.success) rows.push(parsed.data as ItemOf<A>);
      else refused.push({ row: item, reason: describe(fieldErrors(parsed.error)) });
    }
    yield { rows, refused };
    next = following(pages, next, page, items.length, seen);
  }
}

function withoutList(name: string, items: string): ConnectorError {
  const where = items === '' ? 'is no list' : `has no list '${items}'`;
  return new ConnectorError(`an answer of ${name} ${where}, so that its pages cannot be read`, {
    kind: 'contract',
    action: name,
    hint: 'Compare `pages.items` of the action with an answer of the API.',
  });
}

/**
 * The input of the page after this one; undefined when this was the last.
 * @param seen tokens that came before
 */
export function following(
  pages: Pages,
  input: Record<string, unknown>,
  page: unknown,
  count: number,
  seen: Set<string> = new Set(),
): Record<string, unknown> | undefined {
  switch (pages.kind) {
    case 'none':
      return undefined;
    case 'token': {
      const token = at(page, pages.token);
      // A token that came before would lead round in a circle for ever.
      if (typeof token !== 'string' || token === '' || seen.has(token)) return undefined;
      seen.add(token);
      return { ...input, [pages.param]: token };
    }
    case 'number': {
      const number = Number(input[pages.param] ?? 1);
      const last = Number(at(page, pages.count));
      if (count === 0 || !(number < last)) return undefined;
      return { ...input, [pages.param]: number + 1 };
    }
    case 'offset': {
      const offset = Number(input[pages.param] ?? 0) + count;
      if (count === 0 || !(offset < Number(at(page, pages.total)))) return undefined;
      return { ...input, [pages.param]: offset };
    }
  }
}
