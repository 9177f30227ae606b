/** A clock that can be moved, so that hours pass in seconds. Real time goes on below it. */
export class Clock {
  #offset = 0;

  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.#offset;
  }

  /** Moves the clock by `ms` milliseconds; forward only, as time does. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`a clock moves forward only, not by ${ms} ms`);
    this.#offset += ms;
  }

  reset(): void {
    this.#offset = 0;
  }
}
