/** So many calls in so many milliseconds. */
export interface BudgetWindow {
  limit: number;
  perMs: number;
}

/** How many calls a label may make. */
export interface Budget {
  windows: readonly BudgetWindow[];
  /** Calls per UTC day; labels that share a cap share its name. */
  day?: { name: string; limit: number };
}

/** Budgets by plan, then by label. A label without a budget is not limited. */
export type BudgetTable = Readonly<Record<string, Readonly<Record<string, Budget>>>>;

/** What a response's headers say about limits. */
export interface LimitReport {
  /** Calls per `perMs` milliseconds that the system now says it allows; used downwards only. */
  limit?: { limit: number; perMs: number };
  /** Calls left in the current window or day. */
  remaining?: number;
  /** Milliseconds until the label may be used again. */
  resetMs?: number;
  /** The report is about the day, not the second. */
  daily?: boolean;
}

/** Reads the limits from a response's headers; pure. */
export type ReadLimits = (headers: Headers, status: number) => LimitReport | undefined;

/** One request for slots: `n` calls, `intervalMs` apart, of which `burst` may come at once. */
export interface Reservation {
  key: string;
  intervalMs: number;
  burst: number;
  n: number;
}

/** Keeps what was used, for all processes that share an account. */
export interface BudgetLedger {
  /** Takes the slots and says in how many milliseconds the first of them may be used. */
  reserve(reservation: Reservation): Promise<number>;
  /** Takes `n` of today's calls; false (and takes nothing) when fewer than `n` are left of `limit`. */
  spend(key: string, n: number, limit: number): Promise<boolean>;
  /** Nobody may use the key for so many milliseconds. */
  block(key: string, ms: number): Promise<void>;
  /** Milliseconds until the key is free again; 0 when it is. */
  blockedFor(key: string): Promise<number>;
  /** Calls used today, by key. */
  usedToday(prefix: string): Promise<Record<string, number>>;
}
