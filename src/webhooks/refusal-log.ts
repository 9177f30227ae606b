import type { Log } from '../core/log.ts';
import { HINT, type Refusal } from './outcome.ts';

/** One line for each reason and this time, in milliseconds; the line tells how many it stands for. */
const EVERY_MS = 10_000;

// What concerns the operator and not the sender.
const OURS: ReadonlySet<Refusal> = new Set(['no-secret', 'parsed-already', 'overloaded', 'store-failed']);

/** Logs refusals, however many there are, with a bounded number of lines. */
export class RefusalLog {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #connection: string;
  readonly #quiet = new Map<Refusal, { until: number; unsaid: number }>();

  constructor(log: Log, now: () => number, connection: string) {
    this.#log = log;
    this.#now = now;
    this.#connection = connection;
  }

  say(reason: Refusal, cause?: Error): void {
    const now = this.#now();
    const quiet = this.#quiet.get(reason);
    // A clock that was set back must not silence the log.
    if (quiet && now < quiet.until && now >= quiet.until - EVERY_MS) {
      quiet.unsaid++;
      return;
    }
    this.#quiet.set(reason, { until: now + EVERY_MS, unsaid: 0 });
    this.#log(OURS.has(reason) ? 'error' : 'warn', `webhook refused: ${reason}`, {
      connection: this.#connection,
      reason,
      ...(HINT[reason] === undefined ? {} : { hint: HINT[reason] }),
      ...(quiet && quiet.unsaid > 0 ? { unsaid: quiet.unsaid } : {}),
      ...(cause === undefined ? {} : { cause: cause.message }),
    });
  }
}
