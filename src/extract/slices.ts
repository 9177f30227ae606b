import type { JsonObject, SliceValues, Stream } from '../core/stream.ts';
import type { SliceAt, SliceRow } from './bookkeeping.ts';
import type { StreamNode } from './graph.ts';

const HOUR = 3600_000;

/** What a slice is made of, before anybody knows what became of it. */
export interface NewSlice {
  slice: string;
  at: SliceAt;
  endedAt: number | null;
}

/** The slices of a stream that begins by itself: one for each pass. */
export function rootSlices(node: StreamNode): NewSlice[] {
  return withPasses(node, 'all', { params: {}, carry: {} }, null);
}

/**
 * The slices that a row of a parent gives to a stream below it.
 * @param now milliseconds; what is not over yet has no final rows, and is found again when it is
 * @param slice the one that the row came with
 */
export function childSlices(
  parent: StreamNode,
  child: StreamNode,
  row: JsonObject,
  now: number,
  slice = '',
): NewSlice[] {
  const by = child.parents.find(({ node }) => node === parent)?.by;
  if (!by || by.when?.(row, now) === false) return [];
  let endedAt: number | null = null;
  if (by.endedAt !== undefined) {
    const at = Date.parse(asText(row[by.endedAt]));
    if (Number.isNaN(at) || at > now) return [];
    const over = by.longest === undefined ? at : Math.min(now, at + by.longest * HOUR);
    endedAt = over + (by.settles ?? 0) * 24 * HOUR;
  }
  const params: Record<string, string> = {};
  for (const [param, member] of Object.entries(by.params)) {
    const value = asText(row[member]);
    // A row that does not say where to go on leads nowhere.
    if (value === '') return [];
    params[param] = value;
  }
  const carry: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(by.carry ?? {})) carry[name] = row[member] ?? null;
  const key = Object.values(params).join(' ');
  const from =
    endedAt === null && child.stream.kind === 'state' ? { from: [parent.target, slice] as const } : {};
  return withPasses(child, key, { params, carry, ...from }, endedAt);
}

function withPasses(node: StreamNode, key: string, at: SliceAt, endedAt: number | null): NewSlice[] {
  const { passes } = node.stream;
  if (!passes) return [{ slice: key, at, endedAt }];
  return passes.values.map((value) => ({
    slice: key === 'all' ? value : `${key} ${value}`,
    at: {
      ...at,
      params: { ...at.params, [passes.param]: value },
      carry: passes.carry === undefined ? at.carry : { ...at.carry, [passes.carry]: value },
    },
    endedAt,
  }));
}

/**
 * The name of the slice that has a row, by the parameters of its call; undefined when one of them is missing. It is the
 * same that the rows of the parent give.
 */
export function sliceOf({ parents = [], passes }: Stream, values: SliceValues): string | undefined {
  const names = Object.keys(parents[0]?.params ?? {});
  const all = [...names, ...(passes ? [passes.param] : [])].map((name) => values[name] ?? '');
  if (all.includes('')) return undefined;
  return all.length === 0 ? 'all' : all.join(' ');
}

/** All values of a slice, as text. */
export function valuesOf({ params, carry }: SliceAt): SliceValues {
  const carried = Object.entries(carry).map(([name, value]) => [name, asText(value)] as const);
  return { ...Object.fromEntries(carried), ...params };
}

export function readAt(row: Pick<SliceRow, 'parameters'>): SliceAt {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own table
  return JSON.parse(row.parameters) as SliceAt;
}

/** The text of an id or a time; empty for what is none. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? String(value)
    : '';
}
