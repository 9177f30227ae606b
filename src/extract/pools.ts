/** Calls under way at once where nothing limits their rate. */
const UNLIMITED = 12;
const LEAST = 4;
const MOST = 400;
/** How often a pool looks whether it is large enough, in milliseconds. */
const LOOK_MS = 3000;

/**
 * How many calls of one label are under way at once. The gate before the calls keeps their rate; this keeps enough of
 * them ready that the rate is reached whatever the other side's latency is: rate times latency (Little's law), and a
 * reserve that waits.
 */
export class Pool {
  readonly label: string;
  /** Calls a second that the label allows; undefined for any number. */
  readonly perSecond: number | undefined;
  size: number;
  active = 0;
  calls = 0;
  /** Calls of the last whole second. */
  lastSecond = 0;
  /** Closed until this moment, in milliseconds: the day's share is used up. */
  closedUntil = 0;
  #second = 0;
  #inSecond = 0;
  #lookedAt = 0;
  #callsThen = 0;

  constructor(label: string, perSecond: number | undefined) {
    this.label = label;
    this.perSecond = perSecond;
    this.size = perSecond === undefined ? UNLIMITED : bounded(perSecond * 1.5);
  }

  mayStart(now: number): boolean {
    return this.active < this.size && now >= this.closedUntil;
  }

  /** A call has ended. */
  count(now: number, hungry: boolean): void {
    this.calls++;
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.lastSecond = second === this.#second + 1 ? this.#inSecond : 0;
      this.#second = second;
      this.#inSecond = 0;
    }
    this.#inSecond++;
    if (this.perSecond !== undefined && now - this.#lookedAt >= LOOK_MS) this.#look(now, hungry);
  }

  /** Grows when all places were taken and the rate was not reached nevertheless: the latency is higher than thought. */
  #look(now: number, hungry: boolean): void {
    const seconds = (now - this.#lookedAt) / 1000;
    const rate = (this.calls - this.#callsThen) / seconds;
    if (this.#lookedAt > 0 && hungry && rate < 0.9 * (this.perSecond ?? 0)) {
      this.size = bounded(this.size * 1.5);
    }
    this.#lookedAt = now;
    this.#callsThen = this.calls;
  }
}

function bounded(size: number): number {
  return Math.max(LEAST, Math.min(MOST, Math.ceil(size)));
}
