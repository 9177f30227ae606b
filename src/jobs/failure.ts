import { ConnectorError } from '../core/errors.ts';
import type { Redact } from '../core/secret.ts';
import type { Failure } from './transitions.ts';

/** What becomes of a job whose handler threw. */
export type Verdict = { again: false } | { again: true; afterMs: number; counts: boolean };

/** Decides by the error: never, when it says, or with backoff until the attempts are used up. */
export function judge(
  error: unknown,
  attempt: number,
  maxAttempts: number,
  backoff: (attempt: number) => number,
): Verdict {
  const retry = error instanceof ConnectorError ? error.retry : 'later';
  if (retry === 'never') return { again: false };
  if (typeof retry === 'object' && isWait(error)) {
    return { again: true, afterMs: Math.max(1, retry.afterMs), counts: false };
  }
  if (attempt >= maxAttempts) return { again: false };
  const afterMs = typeof retry === 'object' ? retry.afterMs : backoff(attempt);
  return { again: true, afterMs: Math.max(1, afterMs), counts: true };
}

// A queue for a limit is not a failure: a job that waits its turn for a day must not die of it.
function isWait(error: unknown): boolean {
  return error instanceof ConnectorError && (error.kind === 'rate' || error.kind === 'quota');
}

// Doubles from one second to a quarter of an hour; with 20 attempts that spans about two and a half hours.
const FIRST_MS = 1000;
const LONGEST_MS = 15 * 60_000;

/** Exponential backoff; the jitter keeps jobs that failed together from coming back together. */
export function defaultBackoff(attempt: number, random: () => number): number {
  const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return ms * (0.5 + random() / 2);
}

const MAX_CAUSE = 4000;

/** What the dead letter says of an error. */
export function describe(error: unknown, redact: Redact): Failure {
  if (error instanceof ConnectorError) {
    return {
      kind: error.kind,
      message: redact(error.message),
      hint: redact(error.hint),
      cause: redact(chain(error)).slice(0, MAX_CAUSE),
    };
  }
  return {
    kind: undefined,
    message: redact(error instanceof Error ? error.message : String(error)),
    hint: 'The program did not expect this: read the cause, then retry the job.',
    cause: redact(error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(
      0,
      MAX_CAUSE,
    ),
  };
}

function chain(error: Error): string {
  const messages: string[] = [];
  let next: unknown = error;
  while (next instanceof Error && messages.length < 10) {
    messages.push(next.message);
    next = next.cause;
  }
  return messages.join('\ncaused by: ');
}

/** The store was closed before what uses it was stopped. */
export function isClosed(error: unknown): boolean {
  return error instanceof ConnectorError && error.kind === 'config' && error.code === 'closed';
}
