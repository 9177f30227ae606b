import { ConnectorError } from '../core/errors.ts';
import type { Scope } from '../core/expression.ts';
import type { Store } from '../store/store.ts';
import { callOnce, mayRepeat, type Callable } from './calling.ts';
import type { CompiledStep } from './compile.ts';
import { spanOf } from './definition.ts';
import { keep, kept, KEPT, type Keeping, type Kept } from './keeping.ts';
import {
  ADD_ENDED_ITEM,
  ADD_SENDING_ITEM,
  SEND_ITEM_AGAIN,
  SETTLE_ITEM,
  type ItemRow,
  type Trouble,
} from './rows.ts';
import type { ItemView } from './scope.ts';
import { callTrouble, FlowFailure, holds, mapped } from './trouble.ts';

/** What a step needs beside its definition. */
export interface StepDeps {
  store: Store;
  keeping: Keeping;
  setTimer: (ms: number, fn: () => void) => () => void;
  /** @throws ConnectorError of kind `config` when there is no such connection or action */
  callable: (connection: string, action: string) => Promise<Callable>;
}

/** One item of a step, in its run. */
export interface ItemTask {
  run: string;
  flow: string;
  step: CompiledStep;
  /** Of the step in the flow. */
  place: number;
  index: number;
  scope: Scope;
  /** What is written of it. */
  row: ItemRow | undefined;
  signal: AbortSignal;
}

/** What became of an item: it is over, waits until a time, or nobody knows. */
export type ItemEnd =
  | { kind: 'over'; view: ItemView }
  | { kind: 'wait'; until: number; trouble: Trouble }
  | { kind: 'doubt'; trouble: Trouble };

const FIRST_DELAY_MS = 30_000;
const TRIES = 3;
const LONGEST_DELAY_MS = 3_600_000;

/** Does an item, or what is left of it to be done. Never does one again that is over. */
export async function runItem(task: ItemTask, deps: StepDeps): Promise<ItemEnd> {
  const { row } = task;
  if (row && isOver(row)) return { kind: 'over', view: await viewOfRow(row, deps.keeping) };
  if (row?.state === 'in-doubt') return { kind: 'doubt', trouble: JSON.parse(row.error ?? '{}') as Trouble };
  let order: Order;
  try {
    if (!row && !holds(task.step.when, whereOf(task, 'when'), task.scope))
      return await end(task, deps, 'skipped');
    order = await orderOf(task, deps);
  } catch (error) {
    if (!(error instanceof FlowFailure) && !(error instanceof ConnectorError)) throw error;
    const trouble = located(callTrouble(error, deps.keeping.redact), task);
    return row ? settleFailed(task, deps, row.attempts, trouble) : end(task, deps, 'failed', trouble);
  }
  if (row?.state === 'sending' && !order.repeatable) {
    return doubtful(task, deps, row.attempts, `the program ended while ${nameOf(task)} was called`);
  }
  return send(task, deps, order);
}

/** A call that is to be made. */
interface Order {
  callable: Callable;
  input: Record<string, unknown>;
  /** The input as it is written down, when it is not yet. */
  written: Kept | undefined;
  repeatable: boolean;
}

async function orderOf(task: ItemTask, { keeping, callable: find }: StepDeps): Promise<Order> {
  const { row, step, scope } = task;
  // What was sent first is what is sent again.
  const input = (
    row
      ? await kept({ shown: row.input_shown, sealed: row.input_sealed }, keeping)
      : mapped(whereOf(task, 'input'), () => step.input.fillIn(scope))
  ) as Record<string, unknown>;
  const { connection, action } = step.target;
  const callable = await find(connection, action);
  const written = row ? undefined : await keep(input, keeping);
  if (written?.shown === null) {
    throw new ConnectorError(`the input has ${written.size} characters, which is too much to be kept`, {
      kind: 'input',
      hint: 'Send less of it, or fetch it where it is needed.',
    });
  }
  const repeatable = step.definition.on_doubt === 'retry' || mayRepeat(callable, input);
  return { callable, input, written, repeatable };
}

export function isOver({ state }: ItemRow): boolean {
  return state === 'done' || state === 'failed' || state === 'skipped';
}

/** What later steps see of an item that is over. */
export async function viewOfRow(row: ItemRow, keeping: Keeping): Promise<ItemView> {
  const { state: status, output_shown: shown, output_sealed: sealed } = row;
  const output = await kept({ shown, sealed }, keeping);
  return {
    status,
    ...(output !== undefined && { output }),
    ...(row.error !== null && { error: JSON.parse(row.error) as Trouble }),
  };
}

async function send(task: ItemTask, deps: StepDeps, order: Order): Promise<ItemEnd> {
  task.signal.throwIfAborted();
  const attempts = await announce(task, deps, order.written);
  // A crash from here on: the row says `sending`, and nobody knows whether it was.
  let output: unknown;
  try {
    const { timeout, pages } = task.step.definition;
    const timeoutMs = timeout === undefined ? undefined : spanOf(timeout);
    output = await callOnce(order.callable, order.input, { timeoutMs, pages }, deps.setTimer);
  } catch (error) {
    return failed(task, deps, attempts, error, order.repeatable);
  }
  const { shown, sealed, size, text } = await keep(output, deps.keeping);
  // What was only read may fail: the run would end at the step that needs it, and say less.
  if (shown === null && task.step.used && order.callable.action.effect === 'read')
    return settleFailed(task, deps, attempts, tooLong(task, size));
  // A crash before this line: the call is in doubt, although it was answered.
  await settle(task, deps, attempts, 'done', [shown, sealed, size, null, deps.store.now()]);
  if (shown === null) return { kind: 'over', view: { status: 'done' } };
  return { kind: 'over', view: { status: 'done', output: JSON.parse(text) as unknown } };
}

