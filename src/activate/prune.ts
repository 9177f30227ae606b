import type { Store } from '../store/store.ts';

// The first occurrence that a registration is for may lie far ahead of it, and events of a series come for years.
const REGISTRATIONS = `
  DELETE FROM registrations WHERE starts_at < $1 AND told < $3
    AND NOT EXISTS (SELECT 1 FROM instances i
      WHERE i.source = registrations.source AND i.series = registrations.series AND i.started_ms >= $2)`;

const RECORDINGS = `
  DELETE FROM recordings WHERE NOT EXISTS (SELECT 1 FROM instances i
    WHERE i.source = recordings.source AND i.id = recordings.instance AND i.started_ms >= $1)
    AND (started_at IS NULL OR started_at < $2)`;

/**
 * Forgets what events told of registrations and recordings of long ago. What was delivered stays on record, so nothing
 * is sent again for it.
 * @param before milliseconds since the epoch
 */
export async function pruneTold(store: Store, before: number): Promise<void> {
  const iso = new Date(before).toISOString();
  // `told` has the rank of the status behind the milliseconds.
  await store.sql(REGISTRATIONS, [iso, Math.floor(before), Math.floor(before) * 10]);
  await store.sql(RECORDINGS, [Math.floor(before), iso]);
}
