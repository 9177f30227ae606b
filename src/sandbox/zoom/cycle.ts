/** The item at a place of an endless repetition of the list; the list must not be empty. */
export function cycle<T>(items: readonly T[], place: number): T {
  const item = items[place % items.length];
  if (item === undefined) throw new RangeError(`nothing at place ${place} of ${items.length} items`);
  return item;
}
