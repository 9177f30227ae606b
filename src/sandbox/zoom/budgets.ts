/** Zoom's limits per account, shared by all its apps and users (FACTS D, "Limits per account"). */
import type { Plan, SandboxAnswer, SandboxOptions } from '../types.ts';
import { DAY, MINUTE, SECOND, isoDay, startOfDay } from './time.ts';

/** Zoom's words for what a call weighs (FACTS D). */
export type Weight = 'light' | 'medium' | 'heavy' | 'resource-intensive';
/** Rate limit labels. Phone has its own table and its own counters: a storm of calls there takes nothing from the rest. */
export type Label = Weight | `phone-${Weight}`;

interface Limit {
  calls: number;
  /** Milliseconds. */
  per: number;
}

interface PlanLimits {
  rates: Readonly<Record<Weight, Limit>>;
  /** Calls per UTC day, and the counter that they share. */
  daily: Readonly<Partial<Record<Weight, { calls: number; counter: string }>>>;
}

function limits(
  light: number,
  medium: number,
  heavy: number,
  resource: number,
  daily: PlanLimits['daily'],
): PlanLimits {
  return {
    rates: {
      light: { calls: light, per: SECOND },
      medium: { calls: medium, per: SECOND },
      heavy: { calls: heavy, per: SECOND },
      'resource-intensive': { calls: resource, per: MINUTE },
    },
    daily,
  };
}

const shared = (calls: number): PlanLimits['daily'] => {
  const counter = { calls, counter: 'heavy and resource-intensive' };
  return { heavy: counter, 'resource-intensive': counter };
};

/** The published table. */
export const LIMITS: Readonly<Record<Exclude<Plan, 'unlimited'>, PlanLimits>> = {
  free: limits(4, 2, 1, 10, {
    light: { calls: 6000, counter: 'light' },
    medium: { calls: 2000, counter: 'medium' },
    heavy: { calls: 1000, counter: 'heavy' },
    'resource-intensive': { calls: 30_000, counter: 'resource-intensive' },
  }),
  pro: limits(30, 20, 10, 10, shared(30_000)),
  business: limits(80, 60, 40, 20, shared(60_000)),
};

const sharedByPhone = (calls: number): PlanLimits['daily'] => {
  const counter = { calls, counter: 'phone heavy and resource-intensive' };
  return { heavy: counter, 'resource-intensive': counter };
};

/** The published table of Phone. Free accounts have no Phone and no row: their refused calls count as any other. */
export const PHONE_LIMITS: Readonly<Record<Exclude<Plan, 'unlimited'>, PlanLimits>> = {
  free: LIMITS.free,
  pro: limits(20, 10, 5, 5, sharedByPhone(15_000)),
  business: limits(40, 20, 10, 10, sharedByPhone(30_000)),
};

const CATEGORY: Readonly<Record<Weight, string>> = {
  light: 'Light',
  medium: 'Medium',
  heavy: 'Heavy',
  'resource-intensive': 'Resource-intensive',
};

/** What became of one arrival: the headers of its answer, and the refusal if there was one. */
export interface Charge {
  headers: Record<string, string>;
  refusal?: SandboxAnswer;
}

type Refused = Required<Charge>;

/** Counts calls. A refused call uses nothing up; whether it does at Zoom is not published. */
export class Budgets {
  readonly #plan: Exclude<Plan, 'unlimited'> | undefined;
  readonly #window: SandboxOptions['window'];
  readonly #arrivals = new Map<Label, number[]>();
  readonly #days = new Map<string, { day: number; used: number }>();

  constructor(plan: Plan, window: SandboxOptions['window']) {
    this.#plan = plan === 'unlimited' ? undefined : plan;
    this.#window = window;
  }

  charge(label: Label, now: number): Charge {
    const weight = weightOf(label);
    // The header names the weight alone, in Phone as elsewhere.
    const category = { 'x-ratelimit-category': CATEGORY[weight] };
    const table = this.#table(label);
    if (table === undefined) return { headers: category };
    const limit = table.rates[weight];
    const daily = table.daily[weight];
    const today = daily === undefined ? undefined : this.#today(daily.counter, now);
    if (daily !== undefined && today !== undefined && today.used >= daily.calls) {
      return dailyRefusal(category, daily.calls, now);
    }
    const arrivals = this.#within(label, limit.per, now);
    if (arrivals.length >= limit.calls) return rateRefusal(category, limit.calls);
    arrivals.push(now);
    if (today !== undefined) today.used++;
    // Where a daily cap exists, that is what the headers of good answers show (FACTS D, Free account of 2026).
    const [most, used] =
      daily === undefined ? [limit.calls, arrivals.length] : [daily.calls, today?.used ?? 0];
    return { headers: { ...category, ...counters(most, most - used) } };
  }

  /** The vendor's refusal without any count, for storms on demand. */
  refusal(label: Label): SandboxAnswer {
    const weight = weightOf(label);
    const category = { 'x-ratelimit-category': CATEGORY[weight] };
    return rateRefusal(category, this.#table(label)?.rates[weight].calls ?? 0).refusal;
  }

  #table(label: Label): PlanLimits | undefined {
    if (this.#plan === undefined) return undefined;
    return (isPhone(label) ? PHONE_LIMITS : LIMITS)[this.#plan];
  }

  #today(counter: string, now: number): { day: number; used: number } {
    const day = startOfDay(now);
    let entry = this.#days.get(counter);
    if (entry === undefined || entry.day !== day) {
      entry = { day, used: 0 };
      this.#days.set(counter, entry);
    }
    return entry;
  }

  /** Accepted arrivals that still count: of this second by the clock, or of the last 1000 ms. */
  #within(label: Label, per: number, now: number): number[] {
    let arrivals = this.#arrivals.get(label);
    if (arrivals === undefined) this.#arrivals.set(label, (arrivals = []));
    const since = this.#window === 'fixed' ? Math.floor(now / per) * per : now - per + 1;
    let gone = 0;
    while (gone < arrivals.length && (arrivals[gone] ?? 0) < since) gone++;
    if (gone > 0) arrivals.splice(0, gone);
    return arrivals;
  }
}

function isPhone(label: Label): label is `phone-${Weight}` {
  return label.startsWith('phone-');
}

function weightOf(label: Label): Weight {
  return isPhone(label) ? (label.slice('phone-'.length) as Weight) : label;
}

function counters(limit: number, remaining: number): Record<string, string> {
  return { 'x-ratelimit-limit': String(limit), 'x-ratelimit-remaining': String(remaining) };
}

/** No `Retry-After` here: FACTS D. */
function rateRefusal(category: Record<string, string>, limit: number): Refused {
  const headers = { ...category, ...counters(limit, 0), 'x-ratelimit-type': 'QPS' };
  const message = 'You have reached the maximum per-second rate limit for this API. Try again later.';
  return { headers, refusal: { status: 429, headers, json: { code: 429, message } } };
}

/** `Retry-After` is a date-time, not seconds: FACTS D. */
function dailyRefusal(category: Record<string, string>, limit: number, now: number): Refused {
  const headers = {
    ...category,
    ...counters(limit, 0),
    'x-ratelimit-type': 'Daily-limit',
    'retry-after': `${isoDay(startOfDay(now) + DAY)}T00:00:00Z`,
  };
  const message =
    'You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you can make another request.';
  return { headers, refusal: { status: 429, headers, json: { code: 429, message } } };
}
