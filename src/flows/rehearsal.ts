import type { Action } from '../core/action.ts';
import { ConnectorError } from '../core/errors.ts';
import { fieldErrors } from '../core/schema.ts';
import type { Redact } from '../core/secret.ts';
import { Blanking } from './blanking.ts';
import { callOnce, type Callable } from './calling.ts';
import type { CompiledFlow, CompiledStep } from './compile.ts';
import type { Trouble } from './rows.ts';
import { RunScope, type ItemView, type TriggerValue } from './scope.ts';
import { callTrouble, evaluated, FlowFailure, holds, mapped } from './trouble.ts';

/** What a dry run needs. */
export interface RehearsalDeps {
  callable: (connection: string, action: string) => Promise<Callable>;
  /** An output that the schema of an action allows. */
  sample: (action: Action) => unknown;
  redact: Redact;
  now: number;
  setTimer: (ms: number, fn: () => void) => () => void;
  /** Make the calls that change nothing, in place of sampling what they would give. */
  withReads: boolean;
}

/** One step of a dry run, or one item of it. */
export interface RehearsedItem {
  step: string;
  item: number;
  action: string;
  effect: Action['effect'] | undefined;
  /** `would-send`: nothing was sent. `read`: a call that changes nothing was made. */
  state: 'would-send' | 'read' | 'skipped' | 'failed';
  input: unknown;
  output: unknown;
  /** The output is made up from its schema: the other system would give another. */
  sampled: boolean;
  error: Trouble | undefined;
}

export interface Rehearsal {
  flow: string;
  /** Whether a run would be begun, and go on to its steps. */
  wanted: boolean;
  key: unknown;
  items: RehearsedItem[];
  output: unknown;
  error: Trouble | undefined;
}

type Rehearsing = RehearsalDeps & { blanking: Blanking };

/** Items of one step that are shown, at most. */
const MOST_ITEMS = 20;

/** Goes through a flow without sending anything that changes something, and without writing anything down. */
export async function rehearse(
  flow: CompiledFlow,
  trigger: TriggerValue,
  given: RehearsalDeps,
): Promise<Rehearsal> {
  const scope = new RunScope(flow, { id: 'dry-run', now: given.now }, trigger);
  const blanking = new Blanking(given.redact);
  const deps = { ...given, redact: blanking.redact, blanking };
  const result: Rehearsal = {
    flow: flow.id,
    wanted: true,
    key: undefined,
    items: [],
    output: undefined,
    error: undefined,
  };
  const at = (...place: string[]) => ({ flow: flow.id, place });
  try {
    const filtered = holds(flow.filter, at('trigger', 'filter'), scope.now());
    result.wanted = filtered && holds(flow.when, at('when'), scope.now());
    if (!result.wanted) return result;
    if (flow.key) {
      const key = evaluated(flow.key, at('key'), scope.now());
      result.key = typeof key === 'bigint' ? String(key) : key;
    }
    for (const [place, step] of flow.steps.entries()) {
      const views = await stepOf(flow, step, place, scope, result.items, deps);
      if (views === undefined) return result;
    }
    const output = mapped(at('output'), () => flow.output.fillIn(scope.now()));
    result.output = clean(output, deps.blanking);
  } catch (error) {
    if (!(error instanceof FlowFailure)) throw error;
    result.error = error.trouble;
  }
  return result;
}

/** Undefined when the run would end here. */
async function stepOf(
  flow: CompiledFlow,
  step: CompiledStep,
  place: number,
  scope: RunScope,
  into: RehearsedItem[],
  deps: Rehearsing,
): Promise<ItemView[] | undefined> {
  const where = (part: string) => ({
    flow: flow.id,
    step: step.definition.id,
    place: ['steps', place, part],
  });
  const all = step.forEach ? evaluated(step.forEach, where('for_each'), scope.now()) : [undefined];
  const items = Array.isArray(all) ? (all as unknown[]) : [];
  const views: ItemView[] = [];
  for (const [index, item] of items.slice(0, MOST_ITEMS).entries()) {
    const inside = step.forEach ? scope.item(item, index) : scope.now();
    const one: RehearsedItem = {
      step: step.definition.id,
      item: index,
      action: `${step.target.connection}.${step.target.action}`,
      effect: undefined,
      state: 'would-send',
      input: undefined,
      output: undefined,
      sampled: false,
      error: undefined,
    };
    into.push(one);
    let output: unknown;
    try {
      if (!holds(step.when, where('when'), inside)) one.state = 'skipped';
      else {
        const input = mapped(where('input'), () => step.input.fillIn(inside)) as Record<string, unknown>;
        one.input = clean(input, deps.blanking);
        output = await outputOf(step, input, one, deps);
        one.output = clean(output, deps.blanking);
      }
    } catch (error) {
      if (!(error instanceof FlowFailure) && !(error instanceof ConnectorError)) throw error;
      one.state = 'failed';
      one.error = { ...callTrouble(error, deps.redact), step: step.definition.id };
      if (step.definition.on_error === 'stop') return undefined;
    }
    const status = one.state === 'skipped' || one.state === 'failed' ? one.state : 'done';
    views.push({ status, ...(output !== undefined && { output }), ...(one.error && { error: one.error }) });
  }
  if (step.forEach) scope.setEach(step.definition.id, views);
  else if (views[0]) scope.setOnce(step.definition.id, views[0]);
  return views;
}

async function outputOf(
  step: CompiledStep,
  input: Record<string, unknown>,
  one: RehearsedItem,
  deps: Rehearsing,
): Promise<unknown> {
  const callable = await deps.callable(step.target.connection, step.target.action);
  const { action } = callable;
  one.effect = action.effect;
  const parsed = action.input.safeParse(input);
  if (!parsed.success) {
    const fields = fieldErrors(parsed.error);
    const said = fields.map(({ field, message }) => `${field} ${message}`).join('; ');
    throw new ConnectorError(`${one.action} would refuse its input: ${said}`, { kind: 'input', fields });
  }
  if (action.effect === 'read' && deps.withReads) {
    one.state = 'read';
    return callOnce(callable, input, step.definition, deps.setTimer);
  }
  one.sampled = true;
  return deps.sample(action);
}

function clean(value: unknown, blanking: Blanking): unknown {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one));
  const shown = blanking.redact(text);
  blanking.learn(text, shown);
  try {
    return JSON.parse(shown) as unknown;
  } catch {
    return shown;
  }
}
