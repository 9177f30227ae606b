import type { Budget, BudgetLedger, BudgetWindow, LimitReport } from '../core/budget.ts';
import { ConnectorError } from '../core/errors.ts';
import { Lateness } from './lateness.ts';

/**
 * How much longer than the window any `limit + 1` calls are spread, in milliseconds. It absorbs what usually lies
 * between our sending and their counting; costs 3.6 % of a one-second window. What is later than that, `Lateness` sees.
 */
const GUARD_MS = 37;

/** Kept of the guard for what cannot be seen, in milliseconds. */
const MARGIN_MS = 6;

/** A slot that is used later than this, in milliseconds, is given up: used late, it could crowd the next window. */
const LATE_MS = 15;

export interface GateClock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** A call that may go. To be called when its answer begins, and not at all when none comes. */
export type Turn = () => void;

interface Waiter {
  priority: number;
  maxWaitMs: number;
  since: number;
  resolve(turn: Turn): void;
  reject(error: unknown): void;
}

/**
 * The queue before one budget. One reservation is under way at a time, so that a caller who is stopped costs nothing,
 * an urgent one overtakes, and a block by the other side holds everybody at once.
 */
export class Gate {
  readonly #key: string;
  readonly #ledger: BudgetLedger;
  readonly #clock: GateClock;
  readonly #waiting: Waiter[] = [];
  #windows: BudgetWindow[];
  #paces: Pace[];
  readonly #day: { key: string; limit: number } | undefined;
  readonly #lateness = new Lateness();
  #running = false;
  #late = 0;

