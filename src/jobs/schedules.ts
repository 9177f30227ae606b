import { ConnectorError } from '../core/errors.ts';
import { afterCommit, type Sql, type Store } from '../store/store.ts';
import { nextCron } from './cron.ts';
import { enqueue } from './enqueue.ts';
import { isClosed } from './failure.ts';
import { LONGEST_SLEEP_MS, type Surroundings } from './worker.ts';

const ADD = `
  INSERT INTO schedules (name, queue, key, rule, next_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (name) DO NOTHING`;

// The lock makes the others wait who are about to fire it.
const GET = `SELECT queue, key, rule, next_at FROM schedules WHERE name = $1 FOR UPDATE`;

const CHANGE = `UPDATE schedules SET queue = $2, key = $3, rule = $4, next_at = $5 WHERE name = $1`;

const MOVE_ON = `UPDATE schedules SET next_at = $2 WHERE name = $1`;

interface Row {
  queue: string;
  key: string;
  rule: string;
  next_at: number;
}

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

  async declare(name: string, rule: number | string, queue: string, key: string): Promise<void> {
    const text = checked(name, rule);
    const now = this.#store.now();
    const first = firstAt(text, now);
    const nextAt = await this.#store.tx(async (sql) => {
      await sql(ADD, [name, queue, key, text, first]);
      const [row] = await sql<Row>(GET, [name]);
      if (!row) return first;
      const at = row.rule === text ? row.next_at : changedAt(text, row.next_at, now);
      await sql(CHANGE, [name, queue, key, text, at]);
      return at;
    });
    this.#fireAt(name, nextAt);
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #fireAt(name: string, at: number): void {
    this.#timers.get(name)?.();
    if (this.#stopped) return;
    const ms = Math.min(LONGEST_SLEEP_MS, Math.max(1, Math.ceil(at - this.#store.now())));
    this.#timers.set(
      name,
      this.#around.setTimer(ms, () => void this.#fire(name)),
    );
  }

  async #fire(name: string): Promise<void> {
    const now = this.#store.now();
    try {
      // One transaction: a crash before its commit leaves the wake-up to be taken again, after it the job exists.
      this.#fireAt(name, await this.#store.tx((sql) => this.#take(sql, name, now)));
    } catch (error) {
      this.#around.onError(error);
      if (!isClosed(error)) this.#fireAt(name, now + LONGEST_SLEEP_MS);
    }
  }

  /** Whoever moves the time on has taken the wake-up; those missed meanwhile count as one. Gives the next time. */
  async #take(sql: Sql, name: string, now: number): Promise<number> {
    const [row] = await sql<Row>(GET, [name]);
    if (!row) return now + LONGEST_SLEEP_MS;
    const { queue, key, rule, next_at: due } = row;
    if (due > now) return due;
    const next = nextAfter(rule, due, now);
    await sql(MOVE_ON, [name, next]);
    await enqueue(sql, [{ queue, key }], now);
    afterCommit(sql, () => this.#wake(queue));
    return next;
  }
}

function checked(name: string, rule: number | string): string {
  if (typeof rule === 'string') {
    nextCron(rule, 0);
    return rule;
  }
  if (Number.isSafeInteger(rule) && rule >= 1) return String(rule);
  throw new ConnectorError(`The schedule ${name} has an interval of ${rule} ms.`, {
    kind: 'config',
    hint: 'Give a whole number of milliseconds, at least 1.',
  });
}

function intervalOf(rule: string): number | undefined {
  return /^\d+$/.test(rule) ? Number(rule) : undefined;
}

/** The first wake-up of a new interval is due now, that of a time of day when it comes. */
function firstAt(rule: string, now: number): number {
  return intervalOf(rule) === undefined ? nextCron(rule, now) : now;
}

/** A shorter interval takes effect at once. */
function changedAt(rule: string, nextAt: number, now: number): number {
  const every = intervalOf(rule);
  return every === undefined ? nextCron(rule, now) : Math.min(nextAt, now + every);
}

function nextAfter(rule: string, due: number, now: number): number {
  const every = intervalOf(rule);
  return every === undefined ? nextCron(rule, now) : due + every * (Math.floor((now - due) / every) + 1);
}
