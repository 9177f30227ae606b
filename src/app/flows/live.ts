import type { PushedEvent } from '../../core/trigger.ts';
import { spanOf } from '../../flows/definition.ts';
import type { CompiledFlow } from '../../flows/compile.ts';
import { matches, type EventContext } from '../../webhooks/handlers.ts';
import type { Dispatch } from '../../webhooks/dispatch.ts';
import type { App } from '../app.ts';
import { knownFlows, type KnownFlow } from './catalogue.ts';
import { flowsOf } from './engine.ts';
import { triggerValue } from './triggers.ts';

/** How often flows that were changed by another process are looked for, in milliseconds. */
const REFRESH_MS = 5000;
/** Wake-ups of schedules, by the id of the flow. */
const SCHEDULE_QUEUE = 'flow-schedules';

/** The flows that this process acts by. */
interface Acting {
  known: ReadonlyMap<string, KnownFlow>;
  /** Schedules that were declared: rule by flow. */
  scheduled: Map<string, string>;
  live: boolean;
}

const acting = new WeakMap<App, Acting>();

/** Begins to act on events and schedules, and to do runs. Gives the way to end it. */
export async function startFlows(app: App, dispatch: Dispatch): Promise<() => void> {
  const state: Acting = { known: await knownFlows(app), scheduled: new Map(), live: true };
  acting.set(app, state);
  dispatch.onEvery(
    (event) => wanting(state, event).length > 0,
    async (event, context) => take(app, state, event, context),
    { name: 'flows' },
  );
  await (await flowsOf(app)).start();
  const jobs = await app.jobs();
  jobs.work(SCHEDULE_QUEUE, { concurrency: 4, maxAttempts: 20 }, ({ key }) => fire(app, key));
  await declare(app, state);
  let cancel: (() => void) | undefined;
  const look = async (): Promise<void> => {
    try {
      await refreshFlows(app);
    } catch (error) {
      app.log('warn', 'the flows could not be read again', { error: String(error) });
    }
    if (state.live) cancel = app.world.setTimer(REFRESH_MS, () => void look());
  };
  cancel = app.world.setTimer(REFRESH_MS, () => void look());
  return () => {
    state.live = false;
    cancel?.();
  };
}

/** Acts by the flows as they are now, from now on. */
export async function refreshFlows(app: App): Promise<void> {
  const state = acting.get(app);
  if (!state?.live) return;
  state.known = await knownFlows(app);
  await declare(app, state);
}

function wanting(
  { known }: Acting,
  { connection, event }: { connection: string; event: string },
): CompiledFlow[] {
  return [...known.values()].flatMap(({ enabled, flow }) => {
    const { trigger } = flow.definition;
    const fits =
      trigger.event !== undefined && trigger.connection === connection && matches(trigger.event, event);
    return enabled && fits ? [flow] : [];
  });
}

/** One run for each flow and event, however often the event is handled or replayed. */
async function take(app: App, state: Acting, event: PushedEvent, context: EventContext): Promise<void> {
  const flows = await flowsOf(app);
  const { connection, id } = context;
  for (const flow of wanting(state, { connection, event: event.event })) {
    const trigger = triggerValue({ ...context, event: event.event }, event['body']);
    await flows.begin(flow, { origin: 'event', claim: `event ${id}`, trigger });
  }
}

const NEXT_AT = 'SELECT next_at FROM schedules WHERE name = $1';
const FORGET = 'DELETE FROM schedules WHERE name = $1';

async function declare(app: App, { known, scheduled }: Acting): Promise<void> {
  const jobs = await app.jobs();
  const wanted = new Map(
    [...known.values()].flatMap(({ id, enabled, flow: { definition } }) => {
      const rule = definition.trigger.schedule;
      return enabled && rule !== undefined ? [[id, rule] as const] : [];
    }),
  );
  for (const [id, rule] of wanted) {
    if (scheduled.get(id) === rule) continue;
    const every = spanOf(rule);
    await jobs.schedule(nameOf(id), every > 0 ? every : rule, SCHEDULE_QUEUE, id);
    scheduled.set(id, rule);
  }
  for (const id of scheduled.keys()) {
    if (wanted.has(id)) continue;
    await (await app.store()).sql(FORGET, [nameOf(id)]);
    scheduled.delete(id);
  }
}

function nameOf(id: string): string {
  return `flow ${id}`;
}

/** A schedule fired. A job may come twice: the time of the next one tells whether this one was done. */
async function fire(app: App, id: string): Promise<void> {
  const known = (await knownFlows(app)).get(id);
  const schedule = known?.flow.definition.trigger.schedule;
  if (!known?.enabled || schedule === undefined) return;
  const store = await app.store();
  const [row] = await store.sql<{ next_at: number }>(NEXT_AT, [nameOf(id)]);
  const trigger = { schedule, scheduled_at: new Date(store.now()).toISOString() };
  const claim = `schedule ${row?.next_at ?? store.now()}`;
  await (await flowsOf(app)).begin(known.flow, { origin: 'schedule', claim, trigger });
}
