import { ConnectorError } from '../core/errors.ts';
import type { Store } from '../store/store.ts';

/** How long events are kept, in days. */
export interface Retention {
  /** Handled and ignored ones; 30 unless told. */
  settled?: number;
  /** Failed ones; 90 unless told. */
  failed?: number;
}

// So many rows are deleted by one statement, so that none keeps the others waiting.
const AT_ONCE = 500;

const DAY_MS = 24 * 60 * 60 * 1000;

const PRUNE = `
  DELETE FROM inbox WHERE id IN (
    SELECT id FROM inbox
    WHERE received_us < $1 AND (
      (state IN ('handled', 'ignored') AND received_us < $2) OR (state = 'failed' AND received_us < $3)
    )
    ORDER BY received_us LIMIT $4
  )
  RETURNING id`;

/**
 * Forgets events that are old enough; those that wait are never forgotten. Gives how many.
 *
 * @throws ConnectorError of kind `config` when they would be forgotten while the sender may still try again
 */
export async function pruneEvents(store: Store, now: number, retention: Retention = {}): Promise<number> {
  const { settled = 30, failed = 90 } = retention;
  // Zoom tries for 85 minutes (FACTS E); what is forgotten sooner would be taken for new.
  if (Math.min(settled, failed) < 1) {
    throw new ConnectorError(`Events are to be kept for ${Math.min(settled, failed)} days.`, {
      kind: 'config',
      hint: 'Keep them for at least 1 day: senders try again for hours, and are recognised by what is kept.',
    });
  }
  const before = (days: number): number => Math.floor(now - days * DAY_MS) * 1000;
  const bounds = [before(Math.min(settled, failed)), before(settled), before(failed), AT_ONCE];
  let pruned = 0;
  for (;;) {
    const gone = await store.sql(PRUNE, bounds);
    pruned += gone.length;
    if (gone.length < AT_ONCE) return pruned;
  }
}
