import type { Audience } from '../core/audience.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Happening, Instance, PeopleSource } from '../core/people.ts';
import type { Session } from '../http/session.ts';
import type { Job, Jobs } from '../jobs/jobs.ts';
import type { Store } from '../store/store.ts';
import { Accounts } from './accounts.ts';
import { bringOver, type Bringing } from './bring.ts';
import { emptyReport, reconcile, type LookUp } from './deliver-events.ts';
import { keepHappening } from './happenings.ts';
import { pricer } from './lanes.ts';
import { INSTANCE_QUEUE, instanceJob, keepEarly, keepReading, PRIORITY } from './reading.ts';
import { excluder } from './run.ts';
import { senderOn, type SetTimer } from './sender.ts';
import { emailsOf } from './store-facts.ts';
import { markFailed, watchedOf } from './store-instances.ts';
import { prepareTarget, type Target, type TargetSettings } from './target.ts';
import { urgent } from './urgent.ts';

/** Queue of the wake-ups that say "look at this person". */
export const PERSON_QUEUE = 'activate.person';
const DOUBT_QUEUE = 'activate.doubt';

/** How long attributes and lists of the account are taken for what they were, in milliseconds. */
const TARGET_MS = 5 * 60_000;
const DOUBT_MS = 30_000;
/** Somebody else sends to the same person: a call takes about so long, in milliseconds. */
const TURN_MS = 200;

export interface LiveOptions {
  kinds: readonly Instance['kind'][];
  settings: TargetSettings;
  sendEvents: boolean;
  recordings: boolean;
  readLagMs: number;
  excludeDomains: readonly string[];
  excludeInternal: boolean;
}

export interface LiveDeps {
  store: Store;
  jobs: Jobs;
  log: Log;
  setTimer: SetTimer;
  /** Names of the connections. */
  names: { from: string; to: string };
  /** Opened when first needed. */
  from(): Promise<{ session: Session; people: PeopleSource }>;
  to(): Promise<{ session: Session; audience: Audience }>;
}

/**
 * Brings people over while things happen: keeps what events tell, and looks at the people and instances that they are
 * about. Facts and ledger are those of the long runs, so that both together send nothing twice.
 */
export class LiveActivation {
  readonly #deps: LiveDeps;
  readonly #options: LiveOptions;
  readonly #accounts: Accounts;
  #target: { until: number; target: Promise<Target> } | undefined;

  constructor(deps: LiveDeps, options: LiveOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#accounts = new Accounts(deps.store, deps.names.from);
  }

