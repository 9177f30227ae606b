import type { Budget, BudgetTable, ReadLimits } from '../../core/budget.ts';

const HOUR = 3600_000;
const both = (second: number, hour: number): Budget => ({
  windows: [
    { limit: second, perMs: 1000 },
    { limit: hour, perMs: HOUR },
  ],
});
const hourly = (limit: number): Budget => ({ windows: [{ limit, perMs: HOUR }] });

/** Brevo's windows by tier (Brevo FACTS 3). Two of them differ 360-fold, which is why calls are planned by budget. */
export const budgets: BudgetTable = {
  general: {
    contacts: both(10, 36_000),
    events: both(10, 36_000),
    mail: both(1_000, 3_600_000),
    other: hourly(100),
  },
  advanced: {
    contacts: both(20, 72_000),
    events: both(20, 72_000),
    mail: both(2_000, 7_200_000),
    other: hourly(200),
  },
  extended: {
    contacts: both(60, 216_000),
    events: both(60, 216_000),
    mail: both(6_000, 21_600_000),
    other: hourly(400),
  },
  /** For simulators. */
  unlimited: {},
};

/**
 * The headers speak of one window without saying of which; the time until its reset tells the long from the short.
 * Within a second our own pace is exact, so only a long window that is used up makes everybody wait.
 */
export const limits: ReadLimits = (headers) => {
  const limit = Number(headers.get('x-sib-ratelimit-limit') ?? Number.NaN);
  const remaining = Number(headers.get('x-sib-ratelimit-remaining') ?? Number.NaN);
  const reset = Number(headers.get('x-sib-ratelimit-reset') ?? Number.NaN);
  if (Number.isNaN(limit) || Number.isNaN(remaining) || Number.isNaN(reset)) return undefined;
  // Seconds by the documentation; more than an hour of them can only be milliseconds (Brevo FACTS 3).
  const resetMs = Math.min(HOUR, reset > 3600 ? reset : reset * 1000);
  const perMs = resetMs > 60_000 ? HOUR : resetMs <= 1000 ? 1000 : undefined;
  return {
    remaining,
    ...(perMs ? { limit: { limit, perMs } } : {}),
    ...(remaining === 0 && resetMs > 1500 ? { resetMs } : {}),
  };
};
