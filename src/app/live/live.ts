import { Dispatch } from '../../webhooks/dispatch.ts';
import { createReceiver, type Receiver } from '../../webhooks/receiver.ts';
import type { App } from '../app.ts';
import { startActivation } from './activation.ts';
import { firstTrigger, laneOf, pushingConnections, type PushingConnection } from './connections.ts';
import { liveHandlers } from './handlers.ts';
import { requireSchedulable, startSchedules } from './schedules.ts';

/** How often connections that were added or changed meanwhile are looked for, in milliseconds. */
const REFRESH_MS = 5000;

/** What goes on by itself: events are received and handled, schedules fire, jobs are done. */
export interface Live {
  /** Takes the webhooks of a connection; undefined when there is none of that name that pushes any. */
  receiver(connection: string): Receiver | undefined;
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
  const { log, world } = app;
  let connections = await pushingConnections(app);
  const receivers = new Map<string, Receiver>();
  const dispatch = new Dispatch({
    store,
    jobs,
    now: () => store.now(),
    redact: app.redact,
    log,
    triggerOf: (name) => connections.get(name)?.trigger,
  });
  for (const handler of liveHandlers()) {
    const { name, connector, pattern } = handler;
    const trigger = firstTrigger(app.connector(connector));
    if (trigger) dispatch.on(trigger, pattern, handler.handle(app), { name });
  }
  await startActivation(app);
  await dispatch.start();
  await startSchedules(app);
  let cancel: (() => void) | undefined;
  const refresh = async (): Promise<void> => {
    try {
      connections = await pushingConnections(app);
    } catch (error) {
      log('warn', 'the connections could not be read again', { error: String(error) });
    }
    cancel = world.setTimer(REFRESH_MS, () => void refresh());
  };
  cancel = world.setTimer(REFRESH_MS, () => void refresh());
  const make = (connection: PushingConnection): Receiver => {
    const { name, trigger, token } = connection;
    const { setTimer } = world;
    return createReceiver({
      trigger,
      connection: name,
      // Asked for each request: a secret may have been replaced meanwhile.
      secrets: () => connections.get(name)?.secrets ?? [],
      ...(token && { token: { values: () => [connections.get(name)?.token ?? token] } }),
      store,
      jobs,
      now: world.now,
      setTimer,
      laneOf,
      log,
    });
  };
  return {
    receiver: (name) => {
      const connection = connections.get(name);
      if (!connection) return undefined;
      const receiver = receivers.get(name) ?? make(connection);
      receivers.set(name, receiver);
      return receiver;
    },
    receivers: () => receivers,
    stop: async () => {
      cancel?.();
      await jobs.stop();
      await dispatch.stop();
      cancel?.();
    },
  };
}
