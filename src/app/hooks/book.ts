import { ConnectorError } from '../../core/errors.ts';
import { hookHash } from '../../core/hook-address.ts';
import { Secret } from '../../core/secret.ts';
import type { Trigger } from '../../core/trigger.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import type { Store } from '../../store/store.ts';
import { getHook, hookAt, type HookRow, type HookSecrets } from '../../webhooks/hooks/rows.ts';
import { createReceiver, type Receiver } from '../../webhooks/receiver.ts';
import type { App } from '../app.ts';
import { laneOf } from '../live/connections.ts';
import { inboxName, resolveHook, type Resolved } from './resolve.ts';
import { sealerOf } from './sealer.ts';

/** What was read is believed for so long, where nobody tells of a change. */
const FRESH_MS = 5000;
/** Addresses that are remembered, of hooks and of nothing; beyond that, the book begins anew. */
const MOST_KNOWN = 10_000;
/** Addresses that nobody knew yet may be looked up at once; more are told to come again. */
const MOST_LOOKUPS = 64;

/** What stands at an address. `busy`: too many ask for addresses that nobody knows. */
export type AtAddress = Receiver | 'gone' | 'off' | 'busy' | undefined;

interface Entry {
  found: HookRow | 'gone' | undefined;
  readAt: number;
}

/** What a receiver works with, replaced as its hook changes. */
interface Working {
  row: HookRow;
  resolved: Resolved;
  secrets: HookSecrets['secrets'];
  receiver: Receiver;
  readAt: number;
}

/** The hooks of this process, by address: read when somebody comes, and again when they may have changed. */
export class HookBook {
  readonly #app: App;
  readonly #store: Store;
  readonly #jobs: Jobs;
  readonly #addresses = new Map<string, Entry>();
  readonly #working = new Map<string, Working>();
  readonly #reading = new Map<string, Promise<Entry>>();

  constructor(app: App, store: Store, jobs: Jobs) {
    this.#app = app;
    this.#store = store;
    this.#jobs = jobs;
  }

  /** What stands at the address with this id. */
  async at(id: string): Promise<AtAddress> {
    const { found } = await this.#entry(hookHash(id));
    if (found === undefined || found === 'gone') return found;
    if (found.wanted !== 'on') return 'off';
    return (await this.#workingOf(found)).receiver;
  }

  /** How many addresses are being looked up. */
  get crowded(): boolean {
    return this.#reading.size >= MOST_LOOKUPS;
  }

  /** Whether this address was read before, so that nothing need be looked up. */
  knows(id: string): boolean {
    return this.#addresses.has(hookHash(id));
  }

  /** The trigger by which the events of a hook come. */
  async triggerOf(name: string): Promise<Trigger | undefined> {
    const working = this.#working.get(name);
    if (working) return working.resolved.trigger;
    const row = await getHook(this.#store.sql, name);
    if (!row) return undefined;
    try {
      return (await resolveHook(this.#app, row)).trigger;
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      this.#app.log('warn', `the events of the hook '${name}' cannot be read: ${error.message}`);
      return undefined;
    }
  }

  /** Those that have taken something, by the name in the inbox. */
  receivers(): [string, Receiver][] {
    return [...this.#working].map(([name, { receiver }]) => [inboxName(name), receiver]);
  }

  /** Something has changed: everything is read again when somebody comes. */
  changed(): void {
    this.#addresses.clear();
  }

  async #entry(hash: string): Promise<Entry> {
    const known = this.#addresses.get(hash);
    const { now } = this.#app.world;
    if (known) {
      const age = now() - known.readAt;
      // Who comes meanwhile is not kept waiting; the clock may have been set back.
      if (age >= FRESH_MS || age < 0) void this.#read(hash).catch(() => undefined);
      return known;
    }
    return this.#read(hash);
  }

  #read(hash: string): Promise<Entry> {
    let reading = this.#reading.get(hash);
    if (!reading) {
      reading = this.#readNow(hash).finally(() => this.#reading.delete(hash));
      this.#reading.set(hash, reading);
    }
    return reading;
  }

  async #readNow(hash: string): Promise<Entry> {
    const { now } = this.#app.world;
    const readAt = now();
    const found = await hookAt(this.#store.sql, hash, this.#store.now());
    const entry = { found, readAt };
    // Addresses of nothing are not remembered: who guesses shall not fill the memory, and a new hook is seen at once.
    if (found === undefined) return entry;
    if (this.#addresses.size >= MOST_KNOWN) this.#addresses.clear();
    this.#addresses.set(hash, entry);
    return entry;
  }

  async #workingOf(row: HookRow): Promise<Working> {
    const { name } = row;
    const known = this.#working.get(name);
    const readAt = this.#app.world.now();
    const age = readAt - (known?.readAt ?? -Infinity);
    // The definition of a connector may have changed without the hook.
    const fresh = row.settings !== undefined || (age >= 0 && age < FRESH_MS);
    if (known?.row.version === row.version && fresh) return known;
    const resolved = await resolveHook(this.#app, row);
    const { secrets } = await (await sealerOf(this.#app)).open(name, row.sealed);
    // The same receiver goes on counting.
    if (known && same(known.resolved, resolved)) return Object.assign(known, { row, secrets, readAt });
    const working: Omit<Working, 'receiver'> = { row, resolved, secrets, readAt };
    const made: Working = Object.assign(working, { receiver: this.#receiver(name, working) });
    this.#working.set(name, made);
    return made;
  }

  #receiver(name: string, working: Omit<Working, 'receiver'>): Receiver {
    const { world, log, config } = this.#app;
    const { trigger, open } = working.resolved;
    return createReceiver({
      trigger,
      connection: inboxName(name),
      // Asked for each request: one may have been replaced, or be over, meanwhile.
      secrets: () => {
        const now = world.now();
        const valid = working.secrets.filter(({ until }) => until === undefined || until > now);
        return valid.map(({ value }) => new Secret(value));
      },
      ...(open && { open }),
      ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
      store: this.#store,
      jobs: this.#jobs,
      now: world.now,
      setTimer: world.setTimer,
      laneOf,
      log,
    });
  }
}

/** Triggers hold functions and patterns of built-in connectors: those are the same object or another trigger. */
function same(a: Resolved, b: Resolved): boolean {
  if (a.trigger === b.trigger) return a.open === b.open;
  return a.open === b.open && JSON.stringify(a.trigger) === JSON.stringify(b.trigger);
}
