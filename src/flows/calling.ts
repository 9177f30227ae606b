import type { Action } from '../core/action.ts';
import { ConnectorError } from '../core/errors.ts';

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
}

/** A call that waits for longer gives its place to others and comes back, in milliseconds. */
const MAX_WAIT_MS = 5000;

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
  timeoutMs: number | undefined,
  setTimer: (ms: number, fn: () => void) => () => void,
): Promise<unknown> {
  const calling = callable.call(input, Math.min(MAX_WAIT_MS, timeoutMs ?? MAX_WAIT_MS));
  if (timeoutMs === undefined) return calling;
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
