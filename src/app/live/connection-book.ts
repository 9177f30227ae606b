import type { Trigger } from '../../core/trigger.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import type { Store } from '../../store/store.ts';
import { createReceiver, type Receiver } from '../../webhooks/receiver.ts';
import type { App } from '../app.ts';
import { listeners, TOPIC } from './connections-changed.ts';
import { laneOf, pushingConnections, type PushingConnection } from './connections.ts';

/** How often connections that were added or changed meanwhile are looked for, in milliseconds. */
const REFRESH_MS = 5000;
/** Names that nobody knows make us look, but not more often than this. */
const LOOK_AGAIN_MS = 500;

/** The connections that receive events in this process, with their receivers. */
export class ConnectionBook {
  readonly #app: App;
  readonly #store: Store;
  readonly #jobs: Jobs;
  readonly #receivers = new Map<string, Receiver>();
  #connections: ReadonlyMap<string, PushingConnection> = new Map();
  #reading: Promise<void> | undefined;
  #readAt = -Infinity;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(app: App, store: Store, jobs: Jobs) {
    this.#app = app;
    this.#store = store;
    this.#jobs = jobs;
  }

  /** Reads them, and again and again. Gives the way to end it. */
  async start(): Promise<() => void> {
    await this.#readNow();
    const again = (): void => void this.refresh();
    const known = listeners.get(this.#app) ?? new Set();
    listeners.set(this.#app, known.add(again));
    const stopSignals = this.#store.signals?.on(TOPIC, again);
    this.#tick();
    return () => {
      this.#stopped = true;
      this.#cancel?.();
      known.delete(again);
      stopSignals?.();
    };
  }

  /** The receiver of a connection; undefined when there is none of that name that pushes anything, as far as was read. */
  receiver(name: string): Receiver | undefined {
    const connection = this.#connections.get(name);
    if (!connection) return undefined;
    const receiver = this.#receivers.get(name) ?? this.#make(connection);
    this.#receivers.set(name, receiver);
    return receiver;
  }

  /** The same; for a name that nobody knows, it is looked whether it is new. */
  async find(name: string): Promise<Receiver | undefined> {
    if (!this.#connections.has(name)) await this.#lookAgain();
    return this.receiver(name);
  }

  /** The trigger by which the events of a connection come. */
  async triggerOf(name: string): Promise<Trigger | undefined> {
    if (!this.#connections.has(name)) await this.#lookAgain();
    return this.#connections.get(name)?.trigger;
  }

  receivers(): ReadonlyMap<string, Receiver> {
    return this.#receivers;
  }

  /** Reads them again; those of before stay when they cannot be read. */
  refresh(): Promise<void> {
    this.#reading ??= this.#readNow()
      .catch((error: unknown) => {
        if (this.#stopped) return;
        this.#app.log('warn', 'the connections could not be read again', { error: String(error) });
      })
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }

  async #lookAgain(): Promise<void> {
    const age = this.#app.world.now() - this.#readAt;
    if (this.#reading || age < 0 || age >= LOOK_AGAIN_MS) await this.refresh();
  }

  async #readNow(): Promise<void> {
    this.#readAt = this.#app.world.now();
    this.#connections = await pushingConnections(this.#app);
  }

  #tick(): void {
    this.#cancel = this.#app.world.setTimer(REFRESH_MS, () => void this.#refreshAndTick());
  }

  async #refreshAndTick(): Promise<void> {
    await this.refresh();
    if (!this.#stopped) this.#tick();
  }

  #make({ name, token, trigger }: PushingConnection): Receiver {
    const { now, setTimer } = this.#app.world;
    const current = (): PushingConnection | undefined => this.#connections.get(name);
    return createReceiver({
      trigger,
      connection: name,
      // Asked for each request: a secret may have been replaced meanwhile.
      secrets: () => current()?.secrets ?? [],
      ...(token && { token: { values: () => [current()?.token ?? token] } }),
      store: this.#store,
      jobs: this.#jobs,
      now,
      setTimer,
      laneOf,
      log: this.#app.log,
    });
  }
}
