/** How many calls a window allows. */
export interface Limits {
  perSecond?: number;
  perHour: number;
}

/** What the three headers tell: the tighter of the two windows. */
export interface Standing {
  limit: number;
  remaining: number;
  /** Seconds left until the window gives a call back (Brevo documents time left, not an epoch). */
  reset: number;
}

/**
 * Brevo's figures of the General tier; both windows hold at once. Everything without a row of its own shares 100 calls
 * an hour, which is what a careless client runs into.
 */
export const LIMITS = {
  contacts: { perSecond: 10, perHour: 36_000 },
  events: { perSecond: 10, perHour: 36_000 },
  'smtp-send': { perSecond: 1_000, perHour: 3_600_000 },
  'smtp-emails': { perSecond: 2, perHour: 7_200 },
  'smtp-read': { perHour: 300 },
  other: { perHour: 100 },
} satisfies Record<string, Limits>;

/** The name of a bucket. */
export type Bucket = keyof typeof LIMITS;

/** The word under which a bucket is counted in `stats`. */
export const LABELS: Record<Bucket, string> = {
  contacts: 'contacts',
  events: 'events',
  'smtp-send': 'smtp',
  'smtp-emails': 'smtp-read',
  'smtp-read': 'smtp-read',
  other: 'other',
};

/** Counts calls of one window that slides; slots keep an hour of 3.6 million calls small. */
class SlidingWindow {
  readonly limit: number;
  readonly #length: number;
  readonly #slot: number;
  #slots: { id: number; last: number; calls: number }[] = [];
  #head = 0;
  #calls = 0;

  constructor(limit: number, length: number, slot: number) {
    this.limit = limit;
    this.#length = length;
    this.#slot = slot;
  }

  remaining(now: number): number {
    for (let slot = this.#slots[this.#head]; slot && slot.last + this.#length <= now;) {
      this.#calls -= slot.calls;
      slot = this.#slots[++this.#head];
    }
    if (this.#head > 1024) {
      this.#slots = this.#slots.slice(this.#head);
      this.#head = 0;
    }
    return this.limit - this.#calls;
  }

  take(now: number): void {
    const id = Math.floor(now / this.#slot);
    const newest = this.#slots[this.#slots.length - 1];
    if (newest?.id === id && this.#head < this.#slots.length) {
      newest.calls++;
      newest.last = now;
    } else {
      this.#slots.push({ id, last: now, calls: 1 });
    }
    this.#calls++;
  }

  standing(now: number): Standing {
    const remaining = Math.max(0, this.remaining(now));
    const oldest = this.#slots[this.#head];
    const left = oldest ? oldest.last + this.#length - now : this.#length;
    return { limit: this.limit, remaining, reset: Math.max(1, Math.ceil(left / 1000)) };
  }
}

/** The buckets of one account. */
export class Budgets {
  readonly #windows = new Map<Bucket, SlidingWindow[]>();

  /** Charges one call, unless one of the windows is full: a refused call costs nothing. */
  take(bucket: Bucket, now: number): boolean {
    const windows = this.#of(bucket);
    if (windows.some((window) => window.remaining(now) <= 0)) return false;
    for (const window of windows) window.take(now);
    return true;
  }

  /** The tighter window of a bucket: the one with fewer calls left. */
  standing(bucket: Bucket, now: number): Standing {
    return this.#of(bucket)
      .map((window) => window.standing(now))
      .reduce((tightest, next) => (next.remaining < tightest.remaining ? next : tightest));
  }

  #of(bucket: Bucket): SlidingWindow[] {
    let windows = this.#windows.get(bucket);
    if (!windows) {
      const limits: Limits = LIMITS[bucket];
      windows = [];
      if (limits.perSecond) windows.push(new SlidingWindow(limits.perSecond, 1_000, 1));
      windows.push(new SlidingWindow(limits.perHour, 3_600_000, 1_000));
      this.#windows.set(bucket, windows);
    }
    return windows;
  }
}
