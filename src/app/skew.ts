import { ConnectorError } from '../core/errors.ts';
import type { Session } from '../http/session.ts';

/** The error for a clock that is so many milliseconds off the other side's. */
export function skewed(session: Session, skew: number): ConnectorError {
  const seconds = Math.round(Math.abs(skew) / 1000);
  const direction = skew > 0 ? 'ahead of' : 'behind';
  return new ConnectorError(
    `the clock of this machine is ${Math.floor(seconds / 60)} min ${seconds % 60} s ${direction} ${session.connector.title}'s`,
    {
      kind: 'config',
      connector: session.connector.id,
      hint: 'Set the clock (on most systems: switch on NTP), then run it again. Nothing was sent.',
    },
  );
}
