import type { Audience } from '../core/audience.ts';
import type { ConnectorError } from '../core/errors.ts';
import { deliverEventsOf, emptyReport, inDoubt, type LookUp } from './deliver-events.ts';
import { deliverPeople } from './deliver-people.ts';
import type { Price } from './lanes.ts';
import { makePlan } from './plan.ts';
import type { Target } from './target.ts';

/** What it takes to bring over some people, now. */
export interface Bringing {
  lookUp: LookUp;
  to: Audience;
  target: Target;
  price: Price;
  sendEvents: boolean;
  recordings: boolean;
  excluded: (email: string) => boolean;
}

export interface Brought {
  /** People who are to be looked at again: another sender had them, or something newer came up meanwhile. */
  passed: string[];
  /** What could not be sent because the other side failed. */
  failed: { email: string; error: ConnectorError }[];
  /** When events that may have arrived can be looked up, in milliseconds since the epoch. */
  doubtAt: number | undefined;
}

/** Nobody watches what goes on by itself. */
function unheard(): void {}

/**
 * Brings these people over as they are known now, by the same ledger as a long run: each effect once, whoever sends it.
 * @throws ConnectorError of a kind that would meet everybody else too
 */
export async function bringOver(bringing: Bringing, emails: readonly string[]): Promise<Brought> {
  const { lookUp, to, target, price } = bringing;
  const { store, sender, source, audience, reader, readLagMs } = lookUp;
  const plan = await makePlan(
    {
      store,
      source,
      audience,
      mapping: target.mapping,
      lists: target.lists,
      known: (some) => to.known(reader, some),
      sendEvents: bringing.sendEvents,
      recordings: bringing.recordings,
      retryRefused: false,
      excluded: bringing.excluded,
      only: emails,
    },
    true,
  );
  const people = await deliverPeople(plan.people, {
    store,
    sender,
    audience,
    reader,
    lanes: to.people,
    price,
    onProgress: unheard,
  });
  const events = emptyReport();
  await deliverEventsOf({ ...lookUp, lanes: to.events, onProgress: unheard }, emails, events);
  const doubtful = await inDoubt(lookUp);
  const youngest = doubtful.reduce((latest, { updatedAt }) => Math.max(latest, updatedAt), 0);
  return {
    passed: people.passed,
    failed: [...people.failed, ...events.failed].flatMap(({ email, error }) =>
      error ? [{ email, error }] : [],
    ),
    doubtAt: doubtful.length === 0 ? undefined : youngest + readLagMs,
  };
}
