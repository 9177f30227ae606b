import { at, itemSchema, type Action, type InputOf, type ItemOf, type Pages } from '../core/action.ts';
import { ConnectorError } from '../core/errors.ts';
import type { ItemPage, RefusedRow } from '../core/reader.ts';
import { describe, fieldErrors } from '../core/schema.ts';
import { linkTo } from './link-header.ts';

/** What one call of a list gave. */
export interface PageAnswer {
  output: unknown;
  headers: Headers;
}

/** Reads a list action page by page; the rows of each are checked one by one. */
export async function* readPages<A extends Action>(
  action: A,
  answers: AsyncIterable<ListAnswer>,
): AsyncGenerator<ItemPage<ItemOf<A>>> {
  const schema = itemSchema(action);
  for await (const { items } of answers) {
    const rows: ItemOf<A>[] = [];
    const refused: RefusedRow[] = [];
    for (const item of items) {
      const parsed = schema.safeParse(item);
      if (parsed.success) rows.push(parsed.data as ItemOf<A>);
      else refused.push({ row: item, reason: describe(fieldErrors(parsed.error)) });
    }
    yield { rows, refused };
  }
}

/** One page as it came, and the list in it. */
export interface ListAnswer {
  output: unknown;
  items: readonly unknown[];
}

/** Reads the answers of a list action one after the other, with the largest pages that the system serves. */
export async function* readAnswers<A extends Action>(
  action: A,
  input: InputOf<A>,
  name: string,
  call: (input: InputOf<A>) => Promise<PageAnswer>,
): AsyncGenerator<ListAnswer> {
  const pages: Pages | undefined = action.pages;
  if (!pages) {
    throw new ConnectorError(`${name} is not a list: it has no pages`, {
      kind: 'input',
      action: name,
      hint: 'Call it once instead.',
    });
  }
  let next: Record<string, unknown> | undefined = { ...(input as Record<string, unknown>) };
  if ('size' in pages && pages.size) next[pages.size.param] ??= pages.size.max;
  const seen = new Set<string>();
  while (next) {
    const { output, headers } = await call(next as InputOf<A>);
    const items = at(output, pages.items);
    if (!Array.isArray(items)) throw withoutList(name, pages.items);
    yield { output, items };
    next = following(action, next, { output, headers }, items.length, seen);
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
  action: Action,
  input: Record<string, unknown>,
  { output: page, headers }: PageAnswer,
  count: number,
  seen: Set<string> = new Set(),
): Record<string, unknown> | undefined {
  const { pages } = action;
  switch (pages?.kind) {
    case undefined:
    case 'none':
      return undefined;
    case 'link': {
      const query = linkTo(headers.get('link'), 'next');
      if (query === undefined || seen.has(String(query))) return undefined;
      seen.add(String(query));
      const told = Object.entries(pages.params).flatMap(([name, param]) => {
        const value = query.get(name);
        return value === null ? [] : [[param, value] as const];
      });
      // Without any of them the same page would come again and again.
      return told.length === 0 ? undefined : typed(action, input, told);
    }
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

/** An address has only texts: those of numbers are numbers where the action has no place for a text. */
function typed(
  action: Action,
  input: Record<string, unknown>,
  told: readonly (readonly [string, string])[],
): Record<string, unknown> {
  const next = { ...input };
  for (const [param, text] of told) {
    const number = Number(text);
    const fits = !Number.isSafeInteger(number) || action.input.safeParse({ ...next, [param]: text }).success;
    next[param] = fits ? text : number;
  }
  return next;
}
