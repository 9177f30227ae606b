import type { PeopleLane, PersonOutcome, PersonUpdate } from '../core/audience.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Reader } from '../core/reader.ts';
import type { Sql, Store } from '../store/store.ts';
import { claimContact, settle } from './claims.ts';
import { planSubmissions, type PlannedPerson, type Price, type Submission } from './lanes.ts';
import { CONTACT, type Cause, type DeliveryState, type Reason } from './ledger.ts';
import type { Sender } from './sender.ts';
import { sideBySide } from './side-by-side.ts';

export interface PeopleDelivery {
  store: Store;
  sender: Sender;
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
  failed: { email: string; reason: Reason; error: ConnectorError }[];
  /** Somebody else is sending to them, or has planned something newer while we sent: they are to be looked at again. */
  passed: string[];
}

/** People of a submission from which on it does not share the memory with others. */
const LARGE = 1000;

/** Brings people over by the cheapest lanes. One who is refused does not hold up the others. */
export async function deliverPeople(
  people: readonly PlannedPerson[],
  delivery: PeopleDelivery,
): Promise<PeopleReport> {
  const report: PeopleReport = { done: 0, refused: [], failed: [], passed: [] };
  const planned = new Map(people.map((person) => [person.update.email, person]));
  const sendOne = async (submission: Submission): Promise<void> => {
    for (const half of await submit(submission, planned, delivery, report)) {
      const again = half.flatMap(({ email }) => planned.get(email) ?? []);
      const parts = half.length === 1 ? alone(delivery.lanes, half) : undefined;
      await run(parts ?? planSubmissions(delivery.lanes, again, delivery.price));
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
function submit(
  submission: Submission,
  planned: ReadonlyMap<string, PlannedPerson>,
  delivery: PeopleDelivery,
  report: PeopleReport,
): Promise<PersonUpdate[][]> {
  return delivery.sender.hold(async (owner) => {
    const ledger = new Ledger(delivery, owner, planned, report);
    const people = await ledger.claim(submission.people);
    delivery.onProgress(submission.people.length - people.length);
    if (people.length === 0) return [];
    try {
      return await submitClaimed({ ...submission, people }, ledger, delivery, report);
    } finally {
      // What nobody has settled by now waits again.
      await ledger.letGo();
    }
  });
}

async function submitClaimed(
  { lane, people }: Submission,
  ledger: Ledger,
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
    for (const { email } of people) {
      if (refused) report.refused.push({ email, reason });
      else report.failed.push({ email, reason, error });
    }
    await ledger.settle(
      people.map(({ email }) => ({ email, state: refused ? 'refused' : 'planned', cause: error })),
    );
    delivery.onProgress(people.length);
    return [];
  }
  // The other side has them: a crash before this line sends the same values once more, which changes nothing.
  await ledger.settle(
    outcomes.map(({ email, state, reason }) => {
      const why = reason === undefined ? undefined : { kind: 'input', message: reason };
      if (state === 'done') report.done++;
      else
        report.refused.push({ email, reason: why ?? { kind: 'input', message: 'refused without a reason' } });
      return { email, state, cause: why };
    }),
  );
  delivery.onProgress(people.length);
  return [];
}

/** The rows of a submission, in the hands of their sender. */
class Ledger {
  readonly #delivery: PeopleDelivery;
  readonly #owner: string;
  readonly #planned: ReadonlyMap<string, PlannedPerson>;
  readonly #report: PeopleReport;
  readonly #held = new Set<string>();

  constructor(
    delivery: PeopleDelivery,
    owner: string,
    planned: ReadonlyMap<string, PlannedPerson>,
    report: PeopleReport,
  ) {
    this.#delivery = delivery;
    this.#owner = owner;
    this.#planned = planned;
    this.#report = report;
  }

  /** Those who may be sent to. */
  async claim(people: readonly PersonUpdate[]): Promise<PersonUpdate[]> {
    const claimed = await this.#delivery.store.tx(async (sql) => {
      const ours = new Set<string>();
      for (const { email } of inOrder(people)) {
        if (await claimContact(sql, this.#taker(), email, this.#hashOf(email))) ours.add(email);
      }
      return ours;
    });
    for (const email of claimed) this.#held.add(email);
    for (const { email } of people) if (!claimed.has(email)) this.#report.passed.push(email);
    return people.filter(({ email }) => claimed.has(email));
  }

  async settle(outcomes: readonly { email: string; state: DeliveryState; cause: Cause }[]): Promise<void> {
    const newer = await this.#delivery.store.tx(async (sql) => {
      const found: string[] = [];
      for (const outcome of inOrder(outcomes))
        if (await this.#settleOne(sql, outcome)) found.push(outcome.email);
      return found;
    });
    for (const { email } of outcomes) this.#held.delete(email);
    this.#report.passed.push(...newer);
  }

  /** Gives back what is still held. */
  async letGo(): Promise<void> {
    if (this.#held.size === 0) return;
    await this.settle([...this.#held].map((email) => ({ email, state: 'planned', cause: undefined })));
  }

  /** True when something newer was planned meanwhile. */
  async #settleOne(
    sql: Sql,
    { email, state, cause }: { email: string; state: DeliveryState; cause: Cause },
  ): Promise<boolean> {
    const place = { person: email, instance: '', effect: CONTACT };
    const now = await settle(sql, this.#taker(), place, this.#hashOf(email), state, cause);
    return now === 'planned' && state !== 'planned';
  }

  #hashOf(email: string): string {
    return this.#planned.get(email)?.hash ?? '';
  }

  #taker() {
    const { audience, store } = this.#delivery;
    return { audience, owner: this.#owner, now: store.now() };
  }
}

/** In one order everywhere, or two who lock the same rows could wait for each other. */
function inOrder<T extends { email: string }>(people: readonly T[]): T[] {
  return people.toSorted((a, b) => (a.email < b.email ? -1 : 1));
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

/** Somebody who failed in company is tried by himself, by the lane that takes anybody. */
function alone(lanes: readonly PeopleLane[], people: PersonUpdate[]): Submission[] {
  const lane = lanes.find((one) => !one.knownOnly && !one.sharedLists);
  return lane ? [{ lane, people }] : [];
}
