import { toCel } from '../core/expression-values.ts';
import type { Scope } from '../core/expression.ts';
import type { CompiledFlow } from './compile.ts';
import type { ItemState, Trouble } from './rows.ts';

/** What came of one item of a step. */
export interface ItemView {
  status: ItemState;
  /** Undefined when there is none, or when it was too long to be kept. */
  output?: unknown;
  error?: Trouble;
}

/** What begins a run: the event, the schedule, or what a person gave. */
export type TriggerValue = Readonly<Record<string, unknown>>;

/** What the expressions of a run may name; grows with its steps. */
export class RunScope {
  readonly #fixed: Record<string, unknown>;
  readonly #steps: Record<string, unknown> = {};

  constructor(flow: CompiledFlow, run: { id: string; now: number }, trigger: TriggerValue) {
    this.#fixed = {
      trigger: toCel(trigger),
      flow: { id: flow.id, name: flow.definition.name ?? flow.id },
      run: { id: run.id },
      // Of the run, not of the moment: a run that goes on after a crash sees what it saw before.
      now: new Date(run.now),
    };
  }

  /** For a step that is done once. */
  setOnce(step: string, view: ItemView): void {
    this.#steps[step] = viewOf(view, [view]);
  }

  /** For a step that is done for each of several. */
  setEach(step: string, views: readonly ItemView[]): void {
    const failed = views.find(({ status }) => status === 'failed');
    const all: ItemView = {
      status: failed ? 'failed' : views.every(({ status }) => status === 'skipped') ? 'skipped' : 'done',
      output: views.map(({ output }) => output ?? null),
      ...(failed?.error && { error: failed.error }),
    };
    this.#steps[step] = viewOf(views.length === 0 ? { ...all, status: 'done' } : all, views);
  }

  now(): Scope {
    return { ...this.#fixed, steps: this.#steps };
  }

  item(item: unknown, index: number): Scope {
    return { ...this.now(), item, index: BigInt(index) };
  }
}

function viewOf({ status, output, error }: ItemView, items: readonly ItemView[]): unknown {
  const plain = (view: ItemView) => ({
    status: view.status,
    ...(view.output !== undefined && { output: view.output }),
    ...(view.error && { error: view.error }),
  });
  return toCel({ ...plain({ status, output, ...(error && { error }) }), items: items.map(plain) });
}
