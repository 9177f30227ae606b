import type { Log } from '../core/log.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Store } from '../store/store.ts';
import { compileFlow, type CompiledFlow, type CompiledStep } from './compile.ts';
import type { FlowDefinition } from './definition.ts';
import { runItem, Superseded, type ItemEnd, type StepDeps } from './item.ts';
import { keep, kept, keepingOfRun, type Keeping } from './keeping.ts';
import { RUN_QUEUE, wakeKeyOf } from './queue.ts';
import {
  END_RUN,
  FORGET_ITEMS,
  FORGET_TRIGGER,
  GET_ITEMS,
  GET_RUN,
  GET_VERSION,
  HOLD_RUN,
  TAKE_RUN,
  REOPEN_RUN,
  type ItemRow,
  type RunRow,
  type RunState,
  type Trouble,
} from './rows.ts';
import { RunScope, type ItemView, type TriggerValue } from './scope.ts';
import { evaluated, FlowFailure, holds, mapped } from './trouble.ts';

export interface RunnerDeps extends StepDeps {
  store: Store;
  jobs: Pick<Jobs, 'enqueue'>;
  log: Log;
}

/** Items of one step, at most. */
const MAX_ITEMS = 1000;
/** A run that ended its process so often is given up. */
const MAX_ATTEMPTS = 20;

/** Does runs, or what is left of them to be done. */
export class Runner {
  readonly #deps: RunnerDeps;
  /** Compiled definitions by hash; few are in use at a time. */
  readonly #flows = new Map<string, CompiledFlow>();

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
  }

  /**
   * Does a run until it is over or has to wait, in which case its wake-up is set.
   * @returns when it goes on; undefined when it is over, or somebody else has it
   */
  async run(id: string, attempt: number, signal: AbortSignal): Promise<number | undefined> {
    const { store } = this.#deps;
    const [waiting] = await store.sql<RunRow>(GET_RUN, [id]);
    if (waiting?.state === 'waiting' && (waiting.resume_at ?? 0) > store.now()) {
      await this.#hold(waiting, waiting.resume_at ?? 0);
      return waiting.resume_at ?? 0;
    }
    const [row] = await store.sql<RunRow>(TAKE_RUN, [id, store.now()]);
    if (!row) return undefined;
    try {
      if (attempt > MAX_ATTEMPTS) throw new FlowFailure(killer(attempt));
      const until = await this.#steps(row, keepingOfRun(this.#deps.keeping), signal);
      if (until !== undefined) await this.#hold(row, until);
      return until;
    } catch (error) {
      if (error instanceof Superseded) {
        await this.#cleared(row);
        return undefined;
      }
      if (!(error instanceof FlowFailure)) throw error;
      await this.#end(row, 'failed', undefined, error.trouble);
      return undefined;
    }
  }

  /** The flow that a run began with. */
  async flowOf({ flow, version }: Pick<RunRow, 'flow' | 'version'>): Promise<CompiledFlow> {
    const key = `${flow} ${version}`;
    const known = this.#flows.get(key);
    if (known) return known;
    const [row] = await this.#deps.store.sql<{ definition: string }>(GET_VERSION, [version]);
    if (!row) throw new Error(`the definition ${version} of the flow ${flow} is gone`);
    const { flow: compiled } = compileFlow(flow, JSON.parse(row.definition) as FlowDefinition);
    if (this.#flows.size >= 200) this.#flows.clear();
    this.#flows.set(key, compiled);
    return compiled;
  }

  /** Step by step; gives when to go on, or undefined once the run is over. */
  async #steps(row: RunRow, keeping: Keeping, signal: AbortSignal): Promise<number | undefined> {
    const { store } = this.#deps;
    const flow = await this.flowOf(row);
    const sealed = { shown: row.trigger_shown, sealed: row.trigger_sealed };
    const trigger = (await kept(sealed, keeping)) as TriggerValue;
    const scope = new RunScope(flow, { id: row.id, now: row.created_at }, trigger);
    if (!holds(flow.when, { flow: flow.id, place: ['when'] }, scope.now())) {
      await this.#end(row, 'skipped', undefined, undefined);
      return undefined;
    }
    const written = Map.groupBy(await store.sql<ItemRow>(GET_ITEMS, [row.id]), ({ step }) => step);
    let failures = 0;
    for (const [place, step] of flow.steps.entries()) {
      const items = itemsOf(flow, step, place, scope);
      const views: ItemView[] = [];
      const rows = new Map(written.get(step.definition.id)?.map((one) => [one.item, one]));
      for (const [index, item] of items.entries()) {
        const end = await runItem(
          {
            run: row.id,
            flow: flow.id,
            step,
            place,
            index,
            scope: step.forEach ? scope.item(item, index) : scope.now(),
            row: rows.get(index),
            signal,
          },
          { ...this.#deps, keeping },
        );
        if (end.kind === 'wait') return end.until;
        // Somebody may have stopped it, or another process may have it.
        if (!rows.has(index)) await this.#stillOurs(row);
        const over = await this.#after(row, step, end);
        if (over) return undefined;
        const { view } = end as Extract<ItemEnd, { kind: 'over' }>;
        if (view.status === 'failed') failures++;
        views.push(view);
      }
      if (step.forEach) scope.setEach(step.definition.id, views);
      else if (views[0]) scope.setOnce(step.definition.id, views[0]);
    }
    const output = mapped({ flow: flow.id, place: ['output'] }, () => flow.output.fillIn(scope.now()));
    await this.#end(row, failures > 0 ? 'partly' : 'done', output, undefined, keeping);
    return undefined;
  }

  /** Ends the run when this item ends it. */
  async #after(row: RunRow, step: CompiledStep, end: ItemEnd): Promise<boolean> {
    if (end.kind === 'doubt') {
      await this.#end(row, 'in-doubt', undefined, end.trouble);
      return true;
    }
    if (end.kind !== 'over' || end.view.status !== 'failed') return false;
    if (step.definition.on_error === 'continue') return false;
    await this.#end(row, 'failed', undefined, end.view.error);
    return true;
  }

  async #stillOurs({ id }: RunRow): Promise<void> {
    const [now] = await this.#deps.store.sql<RunRow>(GET_RUN, [id]);
    if (now?.state !== 'running') throw new Superseded(id);
  }

  /** A call was taken to be in doubt, and its answer came after all: the run goes on. */
  async #cleared({ id, version }: RunRow): Promise<void> {
    const { store, jobs } = this.#deps;
    await store.tx(async (sql) => {
      const [now] = await sql<RunRow>(`${GET_RUN} FOR UPDATE`, [id]);
      if (now?.state !== 'in-doubt') return;
      const items = await sql<ItemRow>(GET_ITEMS, [id]);
      if (items.some(({ state }) => state === 'in-doubt')) return;
      await sql(REOPEN_RUN, [id, version]);
      await jobs.enqueue(sql, { queue: RUN_QUEUE, key: wakeKeyOf(now) });
    });
  }

  async #hold(row: RunRow, until: number): Promise<void> {
    const { store, jobs } = this.#deps;
    await store.tx(async (sql) => {
      await sql(HOLD_RUN, [row.id, until]);
      await jobs.enqueue(sql, { queue: RUN_QUEUE, key: wakeKeyOf(row), runAt: until });
    });
  }

  async #end(
    row: RunRow,
    state: RunState,
    output: unknown,
    trouble: Trouble | undefined,
    keeping: Keeping = this.#deps.keeping,
  ): Promise<void> {
    const { store, log } = this.#deps;
    const { shown } = output === undefined ? { shown: null } : await keep(output, keeping);
    const error = trouble === undefined ? null : JSON.stringify(trouble);
    const over = state === 'done' || state === 'skipped';
    const ended = await store.tx(async (sql) => {
      const [ours] = await sql(END_RUN, [row.id, state, shown, error, store.now()]);
      // Whoever wants to retry it needs what it was given.
      if (!ours || !over) return ours !== undefined;
      await sql(FORGET_TRIGGER, [row.id]);
      await sql(FORGET_ITEMS, [row.id]);
      return true;
    });
    if (!ended) return;
    const level = state === 'failed' || state === 'in-doubt' ? 'error' : 'verbose';
    const { message, hint } = trouble ?? {};
    log(level, `the flow '${row.flow}' ${WORDS[state] ?? state}`, {
      run: row.id,
      ...(message !== undefined && { message, hint }),
    });
  }
}

