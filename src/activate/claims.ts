import type { Sql, SqlValue } from '../store/store.ts';
import { CONTACT, type Cause, type DeliveryState, type Place } from './ledger.ts';

/**
 * Who may send what. A row is taken by its owner before it is sent, so that two who bring over the same person at the
 * same time, a long run and an event that has just come in, send nothing twice and nothing that is out of date.
 */

const freeAt = (now: '$2' | '$3') => `(deliveries.owner IS NULL OR NOT EXISTS (
    SELECT 1 FROM senders s WHERE s.id = deliveries.owner AND s.alive_until >= ${now}))`;
const KEY = 'audience = $1 AND person = $4 AND instance = $5 AND effect = $6';

// Only what was planned is sent: somebody who knew more may have planned something else meanwhile.
const CLAIM_CONTACT = `
  UPDATE deliveries SET state = 'sending', owner = $2, updated_at = $3
  WHERE ${KEY} AND state = 'planned' AND hash = $7 AND ${freeAt('$3')}
  RETURNING person`;

// The last moment to see that somebody who was to be told absent has been there after all.
const CLAIM_EVENT = `
  UPDATE deliveries SET state = 'sending', owner = $2, updated_at = $3
  WHERE ${KEY} AND state = 'planned' AND ${freeAt('$3')}
    AND NOT (deliveries.effect = 'event:webinar_absent' AND EXISTS (
      SELECT 1 FROM facts f WHERE f.source = $7 AND f.instance = $5 AND f.person = $4 AND f.status = 'attended'))
  RETURNING person`;

/** Who takes, for whom and when. */
export interface Taker {
  audience: string;
  owner: string;
  now: number;
}

/** planned → sending, if it still is what was planned and nobody else is sending to this person. */
export async function claimContact(sql: Sql, taker: Taker, person: string, hash: string): Promise<boolean> {
  const rows = await sql(CLAIM_CONTACT, [...head(taker), person, '', CONTACT, hash]);
  return rows.length > 0;
}

/** planned → sending. From here on the event is in doubt when its owner dies, not forgotten. */
export async function claimEvent(sql: Sql, taker: Taker, source: string, place: Place): Promise<boolean> {
  const rows = await sql(CLAIM_EVENT, [...head(taker), place.person, place.instance, place.effect, source]);
  return rows.length > 0;
}

function head({ audience, owner, now }: Taker): SqlValue[] {
  return [audience, owner, now];
}

// What was planned anew while it was under way stays planned.
const SETTLE = `
  UPDATE deliveries SET
    state = CASE WHEN hash = $7 THEN $8 ELSE state END,
    error = CASE WHEN hash = $7 THEN $9 ELSE error END,
    owner = NULL, attempts = attempts + 1, updated_at = $3
  WHERE ${KEY} AND owner = $2
  RETURNING state`;

/** sending → what became of it; gives back the row. The state that it has then, or undefined when it was taken from us. */
export async function settle(
  sql: Sql,
  taker: Taker,
  place: Place,
  hash: string,
  state: DeliveryState,
  error?: Cause,
): Promise<DeliveryState | undefined> {
  const { person, instance, effect } = place;
  const cause = error ? JSON.stringify(error) : null;
  const params = [...head(taker), person, instance, effect, hash, state, cause];
  const [row] = await sql<{ state: DeliveryState }>(SETTLE, params);
  return row?.state;
}

const RECONCILED = `
  UPDATE deliveries SET state = $6, error = NULL, owner = NULL, attempts = attempts + 1, updated_at = $2
  WHERE audience = $1 AND person = $3 AND instance = $4 AND effect = $5
    AND state = 'sending' AND attempts = $7 AND ${freeAt('$2')}
  RETURNING person`;

/** in doubt → done or planned, unless somebody else has found out meanwhile. */
export async function reconciled(
  sql: Sql,
  { audience, now }: Pick<Taker, 'audience' | 'now'>,
  { place, attempts }: { place: Place; attempts: number },
  state: 'done' | 'planned',
): Promise<boolean> {
  const { person, instance, effect } = place;
  const params = [audience, now, person, instance, effect, state, attempts];
  return (await sql(RECONCILED, params)).length > 0;
}
