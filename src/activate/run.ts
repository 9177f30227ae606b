import type { Audience } from '../core/audience.ts';
import type { Log } from '../core/log.ts';
import type { Instance, PeopleSource, Skip, TimeRange } from '../core/people.ts';
import type { Session } from '../http/session.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Store } from '../store/store.ts';
import { collect } from './collect.ts';
import { deliverEvents, emptyReport, reconcile, type EventReport, type LookUp } from './deliver-events.ts';
import { deliverPeople, type PeopleReport } from './deliver-people.ts';
import { guests, type Guest } from './guests.ts';
import { eventCallCounter, planSubmissions, pricer, type Price } from './lanes.ts';
import type { Reason } from './ledger.ts';
import { makePlan, type Plan } from './plan.ts';
import { senderOn, type SetTimer } from './sender.ts';
import { prepareTarget, type TargetSettings } from './target.ts';

/** People without an address whom a summary names; those beyond are counted. */
const GUESTS = 1000;

export interface ActivateOptions {
  range: TimeRange;
  kinds: readonly Instance['kind'][];
  dryRun: boolean;
  /** Read instances again that were final when they were read. */
  again: boolean;
  sendEvents: boolean;
  /** Also say that a recording is ready. */
  recordings: boolean;
  retryRefused: boolean;
  settings: TargetSettings;
  readLagMs: number;
  /** Domains whose people stay out, lower case. */
  excludeDomains: readonly string[];
  /** People with an account of their own on the source's side stay out. */
  excludeInternal: boolean;
}

export interface ActivateDeps {
  store: Store;
  jobs: Jobs;
  log: Log;
  setTimer?: SetTimer;
  from: { session: Session; people: PeopleSource };
  to: { session: Session; audience: Audience };
  onProgress: (progress: Progress) => void;
}

export interface Progress {
  phase: 'hosts' | 'instances' | 'plan' | 'contacts' | 'events';
  done: number;
  total: number;
}

/** What a run did, or would do. */
export interface ActivateSummary {
  dryRun: boolean;
  since: string;
  until: string;
  meetings: number;
  webinars: number;
  /** Instances whose people were read in this run. */
  instancesRead: number;
  contacts: {
    created: number;
    updated: number;
    unchanged: number;
    refused: number;
    failed: number;
    optedOut: number;
  };
  events: { sent: Record<string, number>; refused: number; failed: number; skipped: number };
  /** Attributes and lists made for it. */
  prepared: string[];
  /** People who could not be matched, the first of them with the reason. */
  guests: { count: number; first: Guest[] };
  refused: { email: string; event?: string; reason: Reason }[];
  failed: { what: string; reason: Reason }[];
  skips: Skip[];
  /** Rows that were not as documented. */
  rowsRefused: number;
  /** Requests by connection and budget; in a dry run, those that the real run would make to the other side. */
  calls: Record<string, Record<string, number>>;
  refusedForRate: number;
}

/** Brings the people of a range of time to the other side: reads, folds, compares, sends only what is new. */
export async function activate(deps: ActivateDeps, options: ActivateOptions): Promise<ActivateSummary> {
  const { store, from, to, onProgress } = deps;
  const source = from.session.connection.name;
  const audience = to.session.connection.name;
  const before = { from: snapshot(from.session), to: snapshot(to.session) };
  // The account is checked before the long part, so that a wrong mapping shows at once and nothing is half done.
  const target = await prepareTarget(to.audience, to.session, options.settings, !options.dryRun);
  const collected = await collect({
    ...deps,
    reader: from.session,
    source: from.people,
    name: source,
    range: options.range,
    kinds: options.kinds,
    again: options.again,
    wantSources: options.settings.fields.some((rule) => rule.from === 'registration_source'),
    onProgress: (phase, done, total) => onProgress({ phase, done, total }),
  });
  onProgress({ phase: 'plan', done: 0, total: 1 });
  const found = emptyReport();
  const lookUp: LookUp = {
    store,
    sender: senderOn(store, deps.setTimer),
    source,
    audience,
    reader: to.session,
    find: to.audience.findEvents,
    readLagMs: options.readLagMs,
  };
  // Of what an earlier run left in doubt and did not arrive, the plan decides whether it is still to be sent.
  if (!options.dryRun) await reconcile(lookUp, found);
  const counter = eventCallCounter(to.audience.events);
  const plan = await makePlan(
    {
      store,
      source,
      audience,
      mapping: target.mapping,
      lists: target.lists,
      known: (emails) => to.audience.known(to.session, emails),
      sendEvents: options.sendEvents,
      recordings: options.recordings,
      retryRefused: options.retryRefused,
      excluded: excluder(options, collected.accounts),
      ...(options.dryRun ? { onEvent: counter.add } : {}),
    },
    !options.dryRun,
  );
  onProgress({ phase: 'plan', done: 1, total: 1 });
  const { connector, connection } = to.session;
  const price = pricer(connector.budgets, connection.plan ?? connector.plan, connector.plan);
  const outcome = options.dryRun
    ? forecast(plan, deps, price, counter.calls)
    : await execute(plan, deps, lookUp, price, found);
  const { people, events, calls } = outcome;
  return {
    dryRun: options.dryRun,
    since: new Date(options.range.since).toISOString(),
    until: new Date(options.range.until).toISOString(),
    meetings: collected.meetings,
    webinars: collected.webinars,
    instancesRead: collected.read,
    contacts: countContacts(plan, people),
    events: {
      sent: events.sent,
      refused: events.refused.length,
      failed: events.failed.length,
      skipped: plan.eventsSkipped,
    },
    prepared: target.created,
    guests: await guests(store, source, options.range.since, options.range.until, GUESTS),
    refused: [...plan.refused, ...people.refused, ...events.refused],
    failed: [
      ...collected.failed.map(({ instance, ...reason }) => ({
        what: `people of ${instance}`,
        reason,
      })),
      ...people.failed.map(({ email, reason }) => ({ what: `contact ${email}`, reason })),
      ...events.failed.map(({ email, event, reason }) => ({ what: `${event} of ${email}`, reason })),
    ],
    skips: collected.skips,
    rowsRefused: collected.refused.length,
    calls: {
      [source]: since(before.from.calls, from.session.stats.calls),
      [audience]: since(before.to.calls, calls),
    },
    refusedForRate:
      from.session.stats.refusedForRate -
      before.from.refusedForRate +
      to.session.stats.refusedForRate -
      before.to.refusedForRate,
  };
}

