import type { Reader } from '../core/reader.ts';
import type { Session } from '../http/session.ts';

/** A session whose calls go before those of others where they wait for the same budget. */
export function urgent(session: Session, priority: number): Reader {
  return {
    call: (action, input) => session.call(action, input, { priority }),
    pages: (action, input) => session.pages(action, input, { priority }),
    now: () => session.now(),
    sleep: (ms) => session.sleep(ms),
  };
}
