import type { PeopleLane, PersonOutcome, PersonUpdate } from '../core/audience.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Reader } from '../core/reader.ts';
import type { Store } from '../store/store.ts';
import { planSubmissions, type PlannedPerson, type Price, type Submission } from './lanes.ts';
import { CONTACT, settle, type Reason } from './ledger.ts';
import { sideBySide } from './side-by-side.ts';

export interface PeopleDelivery {
  store: Store;
  audience: string;
  reader: Reader;
  lanes: readonly PeopleLane[];
  price: Price;
  /** Called after each submission, with how many people it settled. */
  onProgress(people: number): void;
}

export interface PeopleReport {
  done: number;
  refused: { email: string; reason: Reason }[];
  /** Not sent because the other side failed; the next run tries again. */
  failed: { email: string; reason: Reason }[];
}

/** People of a submission from which on it does not share the memory with others. */
const LARGE = 1000;

/** Brings people over by the cheapest lanes. One who is refused does not hold up the others. */
export async function deliverPeople(
  people: readonly PlannedPerson[],
  delivery: PeopleDelivery,
): Promise<PeopleReport> {
  const report: PeopleReport = { done: 0, refused: [], failed: [] };
  const known = new Set(people.filter((person) => person.known).map(({ update }) => update.email));
  const sendOne = async (submission: Submission): Promise<void> => {
    for (const half of await submit(submission, delivery, report)) {
      const planned = half.map((update) => ({ update, known: known.has(update.email) }));
      const parts = half.length === 1 ? alone(delivery.lanes, half) : undefined;
      await run(parts ?? planSubmissions(delivery.lanes, planned, delivery.price));
    }
  };
  const run = async (submissions: readonly Submission[]): Promise<void> => {
    // Large ones one after the other, as each takes its share of the memory; small ones side by side, as each only waits.
    for (const submission of submissions) if (submission.people.length >= LARGE) await sendOne(submission);
    const small = submissions.filter((submission) => submission.people.length < LARGE);
    await sideBySide(small, 8, sendOne);
  };
  await run(planSubmissions(delivery.lanes, people, delivery.price));
  return report;
}

/** Sends one submission. Gives its halves when somebody in it was refused and nobody knows who. */
async function submit(
  { lane, people }: Submission,
  delivery: PeopleDelivery,
  report: PeopleReport,
): Promise<PersonUpdate[][]> {
  let outcomes: PersonOutcome[];
  try {
    outcomes = await lane.submit(delivery.reader, people);
  } catch (error) {
    if (!(error instanceof ConnectorError) || STOPS.has(error.kind)) throw error;
    const refused = error.kind === 'input' || error.kind === 'not-found';
    if (refused && people.length > 1) {
      const middle = Math.ceil(people.length / 2);
      return [people.slice(0, middle), people.slice(middle)];
    }
    const reason = toReason(error);
    const list = refused ? report.refused : report.failed;
    for (const { email } of people) list.push({ email, reason });
    await note(delivery, people, refused ? 'refused' : 'planned', error);
    delivery.onProgress(people.length);
    return [];
  }
  // The other side has them: a crash before this line sends the same values once more, which changes nothing.
  await delivery.store.tx(async (sql) => {
    const now = delivery.store.now();
    for (const { email, state, reason } of outcomes) {
      const why = reason === undefined ? undefined : { kind: 'input', message: reason };
      if (state === 'done') report.done++;
      else
        report.refused.push({ email, reason: why ?? { kind: 'input', message: 'refused without a reason' } });
      await settle(sql, delivery.audience, { person: email, instance: '', effect: CONTACT }, state, why, now);
    }
  });
  delivery.onProgress(people.length);
  return [];
}

/** Errors that would meet everybody after this one too. */
export const STOPS: ReadonlySet<ConnectorError['kind']> = new Set([
  'auth',
  'scope',
  'plan',
  'quota',
  'config',
  'contract',
]);

/** The error as the ledger and the reports show it. */
export function toReason({ kind, message, hint }: ConnectorError): Reason {
  return hint === '' ? { kind, message } : { kind, message, hint };
}

async function note(
  { store, audience }: PeopleDelivery,
  people: readonly PersonUpdate[],
  state: 'refused' | 'planned',
  error: ConnectorError,
): Promise<void> {
  await store.tx(async (sql) => {
    for (const { email } of people) {
      await settle(
        sql,
        audience,
        { person: email, instance: '', effect: CONTACT },
        state,
        error,
        store.now(),
      );
    }
  });
}

/** Somebody who failed in company is tried by himself, by the lane that takes anybody. */
function alone(lanes: readonly PeopleLane[], people: PersonUpdate[]): Submission[] {
  const lane = lanes.find((one) => !one.knownOnly && !one.sharedLists);
  return lane ? [{ lane, people }] : [];
}
