import { hash, randomUUID } from 'node:crypto';
import { deliveryKey, eventName, happenedAt, type HeaderMap, type Trigger } from '../core/trigger.ts';
import { at } from '../core/action.ts';
import { blankSecrets, keptHeaders, storable } from './blank.ts';

/** How a delivery was proven; `value`: a secret that was sent as it is; `address`: by nothing but knowing our address. */
export type Proof = 'signature' | 'token' | 'value' | 'address';

/** A proven webhook on its way into the inbox. */
export interface Arrival {
  id: string;
  connection: string;
  event: string;
  account: string | null;
  happenedAt: number | null;
  receivedUs: number;
  dedupeKey: string;
  verdict: Proof;
  headers: string;
  body: Uint8Array;
  lane: string | null;
  /** Why it cannot be handled; null when it can. */
  error: string | null;
}

// Longer than any that exists; what is longer is cut, so that a row has a bounded size beside its body.
const MAX_NAME = 200;
const MAX_LANE = 500;

/** What the inbox keeps of a proven webhook. `parsed` is undefined when its body, decoded as `text`, is not JSON. */
export function arrivalOf(
  trigger: Trigger,
  connection: string,
  request: { headers: HeaderMap; body: Uint8Array; text: string; parsed: unknown; proof: Proof },
  laneOf: ((body: unknown) => string | undefined) | undefined,
  receivedUs: number,
): Arrival {
  const { headers, body, text, parsed, proof } = request;
  const happened = happenedAt(trigger, parsed);
  const dedupeKey = storable(keyOf(trigger, headers, body, parsed), MAX_LANE);
  const account = trigger.account === undefined ? undefined : at(parsed, trigger.account);
  const lane = parsed === undefined ? undefined : laneOf?.(parsed);
  return {
    id: inboxId(connection, dedupeKey, happened),
    connection,
    event: storable(eventName(trigger, headers, parsed), MAX_NAME),
    account:
      typeof account === 'string' || typeof account === 'number' ? storable(`${account}`, MAX_NAME) : null,
    happenedAt: happened ?? null,
    receivedUs,
    dedupeKey,
    verdict: proof,
    headers: JSON.stringify(keptHeaders(trigger, headers)),
    body: blankSecrets(trigger, body, text),
    lane: lane === undefined ? null : `${connection}:${storable(lane, MAX_LANE)}`,
    error: parsed === undefined ? UNREADABLE : null,
  };
}

const UNREADABLE = JSON.stringify({
  kind: 'contract',
  message: 'The delivery is genuine, but its body cannot be read.',
  hint: 'It is not JSON (or no form, where a form is expected): the sender wrote something else than it documents. Read the body.',
});

// In base 36, milliseconds have nine digits until the year 5188.
const TIME_DIGITS = 9;

/**
 * The same delivery to the same connection has the same id, so that the inbox cannot hold it twice. It begins with the
 * time of the event, which all tries have in common: so new ids go to the end of the indexes, not all over them.
 */
export function inboxId(connection: string, dedupeKey: string, happened: number | undefined): string {
  const time = (happened ?? 0).toString(36);
  const head = time.length > TIME_DIGITS || time.startsWith('-') ? '' : time;
  // 96 bits beside the time: no two deliveries share them by chance.
  const tail = hash('sha256', `${connection}\n${dedupeKey}`, 'base64url').slice(0, 16);
  return `${head.padStart(TIME_DIGITS, '0')}-${tail}`;
}

function keyOf(trigger: Trigger, headers: HeaderMap, body: Uint8Array, parsed: unknown): string {
  if (trigger.everyRequest === true) return `request:${randomUUID()}`;
  try {
    if (parsed !== undefined) return deliveryKey(trigger, headers, parsed);
  } catch (error) {
    // Brackets a hundred thousand deep are JSON, but nothing that could be walked: then the bytes are the key.
    if (!(error instanceof RangeError)) throw error;
  }
  return `bytes:${hash('sha256', body)}`;
}
