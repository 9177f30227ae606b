import type { Sql } from './store.ts';

const waiting = new WeakMap<Sql, (() => void)[]>();

/**
 * Calls `fn` once what the given `sql` writes is durable: when its transaction has been committed, at once when it
 * belongs to none, never when the transaction is undone. For hints such as waking a worker: a crash loses the call.
 */
export function afterCommit(sql: Sql, fn: () => void): void {
  const calls = waiting.get(sql);
  if (calls) calls.push(fn);
  else fn();
}

/** A transaction's statements begin. */
export function holdCalls(sql: Sql): void {
  waiting.set(sql, []);
}

/** The transaction was committed. */
export function releaseCalls(sql: Sql): void {
  const calls = waiting.get(sql) ?? [];
  waiting.delete(sql);
  for (const fn of calls) fn();
}
