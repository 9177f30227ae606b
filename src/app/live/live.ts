import { Dispatch } from '../../webhooks/dispatch.ts';
import type { Receiver } from '../../webhooks/receiver.ts';
import type { App } from '../app.ts';
import { startFlows } from '../flows/live.ts';
import { HookBook, type AtAddress } from '../hooks/book.ts';
import { startHooks } from '../hooks/keeper.ts';
import { hookOf } from '../hooks/resolve.ts';
import { startActivation } from './activation.ts';
import { ConnectionBook } from './connection-book.ts';
import { firstTrigger } from './connections.ts';
import { liveHandlers } from './handlers.ts';
import { startPushedRows } from './pushed-rows.ts';
import { requireSchedulable, startSchedules } from './schedules.ts';

/** What goes on by itself: events are received and handled, schedules fire, jobs are done. */
export interface Live {
  /** Takes the webhooks of a connection; undefined when there is none of that name that pushes any. */
  receiver(connection: string): Receiver | undefined;
  /** The same; for a name that is not known yet, it is looked whether it is new. */
  find(connection: string): Promise<Receiver | undefined>;
  /** What stands at the address of a hook, by the id in it. */
  hook(id: string): Promise<AtAddress>;
  /** Those that have taken something, by connection. */
  receivers(): ReadonlyMap<string, Receiver>;
  /** Begins nothing new and waits for what is under way; jobs that do not end in time are handed back. */
  stop(): Promise<void>;
}

/**
 * Begins to live. Any number of processes may do so on one PostgreSQL; each event is handled and each schedule fires
 * once over all of them.
 * @throws ConnectorError of kind `config`
 */
export async function startLive(app: App): Promise<Live> {
  requireSchedulable(app);
  const store = await app.store();
  const jobs = await app.jobs();
  const { log } = app;
  const connections = new ConnectionBook(app, store, jobs);
  const stopConnections = await connections.start();
  const hooks = new HookBook(app, store, jobs);
  const dispatch = new Dispatch({
    store,
    jobs,
    now: () => store.now(),
    redact: app.redact,
    log,
    triggerOf: (name) => {
      const hook = hookOf(name);
      return hook === undefined ? connections.triggerOf(name) : hooks.triggerOf(hook);
    },
  });
  for (const handler of liveHandlers()) {
    const { name, connector, pattern } = handler;
    const trigger = firstTrigger(app.connector(connector));
    if (trigger) dispatch.on(trigger, pattern, handler.handle(app), { name });
  }
  await startActivation(app);
  await startPushedRows(app);
  const stopFlows = await startFlows(app, dispatch);
  await dispatch.start();
  await startSchedules(app);
  const stopHooks = await startHooks(app, hooks);
  return {
    receiver: (name) => connections.receiver(name),
    find: (name) => connections.find(name),
    hook: (id) => (hooks.knows(id) || !hooks.crowded ? hooks.at(id) : Promise.resolve('busy')),
    receivers: () => new Map([...connections.receivers(), ...hooks.receivers()]),
    stop: async () => {
      stopConnections();
      stopHooks();
      stopFlows();
      await jobs.stop();
      await dispatch.stop();
    },
  };
}
