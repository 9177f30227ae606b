/** Answers whose middle is what is usual. */
const REMEMBERED = 64;

/** More than this, in milliseconds, is put down to their work, not to the way there. */
const MOST_LATE_MS = 100;

/**
 * What the guard does not cover. When a network or the other side stands still for a moment, calls that left in time are
 * counted late, and crowd the window after. Their answers are late as well: then the pace is put off by as much as is
 * missing, before the window is over.
 */
export class Lateness {
  readonly #delays: number[] = [];
  #usual = Infinity;
  #seen = 0;
  #putOff: { at: number; ms: number }[] = [];

  /**
   * Milliseconds by which the pace must be put off, as a call that left at `gone` is answered now.
   * @param slack how late it may be counted without harm
   */
  see(gone: number, slack: number, now: number): number {
    const delay = now - gone;
    const late = Math.min(delay - this.#usual, MOST_LATE_MS);
    this.#remember(delay);
    if (late <= slack) return 0;
    // What was put off since the call left, has parted it from those of the window after already.
    this.#putOff = this.#putOff.filter(({ at }) => now - at < 1000);
    const since = this.#putOff.reduce((sum, { at, ms }) => (at >= gone ? sum + ms : sum), 0);
    const ms = Math.max(0, late - slack - since);
    if (ms > 0) this.#putOff.push({ at: now, ms });
    return ms;
  }

  #remember(delay: number): void {
    this.#delays[this.#seen++ % REMEMBERED] = delay;
    if (this.#seen % 8 !== 0) return;
    const sorted = this.#delays.toSorted((a, b) => a - b);
    this.#usual = sorted[sorted.length >> 1] ?? Infinity;
  }
}
