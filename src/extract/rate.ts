import type { ExtractDeps } from './request.ts';

/** Calls a second that a label allows this connection; undefined for any number. */
export function rateOf(
  { connector, session: { connection } }: Pick<ExtractDeps, 'connector' | 'session'>,
  label: string,
): number | undefined {
  const budget = connector.budgets[connection.plan ?? connector.plan]?.[label];
  const rates = budget?.windows.map(({ limit, perMs }) => (limit * (connection.share ?? 1) * 1000) / perMs);
  return rates && rates.length > 0 ? Math.min(...rates) : undefined;
}
