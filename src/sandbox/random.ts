/**
 * Randomness that repeats: the same seed and the same words give the same stream, so any part of the world can be
 * made on demand, in any order, without keeping it.
 */
export interface Random {
  /** A number from 0 (included) to 1 (excluded). */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  pick<T>(items: readonly T[]): T;
  chance(probability: number): boolean;
}

/** A stream for one place of the world, such as `random(seed, 'meeting', 3, 17)`. */
export function random(...place: readonly (string | number)[]): Random {
  return new Stream(hash(place.join('\u0000')));
}

/** mulberry32: small, fast and good enough to shuffle a fake world. */
class Stream implements Random {
  // One field and no closures: a meeting takes a stream for each of its people.
  #state: number;

  constructor(state: number) {
    this.#state = state;
  }

  next(): number {
    const state = (this.#state + 0x6d2b79f5) | 0;
    this.#state = state;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as (typeof items)[number];
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }
}

function hash(text: string): number {
  let h = 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return h | 0;
}