/** Writes down that a call is about to be made; gives its number. */
async function announce(
  { run, index, row, step }: ItemTask,
  { store }: StepDeps,
  written: Kept | undefined,
): Promise<number> {
  const key = [run, step.definition.id, index];
  const [claimed] = row
    ? await store.sql<{ attempts: number }>(SEND_ITEM_AGAIN, [...key, row.attempts])
    : await store.sql<{ attempts: number }>(ADD_SENDING_ITEM, [
        ...key,
        written?.shown ?? null,
        written?.sealed ?? null,
        store.now(),
      ]);
  // Another process does this run: it was given to it because this one seemed dead.
  if (!claimed) throw new Superseded(run);
  return claimed.attempts;
}

/** Another process does the run. */
export class Superseded extends Error {
  constructor(run: string) {
    super(`the run ${run} is done by another process`);
  }
}

async function failed(
  task: ItemTask,
  deps: StepDeps,
  attempts: number,
  error: unknown,
  repeatable: boolean,
): Promise<ItemEnd> {
  const { row, step, signal } = task;
  const known = error instanceof ConnectorError ? error : undefined;
  // What is no such error while the process stops is the end of a wait between two tries.
  const stopped = known === undefined && signal.aborted;
  if (!stopped && (known?.outcome ?? 'unknown') === 'unknown' && !repeatable) {
    return doubtful(task, deps, attempts, known?.message ?? String(error));
  }
  const before = row?.error ? ((JSON.parse(row.error) as Trouble).tries ?? 0) : 0;
  // A queue for a limit is not a failure: a step that waits its turn for a day must not die of it.
  const isWait =
    known && (known.kind === 'rate' || known.kind === 'quota') && typeof known.retry === 'object';
  const tries = before + (isWait || stopped ? 0 : 1);
  const trouble = { ...located(callTrouble(error, deps.keeping.redact), task), tries };
  const { times = TRIES, delay } = step.definition.retry;
  const again = isWait || (known !== undefined && known.retry !== 'never' && tries <= times);
  if (!again && !signal.aborted) return settleFailed(task, deps, attempts, trouble);
  const first = delay === undefined ? FIRST_DELAY_MS : spanOf(delay);
  const backoff = isWait ? 0 : Math.min(LONGEST_DELAY_MS, first * 2 ** (tries - 1));
  const asked = typeof known?.retry === 'object' ? known.retry.afterMs : 0;
  await settle(task, deps, attempts, 'waiting', [null, null, null, JSON.stringify(trouble), null]);
  // The process stops: another one, or the next, goes on at once.
  signal.throwIfAborted();
  return { kind: 'wait', until: deps.store.now() + Math.ceil(Math.max(backoff, asked, 1)), trouble };
}

function tooLong(task: ItemTask, size: number): Trouble {
  return located(
    {
      kind: 'input',
      message: `the answer of ${nameOf(task)} has ${size} characters, and only ${KEPT} are kept for later steps, which need it`,
      hint: 'Ask for less of it by its inputs: fewer members, or a shorter span of time.',
    },
    task,
  );
}

async function settleFailed(
  task: ItemTask,
  deps: StepDeps,
  attempts: number,
  trouble: Trouble,
): Promise<ItemEnd> {
  await settle(task, deps, attempts, 'failed', [null, null, null, JSON.stringify(trouble), deps.store.now()]);
  return { kind: 'over', view: { status: 'failed', error: trouble } };
}

async function doubtful(task: ItemTask, deps: StepDeps, attempts: number, why: string): Promise<ItemEnd> {
  const trouble = located(
    {
      kind: 'in-doubt',
      message: `${deps.keeping.redact(why)}; whether ${nameOf(task)} took effect is not known, and doing it twice may do harm`,
      hint:
        `Look whether it was done. If it was: trunkline flows retry ${task.run} --done. ` +
        `If not: trunkline flows retry ${task.run} --again. A step that may be done twice says on_doubt: retry.`,
    },
    task,
  );
  await settle(task, deps, attempts, 'in-doubt', [null, null, null, JSON.stringify(trouble), null]);
  return { kind: 'doubt', trouble };
}

/** An item that ends without any call. */
async function end(
  task: ItemTask,
  { store }: StepDeps,
  state: 'skipped' | 'failed',
  trouble?: Trouble,
): Promise<ItemEnd> {
  const error = trouble === undefined ? null : JSON.stringify(trouble);
  const key = [task.run, task.step.definition.id, task.index];
  await store.sql(ADD_ENDED_ITEM, [...key, state, error, store.now()]);
  return { kind: 'over', view: { status: state, ...(trouble && { error: trouble }) } };
}

async function settle(
  task: ItemTask,
  { store }: StepDeps,
  attempts: number,
  state: string,
  rest: (string | number | null)[],
): Promise<void> {
  const key = [task.run, task.step.definition.id, task.index, attempts];
  const [written] = await store.sql(SETTLE_ITEM, [...key, state, ...rest]);
  if (!written) throw new Superseded(task.run);
}

function located(trouble: Trouble, { step, index }: ItemTask): Trouble {
  const isEach = step.forEach !== undefined;
  return { ...trouble, step: step.definition.id, ...(isEach && { item: index }) };
}

function nameOf({ step }: ItemTask): string {
  return `${step.target.connection}.${step.target.action}`;
}

function whereOf({ flow, step, place }: ItemTask, part: string) {
  return { flow, step: step.definition.id, place: ['steps', place, part] };
}
