import { toCel } from '../core/expression-values.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Job, Jobs, Worker } from '../jobs/jobs.ts';
import type { CompiledFlow } from './compile.ts';
import { keep } from './keeping.ts';
import { idMaker, laneOf, laneOfKey, RUN_QUEUE, wakeKeyOf } from './queue.ts';
import {
  ACCEPT_DOUBTFUL,
  ADD_RUN,
  DROP_FAILED,
  DROP_UNSENT,
  GET_RUN,
  KEEP_VERSION,
  NEXT_OF_LANE,
  OPEN_RUNS,
  REOPEN_RUN,
  REPEAT_DOUBTFUL,
  RETRY_FAILED,
  RUN_OF_CLAIM,
  STOP_RUN,
  type RunOrigin,
  type RunRow,
} from './rows.ts';
import { Runner, type RunnerDeps } from './runner.ts';
import type { TriggerValue } from './scope.ts';
import { evaluated, FlowFailure, holds } from './trouble.ts';

export interface FlowsDeps extends Omit<RunnerDeps, 'jobs'> {
  jobs: Jobs;
  random: () => number;
}

/** What begins a run. */
export interface Beginning {
  origin: RunOrigin;
  /** One run for each, per flow: the id of an event, a time of a schedule, an order of a person. */
  claim: string;
  trigger: TriggerValue;
}

/** What a person found out about a call that was in doubt. */
export type Verdict = { kind: 'again' } | { kind: 'done'; output?: unknown };

/** How a run is tried again. */
export interface RetryOrder {
  /** Needed for a run in doubt. */
  doubt?: Verdict;
  /** By the flow as it is now, in place of the one that the run began with; its failed steps get new inputs. */
  latest?: CompiledFlow;
}

/** Runs of flows, durable: each goes on where it was, whatever happened to the process that did it. */
export class Flows {
  readonly #deps: FlowsDeps;
  readonly #runner: Runner;
  readonly #makeId: () => string;
  #worker: Worker | undefined;

  constructor(deps: FlowsDeps) {
    this.#deps = deps;
    this.#runner = new Runner(deps);
    this.#makeId = idMaker(() => deps.store.now(), deps.random);
  }

  /** Begins to do runs, so many at once. */
  async start(concurrency = 8): Promise<void> {
    const { jobs, store } = this.#deps;
    // Whether a step is tried again is decided by the run; the queue only wakes us up.
    const options = { concurrency, maxAttempts: Number.MAX_SAFE_INTEGER };
    this.#worker = jobs.work(RUN_QUEUE, options, (job) => this.#look(job));
    // A state that was copied has no wake-ups; those that are there are merged with these.
    const open = await store.sql<Pick<RunRow, 'id' | 'lane' | 'resume_at'>>(OPEN_RUNS);
    if (open.length === 0) return;
    const wakes = open.map((row) => ({
      queue: RUN_QUEUE,
      key: wakeKeyOf(row),
      ...(row.resume_at !== null && { runAt: row.resume_at }),
    }));
    await store.tx((sql) => jobs.enqueue(sql, wakes));
  }

  async stop(): Promise<void> {
    await this.#worker?.stop();
  }

  /**
   * Puts a run on record and wakes it up. What its filter leaves out begins none; one whose filter or key cannot be
   * evaluated is on record as failed.
   * @returns its id; undefined when there is none, or there was one for this claim
   */
  async begin(flow: CompiledFlow, beginning: Beginning): Promise<string | undefined> {
    const { store, jobs, keeping, log } = this.#deps;
    const { origin, trigger } = beginning;
    const now = store.now();
    const scope = {
      trigger: toCel(trigger),
      flow: { id: flow.id, name: flow.definition.name ?? flow.id },
      now: new Date(now),
    };
    let lane: string | null = null;
    let error: string | null = null;
    try {
      const where = { flow: flow.id, place: ['trigger', 'filter'] };
      if (origin === 'event' && !holds(flow.filter, where, scope)) return undefined;
      lane = laneIn(flow, scope);
    } catch (failure) {
      if (!(failure instanceof FlowFailure)) throw failure;
      error = JSON.stringify(failure.trouble);
      log('error', failure.trouble.message, { flow: flow.id, hint: failure.trouble.hint });
    }
    const id = this.#makeId();
    const { shown, sealed, size } = await keep(trigger, keeping);
    if (shown === null) throw tooLarge(size);
    const state = error === null ? 'queued' : 'failed';
    const over = error === null ? null : now;
    const claim = `${flow.id} ${beginning.claim}`;
    return store.tx(async (sql) => {
      await sql(KEEP_VERSION, [flow.hash, JSON.stringify(flow.definition)]);
      const row = [id, flow.id, flow.hash, origin, claim, lane, state, shown, sealed, error, now, over];
      const [added] = await sql(ADD_RUN, row);
      // A crash before the commit leaves neither run nor wake-up, and the event is handled again.
      if (!added) return undefined;
      if (error === null) await jobs.enqueue(sql, { queue: RUN_QUEUE, key: wakeKeyOf({ id, lane }) });
      return id;
    });
  }

