/** A span of time in milliseconds since the epoch. */
export interface Interval {
  start: number;
  end: number;
}

/** Milliseconds that lie in at least one of the intervals. */
export function union(intervals: readonly Interval[]): number {
  let total = 0;
  let reach = Number.NEGATIVE_INFINITY;
  for (const { start, end } of intervals.toSorted((a, b) => a.start - b.start)) {
    if (end <= reach) continue;
    total += end - Math.max(start, reach);
    reach = end;
  }
  return total;
}

/**
 * The span of a whole instance: from its start to its end, widened by stays outside of it, so that nobody was there
 * for more than all of it.
 */
export function span(startedAt: string, endedAt: string | undefined, stays: readonly Interval[]): Interval {
  let start = Date.parse(startedAt);
  let end = endedAt ? Date.parse(endedAt) : start;
  for (const stay of stays) {
    start = Math.min(start, stay.start);
    end = Math.max(end, stay.end);
  }
  return { start, end };
}
