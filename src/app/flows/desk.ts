import { randomUUID } from 'node:crypto';
import { ConnectorError } from '../../core/errors.ts';
import { pointerOf } from '../../core/mapping.ts';
import { describe, fieldErrors } from '../../core/schema.ts';
import { flowId, flowSchema, triggerText } from '../../flows/definition.ts';
import type { RetryOrder, Verdict } from '../../flows/flows.ts';
import {
  getFlowRun,
  listFlowRuns,
  type FlowRun,
  type FlowRunFilter,
  type FlowRunLine,
} from '../../flows/history.ts';
import { rehearse, type Rehearsal } from '../../flows/rehearsal.ts';
import { LAST_RUNS, type RunState } from '../../flows/rows.ts';
import type { App } from '../app.ts';
import { nearestFew } from '../config/nearest.ts';
import { knownFlows, type KnownFlow } from './catalogue.ts';
import { callableOf, flowsOf } from './engine.ts';
import { faultsOf, type FlowFault } from './faults.ts';
import { refreshFlows } from './live.ts';
import { sampleOutput } from './sample.ts';
import { triggerOfEvent, triggerOfInput } from './triggers.ts';

/** A flow in a list. */
export interface FlowLine {
  id: string;
  name: string;
  source: 'file' | 'stored';
  enabled: boolean;
  /** What begins it, in a few words. */
  trigger: string;
  steps: number;
  /** Runs on record, by state. */
  runs: Partial<Record<RunState, number>>;
  /** When the newest was made; ISO. */
  lastRunAt: string | undefined;
  /** Of things that are wrong with it as things are now. */
  problems: number;
}

export interface FlowView extends Omit<FlowLine, 'steps' | 'problems'> {
  definition: unknown;
  /** Hash of the definition: runs say with which they began. */
  version: string;
  updatedAt: string | undefined;
  /** Each with the place in the definition, as a JSON pointer; for a flow of the file, also its line. */
  problems: { pointer: string; where?: string; message: string }[];
}

/** How a person begins a run, or tries one out. */
export interface FlowOrder {
  /** What a person gives; for a flow of an event, the body of one. */
  input?: unknown;
  /** Id of an event in the inbox, which is used as if it came now. */
  event?: string;
  /** Orders with the same text begin one run. */
  once?: string;
}

/** How a run is tried again by a person. */
export interface FlowRetry {
  doubt?: Verdict;
  latest?: boolean;
}

/** Flows and their runs, to be looked into and acted on; beside a running server, the server's. */
export interface FlowDesk {
  list(): Promise<FlowLine[]>;
  show(id: string): Promise<FlowView>;
  /** Gives the id of the run, which is on record; it is done by who serves, or by this process. */
  run(id: string, order: FlowOrder): Promise<{ id: string }>;
  /** Shows what a run would send; sends nothing that changes anything. */
  rehearse(id: string, order: FlowOrder, withReads: boolean): Promise<Rehearsal>;
  enable(id: string, enabled: boolean): Promise<void>;
  /** Creates or replaces a stored flow. */
  save(id: string, definition: unknown): Promise<FlowView>;
  remove(id: string): Promise<void>;
  runs(filter: FlowRunFilter, limit: number): Promise<FlowRunLine[]>;
  runById(id: string): Promise<FlowRun>;
  retry(id: string, order: FlowRetry): Promise<void>;
  stopRun(id: string): Promise<void>;
}

const SAVE = `
  INSERT INTO flows (id, definition, created_at, updated_at) VALUES ($1, $2, $3, $3)
  ON CONFLICT (id) DO UPDATE SET definition = $2, updated_at = $3`;
const REMOVE = 'DELETE FROM flows WHERE id = $1 RETURNING id';
const FORGET_SWITCH = 'DELETE FROM flow_switches WHERE flow = $1';
const SWITCH = `
  INSERT INTO flow_switches (flow, enabled, changed_at) VALUES ($1, $2, $3)
  ON CONFLICT (flow) DO UPDATE SET enabled = $2, changed_at = $3`;

/** The flows in the store of this process. */
export function flowDesk(app: App): FlowDesk {
  const runs = async () => (await app.store()).sql;
  const changed = () => refreshFlows(app);
  return {
    list: async () => listOf(app),
    show: async (id) => viewOf(app, await findFlow(app, id)),
    run: async (id, order) => {
      const known = await findFlow(app, id);
      const flows = await flowsOf(app);
      const trigger = await triggerOf(app, known, order);
      const claim = `order ${order.once ?? randomUUID()}`;
      const begun = await flows.begin(known.flow, { origin: 'person', claim, trigger });
      const run = begun ?? (await flows.runOf(id, claim));
      if (run === undefined) throw new Error(`the run of ${claim} is gone`);
      // Nobody serves in this process, so it does the run itself.
      if (app.servingSince === undefined) await startAlone(app);
      return { id: run };
    },
    rehearse: async (id, order, withReads) => {
      const known = await findFlow(app, id);
      const trigger = await triggerOf(app, known, order);
      const { setTimer, now } = app.world;
      return rehearse(known.flow, trigger, {
        callable: (connection, action) => callableOf(app, connection, action),
        sample: sampleOutput,
        redact: app.redact,
        now: now(),
        setTimer,
        withReads,
      });
    },
    enable: async (id, enabled) => {
      await findFlow(app, id);
      const store = await app.store();
      await store.sql(SWITCH, [id, enabled ? 1 : 0, store.now()]);
      await changed();
    },
    save: async (id, definition) => {
      await checkToSave(app, id, definition);
      const store = await app.store();
      await store.sql(SAVE, [id, JSON.stringify(definition), store.now()]);
      await changed();
      return viewOf(app, await findFlow(app, id));
    },
    remove: async (id) => {
      const known = await findFlow(app, id);
      if (known.source === 'file') throw ofFile(id, 'removed');
      const store = await app.store();
      await store.tx(async (sql) => {
        await sql(REMOVE, [id]);
        await sql(FORGET_SWITCH, [id]);
      });
      await changed();
    },
    runs: async (filter, limit) => listFlowRuns(await runs(), filter, limit),
    runById: async (id) => getFlowRun(await runs(), id),
    retry: async (id, { doubt, latest }) => {
      const order: RetryOrder = doubt ? { doubt } : {};
      if (latest) order.latest = (await findFlow(app, (await getFlowRun(await runs(), id)).flow)).flow;
      await (await flowsOf(app)).retry(id, order);
      if (app.servingSince === undefined) await startAlone(app);
    },
    stopRun: async (id) => (await flowsOf(app)).stopRun(id),
  };
}

