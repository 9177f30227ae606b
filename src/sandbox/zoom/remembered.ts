/** Long lists are made for their first page and kept for the next ones; few, as they may be large. */
import { Lru } from './lru.ts';
import type { World } from './world.ts';

const KEPT = 12;
const lists = new WeakMap<World, Lru<string, readonly unknown[]>>();

/** The list of that name. What it is made of must not change under the name: a range that is still growing ends at a fixed moment. */
export function remembered<T>(world: World, name: string, make: () => readonly T[]): readonly T[] {
  let own = lists.get(world);
  if (own === undefined) lists.set(world, (own = new Lru(KEPT)));
  return own.get(name, make) as readonly T[];
}
