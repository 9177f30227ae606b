import type { PostgresPool } from './postgres-pool.ts';

const ASK = `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::double precision AS ms`;

const SAMPLES = 3;
const EVERY_MS = 30_000;

/**
 * The database's time, which all processes share however wrong the clocks of their machines are. It is this machine's
 * time and a difference that is measured every 30 s, right to half of the quickest of three round trips.
 */
export class PostgresClock {
  readonly #pool: PostgresPool;
  readonly #now: () => number;
  #offset = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(pool: PostgresPool, now: () => number) {
    this.#pool = pool;
    this.#now = now;
  }

  /** Milliseconds since the epoch. */
  readonly now = (): number => Math.round(this.#now() + this.#offset);

  /** Measures the difference, and goes on doing so. */
  async start(): Promise<void> {
    await this.#measure();
    this.#timer = setInterval(() => void this.#measure().catch(() => undefined), EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #measure(): Promise<void> {
    const client = await this.#pool.take();
    try {
      let quickest = Infinity;
      let offset = this.#offset;
      for (let i = 0; i < SAMPLES; i++) {
        const asked = this.#now();
        const [row] = await this.#pool.run<{ ms: number }>(client, ASK, []);
        const answered = this.#now();
        if (!row || answered - asked >= quickest) continue;
        quickest = answered - asked;
        offset = row.ms - (asked + answered) / 2;
      }
      this.#offset = offset;
      client.release();
    } catch (error) {
      client.release(true);
      throw error;
    }
  }
}
