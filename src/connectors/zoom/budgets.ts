import type { Budget, BudgetTable, ReadLimits } from '../../core/budget.ts';

const perSecond = (limit: number, day?: Budget['day']): Budget => ({
  windows: [{ limit, perMs: 1000 }],
  ...(day ? { day } : {}),
});
const perMinute = (limit: number, day: Budget['day']): Budget => ({
  windows: [{ limit, perMs: 60_000 }],
  ...(day ? { day } : {}),
});

const proDay = { name: 'heavy', limit: 30_000 };
const businessDay = { name: 'heavy', limit: 60_000 };
const phoneFreeDay = { name: 'phone-heavy', limit: 1_000 };
const phoneProDay = { name: 'phone-heavy', limit: 15_000 };
const phoneBusinessDay = { name: 'phone-heavy', limit: 30_000 };

/**
 * What one account may do, whichever app does it (Zoom FACTS D, "Limits per account").
 * Heavy and resource-intensive calls share one daily cap. Zoom Phone has limits of its own beside them; those of a free
 * account are published nowhere, so that each is the lowest that is published for its label.
 */
export const budgets: BudgetTable = {
  free: {
    light: perSecond(4, { name: 'light', limit: 6_000 }),
    medium: perSecond(2, { name: 'medium', limit: 2_000 }),
    heavy: perSecond(1, { name: 'heavy', limit: 1_000 }),
    resource: perMinute(10, { name: 'resource', limit: 30_000 }),
    'phone-light': perSecond(4, { name: 'phone-light', limit: 6_000 }),
    'phone-medium': perSecond(2, { name: 'phone-medium', limit: 2_000 }),
    'phone-heavy': perSecond(1, phoneFreeDay),
    'phone-resource': perMinute(5, phoneFreeDay),
  },
  pro: {
    light: perSecond(30),
    medium: perSecond(20),
    heavy: perSecond(10, proDay),
    resource: perMinute(10, proDay),
    'phone-light': perSecond(20),
    'phone-medium': perSecond(10),
    'phone-heavy': perSecond(5, phoneProDay),
    'phone-resource': perMinute(5, phoneProDay),
  },
  business: {
    light: perSecond(80),
    medium: perSecond(60),
    heavy: perSecond(40, businessDay),
    resource: perMinute(20, businessDay),
    'phone-light': perSecond(40),
    'phone-medium': perSecond(20),
    'phone-heavy': perSecond(10, phoneBusinessDay),
    'phone-resource': perMinute(10, phoneBusinessDay),
  },
  /** For simulators and for accounts with limits of their own making. */
  unlimited: {},
};

/**
 * Only a refusal tells which limit its header means: on other answers the same header has been seen with the daily
 * figure (Zoom FACTS D, "429 headers").
 */
export const limits: ReadLimits = (headers, status) => {
  if (status !== 429 || headers.get('x-ratelimit-type') !== 'QPS') return undefined;
  const limit = Number(headers.get('x-ratelimit-limit'));
  return limit > 0 ? { limit: { limit, perMs: 1000 } } : undefined;
};
