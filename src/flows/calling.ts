import type { Action } from '../core/action.ts';
import { ConnectorError } from '../core/errors.ts';
import type { StepDefinition } from './definition.ts';

/** An action of a connection, ready to be called. */
export interface Callable {
  /** Of the connector, for messages. */
  title: string;
  action: Action;
  /**
   * Calls it, with the retries that any call has.
   * @param maxWaitMs longest wait for a budget and between tries
   * @throws ConnectorError
   */
  call(input: Readonly<Record<string, unknown>>, maxWaitMs: number): Promise<unknown>;
  /**
   * Reads a list to its end, as one answer: the first page's, with the items of all.
   * @param most items; a list with more is an error
   * @param signal ends it between two pages
   * @throws ConnectorError
   */
  callAll(
    input: Readonly<Record<string, unknown>>,
    options: { maxWaitMs: number; most: number; signal: AbortSignal },
  ): Promise<unknown>;
}

/** A call that waits for longer gives its place to others and comes back, in milliseconds. */
const MAX_WAIT_MS = 5000;
/** In the middle of a list it would have to begin at the first page again, so it keeps its place. */
const MAX_WAIT_IN_LIST_MS = 60_000;
/** Items of a list that a step reads whole. */
export const MAX_LISTED = 10_000;

/** Whether a call may be made again although it may have taken effect. */
export function mayRepeat({ action }: Callable, input: Readonly<Record<string, unknown>>): boolean {
  if (action.effect === 'read' || action.idempotent) return true;
  const parsed = action.input.safeParse(input);
  try {
    return parsed.success && action.call(parsed.data).idempotencyKey !== undefined;
  } catch {
    // It is refused before it is sent; then there is nothing to repeat.
    return false;
  }
}

/**
 * Calls an action once, within a time.
 * @throws ConnectorError of kind `timeout` when the time is up; a write may then have taken effect
 */
export async function callOnce(
  callable: Callable,
  input: Readonly<Record<string, unknown>>,
  { timeoutMs, pages }: { timeoutMs?: number | undefined; pages?: StepDefinition['pages'] },
  setTimer: (ms: number, fn: () => void) => () => void,
): Promise<unknown> {
  const maxWaitMs = Math.min(pages === 'all' ? MAX_WAIT_IN_LIST_MS : MAX_WAIT_MS, timeoutMs ?? Infinity);
  const gone = new AbortController();
  const calling =
    pages === 'all'
      ? callable.callAll(input, { maxWaitMs, most: MAX_LISTED, signal: gone.signal })
      : callable.call(input, maxWaitMs);
  if (timeoutMs === undefined) return calling;
  try {
    return await within(callable, calling, timeoutMs, setTimer);
  } finally {
    gone.abort();
  }
}

/** What was called for, or the end of the time. */
async function within(
  callable: Callable,
  calling: Promise<unknown>,
  timeoutMs: number,
  setTimer: (ms: number, fn: () => void) => () => void,
): Promise<unknown> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const cancel = setTimer(timeoutMs, () =>
    reject(
      new ConnectorError(`${callable.title} did not answer within ${timeoutMs / 1000} s`, {
        kind: 'timeout',
        retry: 'later',
        outcome: 'unknown',
        hint: 'It may have been done all the same. Raise the timeout of the step if this happens often.',
      }),
    ),
  );
  // When the time is up, nobody waits for it any more.
  calling.catch(() => undefined);
  try {
    return await Promise.race([calling, late]);
  } finally {
    cancel();
  }
}
