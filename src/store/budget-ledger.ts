import type { BudgetLedger, Reservation } from '../core/budget.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Sql, Store } from './store.ts';

// GCRA: `tat` (theoretical arrival time) is when the key would be idle if nobody asked again. Each slot pushes it on by
// one interval, from now at the earliest and from the end of a block. $2 is now, $3 what the slots push.
const RESERVE = `
  INSERT INTO budgets (key, tat, blocked_until)
  VALUES ($1, $2::bigint + $3::bigint, 0)
  ON CONFLICT (key) DO UPDATE SET tat = $3::bigint + CASE
    WHEN budgets.blocked_until > budgets.tat AND budgets.blocked_until > $2::bigint THEN budgets.blocked_until
    WHEN budgets.tat > $2::bigint THEN budgets.tat
    ELSE $2::bigint
  END
  RETURNING tat - $3::bigint AS start, blocked_until AS blocked`;

// A shorter block never ends a longer one.
const BLOCK = `
  INSERT INTO budgets (key, tat, blocked_until)
  VALUES ($1, 0, $2)
  ON CONFLICT (key) DO UPDATE SET blocked_until = excluded.blocked_until
  WHERE budgets.blocked_until < excluded.blocked_until`;

const BLOCKED_UNTIL = `SELECT blocked_until AS blocked FROM budgets WHERE key = $1`;

// No row comes back when the day has not enough left, on the first call of the day as on later ones.
const SPEND = `
  INSERT INTO budget_days (key, day, used)
  SELECT $1, $2, $3::bigint WHERE $3::bigint <= $4::bigint
  ON CONFLICT (key, day) DO UPDATE SET used = budget_days.used + excluded.used
  WHERE budget_days.used + excluded.used <= $4::bigint
  RETURNING used`;

const USED_TODAY = `
  SELECT key, used FROM budget_days
  WHERE day = $1 AND substr(key, 1, length($2::text)) = $2::text
  ORDER BY key`;

/**
 * Keeps budgets in the store, so that all that use an account share them.
 * Waits are exact (12.9 ms is not 13), and no window of W ms ever holds more than W / interval + burst grants,
 * if the one who waits rounds up.
 */
export function createBudgetLedger(store: Store): BudgetLedger {
  const nowMicros = (): number => Math.round(store.now() * 1000);
  const sql = insisting(store.quick);

  return {
    async reserve({ key, intervalMs, burst, n }: Reservation): Promise<number> {
      const now = nowMicros();
      const interval = Math.ceil(intervalMs * 1000);
      const [row] = await sql<{ start: number; blocked: number }>(RESERVE, [key, now, n * interval]);
      if (!row) return 0; // an upsert always gives its row
      const first = Math.max(row.start - (burst - 1) * interval, row.blocked, now);
      return (first - now) / 1000;
    },

    async spend(key: string, n: number, limit: number): Promise<boolean> {
      const rows = await sql(SPEND, [key, utcDay(store.now()), n, limit]);
      return rows.length > 0;
    },

    async block(key: string, ms: number): Promise<void> {
      await sql(BLOCK, [key, nowMicros() + Math.ceil(ms * 1000)]);
    },

    async blockedFor(key: string): Promise<number> {
      const [row] = await sql<{ blocked: number }>(BLOCKED_UNTIL, [key]);
      return Math.max(0, (row?.blocked ?? 0) - nowMicros()) / 1000;
    },

    async usedToday(prefix: string): Promise<Record<string, number>> {
      const rows = await sql<{ key: string; used: number }>(USED_TODAY, [utcDay(store.now()), prefix]);
      return Object.fromEntries(rows.map(({ key, used }) => [key, used]));
    },
  };
}

/** Done twice, a statement of these uses up a slot or a call too many and never gives one too many. */
function insisting(sql: Sql): Sql {
  return async <Row>(...statement: Parameters<Sql>) => {
    for (let tried = 1; ; tried++) {
      try {
        return await sql<Row>(...statement);
      } catch (error) {
        if (!(error instanceof ConnectorError) || error.outcome !== 'unknown' || tried >= 3) throw error;
      }
    }
  };
}

function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