  /** The run of a claim of a flow; undefined when there is none. */
  async runOf(flow: string, claim: string): Promise<string | undefined> {
    const [row] = await this.#deps.store.sql<{ id: string }>(RUN_OF_CLAIM, [`${flow} ${claim}`]);
    return row?.id;
  }

  /**
   * Lets a run that did not end well go on. Steps that are done are not done again.
   * @throws ConnectorError of kind `not-found`, or `input` when there is nothing to be tried again or a word is missing
   */
  async retry(id: string, { doubt, latest }: RetryOrder): Promise<void> {
    const { store, jobs, keeping } = this.#deps;
    const output = doubt?.kind === 'done' ? await keep(doubt.output ?? null, keeping) : undefined;
    if (output?.shown === null) throw tooLarge(output.size);
    await store.tx(async (sql) => {
      const [row] = await sql<RunRow>(`${GET_RUN} FOR UPDATE`, [id]);
      if (!row) throw unknownRun(id);
      if (row.state === 'in-doubt' && !doubt) throw needsVerdict(id);
      if (latest) await sql(KEEP_VERSION, [latest.hash, JSON.stringify(latest.definition)]);
      const [opened] = await sql<RunRow>(REOPEN_RUN, [id, latest?.hash ?? row.version]);
      if (!opened) throw notRetryable(row);
      await sql(latest ? DROP_FAILED : DROP_UNSENT, [id]);
      await sql(RETRY_FAILED, [id]);
      if (output) await sql(ACCEPT_DOUBTFUL, [id, output.shown, output.sealed, output.size, store.now()]);
      else if (doubt) await sql(REPEAT_DOUBTFUL, [id]);
      await jobs.enqueue(sql, { queue: RUN_QUEUE, key: wakeKeyOf(row) });
    });
  }

  /**
   * Ends a run before its next step; a call that is under way is not taken back.
   * @throws ConnectorError of kind `not-found` when none of that id is open
   */
  async stopRun(id: string): Promise<void> {
    const { store, jobs } = this.#deps;
    await store.tx(async (sql) => {
      const [row] = await sql<RunRow>(GET_RUN, [id]);
      const [stopped] = await sql(STOP_RUN, [id, store.now()]);
      if (!stopped) throw row ? notOpen(row) : unknownRun(id);
      if (row?.lane) await jobs.enqueue(sql, { queue: RUN_QUEUE, key: wakeKeyOf(row) });
    });
  }

  async #look({ key, attempt, signal }: Job): Promise<void> {
    const lane = laneOfKey(key);
    if (lane === undefined) {
      await this.#runner.run(key, attempt, signal);
      return;
    }
    for (;;) {
      const [next] = await this.#deps.store.sql<{ id: string }>(NEXT_OF_LANE, [lane]);
      // What is behind a run that waits, waits as well.
      if (!next || (await this.#runner.run(next.id, attempt, signal)) !== undefined) return;
      signal.throwIfAborted();
    }
  }
}

function laneIn(flow: CompiledFlow, scope: Readonly<Record<string, unknown>>): string | null {
  if (!flow.key) return null;
  const key = evaluated(flow.key, { flow: flow.id, place: ['key'] }, scope);
  return laneOf(flow.id, typeof key === 'bigint' ? String(key) : key);
}

function tooLarge(size: number): ConnectorError {
  return new ConnectorError(`this has ${size} characters, which is too much to be kept`, {
    kind: 'input',
    hint: 'Send less of it.',
  });
}

/** The error for a run that is not there. */
export function unknownRun(id: string): ConnectorError {
  return new ConnectorError(`there is no run ${id} of a flow`, {
    kind: 'not-found',
    hint: 'List them: trunkline flows runs. Old ones are pruned.',
  });
}

function needsVerdict(id: string): ConnectorError {
  return new ConnectorError(`the run ${id} is in doubt: was its last call done?`, {
    kind: 'input',
    hint: `Look into the other system. If it was: trunkline flows retry ${id} --done. If not: trunkline flows retry ${id} --again.`,
  });
}

function notRetryable({ id, state }: RunRow): ConnectorError {
  const over = state === 'done' || state === 'skipped';
  return new ConnectorError(`the run ${id} is ${state}: there is nothing to try again`, {
    kind: 'input',
    hint: over
      ? 'To do all of it once more, begin another run: trunkline flows run.'
      : 'It goes on by itself.',
  });
}

function notOpen({ id, state }: RunRow): ConnectorError {
  return new ConnectorError(`the run ${id} is over already: ${state}`, {
    kind: 'input',
    hint: 'What is over cannot be stopped.',
  });
}
