import type { Disproof } from '../core/trigger.ts';

/** Why a request was refused. */
export type Refusal =
  | Disproof
  | 'bad-token' // the text that both sides know is wrong or missing
  | 'method'
  | 'content-type'
  | 'too-large'
  | 'slow'
  | 'aborted'
  | 'parsed-already' // something before us has eaten the bytes
  | 'overloaded'
  | 'store-failed';

/** What became of a request. */
export type Outcome = 'stored' | 'duplicate' | 'challenge' | Refusal;

/**
 * The status of each outcome. Zoom tries again after 5xx and silence, not after 4xx (FACTS E, Delivery). So what may be
 * genuine and cannot be taken now is 5xx, and what a forger can cause at will is 4xx. Without a secret nobody can tell:
 * 503, because a genuine event is lost by a 4xx and a forger gains nothing by a 5xx.
 */
export const STATUS: Readonly<Record<Outcome, number>> = {
  stored: 200,
  duplicate: 200,
  challenge: 200,
  'no-secret': 503,
  'no-signature': 401,
  'bad-signature': 401,
  'no-time': 401,
  'no-id': 401,
  stale: 401,
  'bad-token': 401,
  method: 405,
  'content-type': 415,
  'too-large': 413,
  slow: 408,
  aborted: 400,
  'parsed-already': 500,
  overloaded: 503,
  'store-failed': 503,
};

/** What the person who reads the log can do; the rest speaks for itself. */
export const HINT: Readonly<Partial<Record<Refusal, string>>> = {
  'no-secret':
    'No webhook secret is set, so nothing can be proven and nothing is accepted. Set it; the sender tries again.',
  'bad-signature':
    'Either somebody forges, or the secret is not the one the sender signs with, or something rewrites the body.',
  stale: 'The signature is right but too old: somebody replays it, or the clock of this machine is wrong.',
  'parsed-already':
    'The body was read before the receiver saw it. Mount the receiver before the body parser, or keep the raw bytes.',
  overloaded: 'More arrives than the store can save. The sender tries again.',
  'store-failed': 'The event could not be saved. The sender tries again.',
};

/** How often each outcome came: a fixed set, so that hostile requests do not make it grow. */
export class OutcomeCounts {
  readonly #counts = new Map<Outcome, number>();

  add(outcome: Outcome): void {
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
  }

  get(outcome: Outcome): number {
    return this.#counts.get(outcome) ?? 0;
  }

  /** All outcomes, those that never came among them, so that a dashboard has its lines from the start. */
  all(): Readonly<Record<Outcome, number>> {
    const zero = Object.fromEntries(Object.keys(STATUS).map((outcome) => [outcome, 0]));
    return { ...zero, ...Object.fromEntries(this.#counts) } as Record<Outcome, number>;
  }
}
