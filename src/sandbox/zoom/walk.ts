/** Walks through the whole account, one owner at a time: rows are made as they are taken, so none are kept. */
import type { Instance, Series } from './schedule.ts';
import { type World, ended } from './world.ts';

/** Rows of every series. */
export function* perSeries<T>(world: World, rows: (series: Series) => readonly T[]): Generator<T> {
  for (const series of world.everySeries()) yield* rows(series);
}

/** Rows of every instance that has ended: the rest has no people yet. */
export function* perInstance<T>(
  world: World,
  now: number,
  rows: (instance: Instance) => readonly T[],
): Generator<T> {
  for (const series of world.everySeries()) {
    for (const instance of ended(series, now)) yield* rows(instance);
  }
}