const WORDS: Partial<Record<RunState, string>> = {
  done: 'is done',
  partly: 'is done but for steps that failed',
  failed: 'failed',
  'in-doubt': 'stopped in doubt',
  skipped: 'was not wanted',
};

function itemsOf(flow: CompiledFlow, step: CompiledStep, place: number, scope: RunScope): unknown[] {
  if (!step.forEach) return [undefined];
  const where = { flow: flow.id, step: step.definition.id, place: ['steps', place, 'for_each'] };
  const value = evaluated(step.forEach, where, scope.now());
  const wrong = !Array.isArray(value)
    ? 'gives no list'
    : value.length > MAX_ITEMS
      ? `gives ${value.length} items; at most ${MAX_ITEMS} are done`
      : undefined;
  if (wrong === undefined) return value as unknown[];
  throw new FlowFailure({
    kind: 'input',
    message: `flow '${flow.id}', step '${step.definition.id}': for_each ${wrong}`,
    hint: 'Correct the flow; then retry the run with --latest.',
    step: step.definition.id,
    expression: step.forEach.source,
  });
}

function killer(attempt: number): Trouble {
  return {
    kind: 'unexpected',
    message: `The process ended ${attempt - 1} times while this run was done.`,
    hint: 'Look into the log for the reason, such as a lack of memory; then retry the run.',
  };
}
