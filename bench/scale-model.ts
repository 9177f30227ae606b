/**
 * Many accounts on several databases, as a simulation by events. Nothing of it sends or stores: it has the costs that
 * were measured, queues for the processors and the databases, and time.
 */

/** What one event costs, in milliseconds. */
export interface Costs {
  /** Of a processor that runs Node: to prove, keep and answer it; and to handle it afterwards. */
  receive: number;
  handle: number;
  /** Of a processor that runs PostgreSQL, for the same two. */
  receiveInDatabase: number;
  handleInDatabase: number;
  /** From the write to the disk until the commit is answered; one for all that arrive together. */
  commit: number;
}

export interface Plan {
  accounts: number;
  /** Events a second over all accounts, on average of the hour. */
  perSecond: number;
  /** How much more comes in the first minute of each half hour, when meetings begin and end. */
  peak: number;
  /** Exponent of the sizes: the nth largest account has 1/n^skew of the largest one's events. */
  skew: number;
  partitions: number;
  /** Processors of each database, and Node processes beside it, half of which receive. */
  databaseCores: number;
  processes: number;
  seconds: number;
  /** Its database is away from this second on, for so long. */
  outage?: { at: number; seconds: number };
}

export interface PartitionResult {
  accounts: number;
  events: number;
  /** Share of the time that its database and its processes are busy. */
  database: number;
  node: number;
  /** Milliseconds until the answer to Zoom, and until the event is handled. */
  answered: Percentiles;
  handled: Percentiles;
  /** Most events that waited at once. */
  backlog: number;
  /** Seconds after the outage until nothing waits any more. */
  drainedAfter?: number;
}

export interface Percentiles {
  p50: number;
  p99: number;
  max: number;
}

type Random = () => number;

/** Where an account lives: the partition whose hash with it is the highest, so that a new partition takes only its share. */
export function partitionOf(account: number, partitions: number): number {
  let best = 0;
  let most = -1;
  for (let one = 0; one < partitions; one++) {
    const hash = mixed(Math.imul(account + 1, 0x9e3779b1) ^ Math.imul(one + 1, 0x85ebca6b));
    if (hash > most) [best, most] = [one, hash];
  }
  return best;
}

/** 32 bits that depend on all of those given. */
function mixed(bits: number): number {
  let hash = bits;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** What happens next, in the order of time: a heap of moments, each with what is to be done then. */
class Agenda {
  readonly #times: number[] = [];
  readonly #todo: (() => void)[] = [];
  now = 0;

  add(at: number, work: () => void): void {
    let i = this.#times.push(at) - 1;
    this.#todo.push(work);
    while (i > 0) {
      const above = (i - 1) >> 1;
      if ((this.#times[above] as number) <= at) break;
      this.#swap(i, above);
      i = above;
    }
  }

  /** Does the next thing; false when there is none. */
  step(): boolean {
    const work = this.#todo[0];
    if (!work) return false;
    this.now = this.#times[0] as number;
    this.#swap(0, this.#times.length - 1);
    this.#times.pop();
    this.#todo.pop();
    for (let i = 0; ;) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      let least = i;
      if (left < this.#times.length && this.#isBefore(left, least)) least = left;
      if (right < this.#times.length && this.#isBefore(right, least)) least = right;
      if (least === i) break;
      this.#swap(i, least);
      i = least;
    }
    work();
    return true;
  }

  #isBefore(a: number, b: number): boolean {
    return (this.#times[a] as number) < (this.#times[b] as number);
  }

  #swap(a: number, b: number): void {
    const [time, work] = [this.#times[a] as number, this.#todo[a] as () => void];
    this.#times[a] = this.#times[b] as number;
    this.#todo[a] = this.#todo[b] as () => void;
    this.#times[b] = time;
    this.#todo[b] = work;
  }
}

/** Servers of one kind with one queue before them. */
class Pool {
  readonly #agenda: Agenda;
  readonly #queue: (readonly [ms: number, then: () => void])[] = [];
  #first = 0;
  #free: number;
  #away = false;
  busy = 0;

  constructor(agenda: Agenda, servers: number) {
    this.#agenda = agenda;
    this.#free = servers;
  }

  take(ms: number, then: () => void): void {
    this.#queue.push([ms, then]);
    this.#begin();
  }

  /** What is under way goes on; nothing new begins until it is back. */
  leave(ms: number): void {
    this.#away = true;
    this.#agenda.add(this.#agenda.now + ms, () => {
      this.#away = false;
      this.#begin();
    });
  }

  #begin(): void {
    while (this.#free > 0 && !this.#away && this.#first < this.#queue.length) {
      const [ms, then] = this.#queue[this.#first++] as readonly [number, () => void];
      if (this.#first > 10_000) {
        this.#queue.splice(0, this.#first);
        this.#first = 0;
      }
      this.#free--;
      this.busy += ms;
      this.#agenda.add(this.#agenda.now + ms, () => {
        this.#free++;
        then();
        this.#begin();
      });
    }
  }
}

