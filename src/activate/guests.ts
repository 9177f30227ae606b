import type { Store } from '../store/store.ts';

/** Somebody who was there and cannot be brought over. */
export interface Guest {
  instance: string;
  topic: string;
  startedAt: string;
  name: string;
  minutes: number;
  reason: string;
  remedy: string;
}

const GUESTS = `
  SELECT i.id, i.topic, i.started_at, f.name, f.seconds, f.person
  FROM facts f JOIN instances i ON i.source = f.source AND i.id = f.instance
  WHERE f.source = $1 AND f.email IS NULL AND i.started_ms >= $2 AND i.started_ms < $3
  ORDER BY i.started_ms, f.name LIMIT $4`;
const COUNT = `
  SELECT count(*) AS n FROM facts f JOIN instances i ON i.source = f.source AND i.id = f.instance
  WHERE f.source = $1 AND f.email IS NULL AND i.started_ms >= $2 AND i.started_ms < $3`;

/** People of a range without an address: how many, and the first of them with the reason and what helps. */
export async function guests(
  store: Store,
  source: string,
  since: number,
  until: number,
  limit: number,
): Promise<{ count: number; first: Guest[] }> {
  const [counted] = await store.sql<{ n: number }>(COUNT, [source, since, until]);
  const rows = await store.sql<{
    id: string;
    topic: string;
    started_at: string;
    name: string;
    seconds: number;
    person: string;
  }>(GUESTS, [source, since, until, limit]);
  return {
    count: counted?.n ?? 0,
    first: rows.map((row) => ({
      instance: row.id,
      topic: row.topic,
      startedAt: row.started_at,
      name: row.name,
      minutes: Math.round(row.seconds / 60),
      ...whyUnmatched(row.person),
    })),
  };
}

function whyUnmatched(person: string): { reason: string; remedy: string } {
  if (person.startsWith('registrant:')) {
    return {
      reason: 'registered, but the registration is no longer listed',
      remedy: 'A cancelled or deleted registration cannot be read back; ask the person to register again.',
    };
  }
  if (person.startsWith('account:')) {
    return {
      reason: 'signed in with an account of another organisation, whose address Zoom does not show',
      remedy: 'Require registration for the meeting: then Zoom shows the address given there.',
    };
  }
  return {
    reason: 'joined as a guest, without signing in or registering',
    remedy: 'Require registration, or let only signed-in people join.',
  };
}
