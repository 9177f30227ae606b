import { at, type Action, type Pages } from '../core/action.ts';
import type { Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import { fillRoute, readRoute } from '../core/route.ts';
import type { JsonObject, Stream } from '../core/stream.ts';
import { z } from 'zod';

/** One of the endpoints that give a stream's rows. */
export interface Way {
  path: string;
  docs: string;
  budget: string;
  scopes: readonly string[];
  query: Readonly<Record<string, string | number | boolean>>;
}

/** The endpoints of a stream: its own, then its lane. */
export function waysOf({ path, docs, budget, scopes, query = {}, lane }: Stream): [Way, ...Way[]] {
  const own: Way = { path, docs, budget, scopes, query };
  return lane ? [own, { ...lane, query: lane.query ?? {} }] : [own];
}

/**
 * The call that reads a page of a stream. Rows stay as they are: each is compared with its columns where it is stored,
 * so that nothing is parsed twice.
 */
export function pageAction(stream: Stream, way: Way, connector: Connector): Action {
  const route = readRoute(`GET ${way.path}`);
  if (!route) throw new TypeError(`'${way.path}' is not a path (stream ${stream.name})`);
  const inPath = new Set(route.names);
  return {
    title: stream.name,
    docs: way.docs,
    effect: 'read',
    idempotent: true,
    budget: way.budget,
    scopes: way.scopes,
    input: z.looseObject({}),
    output: z.unknown(),
    example: {},
    pages: undefined,
    call: (input) => {
      const all = { ...way.query, ...(input as Record<string, string | number | boolean>) };
      const path: Record<string, string> = {};
      const query: Record<string, string | number | boolean> = {};
      for (const [name, value] of Object.entries(all)) {
        if (inPath.has(name)) path[name] = String(value);
        else query[name] = value;
      }
      return { method: 'GET', path: fillRoute(route.template, path, connector.segment), query };
    },
  };
}

/** Parameters that lead to a page; those of the first one ask for the largest pages that the system serves. */
export type PageParams = Readonly<Record<string, string | number>>;

export function firstPage(pages: Pages): PageParams {
  return 'size' in pages && pages.size ? { [pages.size.param]: pages.size.max } : {};
}

/** The rows of an answer. An answer without its list is an error where the list goes on by pages, else it has none. */
export function itemsOf(stream: Stream, body: unknown): JsonObject[] {
  const { items, kind } = stream.pages;
  const found = items === '' ? body : at(body, items);
  if (Array.isArray(found)) return found as JsonObject[];
  if (items === '' && typeof found === 'object' && found !== null) return [found as JsonObject];
  const absent = found === undefined || found === null;
  if (absent && kind === 'none' && (body === undefined || typeof body === 'object')) return [];
  throw new ConnectorError(`the answer for the stream ${stream.name} has no list '${items}'`, {
    kind: 'contract',
    hint: 'The API may have changed: compare its documentation and report it.',
    action: stream.name,
  });
}

/**
 * Parameters of the page after this one; undefined when this was the last.
 * @param seen tokens that came before
 * @throws ConnectorError of kind `contract` when one comes back: it would lead round in a circle
 */
export function nextPage(
  pages: Pages,
  params: PageParams,
  body: unknown,
  count: number,
  seen: Set<string>,
): PageParams | undefined {
  switch (pages.kind) {
    case 'none':
      return undefined;
    case 'token': {
      const token = at(body, pages.token);
      if (typeof token !== 'string' || token === '') return undefined;
      // Who took it for the end would lose what lies behind it, and take that for deleted.
      if (seen.has(token)) throw circle(pages.token);
      seen.add(token);
      return { ...params, [pages.param]: token };
    }
    case 'number': {
      const number = Number(params[pages.param] ?? 1);
      const last = Number(at(body, pages.count));
      return count === 0 || !(number < last) ? undefined : { ...params, [pages.param]: number + 1 };
    }
    case 'offset': {
      const offset = Number(params[pages.param] ?? 0) + count;
      const total = Number(at(body, pages.total));
      return count === 0 || !(offset < total) ? undefined : { ...params, [pages.param]: offset };
    }
  }
}

function circle(member: string): ConnectorError {
  return new ConnectorError(`a list leads back to a page that was read already: its ${member} came before`, {
    kind: 'contract',
    hint: 'Run it again; if it stays so, report it: the list cannot be read to its end.',
  });
}

/** Says that the page that was asked for is no longer there: the list has to be read from its beginning. */
export function isLostPage(error: unknown): boolean {
  return error instanceof ConnectorError && error.kind === 'input' && /page token/i.test(error.message);
}