  constructor(
    options: { account: string; label: string; budget: Budget; share: number; dailyShare: number },
    ledger: BudgetLedger,
    clock: GateClock,
  ) {
    const { account, label, budget, share, dailyShare } = options;
    this.#key = `${account}:${label}`;
    this.#ledger = ledger;
    this.#clock = clock;
    this.#windows = budget.windows.map(({ limit, perMs }) => ({
      limit: Math.max(1, Math.floor(limit * share)),
      perMs,
    }));
    this.#paces = pacesOf(this.#windows);
    this.#day = budget.day && {
      key: `${account}:${budget.day.name}`,
      limit: Math.max(1, Math.floor(budget.day.limit * dailyShare)),
    };
  }

  /** Resolves when one call may be sent. Rejects when that would be later than `maxWaitMs`. */
  take(options: { priority: number; maxWaitMs: number }): Promise<Turn> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { ...options, since: this.#clock.now(), resolve, reject };
      // First come, first served among equals; a higher priority goes before.
      const behind = this.#waiting.findIndex((other) => other.priority < waiter.priority);
      if (behind === -1) this.#waiting.push(waiter);
      else this.#waiting.splice(behind, 0, waiter);
      if (!this.#running) void this.#run();
    });
  }

  /** The other side said stop: nobody goes for so long. */
  async block(ms: number): Promise<void> {
    if (ms > 0) await this.#ledger.block(this.#key, ms);
  }

  /** Takes over a limit that the other side reports, if it is lower than ours. */
  learn(report: LimitReport): void {
    if (!report.limit) return;
    const { limit, perMs } = report.limit;
    if (limit < 1 || !this.#windows.some((window) => window.perMs === perMs && limit < window.limit)) return;
    this.#windows = this.#windows.map((window) => (window.perMs === perMs ? { limit, perMs } : window));
    this.#paces = pacesOf(this.#windows);
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#waiting.length > 0) await this.#serve();
    } catch (error) {
      // The ledger failed: nobody can know whether he may go, so everybody is told.
      for (const waiter of this.#waiting.splice(0)) waiter.reject(error);
    } finally {
      this.#running = false;
    }
  }

  async #serve(): Promise<void> {
    const n = Math.min(this.#waiting.length, Math.max(1, ...this.#paces.map((pace) => pace.atOnce)));
    const blocked = await this.#ledger.blockedFor(this.#key);
    if (blocked > 0 && this.#refuse(blocked, 'rate')) return;
    let wait = 0;
    for (const { intervalMs, burst, perMs } of this.#paces) {
      const key = `${this.#key}:${perMs}`;
      wait = Math.max(wait, await this.#ledger.reserve({ key, intervalMs, burst, n }));
    }
    wait = Math.max(wait, blocked);
    const due = this.#clock.now() + wait;
    if (wait > 0) {
      if (this.#refuse(wait, 'rate')) return;
      await this.#clock.sleep(wait);
      const late = this.#clock.now() - due;
      // Late again and again means that the machine is slow as a whole: then waiting longer does not help.
      if (late > LATE_MS && this.#late++ < 2) return;
      this.#late = 0;
      if ((await this.#ledger.blockedFor(this.#key)) > 0) return;
    }
    const served = Math.min(n, this.#waiting.length);
    if (this.#day && !(await this.#ledger.spend(this.#day.key, served, this.#day.limit))) {
      this.#refuse(msToMidnightUtc(this.#clock.now()), 'quota');
      return;
    }
    const gone = this.#clock.now();
    const slack = GUARD_MS - MARGIN_MS - Math.min(LATE_MS, gone - due);
    for (const waiter of this.#waiting.splice(0, served)) waiter.resolve(() => this.#answered(gone, slack));
  }

  /** A call that left at `gone` is being answered; counted later than by `slack` it would crowd the next window. */
  #answered(gone: number, slack: number): void {
    const ms = this.#lateness.see(gone, slack, this.#clock.now());
    const short = this.#paces.find(({ perMs }) => perMs <= 1000);
    if (ms === 0 || !short) return;
    // Nobody waits for this: if the ledger fails, the next reservation does, and is told.
    void this.#ledger
      .reserve({ key: `${this.#key}:${short.perMs}`, intervalMs: ms, burst: 1, n: 1 })
      .catch(() => undefined);
  }

  /** Tells those who will not wait so long. True when nobody is left. */
  #refuse(ms: number, kind: 'rate' | 'quota'): boolean {
    const now = this.#clock.now();
    for (let i = this.#waiting.length - 1; i >= 0; i--) {
      const waiter = this.#waiting[i] as Waiter;
      if (kind === 'rate' && now - waiter.since + ms <= waiter.maxWaitMs) continue;
      this.#waiting.splice(i, 1);
      waiter.reject(
        kind === 'quota'
          ? new ConnectorError(`today's share of the budget '${this.#key}' is used up`, {
              kind,
              retry: { afterMs: ms },
              hint: 'The cap resets at 00:00 UTC. Other apps of the account use it too; raise daily_share to use more.',
            })
          : new ConnectorError(`the budget '${this.#key}' is free again in ${Math.ceil(ms / 1000)} s`, {
              kind,
              retry: { afterMs: ms },
              hint: 'Run it again later, or allow a longer wait.',
            }),
      );
    }
    return this.#waiting.length === 0;
  }
}

interface Pace extends BudgetWindow {
  intervalMs: number;
  burst: number;
  /** Slots that may be taken in one go without leaving the guard. */
  atOnce: number;
}

/** Windows as a pace each, without those that a tighter one implies. */
function pacesOf(windows: readonly BudgetWindow[]): Pace[] {
  const paces = windows.map(({ limit, perMs }) => toPace(limit, perMs)).toSorted((a, b) => a.perMs - b.perMs);
  return paces.filter(
    (pace, i) =>
      !paces.slice(0, i).some((tighter) => pace.perMs / tighter.intervalMs + tighter.burst <= pace.limit),
  );
}

/**
 * The pace that never passes the limit, whichever way the other side cuts its windows: a burst, then calls at even
 * distances, with `burst + perMs / intervalMs <= limit`.
 */
function toPace(limit: number, perMs: number): Pace {
  // Within a second an even pace is best; over minutes and hours a run should not have to wait for its first calls.
  const burst = perMs <= 1000 ? 1 : Math.max(1, Math.floor(limit / 2));
  const intervalMs = burst === 1 ? (perMs + GUARD_MS) / limit : (perMs + GUARD_MS) / (limit - burst);
  return { limit, perMs, intervalMs, burst, atOnce: Math.max(1, Math.floor(10 / intervalMs)) };
}

function msToMidnightUtc(now: number): number {
  const day = 24 * 3600_000;
  return day - (now % day);
}