/** Sizes of the accounts: shares of all events that add up to 1. */
export function sharesOf({ accounts, skew }: Pick<Plan, 'accounts' | 'skew'>): Float64Array {
  const shares = Float64Array.from({ length: accounts }, (_, i) => 1 / (i + 1) ** skew);
  const sum = shares.reduce((total, one) => total + one, 0);
  return shares.map((one) => one / sum);
}

/**
 * One partition. Whoever comes first is served first, at the processes and at the database alike: it is asked by those
 * who receive and by those who handle. `rate` is the partition's part of all events a second, on average.
 */
export function simulate(
  plan: Plan,
  costs: Costs,
  rate: number,
  accounts: number,
  random: Random,
): PartitionResult {
  const { processes, databaseCores, outage } = plan;
  const agenda = new Agenda();
  const servers = Math.max(1, Math.floor(processes / 2));
  const receivers = new Pool(agenda, servers);
  const workers = new Pool(agenda, processes - servers);
  const database = new Pool(agenda, databaseCores);
  const arrivals: number[] = [];
  const answered: number[] = [];
  const handled: number[] = [];
  const end = plan.seconds * 1000;
  // What comes together shares a commit, so that its wait is nobody's work.
  const kept = (ms: number, then: () => void): void =>
    database.take(ms, () => agenda.add(agenda.now + costs.commit, then));
  const arrive = (): void => {
    const at = agenda.now;
    if (at >= end) return;
    const nth = arrivals.push(at) - 1;
    receivers.take(costs.receive, () =>
      kept(costs.receiveInDatabase, () => {
        answered[nth] = agenda.now - at;
        workers.take(costs.handle, () =>
          kept(costs.handleInDatabase, () => (handled[nth] = agenda.now - at)),
        );
      }),
    );
    agenda.add(at + gap(rate, at, plan, random), arrive);
  };
  agenda.add(0, arrive);
  if (outage) agenda.add(outage.at * 1000, () => database.leave(outage.seconds * 1000));
  while (agenda.step());
  const recovered = outage && lastLate(handled, arrivals, outage);
  const time = Math.max(end, agenda.now);
  return {
    accounts,
    events: handled.length,
    database: database.busy / (databaseCores * time),
    node: (receivers.busy + workers.busy) / (processes * time),
    answered: percentiles(answered),
    handled: percentiles(handled),
    backlog: mostAtOnce(arrivals, handled),
    ...(recovered === undefined ? {} : { drainedAfter: recovered }),
  };
}

/** Most that had arrived and were not done. */
function mostAtOnce(arrivals: readonly number[], took: readonly number[]): number {
  const ends = Float64Array.from(arrivals, (at, i) => at + (took[i] ?? 0)).toSorted();
  let most = 0;
  let over = 0;
  for (const [i, at] of arrivals.entries()) {
    while ((ends[over] ?? Infinity) <= at) over++;
    most = Math.max(most, i + 1 - over);
  }
  return most;
}

/** Seconds from the end of the outage until events are handled within a second again. */
function lastLate(
  handled: readonly number[],
  arrivals: readonly number[],
  outage: { at: number; seconds: number },
): number {
  const late = handled.findLastIndex((ms) => ms > 1000);
  return late < 0 ? 0 : Math.max(0, (arrivals[late] ?? 0) / 1000 - outage.at - outage.seconds);
}

/** Milliseconds until the next event: by chance, at the rate of the moment. */
function gap(rate: number, at: number, { peak }: Plan, random: Random): number {
  const inHalfHour = (at / 1000) % 1800;
  // The mean over the half hour is 1.
  const factor = inHalfHour < 60 ? peak : (1800 - 60 * peak) / 1740;
  return (-Math.log(1 - random()) * 1000) / (rate * Math.max(factor, 0.01));
}

function percentiles(values: number[]): Percentiles {
  const sorted = Float64Array.from(values).toSorted();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