const alone = new WeakMap<App, Promise<void>>();

/** Lets this process do runs, although it does not serve. */
async function startAlone(app: App): Promise<void> {
  let started = alone.get(app);
  if (!started) alone.set(app, (started = (await flowsOf(app)).start()));
  await started;
}

async function findFlow(app: App, id: string): Promise<KnownFlow> {
  const all = await knownFlows(app);
  const known = all.get(id);
  if (known) return known;
  const near = nearestFew(id, [...all.keys()], 3);
  throw new ConnectorError(`there is no flow '${id}'`, {
    kind: 'not-found',
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'List them: trunkline flows list',
  });
}

function triggerOf(app: App, known: KnownFlow, { input, event }: FlowOrder) {
  if (event !== undefined) return triggerOfEvent(app, known.flow, event);
  return Promise.resolve(triggerOfInput(known.flow, input, app.world.now()));
}

async function listOf(app: App): Promise<FlowLine[]> {
  const counts = await countsOf(app);
  const lines: FlowLine[] = [];
  for (const known of (await knownFlows(app)).values()) {
    const { flow } = known;
    const problems = (await faultsOf(app, known.id, flow.definition)).length;
    lines.push({ ...lineOf(known, counts), steps: flow.steps.length, problems });
  }
  return lines;
}

async function viewOf(app: App, known: KnownFlow): Promise<FlowView> {
  const { written, flow, updatedAt, id } = known;
  const faults = await faultsOf(app, id, flow.definition);
  return {
    ...lineOf(known, await countsOf(app)),
    definition: written,
    version: flow.hash,
    updatedAt: updatedAt === undefined ? undefined : new Date(updatedAt).toISOString(),
    problems: faults.map((fault) => problemOf(app, known, fault)),
  };
}

function problemOf(app: App, { id, source }: KnownFlow, { place, message }: FlowFault) {
  const pointer = pointerOf(place);
  const spot = source === 'file' ? app.config.flows[id]?.place(place) : undefined;
  const position = spot?.position;
  if (!spot || !position) return { pointer, message };
  return { pointer, where: `${spot.source}:${position.line}:${position.column}`, message };
}

type Counts = Map<string, { runs: Partial<Record<RunState, number>>; last: number }>;

async function countsOf(app: App): Promise<Counts> {
  const { sql } = await app.store();
  const counts: Counts = new Map();
  type Row = { flow: string; state: RunState; count: number; last: number };
  for (const { flow, state, count, last } of await sql<Row>(LAST_RUNS)) {
    const one = counts.get(flow) ?? { runs: {}, last: 0 };
    one.runs[state] = count;
    one.last = Math.max(one.last, last);
    counts.set(flow, one);
  }
  return counts;
}

function lineOf(
  { id, source, enabled, flow }: KnownFlow,
  counts: Counts,
): Omit<FlowLine, 'steps' | 'problems'> {
  const { runs = {}, last } = counts.get(id) ?? {};
  return {
    id,
    name: flow.definition.name ?? id,
    source,
    enabled,
    trigger: triggerText(flow.definition),
    runs,
    lastRunAt: last === undefined ? undefined : new Date(last).toISOString(),
  };
}

/** @throws ConnectorError of kind `input` with everything that is wrong */
async function checkToSave(app: App, id: string, definition: unknown): Promise<void> {
  if (app.config.flows[id]) throw ofFile(id, 'changed over the API');
  const name = flowId.safeParse(id);
  if (!name.success) throw refused(`'${id}' ${name.error.issues[0]?.message ?? ''}`, []);
  const parsed = flowSchema.safeParse(definition);
  const fields = parsed.success
    ? (await faultsOf(app, id, parsed.data)).map(({ place, message }) => ({
        field: pointerOf(place),
        message,
      }))
    : fieldErrors(parsed.error);
  if (fields.length > 0) throw refused(`the flow '${id}' is wrong: ${describe(fields)}`, fields);
}

function refused(message: string, fields: { field: string; message: string }[]): ConnectorError {
  return new ConnectorError(message, {
    kind: 'input',
    fields,
    hint: 'See docs/flows.md. Nothing was saved.',
  });
}

function ofFile(id: string, what: string): ConnectorError {
  return new ConnectorError(`the flow '${id}' stands in the configuration file, so it cannot be ${what}`, {
    kind: 'input',
    hint: 'Change the file and start the server again.',
  });
}
