import { z } from 'zod';
import { defineRoute, type Route } from '../route.ts';
import { budgetUse } from '../schemas.ts';

const use = defineRoute({
  method: 'post',
  path: '/budgets',
  id: 'useBudget',
  summary: 'Shares the limits of an account with a program that makes calls of its own.',
  tag: 'System',
  body: budgetUse,
  answer: z.object({
    waitMs: z.number().optional().describe('Of reserve and blockedFor.'),
    granted: z.boolean().optional().describe('Of spend.'),
    used: z.record(z.string(), z.number()).optional().describe('Of usedToday.'),
  }),
  run: async ({ app, body }) => {
    const budgets = await app.budgets();
    switch (body.operation) {
      case 'reserve': {
        const { key, intervalMs, burst, n } = body;
        return { waitMs: await budgets.reserve({ key, intervalMs, burst, n }) };
      }
      case 'spend':
        return { granted: await budgets.spend(body.key, body.n, body.limit) };
      case 'block':
        await budgets.block(body.key, body.ms);
        return {};
      case 'blockedFor':
        return { waitMs: await budgets.blockedFor(body.key) };
      case 'usedToday':
        return { used: await budgets.usedToday(body.prefix) };
    }
  },
});

export const budgetRoutes: readonly Route[] = [use];
