import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

import type { Sql, Store } from '../store/store.ts';
import { isClosed } from './failure.ts';

const JOIN = `INSERT INTO job_workers (id, alive_until, about) VALUES ($1, $2, $3)`;
const BEAT = `UPDATE job_workers SET alive_until = $2 WHERE id = $1 RETURNING id`;
const LEAVE = `DELETE FROM job_workers WHERE id = $1`;
const DEAD = `DELETE FROM job_workers WHERE alive_until < $1 RETURNING id`;
const PUT_BACK = `
  UPDATE jobs SET state = 'waiting', again_at = NULL, owner = NULL, claim = NULL
  WHERE owner = $1 AND state = 'running'
  RETURNING queue`;
// Whoever was there when a process died is hardly ever the cause, and runs at once a few times. Then he is held, each
// time twice as long up to a quarter of an hour: a hundred processes that are killed within minutes must not use up the
// attempts of jobs that did nothing, and a job that does kill its process must not end it all the time.
const PUT_BACK_FROM_THE_DEAD = `
  UPDATE jobs SET again_at = NULL, owner = NULL, claim = NULL,
    state = CASE WHEN attempts < 4 THEN 'waiting' ELSE 'held' END,
    run_at = CASE WHEN attempts < 4 THEN run_at WHEN attempts > 12 THEN CAST($2 AS bigint) + 900000
      ELSE CAST($2 AS bigint) + 1000 * (1 << CAST(attempts - 4 AS integer)) END
  WHERE owner = $1 AND state = 'running'
  RETURNING queue`;

/** What a presence needs. */
export interface PresenceDeps {
  store: Store;
  setTimer: (ms: number, fn: () => void) => () => void;
  onError: (error: unknown) => void;
  /** Milliseconds without a sign of life until the others take its jobs. */
  leaseMs: number;
  /** Told which queues have jobs again that a dead process had. */
  onPutBack: (queues: ReadonlySet<string>) => void;
  /** Told that the others took this process for dead: its running jobs are theirs now. */
  onLost: () => void;
}

/**
 * A process that runs jobs, as the others see it. On a store with one owner, all that was there before it is dead. Where
 * several share the store, each says four times in a lease that it lives, and puts back what those had who no longer do.
 */
export class Presence {
  readonly #deps: PresenceDeps;
  #id: Promise<string> | undefined;
  #cancel: () => void = () => undefined;
  #aliveSince = 0;
  #claims = 0;
  #left = false;

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
  }

  /** A claim that nobody has made yet; registers this process when it is its first. */
  async nextClaim(): Promise<{ owner: string; claim: number }> {
    this.#id ??= this.#join();
    return { owner: await this.#id, claim: ++this.#claims };
  }

  /** Says goodbye; what this process still had waits again. */
  async leave(): Promise<void> {
    this.#left = true;
    this.#cancel();
    const id = await this.#id?.catch(() => undefined);
    if (id === undefined) return;
    const { store, onPutBack } = this.#deps;
    onPutBack(
      await store.tx(async (sql) => {
        await sql(LEAVE, [id]);
        return queuesOf(await sql<{ queue: string }>(PUT_BACK, [id]));
      }),
    );
  }

  async #join(): Promise<string> {
    const { store, leaseMs } = this.#deps;
    const id = randomUUID();
    try {
      await store.tx(async (sql) => {
        if (!store.can.manyOwners) await bury(sql, Number.MAX_SAFE_INTEGER, store.now());
        await sql(JOIN, [id, store.now() + leaseMs, `${hostname()} ${process.pid}`]);
      });
    } catch (error) {
      this.#id = undefined; // the next claim tries again
      throw error;
    }
    this.#aliveSince = store.now();
    if (store.can.manyOwners) this.#beatSoon(id);
    return id;
  }

  #beatSoon(id: string): void {
    if (this.#left) return;
    this.#cancel = this.#deps.setTimer(this.#deps.leaseMs / 4, () => void this.#beat(id));
  }

  async #beat(id: string): Promise<void> {
    const { store, leaseMs, onError, onPutBack, onLost } = this.#deps;
    const before = store.now();
    try {
      const [alive] = await store.sql(BEAT, [id, before + leaseMs]);
      if (!alive && !this.#left) {
        this.#id = undefined;
        onLost();
        return;
      }
      // After the database was away nobody could say that he lives: all get the time to do so.
      if (store.now() - before > leaseMs / 2) this.#aliveSince = store.now();
      if (before - this.#aliveSince >= leaseMs) onPutBack(await store.tx((sql) => bury(sql, before, before)));
    } catch (error) {
      this.#aliveSince = store.now();
      onError(error);
      if (isClosed(error)) return;
    }
    this.#beatSoon(id);
  }
}

/** Takes out whoever did not say that he lives, and puts back what he had: both or neither. */
async function bury(sql: Sql, before: number, now: number): Promise<Set<string>> {
  const rows: { queue: string }[] = [];
  for (const { id } of await sql<{ id: string }>(DEAD, [before])) {
    rows.push(...(await sql<{ queue: string }>(PUT_BACK_FROM_THE_DEAD, [id, Math.floor(now)])));
  }
  return queuesOf(rows);
}

function queuesOf(rows: readonly { queue: string }[]): Set<string> {
  return new Set(rows.map(({ queue }) => queue));
}
