import type { Action } from '../core/action.ts';
import type { Call } from '../core/call.ts';
import type { ConnectorError, ErrorKind } from '../core/errors.ts';

/** Tries of one call, the first included. Being told to slow down is cheap and certain, so it may happen more often. */
export const MAX_TRIES = 6;
export const MAX_RATE_TRIES = 10;

const TRANSPORT: ReadonlySet<ErrorKind> = new Set(['network', 'timeout']);

/** Longest wait between two tries, in milliseconds. */
const MAX_BACKOFF = 30_000;

/** Whether the same call may be sent again after this error. */
export function mayRetry(error: ConnectorError, action: Action, call: Call): boolean {
  if (call.retry) {
    return call.retry.allErrors || (error.status ?? 0) >= 500 || TRANSPORT.has(error.kind);
  }
  if (error.retry === 'never') return false;
  // The other side surely did nothing, so that nothing can happen twice.
  if (error.outcome === 'not-applied') return true;
  return action.effect === 'read' || action.idempotent || call.idempotencyKey !== undefined;
}

/** Tries of a call that has been given the kind of error, the first included. */
export function triesOf(error: ConnectorError, call: Call): number {
  if (call.retry) return call.retry.max + 1;
  return error.kind === 'rate' ? MAX_RATE_TRIES : MAX_TRIES;
}

/** Milliseconds until the next try of a call, by its own rule where it has one. */
export function pause(error: ConnectorError, call: Call, tried: number, random: () => number): number {
  if (!call.retry || call.retry.exponential) return backoff(error, tried, random);
  // Coming back sooner than the other side asked for is refused again.
  return Math.max(call.retry.delayMs, typeof error.retry === 'object' ? error.retry.afterMs : 0);
}

/**
 * Milliseconds to wait before try number `tried + 1`: what the other side asked for, else exponential with jitter
 * from 0.5 s on. Half of it is random, so that callers who failed together do not come back together.
 */
export function backoff(error: ConnectorError, tried: number, random: () => number): number {
  if (typeof error.retry === 'object') return error.retry.afterMs;
  const ceiling = Math.min(MAX_BACKOFF, 500 * 2 ** (tried - 1));
  return ceiling / 2 + (random() * ceiling) / 2;
}

/**
 * Milliseconds that a `Retry-After` header asks to wait. Zoom's daily limit sends an ISO date-time, its older
 * answers an HTTP date, others send seconds (Zoom FACTS D).
 */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
