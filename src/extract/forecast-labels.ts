import type { ExtractPlan } from './request.ts';
import { labelReport } from './report.ts';
import { rateOf } from './rate.ts';
import type { ForecastDeps } from './forecast.ts';

/** Calls that a stream needs, and the labels that may bear them. */
export interface Load {
  stream: string;
  labels: readonly string[];
  calls: number;
}

/** Parts that a load is divided into when several labels may bear it. */
const PARTS = 400;

/** Divides the calls among labels so that all end at the same time, and says what that takes. */
export async function shareOut(
  deps: ForecastDeps,
  loads: readonly Load[],
): Promise<Pick<ExtractPlan, 'labels' | 'minimumMs' | 'days'>> {
  const calls = new Map<string, number>();
  const add = (label: string, n: number): void => void calls.set(label, (calls.get(label) ?? 0) + n);
  const flexible = loads.filter((load) => new Set(load.labels).size > 1);
  for (const load of loads) if (!flexible.includes(load)) add(load.labels[0] ?? '', load.calls);
  for (const { labels, calls: n } of flexible) {
    const part = n / PARTS;
    for (let i = 0; i < PARTS; i++) {
      const time = (label: string): number => ((calls.get(label) ?? 0) + part) / (rateOf(deps, label) ?? 1e9);
      add(
        labels.reduce((a, b) => (time(b) < time(a) ? b : a)),
        part,
      );
    }
  }
  const { account, dailyShare = 0.8, plan } = deps.session.connection;
  const used = (await deps.budgets?.usedToday(account)) ?? {};
  const table = deps.connector.budgets[plan ?? deps.connector.plan] ?? {};
  const byCap = new Map<string, number>();
  for (const [label, n] of calls) {
    const name = table[label]?.day?.name;
    if (name !== undefined) byCap.set(name, (byCap.get(name) ?? 0) + n);
  }
  const labels = [...calls].map(([label, n]) => {
    const day = table[label]?.day;
    const perDay = day && Math.floor(day.limit * dailyShare);
    const usedToday = day ? (used[`${account}:${day.name}`] ?? 0) : 0;
    const wanted = day ? (byCap.get(day.name) ?? 0) : 0;
    const days = perDay === undefined ? 1 : daysFor(wanted, perDay, usedToday);
    return {
      ...labelReport(label, Math.round(n), rateOf(deps, label)),
      ...(perDay === undefined ? {} : { perDay }),
      usedToday,
      days,
    };
  });
  return {
    labels,
    minimumMs: Math.max(0, ...labels.map(({ minimumMs }) => minimumMs)),
    days: Math.max(1, ...labels.map(({ days }) => days)),
  };
}

/** UTC days that calls take, today's rest included. */
function daysFor(calls: number, perDay: number, usedToday: number): number {
  const today = Math.max(0, perDay - usedToday);
  return calls <= today ? 1 : 1 + Math.ceil((calls - today) / perDay);
}
