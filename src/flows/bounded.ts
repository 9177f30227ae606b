import { createContext, Script } from 'node:vm';
import { ConnectorError } from '../core/errors.ts';

/** Longest time of one expression or mapping, in milliseconds; most take well below one. */
const LONGEST_MS = 1000;

// No sandbox: the expressions are not JavaScript. Only such a script can be ended from outside, and with it the work
// that it calls, a regular expression that never comes to its end included.
const box = createContext({ work: undefined as unknown });
const script = new Script('work()');

/**
 * Does work that must not take long; what takes too long is ended in its middle.
 * @throws ConnectorError of kind `input` when the time is up
 */
export function bounded<T>(work: () => T, longestMs: number = LONGEST_MS): T {
  box['work'] = work;
  try {
    return script.runInContext(box, { timeout: longestMs }) as T;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new ConnectorError(`an expression took longer than ${longestMs} ms`, {
      kind: 'input',
      hint: 'Make it simpler: loops inside of each other, or a regular expression with * inside of *, take long.',
    });
  } finally {
    box['work'] = undefined;
  }
}
