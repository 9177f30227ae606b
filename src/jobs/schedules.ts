import { ConnectorError } from '../core/errors.ts';
import type { Sql, Store } from '../store/store.ts';
import { enqueue } from './transitions.ts';
import { isClosed, LONGEST_SLEEP_MS, type Surroundings } from './worker.ts';

// A shorter interval takes effect at once; the first wake-up of a new schedule is due now.
const DECLARE = `
  INSERT INTO schedules (name, queue, key, every_ms, next_at)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (name) DO UPDATE SET
    queue = excluded.queue, key = excluded.key, every_ms = excluded.every_ms,
    next_at = CASE
      WHEN schedules.next_at > excluded.next_at + excluded.every_ms THEN excluded.next_at + excluded.every_ms
      ELSE schedules.next_at
    END
  RETURNING next_at`;

// Whoever moves the time on has taken the wake-up; those missed meanwhile count as one.
const TAKE = `
  UPDATE schedules
  SET next_at = next_at + every_ms * (($2::bigint - next_at) / every_ms + 1)
  WHERE name = $1 AND next_at <= $2::bigint
  RETURNING queue, key`;

const NEXT_AT = `SELECT next_at FROM schedules WHERE name = $1`;

/** Wake-ups that come round. Only schedules declared by this process fire; rows of former ones stay quiet. */
export class Schedules {
  readonly #store: Store;
  readonly #around: Surroundings;
  readonly #wake: (queue: string) => void;
  readonly #timers = new Map<string, () => void>();
  #stopped = false;

  constructor(around: Surroundings, wake: (queue: string) => void) {
    this.#store = around.store;
    this.#around = around;
    this.#wake = wake;
  }

  async declare(name: string, everyMs: number, queue: string, key: string): Promise<void> {
    if (!Number.isSafeInteger(everyMs) || everyMs < 1) {
      throw new ConnectorError(`The schedule ${name} has an interval of ${everyMs} ms.`, {
        kind: 'config',
        hint: 'Give a whole number of milliseconds, at least 1.',
      });
    }
    const now = Math.round(this.#around.now());
    const [row] = await this.#store.sql<{ next_at: number }>(DECLARE, [name, queue, key, everyMs, now]);
    this.#fireAt(name, row?.next_at ?? now);
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #fireAt(name: string, at: number): void {
    this.#timers.get(name)?.();
    if (this.#stopped) return;
    const ms = Math.min(LONGEST_SLEEP_MS, Math.max(1, Math.ceil(at - this.#around.now())));
    this.#timers.set(
      name,
      this.#around.setTimer(ms, () => void this.#fire(name)),
    );
  }

  async #fire(name: string): Promise<void> {
    const now = Math.round(this.#around.now());
    try {
      // One transaction: a crash before its commit leaves the wake-up to be taken again, after it the job exists.
      const { queue, nextAt } = await this.#store.tx((sql) => take(sql, name, now));
      if (queue !== undefined) this.#wake(queue);
      this.#fireAt(name, nextAt);
    } catch (error) {
      this.#around.onError(error);
      if (!isClosed(error)) this.#fireAt(name, now + LONGEST_SLEEP_MS);
    }
  }
}

async function take(sql: Sql, name: string, now: number): Promise<{ queue?: string; nextAt: number }> {
  const [taken] = await sql<{ queue: string; key: string }>(TAKE, [name, now]);
  if (taken) await enqueue(sql, taken, now);
  const [row] = await sql<{ next_at: number }>(NEXT_AT, [name]);
  const nextAt = row?.next_at ?? now + LONGEST_SLEEP_MS;
  return taken ? { queue: taken.queue, nextAt } : { nextAt };
}
