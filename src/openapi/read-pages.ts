import type { DefinitionInput, JsonSchemaValue } from './definition.ts';
import { isObject, list, own } from './raw-value.ts';
import type { ParameterInput } from './read-parameters.ts';
import type { Schemas } from './schemas.ts';

type Pages = NonNullable<DefinitionInput['actions'][string][string]['pages']>;

/** A query parameter and the member of the answer that it takes the next time, in use together. */
const TOKENS = [
  ['next_page_token', 'next_page_token'],
  ['nextPageToken', 'nextPageToken'],
  ['page_token', 'next_page_token'],
  ['pageToken', 'nextPageToken'],
  ['nextToken', 'nextToken'],
  ['next_token', 'next_token'],
  ['NextToken', 'NextToken'],
  ['continuationToken', 'continuationToken'],
  ['continuation_token', 'continuation_token'],
  ['cursor', 'next_cursor'],
  ['cursor', 'nextCursor'],
  ['cursor', 'response_metadata.next_cursor'],
  ['start_cursor', 'next_cursor'],
  ['after', 'paging.next.after'],
  ['after', 'paging.cursors.after'],
] as const;
/** A parameter that counts pages from 1, and the member with the number of pages. */
const NUMBERS = [
  ['page_number', 'page_count'],
  ['page', 'page_count'],
  ['page', 'total_pages'],
  ['page', 'totalPages'],
  ['page', 'meta.total_pages'],
  ['page', 'meta.last_page'],
  ['page', 'last_page'],
  ['page', 'pagination.total_pages'],
] as const;
const OFFSETS = [
  ['offset', 'total'],
  ['offset', 'total_count'],
  ['offset', 'totalCount'],
  ['offset', 'meta.total'],
  ['skip', 'total'],
  ['startAt', 'total'],
] as const;
/** Parameters that the address of the next page may change, where the answers have the header `link`. */
const LINKED = [
  'page',
  'page_number',
  'pageNumber',
  'page_token',
  'pageToken',
  'next_page_token',
  'cursor',
  'after',
  'before',
  'since',
  'marker',
  'starting_after',
  'start',
  'offset',
  'skip',
];
/** How documents say the largest page in words: `(max 100)`, `Maximum: 250`, `the maximum value is 50`. */
const MOST = /\bmax(?:imum)?(?: value| size| number)?(?: is| of|:)? ?(\d{1,5})\b/i;
const SIZES = ['page_size', 'pageSize', 'per_page', 'perPage', 'limit', 'maxResults', 'max_results'];

/**
 * How a list goes on, when that is certain: both names of a pair that belong together are there, and the answer has one
 * list and no more; or the answer says that it has the header `link` (RFC 8288). A guess would end a list too soon
 * without a word.
 */
export function readPages(
  schemas: Schemas,
  method: string,
  parameters: readonly ParameterInput[],
  output: JsonSchemaValue,
  linked: boolean,
): Pages | undefined {
  if (method !== 'GET') return undefined;
  const query = new Map(
    parameters.flatMap((spec) => (spec.in === 'query' ? [[spec.name, spec] as const] : [])),
  );
  const items = isType(schemas.follow(output), 'array') ? '' : onlyList(schemas, output);
  if (items === undefined) return undefined;
  const has = (path: string) => typeAt(schemas, output, path);
  const input = (name: string) => query.get(name)?.as ?? name;
  const size = sizeOf(schemas, query);
  for (const [param, token] of TOKENS) {
    if (query.has(param) && isType(has(token), 'string')) {
      return { kind: 'token', items, token, param: input(param), ...(size ? { size } : {}) };
    }
  }
  for (const [param, count] of NUMBERS) {
    if (
      query.has(param) &&
      isType(has(count), 'integer', 'number') &&
      startsAtOne(schemas, query.get(param))
    ) {
      return { kind: 'number', items, param: input(param), count, ...(size ? { size } : {}) };
    }
  }
  for (const [param, total] of OFFSETS) {
    if (size && query.has(param) && isType(has(total), 'integer', 'number')) {
      return { kind: 'offset', items, param: input(param), total, size };
    }
  }
  const params = LINKED.filter((name) => query.has(name)).map((name) => [name, input(name)]);
  if (!linked || params.length === 0) return undefined;
  return { kind: 'link', items, params: Object.fromEntries(params), ...(size ? { size } : {}) };
}

/** The one list among the members of an answer. */
function onlyList(schemas: Schemas, output: JsonSchemaValue): string | undefined {
  const lists = [...properties(schemas, output, 0)].filter(([, schema]) => {
    const whole = schemas.follow(schema);
    return (
      isType(whole, 'array') ||
      (isObject(whole) && whole['type'] === undefined && whole['items'] !== undefined)
    );
  });
  return lists.length === 1 ? lists[0]?.[0] : undefined;
}

function typeAt(schemas: Schemas, output: JsonSchemaValue, path: string): JsonSchemaValue | undefined {
  let here: JsonSchemaValue | undefined = output;
  for (const key of path.split('.'))
    here = here === undefined ? undefined : properties(schemas, here, 0).get(key);
  return here === undefined ? undefined : schemas.follow(here);
}

function properties(schemas: Schemas, schema: JsonSchemaValue, depth: number): Map<string, JsonSchemaValue> {
  const whole = schemas.follow(schema);
  if (!isObject(whole) || depth > 8) return new Map();
  const inner = list(whole['allOf']).flatMap((part) => [
    ...properties(schemas, part as JsonSchemaValue, depth + 1),
  ]);
  const named = isObject(whole['properties']) ? Object.entries(whole['properties']) : [];
  return new Map([...inner, ...named] as [string, JsonSchemaValue][]);
}

function isType(schema: JsonSchemaValue | undefined, ...names: string[]): boolean {
  const type = own(schema, 'type');
  return [type].flat().some((name) => names.includes(name as string));
}

function startsAtOne(schemas: Schemas, parameter: ParameterInput | undefined): boolean {
  const schema = schemas.follow(parameter?.schema ?? {});
  return own(schema, 'minimum') !== 0 && own(schema, 'default') !== 0;
}

function sizeOf(
  schemas: Schemas,
  query: ReadonlyMap<string, ParameterInput>,
): { param: string; max: number } | undefined {
  for (const name of SIZES) {
    const spec = query.get(name);
    const schema = schemas.follow(spec?.schema ?? {});
    const words = spec?.description ?? own(schema, 'description');
    const told = typeof words === 'string' ? MOST.exec(words)?.[1] : undefined;
    const max = own(schema, 'maximum') ?? (told === undefined ? undefined : Number(told));
    if (spec && typeof max === 'number' && Number.isInteger(max) && max > 0)
      return { param: spec.as ?? name, max };
  }
  return undefined;
}