  /** Begins to look at what is woken up, in this process. */
  async start(): Promise<void> {
    const { jobs, names } = this.#deps;
    jobs.work(PERSON_QUEUE, { concurrency: 16 }, (job) => this.#person(job));
    jobs.work(INSTANCE_QUEUE, { concurrency: 4 }, (job) => this.#instance(job));
    jobs.work(DOUBT_QUEUE, { concurrency: 1 }, () => this.#doubt());
    // What a process left behind that was killed is in doubt only when it is known to be dead; nobody else looks then.
    await jobs.schedule(`look for events in doubt at ${names.to}`, DOUBT_MS, DOUBT_QUEUE, names.to);
  }

  /**
   * Keeps what an event tells and wakes whoever acts on it, in one transaction. Safe to repeat, in any order.
   * @param at when it happened, in milliseconds since the epoch
   */
  async take(happening: Happening, at: number): Promise<void> {
    const kind = 'instance' in happening ? happening.instance.kind : undefined;
    const of = happening.kind === 'registration' ? happening.registration.kind : kind;
    if (of && !this.#options.kinds.includes(of)) return;
    if (happening.kind === 'recording' && !this.#options.recordings) return;
    const { store, jobs, names } = this.#deps;
    await store.tx(async (sql) => {
      const { person, instance } = await keepHappening(sql, names.from, happening, at, store.now());
      if (person !== undefined) await jobs.enqueue(sql, this.#personJob(person));
      if (instance !== undefined) await jobs.enqueue(sql, instanceJob(names.from, instance));
    });
    if (happening.kind === 'account') this.#accounts.changed();
  }

  /** Has these people looked at as soon as can be, such as those whose refusals were taken back. */
  async look(emails: readonly string[]): Promise<void> {
    const { store, jobs } = this.#deps;
    await store.tx((sql) =>
      jobs.enqueue(
        sql,
        emails.map((email) => this.#personJob(email)),
      ),
    );
  }

  #personJob(email: string, runAt?: number) {
    const key = `${this.#deps.names.to} ${email}`;
    return { queue: PERSON_QUEUE, key, priority: PRIORITY.person, ...(runAt === undefined ? {} : { runAt }) };
  }

  async #person({ key }: Job): Promise<void> {
    const email = key.slice(this.#deps.names.to.length + 1);
    const { passed, failed } = await this.#bring([email], PRIORITY.person);
    const [failure] = failed;
    if (failure) throw failure.error;
    if (passed.length > 0) throw busy(email);
  }

  async #instance({ key }: Job): Promise<void> {
    const { store, jobs, names } = this.#deps;
    const id = key.slice(names.from.length + 1);
    const watched = await watchedOf(store.sql, names.from, id);
    if (!watched) return;
    const { instance, live, nextRead, readAt } = watched;
    const due = nextRead !== undefined && nextRead <= store.now();
    if (due) await this.#read(instance);
    else if (live === 'settling' && readAt === undefined)
      await keepEarly(store, names.from, instance, await this.#accountEmails());
    // Somebody may have woken us before the time of the next reading: it must not be forgotten.
    if (!due && nextRead !== undefined) {
      await store.tx((sql) => jobs.enqueue(sql, instanceJob(names.from, id, nextRead)));
    }
    const emails = await emailsOf(store.sql, names.from, id);
    if (emails.length === 0) return;
    const { passed, failed } = await this.#bring(emails, PRIORITY.instance);
    // One by one from here on, each with a backoff of its own.
    const again = [...new Set([...passed, ...failed.map(({ email }) => email)])];
    const at = store.now() + TURN_MS;
    await store.tx((sql) =>
      jobs.enqueue(
        sql,
        again.map((email) => this.#personJob(email, at)),
      ),
    );
  }

  async #read(instance: Instance): Promise<void> {
    const { store, names } = this.#deps;
    const { session, people } = await this.#deps.from();
    const sources = this.#options.settings.fields.some(({ from }) => from === 'registration_source');
    const accounts = await this.#accountEmails();
    try {
      const found = await people.people(urgent(session, PRIORITY.instance), instance, { sources });
      await keepReading(this.#deps, names.from, instance, found, accounts);
    } catch (error) {
      if (error instanceof ConnectorError) {
        await store.tx((sql) => markFailed(sql, names.from, instance.id, error));
      }
      throw error;
    }
  }

  async #accountEmails(): Promise<ReadonlyMap<string, string>> {
    const { session, people } = await this.#deps.from();
    return this.#accounts.emails(urgent(session, PRIORITY.instance), people);
  }

  async #bring(emails: readonly string[], priority: number) {
    const bringing = await this.#bringing(priority);
    const brought = await bringOver(bringing, emails);
    const { doubtAt } = brought;
    if (doubtAt !== undefined) await this.#lookLater(doubtAt);
    return brought;
  }

  async #bringing(priority: number): Promise<Bringing> {
    const { session, audience } = await this.#deps.to();
    const { connector, connection } = session;
    const { sendEvents, recordings, excludeInternal } = this.#options;
    const internal = excludeInternal ? new Set((await this.#accountEmails()).values()) : new Set<string>();
    const excluded = excluder(this.#options, internal);
    return {
      lookUp: await this.#lookUp(priority),
      to: audience,
      target: await this.#targetOf(session, audience),
      price: pricer(connector.budgets, connection.plan ?? connector.plan, connector.plan),
      sendEvents,
      recordings,
      excluded: (email) => excluded(email),
    };
  }

  async #lookUp(priority: number): Promise<LookUp> {
    const { store, names, setTimer } = this.#deps;
    const { session, audience } = await this.#deps.to();
    return {
      store,
      sender: senderOn(store, setTimer),
      source: names.from,
      audience: names.to,
      reader: urgent(session, priority),
      find: audience.findEvents,
      readLagMs: this.#options.readLagMs,
    };
  }

  #targetOf(session: Session, audience: Audience): Promise<Target> {
    const now = this.#deps.store.now();
    if (this.#target && this.#target.until > now) return this.#target.target;
    const target = prepareTarget(audience, urgent(session, PRIORITY.person), this.#options.settings, true);
    const entry = { until: now + TARGET_MS, target };
    this.#target = entry;
    // One that failed must not be remembered.
    target.catch(() => {
      if (this.#target === entry) this.#target = undefined;
    });
    return target;
  }

  async #lookLater(at: number): Promise<void> {
    const { store, jobs, names } = this.#deps;
    const job = { queue: DOUBT_QUEUE, key: names.to, priority: PRIORITY.person, runAt: at };
    await store.tx((sql) => jobs.enqueue(sql, job));
  }

  /** Finds out which events arrived of those that may have; the others are sent. */
  async #doubt(): Promise<void> {
    const lookUp = await this.#lookUp(PRIORITY.person);
    await this.look(await reconcile(lookUp, emptyReport()));
  }
}

/** Not a failure: his turn comes when the other sender is done. */
function busy(email: string): ConnectorError {
  return new ConnectorError(`somebody else is sending to ${email} just now`, {
    kind: 'rate',
    retry: { afterMs: TURN_MS },
    hint: 'Nothing is to be done: it is tried again at once.',
  });
}