/** What a session has used before: it may have served other runs. */
function snapshot({ stats }: Session): Pick<Session['stats'], 'calls' | 'refusedForRate'> {
  return { calls: { ...stats.calls }, refusedForRate: stats.refusedForRate };
}

function since(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const made = Object.entries(after).map(([label, n]) => [label, n - (before[label] ?? 0)] as const);
  return Object.fromEntries(made.filter(([, n]) => n > 0));
}

interface Execution {
  people: PeopleReport;
  events: EventReport;
  calls: Record<string, number>;
}

async function execute(
  plan: Plan,
  { to, onProgress }: ActivateDeps,
  lookUp: LookUp,
  price: Price,
  events: EventReport,
): Promise<Execution> {
  const counter = (phase: 'contacts' | 'events', total: number) => {
    let done = 0;
    return (n: number) => onProgress({ phase, done: (done += n), total });
  };
  const people = await deliverPeople(plan.people, {
    ...lookUp,
    lanes: to.audience.people,
    price,
    onProgress: counter('contacts', plan.people.length),
  });
  const onEvents = counter('events', sum(Object.values(plan.events)));
  await deliverEvents({ ...lookUp, lanes: to.audience.events, onProgress: onEvents }, events);
  return { people, events, calls: { ...to.session.stats.calls } };
}

/** What the run would do, without doing it. */
function forecast(
  plan: Plan,
  { to }: ActivateDeps,
  price: Price,
  eventCalls: Record<string, number>,
): Execution {
  // Reading the account and looking people up is done in a dry run too: those calls have been made.
  const calls: Record<string, number> = { ...to.session.stats.calls };
  const submissions = planSubmissions(to.audience.people, plan.people, price).map(({ lane }) => lane.calls);
  for (const add of [...submissions, eventCalls]) {
    for (const [label, n] of Object.entries(add)) calls[label] = (calls[label] ?? 0) + n;
  }
  return {
    people: { done: plan.people.length, refused: [], failed: [], passed: [] },
    events: { sent: plan.events, refused: [], failed: [], found: 0 },
    calls,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}

function countContacts(plan: Plan, people: PeopleReport): ActivateSummary['contacts'] {
  const missed = new Set([
    ...people.refused.map(({ email }) => email),
    ...people.failed.map(({ email }) => email),
    ...people.passed,
  ]);
  const arrived = plan.people.filter(({ update }) => !missed.has(update.email));
  const updated = arrived.filter(({ known }) => known).length;
  return {
    created: arrived.length - updated,
    updated,
    unchanged: plan.unchanged,
    refused: people.refused.length + plan.refused.length,
    failed: people.failed.length,
    optedOut: plan.optedOut,
  };
}

/** Whether somebody stays out. */
export function excluder(
  { excludeDomains, excludeInternal }: Pick<ActivateOptions, 'excludeDomains' | 'excludeInternal'>,
  accounts: ReadonlySet<string>,
): (email: string) => boolean {
  const domains = new Set(excludeDomains);
  return (email) =>
    domains.has(email.slice(email.lastIndexOf('@') + 1)) || (excludeInternal && accounts.has(email));
}
